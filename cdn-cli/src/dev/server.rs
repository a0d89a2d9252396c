//! The edge: a request becomes an answer and a line in the log.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, State};
use axum::response::IntoResponse;
use edge_resizer::{Policy, Request, Step, accept};
use edge_resizer_native::{Shared, SiteService, core_request};
use http::request::Parts;
use http::{HeaderValue, Method, Response, StatusCode, header};
use jiff::Timestamp;

use super::access_log::ResultType;
use super::delivery::{add_edge_headers, deliver};
use super::distribution::{Distribution, request_id};
use super::edge_cache::{EdgeCache, Lookup, Stored};
use super::line::{PendingLine, arrived};
use super::log_files::LogSender;
use super::playground;
use super::route::{Hosts, Route};
use super::uploads::Uploads;

/// Bytes of the edge cache.
const CACHE_BYTES: u64 = 256 * 1024 * 1024;

/// Headers that ask for less than the whole answer; the cache keeps whole ones only.
const NARROWING: [header::HeaderName; 6] = [
    header::IF_MATCH,
    header::IF_MODIFIED_SINCE,
    header::IF_NONE_MATCH,
    header::IF_RANGE,
    header::IF_UNMODIFIED_SINCE,
    header::RANGE,
];

/// A site with the distribution that stands before it.
pub(crate) struct DevSite {
    /// Answers what the edge has not.
    pub(crate) service: SiteService,
    /// Its names at CloudFront.
    pub(crate) distribution: Distribution,
    /// Its access log.
    pub(crate) log: LogSender,
}

/// Everything that answers requests.
pub(crate) struct Edge {
    hosts: Hosts,
    sites: Vec<DevSite>,
    uploads: Uploads,
    shared: Arc<Shared>,
    cache: Mutex<EdgeCache>,
    port: u16,
}

/// A request that the edge has understood.
struct Asked<'a> {
    request: Request,
    /// Under which its answer is kept.
    key: String,
    /// Who answers it on a miss.
    service: &'a SiteService,
}

/// Sends all requests to the edge.
pub(crate) fn router(edge: Arc<Edge>) -> Router {
    Router::new().fallback(handle).with_state(edge)
}

async fn handle(
    State(edge): State<Arc<Edge>>,
    ConnectInfo(client): ConnectInfo<SocketAddr>,
    request: http::Request<Body>,
) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let header = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let host = parts.uri.authority().map(http::uri::Authority::as_str).or(header);
    match edge.hosts.route(host, parts.uri.path()) {
        Route::Health => "ok\n".into_response(),
        Route::Metrics => edge.shared.metrics_text().into_response(),
        Route::Playground => playground::answer(&edge, &parts, body).await,
        Route::Site { index, local } => edge.answer(index, local, client, &parts).await,
        Route::UnknownHost => playground::unknown_host(&edge),
    }
}

/// The one place where the edge reads the clock.
fn now() -> Timestamp {
    Timestamp::now()
}

impl Edge {
    /// An edge with an empty cache.
    pub(crate) fn new(
        sites: Vec<DevSite>,
        uploads: Uploads,
        shared: Arc<Shared>,
        port: u16,
    ) -> Self {
        let hosts = Hosts::new(sites.iter().map(|site| site.service.site()));
        let cache = Mutex::new(EdgeCache::new(CACHE_BYTES));
        Self { hosts, sites, uploads, shared, cache, port }
    }

    /// The sites in the order of the fleet.
    pub(crate) fn sites(&self) -> impl Iterator<Item = &fleet::Site> {
        self.sites.iter().map(|site| site.service.site())
    }

    /// Where the pictures go that are dropped onto the playground.
    pub(crate) fn uploads(&self) -> &Uploads {
        &self.uploads
    }

