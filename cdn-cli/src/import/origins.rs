//! Origins, and the groups in which one stands in for another.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context as _;
use toml::Value;

use super::documents::{Documents, PolicyKind};
use super::lines::{number, table};
use super::{Fields, Lines};

/// Statuses after which the fleet asks the second origin.
const FAILED: [&str; 4] = ["500", "502", "503", "504"];

/// The origins of a distribution by their ids, under the names that they get.
#[derive(Debug, Default)]
pub(crate) struct Origins {
    names: BTreeMap<String, String>,
    buckets: BTreeSet<String>,
    groups: BTreeMap<String, Group>,
}

/// Two origins, by their ids.
#[derive(Clone, Debug)]
struct Group {
    first: String,
    second: String,
}

impl Origins {
    /// Reads all of them; the one of the default behavior is the site's `origin`.
    pub(crate) fn read(
        config: &mut Fields,
        documents: &Documents,
        lines: &mut Lines,
    ) -> anyhow::Result<Self> {
        let mut origins = Self { groups: groups(config, lines), ..Self::default() };
        let default = config.peek(&["DefaultCacheBehavior", "TargetOriginId"]);
        let default = origins.first(&default.context("the default behavior names no origin")?);
        let mut found = config.tables("Origins", "Id");
        // The site's `origin` stands before its `origins`.
        found.sort_by_key(|origin| origin.peek(&["Id"]).as_deref() != Some(&default));
        for origin in &found {
            let id = origin.peek(&["Id"]).unwrap_or_default();
            let name = if id == default { "default".to_owned() } else { origins.name_for(&id) };
            origins.names.insert(id, name);
        }
        for origin in found {
            origins.one(origin, documents, lines);
        }
        Ok(origins)
    }

    /// The name of what a behavior is sent to, an origin or a group.
    pub(crate) fn name(&self, target: &str) -> String {
        self.names.get(&self.first(target)).cloned().unwrap_or_else(|| "default".to_owned())
    }

    /// Whether an origin of that name is a bucket.
    pub(crate) fn is_bucket(&self, name: &str) -> bool {
        self.buckets.contains(name)
    }

    /// Whether what a behavior is sent to is an origin alone, though it has a stand-in elsewhere.
    pub(crate) fn is_without_stand_in(&self, target: &str) -> bool {
        self.groups.values().any(|group| group.first == target)
    }

    /// The first origin of a group, or the origin itself.
    fn first(&self, target: &str) -> String {
        self.groups.get(target).map_or_else(|| target.to_owned(), |group| group.first.clone())
    }

    /// A label that no other origin has.
    fn name_for(&self, id: &str) -> String {
        let label = label(id);
        let is_taken = |name: &str| name == "default" || self.names.values().any(|it| it == name);
        let numbered = (2..).map(|number| format!("{label}-{number}"));
        std::iter::once(label.clone()).chain(numbered).find(|name| !is_taken(name)).unwrap_or(label)
    }

    fn one(&mut self, mut origin: Fields, documents: &Documents, lines: &mut Lines) {
        let id = origin.text("Id").unwrap_or_default();
        let name = self.names.get(&id).cloned().unwrap_or_default();
        let place = place(&mut origin, documents, lines);
        if place.key == "s3" {
            self.buckets.insert(name.clone());
        }
        let group = self.groups.values().find(|group| group.first == id);
        let failover = group.and_then(|group| self.names.get(&group.second)).cloned();
        let value = table([
            (place.key, Some(place.value)),
            ("shield", Some(shield(&mut origin))),
            ("failover", failover.map(Value::from)),
            ("headers", headers(&mut origin)),
            ("read_timeout", place.read_timeout.map(number)),
            ("keepalive", place.keepalive.map(number)),
            ("connect_timeout", origin.number("ConnectionTimeout").map(number)),
            ("attempts", origin.number("ConnectionAttempts").map(number)),
        ]);
        if name == "default" {
            lines.key(&["origin"], value);
        } else {
            lines.key(&["origins", &name], value);
        }
        origin.left(lines);
    }
}

/// Where an origin is, and the timeouts that stand beside it.
struct Place {
    key: &'static str,
    value: Value,
    read_timeout: Option<u64>,
    keepalive: Option<u64>,
}

