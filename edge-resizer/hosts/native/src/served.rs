//! An answer, and how it came about.

use std::fmt::Write;
use std::time::Duration;

use axum::body::Body;
use axum::response::IntoResponse;
use edge_resizer::{Request, Response, SourceFormat, SourceRef};
use http::{HeaderName, HeaderValue};

use crate::narrow::narrow;

/// An answer to send, with what logs and metrics want to know of it.
#[derive(Clone, Debug)]
pub struct Served {
    /// The answer itself, complete with `Server-Timing`, and narrowed to what was asked: 304, or no
    /// body for `HEAD`.
    pub response: Response,
    /// Whether the variant cache had it.
    pub cache: CacheStatus,
    /// Which variant it is, as the core names it; `None` where no picture is made. Where a URL can
    /// mean one of several originals, it is the variant of the one that was found.
    pub variant_key: Option<String>,
    /// The original from which it was made for this request; `None` where it was not made, or no
    /// original was found.
    pub original: Option<MadeFrom>,
    /// Where the time went.
    pub timings: Timings,
}

/// The original that an answer was made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MadeFrom {
    /// Where it is.
    pub source: SourceRef,
    /// Its `ETag` or `Last-Modified`, where its origin tells one.
    pub version: Option<String>,
    /// Its size, bytes.
    pub bytes: usize,
    /// What it is by its first bytes; `None` where it is no picture.
    pub format: Option<SourceFormat>,
}

/// What the variant cache did for an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CacheStatus {
    /// It had it.
    Hit,
    /// It did not; the answer was made.
    Miss,
    /// It did not; the answer was made for another request at the same time.
    Coalesced,
    /// It was not asked: an original as it is, or an error in the request.
    Bypass,
}

impl CacheStatus {
    /// The name in metrics and `Server-Timing`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hit => "hit",
            Self::Miss => "miss",
            Self::Coalesced => "coalesced",
            Self::Bypass => "bypass",
        }
    }
}

/// Time taken by each stage, in the order of the stages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timings {
    /// `queue`, `fetch` and the core's stages (`decode`, `encode`, …); empty for a hit.
    pub stages: Vec<(&'static str, Duration)>,
    /// From the request's arrival to the answer.
    pub total: Duration,
}

impl Served {
    /// An answer that the cache has no part in.
    pub(crate) fn bypass(response: Response) -> Self {
        let timings = Timings::default();
        Self { response, cache: CacheStatus::Bypass, variant_key: None, original: None, timings }
    }

    /// What `request` asked for of a whole answer.
    pub(crate) fn narrowed_to(self, request: &Request) -> Self {
        Self { response: narrow(self.response, request), ..self }
    }

    /// Tells the client where the time went (<https://www.w3.org/TR/server-timing/>).
    pub(crate) fn add_server_timing(&mut self) {
        let mut text = format!("cache;desc={}", self.cache.as_str());
        for (stage, time) in self.timings.stages.iter().chain([&("total", self.timings.total)]) {
            // Writing to a String does not fail.
            let _ = write!(text, ", {stage};dur={:.1}", time.as_secs_f64() * 1000.0);
        }
        if let Ok(value) = HeaderValue::try_from(text) {
            self.response.headers.insert(SERVER_TIMING, value);
        }
    }
}

const SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");

impl IntoResponse for Served {
    fn into_response(self) -> axum::response::Response {
        let mut response = axum::response::Response::new(Body::from(self.response.body));
        *response.status_mut() = self.response.status;
        *response.headers_mut() = self.response.headers;
        response
    }
}
