//! A bucket as a store of JSON documents, written so that two writers notice each other.

use aws_sdk_s3::Client;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::operation::head_bucket::HeadBucketError;
use aws_sdk_s3::operation::put_object::PutObjectError;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{BucketVersioningStatus, VersioningConfiguration};
use serde::Serialize;
use serde::de::DeserializeOwned;

use anyhow::Context as _;

use super::told;

/// A bucket of state.
#[derive(Clone, Debug)]
pub(crate) struct Store {
    s3: Client,
    bucket: String,
    /// The URL of the bucket.
    base: String,
}

/// When a document may be written.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Condition<'a> {
    /// Always.
    Always,
    /// While there is none.
    Absent,
    /// While it is still the one with this tag.
    Unchanged(&'a str),
}

impl Store {
    pub(super) fn new(s3: Client, bucket: &str, endpoint: Option<&str>) -> Self {
        let base = match endpoint {
            Some(endpoint) => format!("{}/{bucket}", endpoint.trim_end_matches('/')),
            None => format!("https://{bucket}.s3.amazonaws.com"),
        };
        Self { s3, bucket: bucket.to_owned(), base }
    }

    /// Its name.
    pub(crate) fn bucket(&self) -> &str {
        &self.bucket
    }

    /// Makes the bucket where there is none: private, encrypted (S3 does both by itself), versioned.
    pub(crate) async fn create(&self) -> anyhow::Result<()> {
        let Err(error) = self.s3.head_bucket().bucket(&self.bucket).send().await else {
            return Ok(());
        };
        if !error.as_service_error().is_some_and(HeadBucketError::is_not_found) {
            return Err(told(&format!("looking for the bucket {}", self.bucket), error));
        }
        let created = self.s3.create_bucket().bucket(&self.bucket).send().await;
        if let Err(error) = created
            && error.code() != Some("BucketAlreadyOwnedByYou")
        {
            return Err(told(&format!("making the bucket {}", self.bucket), error));
        }
        let versioning =
            VersioningConfiguration::builder().status(BucketVersioningStatus::Enabled).build();
        let request = self.s3.put_bucket_versioning().bucket(&self.bucket);
        let versioned = request.versioning_configuration(versioning).send().await;
        versioned
            .map_err(|error| told(&format!("versioning the bucket {}", self.bucket), error))?;
        Ok(())
    }

    /// A document and the tag of its state; `None` where there is none, nor a bucket.
    pub(crate) async fn read<T: DeserializeOwned>(
        &self,
        key: &str,
    ) -> anyhow::Result<Option<(T, String)>> {
        let object = match self.s3.get_object().bucket(&self.bucket).key(key).send().await {
            Ok(object) => object,
            Err(error) if matches!(error.code(), Some("NoSuchKey" | "NoSuchBucket")) => {
                return Ok(None);
            }
            Err(error) => return Err(told(&format!("reading {}", self.place(key)), error)),
        };
        let tag = object.e_tag.clone().unwrap_or_default();
        let body = object.body.collect().await;
        let bytes = body.with_context(|| format!("reading {}", self.place(key)))?.into_bytes();
        let document = serde_json::from_slice(&bytes)
            .with_context(|| format!("{} is not what this version wrote", self.place(key)))?;
        Ok(Some((document, tag)))
    }

    /// Writes a document; the tag of its new state, or `None` where the condition does not hold.
    pub(crate) async fn write<T: Serialize + Sync>(
        &self,
        key: &str,
        document: &T,
        condition: Condition<'_>,
    ) -> anyhow::Result<Option<String>> {
        let body = serde_json::to_vec(document)?;
        let put = self.s3.put_object().bucket(&self.bucket).key(key);
        let put = match condition {
            Condition::Always => put,
            Condition::Absent => put.if_none_match("*"),
            Condition::Unchanged(tag) => put.if_match(tag),
        };
        let put = put.content_type("application/json").body(ByteStream::from(body));
        match put.send().await {
            Ok(put) => Ok(Some(put.e_tag.unwrap_or_default())),
            Err(error) if is_conflict(&error) => Ok(None),
            Err(error) => Err(told(&format!("writing {}", self.place(key)), error)),
        }
    }

    /// Puts a file there.
    pub(crate) async fn put(&self, key: &str, bytes: Vec<u8>) -> anyhow::Result<()> {
        let put = self.s3.put_object().bucket(&self.bucket).key(key);
        let sent = put.body(ByteStream::from(bytes)).send().await;
        sent.map_err(|error| told(&format!("writing {}", self.place(key)), error))?;
        Ok(())
    }

    /// Takes a document away, which need not be there.
    pub(crate) async fn remove(&self, key: &str) -> anyhow::Result<()> {
        let removed = self.s3.delete_object().bucket(&self.bucket).key(key).send().await;
        removed.map_err(|error| told(&format!("removing {}", self.place(key)), error))?;
        Ok(())
    }

    /// The keys that begin so, in order.
    pub(crate) async fn list(&self, prefix: &str) -> anyhow::Result<Vec<String>> {
        let mut keys = Vec::new();
        let request = self.s3.list_objects_v2().bucket(&self.bucket).prefix(prefix);
        let mut pages = request.into_paginator().send();
        while let Some(page) = pages.next().await {
            match page {
                Ok(page) => keys.extend(page.contents.into_iter().flatten().filter_map(|o| o.key)),
                Err(error) if error.code() == Some("NoSuchBucket") => break,
                Err(error) => return Err(told(&format!("listing {}", self.place(prefix)), error)),
            }
        }
        keys.sort_unstable();
        Ok(keys)
    }

    /// The URL that CloudFormation reads a document under.
    pub(crate) fn url(&self, key: &str) -> String {
        format!("{}/{key}", self.base)
    }

    fn place(&self, key: &str) -> String {
        format!("s3://{}/{key}", self.bucket)
    }
}

/// Whether the condition of a write does not hold: somebody else was there first.
fn is_conflict<R>(error: &SdkError<PutObjectError, R>) -> bool {
    matches!(error.code(), Some("PreconditionFailed" | "ConditionalRequestConflict"))
}
