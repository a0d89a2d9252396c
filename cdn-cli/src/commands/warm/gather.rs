//! Sitemaps, lists and pages become targets on disk.

use std::collections::{BTreeMap, VecDeque};
use std::fs::File;
use std::io::{BufRead, BufReader, Cursor, Read};
use std::path::Path;

use anyhow::Context as _;
use cache_warmer::source::{
    SitemapEntry, read_list, read_sitemap, read_warm_list, resources_of_page, sitemaps_in_robots,
};
use cache_warmer::{Client, Spool, SpoolWriter, Variants, Wanted};
use tokio::task::JoinSet;
use url::Url;

use super::chosen::Chosen;
use crate::cli::WhatArgs;
use crate::hints::Hinted;
use crate::printer::Io;

/// A sitemap has at most 50 MB (<https://www.sitemaps.org/protocol.html>); gzip adds next to nothing
/// to the worst.
const MOST_OF_A_SITEMAP: u64 = 52_428_800 + 1_000_000;
/// A page that has more is none that a shopper waits for.
const MOST_OF_A_PAGE: u64 = 10_000_000;
/// A crawler of Google's reads no more of it.
const MOST_OF_ROBOTS: u64 = 500 * 1024;
/// Sitemaps that one index may lead to, by the same protocol; no end is seen of a circle.
const MOST_SITEMAPS: usize = 50_000;
/// Lines about what went wrong: more is a flood, and says nothing new.
const MOST_TOLD: usize = 10;
/// Pages that are read at once.
const AT_ONCE: usize = 8;

/// Gathers the targets into a file.
pub(super) async fn targets(
    args: &WhatArgs,
    chosen: &Chosen,
    client: Client,
    file: &Path,
    io: &mut Io<'_>,
) -> anyhow::Result<Spool> {
    let wanted = Wanted {
        pictures: args.formats.clone(),
        texts: args.encodings.clone(),
        originals_as_variants: !args.no_expand,
    };
    let writer =
        SpoolWriter::create(file).with_context(|| format!("writing {}", file.display()))?;
    let variants = Variants::new(chosen.shops(), &args.allow_host, wanted);
    let mut gatherer = Gatherer {
        chosen,
        client,
        variants,
        writer,
        pages: VecDeque::new(),
        follow: args.follow,
        foreign: BTreeMap::new(),
        told: Vec::new(),
        untold: 0,
        failed: None,
    };
    gatherer.lists(args, io)?;
    for page in &args.page {
        gatherer.pages.push_back(parsed(page)?);
    }
    gatherer.sitemaps(args).await?;
    gatherer.read_pages().await?;
    gatherer.finish(io)
}

/// What is being gathered.
struct Gatherer<'a> {
    chosen: &'a Chosen,
    client: Client,
    variants: Variants,
    writer: SpoolWriter,
    /// Pages that are to be read for what they show.
    pages: VecDeque<Url>,
    /// How many pages of sitemaps may still be.
    follow: usize,
    /// URLs that were left out, by host.
    foreign: BTreeMap<String, u64>,
    /// What went wrong without ending it.
    told: Vec<String>,
    untold: usize,
    /// Why the list of targets cannot be written.
    failed: Option<anyhow::Error>,
}

