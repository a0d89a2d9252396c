//! What the benches have in common: the pictures and fleets they work on, one way to ask for pictures.

mod corpus;
#[cfg(feature = "fleet")]
mod fleets;
pub mod machine;
#[cfg(any(feature = "fleet", feature = "logs", feature = "warm"))]
pub mod runs;

pub use corpus::{Corpus, Picture};
#[cfg(feature = "fleet")]
pub use fleets::{fleet_file, with_another_header};

use std::ops::ControlFlow;

use edge_resizer::{Fetched, Policy, Request, Response, Source, Step, Watch, accept};

/// A request for a picture with these Cloudflare options.
pub fn request(picture: &Picture, options: &str) -> Request {
    Request::get(&format!("/cdn-cgi/image/{options}/photos/{}", picture.name))
}

/// From the request to the answer, through the two calls that every host makes; `watch` is told
/// the end of each stage.
///
/// # Panics
/// Panics where the answer is not a transformed picture: a bench must not time an error.
pub fn transform(request: &Request, picture: &Picture, watch: &mut Watch<'_>) -> Response {
    let Step::Fetch(job) = accept(request, &Policy::default()) else {
        panic!("{} asks for no picture", request.path);
    };
    let source = Source { bytes: picture.bytes.clone(), ..Source::default() };
    let response = job.finish(Fetched::Found { index: 0, source }, watch);
    assert!(response.status.is_success(), "{} gives {}", request.path, response.status);
    assert!(
        !response.headers.contains_key("x-resizer-fallback"),
        "{} gives something else than was asked for",
        request.path
    );
    response
}

/// Watches nothing.
pub fn unwatched(_stage: &'static str) -> ControlFlow<()> {
    ControlFlow::Continue(())
}
