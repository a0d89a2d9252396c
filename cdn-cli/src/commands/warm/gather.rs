//! Sitemaps, lists and pages, as they are named on the command line, become targets on disk.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use anyhow::Context as _;
use cache_warmer::{Client, Gatherer, Notes, Purged, Sitemap, Spool, Variants, Wanted};

use super::chosen::Chosen;
use crate::cli::WhatArgs;
use crate::hints::Hinted;
use crate::printer::Io;

/// Gathers the targets into a file: all, or those that were purged.
pub(super) async fn targets(
    args: &WhatArgs,
    (chosen, purged): (&Chosen, Option<&Purged>),
    client: Client,
    file: &Path,
    io: &mut Io<'_>,
) -> anyhow::Result<Spool> {
    let wanted = Wanted {
        pictures: args.sources.formats.clone(),
        texts: args.sources.encodings.clone(),
        originals_as_variants: !args.sources.no_expand,
    };
    let mut variants = Variants::new(chosen.shops(), &args.allow_host, wanted);
    if let Some(purged) = purged {
        variants = variants.only(purged.clone());
    }
    let mut gatherer =
        Gatherer::new(client, variants, chosen.placing(), args.sources.follow, file)?;
    lists(args, &mut gatherer, io)?;
    for page in &args.sources.page {
        gatherer.page(page)?;
    }
    for site in &chosen.sites {
        let base = chosen.base_of(site)?;
        for address in purged.into_iter().flat_map(Purged::addresses) {
            gatherer.url(base.join(address)?.as_str())?;
        }
    }
    gatherer.sitemaps(sitemaps(args, (chosen, purged), &gatherer).await?).await?;
    gatherer.read_pages().await?;
    let (spool, notes) = gatherer.finish()?;
    told(&notes, io)?;
    is_some(spool, purged.is_some())
}

fn lists(args: &WhatArgs, gatherer: &mut Gatherer, io: &mut Io<'_>) -> anyhow::Result<()> {
    for file in &args.sources.urls {
        let reading = || format!("reading the list {file}");
        gatherer.list(opened(file, io)?).with_context(reading)?;
    }
    for file in &args.sources.list {
        let reading = || format!("reading the warm list {file}");
        gatherer.warm_list(opened(file, io)?).with_context(reading)?;
    }
    Ok(())
}

/// The sitemaps that were named; where nothing was, those of each site.
async fn sitemaps(
    args: &WhatArgs,
    (chosen, purged): (&Chosen, Option<&Purged>),
    gatherer: &Gatherer,
) -> anyhow::Result<Vec<Sitemap>> {
    let mut sitemaps = Vec::new();
    for name in &args.sources.sitemap {
        sitemaps.push(if name.starts_with("http://") || name.starts_with("https://") {
            Sitemap::At(name.clone())
        } else {
            let bytes =
                std::fs::read(name).with_context(|| format!("reading the sitemap {name}"))?;
            Sitemap::Read { name: name.clone(), bytes }
        });
    }
    if !args.sources.are_given() && purged.is_none_or(Purged::needs_list) {
        for site in &chosen.sites {
            sitemaps.extend(gatherer.discovered(&chosen.base_of(site)?).await?);
        }
    }
    Ok(sitemaps)
}

/// Says what was left out.
fn told(notes: &Notes, io: &mut Io<'_>) -> anyhow::Result<()> {
    for line in &notes.told {
        io.stderr.line(line)?;
    }
    if notes.untold > 0 {
        io.stderr.line(format_args!("and {} more like these", notes.untold))?;
    }
    for (host, count) in &notes.foreign {
        io.stderr.line(format_args!(
            "left out: {count} of {host}, which is no host of the sites that are warmed; \
             --allow-host {host} warms it"
        ))?;
    }
    Ok(())
}

fn is_some(spool: Spool, is_purged: bool) -> anyhow::Result<Spool> {
    if spool.count() > 0 {
        return Ok(spool);
    }
    let (message, hint) = if is_purged {
        (
            "nothing of the list is among what was purged, so that nothing is warmed",
            "name a list that has it: --sitemap, --urls, --list, --page",
        )
    } else {
        (
            "nothing was found that could be warmed",
            "name a sitemap, a list or a page: --sitemap, --urls, --list, --page",
        )
    };
    Err(Hinted::error(message, hint))
}

fn opened<'a>(file: &str, io: &'a mut Io<'_>) -> anyhow::Result<Box<dyn BufRead + 'a>> {
    if file == "-" {
        let stdin: &mut (dyn Read + Send) = io.stdin;
        return Ok(Box::new(BufReader::new(stdin)));
    }
    let opened = File::open(file).with_context(|| format!("reading the list {file}"))?;
    Ok(Box::new(BufReader::new(opened)))
}
