//! Access logs: the bucket of the fleet, and the way of each distribution to it.

use std::collections::BTreeSet;

use fleet::Settings;
use fleet::delivery::{LogFormat, Logs};
use serde_json::json;

use crate::name;
use crate::resources::Text;
use crate::resources::iam::document;
use crate::resources::logs::{Delivery, DeliveryDestination, DeliverySource};
use crate::resources::s3::{Bucket, BucketPolicy};
use crate::stack::SharedKind;
use crate::template::{Draft, Template};

/// Days for which logs are kept.
const DAYS: u32 = 400;
/// Characters of a name of CloudWatch Logs' deliveries.
const NAME_LIMIT: usize = 60;

/// The name of the fleet's stack of logs.
pub(crate) fn stack_name(settings: &Settings) -> String {
    format!("{}-{}", settings.name, SharedKind::Logs.label())
}

/// The bucket, and a destination in it for each format that a site uses.
pub(crate) fn stack(formats: &BTreeSet<&'static str>) -> Template {
    let mut draft = Draft::new("The bucket of access logs");
    let name = Text::filled("${AWS::StackName}-${AWS::AccountId}");
    draft.retained("LogBucket", &Bucket::private(name, DAYS));
    draft.resource("LogBucketPolicy", &bucket_policy());
    for format in formats {
        let resource = format!("Destination{}", name::logical(format));
        let destination = DeliveryDestination {
            name: Text::filled(format!("${{AWS::StackName}}-{format}")),
            output_format: format,
            destination_resource_arn: Text::Attribute("LogBucket", "Arn"),
        };
        draft.resource_after(resource, &destination, &["LogBucketPolicy"]);
        draft.export(
            &format!("{}Arn", name::logical(format)),
            format,
            &Text::Attribute(destination_name(format), "Arn"),
        );
    }
    draft.output("Bucket", &Text::Ref("LogBucket"));
    draft.finish()
}

/// A name of a site's source that is short enough.
pub(crate) fn source_name(settings: &Settings, site: &str) -> Text {
    name::at_most(&format!("{}-{site}", settings.name), NAME_LIMIT).into()
}

/// Adds the way of the template's distribution to the fleet's bucket; its files are under `prefix`.
pub(crate) fn add(logs: &Logs, settings: &Settings, name: Text, prefix: &str, draft: &mut Draft) {
    if !logs.enabled {
        return;
    }
    let source = DeliverySource {
        name,
        log_type: "ACCESS_LOGS",
        resource_arn: Text::filled(
            "arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/${Distribution}",
        ),
    };
    draft.resource("LogSource", &source);
    let format = format_name(logs.format);
    let delivery = Delivery {
        delivery_source_name: Text::Ref("LogSource"),
        delivery_destination_arn: Text::Import(format!("{}:{format}", stack_name(settings))),
        record_fields: logs.fields.clone(),
        field_delimiter: (logs.format == LogFormat::Plain).then_some("\t"),
        s3_suffix_path: format!("{prefix}/{}", logs.partition),
        s3_enable_hive_compatible_path: false,
    };
    draft.resource("LogDelivery", &delivery);
}

/// What AWS calls a format.
pub(crate) fn format_name(format: LogFormat) -> &'static str {
    match format {
        LogFormat::W3c => "w3c",
        LogFormat::Plain => "plain",
        LogFormat::Json => "json",
        LogFormat::Parquet => "parquet",
    }
}

fn destination_name(format: &str) -> &'static str {
    match format {
        "w3c" => "DestinationW3c",
        "plain" => "DestinationPlain",
        "json" => "DestinationJson",
        _ => "DestinationParquet",
    }
}

/// Logs come from AWS's delivery for this account alone, and by TLS.
fn bucket_policy() -> BucketPolicy {
    let bucket = Text::Attribute("LogBucket", "Arn");
    let objects = Text::filled("${LogBucket.Arn}/*");
    BucketPolicy {
        bucket: Text::Ref("LogBucket"),
        policy_document: document(&[
            json!({
                "Sid": "Delivery",
                "Effect": "Allow",
                "Principal": { "Service": "delivery.logs.amazonaws.com" },
                "Action": "s3:PutObject",
                "Resource": objects,
                "Condition": {
                    "StringEquals": {
                        "aws:SourceAccount": Text::Ref("AWS::AccountId"),
                        "s3:x-amz-acl": "bucket-owner-full-control",
                    },
                    "ArnLike": { "aws:SourceArn": Text::filled(
                        "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:delivery-source:*",
                    ) },
                },
            }),
            json!({
                "Sid": "TlsAlone",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:*",
                "Resource": [bucket, objects],
                "Condition": { "Bool": { "aws:SecureTransport": "false" } },
            }),
        ]),
    }
}
