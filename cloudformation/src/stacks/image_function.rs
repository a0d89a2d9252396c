//! The function that makes pictures, its URL and the bucket of variants. `docs/lambda.md` says what each setting is for.

use std::collections::{BTreeMap, BTreeSet};

use fleet::Settings;
use serde_json::{Value, json};

use super::distribution::VARIANT_TAG_HEADER;
use super::{image_events, originals};
use crate::resources::Text;
use crate::resources::iam::{InlinePolicy, Role, allow, assumed_by, document};
use crate::resources::lambda::{
    Code, Environment, EventSourceMapping, Function, LoggingConfig, Permission, ScalingConfig,
    TracingConfig, Url,
};
use crate::resources::logs::LogGroup;
use crate::resources::s3::{Bucket, BucketPolicy};
use crate::stack::{CLOUDFRONT_REGION, SharedKind};
use crate::template::{Draft, Template};

/// The parameter of a distribution for the host of a function in another region than its own.
pub(crate) const HOST_PARAMETER: &str = "ImageFunctionHost";
/// The output that tells the host.
pub(crate) const HOST_OUTPUT: &str = "FunctionHost";

/// Megabytes: with 1,769 a function has one processor.
const MEMORY: u32 = 1_769;
/// Seconds: 10 for the original, 30 for the picture, and the upload.
const TIMEOUT: u32 = 60;
/// Days after which a variant that was made goes; it is made again where somebody asks for it.
const VARIANT_DAYS: u32 = 90;
/// Days for which lines of the function's log are kept.
const LOG_DAYS: u32 = 30;
/// AVIFs that are made at a time.
const AVIF_CONCURRENCY: u32 = 5;

/// The name of the fleet's stack of the function.
pub(crate) fn stack_name(settings: &Settings) -> String {
    format!("{}-{}", settings.name, SharedKind::ImageFunction.label())
}

/// The host of the function's URL, for a distribution: exports do not reach into other regions.
pub(crate) fn host(settings: &Settings) -> Text {
    if settings.region == CLOUDFRONT_REGION {
        Text::Import(format!("{}:function-host", stack_name(settings)))
    } else {
        Text::Ref(HOST_PARAMETER)
    }
}

/// The host of the bucket of variants, for a distribution.
pub(crate) fn variants_domain(settings: &Settings) -> Text {
    let (name, region) = (&settings.name, &settings.region);
    Text::filled(format!("{name}-variants-${{AWS::AccountId}}-{region}.s3.{region}.amazonaws.com"))
}

/// All of it; `originals` are the buckets that the function reads.
pub(crate) fn stack(settings: &Settings, originals: &BTreeSet<(String, String)>) -> Template {
    let mut draft = Draft::new("The function that makes pictures, and the bucket of variants");
    draft.parameter("ArchiveBucket", "The bucket in which the function's archive lies");
    draft.parameter("ArchiveKey", "The archive's key; another content has another key");
    variants(settings, &mut draft);
    image_events::queues(TIMEOUT, &mut draft);
    role(&mut draft);
    originals::allow_reading(originals, &mut draft);
    function(&mut draft);
    who_may_call(&mut draft);
    image_events::purge(&mut draft);
    draft.export(HOST_OUTPUT, "function-host", &Text::HostOf("FunctionUrl", "FunctionUrl"));
    draft.output("FunctionArn", &Text::Attribute("Function", "Arn"));
    draft.output("VariantsBucket", &Text::Ref("Variants"));
    draft.finish()
}

/// CloudFront may read and list the bucket: without listing, what is not there is a 403.
fn variants(settings: &Settings, draft: &mut Draft) {
    let name =
        Text::filled(format!("{}-variants-${{AWS::AccountId}}-${{AWS::Region}}", settings.name));
    draft.retained("Variants", &Bucket::private(name, VARIANT_DAYS));
    draft.resource(
        "VariantsPolicy",
        &BucketPolicy {
            bucket: Text::Ref("Variants"),
            policy_document: bucket_policy("Variants", &["s3:GetObject"]),
        },
    );
}

