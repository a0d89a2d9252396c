//! The plain server's router: which site a request is for.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use edge_resizer::host_name;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HOST};
use http::request::Parts;
use http::{HeaderMap, StatusCode};

use crate::error::SetupError;
use crate::redact::without_secrets;
use crate::shared::Shared;
use crate::site::{SiteService, core_request};

/// The sites of a server, by host name.
#[derive(Clone)]
pub struct Sites {
    by_host: Arc<HashMap<String, SiteService>>,
    /// Answers under every other host name.
    only: Option<SiteService>,
}

impl Sites {
    /// Where there is one site alone, it answers under every host name.
    ///
    /// # Errors
    /// [`SetupError::DomainTaken`].
    pub fn new(services: Vec<SiteService>) -> Result<Self, SetupError> {
        let mut by_host: HashMap<String, SiteService> = HashMap::new();
        for service in &services {
            for domain in &service.site().domains {
                let before = by_host.insert(domain.to_ascii_lowercase(), service.clone());
                if let Some(before) = before {
                    return Err(SetupError::DomainTaken {
                        domain: domain.clone(),
                        first: before.site().name.clone(),
                        second: service.site().name.clone(),
                    });
                }
            }
        }
        let only = <[_; 1]>::try_from(services).ok().map(|[only]| only);
        Ok(Self { by_host: Arc::new(by_host), only })
    }

    /// The site for a `Host` header, with or without a port.
    pub fn find(&self, host: &str) -> Option<&SiteService> {
        self.by_host.get(&host_name(host)).or(self.only.as_ref())
    }
}

/// `/healthz`, `/metrics`, and everything else to the site that its `Host` names.
pub fn router(sites: Sites, shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/healthz", get(health))
        .route("/metrics", get(metrics))
        .with_state(shared)
        .fallback_service(get_any(sites))
}

fn get_any(sites: Sites) -> Router {
    Router::new().fallback(answer).with_state(sites)
}

async fn answer(State(sites): State<Sites>, request: Request) -> Response {
    let (parts, _body) = request.into_parts();
    let Some(service) = sites.find(host(&parts)) else { return no_site() };
    let served = service.respond(&core_request(&parts)).await;
    tracing::debug!(
        site = service.site().name,
        method = %parts.method,
        url = without_secrets(parts.uri.path(), parts.uri.query()),
        status = served.response.status.as_u16(),
        cache = served.cache.as_str(),
        total = ?served.timings.total,
        "Answered"
    );
    served.into_response()
}

async fn health(State(shared): State<Arc<Shared>>) -> Response {
    let (status, text) = if shared.is_shutting_down() {
        (StatusCode::SERVICE_UNAVAILABLE, "shutting down\n")
    } else {
        (StatusCode::OK, "ok\n")
    };
    (status, [(CACHE_CONTROL, "no-store")], text).into_response()
}

async fn metrics(State(shared): State<Arc<Shared>>) -> Response {
    /// <https://prometheus.io/docs/specs/om/open_metrics_spec/#protocol-negotiation>
    const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    let headers = [(CONTENT_TYPE, OPEN_METRICS), (CACHE_CONTROL, "no-store")];
    (headers, shared.metrics_text()).into_response()
}

fn no_site() -> Response {
    let headers = [(CONTENT_TYPE, "text/plain; charset=utf-8"), (CACHE_CONTROL, "no-store")];
    (StatusCode::MISDIRECTED_REQUEST, headers, "no site answers to this host name\n")
        .into_response()
}

/// The name under which the client knows the server; empty where it says none.
fn host(parts: &Parts) -> &str {
    match parts.uri.authority() {
        Some(authority) => authority.as_str(),
        None => host_header(&parts.headers),
    }
}

fn host_header(headers: &HeaderMap) -> &str {
    headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default()
}
