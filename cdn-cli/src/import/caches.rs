//! Cache policies, and the older settings in their place, as cache profiles.

use fleet::delivery::{CacheProfile, KeyPart};
use toml::Value;

use super::documents::{Documents, PolicyKind};
use super::lines::{number, table};
use super::origins::label;
use super::{Fields, Lines};

/// A day and a year, in seconds: what the older settings have where they say nothing.
const DAY: u64 = 86_400;
const YEAR: u64 = 31_536_000;

/// A policy that AWS manages, by its id: seconds at least, by default and at most; whether the query,
/// and cookies and the host, are in the key.
type Managed = (&'static str, &'static str, [u64; 3], bool, bool);

/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html>.
const MANAGED: [Managed; 5] = [
    ("4135ea2d-6df8-44a3-9df3-4b5a84be39ad", "never", [0, 0, 0], false, false),
    ("658327ea-f89d-4fab-a63d-7e88639e58f6", "optimized", [1, DAY, YEAR], false, false),
    ("b2884449-e4de-46a7-ac36-70bc7f1ddd6d", "optimized-plain", [1, DAY, YEAR], false, false),
    ("83da9c7e-98b4-4e11-a168-04f0df8e2c65", "as-origin", [0, 0, YEAR], false, true),
    ("4cc15a8a-d715-48a4-82b8-cc0b614638fe", "as-origin-query", [0, 0, YEAR], true, true),
];

/// Headers in the key of those that do as the origin says.
const AS_ORIGIN_HEADERS: [&str; 5] =
    ["host", "origin", "x-http-method", "x-http-method-override", "x-method-override"];

/// A profile and the name under which behaviors use it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Named {
    /// Its name.
    pub(crate) name: String,
    /// What it says.
    pub(crate) profile: CacheProfile,
}

/// The profiles of a site.
pub(crate) struct Caches<'d> {
    /// The policies at hand.
    pub(crate) documents: &'d Documents,
    profiles: Vec<Named>,
}

impl<'d> Caches<'d> {
    pub(crate) fn new(documents: &'d Documents) -> Self {
        Self { documents, profiles: Vec::new() }
    }

    /// The profile of a behavior, by its policy or its older settings.
    pub(crate) fn of_behavior(
        &mut self,
        behavior: &mut Fields,
        compress: bool,
        lines: &mut Lines,
    ) -> Named {
        let place = behavior.path_of("CachePolicyId");
        let Some(id) = behavior.text("CachePolicyId") else {
            let found = older(behavior, lines);
            return self.named("imported", found);
        };
        behavior.skip(&["MinTTL", "DefaultTTL", "MaxTTL"]);
        if let Some(managed) = MANAGED.iter().find(|(managed, ..)| *managed == id) {
            return self.named(managed.1, self::managed(managed));
        }
        let Some(policy) = self.documents.policy(PolicyKind::Cache, &id) else {
            lines.not_imported(format!(
                "{place} = {id}: the policy is not at hand, so nothing is kept; add --from-file with \
                 what `aws cloudfront get-cache-policy --id {id}` prints"
            ));
            return self.named("never", never());
        };
        let (name, profile) = of_policy(policy, &place, compress, lines);
        self.named(&name, profile)
    }

    /// Gives a profile a name: that of an equal one, or one that is free.
    fn named(&mut self, name: &str, profile: CacheProfile) -> Named {
        let is_free = |name: &str| {
            CacheProfile::built_in(name).is_none()
                && !self.profiles.iter().any(|it| it.name == name)
        };
        if let Some(there) = self.profiles.iter().find(|it| it.profile == profile) {
            return there.clone();
        }
        if CacheProfile::built_in(name).as_ref() == Some(&profile) {
            return Named { name: name.to_owned(), profile };
        }
        let numbered = (2..).map(|number| format!("{name}-{number}"));
        let name = std::iter::once(name.to_owned()).chain(numbered).find(|name| is_free(name));
        let named = Named { name: name.unwrap_or_default(), profile };
        self.profiles.push(named.clone());
        named
    }

    /// Writes those that are not built in.
    pub(crate) fn write(&self, lines: &mut Lines) {
        for Named { name, profile } in &self.profiles {
            let value = table([
                ("min_ttl", Some(number(profile.min_ttl))),
                ("default_ttl", Some(number(profile.default_ttl))),
                ("max_ttl", Some(number(profile.max_ttl))),
                ("query", part(&profile.query)),
                ("headers", Some(texts(&profile.headers))),
                ("cookies", part(&profile.cookies)),
            ]);
            lines.key(&["caches", name], value);
        }
    }
}

/// Whether AWS manages the policy of that id, and it is known here.
#[cfg(feature = "deploy")]
pub(crate) fn is_managed(id: &str) -> bool {
    MANAGED.iter().any(|(managed, ..)| *managed == id)
}

