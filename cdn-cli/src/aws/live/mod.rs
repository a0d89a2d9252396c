//! What `CloudFront` itself says of its resources, in the words of CloudFormation.
//!
//! ```text
//! GetDistributionConfig, GetCachePolicyConfig, …  -> the SDK's types
//!   -> the properties of a template               distribution, behavior, origin, policy
//! GetDistributionTenant, GetWebACL, DescribeAlarms, …                         tenant, firewall, alarm
//! properties of a template -> the SDK's types     written, to put a value back
//! ```

mod alarm;
mod behavior;
mod distribution;
mod firewall;
mod origin;
mod policy;
mod tenant;
mod written;

use aws_config::SdkConfig;
use aws_sdk_cloudfront::Client;
use aws_sdk_cloudfront::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_cloudfront::types::FunctionStage;
use serde_json::{Value, json};

use super::told;
use firewall::Firewall;

/// `CloudFront`, asked for what a template made there.
#[derive(Clone, Debug)]
pub(crate) struct Live {
    client: Client,
    alarms: aws_sdk_cloudwatch::Client,
    firewall: Firewall,
}

/// Kinds of resources that are looked at one by one, as templates call them.
pub(crate) const LOOKED_AT: [&str; 9] = [
    DISTRIBUTION,
    CACHE_POLICY,
    "AWS::CloudFront::Function",
    "AWS::CloudFront::OriginAccessControl",
    "AWS::CloudFront::OriginRequestPolicy",
    "AWS::CloudFront::ResponseHeadersPolicy",
    TENANT,
    "AWS::WAFv2::IPSet",
    WEB_ACL,
];

/// What shares a distribution with others.
pub(crate) const TENANT: &str = "AWS::CloudFront::DistributionTenant";
/// Which requests are refused.
pub(crate) const WEB_ACL: &str = "AWS::WAFv2::WebACL";
/// When somebody is told; all alarms of a fleet are asked for at once.
pub(crate) const ALARM: &str = "AWS::CloudWatch::Alarm";

/// What answers viewers.
pub(crate) const DISTRIBUTION: &str = "AWS::CloudFront::Distribution";
/// What may be cached, for how long and by which key.
pub(crate) const CACHE_POLICY: &str = "AWS::CloudFront::CachePolicy";

/// Whether a value was put back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Put {
    /// It is as it is to be.
    Done,
    /// Somebody else changed the resource since it was read.
    Outrun,
}

impl Live {
    pub(super) fn new(client: Client, config: &SdkConfig) -> Self {
        let alarms = aws_sdk_cloudwatch::Client::new(config);
        Self { client, alarms, firewall: Firewall::new(config) }
    }

    /// The properties of a resource as they are; `None` where it is gone.
    ///
    /// # Errors
    /// Where `CloudFront` cannot be asked.
    pub(crate) async fn properties(&self, kind: &str, id: &str) -> anyhow::Result<Option<Value>> {
        match kind {
            DISTRIBUTION => self.distribution(id).await,
            CACHE_POLICY => self.cache_policy(id).await,
            "AWS::CloudFront::Function" => self.function(id).await,
            "AWS::CloudFront::OriginAccessControl" => self.access_control(id).await,
            "AWS::CloudFront::OriginRequestPolicy" => self.origin_request_policy(id).await,
            "AWS::CloudFront::ResponseHeadersPolicy" => self.response_headers_policy(id).await,
            TENANT => self.tenant(id).await,
            "AWS::WAFv2::IPSet" => self.firewall.ip_set(id).await,
            WEB_ACL => self.firewall.web_acl(id).await,
            _ => Ok(None),
        }
    }

    async fn distribution(&self, id: &str) -> anyhow::Result<Option<Value>> {
        let answer = self.client.get_distribution_config().id(id).send().await;
        let answer = found(id, answer)?.and_then(|answer| answer.distribution_config);
        let config = answer.as_ref().map(distribution::config);
        Ok(config.map(|config| json!({ "DistributionConfig": config })))
    }

    async fn cache_policy(&self, id: &str) -> anyhow::Result<Option<Value>> {
        let answer = self.client.get_cache_policy_config().id(id).send().await;
        let answer = found(id, answer)?.and_then(|answer| answer.cache_policy_config);
        Ok(answer.map(|config| json!({ "CachePolicyConfig": policy::cache(&config) })))
    }

    async fn origin_request_policy(&self, id: &str) -> anyhow::Result<Option<Value>> {
        let answer = self.client.get_origin_request_policy_config().id(id).send().await;
        let answer = found(id, answer)?.and_then(|answer| answer.origin_request_policy_config);
        let config = answer.as_ref().map(policy::origin_request);
        Ok(config.map(|config| json!({ "OriginRequestPolicyConfig": config })))
    }

    async fn response_headers_policy(&self, id: &str) -> anyhow::Result<Option<Value>> {
        let answer = self.client.get_response_headers_policy_config().id(id).send().await;
        let answer = found(id, answer)?.and_then(|answer| answer.response_headers_policy_config);
        let config = answer.as_ref().map(policy::response_headers);
        Ok(config.map(|config| json!({ "ResponseHeadersPolicyConfig": config })))
    }

