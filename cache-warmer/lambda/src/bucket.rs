//! The bucket in which runs are kept.

use std::path::Path;

use anyhow::Context as _;
use aws_sdk_s3::Client;
use aws_sdk_s3::error::ProvideErrorMetadata;
use aws_sdk_s3::primitives::ByteStream;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A bucket, and what the names of objects in it begin with.
#[derive(Clone, Debug)]
pub(crate) struct Bucket {
    client: Client,
    name: String,
    prefix: String,
}

impl Bucket {
    pub(crate) fn new(client: Client, name: String, prefix: String) -> Self {
        Self { client, name, prefix }
    }

    /// An object; `None` where there is none.
    pub(crate) async fn get(&self, key: &str) -> anyhow::Result<Option<Vec<u8>>> {
        read(&self.client, &self.name, &self.key(key)).await
    }

    /// An object of JSON.
    pub(crate) async fn json<T: DeserializeOwned>(&self, key: &str) -> anyhow::Result<Option<T>> {
        let Some(bytes) = self.get(key).await? else { return Ok(None) };
        let value = serde_json::from_slice(&bytes);
        value.map(Some).with_context(|| format!("reading {}", self.told(key)))
    }

    /// Whether there is an object.
    pub(crate) async fn has(&self, key: &str) -> anyhow::Result<bool> {
        Ok(self.list(key).await?.contains(&key.to_owned()))
    }

    /// Writes an object.
    pub(crate) async fn put(
        &self,
        key: &str,
        content_type: &str,
        bytes: Vec<u8>,
    ) -> anyhow::Result<()> {
        let put = self.client.put_object().bucket(&self.name).key(self.key(key));
        let put = put.content_type(content_type).body(ByteStream::from(bytes));
        put.send().await.with_context(|| format!("writing {}", self.told(key)))?;
        Ok(())
    }

    /// Writes an object of JSON.
    pub(crate) async fn put_json(&self, key: &str, value: &impl Serialize) -> anyhow::Result<()> {
        self.put(key, "application/json", serde_json::to_vec(value)?).await
    }

    /// Writes a file.
    pub(crate) async fn put_file(&self, key: &str, file: &Path) -> anyhow::Result<()> {
        let bytes = std::fs::read(file).with_context(|| format!("reading {}", file.display()))?;
        self.put(key, "text/plain; charset=utf-8", bytes).await
    }

    /// The names of objects that begin so, in order.
    pub(crate) async fn list(&self, begin: &str) -> anyhow::Result<Vec<String>> {
        let list = self.client.list_objects_v2().bucket(&self.name).prefix(self.key(begin));
        let mut pages = list.into_paginator().send();
        let mut keys = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.with_context(|| format!("listing {}", self.told(begin)))?;
            let found = page.contents().iter().filter_map(|object| object.key());
            keys.extend(found.filter_map(|key| key.strip_prefix(&self.prefix)).map(str::to_owned));
        }
        Ok(keys)
    }

    fn key(&self, key: &str) -> String {
        format!("{}{key}", self.prefix)
    }

    fn told(&self, key: &str) -> String {
        format!("s3://{}/{}", self.name, self.key(key))
    }
}

/// An object of any bucket; `None` where there is none.
pub(crate) async fn read(
    client: &Client,
    bucket: &str,
    key: &str,
) -> anyhow::Result<Option<Vec<u8>>> {
    let doing = || format!("reading s3://{bucket}/{key}");
    let object = match client.get_object().bucket(bucket).key(key).send().await {
        Ok(object) => object,
        Err(error) if error.code() == Some("NoSuchKey") => return Ok(None),
        Err(error) => return Err(error).with_context(doing),
    };
    let bytes = object.body.collect().await.with_context(doing)?;
    Ok(Some(bytes.to_vec()))
}
