//! AWS as the command meets it: an emulator of its APIs, and between both a proxy that loses,
//! delays and refuses what the test says.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::Method;
use axum::http::request::Parts;
use axum::response::Response;
use serde_json::json;
use tokio::net::TcpListener;

pub(crate) use crate::emulator::Cloud;

/// What becomes of a request.
#[derive(Clone, Debug)]
pub(crate) enum Fate {
    /// It is answered.
    Answered,
    /// It does not arrive, and nobody answers.
    Lost,
    /// It arrives, but its answer is lost.
    Unanswered,
    /// It is refused, with a status and with a code of AWS.
    Refused(u16, &'static str),
    /// It is refused as one too many.
    Throttled,
    /// It is answered with this document, in place of the emulator.
    Told(String),
    /// CloudFront says that the invalidation is under way.
    UnderWay,
    /// Lambda refuses it: the function is still at the edges.
    Replicated,
}

/// Says what becomes of a request, of that number (from 1).
type Judge = Box<dyn FnMut(usize, &Parts) -> Fate + Send>;

/// A proxy in front of the emulator.
pub(crate) struct Proxy {
    /// The base URL.
    pub(crate) endpoint: String,
    shared: Arc<Shared>,
}

struct Shared {
    behind: String,
    client: reqwest::Client,
    seen: AtomicUsize,
    judge: Mutex<Judge>,
    /// What is asked for, as far as its body says: actions of AWS's query protocol.
    actions: Mutex<Vec<String>>,
    /// Methods and paths of all requests.
    requests: Mutex<Vec<(Method, String)>>,
    /// The data of stores, for which the emulator has no API.
    stores: Mutex<BTreeMap<String, Store>>,
}

/// The data of a store.
#[derive(Default)]
struct Store {
    version: usize,
    pairs: BTreeMap<String, String>,
}

impl Proxy {
    pub(crate) async fn start(
        cloud: &Cloud,
        mut judge: impl FnMut(usize) -> Fate + Send + 'static,
    ) -> Self {
        Self::judging(cloud, move |number, _| judge(number)).await
    }

    /// One that looks at the requests.
    pub(crate) async fn judging(
        cloud: &Cloud,
        judge: impl FnMut(usize, &Parts) -> Fate + Send + 'static,
    ) -> Self {
        // The first test to install a provider wins, and any of them will do.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let shared = Arc::new(Shared {
            behind: cloud.endpoint.clone(),
            client: reqwest::Client::builder().build().expect("a client without TLS"),
            seen: AtomicUsize::new(0),
            judge: Mutex::new(Box::new(judge)),
            actions: Mutex::default(),
            requests: Mutex::default(),
            stores: Mutex::default(),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let endpoint = format!("http://{}", listener.local_addr().expect("it is bound"));
        let app = Router::new().fallback(pass).with_state(Arc::clone(&shared));
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { endpoint, shared }
    }

    /// Requests so far.
    pub(crate) fn seen(&self) -> usize {
        self.shared.seen.load(Ordering::SeqCst)
    }

    /// The pairs of all stores.
    pub(crate) fn pairs(&self) -> BTreeMap<String, String> {
        let stores = self.shared.stores.lock().expect("no test panics with it");
        stores.values().flat_map(|store| store.pairs.clone()).collect()
    }

    /// Changes a pair in every store that has it, past the command.
    pub(crate) fn change_pair(&self, key: &str, value: &str) {
        let mut stores = self.shared.stores.lock().expect("no test panics with it");
        for store in stores.values_mut().filter(|store| store.pairs.contains_key(key)) {
            store.pairs.insert(key.to_owned(), value.to_owned());
            store.version += 1;
        }
    }

    /// Puts a pair into every store, past the command.
    pub(crate) fn add_pair(&self, key: &str, value: &str) {
        let mut stores = self.shared.stores.lock().expect("no test panics with it");
        for store in stores.values_mut() {
            store.pairs.insert(key.to_owned(), value.to_owned());
            store.version += 1;
        }
    }

    /// Requests so far of a method, whose path ends so.
    pub(crate) fn requests(&self, method: &str, end: &str) -> usize {
        let requests = self.shared.requests.lock().expect("no test panics with it");
        requests.iter().filter(|(its, path)| *its == method && path.ends_with(end)).count()
    }

