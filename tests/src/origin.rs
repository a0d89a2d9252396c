//! An origin on a free port: the fixtures, by their names, and origins that fail in each way.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::StatusCode;
use http::header::{CACHE_CONTROL, LOCATION};
use tokio::net::TcpListener;

use crate::case::{Case, Failure};
use crate::fixture::fixture;

/// How the origin of a case answers.
#[derive(Clone, Debug)]
struct Manner {
    failure: Option<Failure>,
    cache_control: Option<String>,
}

/// The origins of many cases, each below a folder of its own.
pub struct CaseOrigins {
    address: SocketAddr,
}

impl CaseOrigins {
    /// Starts to serve; ends with the runtime.
    ///
    /// # Errors
    /// Where no port is free.
    pub async fn start<'a>(
        cases: impl IntoIterator<Item = (&'a str, &'a Case)>,
    ) -> anyhow::Result<Self> {
        let manners: BTreeMap<String, Manner> = cases
            .into_iter()
            .map(|(name, case)| {
                let cache_control = case.origin_cache_control.clone();
                (name.to_owned(), Manner { failure: case.failure, cache_control })
            })
            .collect();
        let router =
            Router::new().route("/{case}/{*path}", get(serve)).with_state(Arc::new(manners));
        let listener = TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(Self { address })
    }

    /// The base URL of a case's origin. One that is not to be reached is on a port of its own, that
    /// nobody listens at.
    pub fn url(&self, name: &str, case: &Case) -> String {
        match case.failure {
            Some(Failure::Unreachable) => "http://127.0.0.1:9".to_owned(),
            _ => format!("http://{}/{name}", self.address),
        }
    }
}

async fn serve(
    State(manners): State<Arc<BTreeMap<String, Manner>>>,
    Path((case, path)): Path<(String, String)>,
) -> Response {
    let Some(manner) = manners.get(&case) else { return StatusCode::NOT_FOUND.into_response() };
    let refusal = match manner.failure {
        Some(Failure::Denied) => Some(StatusCode::FORBIDDEN),
        Some(Failure::NotFound) => Some(StatusCode::NOT_FOUND),
        Some(Failure::Status500) => Some(StatusCode::INTERNAL_SERVER_ERROR),
        Some(Failure::TooManyRedirects) => {
            let again = format!("/{case}/{path}");
            return (StatusCode::FOUND, [(LOCATION, again)]).into_response();
        }
        _ => None,
    };
    if let Some(status) = refusal {
        return status.into_response();
    }
    let name = path.rsplit('/').next().unwrap_or_default();
    match (fixture(name), &manner.cache_control) {
        (None, _) => StatusCode::NOT_FOUND.into_response(),
        (Some(bytes), None) => bytes.into_response(),
        (Some(bytes), Some(value)) => ([(CACHE_CONTROL, value.as_str())], bytes).into_response(),
    }
}