fn place(origin: &mut Fields, documents: &Documents, lines: &mut Lines) -> Place {
    let domain = origin.text("DomainName").unwrap_or_default();
    let path = origin.text("OriginPath").unwrap_or_default();
    if origin.has("VpcOriginConfig") {
        return vpc(origin, &domain, &path, documents, lines);
    }
    match bucket(&domain) {
        Some(bucket) if !origin.has("CustomOriginConfig") => s3(origin, &bucket, &path, lines),
        _ => server(origin, &domain, &path, lines),
    }
}

/// A bucket by its host name: `name.s3.eu-central-1.amazonaws.com`, or one of its older forms.
fn bucket(domain: &str) -> Option<(String, Option<String>)> {
    let host = domain.strip_suffix(".amazonaws.com")?;
    if let Some(name) = host.strip_suffix(".s3") {
        return Some((name.to_owned(), None));
    }
    let (name, region) = host.rsplit_once(".s3.").or_else(|| host.rsplit_once(".s3-"))?;
    let region = region.strip_prefix("dualstack.").unwrap_or(region);
    let is_region = !region.starts_with("website") && !region.contains('.');
    is_region.then(|| (name.to_owned(), Some(region.to_owned())))
}

fn s3(
    origin: &mut Fields,
    (name, region): &(String, Option<String>),
    path: &str,
    lines: &mut Lines,
) -> Place {
    let mut config = origin.table("S3OriginConfig");
    let read_timeout = config.number("OriginReadTimeout");
    if let Some(identity) = config.text("OriginAccessIdentity") {
        lines.not_imported(format!(
            "{} = {identity}: the bucket will be read by an access control; its policy has to allow \
             that",
            config.path_of("OriginAccessIdentity")
        ));
    } else if origin.text("OriginAccessControlId").is_none() {
        lines.not_imported(format!(
            "{} is read without signature: it will be read by an access control; its policy has to \
             allow that",
            origin.path_of("DomainName")
        ));
    }
    origin.skip(&["OriginAccessControlId"]);
    config.left(lines);
    if region.is_none() {
        lines.not_imported(format!(
            "{}: the host name does not say where the bucket {name} is; see that the region is right",
            origin.path_of("DomainName")
        ));
    }
    let region = region.clone().unwrap_or_else(|| "us-east-1".to_owned());
    let prefix = path.trim_matches('/');
    let value = table([
        ("bucket", Some(name.as_str().into())),
        ("prefix", (!prefix.is_empty()).then(|| prefix.into())),
        ("region", Some(region.into())),
    ]);
    Place { key: "s3", value, read_timeout, keepalive: None }
}

fn server(origin: &mut Fields, domain: &str, path: &str, lines: &mut Lines) -> Place {
    let mut config = origin.table("CustomOriginConfig");
    let policy = config.text("OriginProtocolPolicy").unwrap_or_else(|| "https-only".to_owned());
    let (http, https) = (config.number("HTTPPort"), config.number("HTTPSPort"));
    if policy == "match-viewer" {
        lines.not_imported(format!(
            "{} = match-viewer: the origin will be asked by HTTPS alone",
            config.path_of("OriginProtocolPolicy")
        ));
    }
    let url = match (policy.as_str(), http, https) {
        ("http-only", None | Some(80), _) => format!("http://{domain}{path}"),
        ("http-only", Some(port), _) => format!("http://{domain}:{port}{path}"),
        (_, _, None | Some(443)) => format!("https://{domain}{path}"),
        (_, _, Some(port)) => format!("https://{domain}:{port}{path}"),
    };
    tls(&mut config, &policy, lines);
    let read_timeout = config.number("OriginReadTimeout");
    let keepalive = config.number("OriginKeepaliveTimeout");
    config.left(lines);
    Place { key: "http", value: table([("url", Some(url.into()))]), read_timeout, keepalive }
}

