//! AWS's quotas: what a fleet needs of each, and what to ask for where that is more than there is.

use std::collections::BTreeMap;

use fleet::Settings;
use serde::Serialize;

use crate::error::RenderError;

/// A quota, and what the fleet needs of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Quota {
    /// What `fleet.toml` calls it: `cache-policies`.
    pub name: &'static str,
    /// What AWS calls it.
    pub title: &'static str,
    /// The service, by its code in Service Quotas.
    pub service: &'static str,
    /// Its code there, where that is known.
    pub code: Option<&'static str>,
    /// The most that the fleet needs while it is deployed: old and new objects side by side.
    pub need: u64,
    /// What it needs afterwards.
    pub steady: u64,
    /// What there is: AWS's default, or what `fleet.quotas` says.
    pub limit: u64,
    /// Whether AWS raises it.
    pub adjustable: bool,
}

impl Quota {
    /// Whether there is enough.
    pub fn suffices(&self) -> bool {
        self.need <= self.limit
    }

    /// What to do where there is not enough.
    pub fn advice(&self) -> Option<String> {
        if self.suffices() {
            return None;
        }
        let Self { title, service, code, need, name, .. } = self;
        let code = code.map(|code| format!(", code {code}")).unwrap_or_default();
        Some(if self.adjustable {
            format!(
                "ask AWS for {need} of \"{title}\" (Service Quotas, {service}{code}), then say \
                 quotas.{name} = {need} under [fleet]"
            )
        } else {
            format!("AWS does not raise \"{title}\": let more sites be alike, or use two accounts")
        })
    }

    pub(crate) fn complaint(&self) -> String {
        let Self { name, need, limit, .. } = self;
        let advice = self.advice().unwrap_or_default();
        format!("quota {name}: the fleet needs {need}, the limit is {limit}; {advice}")
    }
}

/// A row of the table of quotas.
struct Row {
    name: &'static str,
    title: &'static str,
    service: &'static str,
    code: Option<&'static str>,
    limit: u32,
    adjustable: bool,
}

const fn row(name: &'static str, title: &'static str, limit: u32) -> Row {
    Row { name, title, service: "cloudfront", code: None, limit, adjustable: true }
}

/// Defaults of AWS, 2026, and codes as far as AWS's pages have them; the others are found in Service
/// Quotas by their titles, or are asked for by a case at AWS's support:
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html>,
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>,
/// <https://docs.aws.amazon.com/acm/latest/userguide/acm-limits.html>,
/// <https://docs.aws.amazon.com/waf/latest/developerguide/limits.html>.
const ROWS: [Row; 31] = [
    Row { code: Some("L-24B04930"), ..row(DISTRIBUTIONS, "Distributions per account", 500) },
    row(TENANT_DISTRIBUTIONS, "Multi-tenant distributions per account", 20),
    row(TENANTS, "Distribution tenants per account", 10_000),
    row(CONNECTION_GROUPS, "Connection groups per account", 100),
    Row { code: Some("L-7D134442"), ..row(CACHE_POLICIES, "Cache policies per account", 20) },
    Row {
        code: Some("L-C3659C43"),
        ..row(REQUEST_POLICIES, "Origin request policies per account", 20)
    },
    Row {
        code: Some("L-CF0D4FC5"),
        ..row(HEADERS_POLICIES, "Response headers policies per account", 20)
    },
    row(ACCESS_CONTROLS, "Origin access controls per account", 100),
    row(VPC_ORIGINS, "VPC origins per account", 25),
    row(FUNCTIONS, "Functions per account", 100),
    row(STORES, "Key value stores per account", 50),
    Row {
        adjustable: false,
        ..row(FUNCTIONS_PER_STORE, "Functions that share a key value store", 10)
    },
    Row { adjustable: false, ..row(STORE_BYTES, "Bytes of a key value store", 5_242_880) },
    row(PER_CACHE_POLICY, "Distributions that share a cache policy", 100),
    row(PER_REQUEST_POLICY, "Distributions that share an origin request policy", 100),
    row(PER_HEADERS_POLICY, "Distributions that share a response headers policy", 100),
    row(PER_ACCESS_CONTROL, "Distributions that share an origin access control", 100),
    row(PER_VPC_ORIGIN, "Distributions that share a VPC origin", 50),
    row(PER_FUNCTION, "Distributions that share a function", 100),
    row(PER_WEB_ACL, "Distributions that share a web ACL", 100),
    row(DOMAINS, "Alternate domain names per distribution", 100),
    row(BEHAVIORS, "Cache behaviors per distribution", 75),
    row(ORIGINS, "Origins per distribution", 100),
    row(ORIGIN_GROUPS, "Origin groups per distribution", 10),
    Row { service: "wafv2", ..row(WEB_ACLS, "Web ACLs for CloudFront per account", 100) },
    Row { service: "wafv2", ..row(IP_SETS, "IP sets for CloudFront per account", 100) },
    Row {
        service: "wafv2",
        adjustable: false,
        ..row(WEB_ACL_CAPACITY, "Capacity units of a web ACL", 5_000)
    },
    Row {
        service: "acm",
        code: Some("L-F141DD1D"),
        ..row(CERTIFICATES, "ACM certificates per account and region", 2_500)
    },
    Row { service: "acm", ..row(CERTIFICATE_DOMAINS, "Domain names per ACM certificate", 10) },
    Row {
        service: "cloudformation",
        code: Some("L-0485CB21"),
        ..row(STACKS, "Stacks per account and region", 2_000)
    },
    Row {
        service: "cloudformation",
        adjustable: false,
        ..row(RESOURCES, "Resources of a template", 500)
    },
];

