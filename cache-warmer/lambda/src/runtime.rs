//! Lambda's Runtime API, from the function's side
//! (<https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>).

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::Context as _;
use bytes::Bytes;
use http::request::Builder;
use http::{HeaderMap, Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};

/// An event to be handled.
#[derive(Clone, Debug, PartialEq)]
pub struct Invocation {
    /// Names the invocation in Lambda's logs too; one that is tried again has the same.
    pub request_id: String,
    /// What Lambda hands over.
    pub event: Value,
    /// How long the function has.
    pub remaining: Duration,
}

/// The connection to Lambda.
#[derive(Clone, Debug)]
pub(crate) struct RuntimeApi {
    client: Client<HttpConnector, Full<Bytes>>,
    /// Host and port.
    endpoint: String,
}

impl RuntimeApi {
    /// # Errors
    /// Where this is no function of Lambda.
    pub(crate) fn from_environment() -> anyhow::Result<Self> {
        let endpoint = std::env::var("AWS_LAMBDA_RUNTIME_API")
            .context("AWS_LAMBDA_RUNTIME_API is not set: this runs on AWS Lambda")?;
        let client = Client::builder(TokioExecutor::new()).build(HttpConnector::new());
        Ok(Self { client, endpoint })
    }

    /// Waits for the next event.
    pub(crate) async fn next(&self) -> anyhow::Result<Invocation> {
        let next = Request::get(self.uri("next"));
        let response = self.send(next, String::new()).await?;
        let request_id = header(response.headers(), "lambda-runtime-aws-request-id")?;
        let deadline = header(response.headers(), "lambda-runtime-deadline-ms")?;
        let deadline = deadline.parse().context("reading when the function's time is over")?;
        let body = response.into_body().collect().await.context("reading an event")?.to_bytes();
        let event = serde_json::from_slice(&body).context("reading an event")?;
        Ok(Invocation { request_id, event, remaining: until(deadline) })
    }

    /// Hands over what came of an event.
    pub(crate) async fn reply(&self, request_id: &str, value: &Value) -> anyhow::Result<()> {
        let post = Request::post(self.uri(&format!("{request_id}/response")));
        self.send(post, value.to_string()).await.map(drop)
    }

    /// Says that an event could not be handled.
    pub(crate) async fn fail(&self, request_id: &str, error: &anyhow::Error) -> anyhow::Result<()> {
        let post = Request::post(self.uri(&format!("{request_id}/error")));
        let post = post.header("lambda-runtime-function-error-type", "Handler");
        let about = json!({ "errorMessage": format!("{error:#}"), "errorType": "Handler" });
        self.send(post, about.to_string()).await.map(drop)
    }

    fn uri(&self, path: &str) -> String {
        format!("http://{}/2018-06-01/runtime/invocation/{path}", self.endpoint)
    }

    async fn send(&self, request: Builder, body: String) -> anyhow::Result<Response<Incoming>> {
        let request = request.body(Full::new(Bytes::from(body)))?;
        let path = request.uri().path().to_owned();
        let response = self.client.request(request).await;
        let response = response.with_context(|| format!("asking Lambda for {path}"))?;
        let status = response.status();
        anyhow::ensure!(status.is_success(), "Lambda answered {status} to {path}");
        Ok(response)
    }
}

fn header(headers: &HeaderMap, name: &str) -> anyhow::Result<String> {
    let value = headers.get(name).and_then(|value| value.to_str().ok());
    value.map(str::to_owned).with_context(|| format!("an event without {name}"))
}

/// The time until then, in milliseconds since 1970.
fn until(deadline: u64) -> Duration {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Duration::from_millis(deadline).saturating_sub(now)
}
