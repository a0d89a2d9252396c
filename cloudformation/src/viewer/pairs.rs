//! What the viewer functions know of the sites: pairs of their `KeyValueStore`.
//!
//! | key | value |
//! |---|---|
//! | `host:<domain>` | the site's name |
//! | `site:<name>` | the site's rules, as JSON: [`Rules`] |
//! | `redirect:<name>:<path>` | `{"to":"/new","status":301}` |
//! | `redirect:<name>:#<digest>` | the same for a path that is too long for a key |
//! | `rules:<name>:<part>` | redirect rules, then rewrites, in their order: a list of [`url_rules`] |

use std::collections::BTreeMap;

use edge_resizer::policy::{Parsing, Policy, Sizing, SourceRules};
use edge_resizer::recipe::Format;
use edge_resizer::{Request, explain};
use fleet::Site;
use fleet::delivery::{ImageShape, QueryPart};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::error::{KEY_LIMIT, PairsError, VALUE_LIMIT};
use super::url_rules;

/// A pair of the `KeyValueStore`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pair {
    /// At most [`KEY_LIMIT`] bytes.
    pub key: String,
    /// At most [`VALUE_LIMIT`] bytes.
    pub value: String,
}

/// What the function does for a site beside its pictures.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SiteExtras {
    /// Whether origins are told of the client by Cloudflare's headers: `CF-Connecting-IP`,
    /// `True-Client-IP`, `CF-IPCountry`, `CF-Visitor`, `CF-Ray`. Default: `false`, then nobody sets
    /// them, the client neither.
    pub client_headers: bool,
    /// Default: none.
    pub redirects: Vec<Redirect>,
}

/// An old path and where it leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirect {
    /// The path as it stands on the request line, without a query: `/old%20shirt`.
    pub from: String,
    /// A path or a URL.
    pub to: String,
    /// How it is meant.
    pub status: RedirectStatus,
    /// What becomes of the query of the request.
    pub query: QueryPart,
}

/// How a redirect is meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RedirectStatus {
    /// 301: for good.
    #[default]
    Permanent,
    /// 302: for now.
    Temporary,
    /// 307: for now, with the same method.
    TemporarySameMethod,
    /// 308: for good, with the same method.
    PermanentSameMethod,
}

impl RedirectStatus {
    /// The status of HTTP.
    pub const fn code(self) -> u16 {
        match self {
            Self::Permanent => 301,
            Self::Temporary => 302,
            Self::TemporarySameMethod => 307,
            Self::PermanentSameMethod => 308,
        }
    }
}

/// A site's rules as the function reads them. What is at its default is left out.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rules<'a> {
    #[serde(skip_serializing_if = "is_false")]
    cloudflare: bool,
    #[serde(skip_serializing_if = "is_false")]
    shopify: bool,
    #[serde(skip_serializing_if = "is_false")]
    strict: bool,
    #[serde(skip_serializing_if = "is_false")]
    strict_sizes: bool,
    /// Ascending; none where every width is allowed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    widths: Vec<u32>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    qualities: Vec<u8>,
    /// Left out where all are allowed.
    #[serde(skip_serializing_if = "Option::is_none")]
    formats: Option<Vec<Format>>,
    /// By name, each in its canonical text.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    presets: BTreeMap<&'a str, String>,
    /// Prefixes without the leading `/`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    paths: Vec<&'a str>,
    /// In lower case.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    hosts: Vec<String>,
    /// Left out where no signature is asked for. An empty list refuses everything.
    #[serde(skip_serializing_if = "Option::is_none")]
    keys: Option<Vec<serde_json::Value>>,
    #[serde(skip_serializing_if = "is_false")]
    hints: bool,
    #[serde(skip_serializing_if = "is_false")]
    save_data: bool,
    /// The longest side of an output.
    side: u32,
    /// Seconds for which a refusal is kept.
    error_age: u32,
    #[serde(skip_serializing_if = "is_false")]
    client_headers: bool,
    #[serde(skip_serializing_if = "is_false")]
    redirects: bool,
    /// The parts of redirect rules and rewrites.
    #[serde(skip_serializing_if = "is_zero")]
    parts: usize,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn is_zero(value: &usize) -> bool {
    *value == 0
}

/// The pairs of one site, in the order of their keys.
///
/// # Errors
/// [`PairsError`] where CloudFront would not take a pair, or a redirect could not be followed.
///
/// # Example
/// ```
/// use cloudformation::viewer::{SiteExtras, pairs};
///
/// let text = r#"
/// [[sites]]
/// name = "aurora"
/// domains = ["aurora.example"]
/// origin = { folder = "aurora" }
/// images = { widths = [640, 320], dialects = { shopify = false } }
/// "#;
/// let fleet = fleet::Fleet::parse(text, "/srv".as_ref(), "fleet.toml")?;
/// let pairs = pairs(&fleet.sites[0], &SiteExtras::default())?;
/// let lines: Vec<_> = pairs.iter().map(|pair| format!("{} = {}", pair.key, pair.value)).collect();
/// assert_eq!(lines, [
///     "host:aurora.example = aurora",
///     r#"site:aurora = {"cloudflare":true,"widths":[320,640],"side":8192,"errorAge":10}"#,
/// ]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn pairs(site: &Site, extras: &SiteExtras) -> Result<Vec<Pair>, PairsError> {
    let parts = url_rules::parts(site)?;
    let rules = rules(site, extras, parts.len())?;
    let mut pairs = vec![Pair { key: format!("site:{}", site.name), value: rules }];
    pairs.extend(
        parts
            .into_iter()
            .enumerate()
            .map(|(part, value)| Pair { key: format!("rules:{}:{part}", site.name), value }),
    );
    pairs.extend(site.domains.iter().map(|domain| Pair {
        key: format!("host:{}", domain.to_ascii_lowercase()),
        value: site.name.clone(),
    }));
    for redirect in &extras.redirects {
        pairs.push(redirect_pair(&site.name, redirect)?);
    }
    if let Some(pair) = pairs.iter().find(|pair| pair.key.len() > KEY_LIMIT) {
        return Err(PairsError::KeyTooLong { key: pair.key.clone(), bytes: pair.key.len() });
    }
    pairs.sort();
    Ok(pairs)
}

