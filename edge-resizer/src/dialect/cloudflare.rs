//! Cloudflare: `/cdn-cgi/image/<options>/<source>`.

use std::ops::Range;

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

use super::option_list::OptionList;
use super::{Dialect, Parsed, Reading};
use crate::error::Error;
use crate::policy::Policy;
use crate::source_ref::{RemoteSource, SourcePath, SourceRef, SourceRefError};

const PREFIX: &str = "/cdn-cgi/image/";

/// Segments that may stand before the options; they mean nothing here.
const ADAPTERS: [&str; 3] = ["akamai", "fastly", "flow"];

/// What a URL that was percent-encoded whole must have encoded again; `%` is not among it, since it
/// begins the escapes of the URL itself.
const NOT_IN_A_URL: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// Reads a path; `Ok(None)` where it is not of this dialect. The whole query belongs to the source.
///
/// # Errors
/// [`Error::BadUrl`] without options or source, [`Error::InvalidSource`] for a source that cannot
/// be one.
pub(super) fn parse(
    path: &str,
    query: Option<&str>,
    policy: &Policy,
) -> Result<Option<Parsed>, Error> {
    if !path.starts_with(PREFIX) {
        return Ok(None);
    }
    let segment = options_segment(path)?;
    let list = OptionList::parse(path, segment.clone());
    if list.is_empty() {
        return Err(Error::BadUrl { reason: "no `name=value` where the options stand" });
    }
    let source = source(path.get(segment.end + 1..).unwrap_or_default(), query)?;
    let (recipe, issues) = list.into_recipe(policy);
    Ok(Some(Parsed {
        dialect: Dialect::Cloudflare,
        readings: vec![Reading { source, recipe }],
        issues,
    }))
}

/// Where the options stand: the segment after the prefix and an adapter, if a source follows.
fn options_segment(path: &str) -> Result<Range<usize>, Error> {
    const NO_SOURCE: Error = Error::BadUrl { reason: "no source after the options" };
    let segment = |start: usize| {
        let rest = path.get(start..)?;
        let length = rest.find('/')?;
        (length + 1 < rest.len()).then_some(start..start + length)
    };
    let first = segment(PREFIX.len()).ok_or(NO_SOURCE)?;
    let is_adapter = path.get(first.clone()).is_some_and(|text| ADAPTERS.contains(&text));
    Ok(if is_adapter { segment(first.end + 1).unwrap_or(first) } else { first })
}

/// The original: a path of the own origin, or an absolute URL, as it is, percent-encoded whole, or
/// with one of its two slashes lost on the way.
fn source(text: &str, query: Option<&str>) -> Result<SourceRef, SourceRefError> {
    if let Some(url) = absolute(text) {
        return RemoteSource::parse(&with_query(url, query)).map(SourceRef::Remote);
    }
    let decoded = percent_decode_str(text).decode_utf8_lossy();
    if let Some(url) = absolute(&decoded) {
        let url = utf8_percent_encode(&url, NOT_IN_A_URL).to_string();
        return RemoteSource::parse(&with_query(url, query)).map(SourceRef::Remote);
    }
    SourcePath::parse(text, query).map(SourceRef::Path)
}

/// The URL, where `text` is an absolute one; a proxy that merges slashes leaves `https:/host`.
fn absolute(text: &str) -> Option<String> {
    let (scheme, rest) = text.split_once(":/")?;
    let scheme = scheme.to_ascii_lowercase();
    let rest = rest.strip_prefix('/').unwrap_or(rest);
    matches!(scheme.as_str(), "http" | "https").then(|| format!("{scheme}://{rest}"))
}

fn with_query(url: String, query: Option<&str>) -> String {
    match query {
        Some(query) if !query.is_empty() => {
            let separator = if url.contains('?') { '&' } else { '?' };
            format!("{url}{separator}{query}")
        }
        _ => url,
    }
}

#[cfg(test)]
mod tests;
