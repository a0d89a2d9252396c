//! The twin of `s3` in a build without it: a bucket cannot be an origin.

use edge_resizer::SourceFailure;

use super::{OriginPath, Original};
use crate::config::S3Keys;
use crate::error::SetupError;

/// Where objects are.
pub(super) struct Bucket {
    pub(super) name: String,
    pub(super) prefix: String,
    pub(super) region: Option<String>,
    pub(super) endpoint: Option<String>,
    pub(super) keys: Option<S3Keys>,
}

/// There is none.
#[derive(Debug)]
pub(super) enum S3Origin {}

impl S3Origin {
    pub(super) fn new(site: &str, bucket: Bucket) -> Result<Self, SetupError> {
        let Bucket { name: _, prefix: _, region: _, endpoint: _, keys: _ } = bucket;
        Err(SetupError::WithoutS3 { site: site.to_owned() })
    }

    #[expect(clippy::unused_async, reason = "its twin awaits")]
    pub(super) async fn get(&self, _: &OriginPath, _: u64) -> Result<Original, SourceFailure> {
        match *self {}
    }
}
