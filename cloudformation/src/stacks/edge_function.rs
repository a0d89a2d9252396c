//! The function that makes pictures in Lambda@Edge, and the bucket of what is too large for an
//! answer. `docs/lambda-edge.md` says what each setting is for.

use std::collections::BTreeSet;

use fleet::Settings;

use super::image_function::bucket_policy;
use super::originals;
use crate::resources::Text;
use crate::resources::iam::{InlinePolicy, Role, allow, assumed_by, document};
use crate::resources::lambda::{Code, Function, Version};
use crate::resources::s3::{Bucket, BucketPolicy};
use crate::stack::SharedKind;
use crate::template::{Draft, Template};

/// The parameter of a distribution for the function's version. An export could not change while a
/// site uses it, and sites change versions wave by wave.
pub(crate) const PARAMETER: &str = "EdgeFunctionArn";
/// The output that tells the version.
pub(crate) const OUTPUT: &str = "VersionArn";

/// Megabytes.
const MEMORY: u32 = 1_024;
/// Seconds: the most that Lambda@Edge has for requests to origins.
const TIMEOUT: u32 = 30;
/// Days after which a picture that did not fit into an answer goes.
const SPILLED_DAYS: u32 = 7;

/// The name of the fleet's stack of the function.
pub(crate) fn stack_name(settings: &Settings) -> String {
    format!("{}-{}", settings.name, SharedKind::EdgeFunction.label())
}

/// The host of the bucket of what was too large, for a distribution.
pub(crate) fn spilled_domain(settings: &Settings) -> Text {
    Text::filled(format!(
        "{}-spilled-${{AWS::AccountId}}.s3.us-east-1.amazonaws.com",
        settings.name
    ))
}

/// All of it; `originals` are the buckets that the function reads.
pub(crate) fn stack(settings: &Settings, originals: &BTreeSet<(String, String)>) -> Template {
    let mut draft = Draft::new("The function that makes pictures in Lambda@Edge");
    draft.parameter("ArchiveBucket", "The bucket in which the function's archive lies");
    draft.parameter("ArchiveKey", "The archive's key; another content has another key");
    draft.parameter("ArchiveSha256", "The archive's SHA-256 in base64: another one, a new version");
    let name = Text::filled(format!("{}-spilled-${{AWS::AccountId}}", settings.name));
    draft.retained("Spilled", &Bucket::private(name, SPILLED_DAYS));
    draft.resource(
        "SpilledPolicy",
        &BucketPolicy {
            bucket: Text::Ref("Spilled"),
            policy_document: bucket_policy("Spilled", &["s3:GetObject"]),
        },
    );
    role(&mut draft);
    originals::allow_reading(originals, &mut draft);
    draft.resource("Function", &function());
    // Its copies at the edge go hours after the last distribution let go of it.
    draft.retained(
        "Version",
        &Version {
            function_name: Text::Ref("Function"),
            code_sha256: Text::Ref("ArchiveSha256"),
            description: "Distributions use a version, never the function itself".to_owned(),
        },
    );
    draft.output(OUTPUT, &Text::Ref("Version"));
    draft.output("SpilledBucket", &Text::Ref("Spilled"));
    draft.finish()
}

/// Logs are written in the region in which the function ran.
fn role(draft: &mut Draft) {
    let logs = "arn:${AWS::Partition}:logs:*:${AWS::AccountId}:log-group:\
                /aws/lambda/us-east-1.${AWS::StackName}:*";
    let statements = [
        allow(&["s3:PutObject"], &[Text::filled("${Spilled.Arn}/_spilled/*")]),
        allow(
            &["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
            &[Text::filled(logs)],
        ),
    ];
    draft.resource(
        "Role",
        &Role {
            description: "What the function that makes pictures at the edge may do".to_owned(),
            assume_role_policy_document: assumed_by(&[
                "edgelambda.amazonaws.com",
                "lambda.amazonaws.com",
            ]),
            policies: vec![InlinePolicy {
                policy_name: "pictures",
                policy_document: document(&statements),
            }],
        },
    );
}

/// No environment, no arm64: Lambda@Edge has neither.
fn function() -> Function {
    Function {
        function_name: Text::STACK_NAME,
        description: "Makes pictures".to_owned(),
        runtime: "nodejs22.x",
        architectures: ["x86_64"],
        handler: "handler.handler",
        code: Code { s3_bucket: Text::Ref("ArchiveBucket"), s3_key: Text::Ref("ArchiveKey") },
        memory_size: MEMORY,
        timeout: TIMEOUT,
        role: Text::Attribute("Role", "Arn"),
        environment: None,
        logging_config: None,
        tracing_config: None,
    }
}
