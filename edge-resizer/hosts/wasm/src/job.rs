//! A request that waits for its original.

use std::num::NonZeroU32;
use std::ops::ControlFlow;

use edge_resizer::{Fetched, Source, SourceFailure, SourceFormat, SourceRef};
use serde::Serialize;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::answer::Answer;

#[wasm_bindgen]
extern "C" {
    /// Milliseconds since 1970.
    #[wasm_bindgen(js_namespace = Date, js_name = now)]
    fn now() -> f64;
}

/// A request that is understood, and, once it is there, its original.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Job {
    job: edge_resizer::Job,
    found: Option<(usize, Source)>,
}

/// A place where an original may be, as JavaScript sees it.
#[derive(Serialize)]
#[serde(untagged)]
enum Place<'a> {
    Path {
        /// Percent-encoded, with its leading `/`.
        path: String,
        /// The key of an object, the path below a folder.
        key: &'a str,
        query: Option<&'a str>,
    },
    Remote {
        url: String,
    },
}

impl Job {
    pub(crate) fn new(job: edge_resizer::Job) -> Self {
        Self { job, found: None }
    }

    fn finish_by(&self, job: &edge_resizer::Job, deadline: f64) -> Answer {
        let fetched = match &self.found {
            Some((index, source)) => Fetched::Found { index: *index, source: source.clone() },
            None => Fetched::Failed(SourceFailure::NotFound),
        };
        let mut watch = |_: &'static str| {
            if now() > deadline { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        job.finish(fetched, &mut watch).into()
    }
}

#[wasm_bindgen]
impl Job {
    /// Where the original may be, as a JSON list, the most likely place first: objects with `path`,
    /// `key` and `query`, or with `url`.
    #[wasm_bindgen(getter)]
    pub fn sources(&self) -> String {
        let places: Vec<Place<'_>> = self
            .job
            .sources()
            .map(|source| match source {
                SourceRef::Path(path) => {
                    Place::Path { path: path.encoded(), key: path.key(), query: path.query() }
                }
                SourceRef::Remote(remote) => Place::Remote { url: remote.uri().to_string() },
            })
            .collect();
        serde_json::to_string(&places).unwrap_or_default()
    }

    /// The key of the variant.
    #[wasm_bindgen(getter)]
    pub fn key(&self) -> String {
        self.job.variant_key().to_owned()
    }

    /// Whether the answer may be AVIF.
    #[wasm_bindgen(getter, js_name = mayBeAvif)]
    pub fn may_be_avif(&self) -> bool {
        self.job.may_be_avif()
    }

    /// Takes the original, which was at this place of `sources`; with what tells its versions apart,
    /// and what the origin says of its caching.
    pub fn found(
        &mut self,
        index: usize,
        bytes: Vec<u8>,
        version: Option<String>,
        cache_control: Option<String>,
    ) {
        let source = Source { bytes: bytes.into(), version, cache_control };
        self.found = Some((index, source));
    }

    /// What the original is by its first bytes, once it is there; nothing of what cannot be read.
    #[wasm_bindgen(getter, js_name = originalMediaType)]
    pub fn original_media_type(&self) -> Option<String> {
        let (_, source) = self.found.as_ref()?;
        Some(SourceFormat::of(&source.bytes)?.media_type().to_owned())
    }

    /// How many bytes the original may have.
    #[wasm_bindgen(getter, js_name = mostSourceBytes)]
    pub fn most_source_bytes(&self) -> f64 {
        self.job.most_source_bytes() as f64
    }

    /// The answer where the origin gave nothing: `reason` is `denied`, `forbidden`, `not-found`,
    /// `timed-out`, `too-large`, `too-many-redirects` or `unreachable`, or an HTTP status.
    pub fn fail(&self, reason: &str) -> Answer {
        let failure = match reason {
            "denied" => SourceFailure::Denied,
            "forbidden" => SourceFailure::Forbidden,
            "not-found" => SourceFailure::NotFound,
            "timed-out" => SourceFailure::TimedOut,
            "too-large" => SourceFailure::TooLarge { limit: self.job.most_source_bytes() },
            "too-many-redirects" => SourceFailure::TooManyRedirects,
            other => other.parse().map_or(SourceFailure::Unreachable, SourceFailure::Status),
        };
        self.job.finish(Fetched::Failed(failure), &mut |_| ControlFlow::Continue(())).into()
    }

    /// The picture; the original, where making it takes beyond `deadline`, in milliseconds since
    /// 1970.
    pub fn finish(&self, deadline: f64) -> Answer {
        self.finish_by(&self.job, deadline)
    }

    /// The picture in at most so many bytes, where a lower quality can do that.
    #[wasm_bindgen(js_name = finishWithin)]
    pub fn finish_within(&self, most: u32, deadline: f64) -> Answer {
        match NonZeroU32::new(most) {
            Some(most) => self.finish_by(&self.job.clone().within(most), deadline),
            None => self.finish(deadline),
        }
    }
}
