//! Distributions as `CloudFront` tells them: the whole answer, with what the SDK does not know yet.

use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context as _;
use aws_sdk_cloudfront::Client;
use aws_sdk_cloudfront::config::interceptors::AfterDeserializationInterceptorContextRef;
use aws_sdk_cloudfront::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_cloudfront::error::BoxError;
use serde_json::{Value, json};

use super::told;
use super::xml;
use crate::import::PolicyKind;

/// What there is of distributions, and what they name.
#[derive(Clone, Debug)]
pub(crate) struct Distributions {
    client: Client,
}

impl Distributions {
    pub(super) fn new(client: Client) -> Self {
        Self { client }
    }

    /// A distribution with its tags, as `aws cloudfront get-distribution` prints it.
    pub(crate) async fn read(&self, id: &str) -> anyhow::Result<Value> {
        let doing = format!("reading the distribution {id}");
        let heard = Heard::default();
        let call = self.client.get_distribution().id(id).customize();
        let answer = call.interceptor(heard.clone()).send().await;
        let answer = answer.map_err(|error| told(&doing, error))?;
        let mut document = heard.document(&doing)?;
        if let Some(distribution) = answer.distribution {
            document["Tags"] = self.tags(&distribution.arn).await?;
        }
        Ok(document)
    }

    /// What a distribution names, as `aws cloudfront get-…` prints it.
    pub(crate) async fn policy(&self, kind: PolicyKind, id: &str) -> anyhow::Result<Value> {
        let doing = format!("reading what the distribution names {id}");
        let heard = Heard::default();
        let client = &self.client;
        // Each call is of a type of its own.
        macro_rules! ask {
            ($call:ident) => {
                client
                    .$call()
                    .id(id)
                    .customize()
                    .interceptor(heard.clone())
                    .send()
                    .await
                    .map(drop)
                    .map_err(|error| told(&doing, error))
            };
        }
        match kind {
            PolicyKind::Cache => ask!(get_cache_policy),
            PolicyKind::OriginRequest => ask!(get_origin_request_policy),
            PolicyKind::ResponseHeaders => ask!(get_response_headers_policy),
            PolicyKind::VpcOrigin => ask!(get_vpc_origin),
        }?;
        heard.document(&doing)
    }

    async fn tags(&self, arn: &str) -> anyhow::Result<Value> {
        let answer = self.client.list_tags_for_resource().resource(arn).send().await;
        let answer = answer.map_err(|error| told("reading the tags of a distribution", error))?;
        let tags = answer.tags.and_then(|tags| tags.items).unwrap_or_default();
        let items = tags.iter().map(|tag| json!({ "Key": tag.key, "Value": tag.value }));
        Ok(json!({ "Items": items.collect::<Vec<_>>() }))
    }
}

/// The body of an answer, kept beside what the SDK makes of it.
#[derive(Clone, Debug, Default)]
struct Heard {
    body: Arc<Mutex<Vec<u8>>>,
}

impl Heard {
    fn document(&self, doing: &str) -> anyhow::Result<Value> {
        let body = self.body.lock().unwrap_or_else(PoisonError::into_inner);
        let text = std::str::from_utf8(&body).with_context(|| doing.to_owned())?;
        xml::document(text).with_context(|| doing.to_owned())
    }
}

impl Intercept for Heard {
    fn name(&self) -> &'static str {
        "Heard"
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(bytes) = context.response().body().bytes() {
            let mut body = self.body.lock().unwrap_or_else(PoisonError::into_inner);
            *body = bytes.to_vec();
        }
        Ok(())
    }
}
