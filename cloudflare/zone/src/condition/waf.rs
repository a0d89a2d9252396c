//! Conditions as a site's web ACL has them.

use fleet::delivery::{Condition as Asked, NamedMatch, TextMatch, TextTest as Match};

use super::text::{TestKind, TextTest};
use super::{Condition, Subject};

/// Bytes that AWS WAF looks for, and characters of a regular expression:
/// <https://docs.aws.amazon.com/waf/latest/developerguide/limits.html>.
const BYTES: usize = 200;
const PATTERN: usize = 512;
/// Codes of one match by country, numbers of one match by system.
const COUNTRIES: usize = 50;
const SYSTEMS: usize = 100;
/// Conditions inside one another, as many as a fleet file may have.
const DEPTH: usize = 10;

/// The condition in the terms of the fleet file, host known already.
///
/// # Errors
/// What of it AWS WAF cannot tell.
pub(crate) fn condition(condition: &Condition) -> Result<Asked, String> {
    let asked = asked(condition)?;
    if depth(&asked) > DEPTH {
        return Err(format!("it has more than {DEPTH} conditions inside one another"));
    }
    Ok(asked)
}

/// Conditions inside one another.
fn depth(condition: &Asked) -> usize {
    1 + condition.parts().iter().map(depth).max().unwrap_or(0)
}

fn asked(condition: &Condition) -> Result<Asked, String> {
    match condition {
        // A path begins with `/`.
        Condition::Always => Ok(Asked::Path(TextMatch::of(Match::StartsWith("/")))),
        Condition::Never => {
            Ok(Asked::Not(Box::new(Asked::Path(TextMatch::of(Match::StartsWith("/"))))))
        }
        Condition::All(parts) => Ok(Asked::All(each(parts)?)),
        Condition::Any(parts) => Ok(Asked::Any(each(parts)?)),
        Condition::Not(part) => Ok(Asked::Not(Box::new(asked(part)?))),
        Condition::Text(subject, test) => text(subject, test),
        Condition::Present(subject) => present(subject),
        Condition::Addresses(networks) => Ok(Asked::Addresses(blocks(networks)?)),
        Condition::Countries(codes) => Ok(chunked(codes, COUNTRIES, Asked::Countries)),
        Condition::Systems(numbers) => Ok(chunked(numbers, SYSTEMS, Asked::AutonomousSystems)),
        Condition::Encrypted => {
            Err("AWS WAF does not see whether a request is encrypted".to_owned())
        }
        Condition::Opaque { .. } => Err(condition.opacity().unwrap_or_default()),
    }
}

fn each(parts: &[Condition]) -> Result<Vec<Asked>, String> {
    parts.iter().map(asked).collect()
}

/// AWS WAF takes no network of all addresses: two halves are as much.
fn blocks(networks: &[ipnet::IpNet]) -> Result<Vec<String>, String> {
    /// Addresses of a set.
    const ADDRESSES: usize = 10_000;
    let halves = networks.iter().flat_map(|network| match network.prefix_len() {
        0 => network.subnets(1).map(Iterator::collect).unwrap_or_default(),
        _ => vec![*network],
    });
    let blocks: Vec<String> = halves.map(|network| network.to_string()).collect();
    if blocks.len() > ADDRESSES {
        return Err(format!("{} addresses are more than a set of AWS WAF takes", blocks.len()));
    }
    Ok(blocks)
}

fn chunked<T: Clone>(all: &[T], most: usize, of: fn(Vec<T>) -> Asked) -> Asked {
    let mut parts: Vec<Asked> = all.chunks(most).map(|chunk| of(chunk.to_vec())).collect();
    if parts.len() == 1 { parts.swap_remove(0) } else { Asked::Any(parts) }
}

fn present(subject: &Subject) -> Result<Asked, String> {
    let of = |name: &str| NamedMatch { name: name.to_owned(), value: None };
    match subject {
        Subject::Header(name) => Ok(Asked::Header(of(name))),
        Subject::Cookie(name) => Ok(Asked::Cookie(of(name))),
        Subject::Argument(name) => Ok(Asked::Argument(of(name))),
        other => Err(format!("whether there is a {other} is not asked")),
    }
}

fn text(subject: &Subject, test: &TextTest) -> Result<Asked, String> {
    if let (Subject::Extension, TestKind::Is(extension)) = (subject, &test.kind) {
        // A name that begins with its only dot has no extension.
        let end = format!("(?i)[^/]\\.{}$", regex::escape(extension));
        return Ok(Asked::Path(TextMatch::of(Match::Matches(&end))));
    }
    let like = like(test)?;
    let of = |name: &str| named(name, like.clone());
    Ok(match subject {
        Subject::Path => Asked::Path(like),
        Subject::Query => Asked::Query(like),
        Subject::Method => Asked::Method(like),
        Subject::Header(name) => Asked::Header(of(name)),
        Subject::Cookie(name) => Asked::Cookie(of(name)),
        Subject::Argument(name) => Asked::Argument(of(name)),
        Subject::Host | Subject::Target | Subject::Url | Subject::Extension => {
            return Err(format!("AWS WAF does not compare the {subject} in this way"));
        }
    })
}

/// A header, cookie or argument with a value like that.
pub(crate) fn named(name: &str, value: TextMatch) -> NamedMatch {
    NamedMatch { name: name.to_owned(), value: Some(value) }
}

fn like(test: &TextTest) -> Result<TextMatch, String> {
    let kind = match &test.kind {
        TestKind::Wildcard(pattern) => wildcard(pattern),
        other => other.clone(),
    };
    let like = match &kind {
        TestKind::Is(text) => Match::Is(text),
        TestKind::StartsWith(text) => Match::StartsWith(text),
        TestKind::EndsWith(text) => Match::EndsWith(text),
        TestKind::Contains(text) => Match::Contains(text),
        TestKind::Matches(pattern) | TestKind::Wildcard(pattern) => {
            if let Some(mark) =
                ["(?x", r"\p", r"\P", "[[:"].into_iter().find(|it| pattern.contains(it))
            {
                return Err(format!("AWS WAF reads no `{mark}` in a regular expression"));
            }
            Match::Matches(pattern)
        }
    };
    let most = if matches!(like, Match::Matches(_)) { PATTERN } else { BYTES };
    if like.text().len() > most {
        return Err(format!("{} bytes are more than AWS WAF looks for", like.text().len()));
    }
    // Everything begins and ends with nothing.
    if like.text().is_empty() && !matches!(like, Match::Is(_)) {
        return Err("it looks for nothing".to_owned());
    }
    if test.ignores_case
        && let Match::Matches(pattern) = like
    {
        let pattern = format!("(?i){}", pattern.trim_start_matches("(?i)"));
        return Ok(TextMatch::of(Match::Matches(&pattern)));
    }
    Ok(TextMatch { ignore_case: test.ignores_case, ..TextMatch::of(like) })
}

/// A pattern as the simplest test that says the same.
fn wildcard(pattern: &str) -> TestKind {
    let pieces: Vec<&str> = pattern.split('*').collect();
    match pieces.as_slice() {
        [text] => TestKind::Is((*text).to_owned()),
        [text, ""] => TestKind::StartsWith((*text).to_owned()),
        ["", text] => TestKind::EndsWith((*text).to_owned()),
        ["", text, ""] => TestKind::Contains((*text).to_owned()),
        pieces => {
            let pieces: Vec<String> = pieces.iter().map(|piece| regex::escape(piece)).collect();
            TestKind::Matches(format!("^{}$", pieces.join(".*")))
        }
    }
}
