//! The origin: counts what it is asked for, and misbehaves at addresses that say so.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use http::{Request, StatusCode};
use tokio::net::TcpListener;
use tokio::sync::watch;

/// How often each address was asked for, with its `Accept`.
pub(crate) type Counts = Arc<Mutex<HashMap<String, u32>>>;

pub(crate) struct Origin {
    pub(crate) address: SocketAddr,
    pub(crate) counts: Counts,
    seen: watch::Receiver<u32>,
}

impl Origin {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let counts = Counts::default();
        let (tell, seen) = watch::channel(0);
        let state = (Arc::clone(&counts), Arc::new(tell));
        let router = Router::new().fallback(answer).with_state(state);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, counts, seen }
    }

    /// Waits for so many requests.
    pub(crate) async fn reached(&self, count: u32) {
        self.seen.clone().wait_for(|seen| *seen >= count).await.unwrap();
    }

    /// Requests so far.
    pub(crate) fn requests(&self) -> u32 {
        self.counts.lock().unwrap().values().sum()
    }
}

type Shared = (Counts, Arc<watch::Sender<u32>>);

async fn answer(State((counts, tell)): State<Shared>, request: Request<Body>) -> Response {
    tell.send_modify(|seen| *seen += 1);
    let accept = request.headers().get("accept").map(|it| it.to_str().unwrap()).unwrap_or_default();
    let path = request.uri().path();
    *counts.lock().unwrap().entry(format!("{path} {accept}")).or_default() += 1;
    let format = ["image/avif", "image/webp"].into_iter().find(|it| accept.contains(it));
    let format = format.unwrap_or("image/jpeg");
    let good = Response::builder()
        .header("content-type", format)
        .header("vary", "Accept")
        .header("cache-control", "max-age=600");
    let body = || Body::from(vec![7; 2_000]);
    match path.rsplit('/').next().unwrap_or_default() {
        "cookie.jpg" => good.header("set-cookie", "cart=1").body(body()),
        "no-store.jpg" => Response::builder()
            .header("content-type", format)
            .header("cache-control", "no-store")
            .body(body()),
        "type.jpg" => Response::builder()
            .header("content-type", "text/html")
            .header("cache-control", "max-age=600")
            .body(body()),
        "busy.jpg" => {
            Response::builder().status(503).header("retry-after", "0").body(Body::empty())
        }
        "missing.jpg" => Response::builder().status(StatusCode::NOT_FOUND).body(Body::empty()),
        "slow.jpg" => std::future::pending().await,
        _ => good.body(body()),
    }
    .unwrap()
}
