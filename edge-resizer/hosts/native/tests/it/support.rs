//! Sites, and the web servers that their originals come from.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::Router;
use axum::response::IntoResponse;
use edge_resizer::{Policy, Request};
use edge_resizer_native::{HostConfig, Served, Shared, SiteService};
use fleet::{Origin, Site};
use http::header::CONTENT_TYPE;
use tokio::net::TcpListener;
use tokio::sync::Notify;

/// A picture that is quickly made: what is drawn in it does not matter to a host.
pub(crate) const PICTURE: &str =
    r#"<svg xmlns="http://www.w3.org/2000/svg"><rect width="9"/></svg>"#;

/// A URL that makes a picture of `/photo.svg`.
pub(crate) const VARIANT: &str = "/cdn-cgi/image/width=100/photo.svg";

/// A site whose originals come from `origin`.
pub(crate) fn site(origin: Origin) -> Site {
    Site {
        name: "shop".to_owned(),
        domains: Vec::new(),
        origin,
        images: Policy::default(),
        delivery: fleet::Delivery::default(),
    }
}

/// An origin on the loopback interface that may be asked.
pub(crate) fn private(address: SocketAddr) -> Origin {
    Origin::Http { url: format!("http://{address}"), allow_private: true }
}

/// Answers for `origin` with nothing decided otherwise.
pub(crate) fn service(origin: Origin) -> SiteService {
    service_with(&site(origin), &HostConfig::default()).0
}

pub(crate) fn service_with(site: &Site, config: &HostConfig) -> (SiteService, Arc<Shared>) {
    let shared = Arc::new(Shared::new(config).unwrap());
    (SiteService::new(site, Arc::clone(&shared)).unwrap(), shared)
}

pub(crate) async fn get(service: &SiteService, path: &str) -> Served {
    service.respond(&Request::get(path)).await
}

/// Status and number of the error.
pub(crate) fn outcome(served: &Served) -> (u16, String) {
    (served.response.status.as_u16(), header(served, "x-resizer-error"))
}

/// A header's value; empty where it is missing.
pub(crate) fn header(served: &Served, name: &str) -> String {
    let value = served.response.headers.get(name);
    value.map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
}

/// The value of a metric without labels.
pub(crate) fn metric(shared: &Shared, name: &str) -> String {
    let text = shared.metrics_text();
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("{name} is not in\n{text}")).to_owned()
}

/// Serves on a free port until the test's runtime ends.
pub(crate) async fn spawn(router: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

/// An origin that answers every request with [`PICTURE`], each when it is allowed to.
#[derive(Clone, Default)]
pub(crate) struct Gate {
    arrived: Arc<Notify>,
    open: Arc<Notify>,
    left: Arc<Notify>,
    asked: Arc<AtomicU32>,
}

impl Gate {
    pub(crate) async fn spawn(&self) -> SocketAddr {
        let gate = self.clone();
        spawn(Router::new().fallback(move || gate.clone().answer())).await
    }

    async fn answer(self) -> impl IntoResponse {
        self.asked.fetch_add(1, Ordering::SeqCst);
        self.arrived.notify_one();
        let waiting = Waiting(Some(&self.left));
        self.open.notified().await;
        waiting.done();
        ([(CONTENT_TYPE, "image/svg+xml")], PICTURE)
    }

    /// Ends when a request is there.
    pub(crate) async fn arrived(&self) {
        self.arrived.notified().await;
    }

    /// Lets one request through.
    pub(crate) fn open(&self) {
        self.open.notify_one();
    }

    /// Ends when the client of a request has left before it was let through.
    pub(crate) async fn left(&self) {
        self.left.notified().await;
    }

    pub(crate) fn asked(&self) -> u32 {
        self.asked.load(Ordering::SeqCst)
    }
}

struct Waiting<'a>(Option<&'a Notify>);

impl Waiting<'_> {
    fn done(mut self) {
        self.0 = None;
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if let Some(left) = self.0 {
            left.notify_one();
        }
    }
}