pub(crate) const DISTRIBUTIONS: &str = "distributions";
pub(crate) const TENANT_DISTRIBUTIONS: &str = "tenant-distributions";
pub(crate) const TENANTS: &str = "tenants";
pub(crate) const CONNECTION_GROUPS: &str = "connection-groups";
pub(crate) const CACHE_POLICIES: &str = "cache-policies";
pub(crate) const REQUEST_POLICIES: &str = "origin-request-policies";
pub(crate) const HEADERS_POLICIES: &str = "response-headers-policies";
pub(crate) const ACCESS_CONTROLS: &str = "origin-access-controls";
pub(crate) const VPC_ORIGINS: &str = "vpc-origins";
pub(crate) const FUNCTIONS: &str = "functions";
pub(crate) const STORES: &str = "key-value-stores";
pub(crate) const FUNCTIONS_PER_STORE: &str = "functions-per-store";
pub(crate) const STORE_BYTES: &str = "store-bytes";
pub(crate) const PER_CACHE_POLICY: &str = "sites-per-cache-policy";
pub(crate) const PER_REQUEST_POLICY: &str = "sites-per-origin-request-policy";
pub(crate) const PER_HEADERS_POLICY: &str = "sites-per-response-headers-policy";
pub(crate) const PER_ACCESS_CONTROL: &str = "sites-per-origin-access-control";
pub(crate) const PER_VPC_ORIGIN: &str = "sites-per-vpc-origin";
pub(crate) const PER_FUNCTION: &str = "sites-per-function";
pub(crate) const PER_WEB_ACL: &str = "sites-per-web-acl";
pub(crate) const DOMAINS: &str = "domains-per-site";
pub(crate) const BEHAVIORS: &str = "behaviors-per-site";
pub(crate) const ORIGINS: &str = "origins-per-site";
pub(crate) const ORIGIN_GROUPS: &str = "origin-groups-per-site";
pub(crate) const WEB_ACLS: &str = "web-acls";
pub(crate) const IP_SETS: &str = "ip-sets";
pub(crate) const WEB_ACL_CAPACITY: &str = "web-acl-capacity";
pub(crate) const CERTIFICATES: &str = "certificates";
pub(crate) const CERTIFICATE_DOMAINS: &str = "domains-per-certificate";
pub(crate) const STACKS: &str = "stacks";
pub(crate) const RESOURCES: &str = "resources-per-stack";

/// What there is of each quota.
#[derive(Debug)]
pub(crate) struct Limits(BTreeMap<&'static str, u32>);

impl Limits {
    /// AWS's defaults, and over them what the fleet's file says.
    pub(crate) fn of(settings: &Settings) -> Result<Self, RenderError> {
        let mut limits: BTreeMap<_, _> = ROWS.iter().map(|row| (row.name, row.limit)).collect();
        for (name, limit) in &settings.quotas {
            let known = limits.get_mut(name.as_str()).ok_or_else(|| unknown(name))?;
            *known = *limit;
        }
        Ok(Self(limits))
    }

    pub(crate) fn get(&self, name: &str) -> u32 {
        self.0.get(name).copied().unwrap_or(u32::MAX)
    }
}

/// How much is needed of a quota.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Need {
    /// While the fleet is deployed.
    pub(crate) peak: u64,
    /// Afterwards.
    pub(crate) steady: u64,
}

/// What is needed, by the names of the quotas; of those that are for each of something, the most.
#[derive(Debug, Default)]
pub(crate) struct Needs(BTreeMap<&'static str, Need>);

impl Needs {
    /// Adds to what is needed of a quota of the whole account.
    pub(crate) fn add(&mut self, name: &'static str, count: usize) {
        self.add_for(name, count, count);
    }

    /// As [`Self::add`], where more is needed for the time of the deployment.
    pub(crate) fn add_for(&mut self, name: &'static str, peak: usize, steady: usize) {
        let need = self.0.entry(name).or_default();
        need.peak += peak as u64;
        need.steady += steady as u64;
    }

    /// Sees something of which a quota bounds each one.
    pub(crate) fn see(&mut self, name: &'static str, count: usize) {
        let need = self.0.entry(name).or_default();
        need.peak = need.peak.max(count as u64);
        need.steady = need.steady.max(count as u64);
    }

    /// Every quota, in the order of the table.
    pub(crate) fn against(&self, limits: &Limits) -> Vec<Quota> {
        let quota = |row: &Row| {
            let need = self.0.get(row.name).copied().unwrap_or_default();
            Quota {
                name: row.name,
                title: row.title,
                service: row.service,
                code: row.code,
                need: need.peak,
                steady: need.steady,
                limit: limits.get(row.name).into(),
                adjustable: row.adjustable,
            }
        };
        ROWS.iter().map(quota).collect()
    }
}

fn unknown(name: &str) -> RenderError {
    let known: Vec<_> = ROWS.iter().map(|row| row.name).collect();
    RenderError::Settings {
        what: format!("there is no quota `{name}`"),
        hint: format!("those of fleet.quotas are {}", known.join(", ")),
    }
}