/// The key of a redirect: the path, or its SHA-256 in base64url where it is too long for a key. A path
/// begins with `/`, so neither is taken for the other.
pub fn redirect_key(site: &str, path: &str) -> String {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    let key = format!("redirect:{site}:{path}");
    if key.len() <= KEY_LIMIT {
        return key;
    }
    format!("redirect:{site}:#{}", URL_SAFE_NO_PAD.encode(Sha256::digest(path.as_bytes())))
}

fn redirect_pair(site: &str, redirect: &Redirect) -> Result<Pair, PairsError> {
    #[derive(Serialize)]
    struct Value<'a> {
        to: &'a str,
        status: u16,
        #[serde(skip_serializing_if = "is_false")]
        drop: bool,
    }
    let Redirect { from, to, status, query } = redirect;
    let refuse = |reason| Err(PairsError::Redirect { from: from.clone(), to: to.clone(), reason });
    let is_plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic());
    if !from.starts_with('/') || from.contains(['?', '#']) || !is_plain(from) {
        return refuse("it leads from no path as it stands on the request line");
    }
    let is_target = ["/", "https://", "http://"].iter().any(|start| to.starts_with(start));
    if !is_target || !is_plain(to) || to.contains('#') {
        return refuse("it leads to no path and no URL without a fragment");
    }
    let drop = *query == QueryPart::Drop;
    let value = json(&Value { to, status: status.code(), drop });
    if value.len() > VALUE_LIMIT {
        return refuse("it leads to more than 1 KB");
    }
    Ok(Pair { key: redirect_key(site, from), value })
}

fn rules(site: &Site, extras: &SiteExtras, parts: usize) -> Result<String, PairsError> {
    let Policy { dialects, limits, caching, .. } = &site.images;
    let policy = &site.images;
    let makes_pictures = site.delivery.image_shape != ImageShape::Off;
    let rules = Rules {
        cloudflare: dialects.cloudflare && makes_pictures,
        shopify: dialects.shopify && makes_pictures,
        strict: policy.parsing == Parsing::Strict,
        strict_sizes: policy.sizing == Sizing::Strict,
        widths: ascending(policy.widths.iter().copied().filter(|width| *width != 0)),
        qualities: ascending(policy.qualities.iter().map(|quality| quality.get())),
        formats: (!Format::ALL.iter().all(|format| policy.formats.contains(format)))
            .then(|| policy.formats.clone()),
        presets: policy
            .presets
            .iter()
            .filter_map(|(name, text)| Some((name.as_str(), canonical(text)?)))
            .collect(),
        paths: policy.sources.paths.iter().map(|path| path.trim_start_matches('/')).collect(),
        hosts: hosts(&policy.sources),
        keys: policy.signing.as_ref().map(|signing| {
            // An empty secret proves nothing: to the core neither.
            let keys = signing.keys.iter().filter_map(|key| serde_json::to_value(key).ok());
            keys.filter(|key| key.as_str().is_some_and(|secret| !secret.is_empty())).collect()
        }),
        hints: policy.client_hints,
        save_data: policy.save_data,
        side: limits.output_side,
        error_age: caching.error_max_age,
        client_headers: extras.client_headers,
        redirects: !extras.redirects.is_empty(),
        parts,
    };
    let text = json(&rules);
    if text.len() <= VALUE_LIMIT {
        return Ok(text);
    }
    let parts = [
        ("presets", json(&rules.presets).len()),
        ("widths", json(&rules.widths).len()),
        ("qualities", json(&rules.qualities).len()),
        ("sources.paths", json(&rules.paths).len()),
        ("sources.hosts", json(&rules.hosts).len()),
        ("signing.keys", json(&rules.keys).len()),
    ];
    let (largest, largest_bytes) =
        parts.into_iter().max_by_key(|(_, bytes)| *bytes).unwrap_or_default();
    let site = site.name.clone();
    Err(PairsError::RulesTooLong { site, bytes: text.len(), largest, largest_bytes })
}

fn ascending<T: Ord>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut items: Vec<_> = items.collect();
    items.sort_unstable();
    items.dedup();
    items
}

/// A `*` stands for the labels before a `.`; any other rule with one allows nothing.
fn hosts(sources: &SourceRules) -> Vec<String> {
    let counts = |rule: &&String| !rule.starts_with('*') || rule.starts_with("*.");
    sources.hosts.iter().filter(counts).map(|rule| rule.to_ascii_lowercase()).collect()
}

/// A preset in the text that the function reads whole; none where a URL with it is better handed to
/// the core, which then says what is wrong with it.
fn canonical(options: &str) -> Option<String> {
    let mut request = Request::get("");
    request.path = format!("/cdn-cgi/image/{options}/a.jpg");
    let explained = explain(&request, &Policy::default()).ok()??;
    let is_whole = explained.source.to_string() == "/a.jpg";
    let is_sound = !explained.issues.iter().any(|issue| issue.kind.is_error_when_strict());
    (is_whole && is_sound).then(|| explained.recipe.to_string())
}

/// Serializing these types does not fail: their keys are texts and their numbers whole.
fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
