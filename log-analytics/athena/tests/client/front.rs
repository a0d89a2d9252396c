//! A server that speaks Athena's protocol (JSON 1.1) and as much of S3's as Athena's client needs:
//! <https://docs.aws.amazon.com/athena/latest/APIReference/Welcome.html>.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use aws_sdk_athena::config::{
    AsyncSleep, BehaviorVersion, Credentials, Region, Sleep, retry::RetryConfig,
};
use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::Uri;
use axum::response::Response;
use log_athena::client::{Athena, Settings};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::Notify;

use crate::script::Script;

/// Keys of a page of a list: few, so that lists have pages.
const PAGE: usize = 3;
/// Where answers are written.
const OUTPUT: &str = "s3://answers/athena";

/// The server.
pub(crate) struct Front {
    pub(crate) endpoint: String,
    world: Arc<Mutex<World>>,
    heard: Arc<Notify>,
}

/// What it knows.
#[derive(Default)]
pub(crate) struct World {
    /// What becomes of questions that have this in their text; the first that fits.
    pub(crate) scripts: Vec<(&'static str, Script)>,
    /// Tables by database and name, as `GetTableMetadata` tells them.
    pub(crate) tables: BTreeMap<(String, String), Value>,
    /// The configuration of the workgroup.
    pub(crate) workgroup: Value,
    /// Whether Athena keeps answers itself.
    pub(crate) keeps_answers: bool,
    /// Objects by bucket and key: content, or how long it is; and the storage class.
    pub(crate) objects: BTreeMap<(String, String), Object>,
    /// What the next calls of an action are refused with, before any is answered.
    pub(crate) refusals: Vec<(&'static str, &'static str)>,
    /// How many answers of S3 break off.
    pub(crate) breaks: usize,
    /// What was asked: action and body.
    pub(crate) asked: Vec<(String, Value)>,
    questions: Vec<Running>,
}

pub(crate) struct Object {
    pub(crate) bytes: u64,
    pub(crate) class: &'static str,
    pub(crate) content: String,
}

struct Running {
    token: String,
    script: Script,
    looks: usize,
    is_stopped: bool,
}

/// A sleep that takes no time, and what was slept.
#[derive(Clone, Debug, Default)]
pub(crate) struct Slept(Arc<Mutex<Vec<Duration>>>);

impl AsyncSleep for Slept {
    fn sleep(&self, duration: Duration) -> Sleep {
        self.0.lock().expect("nobody panics with it").push(duration);
        Sleep::new(std::future::ready(()))
    }
}

impl Slept {
    pub(crate) fn all(&self) -> Vec<Duration> {
        self.0.lock().expect("nobody panics with it").clone()
    }
}

impl Front {
    pub(crate) async fn start() -> Self {
        let world = World {
            workgroup: json!({ "ResultConfiguration": { "OutputLocation": OUTPUT } }),
            ..World::default()
        };
        let world = Arc::new(Mutex::new(world));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let endpoint = format!("http://{}", listener.local_addr().expect("it is bound"));
        let heard = Arc::new(Notify::new());
        let state = (Arc::clone(&world), Arc::clone(&heard));
        let app = Router::new().fallback(answer).with_state(state);
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { endpoint, world, heard }
    }

    /// One that has a question with this in its text.
    pub(crate) async fn with(text: &'static str, script: Script) -> Self {
        let front = Self::start().await;
        front.world().scripts.push((text, script));
        front
    }

    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().expect("nobody panics with it")
    }

    /// The client, whose waits take no time.
    pub(crate) fn athena(&self) -> (Athena, Slept) {
        let region = Region::new("us-east-1");
        let keys = Credentials::new("test", "test", None, None, "test");
        // What the state machine does about refusals is what is tested.
        let athena = aws_sdk_athena::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(region.clone())
            .credentials_provider(keys.clone())
            .retry_config(RetryConfig::disabled())
            .endpoint_url(&self.endpoint)
            .build();
        let s3 = aws_sdk_s3::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(region)
            .credentials_provider(keys)
            .retry_config(RetryConfig::disabled())
            .endpoint_url(&self.endpoint)
            .force_path_style(true)
            .build();
        let slept = Slept::default();
        let athena = Athena::new(
            aws_sdk_athena::Client::from_conf(athena),
            aws_sdk_s3::Client::from_conf(s3),
            Settings { database: "cdn".to_owned(), ..Settings::default() },
        );
        (athena.waiting_by(slept.clone()), slept)
    }

    /// The bodies of all calls of an action.
    pub(crate) fn asked(&self, action: &str) -> Vec<Value> {
        let world = self.world();
        let asked = world.asked.iter().filter(|(its, _)| its == action);
        asked.map(|(_, body)| body.clone()).collect()
    }