    /// Actions so far that are called so.
    pub(crate) fn count(&self, action: &str) -> usize {
        let actions = self.shared.actions.lock().expect("no test panics with it");
        actions.iter().filter(|seen| *seen == action).count()
    }
}

async fn pass(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let number = shared.seen.fetch_add(1, Ordering::SeqCst) + 1;
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    note(&shared, &body);
    let request = (parts.method.clone(), parts.uri.path().to_owned());
    shared.requests.lock().expect("no test panics with it").push(request);
    let fate = (shared.judge.lock().expect("no test panics with it"))(number, &parts);
    match fate {
        Fate::Answered => forward(&shared, parts, body).await,
        Fate::Unanswered => {
            forward(&shared, parts, body).await;
            lost()
        }
        Fate::Lost => lost(),
        // S3 has words and a form of its own.
        Fate::Throttled if parts.uri.path() != "/" => {
            refused(503, "<Error><Code>SlowDown</Code><Message>less</Message></Error>".to_owned())
        }
        Fate::Throttled => refused(400, error("Throttling")),
        Fate::Replicated => replicated(),
        Fate::Told(document) => refused(200, document),
        Fate::UnderWay => refused(200, UNDER_WAY.to_owned()),
        Fate::Refused(status, code) => refused(status, error(code)),
    }
}

/// An error in the form of the query protocol.
fn error(code: &str) -> String {
    format!(
        "<ErrorResponse><Error><Code>{code}</Code><Message>{code}</Message></Error></ErrorResponse>"
    )
}

fn refused(status: u16, text: String) -> Response {
    let response = Response::builder().status(status).header("content-type", "text/xml");
    response.body(Body::from(text)).expect("a status and a text")
}

/// What CloudFront says of an invalidation that is not done.
const UNDER_WAY: &str = "<Invalidation><Id>I1</Id><Status>InProgress</Status>\
    <CreateTime>2026-11-23T00:00:00Z</CreateTime><InvalidationBatch><Paths><Quantity>0</Quantity>\
    </Paths><CallerReference>r</CallerReference></InvalidationBatch></Invalidation>";

/// What Lambda says of a function whose replicas are still at the edges:
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-edge-delete-replicas.html>.
fn replicated() -> Response {
    let text = "Lambda was unable to delete the function because it is a replicated function.";
    Response::builder()
        .status(400)
        .header("content-type", "application/json")
        .header("x-amzn-errortype", "InvalidParameterValueException")
        .body(Body::from(json!({ "Type": "User", "Message": text }).to_string()))
        .expect("a status and a text")
}

fn note(shared: &Shared, body: &Bytes) {
    let text = String::from_utf8_lossy(body);
    let action = text.split('&').find_map(|pair| pair.strip_prefix("Action="));
    if let Some(action) = action {
        shared.actions.lock().expect("no test panics with it").push(action.to_owned());
    }
}

/// The API for the data of stores, as far as the command uses it:
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/APIReference/API_Operations_CloudFront_KeyValueStore_API.html>.
fn store_data(shared: &Shared, parts: &Parts, body: &Bytes) -> Response {
    let arn = parts.uri.path().split('/').nth(2).unwrap_or_default();
    let mut stores = shared.stores.lock().expect("no test panics with it");
    let store = stores.entry(arn.to_owned()).or_default();
    let told = |status: u16, version: usize, body: serde_json::Value| {
        Response::builder()
            .status(status)
            .header("etag", format!("V{version}"))
            .header("content-type", "application/json")
            .body(Body::from(body.to_string()))
            .expect("a status and a text")
    };
    if parts.method == Method::POST {
        let expected = format!("V{}", store.version);
        if parts.headers.get("if-match").is_none_or(|tag| tag.as_bytes() != expected.as_bytes()) {
            let conflict = json!({ "__type": "ConflictException", "Message": "changed" });
            return told(409, store.version, conflict);
        }
        let change: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
        let items = |name: &str| change[name].as_array().cloned().unwrap_or_default();
        assert!(items("Puts").len() + items("Deletes").len() <= 50, "more than AWS takes at once");
        let text =
            |item: &serde_json::Value, key: &str| item[key].as_str().unwrap_or_default().to_owned();
        for item in items("Puts") {
            store.pairs.insert(text(&item, "Key"), text(&item, "Value"));
        }
        for item in items("Deletes") {
            store.pairs.remove(&text(&item, "Key"));
        }
        store.version += 1;
    }
    if parts.method == Method::GET && parts.uri.path().ends_with("/keys") {
        let item = |(key, value): (&String, &String)| json!({ "Key": key, "Value": value });
        let items: Vec<_> = store.pairs.iter().map(item).collect();
        return told(200, store.version, json!({ "Items": items }));
    }
    let state = json!({
        "ItemCount": store.pairs.len(),
        "TotalSizeInBytes": 0,
        "KvsARN": arn,
        "Created": 1_700_000_000,
    });
    told(200, store.version, state)
}

async fn forward(shared: &Shared, parts: Parts, body: Bytes) -> Response {
    if parts.uri.path().starts_with("/key-value-stores/") {
        return store_data(shared, &parts, &body);
    }
    let path = parts.uri.path_and_query().map_or("/", |it| it.as_str());
    let mut request = shared.client.request(parts.method, format!("{}{path}", shared.behind));
    for (name, value) in &parts.headers {
        if name != "content-length" {
            request = request.header(name, value);
        }
    }
    let Ok(answer) = request.body(body).send().await else { return lost() };
    let mut response = Response::builder().status(answer.status());
    for (name, value) in answer.headers() {
        if name != "transfer-encoding" && name != "connection" {
            response = response.header(name, value);
        }
    }
    let body = answer.bytes().await.unwrap_or_default();
    response.body(Body::from(body)).expect("the parts of an answer")
}

/// A body that breaks off: the connection ends before there is an answer.
fn lost() -> Response {
    let broken = futures_util::stream::once(async {
        Err::<Bytes, std::io::Error>(std::io::ErrorKind::ConnectionReset.into())
    });
    Response::builder()
        .header("content-length", "100000")
        .body(Body::from_stream(broken))
        .expect("a header and a body")
}
