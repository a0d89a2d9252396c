//! The first half of the spine: from a request to a [`Job`], every step in order.

use std::fmt::Write;
use std::num::NonZeroU32;

use crate::dialect::{self, Dialect, Issue, Parsed, Reading};
use crate::edge_path;
use crate::error::Error;
use crate::negotiate::{self, Resolved};
use crate::policy::{Parsing, Policy, SourceRules};
use crate::recipe::{Format, FormatRequest, Negotiated, Recipe};
use crate::request::Request;
use crate::respond::{self, Response};
use crate::sign;
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
    /// The readings of the URL, most likely first; never empty.
    variants: Vec<Variant>,
    /// What was ignored or changed so far, in words.
    pub(crate) warnings: Vec<String>,
    #[cfg_attr(not(feature = "transform"), expect(dead_code, reason = "`Job::finish` reads it"))]
    pub(crate) head: bool,
    #[cfg_attr(not(feature = "transform"), expect(dead_code, reason = "`Job::finish` reads it"))]
    pub(crate) if_none_match: Option<String>,
    pub(crate) policy: Policy,
    /// Whether the answer stands in for a better one that is being made.
    pub(crate) stands_in: bool,
}

/// One reading of the URL with its choices made.
#[derive(Clone, Debug)]
pub(crate) struct Variant {
    pub(crate) source: SourceRef,
    pub(crate) resolved: Resolved,
    pub(crate) key: String,
}

/// Reads a request: answers at once, or says which source is needed.
///
/// # Example
/// ```
/// use edge_resizer::{Policy, Request, Step, accept};
///
/// let request = Request::get("/cdn-cgi/image/width=400/photos/cup.jpg");
/// let Step::Fetch(job) = accept(&request, &Policy::default()) else { panic!("a job") };
/// assert_eq!(job.variant_key(), "photos/cup.jpg/width=400");
/// assert_eq!(job.sources().next().unwrap().to_string(), "/photos/cup.jpg");
/// ```
pub fn accept(request: &Request, policy: &Policy) -> Step {
    begin(request, policy).unwrap_or_else(|error| {
        Step::Respond(Response::refusal(&error, request.is_head(), &policy.caching))
    })
}

fn begin(request: &Request, policy: &Policy) -> Result<Step, Error> {
    let Some((request, parsed)) = read(request, policy)? else { return Ok(Step::Pass) };
    if !request.is_get() && !request.is_head() {
        return Err(Error::MethodNotAllowed);
    }
    let variants = parsed
        .readings
        .iter()
        .map(|reading| Variant::resolve(reading, &request, policy))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(answer_or_fetch(Job::new(variants, &parsed.issues, &request, policy), &request, policy))
}

fn answer_or_fetch(job: Job, request: &Request, policy: &Policy) -> Step {
    match respond::held(request, job.variant_key(), &policy.caching) {
        Some(not_modified) => Step::Respond(not_modified),
        None => Step::Fetch(Box::new(job)),
    }
}

/// Reads a request for a variant by its key, as the viewer function wrote it (see
/// [`EdgePath`](crate::EdgePath)): signature, sizes and format are settled, so that of the request only
/// the method, the query and `If-None-Match` are heeded. The policy's limits and sources hold here too.
///
/// # Example
/// ```
/// use edge_resizer::{EdgePath, Policy, Request, Step, accept_variant};
///
/// let request = Request::get("/_variants/atelier/photos/cup.jpg/width=400,format=auto-webp");
/// let Some(EdgePath::Variant { key, .. }) = EdgePath::parse(&request.path) else { panic!("a variant") };
/// let Step::Fetch(job) = accept_variant(key, &request, &Policy::default()) else { panic!("a job") };
/// assert_eq!(job.sources().next().unwrap().to_string(), "/photos/cup.jpg");
/// ```
pub fn accept_variant(key: &str, request: &Request, policy: &Policy) -> Step {
    begin_variant(key, request, policy).unwrap_or_else(|error| {
        Step::Respond(Response::refusal(&error, request.is_head(), &policy.caching))
    })
}

