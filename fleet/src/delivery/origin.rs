//! Where CloudFront gets things from, and how.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::site::Origin;

/// An origin of a distribution. In a file it is one table, `{ s3 = { bucket = "…" }, shield = "off" }`:
/// the place's key, and beside it those of [`Connection`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DeliveryOrigin {
    /// What is asked.
    pub place: Place,
    /// How it is asked.
    pub connection: Connection,
}

/// What CloudFront asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// A bucket or a web server, as the image hosts know them too. A folder is for `cdn-cli dev`
    /// alone: a deploy refuses it.
    Public(Origin),
    /// A load balancer or an instance in a private subnet, by a VPC origin.
    Vpc {
        /// ARN of the load balancer or instance.
        arn: String,
        /// The host name it answers under.
        host: String,
    },
}

/// How an origin is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Connection {
    /// Where the origin is, `eu-central-1`: by it the shield is picked. Default: the bucket's region;
    /// for others none.
    pub region: Option<String>,
    /// Default: [`Shield::Auto`].
    pub shield: Shield,
    /// The name of the origin that is asked where this one does not answer, or with 500 to 504.
    /// Default: none.
    pub failover: Option<String>,
    /// Headers that are sent with every request. Default: none.
    pub headers: BTreeMap<String, String>,
    /// Seconds for the answer, 1 to 120. Default: 30.
    pub read_timeout: u32,
    /// Seconds that an idle connection is kept, 1 to 120. Default: 30.
    pub keepalive: u32,
    /// Seconds for a connection, 1 to 10. Default: 5.
    pub connect_timeout: u32,
    /// Attempts to connect, 1 to 3. Default: 2.
    pub attempts: u32,
}

impl Default for Connection {
    fn default() -> Self {
        Self {
            region: None,
            shield: Shield::default(),
            failover: None,
            headers: BTreeMap::new(),
            read_timeout: 30,
            keepalive: 30,
            connect_timeout: 5,
            attempts: 2,
        }
    }
}

/// Whether a cache stands between all regional caches and the origin: `"auto"`, `"off"`, or the
/// region of the shield.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(from = "String", into = "String")]
pub enum Shield {
    /// In the region nearest to the origin; none where that is not known.
    #[default]
    Auto,
    /// None.
    Off,
    /// In that region.
    In(String),
}

impl From<String> for Shield {
    fn from(text: String) -> Self {
        match text.as_str() {
            "auto" => Self::Auto,
            "off" => Self::Off,
            _ => Self::In(text),
        }
    }
}

impl From<Shield> for String {
    fn from(shield: Shield) -> Self {
        match shield {
            Shield::Auto => "auto".to_owned(),
            Shield::Off => "off".to_owned(),
            Shield::In(region) => region,
        }
    }
}

/// Regions that have a shield, and the nearest one of those that have none:
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/origin-shield.html>.
const SHIELDS: [(&str, &str); 24] = [
    ("af-south-1", "eu-west-1"),
    ("ap-east-1", "ap-southeast-1"),
    ("ap-northeast-1", "ap-northeast-1"),
    ("ap-northeast-2", "ap-northeast-2"),
    ("ap-northeast-3", "ap-northeast-1"),
    ("ap-south-1", "ap-south-1"),
    ("ap-southeast-1", "ap-southeast-1"),
    ("ap-southeast-2", "ap-southeast-2"),
    ("ca-central-1", "us-east-1"),
    ("eu-central-1", "eu-central-1"),
    ("eu-central-2", "eu-central-1"),
    ("eu-north-1", "eu-west-2"),
    ("eu-south-1", "eu-central-1"),
    ("eu-south-2", "eu-west-1"),
    ("eu-west-1", "eu-west-1"),
    ("eu-west-2", "eu-west-2"),
    ("eu-west-3", "eu-west-2"),
    ("il-central-1", "eu-central-1"),
    ("me-south-1", "ap-south-1"),
    ("sa-east-1", "sa-east-1"),
    ("us-east-1", "us-east-1"),
    ("us-east-2", "us-east-2"),
    ("us-west-1", "us-west-2"),
    ("us-west-2", "us-west-2"),
];

/// Regions that have a shield.
pub(crate) const SHIELD_REGIONS: [&str; 12] = [
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "eu-central-1",
    "eu-west-1",
    "eu-west-2",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-2",
];

impl DeliveryOrigin {
    /// Where it is, as far as that is known.
    pub fn region(&self) -> Option<&str> {
        let of_bucket = match &self.place {
            Place::Public(Origin::S3 { region, .. }) => region.as_deref(),
            _ => None,
        };
        self.connection.region.as_deref().or(of_bucket)
    }

    /// The region of its shield, where it has one.
    pub fn shield_region(&self) -> Option<&str> {
        match &self.connection.shield {
            Shield::Off => None,
            Shield::In(region) => Some(region),
            Shield::Auto => {
                let region = self.region()?;
                shield_near(region)
            }
        }
    }
}

/// The region of the shield nearest to a region.
pub(crate) fn shield_near(region: &str) -> Option<&'static str> {
    SHIELDS.iter().find(|(from, _)| *from == region).map(|(_, shield)| *shield)
}
