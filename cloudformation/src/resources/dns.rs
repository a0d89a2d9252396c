//! Records of Route 53.

use serde::Serialize;

use super::{Resource, Text};

/// Records of one zone.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct RecordSetGroup {
    pub(crate) hosted_zone_id: String,
    pub(crate) comment: String,
    pub(crate) record_sets: Vec<RecordSet>,
}

impl Resource for RecordSetGroup {
    const TYPE: &'static str = "AWS::Route53::RecordSetGroup";
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct RecordSet {
    pub(crate) name: String,
    pub(crate) r#type: &'static str,
    pub(crate) alias_target: AliasTarget,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AliasTarget {
    #[serde(rename = "DNSName")]
    pub(crate) dns_name: Text,
    pub(crate) hosted_zone_id: &'static str,
}