fn begin_variant(key: &str, request: &Request, policy: &Policy) -> Result<Step, Error> {
    if !request.is_get() && !request.is_head() {
        return Err(Error::MethodNotAllowed);
    }
    let mut issues = Vec::new();
    let readings = edge_path::readings(key, request.query.as_deref(), |text| {
        let (recipe, found) = dialect::canonical_recipe(text, policy);
        issues.extend(found);
        recipe
    })?;
    refuse_if_strict(&issues, policy.parsing)?;
    refuse_if_not_allowed(&readings, &policy.sources)?;
    // The client's hints are in the key, as far as they count.
    let bare = Request { headers: http::HeaderMap::new(), ..request.clone() };
    let mut variants = readings
        .iter()
        .map(|reading| Variant::resolve(reading, &bare, policy))
        .collect::<Result<Vec<_>, _>>()?;
    for variant in &mut variants {
        variant.resolved.vary = match variant.resolved.recipe.format {
            Some(FormatRequest::Negotiated(_)) => vec!["Accept"],
            _ => Vec::new(),
        };
    }
    Ok(answer_or_fetch(Job::new(variants, &issues, request, policy), request, policy))
}

/// The URL understood, its signature checked and taken off, its options and sources allowed.
fn read(request: &Request, policy: &Policy) -> Result<Option<(Request, Parsed)>, Error> {
    // An unsigned page is no business of ours: what the URL is comes before whether it is signed.
    if dialect::parse(request, policy)?.is_none() {
        return Ok(None);
    }
    let request = sign::verify(request, policy)?;
    let Some(parsed) = dialect::parse(&request, policy)? else { return Ok(None) };
    refuse_if_strict(&parsed.issues, policy.parsing)?;
    refuse_if_not_allowed(&parsed.readings, &policy.sources)?;
    Ok(Some((request, parsed)))
}

fn refuse_if_not_allowed(readings: &[Reading], rules: &SourceRules) -> Result<(), Error> {
    if readings.iter().any(|reading| !allows(rules, &reading.source)) {
        return Err(Error::SourceNotAllowed);
    }
    Ok(())
}

fn refuse_if_strict(issues: &[Issue], parsing: Parsing) -> Result<(), Error> {
    let errors: Vec<_> =
        issues.iter().filter(|issue| issue.kind.is_error_when_strict()).cloned().collect();
    match parsing {
        Parsing::Strict if !errors.is_empty() => Err(Error::Strict(errors)),
        Parsing::Strict | Parsing::Lenient => Ok(()),
    }
}

/// Whether a source is on the brand's list. A path prefix covers what is below it, a host of the
/// form `*.example` every host below that one, but not itself.
fn allows(rules: &SourceRules, source: &SourceRef) -> bool {
    match source {
        SourceRef::Path(path) => {
            let key = path.key();
            let below = |prefix: &String| key.starts_with(prefix.trim_start_matches('/'));
            rules.paths.is_empty() || rules.paths.iter().any(below)
        }
        SourceRef::Remote(remote) => {
            let host = remote.host();
            rules.hosts.iter().any(|rule| match rule.strip_prefix("*.") {
                Some(parent) => host
                    .strip_suffix(&parent.to_ascii_lowercase())
                    .is_some_and(|label| label.ends_with('.') && label.len() > 1),
                None => host == rule.to_ascii_lowercase(),
            })
        }
    }
}

impl Variant {
    fn resolve(reading: &Reading, request: &Request, policy: &Policy) -> Result<Self, Error> {
        let resolved = negotiate::resolve(&reading.recipe, request, policy)?;
        let key = variant_key(&reading.source, &resolved.recipe);
        Ok(Self { source: reading.source.clone(), resolved, key })
    }

    /// The same without AVIF, where that is one of several formats to choose from.
    fn without_avif(&self) -> Option<Self> {
        let Some(FormatRequest::Negotiated(formats @ Negotiated { avif: true, .. })) =
            self.resolved.recipe.format
        else {
            return None;
        };
        let mut resolved = self.resolved.clone();
        resolved.recipe.format =
            Some(FormatRequest::Negotiated(Negotiated { avif: false, ..formats }));
        let key = variant_key(&self.source, &resolved.recipe);
        Some(Self { source: self.source.clone(), resolved, key })
    }
}

