//! Thin adapters to the AWS SDK: what the deploy engine needs of it, in its own words.

mod certificates;
mod claims;
mod distributions;
mod error;
mod functions;
mod lease;
mod live;
mod metrics;
mod pairs;
mod stacks;
mod store;
mod target;
mod xml;
mod zones;

use aws_config::retry::RetryConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};

use crate::cli::AwsArgs;

pub(crate) use certificates::{Certificates, Detail};
pub(crate) use claims::Claims;
pub(crate) use distributions::Distributions;
#[cfg(feature = "athena")]
pub(crate) use error::of_code;
pub(crate) use error::told;
pub(crate) use functions::{Deletion, Functions};
pub(crate) use lease::{Lease, RENEWED_EVERY};
pub(crate) use live::{ALARM, CACHE_POLICY, DISTRIBUTION, LOOKED_AT, Live, Put, TENANT, WEB_ACL};
pub(crate) use metrics::Metrics;
pub(crate) use pairs::PairStores;
pub(crate) use stacks::{ChangeSetState, Described, Request, ResourceChange, Source, Stacks};
pub(crate) use store::{Condition, Store};
pub(crate) use target::Target;
pub(crate) use zones::{HostedZone, Zones};

/// Where everything that belongs to CloudFront lives:
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cnames-and-https-requirements.html>.
pub(crate) const GLOBAL: &str = "us-east-1";

/// Attempts of a call that was throttled or met a fault: with the SDK's back-off, about a minute.
const ATTEMPTS: u32 = 10;

/// An account of AWS, as the AWS CLI would see it: profile, region, endpoint and credentials come
/// from the same places.
#[derive(Clone, Debug)]
pub(crate) struct Aws {
    config: SdkConfig,
}

impl Aws {
    /// Reads the environment and the profile. No call is made yet.
    pub(crate) async fn connect(args: &AwsArgs) -> Self {
        let mut loader = aws_config::defaults(BehaviorVersion::latest())
            .region(Region::new(GLOBAL))
            .retry_config(RetryConfig::adaptive().with_max_attempts(ATTEMPTS));
        if let Some(profile) = &args.profile {
            loader = loader.profile_name(profile);
        }
        if let Some(endpoint) = &args.endpoint_url {
            loader = loader.endpoint_url(endpoint);
        }
        Self { config: loader.load().await }
    }

    /// Whether this is not AWS itself but something that speaks its APIs.
    pub(crate) fn is_elsewhere(&self) -> bool {
        self.config.endpoint_url().is_some()
    }

    /// The account's number.
    ///
    /// # Errors
    /// Where there are no credentials, or they are refused.
    pub(crate) async fn account(&self) -> anyhow::Result<String> {
        let identity = aws_sdk_sts::Client::new(&self.config).get_caller_identity().send().await;
        let identity = identity.map_err(|error| told("asking who we are", error))?;
        Ok(identity.account.unwrap_or_default())
    }

    /// CloudFormation in a region.
    pub(crate) fn stacks(&self, region: &str) -> Stacks {
        let config = aws_sdk_cloudformation::config::Builder::from(&self.config)
            .region(Region::new(region.to_owned()))
            .build();
        Stacks::new(aws_sdk_cloudformation::Client::from_conf(config), region)
    }

    /// Athena.
    #[cfg(feature = "athena")]
    pub(crate) fn athena(
        &self,
        settings: log_athena::client::Settings,
    ) -> log_athena::client::Athena {
        let athena = aws_sdk_athena::Client::new(&self.config);
        log_athena::client::Athena::new(athena, self.s3(), settings)
    }

    /// ACM, where `CloudFront` takes certificates from.
    pub(crate) fn certificates(&self) -> Certificates {
        Certificates::new(aws_sdk_acm::Client::new(&self.config))
    }

    /// Lambda, where Lambda@Edge takes versions from.
    pub(crate) fn functions(&self) -> Functions {
        Functions::new(aws_sdk_lambda::Client::new(&self.config))
    }

    /// Route 53.
    pub(crate) fn zones(&self) -> Zones {
        Zones::new(aws_sdk_route53::Client::new(&self.config))
    }

    /// Who has which domain at `CloudFront`.
    pub(crate) fn claims(&self) -> Claims {
        Claims::new(self.cloudfront())
    }

    /// Metrics of distributions.
    pub(crate) fn metrics(&self) -> Metrics {
        Metrics::new(aws_sdk_cloudwatch::Client::new(&self.config))
    }

    /// Distributions that are there.
    pub(crate) fn distributions(&self) -> Distributions {
        Distributions::new(self.cloudfront())
    }

    /// A bucket as a store of JSON.
    pub(crate) fn store(&self, bucket: &str) -> Store {
        Store::new(self.s3(), bucket, self.config.endpoint_url())
    }

    /// S3. An endpoint of one's own rarely has a host name for each bucket.
    pub(crate) fn s3(&self) -> aws_sdk_s3::Client {
        let config = aws_sdk_s3::config::Builder::from(&self.config)
            .force_path_style(self.config.endpoint_url().is_some())
            .build();
        aws_sdk_s3::Client::from_conf(config)
    }

    /// The stores of viewer functions.
    pub(crate) fn pair_stores(&self) -> PairStores {
        PairStores::new(self.cloudfront(), &self.config)
    }

    /// `CloudFront`, asked for what a template made there.
    pub(crate) fn live(&self) -> Live {
        Live::new(self.cloudfront(), &self.config)
    }

    /// `CloudFront`.
    pub(crate) fn cloudfront(&self) -> aws_sdk_cloudfront::Client {
        aws_sdk_cloudfront::Client::new(&self.config)
    }
}
