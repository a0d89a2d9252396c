//! Sitemaps, lists and pages become targets on disk. Everything is fetched wherever names lead, as
//! anybody would.

use std::collections::{BTreeMap, VecDeque};
use std::io::{self, BufRead, Cursor};
use std::path::Path;

use tokio::task::JoinSet;
use url::Url;

use crate::fetch::Client;
use crate::placing::Placing;
use crate::reading::{GatherError, MOST_SITEMAPS, ReadError, fetched, parsed};
use crate::source::{
    SitemapEntry, read_list, read_sitemap, read_warm_list, resources_of_page, sitemaps_in_robots,
};
use crate::spool::{Spool, SpoolWriter};
use crate::variants::Variants;

/// A sitemap has at most 50 MB (<https://www.sitemaps.org/protocol.html>); gzip adds next to nothing
/// to the worst.
const MOST_OF_A_SITEMAP: u64 = 52_428_800 + 1_000_000;
/// A page that has more is none that a shopper waits for.
const MOST_OF_A_PAGE: u64 = 10_000_000;
/// A crawler of Google's reads no more of it.
const MOST_OF_ROBOTS: u64 = 500 * 1024;
/// Lines about what went wrong: more is a flood, and says nothing new.
const MOST_TOLD: usize = 10;
/// Pages that are read at once.
const AT_ONCE: usize = 8;

/// A sitemap to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sitemap {
    /// It stands at an address.
    At(String),
    /// It was read already.
    Read {
        /// For people.
        name: String,
        /// What stands in it.
        bytes: Vec<u8>,
    },
}

/// What was left out, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notes {
    /// What went wrong without ending it, the first few.
    pub told: Vec<String>,
    /// How many more.
    pub untold: usize,
    /// URLs that lead away from what may be warmed, by host.
    pub foreign: BTreeMap<String, u64>,
}

/// What gathers targets.
#[derive(Debug)]
pub struct Gatherer {
    client: Client,
    variants: Variants,
    placing: Placing,
    writer: SpoolWriter,
    /// Pages that are to be read for what they show.
    pages: VecDeque<Url>,
    /// How many pages of sitemaps may still be.
    follow: usize,
    notes: Notes,
    /// Why the list of targets cannot be written.
    failed: Option<io::Error>,
}

impl Gatherer {
    /// Gathers into a file; of sitemaps, so many pages are read for what they show.
    ///
    /// # Errors
    /// [`GatherError::Write`].
    pub fn new(
        client: Client,
        variants: Variants,
        placing: Placing,
        follow: usize,
        file: &Path,
    ) -> Result<Self, GatherError> {
        Ok(Self {
            client,
            variants,
            placing,
            writer: SpoolWriter::create(file)?,
            pages: VecDeque::new(),
            follow,
            notes: Notes::default(),
            failed: None,
        })
    }

    /// Takes a list, a URL a line.
    ///
    /// # Errors
    /// [`GatherError::List`], [`GatherError::Write`].
    pub fn list(&mut self, input: impl BufRead) -> Result<(), GatherError> {
        read_list(input, &mut |url| self.take(&url))?;
        self.failed.take().map_or(Ok(()), |error| Err(error.into()))
    }

    /// Takes what `logs report warm` wrote.
    ///
    /// # Errors
    /// [`GatherError::List`], [`GatherError::Write`].
    pub fn warm_list(&mut self, input: impl BufRead) -> Result<(), GatherError> {
        read_warm_list(input, &mut |it| self.take(&it.url))?;
        self.failed.take().map_or(Ok(()), |error| Err(error.into()))
    }

    /// Takes a URL; one that is none is noted.
    ///
    /// # Errors
    /// [`GatherError::Write`].
    pub fn url(&mut self, url: &str) -> Result<(), GatherError> {
        self.take(url);
        self.failed.take().map_or(Ok(()), |error| Err(error.into()))
    }

    /// Has a page read for what it shows.
    ///
    /// # Errors
    /// [`GatherError::NoAddress`].
    pub fn page(&mut self, page: &str) -> Result<(), GatherError> {
        self.pages.push_back(parsed(page)?);
        Ok(())
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
        if self.notes.told.len() < MOST_TOLD {
            self.notes.told.push(line);
        } else {
            self.notes.untold += 1;
        }
    }

    /// Adds what browsers ask for at a URL.
    fn add(&mut self, url: &Url) -> io::Result<()> {
        let url = self.placing.of(url.clone());
        match self.variants.of(&url) {
            Ok(targets) => {
                targets.into_iter().try_for_each(|(target, key)| self.writer.add(&target, key))?;
            }
            Err(foreign) => *self.notes.foreign.entry(foreign.host).or_default() += 1,
        }
        Ok(())
    }

