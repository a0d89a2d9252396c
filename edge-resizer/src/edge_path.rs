//! Paths between the viewer function and the hosts behind it.
//!
//! In front of CloudFront's cache a function understands the URL, and rewrites it, so that every
//! spelling of one wish is one entry of the cache and one object of the bucket of variants:
//!
//! | path | is |
//! |---|---|
//! | `/_variants/<site>/<key>` | a variant by its [key](crate::Job::variant_key), percent-encoded once: decoded, as S3 does, it is the name of the object |
//! | `/_variants/<site>/<key>?or=<key>` | the same, and what is meant where its original does not exist |
//! | `/_requests/<site>/<path>?<query>` | a request as the viewer sent it, for the core to answer |
//!
//! Signatures are verified, sizes and formats chosen before such a path is written. Whoever is asked
//! for one by anybody but the function has to refuse it.

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

use crate::accept::Job;
use crate::dialect::Reading;
use crate::error::Error;
use crate::source_ref::{RemoteSource, SourcePath, SourceRef};

const VARIANTS: &str = "/_variants/";
const REQUESTS: &str = "/_requests/";
/// Parameter that names the next reading.
const OR: &str = "or";

/// What the key of a variant has that a path cannot hold; keys are ASCII.
const NOT_IN_A_PATH: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'%').add(b'<').add(b'>').add(b'?').add(b'`');

/// What a parameter of a query cannot hold besides.
const NOT_IN_A_QUERY: &AsciiSet = &NOT_IN_A_PATH.add(b'&').add(b'+').add(b'=').add(b'\'');

/// A path that the viewer function wrote, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EdgePath<'a> {
    /// A variant, for [`accept_variant`](crate::accept_variant).
    Variant {
        /// The site's name.
        site: &'a str,
        /// Its key, percent-encoded.
        key: &'a str,
    },
    /// A viewer's request, for [`accept`](crate::accept).
    Request {
        /// The site's name.
        site: &'a str,
        /// The path of the request, with its leading `/`.
        path: &'a str,
    },
}

impl<'a> EdgePath<'a> {
    /// Takes a path apart; `None` where it is none of these.
    pub fn parse(path: &'a str) -> Option<Self> {
        let split = |rest: &'a str| {
            let slash = rest.find('/').filter(|slash| *slash > 0)?;
            Some((rest.get(..slash)?, rest.get(slash..)?))
        };
        if let Some(rest) = path.strip_prefix(VARIANTS) {
            let (site, key) = split(rest)?;
            return Some(Self::Variant { site, key: key.strip_prefix('/')? });
        }
        let (site, path) = split(path.strip_prefix(REQUESTS)?)?;
        Some(Self::Request { site, path })
    }
}

/// The path and query of a job's variant at the origin.
pub(crate) fn of_job(site: &str, job: &Job) -> String {
    let mut keys = job.keys();
    let first = utf8_percent_encode(keys.next().unwrap_or_default(), NOT_IN_A_PATH);
    let mut path = format!("{VARIANTS}{site}/{first}");
    if let Some(other) = keys.next() {
        let other = utf8_percent_encode(other, NOT_IN_A_QUERY).to_string();
        path = format!("{path}?{OR}={other}");
    }
    path
}

/// The sources and the options of the variants that a key and the query beside it name, likeliest
/// first.
///
/// # Errors
/// [`Error::BadUrl`] and [`Error::InvalidSource`] for what is no key.
pub(crate) fn readings(
    key: &str,
    query: Option<&str>,
    mut options: impl FnMut(&str) -> crate::recipe::Recipe,
) -> Result<Vec<Reading>, Error> {
    let other = query.unwrap_or_default().split('&').find_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        (name == OR).then_some(value)
    });
    let keys = [Some(key), other];
    keys.into_iter()
        .flatten()
        .map(|key| {
            const NOT_A_KEY: Error = Error::BadUrl { reason: "not the key of a variant" };
            let key = percent_decode_str(key).decode_utf8().map_err(|_| NOT_A_KEY)?;
            let (source, text) = key.rsplit_once('/').ok_or(NOT_A_KEY)?;
            Ok(Reading { source: source_of(source)?, recipe: options(text) })
        })
        .collect()
}

