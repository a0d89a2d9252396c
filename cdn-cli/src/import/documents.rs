//! What CloudFront answers, in the shape in which `aws cloudfront get-…` prints it.

use std::collections::BTreeMap;

use serde_json::Value;

/// A kind of policy, or of another thing that a distribution names by its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum PolicyKind {
    /// What may be cached, by which key.
    Cache,
    /// What origins get of a request.
    OriginRequest,
    /// Headers of answers.
    ResponseHeaders,
    /// A load balancer or an instance in a private subnet.
    VpcOrigin,
}

impl PolicyKind {
    /// Every kind: the key of a distribution that names one, the key of an answer that holds one, and
    /// within it the key of what it is.
    pub(super) const ALL: [(Self, &'static str, &'static str, &'static str); 4] = [
        (Self::Cache, "CachePolicyId", "CachePolicy", "CachePolicyConfig"),
        (
            Self::OriginRequest,
            "OriginRequestPolicyId",
            "OriginRequestPolicy",
            "OriginRequestPolicyConfig",
        ),
        (
            Self::ResponseHeaders,
            "ResponseHeadersPolicyId",
            "ResponseHeadersPolicy",
            "ResponseHeadersPolicyConfig",
        ),
        (Self::VpcOrigin, "VpcOriginId", "VpcOrigin", "VpcOriginEndpointConfig"),
    ];
}

/// A distribution.
#[derive(Clone, Debug)]
pub(crate) struct Distribution {
    /// Its id, or the name of the file where that does not say it.
    pub(crate) id: String,
    /// Its configuration.
    pub(crate) config: Value,
    /// Its tags.
    pub(crate) tags: BTreeMap<String, String>,
}

/// All answers that are at hand.
#[derive(Clone, Debug, Default)]
pub(crate) struct Documents {
    /// In the order in which they came.
    pub(crate) distributions: Vec<Distribution>,
    policies: BTreeMap<(PolicyKind, String), Value>,
}

impl Documents {
    /// Adds an answer; `name` is what a distribution is called that does not say its id. Whether it
    /// was one of the known kinds.
    pub(crate) fn add(&mut self, answer: &Value, name: &str) -> bool {
        if let Some(distribution) = distribution(answer, name) {
            self.distributions.push(distribution);
            return true;
        }
        for (kind, _, key, config) in PolicyKind::ALL {
            let Some(held) = answer.get(key) else { continue };
            let id = held.get("Id").and_then(Value::as_str).unwrap_or_default();
            let config = held.get(config).cloned().unwrap_or_default();
            self.policies.insert((kind, id.to_owned()), config);
            return true;
        }
        false
    }

    /// What has that id; none where it is not at hand.
    pub(crate) fn policy(&self, kind: PolicyKind, id: &str) -> Option<Value> {
        self.policies.get(&(kind, id.to_owned())).cloned()
    }
}

/// A distribution as `get-distribution` or `get-distribution-config` tells it, or its configuration
/// alone, as `create-distribution` takes it.
fn distribution(answer: &Value, name: &str) -> Option<Distribution> {
    let whole = answer.get("Distribution");
    let config = whole.unwrap_or(answer).get("DistributionConfig");
    let is_config = answer.get("DefaultCacheBehavior").is_some();
    let config = config.or(is_config.then_some(answer))?;
    let id = whole.and_then(|whole| whole.get("Id")).and_then(Value::as_str).unwrap_or(name);
    Some(Distribution {
        id: id.to_owned(),
        config: config.clone(),
        tags: tags(answer.get("Tags").unwrap_or(&Value::Null)),
    })
}

/// Tags as `list-tags-for-resource` tells them.
fn tags(tags: &Value) -> BTreeMap<String, String> {
    let items = tags.get("Items").and_then(Value::as_array).into_iter().flatten();
    let pair = |item: &Value| {
        let text = |key: &str| item.get(key).and_then(Value::as_str).map(str::to_owned);
        Some((text("Key")?, text("Value").unwrap_or_default()))
    };
    items.filter_map(pair).collect()
}
