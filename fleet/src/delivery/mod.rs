//! How a site is delivered by CloudFront, with everything decided: no AWS types, only what an
//! operator says about a shop.
//!
//! Every field has its default when left out, and the defaults are the safe ones: what is not named
//! is not cached, does not enter the cache key and is not open to everybody.

mod behavior;
mod firewall;
mod headers;
mod observe;
mod order;
mod origin;
mod portable_regex;
mod security;
mod url_rule;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use behavior::{Behavior, CacheProfile, KeyPart, Methods, ViewerProtocol};
pub use firewall::{Condition, NamedMatch, TextMatch, TextTest, WafAction, WafRule};
pub use headers::{Cors, FrameOptions, Hsts, ResponseHeaders};
pub use observe::{Alarms, LogFormat, Logs};
pub use order::{EVERY_PATH, MARKETING_PARAMETERS, PERSONAL_PATHS, is_marketing_parameter};
pub use origin::{Connection, DeliveryOrigin, Place, Shield};
pub(crate) use origin::{SHIELD_REGIONS, shield_near};
pub use security::{
    Certificate, DnsHost, Geo, ManagedRules, RateLimit, TlsMinimum, Waf, WafMode, Zone,
};
pub use url_rule::{QueryPart, RedirectRule, RewriteRule, UrlRule, UrlRuleProblem};

/// How a site is delivered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Delivery {
    /// The groups it belongs to, in order: a later one outranks an earlier one. Default: none.
    pub groups: Vec<String>,
    /// When it is deployed: all sites of a wave before those of the next; 0 are the canaries.
    /// Default: 1.
    pub wave: u32,
    /// Default: [`Mode::Standard`].
    pub mode: Mode,
    /// Whether viewers are answered at all. Default: `true`.
    pub enabled: bool,
    /// Default: none, records are somebody else's business.
    pub zone: Option<Zone>,
    /// Default: [`Certificate::Requested`].
    pub certificate: Certificate,
    /// By their names; `default` is where everything comes from that no behavior sends elsewhere.
    #[serde(skip_deserializing)]
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub origins: BTreeMap<String, DeliveryOrigin>,
    /// By their path patterns (`*` and `?` are wildcards, case counts); the pattern `*` is every
    /// other path. Default: empty, then only the built-in ones apply.
    pub behaviors: BTreeMap<String, Behavior>,
    /// What may be cached for how long and by which key, by names that behaviors use. Beside these
    /// there are always `never`, `origin`, `static` and `images`, which a file may redefine.
    pub caches: BTreeMap<String, CacheProfile>,
    /// Default: [`ImageShape::FunctionUrl`].
    pub image_shape: ImageShape,
    /// Old paths and where they lead. Default: none.
    pub redirects: BTreeMap<String, RedirectTo>,
    /// Where the paths of patterns lead, in their order. Default: none.
    pub redirect_rules: Vec<RedirectRule>,
    /// Other paths for those of patterns, in their order. Default: none.
    pub rewrites: Vec<RewriteRule>,
    /// Whether origins are told of the client by the headers Cloudflare would send. Default:
    /// `false`.
    pub client_headers: bool,
    /// Default: see [`ResponseHeaders`].
    pub headers: ResponseHeaders,
    /// Pages in place of an origin's errors, by status (400, 403, 404, 405, 414, 416, 500 to 504).
    pub errors: BTreeMap<u16, ErrorPage>,
    /// Default: see [`Waf`].
    pub waf: Waf,
    /// Default: every country.
    pub geo: Geo,
    /// The oldest TLS that viewers may use. Default: [`TlsMinimum::V1_2_2021`].
    pub tls: TlsMinimum,
    /// Default: `true`.
    pub http3: bool,
    /// Default: `true`.
    pub ipv6: bool,
    /// Where CloudFront answers from. Default: [`PriceClass::All`].
    pub price_class: PriceClass,
    /// Default: see [`Logs`].
    pub logs: Logs,
    /// Default: see [`Alarms`].
    pub alarms: Alarms,
    /// The header of origins and of the resizer whose words become tags, by which the cache can be
    /// purged. Default: `Cache-Tag`.
    pub cache_tag_header: String,
    /// Tags of the AWS resources. Default: none beside the fleet's and the site's name.
    pub tags: BTreeMap<String, String>,
}

