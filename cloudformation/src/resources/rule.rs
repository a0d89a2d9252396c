//! Rules of `EventBridge`.

use serde::Serialize;
use serde_json::Value;

use super::{Resource, Text};

/// Events that go somewhere.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Rule {
    pub(crate) description: String,
    pub(crate) state: &'static str,
    pub(crate) event_pattern: Value,
    pub(crate) targets: Vec<Target>,
}

impl Resource for Rule {
    const TYPE: &'static str = "AWS::Events::Rule";
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Target {
    pub(crate) id: &'static str,
    pub(crate) arn: Text,
    pub(crate) dead_letter_config: DeadLetterConfig,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct DeadLetterConfig {
    pub(crate) arn: Text,
}