/// The source that a key begins with.
fn source_of(text: &str) -> Result<SourceRef, Error> {
    if text.starts_with("http://") || text.starts_with("https://") {
        return Ok(SourceRef::Remote(RemoteSource::parse(text)?));
    }
    let (path, query) = match text.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (text, None),
    };
    Ok(SourceRef::Path(SourcePath::parse(path, query)?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::recipe::strategies;
    use crate::request::Request;
    use crate::{Policy, Step, accept, accept_variant};

    fn job(request: &Request, policy: &Policy) -> Job {
        match accept(request, policy) {
            Step::Fetch(job) => *job,
            other => panic!("{}: {other:?}", request.path),
        }
    }

    fn behind(path: &str, policy: &Policy) -> Job {
        let request = Request::get(path);
        let Some(EdgePath::Variant { site: "atelier", key }) = EdgePath::parse(&request.path)
        else {
            panic!("{path}")
        };
        match accept_variant(key, &request, policy) {
            Step::Fetch(job) => *job,
            other => panic!("{path}: {other:?}"),
        }
    }

    #[test]
    fn paths_of_variants_are_legible() {
        let mut policy = Policy::default();
        policy.sources.hosts = vec!["cdn.example".to_owned()];
        for (url, want) in [
            (
                "/cdn-cgi/image/w=400,format=auto/photos/cup.jpg",
                "/_variants/atelier/photos/cup.jpg/width=400,format=auto-none",
            ),
            (
                "/cdn-cgi/image/anim=true/gr%C3%BCn%20%231.jpg?v=1&x=%26",
                "/_variants/atelier/gr%25C3%25BCn%2520%25231.jpg%3Fv=1&x=%2526/original",
            ),
            (
                "/photos/cup_400x400.jpg?v=17",
                "/_variants/atelier/photos/cup.jpg%3Fv=17/width=400,height=400,format=auto-none\
                 ?or=photos/cup_400x400.jpg%3Fv%3D17/format%3Dauto-none",
            ),
            (
                "/cdn-cgi/image/w=1/https://cdn.example/a//b.jpg?x=1",
                "/_variants/atelier/https://cdn.example/a//b.jpg%3Fx=1/width=1",
            ),
        ] {
            let job = job(&Request::get(url), &policy);
            let path = job.edge_path("atelier");
            assert_eq!(path, want, "{url}");
            let behind = behind(&path, &policy);
            assert_eq!(behind.keys().collect::<Vec<_>>(), job.keys().collect::<Vec<_>>(), "{url}");
            assert!(behind.sources().eq(job.sources()), "{url}");
        }
    }

    #[test]
    fn a_signature_is_not_asked_for_twice() {
        let signing = crate::policy::Signing { keys: vec![crate::policy::SigningKey::new("s")] };
        let policy = Policy { signing: Some(signing), ..Policy::default() };
        assert_eq!(
            behind("/_variants/atelier/a.jpg/width=4", &policy).variant_key(),
            "a.jpg/width=4"
        );
    }

    #[test]
    fn browsers_are_told_that_the_format_was_negotiated() {
        let policy = Policy::default();
        for (path, vary) in [
            ("/_variants/atelier/a.jpg/width=4,format=auto-webp", Some("Accept")),
            ("/_variants/atelier/a.jpg/width=4,format=webp", None),
        ] {
            assert_eq!(behind(path, &policy).vary().next(), vary, "{path}");
        }
    }

    #[test]
    fn what_is_no_such_path_is_refused() {
        for path in ["/", "/_variants/", "/_variants/atelier", "/_requests//a", "/a/_variants/b/c"]
        {
            assert_eq!(EdgePath::parse(path), None, "{path}");
        }
        let policy = Policy::default();
        for key in ["", "a.jpg", "%ff/width=4", "../a.jpg/width=4", "//width=4", "a%2500/width=1"] {
            let step = accept_variant(key, &Request::get("/"), &policy);
            let Step::Respond(response) = step else { panic!("{key}: {step:?}") };
            assert_eq!(response.status, 400, "{key}");
        }
        let remote =
            accept_variant("https://cdn.example/a.jpg/width=1", &Request::get("/"), &policy);
        assert!(matches!(remote, Step::Respond(response) if response.status == 403));
    }

    proptest! {
        #[test]
        fn a_job_comes_back_from_its_path(
            recipe in strategies::recipe(),
            source in "/[ -~äß]{0,20}[a-z]\\.(jpg|PNG)",
            query in proptest::option::of("[!-~]{1,12}"),
        ) {
            let policy = Policy::default();
            let options = recipe.to_string();
            let options = if options.is_empty() { "anim=true" } else { &options };
            let source = utf8_percent_encode(&source, NOT_IN_A_PATH).to_string();
            let mut request = Request::get(&format!("/cdn-cgi/image/{options}{source}"));
            request.query = query;
            let Step::Fetch(job) = accept(&request, &policy) else { return Ok(()) };
            let behind = behind(&job.edge_path("atelier"), &policy);
            prop_assert_eq!(behind.keys().collect::<Vec<_>>(), job.keys().collect::<Vec<_>>());
            prop_assert!(behind.sources().eq(job.sources()));
        }
    }
}
