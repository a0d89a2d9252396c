//! The phases of a request, in Cloudflare's order.

use serde::Serialize;

/// A phase, in which a zone has one ordered list of rules.
///
/// Their order is that of requests and then of answers:
/// <https://developers.cloudflare.com/ruleset-engine/reference/phases-list/>.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// What Cloudflare cleans of every request.
    HttpRequestSanitize,
    /// Single redirects.
    HttpRequestDynamicRedirect,
    /// Rewrites of path and query.
    HttpRequestTransform,
    /// Settings that hold for some requests.
    HttpConfigSettings,
    /// Which origin is asked.
    HttpRequestOrigin,
    /// Floods of requests.
    DdosL7,
    /// Firewall rules of the zone.
    HttpRequestFirewallCustom,
    /// Limits of rates.
    HttpRatelimit,
    /// Firewall rules of Cloudflare.
    HttpRequestFirewallManaged,
    /// Super Bot Fight Mode.
    HttpRequestSbfm,
    /// Bulk redirects, of the account.
    HttpRequestRedirect,
    /// Headers of requests.
    HttpRequestLateTransform,
    /// What is kept, for how long, by which key.
    HttpRequestCacheSettings,
    /// Snippets of JavaScript.
    HttpRequestSnippets,
    /// Storage of other clouds as origins.
    HttpRequestCloudConnector,
    /// Pages in place of errors.
    HttpCustomErrors,
    /// Headers of answers.
    HttpResponseHeadersTransform,
    /// What of an answer is kept.
    HttpResponseCacheSettings,
    /// Compression of answers.
    HttpResponseCompression,
    /// Firewall rules about answers.
    HttpResponseFirewallManaged,
    /// Fields of logs.
    HttpLogCustomFields,
}

impl Phase {
    /// Every phase, in its order.
    pub const ALL: [Self; 21] = [
        Self::HttpRequestSanitize,
        Self::HttpRequestDynamicRedirect,
        Self::HttpRequestTransform,
        Self::HttpConfigSettings,
        Self::HttpRequestOrigin,
        Self::DdosL7,
        Self::HttpRequestFirewallCustom,
        Self::HttpRatelimit,
        Self::HttpRequestFirewallManaged,
        Self::HttpRequestSbfm,
        Self::HttpRequestRedirect,
        Self::HttpRequestLateTransform,
        Self::HttpRequestCacheSettings,
        Self::HttpRequestSnippets,
        Self::HttpRequestCloudConnector,
        Self::HttpCustomErrors,
        Self::HttpResponseHeadersTransform,
        Self::HttpResponseCacheSettings,
        Self::HttpResponseCompression,
        Self::HttpResponseFirewallManaged,
        Self::HttpLogCustomFields,
    ];

    /// The phase that the API calls so.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|phase| phase.name() == name)
    }

    /// What the API calls it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::HttpRequestSanitize => "http_request_sanitize",
            Self::HttpRequestDynamicRedirect => "http_request_dynamic_redirect",
            Self::HttpRequestTransform => "http_request_transform",
            Self::HttpConfigSettings => "http_config_settings",
            Self::HttpRequestOrigin => "http_request_origin",
            Self::DdosL7 => "ddos_l7",
            Self::HttpRequestFirewallCustom => "http_request_firewall_custom",
            Self::HttpRatelimit => "http_ratelimit",
            Self::HttpRequestFirewallManaged => "http_request_firewall_managed",
            Self::HttpRequestSbfm => "http_request_sbfm",
            Self::HttpRequestRedirect => "http_request_redirect",
            Self::HttpRequestLateTransform => "http_request_late_transform",
            Self::HttpRequestCacheSettings => "http_request_cache_settings",
            Self::HttpRequestSnippets => "http_request_snippets",
            Self::HttpRequestCloudConnector => "http_request_cloud_connector",
            Self::HttpCustomErrors => "http_custom_errors",
            Self::HttpResponseHeadersTransform => "http_response_headers_transform",
            Self::HttpResponseCacheSettings => "http_response_cache_settings",
            Self::HttpResponseCompression => "http_response_compression",
            Self::HttpResponseFirewallManaged => "http_response_firewall_managed",
            Self::HttpLogCustomFields => "http_log_custom_fields",
        }
    }
}