    /// The port that is listened on.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Answers a request for a site, from the cache where it can, with a line in the log.
    async fn answer(
        &self,
        index: usize,
        local: bool,
        client: SocketAddr,
        parts: &Parts,
    ) -> Response<Body> {
        let Some(site) = self.sites.get(index) else {
            return StatusCode::NOT_FOUND.into_response();
        };
        let id = request_id();
        let record = arrived(&site.distribution, client, parts, &id);
        let line = PendingLine::begin(site.log.clone(), now, record);
        let asked = self.understand(site, local, parts);
        let (stored, result) = self.cached_or_made(&asked).await;
        let from_cache = matches!(result, ResultType::Hit | ResultType::RefreshHit);
        let age = from_cache.then(|| stored.age(now()));
        let is_error = stored.status.is_client_error() || stored.status.is_server_error();
        let result = if is_error { ResultType::Error } else { result };
        let mut response = deliver(&parts.method, &parts.headers, stored);
        add_edge_headers(response.headers_mut(), result, &site.distribution, &id, age);
        line.answer(response, result)
    }

    /// Does what CloudFront's viewer function will do: finds the key of a URL.
    fn understand<'a>(&'a self, site: &'a DevSite, local: bool, parts: &Parts) -> Asked<'a> {
        let request = core_request(parts);
        let is_upload = local && Uploads::owns(&request);
        let service = if is_upload { self.uploads.service() } else { &site.service };
        let site = service.site();
        let key = format!("{} {}", site.name, content_key(&request, &site.images));
        Asked { request, key, service }
    }

    async fn cached_or_made(&self, asked: &Asked<'_>) -> (Stored, ResultType) {
        if !matches!(asked.request.method, Method::GET | Method::HEAD) {
            return (respond(asked.service, &asked.request).await, ResultType::Miss);
        }
        let found = self.with_cache(|cache| cache.lookup(&asked.key, now()));
        let stale = match found {
            Lookup::Fresh(stored) => return (stored, ResultType::Hit),
            Lookup::Stale(stored) => Some(stored),
            Lookup::Absent => None,
        };
        let made = respond(asked.service, &whole(&asked.request, stale.as_ref())).await;
        match stale {
            Some(stale) if made.status == StatusCode::NOT_MODIFIED => {
                let news = &made.headers;
                let fresh = self.with_cache(|cache| cache.refresh(&asked.key, stale, news, now()));
                (fresh, ResultType::RefreshHit)
            }
            _ => {
                self.with_cache(|cache| cache.store(&asked.key, made.clone()));
                (made, ResultType::Miss)
            }
        }
    }

    fn with_cache<T>(&self, work: impl FnOnce(&mut EdgeCache) -> T) -> T {
        // A cache that another thread left in the middle of a change is still only a cache.
        work(&mut self.cache.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

async fn respond(service: &SiteService, request: &Request) -> Stored {
    let response = service.respond(request).await.response;
    Stored { status: response.status, headers: response.headers, body: response.body, since: now() }
}

/// The request that fills the cache: for the whole answer, unless the stale one is still good.
fn whole(request: &Request, stale: Option<&Stored>) -> Request {
    let mut request = request.clone();
    request.method = Method::GET;
    for name in NARROWING {
        request.headers.remove(name);
    }
    let known = |name| stale.and_then(|stale: &Stored| stale.headers.get(name)).cloned();
    let mut ask = |name, value: Option<HeaderValue>| {
        if let Some(value) = value {
            request.headers.insert(name, value);
        }
    };
    ask(header::IF_NONE_MATCH, known(header::ETAG));
    ask(header::IF_MODIFIED_SINCE, known(header::LAST_MODIFIED));
    request
}

/// What tells a site's answers apart. A picture is kept under its variant and what else its answer
/// tells, so that every spelling of a URL and every browser of a kind finds the same one; all else
/// is kept under its path and query.
fn content_key(request: &Request, policy: &Policy) -> String {
    match (accept(request, policy), &request.query) {
        (Step::Fetch(job), _) => job.answer_key(),
        (_, Some(query)) => format!("{}?{query}", request.path),
        (_, None) => request.path.clone(),
    }
}
