//! Roles and policies of IAM.

use serde::Serialize;
use serde_json::{Value, json};

use super::{Resource, Text};

/// What a program runs as.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Role {
    pub(crate) description: String,
    pub(crate) assume_role_policy_document: Value,
    pub(crate) policies: Vec<InlinePolicy>,
}

impl Resource for Role {
    const TYPE: &'static str = "AWS::IAM::Role";
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct InlinePolicy {
    pub(crate) policy_name: &'static str,
    pub(crate) policy_document: Value,
}

/// A policy of its own, for what is too long for a role.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ManagedPolicy {
    pub(crate) description: String,
    pub(crate) policy_document: Value,
    pub(crate) roles: Vec<Text>,
}

impl Resource for ManagedPolicy {
    const TYPE: &'static str = "AWS::IAM::ManagedPolicy";
}

/// A policy document of these statements.
pub(crate) fn document(statements: &[Value]) -> Value {
    json!({ "Version": "2012-10-17", "Statement": statements })
}

/// Lets services take on a role.
pub(crate) fn assumed_by(services: &[&str]) -> Value {
    document(&[json!({
        "Effect": "Allow",
        "Principal": { "Service": services },
        "Action": "sts:AssumeRole",
    })])
}

/// Allows actions on resources.
pub(crate) fn allow(actions: &[&str], resources: &[Text]) -> Value {
    json!({ "Effect": "Allow", "Action": actions, "Resource": resources })
}
