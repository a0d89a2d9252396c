//! Shopify: query parameters and file-name suffixes.
//!
//! Claims paths that end in a picture's extension, where a parameter or a suffix is there; a plain
//! path belongs to the origin. `v` names a version of the file and stays with the source. Parameters
//! that are none of Shopify's (marketing) are neither options nor part of the source, so that they
//! do not multiply variants.

mod suffix;
mod wish;

use std::ops::Range;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use self::suffix::FileName;
use self::wish::{PARAMETERS, Wish};
use super::decoded::Decoded;
use super::{Dialect, Issue, IssueKind, Parsed, Reading, issue_of, remark};
use crate::error::Error;
use crate::recipe::Verdict;
use crate::source_ref::{SourcePath, SourceRef};

/// Reads a path and query; `Ok(None)` where they are not of this dialect.
///
/// # Errors
/// [`Error::InvalidSource`] for a path that cannot be a source.
pub(super) fn parse(path: &str, query: Option<&str>) -> Result<Option<Parsed>, Error> {
    let (folder, name) = path.split_at(path.rfind('/').map_or(0, |slash| slash + 1));
    let name = Decoded::new(name, folder.len());
    let Some(file) = FileName::parse(&name.text(0..name.bytes().len())) else { return Ok(None) };
    let mut issues = Issues { url: url(path, query), found: Vec::new() };
    let asked = query_wish(path.len() + 1, query.unwrap_or_default(), &mut issues);
    if asked.is_none() && !file.has_suffix() {
        return Ok(None);
    }
    let exact = asked.unwrap_or_default();
    let version = version(query.unwrap_or_default());
    let mut readings = Vec::new();
    let mut likeliest = exact.clone();
    if file.has_suffix() {
        let encoded = utf8_percent_encode(&file.stripped, NON_ALPHANUMERIC);
        let source = SourcePath::parse(&format!("{folder}{encoded}"), version)?;
        likeliest = exact.clone().or(&file.wish(name.span(0..name.bytes().len()), &mut issues));
        readings.push(Reading { source: SourceRef::Path(source), recipe: likeliest.recipe() });
    }
    let source = SourcePath::parse(path, version)?;
    readings.push(Reading { source: SourceRef::Path(source), recipe: exact.recipe() });
    likeliest.note_no_effects(&mut issues);
    issues.found.sort_by_key(|issue| issue.span.start);
    Ok(Some(Parsed { dialect: Dialect::Shopify, readings, issues: issues.found }))
}

/// The pair `v=<time>` of a query, which Shopify changes with every new version of a file. Only
/// digits count: anything else would let a stranger name versions at will.
fn version(query: &str) -> Option<&str> {
    /// Digits of the largest 64-bit number.
    const LONGEST: usize = 20;
    query.split('&').find(|pair| {
        pair.strip_prefix("v=").is_some_and(|digits| {
            (1..=LONGEST).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())
        })
    })
}

fn url(path: &str, query: Option<&str>) -> String {
    match query {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    }
}

/// What is found wrong, by its place in the URL.
struct Issues {
    url: String,
    found: Vec<Issue>,
}

impl Issues {
    fn report(&mut self, span: Range<usize>, name: &str, verdict: Verdict) {
        if let Some((kind, message, hint)) = remark(name, verdict) {
            self.push(span, kind, message, hint);
        }
    }

    fn push(&mut self, span: Range<usize>, kind: IssueKind, message: String, hint: Option<String>) {
        self.found.push(issue_of(&self.url, span, kind, message, hint));
    }
}

/// What a query that begins at byte `offset` of the URL asks for; `None` where it has none of
/// Shopify's parameters.
fn query_wish(offset: usize, query: &str, issues: &mut Issues) -> Option<Wish> {
    let mut wish = Wish::default();
    let mut start = offset;
    for pair in query.split('&') {
        let span = start..start + pair.len();
        start = span.end + 1;
        let pair = Decoded::new(pair, span.start);
        let text = pair.text(0..pair.bytes().len());
        let (key, value) = text.split_once('=').unwrap_or((&text, ""));
        let Some((name, read)) = PARAMETERS.iter().find(|(name, _)| *name == key) else { continue };
        if wish.span(name).is_some() {
            issues.push(span, IssueKind::Duplicate, format!("repeats `{name}`"), None);
            continue;
        }
        wish.spans.push((name, span.clone()));
        issues.report(span, name, read(&mut wish, value));
    }
    (!wish.spans.is_empty()).then_some(wish)
}

#[cfg(test)]
mod tests;