    async fn access_control(&self, id: &str) -> anyhow::Result<Option<Value>> {
        let answer = self.client.get_origin_access_control_config().id(id).send().await;
        let answer = found(id, answer)?.and_then(|answer| answer.origin_access_control_config);
        let config = answer.map(|config| {
            json!({
                "Name": config.name,
                "Description": config.description,
                "OriginAccessControlOriginType": config.origin_access_control_origin_type.as_str(),
                "SigningBehavior": config.signing_behavior.as_str(),
                "SigningProtocol": config.signing_protocol.as_str(),
            })
        });
        Ok(config.map(|config| json!({ "OriginAccessControlConfig": config })))
    }

    async fn tenant(&self, id: &str) -> anyhow::Result<Option<Value>> {
        let answer = self.client.get_distribution_tenant().identifier(id).send().await;
        let answer = found(id, answer)?.and_then(|answer| answer.distribution_tenant);
        Ok(answer.as_ref().map(tenant::properties))
    }

    /// The code that runs; an answer without code says nothing of it.
    async fn function(&self, name: &str) -> anyhow::Result<Option<Value>> {
        let call = self.client.get_function().name(name).stage(FunctionStage::Live);
        let Some(answer) = found(name, call.send().await)? else { return Ok(None) };
        let code = answer.function_code.unwrap_or_default().into_inner();
        let code = String::from_utf8_lossy(&code);
        Ok(Some(if code.is_empty() { json!({}) } else { json!({ "FunctionCode": code }) }))
    }

    /// Puts parts of a distribution back: those top-level keys of its `DistributionConfig` that
    /// `keys` names, to the values of `config`, as long as `agrees` says of what is there now that
    /// it may be written over. What nobody named stays as it is.
    ///
    /// # Errors
    /// What `agrees` says, and what AWS refuses.
    pub(crate) async fn put_distribution(
        &self,
        id: &str,
        config: &Value,
        keys: &[String],
        agrees: impl FnOnce(&Value) -> anyhow::Result<()>,
    ) -> anyhow::Result<Put> {
        let answer = self.client.get_distribution_config().id(id).send().await;
        let answer = answer.map_err(|error| told(&format!("reading {id}"), error))?;
        let there = answer.distribution_config;
        let mut there = there.ok_or_else(|| anyhow::anyhow!("{id} has no configuration"))?;
        agrees(&json!({ "DistributionConfig": distribution::config(&there) }))?;
        for key in keys {
            written::set(&mut there, key, config)?;
        }
        let call = self.client.update_distribution().id(id).set_if_match(answer.e_tag);
        put(id, call.distribution_config(there).send().await)
    }

    /// Puts a cache policy back, on the same terms as [`Live::put_distribution`].
    ///
    /// # Errors
    /// What `agrees` says, and what AWS refuses.
    pub(crate) async fn put_cache_policy(
        &self,
        id: &str,
        config: &Value,
        agrees: impl FnOnce(&Value) -> anyhow::Result<()>,
    ) -> anyhow::Result<Put> {
        let answer = self.client.get_cache_policy_config().id(id).send().await;
        let answer = answer.map_err(|error| told(&format!("reading {id}"), error))?;
        let there = answer.cache_policy_config;
        let there = there.ok_or_else(|| anyhow::anyhow!("{id} has no configuration"))?;
        agrees(&json!({ "CachePolicyConfig": policy::cache(&there) }))?;
        let wanted = written::cache_policy(there, config)?;
        let call = self.client.update_cache_policy().id(id).set_if_match(answer.e_tag);
        put(id, call.cache_policy_config(wanted).send().await)
    }

    /// Whether every edge has what was put.
    pub(crate) async fn is_everywhere(&self, distribution: &str) -> anyhow::Result<bool> {
        let answer = self.client.get_distribution().id(distribution).send().await;
        let answer = answer.map_err(|error| told(&format!("looking at {distribution}"), error))?;
        Ok(answer.distribution.is_none_or(|it| it.status != "InProgress"))
    }
}

/// An answer; `None` where there is nothing of that id any more.
fn found<T, E, R>(id: &str, answer: Result<T, SdkError<E, R>>) -> anyhow::Result<Option<T>>
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    match answer {
        Ok(answer) => Ok(Some(answer)),
        // `NoSuchDistribution`, `NoSuchCachePolicy`, `NoSuchFunctionExists`, …; of tenants
        // `EntityNotFound`.
        Err(error)
            if error
                .code()
                .is_some_and(|code| code.starts_with("NoSuch") || code == "EntityNotFound") =>
        {
            Ok(None)
        }
        Err(error) => Err(told(&format!("reading {id} as it is"), error)),
    }
}

/// What came of a write with `If-Match`: a tag that does not hold any more is no error.
fn put<T, E, R>(id: &str, answer: Result<T, SdkError<E, R>>) -> anyhow::Result<Put>
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    match answer {
        Ok(_) => Ok(Put::Done),
        Err(error)
            if matches!(error.code(), Some("PreconditionFailed" | "InvalidIfMatchVersion")) =>
        {
            Ok(Put::Outrun)
        }
        Err(error) => Err(told(&format!("changing {id}"), error)),
    }
}

/// The same without keys that have no value, at every depth.
fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(map) => map
            .into_iter()
            .filter(|(_, inner)| !inner.is_null())
            .map(|(key, inner)| (key, without_nulls(inner)))
            .collect(),
        Value::Array(items) => items.into_iter().map(without_nulls).collect(),
        other => other,
    }
}

#[cfg(test)]
mod tests;
