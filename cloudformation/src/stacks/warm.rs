//! The function that keeps caches warm, its queue of slices, and when it begins. `docs/warm.md` says what each setting is for.

use std::collections::{BTreeMap, BTreeSet};

use fleet::{Fleet, Settings, Site, Warm, WarmAfter};
use serde_json::json;

use super::{originals, warm_events};
use crate::error::RenderError;
use crate::resources::Text;
use crate::resources::alarm::{Alarm, Dimension};
use crate::resources::iam::{InlinePolicy, Role, allow, assumed_by, document};
use crate::resources::lambda::{
    Code, DestinationConfig, Environment, EventInvokeConfig, EventSourceMapping, Function,
    LoggingConfig, OnFailure, ScalingConfig, TracingConfig,
};
use crate::resources::logs::LogGroup;
use crate::resources::queue::{Queue, RedrivePolicy};
use crate::resources::s3::{Bucket, BucketPolicy};
use crate::stack::SharedKind;
use crate::template::{Draft, Template};

/// Megabytes: it waits for others most of the time.
const MEMORY: u32 = 512;
/// Seconds: the most that Lambda gives.
const TIMEOUT: u32 = 900;
/// Days after which a run and its report go.
const REPORT_DAYS: u32 = 90;
/// Days for which lines of the function's log are kept.
const LOG_DAYS: u32 = 30;
/// Seconds for which a slice waits: what is warmed later than that is not what was meant.
const SLICE_SECONDS: u32 = 86_400;
/// Seconds for which what nobody could do is kept: 14 days, the most.
const FAILED_SECONDS: u32 = 1_209_600;
/// How often a slice is tried.
const TRIES: u32 = 3;

/// The name of the fleet's stack of the warmer.
pub(crate) fn stack_name(settings: &Settings) -> String {
    format!("{}-{}", settings.name, SharedKind::Warm.label())
}

/// All of it.
///
/// # Errors
/// [`RenderError::Settings`], where it is to begin after what cannot happen.
pub(crate) fn stack(fleet: &Fleet, warm: &Warm) -> Result<Template, RenderError> {
    let is_after_sitemaps = warm.after.contains(&WarmAfter::Sitemap);
    if is_after_sitemaps && warm_events::buckets(fleet, warm).is_empty() {
        return Err(RenderError::Settings {
            what: "`warm.after` has `sitemap`, and no site has its originals in a bucket"
                .to_owned(),
            hint: "take it out, and name `sitemaps` and a `schedule`".to_owned(),
        });
    }
    let settings = &fleet.settings;
    let mut draft = Draft::new("The function that keeps caches warm, and its reports");
    draft.parameter("ArchiveBucket", "The bucket in which the function's archive lies");
    draft.parameter("ArchiveKey", "The archive's key; another content has another key");
    reports(settings, &mut draft);
    queues(&mut draft);
    role(&mut draft);
    originals::allow_reading(&sitemaps(fleet, warm), &mut draft);
    function(warm, &mut draft);
    warm_events::schedules(warm, &mut draft);
    warm_events::rules(fleet, warm, &mut draft);
    alarm(warm, &mut draft);
    draft.output("FunctionArn", &Text::Attribute("Function", "Arn"));
    draft.output("ReportsBucket", &Text::Ref("Reports"));
    draft.output("FailedQueue", &Text::Ref("Failed"));
    Ok(draft.finish())
}

/// The sites that it warms.
pub(crate) fn sites<'f>(fleet: &'f Fleet, warm: &'f Warm) -> impl Iterator<Item = &'f Site> {
    let is_meant = |site: &&Site| warm.sites.is_empty() || warm.sites.contains(&site.name);
    fleet.sites.iter().filter(is_meant)
}

/// What it reads of other buckets: sitemaps that are named, and those that are put there.
fn sitemaps(fleet: &Fleet, warm: &Warm) -> BTreeSet<(String, String)> {
    let named = warm.sitemaps.iter().filter_map(|sitemap| {
        let (bucket, key) = sitemap.strip_prefix("s3://")?.split_once('/')?;
        Some((bucket.to_owned(), key.to_owned()))
    });
    let mut all: BTreeSet<_> = named.collect();
    if warm.after.contains(&WarmAfter::Sitemap) {
        all.extend(originals::buckets(sites(fleet, warm)));
    }
    all
}

fn reports(settings: &Settings, draft: &mut Draft) {
    let name = Text::filled(format!("{}-warm-${{AWS::AccountId}}", settings.name));
    draft.retained("Reports", &Bucket::private(name, REPORT_DAYS));
    let (bucket, objects) = (Text::Attribute("Reports", "Arn"), Text::filled("${Reports.Arn}/*"));
    draft.resource(
        "ReportsPolicy",
        &BucketPolicy {
            bucket: Text::Ref("Reports"),
            policy_document: document(&[json!({
                "Sid": "TlsAlone",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:*",
                "Resource": [bucket, objects],
                "Condition": { "Bool": { "aws:SecureTransport": "false" } },
            })]),
        },
    );
}

