//! What Athena asks with: a workgroup, and the catalog of Glue.

use serde::Serialize;
use serde_json::Value;

use super::{Resource, Text};

/// Who asks, what it may read, and where answers are written.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct WorkGroup {
    pub(crate) name: Text,
    pub(crate) description: &'static str,
    pub(crate) state: &'static str,
    pub(crate) work_group_configuration: WorkGroupConfiguration,
}

impl Resource for WorkGroup {
    const TYPE: &'static str = "AWS::Athena::WorkGroup";
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct WorkGroupConfiguration {
    pub(crate) bytes_scanned_cutoff_per_query: u64,
    pub(crate) enforce_work_group_configuration: bool,
    pub(crate) engine_version: EngineVersion,
    pub(crate) publish_cloud_watch_metrics_enabled: bool,
    pub(crate) result_configuration: ResultConfiguration,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct EngineVersion {
    pub(crate) selected_engine_version: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ResultConfiguration {
    pub(crate) encryption_configuration: EncryptionConfiguration,
    pub(crate) expected_bucket_owner: Text,
    pub(crate) output_location: Text,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct EncryptionConfiguration {
    pub(crate) encryption_option: &'static str,
}

/// A database of the catalog.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Database {
    pub(crate) catalog_id: Text,
    pub(crate) database_input: DatabaseInput,
}

impl Resource for Database {
    const TYPE: &'static str = "AWS::Glue::Database";
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct DatabaseInput {
    pub(crate) name: String,
    pub(crate) description: &'static str,
}

/// A table or view of the catalog; what it is, is said as Glue's API says it.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Table {
    pub(crate) catalog_id: Text,
    pub(crate) database_name: Text,
    pub(crate) table_input: Value,
}

impl Resource for Table {
    const TYPE: &'static str = "AWS::Glue::Table";
}
