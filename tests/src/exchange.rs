//! A request to the core, as a host makes it, with sources from memory.

use std::ops::ControlFlow;

use bytes::Bytes;
use edge_resizer::{
    Fetched, Job, Policy, Request, Response, Source, SourceFailure, SourceRef, Step, accept,
};
use http::HeaderValue;

/// What a host answers: `None` where the request asks for no transformed picture. `fetch` is the
/// origin.
pub fn answer(
    request: &Request,
    policy: &Policy,
    fetch: &dyn Fn(&SourceRef) -> Result<Source, SourceFailure>,
) -> Option<Response> {
    match accept(request, policy) {
        Step::Respond(response) => Some(response),
        Step::Fetch(job) => {
            let fetched = fetch_first(&job, fetch);
            Some(job.finish(fetched, &mut |_| ControlFlow::Continue(())))
        }
        Step::Pass => None,
    }
}

/// The first of a job's sources that exists.
fn fetch_first(job: &Job, fetch: &dyn Fn(&SourceRef) -> Result<Source, SourceFailure>) -> Fetched {
    for (index, source) in job.sources().enumerate() {
        match fetch(source) {
            Ok(source) => return Fetched::Found { index, source },
            Err(SourceFailure::NotFound) => {}
            Err(failure) => return Fetched::Failed(failure),
        }
    }
    Fetched::Failed(SourceFailure::NotFound)
}

/// A `GET` of `url` from a client that accepts `accept`, where the original is `bytes`.
///
/// # Panics
/// Where the URL asks for no transformed picture.
pub fn render(url: &str, accept: Option<&str>, bytes: &Bytes) -> Response {
    render_under(&Policy::default(), url, accept, bytes)
}

/// [`render`] under a policy.
///
/// # Panics
/// Where the URL asks for no transformed picture.
pub fn render_under(policy: &Policy, url: &str, accept: Option<&str>, bytes: &Bytes) -> Response {
    let mut request = Request::get(url);
    if let Some(accept) = accept {
        let value = HeaderValue::from_str(accept).expect("an Accept header is ASCII");
        request.headers.insert(http::header::ACCEPT, value);
    }
    answer(&request, policy, &|_| Ok(Source { bytes: bytes.clone(), ..Source::default() }))
        .unwrap_or_else(|| panic!("{url} asks for no picture"))
}

/// A header's text; `None` where it is absent.
pub fn header<'a>(response: &'a Response, name: &str) -> Option<&'a str> {
    response.headers.get(name).map(|value| value.to_str().unwrap_or("(not ASCII)"))
}
