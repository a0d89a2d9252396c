//! Lambda's side of a function: its Runtime API and Extensions API, as far as they are documented.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>,
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html>,
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html#runtimes-custom-response-streaming>

use std::collections::{BTreeMap, HashMap};
use std::future::pending;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use bytes::Bytes;
use futures_util::StreamExt;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::{Mutex, mpsc, oneshot};

/// What a function answers.
#[derive(Debug)]
pub(crate) enum Reply {
    Streamed(Streamed),
    Buffered(Value),
    /// What it reported as an error.
    Failed(Value),
}

/// An answer whose body is on its way.
#[derive(Debug)]
pub(crate) struct Streamed {
    pub(crate) status: u16,
    pub(crate) headers: BTreeMap<String, String>,
    /// What is there of the body.
    pub(crate) body: Vec<u8>,
    frames: mpsc::Receiver<Bytes>,
}

/// The Runtime API, to which any number of instances of a function connect.
#[derive(Clone)]
pub(crate) struct RuntimeApi {
    pub(crate) address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    events: mpsc::UnboundedSender<(String, Value)>,
    next: Mutex<mpsc::UnboundedReceiver<(String, Value)>>,
    replies: Mutex<HashMap<String, oneshot::Sender<Reply>>>,
    ids: AtomicU64,
    extensions: AtomicU64,
}

impl RuntimeApi {
    pub(crate) async fn start() -> Self {
        let (events, next) = mpsc::unbounded_channel();
        let shared = Arc::new(Shared {
            events,
            next: Mutex::new(next),
            replies: Mutex::default(),
            ids: AtomicU64::new(1),
            extensions: AtomicU64::new(0),
        });
        let router = Router::new()
            .route("/2018-06-01/runtime/invocation/next", get(next_event))
            .route("/2018-06-01/runtime/invocation/{id}/response", post(response))
            .route("/2018-06-01/runtime/invocation/{id}/error", post(error))
            .route("/2020-01-01/extension/register", post(register))
            .route("/2020-01-01/extension/event/next", get(pending::<()>))
            .with_state(Arc::clone(&shared));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, shared }
    }

    /// Hands an event to the next instance that asks for one.
    pub(crate) async fn invoke(&self, event: Value) -> Reply {
        let id = format!("request-{}", self.shared.ids.fetch_add(1, Ordering::SeqCst));
        let (reply, replied) = oneshot::channel();
        self.shared.replies.lock().await.insert(id.clone(), reply);
        self.shared.events.send((id, event)).unwrap();
        replied.await.unwrap()
    }

    /// How many extensions have registered: without one a function is not sent SIGTERM.
    pub(crate) fn extensions(&self) -> u64 {
        self.shared.extensions.load(Ordering::SeqCst)
    }
}

async fn next_event(State(shared): State<Arc<Shared>>) -> Response {
    let (id, event) = shared.next.lock().await.recv().await.unwrap();
    let headers = [
        ("lambda-runtime-aws-request-id", id.as_str()),
        ("lambda-runtime-deadline-ms", "4102444800000"),
        ("lambda-runtime-invoked-function-arn", "arn:aws:lambda:us-east-1:123456789012:function:f"),
    ];
    (headers, event.to_string()).into_response()
}

async fn response(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> StatusCode {
    let reply = shared.replies.lock().await.remove(&id).unwrap();
    let mode = headers.get("lambda-runtime-function-response-mode");
    if mode.is_none_or(|mode| mode != "streaming") {
        let body = axum::body::to_bytes(body, 6 * 1024 * 1024).await.unwrap();
        reply.send(Reply::Buffered(serde_json::from_slice(&body).unwrap())).unwrap();
        return StatusCode::ACCEPTED;
    }
    assert_eq!(headers["transfer-encoding"], "chunked");
    assert_eq!(headers["content-type"], "application/vnd.awslambda.http-integration-response");
    let (sender, frames) = mpsc::channel(1);
    tokio::spawn(async move {
        let streamed = Streamed::open(frames).await;
        reply.send(Reply::Streamed(streamed)).unwrap();
    });
    let mut body = body.into_data_stream();
    while let Some(frame) = body.next().await {
        // Whoever has seen enough drops the receiver.
        let _ = sender.send(frame.unwrap()).await;
    }
    StatusCode::ACCEPTED
}

async fn error(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    body: Bytes,
) -> StatusCode {
    let reply = shared.replies.lock().await.remove(&id).unwrap();
    reply.send(Reply::Failed(serde_json::from_slice(&body).unwrap())).unwrap();
    StatusCode::ACCEPTED
}

async fn register(State(shared): State<Arc<Shared>>) -> Response {
    shared.extensions.fetch_add(1, Ordering::SeqCst);
    let about = json!({ "functionName": "f", "functionVersion": "1", "handler": "bootstrap" });
    ([("lambda-extension-identifier", "extension-1")], about.to_string()).into_response()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Prelude {
    status_code: u16,
    headers: BTreeMap<String, String>,
}

impl Streamed {
    /// Reads the prelude, which eight zeros end.
    async fn open(mut frames: mpsc::Receiver<Bytes>) -> Self {
        const END: &[u8] = &[0; 8];
        let mut read = Vec::new();
        let end = loop {
            let end = read.windows(END.len()).position(|window| window == END);
            if let Some(end) = end {
                break end;
            }
            read.extend_from_slice(&frames.recv().await.expect("a prelude has an end"));
        };
        let Prelude { status_code, headers } = serde_json::from_slice(&read[..end]).unwrap();
        let body = read.split_off(end + END.len());
        Self { status: status_code, headers, body, frames }
    }

    /// Reads the body up to a length.
    pub(crate) async fn read_to(&mut self, length: usize) {
        while self.body.len() < length {
            self.body.extend_from_slice(&self.frames.recv().await.expect("there is more"));
        }
    }

    /// Whether the end of the body was seen already.
    pub(crate) fn has_ended(&mut self) -> bool {
        self.frames.try_recv() == Err(mpsc::error::TryRecvError::Disconnected)
    }

    /// Reads the whole body, to the end of the invocation.
    pub(crate) async fn whole(mut self) -> Self {
        while let Some(frame) = self.frames.recv().await {
            self.body.extend_from_slice(&frame);
        }
        self
    }

    /// A header's value; empty where it is missing.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }
}
