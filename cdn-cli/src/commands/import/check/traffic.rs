//! The requests that both sides are asked for.

use std::collections::{BTreeSet, VecDeque};
use std::fs::{self, File};
use std::io::{BufReader, Cursor, Read};
use std::path::Path;

use anyhow::Context as _;
use cache_warmer::source::{SitemapEntry, read_sitemap};
use flate2::read::MultiGzDecoder;
use zone_check::{Visit, visits_of_logpush};

use crate::cli::ImportCheckArgs;
use crate::hints::Hinted;
use crate::printer::Io;

/// A sitemap has at most 50 MB (<https://www.sitemaps.org/protocol.html>).
const MOST_OF_A_SITEMAP: u64 = 52_428_800;
/// Sitemaps that one index may lead to, by the same protocol.
const MOST_SITEMAPS: usize = 50_000;
/// What a file compressed by gzip begins with.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// All requests of lists, sitemaps and logs.
pub(super) fn visits(args: &ImportCheckArgs, io: &mut Io<'_>) -> anyhow::Result<Vec<Visit>> {
    if args.urls.is_empty() && args.sitemap.is_empty() && args.logs.is_empty() {
        return Err(Hinted::error(
            "there is nothing to ask for",
            "name requests: --urls FILE, --sitemap URL or --logs FILE",
        ));
    }
    let mut visits = Vec::new();
    for file in &args.urls {
        let name = file.display();
        let text = text(file, io).with_context(|| format!("reading {name}"))?;
        visits.extend(zone_check::visits(&text).with_context(|| format!("reading {name}"))?);
    }
    for file in &args.logs {
        let name = file.display();
        let text = text(file, io).with_context(|| format!("reading {name}"))?;
        visits.extend(visits_of_logpush(&text).with_context(|| format!("reading {name}"))?);
    }
    if !args.sitemap.is_empty() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        visits.extend(runtime.block_on(of_sitemaps(&args.sitemap))?);
    }
    Ok(visits)
}

/// A file, or what is piped in; also packed by gzip.
fn text(file: &Path, io: &mut Io<'_>) -> anyhow::Result<String> {
    let mut bytes = Vec::new();
    if file == Path::new("-") {
        io.stdin.read_to_end(&mut bytes)?;
    } else {
        File::open(file)?.read_to_end(&mut bytes)?;
    }
    if bytes.starts_with(&GZIP) {
        let mut plain = Vec::new();
        MultiGzDecoder::new(Cursor::new(bytes)).read_to_end(&mut plain)?;
        bytes = plain;
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Pages and pictures of sitemaps, and of those that they lead to.
async fn of_sitemaps(named: &[String]) -> anyhow::Result<Vec<Visit>> {
    let mut waiting: VecDeque<String> = named.iter().cloned().collect();
    let mut known: BTreeSet<String> = waiting.iter().cloned().collect();
    let mut visits = Vec::new();
    while let Some(place) = waiting.pop_front() {
        let bytes = fetched(&place).await.with_context(|| format!("reading {place}"))?;
        let mut tell = |entry| match entry {
            SitemapEntry::Sitemap(url) => {
                if known.len() < MOST_SITEMAPS && known.insert(url.clone()) {
                    waiting.push_back(url);
                }
            }
            SitemapEntry::Page(url) | SitemapEntry::Picture(url) => visits.extend(Visit::get(&url)),
        };
        read_sitemap(BufReader::new(Cursor::new(bytes)), &mut tell)
            .with_context(|| format!("reading {place}"))?;
    }
    Ok(visits)
}

async fn fetched(place: &str) -> anyhow::Result<Vec<u8>> {
    if !place.starts_with("http://") && !place.starts_with("https://") {
        return Ok(fs::read(place)?);
    }
    // The first to install a provider wins, and any of them will do.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut answer = reqwest::get(place).await?.error_for_status()?;
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await? {
        bytes.extend_from_slice(&chunk);
        anyhow::ensure!(bytes.len() as u64 <= MOST_OF_A_SITEMAP, "it has more than 50 MB");
    }
    Ok(bytes)
}
