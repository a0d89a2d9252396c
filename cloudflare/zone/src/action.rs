//! What rules do, typed; what is not known of a rule's parameters is kept beside.

use std::collections::BTreeMap;

use cloudflare_rules::{Expression, Issue, Request, parse};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// What a rule does with a request that it matches.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// `set_cache_settings`.
    Cache(Box<CacheSettings>),
    /// `redirect` to one place.
    Redirect(Redirect),
    /// `redirect` by a list of the account.
    BulkRedirect {
        /// The list's name.
        list: String,
        /// The expression that is looked up, `http.request.full_uri`.
        key: String,
    },
    /// `rewrite` of path, query and headers.
    Rewrite(Rewrite),
    /// `route`: another origin, `Host` or SNI.
    Route(Route),
    /// `set_config`: settings for these requests, by name.
    Config(BTreeMap<String, Value>),
    /// `block`, `challenge`, `js_challenge`, `managed_challenge`, `log`: what a firewall does.
    Firewall {
        /// Which of them.
        verb: String,
        /// The answer in place of the usual one, where the rule has one.
        response: Option<Value>,
        /// The limit, in rules of the phase of rate limits.
        limit: Option<RateLimit>,
    },
    /// `skip`: other rules do not hold.
    Skip(Skip),
    /// `execute` of a managed ruleset, `serve_error`, `compress_response` and all others.
    Other {
        /// What the API calls it.
        verb: String,
        /// Its parameters.
        parameters: Value,
    },
    /// Parameters that are not of the form that the API documents.
    Unreadable {
        /// What the API calls the action.
        verb: String,
        /// What is wrong with them.
        why: String,
    },
}

/// What is kept, for how long, by which key; `None` leaves it as an earlier rule has it.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct CacheSettings {
    /// Whether answers may be kept at all.
    pub cache: Option<bool>,
    /// How long Cloudflare keeps them.
    pub edge_ttl: Option<Ttl>,
    /// How long browsers keep them.
    pub browser_ttl: Option<Ttl>,
    /// By which key.
    pub cache_key: Option<CacheKey>,
    /// Every other parameter.
    #[serde(flatten)]
    pub others: BTreeMap<String, Value>,
}

/// How long something is kept.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Ttl {
    /// `respect_origin`, `bypass_by_default`, `override_origin`, `bypass`.
    pub mode: String,
    /// Seconds.
    pub default: Option<u64>,
    /// By status.
    pub status_code_ttl: Vec<Value>,
}

/// A cache key.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct CacheKey {
    /// Whether the order of the query does not count.
    pub ignore_query_strings_order: Option<bool>,
    /// Whether kinds of devices have copies of their own.
    pub cache_by_device_type: Option<bool>,
    /// Whether the extension has to agree with the type of the answer.
    pub cache_deception_armor: Option<bool>,
    /// What is in the key.
    pub custom_key: Option<Value>,
    /// Every other parameter.
    #[serde(flatten)]
    pub others: BTreeMap<String, Value>,
}

/// A redirect.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Redirect {
    /// 301, 302, 303, 307 or 308.
    #[serde(default = "found")]
    pub status_code: u16,
    /// Whether the query of the request is added.
    #[serde(default)]
    pub preserve_query_string: bool,
    /// Where it leads.
    pub target_url: Text,
}

fn found() -> u16 {
    302
}

/// A text, or the expression that gives it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Text {
    /// The text.
    Value(String),
    /// The expression.
    Expression(String),
}

impl Text {
    /// The expression, where it is one.
    pub(crate) fn tree(&self) -> Result<Option<Expression>, Issue> {
        match self {
            Self::Value(_) => Ok(None),
            Self::Expression(text) => parse(text).map(Some),
        }
    }

    /// What it is for a request, `tree` being its expression; `None` where that is not known.
    pub(crate) fn value(&self, tree: Option<&Expression>, request: &Request) -> Option<String> {
        match (self, tree) {
            (Self::Value(text), _) => Some(text.clone()),
            (Self::Expression(_), Some(tree)) => match tree.evaluate(request) {
                cloudflare_rules::Value::Text(bytes) => String::from_utf8(bytes).ok(),
                _ => None,
            },
            (Self::Expression(_), None) => None,
        }
    }
}

