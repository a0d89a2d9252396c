//! What stands behind the cache, in each of the two shapes.

use std::time::Duration;

use aws_sdk_s3::Client;
use aws_sdk_s3::presigning::PresigningConfig;
use edge_resizer::Request;
use http::StatusCode;
use percent_encoding::percent_decode_str;
use serde_json::Value;
use tests::edge::{Edge, Outcome, origin_request};
use tests::lambda::{Function, url_event};

use crate::answer::{Answer, Seen, Stop};
use crate::runtime_api::{Reply, RuntimeApi};

/// The origins of a distribution.
pub(crate) struct Origins {
    pub(crate) variants: Bucket,
    pub(crate) originals: Bucket,
    pub(crate) lambda: Lambda,
    /// The handler of the origin-request event, where the shape has one.
    pub(crate) edge: Option<Edge>,
}

impl Origins {
    /// Answers what the cache does not have.
    pub(crate) async fn fetch(&mut self, request: &Request) -> Seen {
        match self.edge.as_mut().map(|edge| edge.send(&origin_request(request, ORIGIN)).unwrap()) {
            Some(outcome) => self.after_the_edge(&outcome).await,
            None => self.by_group(request).await,
        }
    }

    /// The origin group: the bucket first, and the function on the statuses of a failover.
    async fn by_group(&mut self, request: &Request) -> Seen {
        let stored = self.variants.get(&request.path).await;
        if ![400, 403, 404].contains(&stored.status.as_u16()) {
            return Seen { answer: stored, way: vec![Stop::Variants] };
        }
        let answer = self.lambda.get(request).await;
        Seen { answer, way: vec![Stop::Variants, Stop::Function] }
    }

    /// What the handler generated, or what the origin has where it sent the request on.
    async fn after_the_edge(&self, outcome: &Outcome) -> Seen {
        if let Some(status) = outcome.status() {
            let headers = outcome.result["headers"].as_object().unwrap();
            let pair = |(name, values): (&'_ String, &'_ Value)| {
                (name.clone(), values[0]["value"].as_str().unwrap().to_owned())
            };
            let pairs: Vec<_> = headers.iter().map(pair).collect();
            let pairs = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()));
            let answer = Answer::new(status, pairs, outcome.body());
            return Seen { answer, way: vec![Stop::Edge] };
        }
        let answer = self.originals.get(outcome.result["uri"].as_str().unwrap()).await;
        Seen { answer, way: vec![Stop::Edge, Stop::Originals] }
    }
}

/// The domain of the behavior's origin.
const ORIGIN: &str = "originals.s3.us-east-1.amazonaws.com";

/// A bucket as CloudFront reads it: by a signed request, with the path once decoded as the key.
pub(crate) struct Bucket {
    pub(crate) s3: Client,
    pub(crate) name: &'static str,
}

impl Bucket {
    /// What S3 answers.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        let key = percent_decode_str(path.strip_prefix('/').unwrap()).decode_utf8().unwrap();
        let minute = PresigningConfig::expires_in(Duration::from_mins(1)).unwrap();
        let get = self.s3.get_object().bucket(self.name).key(key);
        let signed = get.presigned(minute).await.unwrap();
        let response = reqwest::get(signed.uri()).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        Answer { status, headers, body: response.bytes().await.unwrap() }
    }
}

/// A function with one instance.
pub(crate) struct Lambda {
    pub(crate) api: RuntimeApi,
    pub(crate) function: Function,
}

impl Lambda {
    /// What it answers behind its URL, to the end of the invocation.
    async fn get(&mut self, request: &Request) -> Answer {
        let Reply::Streamed(answer) = self.invoke(url_event(request)).await else {
            panic!("{} was not streamed", request.path)
        };
        let answer = answer.whole().await;
        assert_ne!(answer.status, StatusCode::INTERNAL_SERVER_ERROR, "{}", request.path);
        let headers = answer.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        Answer::new(answer.status, headers, answer.body)
    }

    /// Hands it an event.
    pub(crate) async fn invoke(&mut self, event: Value) -> Reply {
        tokio::select! {
            reply = self.api.invoke(event) => reply,
            ended = self.function.ended() => panic!("the function has ended: {ended:?}"),
        }
    }
}