    /// Reads sitemaps, and those that they lead to.
    ///
    /// # Errors
    /// [`GatherError`]; one of many that cannot be read is noted.
    pub async fn sitemaps(&mut self, sitemaps: Vec<Sitemap>) -> Result<(), GatherError> {
        let mut open = VecDeque::from(sitemaps);
        let mut count = 0;
        while let Some(sitemap) = open.pop_front() {
            count += 1;
            if count > MOST_SITEMAPS {
                return Err(GatherError::Sitemaps);
            }
            let (name, read) = match sitemap {
                Sitemap::Read { name, bytes } => (name, Ok(bytes)),
                Sitemap::At(name) => {
                    let read = self.text_of(&name, MOST_OF_A_SITEMAP).await;
                    (name, read)
                }
            };
            match read {
                Ok(bytes) => open.extend(self.sitemap(&name, &bytes)?),
                Err(source) if count == 1 && open.is_empty() => {
                    return Err(GatherError::Sitemap { name, source });
                }
                Err(error) => self.tell(format!("reading the sitemap {name}: {error}")),
            }
        }
        Ok(())
    }

    /// The sitemaps that the `robots.txt` of a site names, or the one that most sites have.
    ///
    /// # Errors
    /// [`GatherError::NoAddress`].
    pub async fn discovered(&self, base: &Url) -> Result<Vec<Sitemap>, GatherError> {
        let joined =
            |path: &str| base.join(path).map_err(|_| GatherError::NoAddress(base.to_string()));
        let robots = joined("/robots.txt")?;
        let text = self.text_of(robots.as_str(), MOST_OF_ROBOTS).await.unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let found: Vec<_> =
            sitemaps_in_robots(&text).map(|url| Sitemap::At(url.to_owned())).collect();
        if found.is_empty() {
            return Ok(vec![Sitemap::At(joined("/sitemap.xml")?.to_string())]);
        }
        Ok(found)
    }

    /// Adds the pages and pictures of a sitemap; the sitemaps that it leads to.
    fn sitemap(&mut self, name: &str, bytes: &[u8]) -> Result<Vec<Sitemap>, GatherError> {
        let mut entries = Vec::new();
        if let Err(error) = read_sitemap(Cursor::new(bytes), &mut |entry| entries.push(entry)) {
            self.tell(format!("{name}: {error}"));
        }
        let mut sitemaps = Vec::new();
        for entry in entries {
            match entry {
                SitemapEntry::Sitemap(url) => sitemaps.push(Sitemap::At(url)),
                SitemapEntry::Picture(url) => self.add_of_sitemap(&url, false)?,
                SitemapEntry::Page(url) => self.add_of_sitemap(&url, true)?,
            }
        }
        Ok(sitemaps)
    }

    fn add_of_sitemap(&mut self, url: &str, is_page: bool) -> Result<(), GatherError> {
        let url = match parsed(url) {
            Ok(url) => url,
            Err(error) => {
                self.tell(error.to_string());
                return Ok(());
            }
        };
        let is_ours = || self.variants.of(&self.placing.of(url.clone())).is_ok();
        if is_page && self.follow > 0 && is_ours() {
            self.follow -= 1;
            self.pages.push_back(url.clone());
        }
        Ok(self.add(&url)?)
    }

    /// Reads pages, a few at once, and adds what they show.
    ///
    /// # Errors
    /// [`GatherError::Write`]; a page that cannot be read is noted.
    pub async fn read_pages(&mut self) -> Result<(), GatherError> {
        while !self.pages.is_empty() {
            let mut reading = JoinSet::new();
            for page in self.pages.drain(..self.pages.len().min(AT_ONCE)) {
                let client = self.client.clone();
                let page = self.placing.of(page);
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
                    Err(error) => self.tell(format!("{page} was not read: {error}")),
                }
            }
        }
        Ok(())
    }

    async fn text_of(&self, name: &str, most: u64) -> Result<Vec<u8>, ReadError> {
        let url = parsed(name).map_err(|_| ReadError::Address(name.to_owned()))?;
        fetched(&self.client, &self.placing.of(url), most).await
    }

    /// Ends the list.
    ///
    /// # Errors
    /// [`GatherError::Write`].
    pub fn finish(self) -> Result<(Spool, Notes), GatherError> {
        Ok((self.writer.finish()?, self.notes))
    }
}