impl Gatherer<'_> {
    fn lists(&mut self, args: &WhatArgs, io: &mut Io<'_>) -> anyhow::Result<()> {
        for file in &args.urls {
            let reading = || format!("reading the list {file}");
            read_list(opened(file, io)?, &mut |url| self.take(&url)).with_context(reading)?;
        }
        for file in &args.list {
            let reading = || format!("reading the warm list {file}");
            read_warm_list(opened(file, io)?, &mut |it| self.take(&it.url))
                .with_context(reading)?;
        }
        self.failed.take().map_or(Ok(()), Err)
    }

    /// Takes a URL of a list; after an error the rest of the list is passed over.
    fn take(&mut self, url: &str) {
        if self.failed.is_some() {
            return;
        }
        match parsed(url) {
            Ok(url) => self.failed = self.add(&url).err(),
            Err(error) => self.tell(error.to_string()),
        }
    }

    fn tell(&mut self, line: String) {
        if self.told.len() < MOST_TOLD {
            self.told.push(line);
        } else {
            self.untold += 1;
        }
    }

    /// Adds what browsers ask for at a URL.
    fn add(&mut self, url: &Url) -> anyhow::Result<()> {
        let url = self.chosen.placed(url.clone());
        match self.variants.of(&url) {
            Ok(targets) => {
                for (target, key) in targets {
                    self.writer.add(&target, key).context("writing the list of targets")?;
                }
            }
            Err(foreign) => *self.foreign.entry(foreign.host).or_default() += 1,
        }
        Ok(())
    }

    /// Reads the sitemaps that were named; where nothing was, those of each site.
    async fn sitemaps(&mut self, args: &WhatArgs) -> anyhow::Result<()> {
        let is_given = |lists: &[&Vec<String>]| lists.iter().any(|list| !list.is_empty());
        let mut open: VecDeque<String> = args.sitemap.iter().cloned().collect();
        if !is_given(&[&args.sitemap, &args.urls, &args.list, &args.page]) {
            for site in &self.chosen.sites {
                let base = self.chosen.base_of(site)?;
                open.extend(self.discovered(&base).await?);
            }
        }
        let mut count = 0;
        while let Some(sitemap) = open.pop_front() {
            count += 1;
            anyhow::ensure!(count <= MOST_SITEMAPS, "there are more than {MOST_SITEMAPS} sitemaps");
            let bytes = self.text_of(&sitemap, MOST_OF_A_SITEMAP).await;
            match bytes.with_context(|| format!("reading the sitemap {sitemap}")) {
                Ok(bytes) => open.extend(self.sitemap(&sitemap, &bytes)?),
                // One of many that cannot be read is told; the only one is an error.
                Err(error) if count == 1 && open.is_empty() => return Err(error),
                Err(error) => self.tell(format!("{error:#}")),
            }
        }
        Ok(())
    }

    /// The sitemaps that a site's `robots.txt` names, or the one that most sites have.
    async fn discovered(&mut self, base: &Url) -> anyhow::Result<Vec<String>> {
        let robots = base.join("/robots.txt")?;
        let text = self.text_of(robots.as_str(), MOST_OF_ROBOTS).await.unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let found: Vec<_> = sitemaps_in_robots(&text).map(str::to_owned).collect();
        Ok(if found.is_empty() { vec![base.join("/sitemap.xml")?.to_string()] } else { found })
    }

    /// Adds the pages and pictures of a sitemap; the sitemaps that it leads to.
    fn sitemap(&mut self, name: &str, bytes: &[u8]) -> anyhow::Result<Vec<String>> {
        let mut entries = Vec::new();
        if let Err(error) = read_sitemap(Cursor::new(bytes), &mut |entry| entries.push(entry)) {
            self.tell(format!("{name}: {error}"));
        }
        let mut sitemaps = Vec::new();
        for entry in entries {
            match entry {
                SitemapEntry::Sitemap(url) => sitemaps.push(url),
                SitemapEntry::Picture(url) => self.add_of_sitemap(&url, false)?,
                SitemapEntry::Page(url) => self.add_of_sitemap(&url, true)?,
            }
        }
        Ok(sitemaps)
    }

    fn add_of_sitemap(&mut self, url: &str, is_page: bool) -> anyhow::Result<()> {
        let url = match parsed(url) {
            Ok(url) => url,
            Err(error) => {
                self.tell(error.to_string());
                return Ok(());
            }
        };
        if is_page && self.follow > 0 && self.variants.of(&self.chosen.placed(url.clone())).is_ok()
        {
            self.follow -= 1;
            self.pages.push_back(url.clone());
        }
        self.add(&url)
    }

    /// Reads pages, a few at once, and adds what they show.
    async fn read_pages(&mut self) -> anyhow::Result<()> {
        while !self.pages.is_empty() {
            let mut reading = JoinSet::new();
            for page in self.pages.drain(..self.pages.len().min(AT_ONCE)) {
                let client = self.client.clone();
                let page = self.chosen.placed(page);
                reading.spawn(async move {
                    let html = fetched(&client, &page, MOST_OF_A_PAGE).await;
                    (page, html)
                });
            }
            for (page, html) in reading.join_all().await {
                match html {
                    Ok(html) => {
                        self.add(&page)?;
                        for url in resources_of_page(&html, &page) {
                            self.add(&url)?;
                        }
                    }
                    Err(error) => self.tell(format!("{page} was not read: {error:#}")),
                }
            }
        }
        Ok(())
    }

    /// What stands in a file or at a URL.
    async fn text_of(&self, name: &str, most: u64) -> anyhow::Result<Vec<u8>> {
        if !name.starts_with("http://") && !name.starts_with("https://") {
            return Ok(std::fs::read(name)?);
        }
        fetched(&self.client, &self.chosen.placed(parsed(name)?), most).await
    }

    /// Says what was left out.
    fn finish(self, io: &mut Io<'_>) -> anyhow::Result<Spool> {
        for line in &self.told {
            io.stderr.line(line)?;
        }
        if self.untold > 0 {
            io.stderr.line(format_args!("and {} more like these", self.untold))?;
        }
        for (host, count) in &self.foreign {
            io.stderr.line(format_args!(
                "left out: {count} of {host}, which is no host of the sites that are warmed; \
                 --allow-host {host} warms it"
            ))?;
        }
        let spool = self.writer.finish().context("writing the list of targets")?;
        if spool.count() == 0 {
            let hint = "name a sitemap, a list or a page: --sitemap, --urls, --list, --page";
            return Err(Hinted::error("nothing was found that could be warmed", hint));
        }
        Ok(spool)
    }
}

/// Reads what stands at a URL, through a few redirects that stay on the host.
async fn fetched(client: &Client, url: &Url, most: u64) -> anyhow::Result<Vec<u8>> {
    const REDIRECTS: usize = 5;
    let mut url = url.clone();
    for _ in 0..=REDIRECTS {
        let (status, headers, body) = client.read(&url.as_str().parse()?, most).await?;
        if status.is_success() {
            return Ok(body);
        }
        let to = headers.get(http::header::LOCATION).and_then(|to| to.to_str().ok());
        let to = to.filter(|_| status.is_redirection()).and_then(|to| url.join(to).ok());
        let is_here = |to: &Url| to.host_str() == url.host_str();
        match to.filter(is_here) {
            Some(to) => url = to,
            None => anyhow::bail!("it answers {status}"),
        }
    }
    anyhow::bail!("it leads on and on, at last to {url}")
}

fn parsed(text: &str) -> anyhow::Result<Url> {
    let url = Url::parse(text).ok();
    let url = url.filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    url.ok_or_else(|| anyhow::anyhow!("left out: `{text}` is no address of the web"))
}

fn opened<'a>(file: &str, io: &'a mut Io<'_>) -> anyhow::Result<Box<dyn BufRead + 'a>> {
    if file == "-" {
        let stdin: &mut (dyn Read + Send) = io.stdin;
        return Ok(Box::new(BufReader::new(stdin)));
    }
    let opened = File::open(file).with_context(|| format!("reading the list {file}"))?;
    Ok(Box::new(BufReader::new(opened)))
}
