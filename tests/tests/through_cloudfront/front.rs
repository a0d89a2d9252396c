//! What CloudFront does with a request, set up as `docs/viewer-function.md`, `docs/lambda.md` and
//! `docs/lambda-edge.md` ask for.

use cloudformation::viewer::Pair;
use edge_resizer::Request;
use serde_json::{Map, Value};

use crate::answer::{Answer, Seen, Stop};
use crate::cache::Cache;
use crate::engine::Engine;
use crate::event::{self, header_map, value};
use crate::origins::Origins;

/// A distribution.
pub(crate) struct Front {
    viewer: Engine,
    pub(crate) cache: Cache,
    pub(crate) origins: Origins,
    /// Seconds since 1970: time goes on where a test says so.
    pub(crate) now: u64,
}

impl Front {
    /// A distribution whose `KeyValueStore` has these pairs.
    pub(crate) fn new(pairs: &[Pair], cache: Cache, origins: Origins, now: u64) -> Self {
        Self { viewer: Engine::new(pairs), cache, origins, now }
    }

    /// A `GET` of a browser.
    pub(crate) async fn get(&mut self, host: &str, url: &str, accept: &str) -> Seen {
        let mut request = Request { now: self.now, ..Request::get(url) };
        request.headers.insert("accept", accept.parse().unwrap());
        // A behavior of its own, without a function.
        if request.path.starts_with("/_spilled/") {
            return self.cached(request, Behavior::Spilled).await;
        }
        assert!(is_picture(&request.path), "{url} is for a behavior that is not played here");
        match self.viewer.answer(host, &request) {
            event::Answer::Request { uri, query, headers } => {
                let query = Some(query).filter(|query| !query.is_empty());
                let headers = header_map(&headers);
                self.cached(Request { path: uri, query, headers, ..request }, Behavior::Pictures)
                    .await
            }
            event::Answer::Response { status, headers, body } => answered(status, &headers, body),
            event::Answer::Thrown(error) => panic!("{url}: {error}"),
        }
    }

    /// Looks into the cache, then asks the origins. In the key are the path, the query and `Accept`,
    /// and the origins get nothing else of the viewer's.
    async fn cached(&mut self, request: Request, behavior: Behavior) -> Seen {
        let accept = request.headers.get("accept").cloned();
        let query = request.query.as_deref().unwrap_or_default();
        let key = format!("{}?{query} {accept:?}", request.path);
        if let Some(answer) = self.cache.get(&key, self.now) {
            return Seen { answer, way: vec![Stop::Cache] };
        }
        let headers = accept.map(|accept| (http::header::ACCEPT, accept)).into_iter().collect();
        let request = Request { headers, ..request };
        let seen = match behavior {
            Behavior::Pictures => self.origins.fetch(&request).await,
            Behavior::Spilled => {
                let answer = self.origins.variants.get(&request.path).await;
                Seen { answer, way: vec![Stop::Variants] }
            }
        };
        self.cache.put(key, &seen.answer, self.now);
        seen
    }
}

/// What the viewer's path chooses, before any function.
#[derive(Clone, Copy)]
enum Behavior {
    Pictures,
    Spilled,
}

/// The patterns of the behavior of pictures.
fn is_picture(path: &str) -> bool {
    let extensions = ["avif", "gif", "jpeg", "jpg", "png", "svg", "tif", "tiff", "webp"];
    let extension = path.rsplit_once('.').map(|(_, extension)| extension);
    path.starts_with("/cdn-cgi/image/")
        || path.starts_with("/_variants/")
        || extension.is_some_and(|own| extensions.iter().any(|one| one.eq_ignore_ascii_case(own)))
}

/// The viewer function's own answer, which is not kept.
fn answered(status: u16, headers: &Map<String, Value>, body: String) -> Seen {
    let pairs = headers.keys().map(|name| (name.as_str(), value(headers, name).unwrap()));
    Seen { answer: Answer::new(status, pairs, body), way: vec![Stop::Viewer] }
}