/// With origins TLS 1.2 alone is spoken.
fn tls(config: &mut Fields, policy: &str, lines: &mut Lines) {
    let path = config.path_of("OriginSslProtocols");
    let spoken = config.texts("OriginSslProtocols");
    let is_known = spoken.is_empty() || spoken == ["TLSv1.2"] || policy == "http-only";
    if !is_known {
        lines.not_imported(format!("{path} = {}: it will be TLSv1.2", spoken.join(", ")));
    }
}

fn vpc(
    origin: &mut Fields,
    domain: &str,
    path: &str,
    documents: &Documents,
    lines: &mut Lines,
) -> Place {
    let mut config = origin.table("VpcOriginConfig");
    let id = config.text("VpcOriginId").unwrap_or_default();
    let read_timeout = config.number("OriginReadTimeout");
    let keepalive = config.number("OriginKeepaliveTimeout");
    let known = documents.policy(PolicyKind::VpcOrigin, &id);
    let arn = Fields::new("", known.unwrap_or_default()).text("Arn");
    if !path.is_empty() {
        lines.not_imported(format!(
            "{} = {path}: a VPC origin has no path",
            origin.path_of("OriginPath")
        ));
    }
    let (key, value) = if let Some(arn) = arn {
        ("vpc", table([("arn", Some(arn.into())), ("host", Some(domain.into()))]))
    } else {
        lines.not_imported(format!(
            "{} = {id}: it will be asked over the internet; say vpc = {{ arn = \"…\", host = \
             \"{domain}\" }} with the ARN that `aws cloudfront get-vpc-origin --id {id}` tells",
            config.path_of("VpcOriginId")
        ));
        ("http", table([("url", Some(format!("https://{domain}").into()))]))
    };
    config.left(lines);
    Place { key, value, read_timeout, keepalive }
}

fn shield(origin: &mut Fields) -> Value {
    let mut shield = origin.table("OriginShield");
    let region = shield.text("OriginShieldRegion").filter(|_| shield.flag("Enabled"));
    region.unwrap_or_else(|| "off".to_owned()).into()
}

fn headers(origin: &mut Fields) -> Option<Value> {
    let headers = origin.tables("CustomHeaders", "HeaderName");
    let pairs = headers.into_iter().filter_map(|mut header| {
        Some((header.text("HeaderName")?, header.text("HeaderValue").unwrap_or_default().into()))
    });
    let pairs: toml::Table = pairs.collect();
    (!pairs.is_empty()).then_some(Value::Table(pairs))
}

fn groups(config: &mut Fields, lines: &mut Lines) -> BTreeMap<String, Group> {
    let mut found: BTreeMap<String, Group> = BTreeMap::new();
    for mut group in config.tables("OriginGroups", "Id") {
        let id = group.text("Id").unwrap_or_default();
        let mut criteria = group.table("FailoverCriteria");
        let mut statuses = criteria.texts("StatusCodes");
        statuses.sort();
        if statuses != FAILED {
            lines.not_imported(format!(
                "{} = {}: the second origin will be asked after {}",
                criteria.path_of("StatusCodes"),
                statuses.join(", "),
                FAILED.join(", ")
            ));
        }
        let mut members = group.tables("Members", "OriginId").into_iter();
        let mut member = || members.next().and_then(|mut it| it.text("OriginId"));
        let (Some(first), Some(second)) = (member(), member()) else { continue };
        if found.values().any(|other| other.first == first && other.second != second) {
            lines.not_imported(format!(
                "OriginGroups[{id}]: {first} has another origin that stands in for it"
            ));
        }
        if group.text("SelectionCriteria").is_some_and(|it| it != "default") {
            lines.not_imported(format!(
                "{} = media-quality-based",
                group.path_of("SelectionCriteria")
            ));
        }
        found.insert(id, Group { first, second });
        group.left(lines);
    }
    found
}

/// An id as a label: lower-case letters, digits and `-`.
pub(crate) fn label(id: &str) -> String {
    let plain = id.to_ascii_lowercase().replace(|c: char| !c.is_ascii_alphanumeric(), "-");
    let words: Vec<_> = plain.split('-').filter(|word| !word.is_empty()).collect();
    let label: String = words.join("-").chars().take(50).collect();
    let label = label.trim_end_matches('-');
    if label.is_empty() { "origin".to_owned() } else { label.to_owned() }
}
