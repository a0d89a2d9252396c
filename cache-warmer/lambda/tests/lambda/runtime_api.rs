//! Lambda's side of a function: its Runtime API
//! (<https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>).

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::{Mutex, mpsc, oneshot};

/// The Runtime API, to which any number of instances of a function connect.
#[derive(Clone)]
pub(crate) struct RuntimeApi {
    pub(crate) address: SocketAddr,
    shared: Arc<Shared>,
}

/// An event on its way: its id, when the function's time is over, and what it says.
type Sent = (String, Duration, Value);
/// What came of it: what the function answered, or the error that it reported.
pub(crate) type Came = Result<Value, Value>;

struct Shared {
    events: mpsc::UnboundedSender<Sent>,
    next: Mutex<mpsc::UnboundedReceiver<Sent>>,
    replies: Mutex<HashMap<String, oneshot::Sender<Came>>>,
    ids: AtomicU64,
}

impl RuntimeApi {
    pub(crate) async fn start() -> Self {
        let (events, next) = mpsc::unbounded_channel();
        let (next, ids) = (Mutex::new(next), AtomicU64::new(1));
        let shared = Arc::new(Shared { events, next, replies: Mutex::default(), ids });
        let router = Router::new()
            .route("/2018-06-01/runtime/invocation/next", get(next_event))
            .route("/2018-06-01/runtime/invocation/{id}/response", post(response))
            .route("/2018-06-01/runtime/invocation/{id}/error", post(error))
            .with_state(Arc::clone(&shared));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, shared }
    }

    /// Hands an event to the next instance that asks for one, which has so much time for it.
    pub(crate) async fn invoke(&self, event: Value, time: Duration) -> Came {
        self.begin(event, time).await.await.expect("the function answers")
    }

    /// The same, without waiting for what comes of it.
    pub(crate) async fn begin(&self, event: Value, time: Duration) -> oneshot::Receiver<Came> {
        let id = format!("request-{}", self.shared.ids.fetch_add(1, Ordering::SeqCst));
        let (reply, replied) = oneshot::channel();
        self.shared.replies.lock().await.insert(id.clone(), reply);
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        self.shared.events.send((id, now + time, event)).unwrap();
        replied
    }
}

async fn next_event(State(shared): State<Arc<Shared>>) -> Response {
    let (id, deadline, event) = shared.next.lock().await.recv().await.unwrap();
    let headers = [
        ("lambda-runtime-aws-request-id", id),
        ("lambda-runtime-deadline-ms", deadline.as_millis().to_string()),
    ];
    (headers, event.to_string()).into_response()
}

async fn response(state: State<Arc<Shared>>, id: Path<String>, body: Bytes) -> StatusCode {
    told(state, id, Ok(serde_json::from_slice(&body).unwrap())).await
}

async fn error(state: State<Arc<Shared>>, id: Path<String>, body: Bytes) -> StatusCode {
    told(state, id, Err(serde_json::from_slice(&body).unwrap())).await
}

async fn told(State(shared): State<Arc<Shared>>, Path(id): Path<String>, came: Came) -> StatusCode {
    let reply = shared.replies.lock().await.remove(&id).unwrap();
    // Whoever does not want to know has dropped the receiver.
    let _ = reply.send(came);
    StatusCode::ACCEPTED
}
