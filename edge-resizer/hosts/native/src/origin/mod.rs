//! Where originals come from: a folder, a bucket, another web server.
//!
//! Every origin answers the same question, [`Originals::get`], with a whole file within a bound in
//! bytes and a bound in time, or with a [`SourceFailure`].

mod folder;
mod http;
mod media_type;
mod path;

#[cfg(feature = "s3")]
mod s3;
#[cfg(not(feature = "s3"))]
#[path = "without_s3.rs"]
mod s3;

use std::time::Duration;

use bytes::Bytes;
use edge_resizer::{Fetched, Source, SourceFailure, SourceRef};
use fleet::{Origin, Site};

use crate::error::SetupError;
use crate::shared::Shared;
use folder::FolderOrigin;
use http::{HttpFetcher, HttpOrigin};
use s3::{Bucket, S3Origin};

pub(crate) use self::http::HttpClients;
pub(crate) use path::OriginPath;
#[cfg(feature = "lambda")]
pub(crate) use s3::client as s3_client;

/// A site's originals, and those of other hosts that its policy allows.
#[derive(Debug)]
pub(crate) struct Originals {
    own: Own,
    /// `None` where no other host is allowed.
    others: Option<HttpFetcher>,
    limit: u64,
    timeout: Duration,
}

#[derive(Debug)]
enum Own {
    Folder(FolderOrigin),
    Http(HttpOrigin),
    S3(S3Origin),
}

/// An original.
#[derive(Clone, Debug, Default)]
pub(crate) struct Original {
    /// The whole file.
    pub(crate) bytes: Bytes,
    /// What the origin says it is, or what its name says.
    pub(crate) media_type: Option<String>,
    /// With its quotes, and `W/` where it is weak.
    pub(crate) etag: Option<String>,
    /// As an HTTP date.
    pub(crate) last_modified: Option<String>,
    pub(crate) cache_control: Option<String>,
}

impl Original {
    /// What the core wants to know of it.
    fn source(&self) -> Source {
        Source {
            bytes: self.bytes.clone(),
            version: self.etag.clone().or_else(|| self.last_modified.clone()),
            cache_control: self.cache_control.clone(),
        }
    }
}

impl Originals {
    /// Connects a site to its origin. Nothing is asked of an S3 or HTTP origin yet.
    ///
    /// # Errors
    /// [`SetupError`] where the origin cannot be used.
    pub(crate) fn new(site: &Site, shared: &Shared) -> Result<Self, SetupError> {
        let hosts = &site.images.sources.hosts;
        let others = match hosts.as_slice() {
            [] => None,
            listed => Some(HttpFetcher::of_hosts(shared.http_clients(), listed)?),
        };
        Ok(Self {
            own: Own::new(site, shared)?,
            others,
            limit: site.images.limits.source_bytes,
            timeout: shared.config().fetch_timeout,
        })
    }

    /// The first of `sources` that exists.
    ///
    /// One that is refused counts as one that is not there, since S3 says 403 for an object that is
    /// not there to those who may not list the bucket
    /// (<https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html>). Where none exists,
    /// the answer is "refused" if any was.
    pub(crate) async fn first<'a>(&self, sources: impl Iterator<Item = &'a SourceRef>) -> Fetched {
        let mut failure = SourceFailure::NotFound;
        for (index, source) in sources.enumerate() {
            match self.get_source(source).await {
                Ok(original) => return Fetched::Found { index, source: original.source() },
                Err(SourceFailure::NotFound) => {}
                Err(SourceFailure::Denied) => failure = SourceFailure::Denied,
                Err(other) => return Fetched::Failed(other),
            }
        }
        Fetched::Failed(failure)
    }

    /// A file of the site's own origin.
    ///
    /// # Errors
    /// [`SourceFailure`].
    pub(crate) async fn get(&self, path: &OriginPath) -> Result<Original, SourceFailure> {
        self.in_time(async {
            match &self.own {
                Own::Folder(folder) => folder.get(path, self.limit).await,
                Own::Http(http) => http.get(path, self.limit).await,
                // The SDK's futures are large, and would make every other one as large.
                Own::S3(s3) => Box::pin(s3.get(path, self.limit)).await,
            }
        })
        .await
    }

    /// The version of an original as it is now; `None` where its origin would have to send it whole.
    ///
    /// # Errors
    /// [`SourceFailure`].
    #[cfg(feature = "lambda")]
    pub(crate) async fn version(
        &self,
        source: &SourceRef,
    ) -> Result<Option<String>, SourceFailure> {
        match (source, &self.own) {
            (SourceRef::Path(path), Own::S3(s3)) => {
                let path = OriginPath::from(path);
                let in_time = tokio::time::timeout(self.timeout, Box::pin(s3.version(&path))).await;
                in_time.unwrap_or(Err(SourceFailure::TimedOut))
            }
            _ => Ok(None),
        }
    }

    async fn get_source(&self, source: &SourceRef) -> Result<Original, SourceFailure> {
        match (source, &self.others) {
            (SourceRef::Path(path), _) => self.get(&OriginPath::from(path)).await,
            (SourceRef::Remote(remote), Some(others)) => {
                self.in_time(others.get_text(&remote.uri().to_string(), self.limit)).await
            }
            (SourceRef::Remote(_), None) => Err(SourceFailure::Forbidden),
        }
    }

    async fn in_time(
        &self,
        work: impl Future<Output = Result<Original, SourceFailure>>,
    ) -> Result<Original, SourceFailure> {
        tokio::time::timeout(self.timeout, work).await.unwrap_or(Err(SourceFailure::TimedOut))
    }
}

impl Own {
    fn new(site: &Site, shared: &Shared) -> Result<Self, SetupError> {
        match &site.origin {
            Origin::Folder(root) => FolderOrigin::new(&site.name, root).map(Self::Folder),
            Origin::Http { url, allow_private } => {
                HttpOrigin::new(&site.name, url, *allow_private, shared.http_clients())
                    .map(Self::Http)
            }
            Origin::S3 { bucket, prefix, region, endpoint, replicas: _ } => {
                let bucket = Bucket::new(bucket, prefix, region.as_deref(), endpoint.as_deref());
                let keys = shared.config().s3_keys.as_ref();
                S3Origin::new(&site.name, bucket, keys).map(Self::S3)
            }
        }
    }
}
