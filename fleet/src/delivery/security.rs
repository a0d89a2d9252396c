//! Who gets in, and who vouches for the name.

use serde::{Deserialize, Serialize};

use super::firewall::{Condition, WafRule};

/// The DNS zone of a site's domains.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Zone {
    /// `aurora.example`.
    pub name: String,
    /// The id of the hosted zone, `Z0123456789ABCDEFGHIJ`. Default: none, looked up by the name.
    #[serde(default)]
    pub id: Option<String>,
    /// Default: [`DnsHost::Route53`].
    #[serde(default)]
    pub host: DnsHost,
}

/// Who answers for a zone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum DnsHost {
    /// Route 53: records are written.
    #[default]
    Route53,
    /// Cloudflare: records are written, by the token in `CLOUDFLARE_API_TOKEN`.
    Cloudflare,
    /// Another: records are printed.
    Other,
}

/// The certificate of a site's domains.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(from = "String", into = "String")]
pub enum Certificate {
    /// Requested from ACM in us-east-1 and validated by DNS: `"request"`.
    #[default]
    Requested,
    /// None: the site answers under CloudFront's name alone until it has one: `"none"`.
    None,
    /// The ARN of one that is there.
    Arn(String),
}

impl From<String> for Certificate {
    fn from(text: String) -> Self {
        match text.as_str() {
            "request" => Self::Requested,
            "none" => Self::None,
            _ => Self::Arn(text),
        }
    }
}

impl From<Certificate> for String {
    fn from(certificate: Certificate) -> Self {
        match certificate {
            Certificate::Requested => "request".to_owned(),
            Certificate::None => "none".to_owned(),
            Certificate::Arn(arn) => arn,
        }
    }
}

/// The oldest TLS that viewers may use, by CloudFront's security policies:
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/secure-connections-supported-viewer-protocols-ciphers.html>.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum TlsMinimum {
    /// TLS 1.2 with the ciphers of 2021.
    #[default]
    #[serde(rename = "TLSv1.2_2021")]
    V1_2_2021,
    /// TLS 1.2 with the ciphers of 2025.
    #[serde(rename = "TLSv1.2_2025")]
    V1_2_2025,
    /// TLS 1.3 alone.
    #[serde(rename = "TLSv1.3_2025")]
    V1_3_2025,
}

/// A web ACL. Sites with the same rules share one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Waf {
    /// Default: `true`.
    pub enabled: bool,
    /// Default: [`WafMode::Block`].
    pub mode: WafMode,
    /// AWS's own rules. Default: the reputation of addresses, known bad inputs.
    pub managed: Vec<ManagedRules>,
    /// Rules of one's own, in their order. Default: none.
    pub rules: Vec<WafRule>,
    /// Default: none.
    pub rate_limits: Vec<RateLimit>,
    /// CIDR blocks that are never refused. Default: none.
    pub allow: Vec<String>,
    /// CIDR blocks that are refused. Default: none.
    pub block: Vec<String>,
    /// Countries that are refused, by ISO 3166-1 alpha-2. Default: none.
    pub block_countries: Vec<String>,
    /// The ARN of a web ACL that is there, in place of one of these rules. Default: none.
    pub arn: Option<String>,
}

impl Default for Waf {
    fn default() -> Self {
        Self {
            enabled: true,
            mode: WafMode::default(),
            managed: vec![ManagedRules::IpReputation, ManagedRules::KnownBadInputs],
            rules: Vec::new(),
            rate_limits: Vec::new(),
            allow: Vec::new(),
            block: Vec::new(),
            block_countries: Vec::new(),
            arn: None,
        }
    }
}

/// What the rules do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum WafMode {
    /// Requests are refused.
    #[default]
    Block,
    /// Requests are counted, to see what would be refused.
    Count,
}

/// AWS's managed rule groups:
/// <https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html>.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ManagedRules {
    /// `AWSManagedRulesAmazonIpReputationList`.
    IpReputation,
    /// `AWSManagedRulesAnonymousIpList`.
    AnonymousIp,
    /// `AWSManagedRulesCommonRuleSet`.
    Common,
    /// `AWSManagedRulesKnownBadInputsRuleSet`.
    KnownBadInputs,
    /// `AWSManagedRulesSQLiRuleSet`.
    Sqli,
    /// `AWSManagedRulesPHPRuleSet`.
    Php,
    /// `AWSManagedRulesWordPressRuleSet`.
    WordPress,
}

/// How much one address may ask.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RateLimit {
    /// Requests in the window, 10 to 2,000,000,000.
    pub requests: u32,
    /// Seconds: 60, 120, 300 or 600. Default: 300.
    #[serde(default = "five_minutes")]
    pub window: u32,
    /// Only requests whose path begins so. Default: every one.
    #[serde(default)]
    pub path: Option<String>,
    /// Only requests of which this is so. Default: every one.
    #[serde(default)]
    pub when: Option<Condition>,
}

fn five_minutes() -> u32 {
    300
}

/// Who is answered, by country (ISO 3166-1 alpha-2). At most one of the lists.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Geo {
    /// Only these. Default: empty, all.
    pub allow: Vec<String>,
    /// All but these. Default: none.
    pub block: Vec<String>,
}
