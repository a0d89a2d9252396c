//! What Athena needs to answer questions about access logs: the catalog, a workgroup with a limit,
//! and a bucket for answers.

use fleet::Settings;
use serde_json::{Value, json};

use crate::name;
use crate::render::shared_stack;
use crate::resources::Text;
use crate::resources::athena::{
    Database, DatabaseInput, EncryptionConfiguration, EngineVersion, ResultConfiguration, Table,
    WorkGroup, WorkGroupConfiguration,
};
use crate::resources::iam::document;
use crate::resources::s3::{Bucket, BucketPolicy};
use crate::stack::{CLOUDFRONT_REGION, SharedKind, Stack};
use crate::template::{Draft, Template};

/// Days for which answers are kept: Athena takes one again for seven.
const DAYS: u32 = 30;

/// A catalog of logs, and what a question about them may read.
#[derive(Clone, Debug, PartialEq)]
pub struct Catalog {
    /// The database.
    pub database: String,
    /// Its tables and views, as Glue's `TableInput`.
    pub tables: Vec<Value>,
    /// Bytes that a question may read; Athena takes 10,000,000 and more.
    pub cutoff: u64,
}

/// The stack by which a fleet's logs are asked, `<fleet>-athena`. The workgroup in it has the same
/// name. It is where the bucket of logs is, and no part of the fleet's own deploy.
///
/// # Example
/// ```
/// let catalog = cloudformation::Catalog {
///     database: "shops_logs".to_owned(),
///     tables: vec![serde_json::json!({ "Name": "raw_w3c" })],
///     cutoff: 1 << 40,
/// };
/// let settings = fleet::Settings { name: "shops".to_owned(), ..fleet::Settings::default() };
/// let stack = cloudformation::athena(&catalog, &settings);
/// assert_eq!(stack.name, "shops-athena");
/// assert_eq!(stack.template.resource_count(), 5);
/// ```
pub fn athena(catalog: &Catalog, settings: &Settings) -> Stack {
    let name = format!("{}-{}", settings.name, SharedKind::Athena.label());
    shared_stack(name, SharedKind::Athena, template(catalog), CLOUDFRONT_REGION, settings)
}

fn template(catalog: &Catalog) -> Template {
    let mut draft = Draft::new("What Athena needs to answer questions about access logs");
    let bucket = Text::filled("${AWS::StackName}-${AWS::AccountId}");
    draft.retained("AnswerBucket", &Bucket::private(bucket, DAYS));
    draft.resource("AnswerBucketPolicy", &answer_bucket_policy());
    draft.resource("WorkGroup", &work_group(catalog.cutoff));
    let database = Database {
        catalog_id: Text::Ref("AWS::AccountId"),
        database_input: DatabaseInput {
            name: catalog.database.clone(),
            description: "Access logs of CloudFront",
        },
    };
    draft.resource("Database", &database);
    for table in &catalog.tables {
        let resource = Table {
            catalog_id: Text::Ref("AWS::AccountId"),
            database_name: Text::Ref("Database"),
            table_input: table.clone(),
        };
        let name = name::logical(table["Name"].as_str().unwrap_or_default());
        draft.resource(format!("Table{name}"), &resource);
    }
    draft.output("WorkGroup", &Text::Ref("WorkGroup"));
    draft.output("Database", &Text::Ref("Database"));
    draft.output("Answers", &Text::Ref("AnswerBucket"));
    draft.finish()
}

/// Nobody who asks in it writes answers elsewhere, in the clear, or reads more than the limit.
fn work_group(cutoff: u64) -> WorkGroup {
    WorkGroup {
        name: Text::STACK_NAME,
        description: "Questions about access logs",
        state: "ENABLED",
        work_group_configuration: WorkGroupConfiguration {
            bytes_scanned_cutoff_per_query: cutoff,
            enforce_work_group_configuration: true,
            engine_version: EngineVersion { selected_engine_version: "Athena engine version 3" },
            publish_cloud_watch_metrics_enabled: true,
            result_configuration: ResultConfiguration {
                encryption_configuration: EncryptionConfiguration { encryption_option: "SSE_S3" },
                expected_bucket_owner: Text::Ref("AWS::AccountId"),
                output_location: Text::filled("s3://${AnswerBucket}/athena/"),
            },
        },
    }
}

/// Answers go over TLS alone.
fn answer_bucket_policy() -> BucketPolicy {
    BucketPolicy {
        bucket: Text::Ref("AnswerBucket"),
        policy_document: document(&[json!({
            "Sid": "TlsAlone",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [
                Text::Attribute("AnswerBucket", "Arn"),
                Text::filled("${AnswerBucket.Arn}/*"),
            ],
            "Condition": { "Bool": { "aws:SecureTransport": "false" } },
        })]),
    }
}