/// Changes of path, query and headers.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Rewrite {
    /// Path and query.
    pub uri: Option<UriRewrite>,
    /// Headers by name.
    pub headers: BTreeMap<String, HeaderChange>,
    /// Every other parameter.
    #[serde(flatten)]
    pub others: BTreeMap<String, Value>,
}

/// A change of path and query.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct UriRewrite {
    /// The new path.
    pub path: Option<Text>,
    /// The new query.
    pub query: Option<Text>,
    /// Every other parameter.
    #[serde(flatten)]
    pub others: BTreeMap<String, Value>,
}

/// A change of a header.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct HeaderChange {
    /// `set`, `add`, `remove`.
    pub operation: String,
    /// The new value.
    pub value: Option<String>,
    /// The expression that gives it.
    pub expression: Option<String>,
}

/// Another origin.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Route {
    /// The value of `Host`.
    pub host_header: Option<String>,
    /// The server.
    pub origin: Option<RouteOrigin>,
    /// The name of the TLS handshake, `{value}`.
    pub sni: Option<Value>,
    /// Every other parameter.
    #[serde(flatten)]
    pub others: BTreeMap<String, Value>,
}

/// The server of a [`Route`].
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct RouteOrigin {
    /// Its name.
    pub host: Option<String>,
    /// Its port.
    pub port: Option<u16>,
}

/// Rules that do not hold.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Skip {
    /// `current`: the rules behind this one.
    pub ruleset: Option<String>,
    /// Rulesets by id.
    pub rulesets: Vec<String>,
    /// Whole phases.
    pub phases: Vec<String>,
    /// `current`: the rest of this phase.
    pub phase: Option<String>,
    /// Products of the old firewall.
    pub products: Vec<String>,
    /// Rules by the id of their ruleset.
    pub rules: BTreeMap<String, Vec<String>>,
}

/// How much a client may ask.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct RateLimit {
    /// What counts as one client.
    pub characteristics: Vec<String>,
    /// Seconds.
    pub period: u64,
    /// Requests in that time.
    pub requests_per_period: u64,
    /// Seconds for which the client is refused.
    pub mitigation_timeout: u64,
    /// What is counted; empty where it is what the rule matches.
    pub counting_expression: String,
    /// Whether only requests are counted that reach the origin.
    pub requests_to_origin: bool,
    /// Every other parameter.
    #[serde(flatten)]
    pub others: BTreeMap<String, Value>,
}

impl Action {
    /// Reads the action of a rule of the API.
    pub fn of_rule(rule: &Value) -> Self {
        let verb = rule.get("action").and_then(Value::as_str).unwrap_or_default().to_owned();
        let parameters = rule
            .get("action_parameters")
            .cloned()
            .unwrap_or_else(|| Value::Object(serde_json::Map::new()));
        let read = match verb.as_str() {
            "set_cache_settings" => typed(parameters, |it| Self::Cache(Box::new(it))),
            "redirect" => redirect(&parameters),
            "rewrite" => typed(parameters, Self::Rewrite),
            "route" => typed(parameters, Self::Route),
            "set_config" => typed(parameters, Self::Config),
            "skip" => typed(parameters, Self::Skip),
            "block" | "challenge" | "js_challenge" | "managed_challenge" | "log" => {
                let response = parameters.get("response").cloned();
                match rule.get("ratelimit").filter(|limit| !limit.is_null()) {
                    Some(limit) => typed(limit.clone(), |limit| Self::Firewall {
                        verb: verb.clone(),
                        response,
                        limit: Some(limit),
                    }),
                    None => Ok(Self::Firewall { verb: verb.clone(), response, limit: None }),
                }
            }
            _ => Ok(Self::Other { verb: verb.clone(), parameters }),
        };
        read.unwrap_or_else(|why| Self::Unreadable { verb, why })
    }
}

fn typed<T: DeserializeOwned>(
    parameters: Value,
    of: impl FnOnce(T) -> Action,
) -> Result<Action, String> {
    serde_json::from_value(parameters).map(of).map_err(|error| error.to_string())
}

fn redirect(parameters: &Value) -> Result<Action, String> {
    if let Some(list) = parameters.get("from_list") {
        let member = |key| list.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        return Ok(Action::BulkRedirect { list: member("name"), key: member("key") });
    }
    match parameters.get("from_value") {
        Some(value) => typed(value.clone(), Action::Redirect),
        None => Err("neither `from_value` nor `from_list`".to_owned()),
    }
}