/// A server that gets the viewer's `Host` answers by it, so that enters the key.
pub(crate) fn tell_of_host(
    behavior: &Fields,
    cache: &Named,
    host_is_forwarded: bool,
    lines: &mut Lines,
) {
    let profile = &cache.profile;
    let has_host = profile.headers.iter().any(|name| name.eq_ignore_ascii_case("host"));
    if host_is_forwarded && !has_host && !profile.is_never() {
        lines.not_imported(format!(
            "{}: Host will enter the cache key, since it is forwarded",
            behavior.path_of("CachePolicyId")
        ));
    }
}

fn never() -> CacheProfile {
    CacheProfile { max_ttl: 0, ..CacheProfile::default() }
}

fn managed((_, _, [min_ttl, default_ttl, max_ttl], query, by_host): &Managed) -> CacheProfile {
    let headers = AS_ORIGIN_HEADERS.iter().filter(|_| *by_host);
    CacheProfile {
        min_ttl: *min_ttl,
        default_ttl: *default_ttl,
        max_ttl: *max_ttl,
        query: if *query { KeyPart::All } else { KeyPart::None },
        headers: headers.map(|name| (*name).to_owned()).collect(),
        cookies: if *by_host { KeyPart::All } else { KeyPart::None },
    }
}

fn of_policy(
    policy: serde_json::Value,
    place: &str,
    compress: bool,
    lines: &mut Lines,
) -> (String, CacheProfile) {
    let mut policy = Fields::new(place, policy);
    policy.skip(&["Comment"]);
    let name = label(&policy.text("Name").unwrap_or_default());
    let mut key = policy.table("ParametersInCacheKeyAndForwardedToOrigin");
    let encodings = [key.flag("EnableAcceptEncodingGzip"), key.flag("EnableAcceptEncodingBrotli")];
    if encodings != [compress; 2] {
        lines.not_imported(format!(
            "{}: gzip {}, Brotli {}: both will be {compress}, as `compress` of the behavior",
            key.path_of("EnableAcceptEncoding"),
            encodings[0],
            encodings[1]
        ));
    }
    let mut headers = key.table("HeadersConfig");
    headers.skip(&["HeaderBehavior"]);
    let profile = CacheProfile {
        min_ttl: policy.number("MinTTL").unwrap_or(0),
        default_ttl: policy.number("DefaultTTL").unwrap_or(DAY),
        max_ttl: policy.number("MaxTTL").unwrap_or(YEAR),
        query: part_of(key.table("QueryStringsConfig"), "QueryStringBehavior", "QueryStrings"),
        headers: headers.texts("Headers"),
        cookies: part_of(key.table("CookiesConfig"), "CookieBehavior", "Cookies"),
    };
    headers.left(lines);
    key.left(lines);
    policy.left(lines);
    let profile = if profile.is_never() { never() } else { profile };
    (name, profile)
}

fn part_of(mut config: Fields, behavior: &str, list: &str) -> KeyPart {
    let names = config.texts(list);
    match config.text(behavior).as_deref() {
        Some("all") => KeyPart::All,
        Some("allExcept") => KeyPart::AllBut(names),
        Some("whitelist") if !names.is_empty() => KeyPart::Named(names),
        _ => KeyPart::None,
    }
}

/// The settings from before there were policies; what is in the key is what the origin gets.
fn older(behavior: &mut Fields, lines: &mut Lines) -> CacheProfile {
    let [min, default, max] = ["MinTTL", "DefaultTTL", "MaxTTL"].map(|key| behavior.number(key));
    let mut values = behavior.table("ForwardedValues");
    let mut cookies = values.table("Cookies");
    let headers = values.texts("Headers");
    let keys = values.texts("QueryStringCacheKeys");
    let all_of_query = values.flag("QueryString");
    let named_cookies = cookies.texts("WhitelistedNames");
    let cookies_in_key = match cookies.text("Forward").as_deref() {
        Some("all") => KeyPart::All,
        Some("whitelist") => KeyPart::Named(named_cookies),
        _ => KeyPart::None,
    };
    values.left(lines);
    if headers.iter().any(|name| name == "*") {
        // All headers forwarded means that nothing is kept.
        return never();
    }
    let max_ttl = max.unwrap_or(YEAR);
    let profile = CacheProfile {
        min_ttl: min.unwrap_or(0),
        default_ttl: default.unwrap_or(DAY).clamp(min.unwrap_or(0), max_ttl.max(min.unwrap_or(0))),
        max_ttl,
        query: match (all_of_query, keys.is_empty()) {
            (true, true) => KeyPart::All,
            (true, false) => KeyPart::Named(keys),
            (false, _) => KeyPart::None,
        },
        headers,
        cookies: cookies_in_key,
    };
    if profile.is_never() { never() } else { profile }
}

fn part(part: &KeyPart) -> Option<Value> {
    match part {
        KeyPart::None => None,
        KeyPart::All => Some("all".into()),
        KeyPart::Named(names) => Some(texts(names)),
        KeyPart::AllBut(names) => Some(table([("all_but", Some(texts(names)))])),
    }
}

fn texts(names: &[String]) -> Value {
    Value::Array(names.iter().map(|name| name.as_str().into()).collect())
}
