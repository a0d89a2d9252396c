//! Stacks: what is deployed, one at a time.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::template::Template;

/// The region of all that belongs to CloudFront.
pub const CLOUDFRONT_REGION: &str = "us-east-1";

/// A CloudFormation stack, ready to be deployed.
#[derive(Clone, Debug, PartialEq)]
pub struct Stack {
    /// `<fleet>-site-aurora`, `<fleet>-cache-3f2a9c1b-a`; at most 128 characters.
    pub name: String,
    /// What it holds.
    pub kind: StackKind,
    /// Where it is: [`CLOUDFRONT_REGION`] but for the image function and its bucket.
    pub region: String,
    /// What it makes.
    pub template: Template,
    /// Values of the template's parameters that are known.
    pub parameters: BTreeMap<String, String>,
    /// Values of the template's other parameters: where they are to be had.
    pub asks: BTreeMap<String, Ask>,
    /// Names of stacks that must exist before.
    pub after: Vec<String>,
    /// Tags, which CloudFormation hands on to what the stack makes.
    pub tags: BTreeMap<String, String>,
}

/// What a stack holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum StackKind {
    /// What sites share.
    Shared(SharedKind),
    /// The site of that name.
    Site(String),
}

/// What sites share, in the order in which it is deployed.
///
/// Most of these never change: their stacks' names end in a hash of their content and the letter of
/// the copy, and another content is another stack. [`SharedKind::is_fixed`] tells the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SharedKind {
    /// The data of viewer functions.
    KeyValueStore,
    /// The bucket of access logs.
    Logs,
    /// What Athena needs to answer questions about them.
    Athena,
    /// The function that makes pictures, and the bucket of variants.
    ImageFunction,
    /// The function that makes pictures in Lambda@Edge.
    EdgeFunction,
    /// The function that keeps caches warm.
    Warm,
    /// The endpoint of tenants.
    ConnectionGroup,
    /// What may be cached, and by which key.
    CachePolicy,
    /// What origins get of a request.
    OriginRequestPolicy,
    /// Headers of answers.
    ResponseHeadersPolicy,
    /// How CloudFront signs its requests to origins.
    OriginAccessControl,
    /// An origin in a private subnet.
    VpcOrigin,
    /// What runs before the cache.
    ViewerFunction,
    /// Rules of the firewall.
    WebAcl,
    /// The distribution of tenants.
    TenantDistribution,
}

impl SharedKind {
    /// Whether its stack keeps its name while its content changes.
    pub fn is_fixed(self) -> bool {
        matches!(
            self,
            Self::KeyValueStore
                | Self::Logs
                | Self::Athena
                | Self::ImageFunction
                | Self::EdgeFunction
                | Self::Warm
                | Self::ConnectionGroup
        )
    }

    /// What stands for it in names of stacks.
    pub fn label(self) -> &'static str {
        match self {
            Self::KeyValueStore => "store",
            Self::Logs => "logs",
            Self::Athena => "athena",
            Self::ImageFunction => "images",
            Self::EdgeFunction => "edge",
            Self::Warm => "warm",
            Self::ConnectionGroup => "connection",
            Self::CachePolicy => "cache",
            Self::OriginRequestPolicy => "request",
            Self::ResponseHeadersPolicy => "headers",
            Self::OriginAccessControl => "access",
            Self::VpcOrigin => "vpc",
            Self::ViewerFunction => "viewer",
            Self::WebAcl => "waf",
            Self::TenantDistribution => "tenants",
        }
    }
}

/// Where the value of a parameter is to be had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ask {
    /// The bucket in which the function's archive lies, in the stack's region.
    ArchiveBucket,
    /// The key of the archive there. Another content has another key.
    ArchiveKey,
    /// The SHA-256 of the archive, in base64.
    ArchiveSha256,
    /// The ARN of a certificate in us-east-1 for these domains.
    Certificate {
        /// The first is the certificate's own name.
        domains: Vec<String>,
    },
    /// An output of another stack.
    Output {
        /// The stack.
        stack: String,
        /// Its region.
        region: String,
        /// The output's name.
        output: String,
    },
}