/// `<source>/<recipe>`: what is below a source's name is a variant of it, so that one prefix
/// deletes them all. An empty recipe is spelled `original`. The key is ASCII.
fn variant_key(source: &SourceRef, recipe: &Recipe) -> String {
    let source = source.to_string();
    let recipe = recipe.to_string();
    let recipe = if recipe.is_empty() { dialect::ORIGINAL } else { &recipe };
    format!("{}/{recipe}", source.trim_start_matches('/'))
}

impl Job {
    fn new(variants: Vec<Variant>, issues: &[Issue], request: &Request, policy: &Policy) -> Self {
        let warnings =
            issues.iter().map(|issue| format!("{}: {}", issue.option, issue.message)).collect();
        Self {
            variants,
            warnings,
            head: request.is_head(),
            if_none_match: request.header("if-none-match").map(str::to_owned),
            policy: policy.clone(),
            stands_in: false,
        }
    }

    /// The same picture without AVIF, which takes many times as long to make as any other format: a
    /// host can deliver this until it has made the answer itself. It is to be kept shortly, and says
    /// so. `None` where the answer is no choice between formats, or one without AVIF.
    ///
    /// # Example
    /// ```
    /// use edge_resizer::{Policy, Request, Step, accept_variant};
    ///
    /// let key = "photos/cup.jpg/width=400,format=auto-avif-webp";
    /// let step = accept_variant(key, &Request::get("/"), &Policy::default());
    /// let Step::Fetch(job) = step else { panic!("a job") };
    /// let stand_in = job.stand_in().expect("AVIF is a choice");
    /// assert_eq!(stand_in.variant_key(), "photos/cup.jpg/width=400,format=auto-webp");
    /// assert!(stand_in.stand_in().is_none());
    /// ```
    pub fn stand_in(&self) -> Option<Self> {
        let variants = self.variants.iter().map(Variant::without_avif).collect::<Option<_>>()?;
        Some(Self { variants, stands_in: true, ..self.clone() })
    }

    /// Where the original may be, most likely place first: the first that exists is meant.
    pub fn sources(&self) -> impl ExactSizeIterator<Item = &SourceRef> {
        self.variants.iter().map(|variant| &variant.source)
    }

    /// The key under which the answer may be cached and stored: `<source>/<recipe>`. Everything
    /// that makes a difference is in it, but for the source's version and the policy.
    pub fn variant_key(&self) -> &str {
        self.variants.first().map_or("", |variant| &variant.key)
    }

    /// The keys of all readings, in the order of [`Job::sources`].
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &str> {
        self.variants.iter().map(|variant| variant.key.as_str())
    }

