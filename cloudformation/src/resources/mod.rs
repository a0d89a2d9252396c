//! Resources of CloudFormation, typed: one family a file, the names as AWS writes them.
//!
//! What is `None` or empty is left out of a template. The reference is
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html>.

#![expect(clippy::struct_field_names, reason = "the names are AWS's")]

pub(crate) mod alarm;
pub(crate) mod athena;
pub(crate) mod certificate;
pub(crate) mod distribution;
pub(crate) mod dns;
pub(crate) mod function;
pub(crate) mod iam;
pub(crate) mod lambda;
pub(crate) mod logs;
pub(crate) mod origin;
pub(crate) mod policy;
pub(crate) mod queue;
pub(crate) mod rule;
pub(crate) mod s3;
pub(crate) mod schedule;
pub(crate) mod tenant;
mod text;
pub(crate) mod waf;

use serde::Serialize;

pub(crate) use text::{SHARED, Text};

/// The properties of a resource.
pub(crate) trait Resource: Serialize {
    /// `AWS::CloudFront::Distribution`.
    const TYPE: &'static str;
}
