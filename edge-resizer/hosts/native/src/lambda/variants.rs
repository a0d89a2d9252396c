//! The bucket of variants, which CloudFront asks before this function.

use std::fmt;

use aws_config::{Region, SdkConfig};
use aws_sdk_s3::Client;
use aws_sdk_s3::error::{DisplayErrorContext, SdkError};
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{Delete, ObjectIdentifier};
use bytes::Bytes;
use edge_resizer::SourceRef;
use fleet::Site;
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, StatusCode};

use super::settings::LambdaSettings;
use crate::cache::lifetime;
use crate::origin::s3_client;
use crate::served::{MadeFrom, Served};
use crate::site::SiteService;

/// Bytes of an object's name, <https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html>.
const LONGEST_NAME: usize = 1024;
/// Bytes of an original's version that are kept: all metadata together may have 2 KB.
const LONGEST_VERSION: usize = 256;

pub(super) const RECIPE: HeaderName = HeaderName::from_static("x-resizer-recipe");
const FALLBACK: HeaderName = HeaderName::from_static("x-resizer-fallback");

/// The bucket. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Variants {
    client: Client,
    bucket: String,
    tag_metadata: String,
}

/// An object to store.
#[derive(Clone, Debug)]
pub(crate) struct Variant {
    name: String,
    body: Bytes,
    headers: HeaderMap,
    original: MadeFrom,
    tag_header: String,
}

/// Why an answer is not stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotStored {
    /// It is no picture, or was made from no original.
    NotAVariant,
    /// It is an error, or not what was asked for.
    NotAsAsked,
    /// It is not to be kept, or shortly.
    ShortLived,
    /// It has a header that S3 would not give back.
    LosesHeader,
    /// Its name is longer than S3 allows.
    NameTooLong,
}

impl fmt::Display for NotStored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotAVariant => "no: not a variant",
            Self::NotAsAsked => "no: not as asked",
            Self::ShortLived => "no: short-lived",
            Self::LosesHeader => "no: a header would be lost",
            Self::NameTooLong => "no: the name is too long",
        })
    }
}

/// The name of a variant's object: its path behind the viewer function, decoded and without its
/// leading `/`.
fn object_name(site: &str, key: &str) -> String {
    format!("_variants/{site}/{key}")
}

impl Variant {
    /// The object for a whole answer.
    ///
    /// # Errors
    /// [`NotStored`].
    pub(crate) fn of(site: &Site, served: &Served) -> Result<Self, NotStored> {
        let (Some(key), Some(original)) = (&served.variant_key, &served.original) else {
            return Err(NotStored::NotAVariant);
        };
        let headers = &served.response.headers;
        if served.response.status != StatusCode::OK || headers.contains_key(FALLBACK) {
            return Err(NotStored::NotAsAsked);
        }
        let caching = &site.images.caching;
        if lifetime(headers) < u64::from(caching.min_age.min(caching.max_age)).max(1) {
            return Err(NotStored::ShortLived);
        }
        if headers.contains_key(CONTENT_SECURITY_POLICY) {
            return Err(NotStored::LosesHeader);
        }
        let name = object_name(&site.name, key);
        if name.len() > LONGEST_NAME {
            return Err(NotStored::NameTooLong);
        }
        Ok(Self {
            name,
            body: served.response.body.clone(),
            headers: headers.clone(),
            original: original.clone(),
            tag_header: caching.tag_header.clone(),
        })
    }

    /// The original's version, where it fits into metadata.
    fn version(&self) -> Option<String> {
        let version = self.original.version.clone();
        version.filter(|version| version.len() <= LONGEST_VERSION && version.is_ascii())
    }

    fn header(&self, name: impl http::header::AsHeaderName) -> Option<String> {
        let value = self.headers.get(name)?;
        value.to_str().ok().map(str::to_owned)
    }
}

impl Variants {
    pub(crate) fn new(settings: &LambdaSettings, common: &SdkConfig) -> Self {
        let region = settings.variants_region.clone().map(Region::new);
        let common = match region {
            Some(region) => common.to_builder().region(region).build(),
            None => common.clone(),
        };
        Self {
            client: s3_client(&common, settings.variants_endpoint.as_deref()),
            bucket: settings.variants_bucket.clone(),
            tag_metadata: settings.cache_tag_metadata().to_owned(),
        }
    }

    /// Stores a variant, unless its original has changed meanwhile: then whoever purged the variants
    /// of the old one may have been here before it was stored.
    ///
    /// # Errors
    /// What S3 says.
    pub(crate) async fn store(&self, variant: Variant, site: &SiteService) -> anyhow::Result<()> {
        let (name, original) = (variant.name.clone(), variant.original.clone());
        self.put(variant).await?;
        if site.has_changed(&original).await {
            tracing::info!(site = site.site().name, "The original changed, its variant is deleted");
            let delete = self.client.delete_object().bucket(&self.bucket).key(name);
            Box::pin(delete.send()).await.map_err(|error| told("deleting a variant", &error))?;
        }
        Ok(())
    }