    /// Waits until an action was asked for so often.
    pub(crate) async fn hears(&self, action: &str, times: usize) {
        loop {
            let more = self.heard.notified();
            if self.asked(action).len() >= times {
                return;
            }
            more.await;
        }
    }

    /// Puts an object of so many bytes there.
    pub(crate) fn put(&self, bucket: &str, key: &str, bytes: u64) {
        self.put_as(bucket, key, bytes, "STANDARD");
    }

    pub(crate) fn put_as(&self, bucket: &str, key: &str, bytes: u64, class: &'static str) {
        let object = Object { bytes, class, content: String::new() };
        self.world().objects.insert((bucket.to_owned(), key.to_owned()), object);
    }
}

async fn answer(
    State((world, heard)): State<(Arc<Mutex<World>>, Arc<Notify>)>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let mut world = world.lock().expect("nobody panics with it");
    let Some(target) = parts.headers.get("x-amz-target") else { return world.s3(&parts.uri) };
    let action = target.to_str().unwrap_or_default();
    let action = action.strip_prefix("AmazonAthena.").unwrap_or_default().to_owned();
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    world.asked.push((action.clone(), body.clone()));
    // `notify_one` is kept for who asks later.
    heard.notify_one();
    if let Some(at) = world.refusals.iter().position(|(its, _)| *its == action) {
        let (_, code) = world.refusals.remove(at);
        return refused(code, "Rate exceeded");
    }
    match world.athena(&action, &body) {
        Ok(value) => json_of(200, &value),
        Err((code, message)) => refused(code, &message),
    }
}

