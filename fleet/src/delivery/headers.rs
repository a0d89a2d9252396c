//! Headers of answers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Headers that CloudFront adds to every answer, and takes from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct ResponseHeaders {
    /// `Strict-Transport-Security`. Default: none; browsers do not forget it.
    pub hsts: Option<Hsts>,
    /// `Content-Security-Policy`. Default: none.
    pub csp: Option<String>,
    /// `X-Content-Type-Options: nosniff`. Default: `true`.
    pub nosniff: bool,
    /// `X-Frame-Options`. Default: none.
    pub frame_options: Option<FrameOptions>,
    /// `Referrer-Policy`. Default: none.
    pub referrer_policy: Option<String>,
    /// Default: none.
    pub cors: Option<Cors>,
    /// Other headers. Default: none.
    pub custom: BTreeMap<String, String>,
    /// Headers of the origin that viewers do not get. Default: none.
    pub remove: Vec<String>,
}

impl Default for ResponseHeaders {
    fn default() -> Self {
        Self {
            hsts: None,
            csp: None,
            nosniff: true,
            frame_options: None,
            referrer_policy: None,
            cors: None,
            custom: BTreeMap::new(),
            remove: Vec::new(),
        }
    }
}

/// `Strict-Transport-Security`: RFC 6797.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Hsts {
    /// Seconds. Default: 31,536,000, a year.
    pub max_age: u32,
    /// Whether subdomains are meant too. Default: `false`.
    pub include_subdomains: bool,
    /// Whether browsers may have it built in. Default: `false`.
    pub preload: bool,
}

impl Default for Hsts {
    fn default() -> Self {
        Self { max_age: 31_536_000, include_subdomains: false, preload: false }
    }
}

/// Who may frame a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum FrameOptions {
    /// Nobody.
    Deny,
    /// Pages of the same origin.
    SameOrigin,
}

/// Who may read answers from other origins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Cors {
    /// `https://aurora.example`, or `*`. Default: empty.
    pub origins: Vec<String>,
    /// Default: GET and HEAD.
    pub methods: Vec<String>,
    /// Headers that requests may have. Default: `*`.
    pub headers: Vec<String>,
    /// Headers that scripts may read. Default: none.
    pub expose: Vec<String>,
    /// Whether cookies may be sent. Default: `false`.
    pub credentials: bool,
    /// Seconds that browsers keep the answer. Default: 600.
    pub max_age: u32,
}

impl Default for Cors {
    fn default() -> Self {
        Self {
            origins: Vec::new(),
            methods: vec!["GET".to_owned(), "HEAD".to_owned()],
            headers: vec!["*".to_owned()],
            expose: Vec::new(),
            credentials: false,
            max_age: 600,
        }
    }
}
