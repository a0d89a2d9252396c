//! Originals in a bucket of S3 or of a service that speaks its language.

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_s3::Client;
use aws_sdk_s3::config::Credentials;
use aws_sdk_s3::error::{DisplayErrorContext, SdkError};
use aws_sdk_s3::operation::get_object::{GetObjectError, GetObjectOutput};
use aws_sdk_s3::primitives::DateTimeFormat;
use bytes::{Bytes, BytesMut};
use edge_resizer::SourceFailure;
use tokio::sync::OnceCell;

use super::{OriginPath, Original, media_type};
use crate::config::S3Keys;
use crate::error::SetupError;

/// Where objects are.
#[derive(Clone, Debug)]
pub(super) struct Bucket {
    name: String,
    /// Put in front of every key.
    prefix: String,
    /// `None`: the environment's.
    region: Option<String>,
    /// `None`: AWS.
    endpoint: Option<String>,
}

impl Bucket {
    pub(super) fn new(
        name: &str,
        prefix: &str,
        region: Option<&str>,
        endpoint: Option<&str>,
    ) -> Self {
        Self {
            name: name.to_owned(),
            prefix: prefix.to_owned(),
            region: region.map(str::to_owned),
            endpoint: endpoint.map(str::to_owned),
        }
    }
}

/// A bucket, and the client that reads it, made for the first request.
#[derive(Debug)]
pub(super) struct S3Origin {
    bucket: Bucket,
    /// `None`: the environment's.
    keys: Option<S3Keys>,
    client: OnceCell<Client>,
}

impl S3Origin {
    #[expect(clippy::unnecessary_wraps, reason = "its twin in a build without S3 fails")]
    pub(super) fn new(
        _site: &str,
        bucket: Bucket,
        keys: Option<&S3Keys>,
    ) -> Result<Self, SetupError> {
        Ok(Self { bucket, keys: keys.cloned(), client: OnceCell::new() })
    }

    pub(super) async fn get(
        &self,
        path: &OriginPath,
        limit: u64,
    ) -> Result<Original, SourceFailure> {
        let file = path.file();
        let key = format!("{}{file}", self.bucket.prefix);
        let client = self.client.get_or_init(|| connect(&self.bucket, self.keys.as_ref())).await;
        let asked = client.get_object().bucket(&self.bucket.name).key(&key).send().await;
        let object = asked.map_err(|error| self.failure(&error))?;
        Ok(Original {
            media_type: media_type(&object, &file),
            etag: object.e_tag().map(str::to_owned),
            last_modified: object
                .last_modified()
                .and_then(|date| date.fmt(DateTimeFormat::HttpDate).ok()),
            cache_control: object.cache_control().map(str::to_owned),
            bytes: read_body(object, limit).await?,
        })
    }

    /// The tag of an object.
    #[cfg(feature = "lambda")]
    pub(super) async fn version(&self, path: &OriginPath) -> Result<Option<String>, SourceFailure> {
        let key = format!("{}{}", self.bucket.prefix, path.file());
        let client = self.client.get_or_init(|| connect(&self.bucket, self.keys.as_ref())).await;
        let asked = client.head_object().bucket(&self.bucket.name).key(&key).send().await;
        match asked {
            Ok(object) => Ok(object.e_tag().map(str::to_owned)),
            Err(error) => Err(match error.raw_response().map(|told| told.status().as_u16()) {
                Some(404) => SourceFailure::NotFound,
                Some(401 | 403) => SourceFailure::Denied,
                Some(status) => SourceFailure::Status(status),
                None => SourceFailure::Unreachable,
            }),
        }
    }

    fn failure(&self, error: &SdkError<GetObjectError>) -> SourceFailure {
        let status = error.raw_response().map(|response| response.status().as_u16());
        match status {
            // A bucket that is not there is a mistake in the set-up, not a missing photo.
            Some(404) if error.as_service_error().is_some_and(GetObjectError::is_no_such_key) => {
                return SourceFailure::NotFound;
            }
            Some(401 | 403) => return SourceFailure::Denied,
            Some(_) | None => {}
        }
        let (bucket, error) = (&self.bucket.name, DisplayErrorContext(error));
        tracing::warn!(bucket, %error, "Cannot read from the bucket");
        status.map_or(SourceFailure::Unreachable, SourceFailure::Status)
    }
}

/// Objects that were uploaded without a type have one of these, which tell nothing: the first from
/// AWS, the second from others.
const UNTOLD: [&str; 2] = ["binary/octet-stream", "application/octet-stream"];

fn media_type(object: &GetObjectOutput, file: &str) -> Option<String> {
    let told = object.content_type().filter(|told| !UNTOLD.contains(told));
    told.or_else(|| media_type::of_name(file)).map(str::to_owned)
}

/// Signatures name a region even where the service knows none.
const ANY_REGION: &str = "us-east-1";

async fn connect(bucket: &Bucket, keys: Option<&S3Keys>) -> Client {
    let mut loader = aws_config::defaults(BehaviorVersion::latest());
    if let Some(region) = &bucket.region {
        loader = loader.region(Region::new(region.clone()));
    }
    if let Some(keys) = keys {
        let S3Keys { access_key_id, secret_access_key } = keys;
        let keys = Credentials::new(access_key_id, secret_access_key, None, None, "given");
        loader = loader.credentials_provider(keys);
    }
    client(&loader.load().await, bucket.endpoint.as_deref())
}

/// A client of AWS, or of the service at `endpoint`.
pub(crate) fn client(common: &SdkConfig, endpoint: Option<&str>) -> Client {
    let mut config = aws_sdk_s3::config::Builder::from(common);
    if let Some(endpoint) = endpoint {
        // Few services but AWS have a host name for each bucket.
        config = config.endpoint_url(endpoint).force_path_style(true);
        if common.region().is_none() {
            config = config.region(Region::from_static(ANY_REGION));
        }
    }
    Client::from_conf(config.build())
}

/// Reads the body; stops at the first byte over the limit.
async fn read_body(mut object: GetObjectOutput, limit: u64) -> Result<Bytes, SourceFailure> {
    let too_large = SourceFailure::TooLarge { limit };
    let announced = object.content_length().and_then(|length| u64::try_from(length).ok());
    if announced.is_some_and(|length| length > limit) {
        return Err(too_large);
    }
    let mut body = BytesMut::new();
    while let Some(chunk) = object.body.next().await {
        let chunk = chunk.map_err(|_| SourceFailure::Unreachable)?;
        if (body.len() as u64).saturating_add(chunk.len() as u64) > limit {
            return Err(too_large);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}
