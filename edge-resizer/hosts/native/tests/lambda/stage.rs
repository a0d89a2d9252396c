//! What most tests play on: the cloud, the Runtime API and one instance.

use serde_json::{Value, json};

use crate::cloud::Cloud;
use crate::instance::{Deployment, Instance};
use crate::runtime_api::{Reply, RuntimeApi, Streamed};

pub(crate) struct Stage {
    pub(crate) cloud: Cloud,
    pub(crate) api: RuntimeApi,
    pub(crate) instance: Instance,
}

impl Stage {
    /// `None`, and a line that says so, where there is no emulator of AWS's APIs.
    pub(crate) async fn set() -> Option<Self> {
        let cloud = cloud().await?;
        Some(Self::on(cloud, &Deployment::default()).await)
    }

    pub(crate) async fn on(cloud: Cloud, deployment: &Deployment) -> Self {
        let api = RuntimeApi::start().await;
        let instance = Instance::start(&api, &cloud, deployment);
        Self { cloud, api, instance }
    }

    /// Begins a `GET`.
    pub(crate) async fn begin(&self, path_and_query: &str) -> Streamed {
        streamed(self.api.invoke(request("GET", path_and_query, &[])).await)
    }

    /// A `GET`, to the end of its invocation.
    pub(crate) async fn get(&self, path_and_query: &str) -> Streamed {
        self.begin(path_and_query).await.whole().await
    }

    /// An event that is no request.
    pub(crate) async fn invoke(&self, event: Value) -> Value {
        match self.api.invoke(event).await {
            Reply::Buffered(answer) => answer,
            other => panic!("{other:?}"),
        }
    }
}

/// The emulator; where there is none, a line says that the test is skipped.
#[expect(clippy::print_stderr, reason = "whoever runs the tests has to see it")]
pub(crate) async fn cloud() -> Option<Cloud> {
    let cloud = Cloud::start().await;
    if cloud.is_none() {
        eprintln!("Skipped: no fakecloud in CDN_TEST_TOOLS, target/tools or on the PATH.");
    }
    cloud
}

pub(crate) fn streamed(reply: Reply) -> Streamed {
    match reply {
        Reply::Streamed(streamed) => streamed,
        other => panic!("{other:?}"),
    }
}

/// A request to the function URL as CloudFront sends it, in payload format 2.0.
pub(crate) fn request(method: &str, path_and_query: &str, headers: &[(&str, &str)]) -> Value {
    let (path, query) = path_and_query.split_once('?').unwrap_or((path_and_query, ""));
    let mut all = json!({
        "host": "abc.lambda-url.us-east-1.on.aws",
        "via": "2.0 0123.cloudfront.net (CloudFront)",
        "x-amz-cf-id": "x",
        "x-forwarded-for": "203.0.113.77",
        "user-agent": "Amazon CloudFront",
    });
    for (name, value) in headers {
        all[name] = json!(value);
    }
    json!({
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": query,
        "headers": all,
        "requestContext": {
            "accountId": "anonymous",
            "apiId": "abc",
            "domainName": "abc.lambda-url.us-east-1.on.aws",
            "domainPrefix": "abc",
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "203.0.113.78",
                "userAgent": "Amazon CloudFront",
            },
            "requestId": "e1",
            "routeKey": "$default",
            "stage": "$default",
            "time": "22/Nov/2026:12:00:00 +0000",
            "timeEpoch": 1_795_348_800_000_u64,
        },
        "isBase64Encoded": false,
    })
}

/// Messages of a queue, as its trigger hands them over.
pub(crate) fn messages(bodies: &[&str]) -> Value {
    let record = |(index, body): (usize, &&str)| {
        json!({
            "messageId": format!("m-{index}"),
            "receiptHandle": "r",
            "body": body,
            "attributes": {},
            "messageAttributes": {},
            "eventSource": "aws:sqs",
            "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:avif.fifo",
            "awsRegion": "us-east-1",
        })
    };
    json!({ "Records": bodies.iter().enumerate().map(record).collect::<Vec<_>>() })
}
