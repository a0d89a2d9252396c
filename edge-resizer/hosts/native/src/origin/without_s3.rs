//! The twin of `s3` in a build without it: a bucket cannot be an origin.

use edge_resizer::SourceFailure;

use super::{OriginPath, Original};
use crate::config::S3Keys;
use crate::error::SetupError;

/// Where objects would be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bucket;

impl Bucket {
    pub(super) fn new(_: &str, _: &str, _: Option<&str>, _: Option<&str>) -> Self {
        Self
    }
}

/// There is none.
#[derive(Debug)]
pub(super) enum S3Origin {}

impl S3Origin {
    pub(super) fn new(site: &str, _: Bucket, _: Option<&S3Keys>) -> Result<Self, SetupError> {
        Err(SetupError::WithoutS3 { site: site.to_owned() })
    }

    #[expect(clippy::unused_async, reason = "its twin awaits")]
    pub(super) async fn get(&self, _: &OriginPath, _: u64) -> Result<Original, SourceFailure> {
        match *self {}
    }
}