impl Delivery {
    /// The keys of a site's table that are read as a delivery. `origins` are read apart.
    pub(crate) const KEYS: [&'static str; 25] = [
        "alarms",
        "behaviors",
        "cache_tag_header",
        "caches",
        "certificate",
        "client_headers",
        "enabled",
        "errors",
        "geo",
        "groups",
        "headers",
        "http3",
        "image_shape",
        "ipv6",
        "logs",
        "mode",
        "price_class",
        "redirect_rules",
        "redirects",
        "rewrites",
        "tags",
        "tls",
        "waf",
        "wave",
        "zone",
    ];
}

impl Default for Delivery {
    fn default() -> Self {
        Self {
            groups: Vec::new(),
            wave: 1,
            mode: Mode::default(),
            enabled: true,
            zone: None,
            certificate: Certificate::default(),
            origins: BTreeMap::new(),
            behaviors: BTreeMap::new(),
            caches: BTreeMap::new(),
            image_shape: ImageShape::default(),
            redirects: BTreeMap::new(),
            redirect_rules: Vec::new(),
            rewrites: Vec::new(),
            client_headers: false,
            headers: ResponseHeaders::default(),
            errors: BTreeMap::new(),
            waf: Waf::default(),
            geo: Geo::default(),
            tls: TlsMinimum::default(),
            http3: true,
            ipv6: true,
            price_class: PriceClass::default(),
            logs: Logs::default(),
            alarms: Alarms::default(),
            cache_tag_header: "Cache-Tag".to_owned(),
            tags: BTreeMap::new(),
        }
    }
}

/// What in CloudFront a site is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// A distribution of its own.
    #[default]
    Standard,
    /// A tenant of a distribution that it shares with sites that differ from it in domains,
    /// certificate, web ACL, countries and origin alone.
    Tenant,
}

/// Where pictures are made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ImageShape {
    /// In a function in one region, which keeps what it makes in a bucket.
    #[default]
    FunctionUrl,
    /// In CloudFront's regional caches, by Lambda@Edge.
    LambdaEdge,
    /// Nowhere: pictures are delivered as they are.
    Off,
}

/// Where CloudFront answers from, at the prices of
/// <https://aws.amazon.com/cloudfront/pricing/>.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum PriceClass {
    /// North America, Europe, Israel.
    #[serde(rename = "100")]
    P100,
    /// Those, Asia, the Middle East and Africa.
    #[serde(rename = "200")]
    P200,
    /// Everywhere.
    #[default]
    #[serde(rename = "all")]
    All,
}

/// Where an old path leads: `"/new"`, or `{ to = "/new", status = 302, query = "drop" }`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(from = "RedirectText", deny_unknown_fields)]
pub struct RedirectTo {
    /// A path or a URL.
    pub to: String,
    /// 301, 302, 303, 307 or 308. Default: 301.
    pub status: u16,
    /// What becomes of the query of the request. Default: [`QueryPart::Keep`].
    #[serde(skip_serializing_if = "QueryPart::is_kept")]
    pub query: QueryPart,
}

#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged, deny_unknown_fields)]
enum RedirectText {
    Short(String),
    Long {
        to: String,
        #[serde(default = "moved_permanently")]
        status: u16,
        #[serde(default)]
        query: QueryPart,
    },
}

fn moved_permanently() -> u16 {
    301
}

impl From<RedirectText> for RedirectTo {
    fn from(text: RedirectText) -> Self {
        match text {
            RedirectText::Short(to) => {
                Self { to, status: moved_permanently(), query: QueryPart::default() }
            }
            RedirectText::Long { to, status, query } => Self { to, status, query },
        }
    }
}

/// A page in place of an origin's error.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ErrorPage {
    /// Its path on the default origin. Default: none, the origin's own body.
    #[serde(default)]
    pub page: Option<String>,
    /// The status that viewers get with the page. Default: the error's own.
    #[serde(default)]
    pub status: Option<u16>,
    /// Seconds that the error is kept. Default: 10.
    #[serde(default = "error_ttl")]
    pub ttl: u32,
}

fn error_ttl() -> u32 {
    10
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_keys_is_the_types() {
        let zone = Zone { name: String::new(), id: None, host: DnsHost::default() };
        let delivery = Delivery { zone: Some(zone), ..Delivery::default() };
        let mut table = toml::Table::try_from(delivery).unwrap();
        assert!(table.remove("origins").is_some());
        let keys: Vec<_> = table.keys().map(String::as_str).collect();
        assert_eq!(keys, Delivery::KEYS);
    }
}
