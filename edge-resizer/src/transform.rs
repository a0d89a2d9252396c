//! The spine: from a request to an answer, every step in order.

use std::ops::ControlFlow;

use bytes::Bytes;

use crate::dialect::{Dialect, Issue};
use crate::error::SourceFailure;
use crate::negotiate::Resolved;
use crate::policy::Policy;
use crate::recipe::Recipe;
use crate::request::Request;
use crate::respond::Response;
use crate::source_ref::SourceRef;

/// What becomes of a request.
#[derive(Debug)]
pub enum Step {
    /// It is answered: an error, or 304.
    Respond(Response),
    /// A source is needed: fetch it and [`finish`](Job::finish).
    Fetch(Box<Job>),
    /// It asks for no transformed picture: it belongs to the origin as it is.
    Pass,
}

/// A request that is understood and waits for its source.
#[derive(Clone, Debug)]
pub struct Job {
    variants: Vec<Variant>,
}

#[derive(Clone, Debug)]
struct Variant {
    source: SourceRef,
    resolved: Resolved,
    key: String,
}

/// What the host found.
#[derive(Clone, Debug)]
pub enum Fetched {
    /// The source at this place of [`Job::sources`].
    Found {
        /// Index into [`Job::sources`].
        index: usize,
        /// What was there.
        source: Source,
    },
    /// None of them.
    Failed(SourceFailure),
}

/// An original as the host got it.
#[derive(Clone, Debug, Default)]
pub struct Source {
    /// The whole file.
    pub bytes: Bytes,
    /// The origin's `ETag` or `Last-Modified`, whatever tells its versions apart. `None`: the
    /// bytes themselves do.
    pub version: Option<String>,
    /// The origin's `Cache-Control`.
    pub cache_control: Option<String>,
}

/// Told at the end of each stage of [`Job::finish`] (`sniff`, `plan`, `decode`, the pixel steps by
/// name, `encode`); `Break` stops the work. A host takes times for `Server-Timing` here and stops
/// for clients that have left.
pub type Watch<'a> = dyn FnMut(&'static str) -> ControlFlow<()> + 'a;

/// Reads a request: answers at once, or says which source is needed.
pub fn accept(request: &Request, policy: &Policy) -> Step {
    let _ = (request, policy);
    todo!()
}

impl Job {
    /// Where the original may be, most likely place first: the first that exists is meant.
    pub fn sources(&self) -> impl Iterator<Item = &SourceRef> {
        self.variants.iter().map(|variant| &variant.source)
    }

    /// The key under which the answer may be cached and stored: `<source>/<recipe>`. Everything
    /// that makes a difference is in it, but for the source's version and the policy.
    pub fn variant_key(&self) -> &str {
        self.variants.first().map_or("", |variant| &variant.key)
    }

    /// Makes the answer.
    pub fn finish(&self, fetched: Fetched, watch: &mut Watch<'_>) -> Response {
        let _ = (fetched, watch, self.variants.first().map(|v| &v.resolved));
        todo!()
    }
}

/// How a request is understood, for people: `cdn-cli images explain`.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The language of the URL.
    pub dialect: Dialect,
    /// Where the original is looked for.
    pub source: SourceRef,
    /// What was asked for.
    pub recipe: Recipe,
    /// What will be made.
    pub resolved: Resolved,
    /// What was ignored or changed, with its place in the URL.
    pub issues: Vec<Issue>,
    /// The cache key.
    pub variant_key: String,
}

/// Explains a request; `Ok(None)` where it asks for no transformed picture.
///
/// # Errors
/// As [`accept`] would answer.
pub fn explain(request: &Request, policy: &Policy) -> Result<Option<Explanation>, crate::Error> {
    let _ = (request, policy);
    todo!()
}
