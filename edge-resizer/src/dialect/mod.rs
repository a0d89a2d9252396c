//! URL languages: each reads a request line into one [`Recipe`] and reports what it could not use.

mod cloudflare;
mod decoded;
mod option_list;
mod shopify;

use std::ops::Range;

use crate::error::Error;
use crate::policy::Policy;
use crate::recipe::{Applied, Objection, Recipe, Verdict};
use crate::request::Request;
use crate::source_ref::SourceRef;

/// The text of the empty recipe in the key of a variant.
pub(crate) const ORIGINAL: &str = "original";

/// A language in which pictures are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Dialect {
    /// `/cdn-cgi/image/<options>/<source>`.
    Cloudflare,
    /// `?width=400&crop=center` and `_400x400_crop_center` before the extension.
    Shopify,
}

/// What a URL asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Parsed {
    /// The language it is written in.
    pub(crate) dialect: Dialect,
    /// Readings of the URL, most likely first: the first whose source exists is meant. There is
    /// more than one only where a real file may be named like a Shopify size suffix.
    pub(crate) readings: Vec<Reading>,
    /// What was ignored or changed, in the order of the URL.
    pub(crate) issues: Vec<Issue>,
}

/// One reading of a URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reading {
    /// Where the original is.
    pub(crate) source: SourceRef,
    /// What is to be done to it.
    pub(crate) recipe: Recipe,
}

/// Something in a URL that was ignored or changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// Bytes of `path?query` as the request had it.
    pub span: Range<usize>,
    /// The option, as it was written.
    pub option: String,
    /// What is the matter.
    pub kind: IssueKind,
    /// What is the matter in words, lower-case, without a full stop.
    pub message: String,
    /// What to write instead, where there is something better.
    pub hint: Option<String>,
}

/// What is the matter with an option.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IssueKind {
    /// The value was brought into its range.
    Clamped,
    /// The option stands there twice; the first counts.
    Duplicate,
    /// The value is not of the option's form; the option is ignored.
    Malformed,
    /// The option has no effect together with the others.
    NoEffect,
    /// The option exists but not here; it is ignored.
    Unsupported,
    /// No such option; it is ignored.
    Unknown,
}

impl IssueKind {
    /// Whether a strict policy refuses the request for it.
    pub const fn is_error_when_strict(self) -> bool {
        matches!(self, Self::Clamped | Self::Malformed | Self::Unknown)
    }
}

/// Reads the request line in the dialects that the policy allows; `Ok(None)` where it is no
/// request for a transformed picture and belongs to the origin as it is.
///
/// # Errors
/// [`Error::BadUrl`] where a dialect claims the path but no options or no source can be made out
/// of it, [`Error::InvalidSource`] where the source is none that could be fetched.
pub(crate) fn parse(request: &Request, policy: &Policy) -> Result<Option<Parsed>, Error> {
    let query = request.query.as_deref();
    if policy.dialects.cloudflare
        && let Some(parsed) = cloudflare::parse(&request.path, query, policy)?
    {
        return Ok(Some(parsed));
    }
    if policy.dialects.shopify {
        return shopify::parse(&request.path, query);
    }
    Ok(None)
}

/// The recipe of a canonical text, and what of it could not be used.
pub(crate) fn canonical_recipe(text: &str, policy: &Policy) -> (Recipe, Vec<Issue>) {
    match text {
        ORIGINAL => (Recipe::default(), Vec::new()),
        text => option_list::OptionList::parse(text, 0..text.len()).into_recipe(policy),
    }
}

/// The issue that stands at `span` of `url`.
fn issue_of(
    url: &str,
    span: Range<usize>,
    kind: IssueKind,
    message: String,
    hint: Option<String>,
) -> Issue {
    let option = url.get(span.clone()).unwrap_or_default().to_owned();
    Issue { span, option, kind, message, hint }
}

/// What is to be said about a value of the option `name`: kind, message and hint.
fn remark(name: &str, verdict: Verdict) -> Option<(IssueKind, String, Option<String>)> {
    match verdict {
        Ok(Applied::AsWritten) => None,
        Ok(Applied::Clamped(message)) => Some((IssueKind::Clamped, message, None)),
        Err(Objection::Malformed { expected, hint }) => {
            let hint = hint.map(|value| format!("{name}={value}"));
            Some((IssueKind::Malformed, expected, hint))
        }
        Err(Objection::NoEffect(message)) => Some((IssueKind::NoEffect, message, None)),
        Err(Objection::Unsupported(message)) => Some((IssueKind::Unsupported, message, None)),
    }
}
