//! Edges that keep what they gave: two locations, with one origin behind both.

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// The edges of one test.
#[derive(Clone)]
pub(crate) struct Edges {
    /// The port of both: FRA60-P1 at 127.0.0.1, IAD89-P1 at 127.0.0.2.
    pub(crate) port: u16,
    shared: Arc<Shared>,
}

struct Shared {
    /// How often each variant was asked for, by location, path and encoding.
    asked: Mutex<HashMap<String, u64>>,
    /// Requests so far.
    count: watch::Sender<u64>,
    /// Requests of a higher number are not answered.
    most: watch::Sender<u64>,
}

/// Names and addresses of the locations.
pub(crate) const LOCATIONS: [(&str, Ipv4Addr); 2] =
    [("FRA60-P1", Ipv4Addr::LOCALHOST), ("IAD89-P1", Ipv4Addr::new(127, 0, 0, 2))];

impl Edges {
    pub(crate) async fn start() -> Self {
        let shared = Arc::new(Shared {
            asked: Mutex::default(),
            count: watch::Sender::new(0),
            most: watch::Sender::new(u64::MAX),
        });
        let mut port = 0;
        for (name, address) in LOCATIONS {
            let address = SocketAddr::from((address, port));
            let listener = TcpListener::bind(address).await.unwrap();
            port = listener.local_addr().unwrap().port();
            let app = Router::new().fallback(answer).with_state((name, Arc::clone(&shared)));
            tokio::spawn(async move { axum::serve(listener, app).await });
        }
        Self { port, shared }
    }

    /// So many fonts of the shop, each one variant.
    pub(crate) fn fonts(&self, count: u64) -> Vec<String> {
        (0..count).map(|n| format!("http://shop.localhost:{}/{n}.woff2", self.port)).collect()
    }

    /// Requests so far.
    pub(crate) fn requests(&self) -> u64 {
        *self.shared.count.borrow()
    }

    /// Variants that were asked for, each at each location.
    pub(crate) fn variants(&self) -> usize {
        self.shared.asked.lock().unwrap().len()
    }

    /// The most that any variant was asked for.
    pub(crate) fn most_asked(&self) -> u64 {
        self.shared.asked.lock().unwrap().values().copied().max().unwrap_or_default()
    }

    /// Answers no requests of a higher number than this.
    pub(crate) fn hold_after(&self, number: u64) {
        self.shared.most.send_replace(number);
    }

    /// Ends when so many requests have come.
    pub(crate) async fn has(&self, number: u64) {
        let mut count = self.shared.count.subscribe();
        count.wait_for(|count| *count >= number).await.unwrap();
    }

    /// Forgets everything, as after an invalidation.
    pub(crate) fn purge(&self) {
        self.shared.asked.lock().unwrap().clear();
    }
}

async fn answer(
    State((name, shared)): State<(&'static str, Arc<Shared>)>,
    request: Request,
) -> Response {
    let mut number = 0;
    shared.count.send_modify(|count| {
        *count += 1;
        number = *count;
    });
    shared.most.subscribe().wait_for(|most| number <= *most).await.unwrap();
    let encoding = request.headers().get("accept-encoding");
    let encoding = encoding.and_then(|it| it.to_str().ok()).unwrap_or_default();
    let key = format!("{name} {} {encoding}", request.uri().path());
    let times = {
        let mut asked = shared.asked.lock().unwrap();
        let times = asked.entry(key).or_default();
        *times += 1;
        *times
    };
    Response::builder()
        .header("x-amz-cf-pop", name)
        .header("x-cache", if times == 1 { "Miss from cloudfront" } else { "Hit from cloudfront" })
        .header("cache-control", "max-age=600")
        .body("x".repeat(100).into())
        .unwrap()
}
