//! Why a server does not start.

use std::path::PathBuf;

/// Found out before the first request is answered.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SetupError {
    /// The folder of the disk cache cannot be made or read.
    #[error("cannot use {path} as a disk cache: {source}")]
    DiskCache {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Two sites claim one host name.
    #[error("the host name {domain} belongs to two sites, {first} and {second}")]
    DomainTaken {
        /// The host name.
        domain: String,
        /// A site's name.
        first: String,
        /// Another's.
        second: String,
    },
    /// The folder of a site's originals cannot be read.
    #[error("cannot use the folder {path} of the site {site}: {source}")]
    Folder {
        /// The site's name.
        site: String,
        /// The folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The HTTP client cannot be made, for want of root certificates, say.
    #[error("cannot set up the HTTP client: {0}")]
    HttpClient(#[from] reqwest::Error),
    /// The address of an HTTP origin is not of the form.
    #[error("the site {site} has an unusable origin `{url}`: {reason}")]
    OriginUrl {
        /// The site's name.
        site: String,
        /// What its origin says.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The site's originals are in a bucket, but this build cannot read one.
    #[error("the site {site} has its originals in S3, and this program is built without `s3`")]
    WithoutS3 {
        /// The site's name.
        site: String,
    },
}
