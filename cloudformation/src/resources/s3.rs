//! Buckets of S3.

use serde::Serialize;
use serde_json::Value;

use super::{Resource, Text};

/// A private bucket.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Bucket {
    pub(crate) bucket_name: Text,
    pub(crate) bucket_encryption: BucketEncryption,
    pub(crate) ownership_controls: OwnershipControls,
    pub(crate) public_access_block_configuration: PublicAccessBlock,
    pub(crate) lifecycle_configuration: LifecycleConfiguration,
}

impl Resource for Bucket {
    const TYPE: &'static str = "AWS::S3::Bucket";
}

impl Bucket {
    /// A bucket that only its owner has access to and whose objects go after `days`.
    pub(crate) fn private(name: Text, days: u32) -> Self {
        Self {
            bucket_name: name,
            bucket_encryption: BucketEncryption {
                server_side_encryption_configuration: [EncryptionRule {
                    server_side_encryption_by_default: EncryptionByDefault {
                        sse_algorithm: "AES256",
                    },
                }],
            },
            ownership_controls: OwnershipControls {
                rules: [OwnershipRule { object_ownership: "BucketOwnerEnforced" }],
            },
            public_access_block_configuration: PublicAccessBlock {
                block_public_acls: true,
                block_public_policy: true,
                ignore_public_acls: true,
                restrict_public_buckets: true,
            },
            lifecycle_configuration: LifecycleConfiguration {
                rules: vec![LifecycleRule {
                    id: "expire",
                    status: "Enabled",
                    expiration_in_days: days,
                    abort_incomplete_multipart_upload: AbortUpload { days_after_initiation: 1 },
                }],
            },
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct BucketEncryption {
    server_side_encryption_configuration: [EncryptionRule; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct EncryptionRule {
    server_side_encryption_by_default: EncryptionByDefault,
}

#[derive(Serialize)]
struct EncryptionByDefault {
    #[serde(rename = "SSEAlgorithm")]
    sse_algorithm: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct OwnershipControls {
    rules: [OwnershipRule; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct OwnershipRule {
    object_ownership: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct PublicAccessBlock {
    block_public_acls: bool,
    block_public_policy: bool,
    ignore_public_acls: bool,
    restrict_public_buckets: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct LifecycleConfiguration {
    rules: Vec<LifecycleRule>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct LifecycleRule {
    id: &'static str,
    status: &'static str,
    expiration_in_days: u32,
    abort_incomplete_multipart_upload: AbortUpload,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct AbortUpload {
    days_after_initiation: u32,
}

/// Who may do what with a bucket.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct BucketPolicy {
    pub(crate) bucket: Text,
    pub(crate) policy_document: Value,
}

impl Resource for BucketPolicy {
    const TYPE: &'static str = "AWS::S3::BucketPolicy";
}
