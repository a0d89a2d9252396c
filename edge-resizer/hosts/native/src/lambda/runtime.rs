//! Lambda's Runtime API and Extensions API, from the function's side.
//!
//! `lambda_runtime`, AWS's client for Rust, writes a streamed answer in several small parts over a
//! connection with Nagle's algorithm, so that each answer waits for a delayed acknowledgment: 40 ms
//! and more, where a small picture takes 7. It has no setting for that.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>,
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html>,
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html#runtimes-custom-response-streaming>

use std::collections::BTreeMap;
use std::convert::Infallible;

use anyhow::Context;
use bytes::Bytes;
use futures_util::stream::{self, BoxStream, StreamExt};
use http::header::CONTENT_TYPE;
use http::request::Builder;
use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};

/// An event to be handled.
#[derive(Clone, Debug, PartialEq)]
pub struct Invocation {
    /// Names the invocation in Lambda's logs too.
    pub request_id: String,
    /// What Lambda hands over.
    pub event: Value,
}

/// What came of an event.
pub enum Reply {
    /// An answer to a request of the function URL.
    Streamed(Answer),
    /// Something for other callers.
    Buffered(Value),
}

/// An answer whose body is on its way.
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The invocation ends with it.
    pub body: BoxStream<'static, Result<Bytes, Infallible>>,
}

type Body = UnsyncBoxBody<Bytes, Infallible>;

/// The name is unique among a function's extensions.
const EXTENSION_NAME: &str = "edge-lambda";

/// What is between the prelude of a streamed answer and its body.
const SEPARATOR: [u8; 8] = [0; 8];

/// The connection to Lambda.
#[derive(Clone, Debug)]
pub(crate) struct RuntimeApi {
    client: Client<HttpConnector, Body>,
    /// Host and port.
    endpoint: String,
}

impl RuntimeApi {
    /// # Errors
    /// Where this is no function of Lambda.
    pub(crate) fn from_environment() -> anyhow::Result<Self> {
        let endpoint = std::env::var("AWS_LAMBDA_RUNTIME_API")
            .context("AWS_LAMBDA_RUNTIME_API is not set: this runs on AWS Lambda")?;
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        Ok(Self { client: Client::builder(TokioExecutor::new()).build(connector), endpoint })
    }

    /// Registers the process as an extension that wants no events: to a function without extensions
    /// Lambda sends no SIGTERM.
    pub(crate) async fn register_extension(&self) -> anyhow::Result<()> {
        let register = self.post("2020-01-01/extension/register");
        let register = register.header("lambda-extension-name", EXTENSION_NAME);
        let registered = self.send(register, whole(r#"{"events":[]}"#)).await?;
        let id = registered.headers().get("lambda-extension-identifier");
        let id = id.context("registering an extension: it got no identifier")?.clone();
        let api = self.clone();
        // The first call says that the extension is ready; it has no answer.
        tokio::spawn(async move {
            let next = Request::get(api.uri("2020-01-01/extension/event/next"));
            api.send(next.header("lambda-extension-identifier", id), whole("")).await
        });
        Ok(())
    }

    /// Waits for the next event.
    pub(crate) async fn next(&self) -> anyhow::Result<Invocation> {
        let next = Request::get(self.uri("2018-06-01/runtime/invocation/next"));
        let response = self.send(next, whole("")).await?;
        let id = response.headers().get("lambda-runtime-aws-request-id");
        let request_id = id.and_then(|id| id.to_str().ok()).context("an event without an id")?;
        let request_id = request_id.to_owned();
        let body = response.into_body().collect().await.context("reading an event")?.to_bytes();
        let event = serde_json::from_slice(&body).context("reading an event")?;
        Ok(Invocation { request_id, event })
    }

    /// Hands over what came of an event; ends when all of it is sent.
    pub(crate) async fn reply(&self, request_id: &str, reply: Reply) -> anyhow::Result<()> {
        let path = format!("2018-06-01/runtime/invocation/{request_id}/response");
        let post = self.post(&path);
        let (post, body) = match reply {
            Reply::Buffered(value) => (post, whole(value.to_string())),
            Reply::Streamed(answer) => {
                let post = post
                    .header("lambda-runtime-function-response-mode", "streaming")
                    .header(CONTENT_TYPE, "application/vnd.awslambda.http-integration-response");
                (post, streamed(answer))
            }
        };
        self.send(post, body).await.map(drop)
    }

    /// Says that an event could not be handled.
    pub(crate) async fn fail(&self, request_id: &str, error: &anyhow::Error) -> anyhow::Result<()> {
        let path = format!("2018-06-01/runtime/invocation/{request_id}/error");
        let post = self.post(&path).header("lambda-runtime-function-error-type", "Handler");
        let about = json!({ "errorMessage": format!("{error:#}"), "errorType": "Handler" });
        self.send(post, whole(about.to_string())).await.map(drop)
    }

    fn uri(&self, path: &str) -> String {
        format!("http://{}/{path}", self.endpoint)
    }

    fn post(&self, path: &str) -> Builder {
        Request::post(self.uri(path))
    }

    async fn send(&self, request: Builder, body: Body) -> anyhow::Result<Response<Incoming>> {
        let request = request.body(body)?;
        let path = request.uri().path().to_owned();
        let response = self.client.request(request).await;
        let response = response.with_context(|| format!("asking Lambda for {path}"))?;
        let status = response.status();
        anyhow::ensure!(status.is_success(), "Lambda answered {status} to {path}");
        Ok(response)
    }
}

fn whole(text: impl Into<Bytes>) -> Body {
    Full::new(text.into()).boxed_unsync()
}

/// Status and headers as JSON, and the body after them.
fn streamed(Answer { status, headers, body }: Answer) -> Body {
    let headers: BTreeMap<_, _> = headers
        .iter()
        .filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)))
        .collect();
    let prelude = json!({ "statusCode": status.as_u16(), "headers": headers, "cookies": [] });
    let prelude = [prelude.to_string().as_bytes(), &SEPARATOR].concat();
    let parts = stream::iter([Ok(Bytes::from(prelude))]).chain(body);
    StreamBody::new(parts.map(|part| part.map(Frame::data))).boxed_unsync()
}
