//! Functions of CloudFront and what they read.

use serde::Serialize;

use super::{Resource, Text};

/// JavaScript that runs for every request.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Function {
    pub(crate) name: Text,
    pub(crate) auto_publish: bool,
    pub(crate) function_config: FunctionConfig,
    pub(crate) function_code: String,
}

impl Resource for Function {
    const TYPE: &'static str = "AWS::CloudFront::Function";
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct FunctionConfig {
    pub(crate) comment: String,
    pub(crate) runtime: &'static str,
    pub(crate) key_value_store_associations: Vec<KeyValueStoreAssociation>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct KeyValueStoreAssociation {
    #[serde(rename = "KeyValueStoreARN")]
    pub(crate) key_value_store_arn: Text,
}

/// Pairs of keys and values that functions read.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct KeyValueStore {
    pub(crate) name: Text,
    pub(crate) comment: String,
}

impl Resource for KeyValueStore {
    const TYPE: &'static str = "AWS::CloudFront::KeyValueStore";
}
