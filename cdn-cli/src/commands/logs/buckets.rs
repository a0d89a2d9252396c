//! Buckets of S3, or of whatever speaks its protocol, reached as the AWS CLI would reach them.

use std::collections::BTreeMap;
use std::env;
use std::sync::Arc;

use anyhow::Context as _;
use async_trait::async_trait;
use aws_config::{BehaviorVersion, SdkConfig};
use aws_credential_types::provider::{ProvideCredentials as _, SharedCredentialsProvider};
use log_analytics::{Bucket, Input, InputError, S3Url};
use object_store::aws::{AmazonS3Builder, AwsCredential, resolve_bucket_region};
use object_store::{ClientOptions, CredentialProvider, Error};

use crate::cli::AwsArgs;
use crate::hints::Hinted;

/// Where the region of a bucket cannot be asked for and nothing says which it is.
const DEFAULT_REGION: &str = "us-east-1";

/// Finds the objects of all that is wanted of buckets, but those whose names tell that they are of
/// another time.
pub(super) async fn find(
    wanted: &[String],
    between: (i64, i64),
    args: &AwsArgs,
) -> anyhow::Result<Vec<Input>> {
    let wanted: Vec<S3Url> = wanted.iter().filter_map(|one| S3Url::parse(one)).collect();
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let account = Account::of(args).await?;
    let mut buckets = BTreeMap::new();
    let mut found = Vec::new();
    for S3Url { bucket: name, rest } in wanted {
        if !buckets.contains_key(&name) {
            buckets.insert(name.clone(), account.bucket(&name).await?);
        }
        let hint = "needed are s3:ListBucket on the bucket and s3:GetObject on its objects; \
                    --profile and --endpoint-url say whose bucket it is";
        let objects = buckets[&name].find(&rest, between).await;
        found.extend(objects.map_err(|error| Hinted::error(short(&error), hint))?);
    }
    Ok(found)
}

/// What S3 says of what went wrong, where it says so: `NoSuchBucket: The specified bucket does not exist`.
fn short(error: &InputError) -> String {
    let whole = error.to_string();
    let told = |tag: &str| {
        let (_, rest) = whole.split_once(&format!("<{tag}>"))?;
        Some(rest.split_once(&format!("</{tag}>"))?.0.to_owned())
    };
    match (error, told("Code"), told("Message")) {
        (InputError::Bucket { url, .. }, Some(code), Some(message)) => {
            format!("{url}: {code}: {message}")
        }
        _ => whole,
    }
}

/// Who asks, and whom.
struct Account {
    config: SdkConfig,
    credentials: Arc<Credentials>,
    /// Another address than AWS's.
    endpoint: Option<String>,
}

impl Account {
    async fn of(args: &AwsArgs) -> anyhow::Result<Self> {
        let mut loader = aws_config::defaults(BehaviorVersion::latest());
        if let Some(profile) = &args.profile {
            loader = loader.profile_name(profile);
        }
        let config = loader.load().await;
        let provider = config.credentials_provider().context("no credentials are configured")?;
        let of_s3 = env::var("AWS_ENDPOINT_URL_S3").ok();
        let endpoint = args
            .endpoint_url
            .clone()
            .or(of_s3)
            .or_else(|| config.endpoint_url().map(str::to_owned));
        Ok(Self { config, credentials: Arc::new(Credentials(provider)), endpoint })
    }

    async fn bucket(&self, name: &str) -> anyhow::Result<Bucket> {
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(name)
            .with_credentials(Arc::clone(&self.credentials) as _)
            .with_region(self.region(name).await);
        if let Some(endpoint) = &self.endpoint {
            builder =
                builder.with_endpoint(endpoint).with_allow_http(endpoint.starts_with("http:"));
        }
        let store = builder.build().with_context(|| format!("opening the bucket {name}"))?;
        Ok(Bucket { name: name.to_owned(), store: Arc::new(store) })
    }

    /// AWS tells anyone in which region a bucket is; elsewhere regions are but names.
    async fn region(&self, bucket: &str) -> String {
        let configured = self.config.region().map_or(DEFAULT_REGION, |region| region.as_ref());
        if self.endpoint.is_some() {
            return configured.to_owned();
        }
        let asked = resolve_bucket_region(bucket, &ClientOptions::new()).await;
        asked.unwrap_or_else(|_| configured.to_owned())
    }
}

/// The credentials of the AWS SDK, fresh whenever they are asked for.
#[derive(Debug)]
struct Credentials(SharedCredentialsProvider);

#[async_trait]
impl CredentialProvider for Credentials {
    type Credential = AwsCredential;

    async fn get_credential(&self) -> object_store::Result<Arc<AwsCredential>> {
        let credentials = self
            .0
            .provide_credentials()
            .await
            .map_err(|source| Error::Generic { store: "S3", source: source.into() })?;
        Ok(Arc::new(AwsCredential {
            key_id: credentials.access_key_id().to_owned(),
            secret_key: credentials.secret_access_key().to_owned(),
            token: credentials.session_token().map(str::to_owned),
        }))
    }
}
