//! Cache policies and origin request policies. Where AWS manages one that is exactly what is wanted,
//! that one is used: those count for no quota.

use fleet::delivery::{CacheProfile, KeyPart};

use crate::resources::Text;
use crate::resources::policy::{
    CacheKey, CachePolicy, CachePolicyConfig, CookiesConfig, HeadersConfig, OriginRequestPolicy,
    OriginRequestPolicyConfig, QueryStringsConfig, RequestParts,
};
use crate::shared::SharedObjects;
use crate::stack::SharedKind;
use crate::template::Draft;

/// Policies that AWS manages:
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html>,
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html>.
mod managed {
    /// Nothing is kept.
    pub(super) const CACHING_DISABLED: &str = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad";
    /// From a second to a year, by default a day; the path alone is the key.
    pub(super) const CACHING_OPTIMIZED: &str = "658327ea-f89d-4fab-a63d-7e88639e58f6";
    /// As the origin says; all cookies and a few headers are in the key.
    pub(super) const AS_ORIGIN_SAYS: &str = "83da9c7e-98b4-4e11-a168-04f0df8e2c65";
    /// The same with the query in the key.
    pub(super) const AS_ORIGIN_SAYS_BY_QUERY: &str = "4cc15a8a-d715-48a4-82b8-cc0b614638fe";
    /// The headers in the key of the last two.
    pub(super) const AS_ORIGIN_SAYS_HEADERS: [&str; 5] =
        ["host", "origin", "x-http-method", "x-http-method-override", "x-method-override"];
    /// All that the viewer sent.
    pub(super) const ALL_VIEWER: &str = "216adef6-5c7f-47e4-b989-5492eafa07d3";
}

/// A year, in seconds: the longest that AWS keeps anything by default.
const YEAR: u64 = 31_536_000;
/// A day, in seconds.
const DAY: u64 = 86_400;

/// Headers that tell the viewer function of the client, and those that it makes of them.
const CLIENT_HEADERS: [&str; 7] = [
    "CF-Connecting-IP",
    "CF-IPCountry",
    "CF-Ray",
    "CF-Visitor",
    "CloudFront-Forwarded-Proto",
    "CloudFront-Viewer-Country",
    "True-Client-IP",
];

/// The cache policy of a profile; `compress` is whether compressed answers are kept beside others.
pub(crate) fn cache(profile: &CacheProfile, compress: bool, objects: &mut SharedObjects) -> Text {
    if let Some(id) = managed_cache(profile, compress) {
        return id.into();
    }
    let mut draft = Draft::new(describe(profile));
    let policy = CachePolicyConfig {
        name: Text::STACK_NAME,
        comment: describe(profile),
        min_ttl: profile.min_ttl,
        default_ttl: profile.default_ttl,
        max_ttl: profile.max_ttl,
        parameters_in_cache_key_and_forwarded_to_origin: CacheKey {
            enable_accept_encoding_brotli: compress,
            enable_accept_encoding_gzip: compress,
            parts: RequestParts {
                headers_config: headers("whitelist", &profile.headers),
                cookies_config: cookies(&profile.cookies),
                query_strings_config: query(&profile.query),
            },
        },
    };
    draft.resource("CachePolicy", &CachePolicy { cache_policy_config: policy });
    draft.export("Id", "id", &Text::Ref("CachePolicy"));
    Text::Shared(objects.add(SharedKind::CachePolicy, "", draft.finish()), "id")
}

fn managed_cache(profile: &CacheProfile, compress: bool) -> Option<&'static str> {
    if profile.is_never() {
        return Some(managed::CACHING_DISABLED);
    }
    let mut headers: Vec<_> =
        profile.headers.iter().map(|name| name.to_ascii_lowercase()).collect();
    headers.sort_unstable();
    let is_as_origin_says = headers == managed::AS_ORIGIN_SAYS_HEADERS
        && profile.cookies == KeyPart::All
        && (profile.min_ttl, profile.default_ttl, profile.max_ttl) == (0, 0, YEAR);
    let is_by_path = headers.is_empty()
        && profile.cookies == KeyPart::None
        && (profile.min_ttl, profile.default_ttl, profile.max_ttl) == (1, DAY, YEAR);
    match &profile.query {
        _ if !compress => None,
        KeyPart::None if is_by_path => Some(managed::CACHING_OPTIMIZED),
        KeyPart::None if is_as_origin_says => Some(managed::AS_ORIGIN_SAYS),
        KeyPart::All if is_as_origin_says => Some(managed::AS_ORIGIN_SAYS_BY_QUERY),
        _ => None,
    }
}

/// What origins get beside what is in the cache key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Forwarded {
    /// Nothing.
    KeyAlone,
    /// Nothing but who the client is.
    Client,
    /// All that the viewer sent.
    All,
    /// That, and who the client is.
    AllAndClient,
}

/// The origin request policy, where one is needed.
pub(crate) fn origin_request(forwarded: Forwarded, objects: &mut SharedObjects) -> Option<Text> {
    let (parts, comment) = match forwarded {
        Forwarded::KeyAlone => return None,
        Forwarded::All => return Some(managed::ALL_VIEWER.into()),
        Forwarded::Client => {
            (parts(headers("whitelist", &CLIENT_HEADERS), &KeyPart::None), "Who the client is")
        }
        Forwarded::AllAndClient => {
            let names = ["CloudFront-Forwarded-Proto", "CloudFront-Viewer-Country"];
            let headers = headers("allViewerAndWhitelistCloudFront", &names);
            (parts(headers, &KeyPart::All), "All that the viewer sent, and who the client is")
        }
    };
    let mut draft = Draft::new(comment);
    let config =
        OriginRequestPolicyConfig { name: Text::STACK_NAME, comment: comment.to_owned(), parts };
    draft.resource(
        "OriginRequestPolicy",
        &OriginRequestPolicy { origin_request_policy_config: config },
    );
    draft.export("Id", "id", &Text::Ref("OriginRequestPolicy"));
    Some(Text::Shared(objects.add(SharedKind::OriginRequestPolicy, "", draft.finish()), "id"))
}

fn parts(headers_config: HeadersConfig, rest: &KeyPart) -> RequestParts {
    RequestParts {
        headers_config,
        cookies_config: cookies(rest),
        query_strings_config: query(rest),
    }
}

fn headers(behavior: &'static str, names: &[impl ToString]) -> HeadersConfig {
    HeadersConfig {
        header_behavior: if names.is_empty() { "none" } else { behavior },
        headers: names.iter().map(ToString::to_string).collect(),
    }
}

fn cookies(part: &KeyPart) -> CookiesConfig {
    let (cookie_behavior, cookies) = behavior_and_names(part);
    CookiesConfig { cookie_behavior, cookies }
}

fn query(part: &KeyPart) -> QueryStringsConfig {
    let (query_string_behavior, query_strings) = behavior_and_names(part);
    QueryStringsConfig { query_string_behavior, query_strings }
}

fn behavior_and_names(part: &KeyPart) -> (&'static str, Vec<String>) {
    match part {
        KeyPart::None => ("none", Vec::new()),
        KeyPart::All => ("all", Vec::new()),
        KeyPart::Named(names) => ("whitelist", names.clone()),
        KeyPart::AllBut(names) => ("allExcept", names.clone()),
    }
}

/// What a person reads in a list of policies.
fn describe(profile: &CacheProfile) -> String {
    let CacheProfile { min_ttl, default_ttl, max_ttl, .. } = profile;
    format!("Kept {min_ttl} to {max_ttl} s, {default_ttl} s where the origin says nothing")
}
