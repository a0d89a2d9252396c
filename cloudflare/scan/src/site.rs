//! The pages of a site, read politely: `robots.txt` is heeded, one request at a time, a pause between
//! two, and an end after so many pages and bytes.
//!
//! [`scan`] is the spine: sitemaps and the pages given first, then where they lead, on the same hosts.

mod fetch;
mod frontier;

use std::collections::HashMap;
use std::time::Duration;

use robotxt::{AccessResult, Robots};
use url::Url;

use self::fetch::{Answer, Fetcher};
use self::frontier::{Frontier, Step};
use crate::document::{Document, Kind};
use crate::report::Report;
use crate::text::Link;

/// What a scan calls itself, in `User-Agent` and towards `robots.txt`.
pub const AGENT: &str = "cdn-cli";

/// Bounds of a scan.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Requests for pages, style sheets, scripts and sitemaps. Default: 200.
    pub pages: usize,
    /// Bytes of all answers together. Default: 64 MiB.
    pub bytes: u64,
    /// Links from a page that was given, or from a sitemap. Default: 3.
    pub depth: usize,
    /// Time between two requests. Default: 250 ms.
    pub pause: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { pages: 200, bytes: 64 * 1024 * 1024, depth: 3, pause: Duration::from_millis(250) }
    }
}

/// Why a site cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum SiteError {
    /// The HTTP client cannot be made.
    #[error("the HTTP client cannot be made: {0}")]
    Client(#[from] reqwest::Error),
    /// Not `http` or `https`.
    #[error("`{0}` is no http or https URL")]
    Scheme(Url),
}

/// Reads sites from these pages on; `told` hears of each URL before it is asked for.
///
/// # Errors
/// [`SiteError`]; what goes wrong with a single page is noted in the report.
pub async fn scan(
    pages: &[Url],
    limits: &Limits,
    report: &mut Report,
    mut told: impl FnMut(&Url),
) -> Result<(), SiteError> {
    if let Some(other) = pages.iter().find(|page| !matches!(page.scheme(), "http" | "https")) {
        return Err(SiteError::Scheme(other.clone()));
    }
    let mut fetcher = Fetcher::new(limits)?;
    let mut frontier = Frontier::new(pages, limits.depth);
    let robots = all_robots(&mut fetcher, &mut frontier, pages).await;
    while let Some(step) = frontier.next() {
        let is_allowed =
            robots.get(&origin(&step.url)).is_none_or(|it| it.is_url_allowed(&step.url));
        if !is_allowed {
            report.skipped("pages that robots.txt keeps to itself");
            continue;
        }
        if fetcher.is_spent() {
            report.skipped("pages beyond the limits");
            continue;
        }
        told(&step.url);
        match fetcher.get(&step.url).await {
            Ok(answer) => take(&step, &answer, &mut frontier, report),
            Err(reason) => report.unread(format!("{}: {reason}", step.url)),
        }
    }
    Ok(())
}

/// The rules of each host; its sitemaps go to the frontier.
async fn all_robots(
    fetcher: &mut Fetcher,
    frontier: &mut Frontier,
    pages: &[Url],
) -> HashMap<String, Robots> {
    let mut all = HashMap::new();
    for page in pages {
        if all.contains_key(&origin(page)) {
            continue;
        }
        let robots = robots(fetcher, page).await;
        for sitemap in robots.sitemaps() {
            frontier.add(sitemap.clone(), 0);
        }
        all.insert(origin(page), robots);
    }
    all
}

/// The rules of a host. By RFC 9309 section 2.3.1, all is allowed where there are none, nothing while
/// the host cannot say.
async fn robots(fetcher: &mut Fetcher, page: &Url) -> Robots {
    let Ok(url) = page.join("/robots.txt") else { return Robots::allow_all() };
    match fetcher.get(&url).await {
        Ok(answer) if answer.status == 200 => {
            Robots::from_access(AccessResult::Successful(&answer.body), AGENT)
        }
        Ok(answer) if answer.status >= 500 => Robots::disallow_all(),
        Ok(_) => Robots::allow_all(),
        Err(_) => Robots::disallow_all(),
    }
}

/// Reads an answer: its pictures go to the report, its links to the frontier.
fn take(step: &Step, answer: &Answer, frontier: &mut Frontier, report: &mut Report) {
    if let Some(target) = answer.redirects_to(&step.url) {
        frontier.add(target, step.depth);
        return;
    }
    if answer.status != 200 {
        report.unread(format!("{}: answered with {}", step.url, answer.status));
        return;
    }
    let Some(kind) = answer.media_type.as_deref().and_then(Kind::of_media_type) else { return };
    let text = String::from_utf8_lossy(&answer.body).into_owned();
    let document = Document { name: step.url.to_string(), kind, text };
    let reading = report.add(&document);
    for link in &reading.links {
        let (target, depth) = match link {
            Link::Page(target) => (target, step.depth + usize::from(kind != Kind::Sitemap)),
            Link::Asset(target) | Link::Sitemap(target) => (target, step.depth),
        };
        if let Ok(url) = step.url.join(target) {
            frontier.add(url, depth);
        }
    }
}

fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}