/// Slices, and where ends what nobody could do: slices, and orders that came to nothing.
fn queues(draft: &mut Draft) {
    let failed = Queue {
        queue_name: Text::filled("${AWS::StackName}-failed"),
        fifo_queue: None,
        content_based_deduplication: None,
        sqs_managed_sse_enabled: true,
        visibility_timeout: None,
        message_retention_period: FAILED_SECONDS,
        redrive_policy: None,
    };
    draft.resource("Failed", &failed);
    draft.resource(
        "Slices",
        &Queue {
            queue_name: Text::filled("${AWS::StackName}-slices"),
            // What Lambda advises: a message is not handed out again while one worker may have it.
            visibility_timeout: Some(6 * TIMEOUT),
            message_retention_period: SLICE_SECONDS,
            redrive_policy: Some(RedrivePolicy {
                dead_letter_target_arn: Text::Attribute("Failed", "Arn"),
                max_receive_count: TRIES,
            }),
            ..failed
        },
    );
}

fn role(draft: &mut Draft) {
    let distributions = "arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/*";
    let tenants = "arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution-tenant/*";
    let statements = [
        allow(&["s3:GetObject", "s3:PutObject"], &[Text::filled("${Reports.Arn}/*")]),
        allow(&["s3:ListBucket"], &[Text::Attribute("Reports", "Arn")]),
        allow(
            &[
                "sqs:SendMessage",
                "sqs:ReceiveMessage",
                "sqs:DeleteMessage",
                "sqs:GetQueueAttributes",
            ],
            &[Text::Attribute("Slices", "Arn")],
        ),
        allow(&["sqs:SendMessage"], &[Text::Attribute("Failed", "Arn")]),
        // To list distributions is allowed for all or none.
        allow(
            &[
                "cloudfront:ListConnectionGroups",
                "cloudfront:ListDistributionTenants",
                "cloudfront:ListDistributions",
            ],
            &["*".into()],
        ),
        allow(&["cloudfront:GetInvalidation"], &[Text::filled(distributions)]),
        allow(&["cloudfront:GetInvalidationForDistributionTenant"], &[Text::filled(tenants)]),
        allow(&["logs:CreateLogStream", "logs:PutLogEvents"], &[Text::filled("${Logs.Arn}")]),
    ];
    draft.resource(
        "Role",
        &Role {
            description: "What the function that keeps caches warm may do".to_owned(),
            assume_role_policy_document: assumed_by(&["lambda.amazonaws.com"]),
            policies: vec![InlinePolicy {
                policy_name: "warm",
                policy_document: document(&statements),
            }],
        },
    );
}

fn function(warm: &Warm, draft: &mut Draft) {
    draft.resource(
        "Logs",
        &LogGroup {
            log_group_name: Text::filled("/aws/lambda/${AWS::StackName}"),
            retention_in_days: LOG_DAYS,
        },
    );
    let variables = BTreeMap::from([
        ("QUEUE_URL", Text::Ref("Slices")),
        ("REPORTS_BUCKET", Text::Ref("Reports")),
        ("SLICE_TRIES", Text::from(TRIES.to_string())),
    ]);
    draft.resource(
        "Function",
        &Function {
            function_name: Text::STACK_NAME,
            description: "Keeps caches warm".to_owned(),
            runtime: "provided.al2023",
            architectures: ["arm64"],
            handler: "bootstrap",
            code: Code { s3_bucket: Text::Ref("ArchiveBucket"), s3_key: Text::Ref("ArchiveKey") },
            memory_size: MEMORY,
            timeout: TIMEOUT,
            role: Text::Attribute("Role", "Arn"),
            environment: Some(Environment { variables }),
            logging_config: Some(LoggingConfig { log_group: Text::Ref("Logs") }),
            tracing_config: Some(TracingConfig { mode: "Active" }),
        },
    );
    draft.resource(
        "Worker",
        &EventSourceMapping {
            function_name: Text::Ref("Function"),
            event_source_arn: Text::Attribute("Slices", "Arn"),
            batch_size: 1,
            function_response_types: ["ReportBatchItemFailures"],
            // The rates are divided by this.
            scaling_config: ScalingConfig { maximum_concurrency: warm.workers },
        },
    );
    draft.resource(
        "Orders",
        &EventInvokeConfig {
            function_name: Text::Ref("Function"),
            qualifier: "$LATEST",
            maximum_retry_attempts: 2,
            destination_config: DestinationConfig {
                on_failure: OnFailure { destination: Text::Attribute("Failed", "Arn") },
            },
        },
    );
}

/// Somebody is told of what nobody could do.
fn alarm(warm: &Warm, draft: &mut Draft) {
    let topic: Vec<String> = warm.topic.iter().cloned().collect();
    draft.resource(
        "AlarmFailed",
        &Alarm {
            alarm_description: "a slice or an order of the cache warmer failed".to_owned(),
            namespace: "AWS/SQS",
            metric_name: "ApproximateNumberOfMessagesVisible",
            dimensions: vec![Dimension {
                name: "QueueName",
                value: Text::Attribute("Failed", "QueueName"),
            }],
            statistic: Some("Maximum"),
            extended_statistic: None,
            period: 300,
            evaluation_periods: 1,
            comparison_operator: "GreaterThanThreshold",
            threshold: 0.0,
            treat_missing_data: "notBreaching",
            alarm_actions: topic.clone(),
            ok_actions: topic,
        },
    );
}
