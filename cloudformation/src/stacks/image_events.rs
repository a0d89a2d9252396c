//! What the image function is told by events: pictures to be made later, and originals that changed.

use serde_json::json;

use crate::resources::Text;
use crate::resources::iam::document;
use crate::resources::lambda::Permission;
use crate::resources::queue::{Queue, QueuePolicy, RedrivePolicy};
use crate::resources::rule::{DeadLetterConfig, Rule, Target};
use crate::template::Draft;

/// Seconds for which a queue keeps what nobody could do: 14 days, the most.
const DEAD_LETTER_SECONDS: u32 = 1_209_600;
/// Seconds for which an order of an AVIF waits.
const ORDER_SECONDS: u32 = 86_400;

/// AVIFs to be made later, and where events end that failed; `timeout` is the function's, in seconds.
pub(super) fn queues(timeout: u32, draft: &mut Draft) {
    let dead = |name: &str, fifo: Option<bool>| Queue {
        queue_name: Text::filled(format!("${{AWS::StackName}}-{name}")),
        fifo_queue: fifo,
        content_based_deduplication: None,
        sqs_managed_sse_enabled: true,
        visibility_timeout: None,
        message_retention_period: DEAD_LETTER_SECONDS,
        redrive_policy: None,
    };
    draft.resource("AvifFailed", &dead("avif-failed.fifo", Some(true)));
    draft.resource("PurgeFailed", &dead("purge-failed", None));
    draft.resource(
        "Avif",
        &Queue {
            visibility_timeout: Some(6 * timeout),
            message_retention_period: ORDER_SECONDS,
            redrive_policy: Some(RedrivePolicy {
                dead_letter_target_arn: Text::Attribute("AvifFailed", "Arn"),
                max_receive_count: 3,
            }),
            ..dead("avif.fifo", Some(true))
        },
    );
}

/// Originals that change: of every bucket that sends its events to `EventBridge`.
pub(super) fn purge(draft: &mut Draft) {
    draft.resource(
        "OriginalsChanged",
        &Rule {
            description: "An original was uploaded or deleted".to_owned(),
            state: "ENABLED",
            event_pattern: json!({
                "source": ["aws.s3"],
                "detail-type": ["Object Created", "Object Deleted"],
                "detail": { "bucket": { "name": [{ "anything-but": Text::Ref("Variants") }] } },
            }),
            targets: vec![Target {
                id: "function",
                arn: Text::Attribute("Function", "Arn"),
                dead_letter_config: DeadLetterConfig { arn: Text::Attribute("PurgeFailed", "Arn") },
            }],
        },
    );
    draft.resource(
        "EventsMayCall",
        &Permission {
            function_name: Text::Ref("Function"),
            action: "lambda:InvokeFunction",
            principal: "events.amazonaws.com",
            source_arn: Text::Attribute("OriginalsChanged", "Arn"),
            source_account: None,
            function_url_auth_type: None,
            invoked_via_function_url: None,
        },
    );
    draft.resource(
        "EventsMayReportFailures",
        &QueuePolicy {
            queues: vec![Text::Ref("PurgeFailed")],
            policy_document: document(&[json!({
                "Effect": "Allow",
                "Principal": { "Service": "events.amazonaws.com" },
                "Action": "sqs:SendMessage",
                "Resource": Text::Attribute("PurgeFailed", "Arn"),
                "Condition": {
                    "ArnEquals": { "aws:SourceArn": Text::Attribute("OriginalsChanged", "Arn") },
                },
            })]),
        },
    );
}