    /// Names of the request headers that made a difference or could have.
    pub fn vary(&self) -> impl Iterator<Item = &'static str> {
        self.variants.first().into_iter().flat_map(|variant| variant.resolved.vary.iter().copied())
    }

    /// The path and query under which the hosts behind the viewer function, and the bucket of
    /// variants, know the answer: see [`EdgePath`](crate::EdgePath).
    pub fn edge_path(&self, site: &str) -> String {
        edge_path::of_job(site, self)
    }

    /// How many bytes the original may have, by the policy: a host need not read more.
    pub fn most_source_bytes(&self) -> u64 {
        self.policy.limits.source_bytes
    }

    /// Whether the answer may be AVIF, which a host may leave to a build of its own.
    pub fn may_be_avif(&self) -> bool {
        let may = |variant: &Variant| match variant.resolved.recipe.format {
            Some(FormatRequest::Exactly(format)) => format == Format::Avif,
            Some(FormatRequest::Negotiated(negotiated)) => negotiated.avif,
            _ => false,
        };
        self.variants.iter().any(may)
    }

    /// The same for an answer that has to come to at most so many bytes: as if the policy's
    /// [`max_bytes`](Policy::max_bytes) said so, where that is not less.
    #[must_use]
    pub fn within(mut self, most: NonZeroU32) -> Self {
        self.policy.max_bytes = Some(self.policy.max_bytes.map_or(most, |bytes| bytes.min(most)));
        self
    }

    /// The key of the whole answer, for a cache that keeps its headers too: the variant, and what
    /// else the answer tells. Two URLs can name one variant and still differ in `Vary` (a width
    /// from the URL, or from a header), in warnings (a spelling that had to be mended), in where
    /// else the original is looked for, and in whether it stands in for another.
    pub fn answer_key(&self) -> String {
        let first = self.variants.first();
        let vary = first.map_or(&[][..], |variant| &variant.resolved.vary);
        let notes = first.map_or(&[][..], |variant| &variant.resolved.notes);
        let mut key = self.variant_key().to_owned();
        let others = self.variants.iter().skip(1).map(|variant| ("or", variant.key.as_str()));
        let parts = vary
            .iter()
            .map(|name| ("vary", *name))
            .chain(self.warnings.iter().chain(notes).map(|text| ("warning", text.as_str())))
            .chain(others)
            .chain(self.stands_in.then_some(("stands", "in")));
        for (kind, text) in parts {
            // Quoted, so that no text from a URL can pass for two; writing to a String does not fail.
            let _ = write!(key, "\n{kind} {text:?}");
        }
        key
    }

    /// The reading whose source is at this place of [`Job::sources`]; the first where there is none.
    #[cfg(feature = "transform")]
    pub(crate) fn variant(&self, index: usize) -> Option<&Variant> {
        self.variants.get(index).or(self.variants.first())
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
pub fn explain(request: &Request, policy: &Policy) -> Result<Option<Explanation>, Error> {
    let Some((request, parsed)) = read(request, policy)? else { return Ok(None) };
    let Some(reading) = parsed.readings.first() else { return Ok(None) };
    let variant = Variant::resolve(reading, &request, policy)?;
    Ok(Some(Explanation {
        dialect: parsed.dialect,
        source: variant.source,
        recipe: reading.recipe.clone(),
        resolved: variant.resolved,
        issues: parsed.issues,
        variant_key: variant.key,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source_ref::{RemoteSource, SourcePath};

    fn path(text: &str) -> SourceRef {
        SourceRef::Path(SourcePath::parse(text, None).unwrap())
    }

    fn remote(text: &str) -> SourceRef {
        SourceRef::Remote(RemoteSource::parse(text).unwrap())
    }

    #[test]
    fn sources_are_allowed_by_prefix_and_host() {
        let open = SourceRules::default();
        let rules = SourceRules {
            paths: vec!["/photos/".to_owned()],
            hosts: vec!["cdn.example".to_owned(), "*.Shop.example".to_owned()],
        };
        for (rules, source, want) in [
            (&open, path("/a.jpg"), true),
            (&open, remote("https://cdn.example/a.jpg"), false),
            (&rules, path("/photos/a.jpg"), true),
            (&rules, path("/photosets/a.jpg"), false),
            (&rules, remote("https://CDN.example:444/a.jpg"), true),
            (&rules, remote("https://cdn.example.evil/a.jpg"), false),
            (&rules, remote("https://eu.shop.example/a.jpg"), true),
            (&rules, remote("https://shop.example/a.jpg"), false),
            (&rules, remote("https://evilshop.example/a.jpg"), false),
        ] {
            assert_eq!(allows(rules, &source), want, "{source}");
        }
    }

    #[test]
    fn answers_that_differ_have_keys_that_differ() {
        let policy = Policy { client_hints: true, ..Policy::default() };
        let key = |path: &str, hints: &[(&'static str, &'static str)]| {
            let mut request = Request::get(path);
            for (name, value) in hints {
                request.headers.insert(*name, value.parse().unwrap());
            }
            match accept(&request, &policy) {
                Step::Fetch(job) => job.answer_key(),
                other => panic!("{path}: {other:?}"),
            }
        };
        let plain = key("/cdn-cgi/image/width=400/a.jpg", &[]);
        assert_eq!(key("/cdn-cgi/image/w=400/a.jpg", &[]), plain);
        for (other, hints) in [
            ("/cdn-cgi/image/width=401/a.jpg", &[][..]),
            ("/cdn-cgi/image/width=400/b.jpg", &[]),
            ("/cdn-cgi/image/width=400,colour=red/a.jpg", &[]),
            ("/cdn-cgi/image/width=400,format=auto/a.jpg", &[]),
            (
                "/cdn-cgi/image/width=auto,wbreakpoints=400/a.jpg",
                &[("sec-ch-viewport-width", "400")],
            ),
        ] {
            assert_ne!(key(other, hints), plain, "{other}");
        }
        let suffix = key("/a_400x400.jpg", &[]);
        assert_ne!(key("/cdn-cgi/image/width=400,height=400/a.jpg", &[]), suffix);
    }
}
