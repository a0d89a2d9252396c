//! AWS as the command meets it: an emulator of its APIs, and between both a proxy that loses,
//! delays and refuses what the test says.

use std::env;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::net::TcpListener;
use tokio::process::{Child, Command};

/// The emulator; it ends with the test.
pub(crate) struct Cloud {
    /// The base URL of its APIs.
    pub(crate) endpoint: String,
    _process: Child,
}

impl Cloud {
    /// `None`, and a line that says so, where there is no emulator on this machine.
    #[expect(clippy::print_stderr, reason = "whoever runs the suite has to see what it left out")]
    pub(crate) async fn start() -> Option<Self> {
        let Some(program) = program() else {
            eprintln!("skipped: no fakecloud here, see cargo xtask setup");
            return None;
        };
        let mut process = Command::new(program)
            .args(["--addr", "127.0.0.1:0", "--log-level", "error"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .ok()?;
        let mut lines = BufReader::new(process.stdout.take()?).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            if let Some(port) = line.strip_prefix("FAKECLOUD_PORT=") {
                let endpoint = format!("http://127.0.0.1:{port}");
                return Some(Self { endpoint, _process: process });
            }
        }
        panic!("the emulator did not say its port");
    }
}

fn program() -> Option<PathBuf> {
    // <target>/<profile>/cdn-cli
    let target = PathBuf::from(env!("CARGO_BIN_EXE_cdn-cli")).ancestors().nth(2)?.to_owned();
    let named = env::var_os("CDN_TEST_TOOLS").map(PathBuf::from);
    let on_path = env::var_os("PATH").unwrap_or_default();
    let folders = [named, Some(target.join("tools"))].into_iter().flatten();
    let folders = folders.chain(env::split_paths(&on_path));
    folders.map(|folder| folder.join("fakecloud")).find(|file| file.is_file())
}

/// What becomes of a request.
#[derive(Clone, Debug)]
pub(crate) enum Fate {
    /// It is answered.
    Answered,
    /// It does not arrive, and nobody answers.
    Lost,
    /// It arrives, but its answer is lost.
    Unanswered,
    /// It is refused with a status and a code of AWS.
    Refused(u16, &'static str),
}

/// Says what becomes of the request of that number (from 1).
type Judge = Box<dyn FnMut(usize) -> Fate + Send>;

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
}

impl Proxy {
    pub(crate) async fn start(
        cloud: &Cloud,
        judge: impl FnMut(usize) -> Fate + Send + 'static,
    ) -> Self {
        let shared = Arc::new(Shared {
            behind: cloud.endpoint.clone(),
            client: reqwest::Client::builder().build().expect("a client without TLS"),
            seen: AtomicUsize::new(0),
            judge: Mutex::new(Box::new(judge)),
            actions: Mutex::default(),
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
    let fate = (shared.judge.lock().expect("no test panics with it"))(number);
    match fate {
        Fate::Answered => forward(&shared, parts, body).await,
        Fate::Unanswered => {
            forward(&shared, parts, body).await;
            lost()
        }
        Fate::Lost => lost(),
        Fate::Refused(status, code) => {
            let text = format!(
                "<ErrorResponse><Error><Code>{code}</Code><Message>{code}</Message></Error></ErrorResponse>"
            );
            Response::builder()
                .status(status)
                .header("content-type", "text/xml")
                .body(Body::from(text))
                .expect("a status and a text")
        }
    }
}

fn note(shared: &Shared, body: &Bytes) {
    let text = String::from_utf8_lossy(body);
    let action = text.split('&').find_map(|pair| pair.strip_prefix("Action="));
    if let Some(action) = action {
        shared.actions.lock().expect("no test panics with it").push(action.to_owned());
    }
}

async fn forward(shared: &Shared, parts: axum::http::request::Parts, body: Bytes) -> Response {
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
