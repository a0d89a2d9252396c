//! Queues of SQS.

use serde::Serialize;
use serde_json::Value;

use super::{Resource, Text};

/// A queue.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Queue {
    pub(crate) queue_name: Text,
    pub(crate) fifo_queue: Option<bool>,
    pub(crate) content_based_deduplication: Option<bool>,
    pub(crate) sqs_managed_sse_enabled: bool,
    /// Seconds for which a message that somebody took is hidden.
    pub(crate) visibility_timeout: Option<u32>,
    /// Seconds.
    pub(crate) message_retention_period: u32,
    pub(crate) redrive_policy: Option<RedrivePolicy>,
}

impl Resource for Queue {
    const TYPE: &'static str = "AWS::SQS::Queue";
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RedrivePolicy {
    pub(crate) dead_letter_target_arn: Text,
    pub(crate) max_receive_count: u32,
}

/// Who may do what with queues.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct QueuePolicy {
    pub(crate) queues: Vec<Text>,
    pub(crate) policy_document: Value,
}

impl Resource for QueuePolicy {
    const TYPE: &'static str = "AWS::SQS::QueuePolicy";
}