/// Lets the account's distributions do that with a bucket's objects, by TLS alone.
pub(crate) fn bucket_policy(bucket: &'static str, actions: &[&str]) -> Value {
    let arn = Text::Attribute(bucket, "Arn");
    let objects = Text::filled(format!("${{{bucket}.Arn}}/*"));
    document(&[
        json!({
            "Sid": "CloudFront",
            "Effect": "Allow",
            "Principal": { "Service": "cloudfront.amazonaws.com" },
            "Action": actions,
            "Resource": objects,
            "Condition": { "ArnLike": { "aws:SourceArn": distributions() } },
        }),
        json!({
            "Sid": "TlsAlone",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [arn, objects],
            "Condition": { "Bool": { "aws:SecureTransport": "false" } },
        }),
    ])
}

/// All distributions of the account: naming each would be more than a policy of Lambda may have.
fn distributions() -> Text {
    Text::filled("arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/*")
}

fn role(draft: &mut Draft) {
    let variants = [Text::filled("${Variants.Arn}/*")];
    let queue = [Text::Attribute("Avif", "Arn")];
    let statements = [
        allow(&["s3:GetObject", "s3:PutObject", "s3:DeleteObject"], &variants),
        allow(&["s3:ListBucket"], &[Text::Attribute("Variants", "Arn")]),
        allow(&["cloudfront:CreateInvalidation"], &[distributions()]),
        // Which lists them all, or none.
        allow(&["cloudfront:ListDistributions"], &["*".into()]),
        allow(
            &[
                "sqs:SendMessage",
                "sqs:ReceiveMessage",
                "sqs:DeleteMessage",
                "sqs:GetQueueAttributes",
            ],
            &queue,
        ),
        allow(&["sqs:SendMessage"], &[Text::Attribute("PurgeFailed", "Arn")]),
        allow(&["logs:CreateLogStream", "logs:PutLogEvents"], &[Text::filled("${Logs.Arn}")]),
    ];
    draft.resource(
        "Role",
        &Role {
            description: "What the function that makes pictures may do".to_owned(),
            assume_role_policy_document: assumed_by(&["lambda.amazonaws.com"]),
            policies: vec![InlinePolicy {
                policy_name: "pictures",
                policy_document: document(&statements),
            }],
        },
    );
}

fn function(draft: &mut Draft) {
    draft.resource(
        "Logs",
        &LogGroup {
            log_group_name: Text::filled("/aws/lambda/${AWS::StackName}"),
            retention_in_days: LOG_DAYS,
        },
    );
    let variables = BTreeMap::from([
        ("AVIF_QUEUE_URL", Text::Ref("Avif")),
        ("CACHE_TAG_HEADER", VARIANT_TAG_HEADER.into()),
        // Lambda has 4 KB for all variables: a list of the distributions does not fit.
        ("FIND_DISTRIBUTIONS", "true".into()),
        ("VARIANTS_BUCKET", Text::Ref("Variants")),
    ]);
    draft.resource(
        "Function",
        &Function {
            function_name: Text::STACK_NAME,
            description: "Makes pictures and stores them".to_owned(),
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
        "FunctionUrl",
        &Url {
            target_function_arn: Text::Attribute("Function", "Arn"),
            auth_type: "AWS_IAM",
            // Buffered answers end at 6 MB.
            invoke_mode: "RESPONSE_STREAM",
        },
    );
    draft.resource(
        "AvifTrigger",
        &EventSourceMapping {
            function_name: Text::Ref("Function"),
            event_source_arn: Text::Attribute("Avif", "Arn"),
            batch_size: 1,
            function_response_types: ["ReportBatchItemFailures"],
            scaling_config: ScalingConfig { maximum_concurrency: AVIF_CONCURRENCY },
        },
    );
}

/// Behind the URL nothing is verified again: CloudFront alone may call it, and needs both actions.
fn who_may_call(draft: &mut Draft) {
    let permission = |action| Permission {
        function_name: Text::Ref("Function"),
        action,
        principal: "cloudfront.amazonaws.com",
        source_arn: distributions(),
        source_account: None,
        function_url_auth_type: None,
        invoked_via_function_url: None,
    };
    draft.resource(
        "CloudFrontMayCallUrl",
        &Permission {
            function_url_auth_type: Some("AWS_IAM"),
            ..permission("lambda:InvokeFunctionUrl")
        },
    );
    draft.resource(
        "CloudFrontMayCall",
        &Permission { invoked_via_function_url: Some(true), ..permission("lambda:InvokeFunction") },
    );
}