    /// Puts an object. One that is there is replaced: those who make the same one at the same time
    /// make the same bytes, and of two versions of an original the newer one is made later.
    async fn put(&self, variant: Variant) -> anyhow::Result<()> {
        let put = self
            .client
            .put_object()
            .bucket(&self.bucket)
            .key(&variant.name)
            .set_content_type(variant.header(CONTENT_TYPE))
            .set_cache_control(variant.header(CACHE_CONTROL))
            .set_content_disposition(variant.header(CONTENT_DISPOSITION))
            .set_metadata(Some(
                [
                    ("recipe", variant.header(RECIPE)),
                    (self.tag_metadata.as_str(), variant.header(variant.tag_header.as_str())),
                    ("source-etag", variant.version()),
                ]
                .into_iter()
                .filter_map(|(name, value)| Some((name.to_owned(), value?)))
                .collect(),
            ))
            .body(ByteStream::from(variant.body));
        // The SDK's futures are large, and would make every other one as large.
        Box::pin(put.send()).await.map_err(|error| told("storing a variant", &error))?;
        Ok(())
    }

    /// Whether a variant is stored.
    ///
    /// # Errors
    /// What S3 says.
    pub(crate) async fn has(&self, site: &str, key: &str) -> anyhow::Result<bool> {
        let head = self.client.head_object().bucket(&self.bucket).key(object_name(site, key));
        match Box::pin(head.send()).await {
            Ok(_) => Ok(true),
            // 403 is what S3 says of an object that is not there to who may not list the bucket.
            Err(error) if matches!(status(&error), Some(403 | 404)) => Ok(false),
            Err(error) => Err(told("looking for a variant", &error)),
        }
    }

    /// Deletes every variant of an original of a site, in every version that its URLs name
    /// (`a.jpg?v=1`), and says how many there were.
    ///
    /// # Errors
    /// What S3 says.
    pub(crate) async fn delete(&self, site: &str, original: &SourceRef) -> anyhow::Result<usize> {
        let original = original.to_string();
        let name = object_name(site, original.trim_start_matches('/'));
        let mut deleted = 0;
        for prefix in [format!("{name}/"), format!("{name}?")] {
            deleted += self.delete_below(&prefix).await?;
        }
        Ok(deleted)
    }

    /// A page of a listing has up to 1,000 names, which is what one deletion takes.
    async fn delete_below(&self, prefix: &str) -> anyhow::Result<usize> {
        let mut deleted = 0;
        let list = self.client.list_objects_v2().bucket(&self.bucket).prefix(prefix);
        let mut pages = list.into_paginator().send();
        while let Some(page) = Box::pin(pages.next()).await {
            let page = page.map_err(|error| told("listing variants", &error))?;
            let names = page.contents().iter().filter_map(|object| object.key());
            let names = names.map(|name| ObjectIdentifier::builder().key(name).build());
            let names = names.collect::<Result<Vec<_>, _>>()?;
            if names.is_empty() {
                continue;
            }
            deleted += names.len();
            let delete = Delete::builder().set_objects(Some(names)).quiet(true).build()?;
            let delete = self.client.delete_objects().bucket(&self.bucket).delete(delete);
            let answer = Box::pin(delete.send()).await;
            let answer = answer.map_err(|error| told("deleting variants", &error))?;
            if let Some(error) = answer.errors().first() {
                anyhow::bail!(
                    "deleting {} of {prefix}…: {} {}",
                    answer.errors().len(),
                    error.code().unwrap_or_default(),
                    error.message().unwrap_or_default()
                );
            }
        }
        Ok(deleted)
    }

    /// Whether an object is one of these, for who has originals and variants in one bucket.
    pub(crate) fn holds(&self, bucket: &str, key: &str) -> bool {
        bucket == self.bucket && key.starts_with("_variants/")
    }
}

fn status<E>(error: &SdkError<E>) -> Option<u16> {
    error.raw_response().map(|response| response.status().as_u16())
}

/// An error with all its causes, in one line.
pub(crate) fn told<E: std::error::Error>(doing: &str, error: &E) -> anyhow::Error {
    anyhow::anyhow!("{doing}: {}", DisplayErrorContext(error))
}

#[cfg(test)]
mod tests {
    use edge_resizer::{Policy, Request, Step, accept};
    use percent_encoding::percent_decode_str;

    use super::*;

    /// S3 takes the path that CloudFront passes on, and decodes it.
    #[test]
    fn objects_are_where_cloudfront_asks_for_them() {
        for url in [
            "/cdn-cgi/image/w=400,format=auto/photos/cup.jpg",
            "/cdn-cgi/image/anim=true/gr%C3%BCn%20%231%25.jpg?v=1&x=%26+a",
            "/photos/cup_400x400.jpg?v=17",
        ] {
            let step = accept(&Request::get(url), &Policy::default());
            let Step::Fetch(job) = step else { panic!("{url}: {step:?}") };
            let path = job.edge_path("shop");
            let path = path.split_once('?').map_or(path.as_str(), |(path, _)| path);
            let decoded = percent_decode_str(path).decode_utf8().unwrap();
            assert_eq!(format!("/{}", object_name("shop", job.variant_key())), decoded, "{url}");
        }
    }
}