type Answered = Result<Value, (&'static str, String)>;

impl World {
    fn athena(&mut self, action: &str, body: &Value) -> Answered {
        match action {
            "StartQueryExecution" => self.start(body),
            "GetQueryExecution" => self.look(body),
            "StopQueryExecution" => {
                let (_, running) = self.running(body)?;
                running.is_stopped = true;
                Ok(json!({}))
            }
            "GetQueryResults" => {
                let (_, running) = self.running(body)?;
                let from = body["NextToken"].as_str().and_then(|it| it.parse().ok()).unwrap_or(0);
                let most = body["MaxResults"].as_u64().and_then(|it| usize::try_from(it).ok());
                Ok(running.script.page(from, most.unwrap_or(PAGE)))
            }
            "GetWorkGroup" => Ok(json!({ "WorkGroup": {
                "Name": body["WorkGroup"], "State": "ENABLED", "Configuration": self.workgroup,
            } })),
            "GetTableMetadata" => {
                let name = |key: &str| body[key].as_str().unwrap_or_default().to_owned();
                let found = self.tables.get(&(name("DatabaseName"), name("TableName")));
                let missing =
                    || ("MetadataException", "EntityNotFoundException: Table not found".to_owned());
                Ok(json!({ "TableMetadata": found.ok_or_else(missing)? }))
            }
            "ListTableMetadata" => {
                let from: usize =
                    body["NextToken"].as_str().and_then(|it| it.parse().ok()).unwrap_or(0);
                let all: Vec<&Value> = self.tables.values().collect();
                let page = all.iter().skip(from).take(PAGE).collect::<Vec<_>>();
                let mut answer = json!({ "TableMetadataList": page });
                if from + PAGE < all.len() {
                    answer["NextToken"] = (from + PAGE).to_string().into();
                }
                Ok(answer)
            }
            other => Err(("UnknownOperationException", other.to_owned())),
        }
    }

    fn start(&mut self, body: &Value) -> Answered {
        let token = body["ClientRequestToken"].as_str().unwrap_or_default().to_owned();
        if !(32..=128).contains(&token.len()) {
            return Err(("InvalidRequestException", "the token is too short".to_owned()));
        }
        // A question that is sent twice is asked once.
        let known = self.questions.iter().position(|it| it.token == token);
        let at = known.unwrap_or(self.questions.len());
        if known.is_none() {
            let text = body["QueryString"].as_str().unwrap_or_default();
            let script = self.scripts.iter().find(|(part, _)| text.contains(part));
            let Some((_, script)) = script else {
                return Err(("InvalidRequestException", format!("no script for {text}")));
            };
            let script = script.clone();
            let object = Object { bytes: 0, class: "STANDARD", content: script.object() };
            self.objects.insert(("answers".to_owned(), format!("athena/q-{at}.csv")), object);
            self.questions.push(Running { token, script, looks: 0, is_stopped: false });
        }
        Ok(json!({ "QueryExecutionId": format!("q-{at}") }))
    }

    fn look(&mut self, body: &Value) -> Answered {
        let keeps_answers = self.keeps_answers;
        let (id, running) = self.running(body)?;
        let look = running.looks;
        running.looks += 1;
        let output = format!("{OUTPUT}/{id}.csv");
        let output = Some(output.as_str()).filter(|_| !keeps_answers);
        let mut told = running.script.execution(&id, look, output);
        if running.is_stopped {
            told["QueryExecution"]["Status"]["State"] = "CANCELLED".into();
        }
        Ok(told)
    }

    fn running(&mut self, body: &Value) -> Result<(String, &mut Running), (&'static str, String)> {
        let id = body["QueryExecutionId"].as_str().unwrap_or_default().to_owned();
        let at = id.strip_prefix("q-").and_then(|it| it.parse::<usize>().ok());
        let found = at.and_then(|at| self.questions.get_mut(at));
        let missing = || ("InvalidRequestException", format!("QueryExecution {id} was not found"));
        let found = found.ok_or_else(missing)?;
        Ok((id, found))
    }

    fn s3(&mut self, uri: &Uri) -> Response {
        let path = uri.path().trim_start_matches('/');
        let (bucket, key) = path.split_once('/').unwrap_or((path, ""));
        let query: BTreeMap<String, String> =
            uri.query().map(pairs).unwrap_or_default().into_iter().collect();
        if key.is_empty() {
            return self.list(bucket, &query);
        }
        let Some(object) = self.objects.get(&(bucket.to_owned(), key.to_owned())) else {
            return xml(404, "<Error><Code>NoSuchKey</Code><Message>gone</Message></Error>");
        };
        let content = object.content.clone();
        if self.breaks > 0 {
            self.breaks -= 1;
            return cut_off(&content);
        }
        Response::new(Body::from(content))
    }

    fn list(&self, bucket: &str, query: &BTreeMap<String, String>) -> Response {
        let get = |name: &str| query.get(name).map_or("", String::as_str);
        let after = get("start-after").max(get("continuation-token"));
        let most = get("max-keys").parse().unwrap_or(PAGE);
        let mut found = self.objects.iter().filter(|((its, key), _)| {
            its == bucket && key.starts_with(get("prefix")) && key.as_str() > after
        });
        let page: Vec<_> = found.by_ref().take(most).collect();
        let mut text = String::from("<ListBucketResult>");
        for ((_, key), Object { bytes, class, .. }) in &page {
            let _ = write!(
                text,
                "<Contents><Key>{key}</Key><Size>{bytes}</Size><StorageClass>{class}</StorageClass></Contents>"
            );
        }
        let last = page.last().filter(|_| found.next().is_some());
        let _ = write!(text, "<IsTruncated>{}</IsTruncated>", last.is_some());
        if let Some(((_, key), _)) = last {
            let _ = write!(text, "<NextContinuationToken>{key}</NextContinuationToken>");
        }
        xml(200, &(text + "</ListBucketResult>"))
    }
}

fn pairs(query: &str) -> Vec<(String, String)> {
    let decoded = |text: &str| {
        let bytes = text.as_bytes();
        let mut out = Vec::new();
        let mut at = 0;
        while at < bytes.len() {
            let hex = text.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
            if let Some(byte) = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
                out.push(byte);
                at += 3;
            } else {
                out.push(bytes[at]);
                at += 1;
            }
        }
        String::from_utf8(out).expect("text")
    };
    let pair = |it: &str| it.split_once('=').map(|(name, value)| (decoded(name), decoded(value)));
    query.split('&').filter_map(pair).collect()
}

fn json_of(status: u16, value: &Value) -> Response {
    let response =
        Response::builder().status(status).header("content-type", "application/x-amz-json-1.1");
    response.body(Body::from(value.to_string())).expect("a status and a text")
}

fn refused(code: &str, message: &str) -> Response {
    json_of(400, &json!({ "__type": code, "message": message }))
}

fn xml(status: u16, text: &str) -> Response {
    let response = Response::builder().status(status).header("content-type", "application/xml");
    response.body(Body::from(text.to_owned())).expect("a status and a text")
}

/// Half of it, and then the connection is gone.
fn cut_off(content: &str) -> Response {
    let half = Bytes::copy_from_slice(&content.as_bytes()[..content.len() / 2]);
    let broken: [std::io::Result<Bytes>; 2] =
        [Ok(half), Err(std::io::ErrorKind::ConnectionReset.into())];
    Response::builder()
        .header("content-length", content.len().to_string())
        .body(Body::from_stream(futures_util::stream::iter(broken)))
        .expect("a header and a body")
}
