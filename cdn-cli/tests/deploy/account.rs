//! The account behind the command, as its owner sees it: zones, certificates, metrics.

use aws_sdk_cloudwatch::types::{Dimension, MetricDatum};
use aws_sdk_route53::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_route53::types::{
    Change, ChangeAction, ChangeBatch, ResourceRecord, ResourceRecordSet, RrType,
};

use crate::cloud::Cloud;

/// An account.
pub(crate) struct Account {
    endpoint: String,
    acm: aws_sdk_acm::Client,
    route_53: aws_sdk_route53::Client,
    cloudwatch: aws_sdk_cloudwatch::Client,
}

impl Account {
    pub(crate) fn of(cloud: &Cloud) -> Self {
        let config = aws_config::SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static("us-east-1"))
            .endpoint_url(&cloud.endpoint)
            .credentials_provider(aws_sdk_route53::config::SharedCredentialsProvider::new(
                Credentials::new("test", "test", None, None, "tests"),
            ))
            .build();
        Self {
            endpoint: cloud.endpoint.clone(),
            acm: aws_sdk_acm::Client::new(&config),
            route_53: aws_sdk_route53::Client::new(&config),
            cloudwatch: aws_sdk_cloudwatch::Client::new(&config),
        }
    }

    /// Makes a hosted zone; its id.
    pub(crate) async fn zone(&self, name: &str) -> String {
        let request = self.route_53.create_hosted_zone().name(name).caller_reference(name);
        let made = request.send().await.expect("a zone");
        let zone = made.hosted_zone.expect("it is told");
        zone.id.trim_start_matches("/hostedzone/").to_owned()
    }

    /// Puts a record into a zone.
    pub(crate) async fn put(&self, zone: &str, name: &str, kind: &str, ttl: i64, value: &str) {
        let record = ResourceRecordSet::builder()
            .name(name)
            .r#type(RrType::from(kind))
            .ttl(ttl)
            .resource_records(ResourceRecord::builder().value(value).build().expect("a value"))
            .build()
            .expect("a record");
        let change =
            Change::builder().action(ChangeAction::Create).resource_record_set(record).build();
        let batch = ChangeBatch::builder().changes(change.expect("a change")).build();
        let request = self.route_53.change_resource_record_sets().hosted_zone_id(zone);
        request.change_batch(batch.expect("a batch")).send().await.expect("a record");
    }

    /// The records of a zone that are not its own, one a line: `www.a.example. A alias x`.
    pub(crate) async fn records(&self, zone: &str) -> Vec<String> {
        let request = self.route_53.list_resource_record_sets().hosted_zone_id(zone);
        let found = request.send().await.expect("a zone").resource_record_sets;
        let is_own = |it: &ResourceRecordSet| matches!(it.r#type, RrType::Ns | RrType::Soa);
        found.iter().filter(|it| !is_own(it)).map(line).collect()
    }

    /// The ARNs of all certificates.
    pub(crate) async fn certificates(&self) -> Vec<String> {
        let found = self.acm.list_certificates().send().await.expect("a list");
        let found = found.certificate_summary_list.unwrap_or_default();
        found.into_iter().filter_map(|it| it.certificate_arn).collect()
    }

    /// The tags of a certificate, in order.
    pub(crate) async fn tags(&self, arn: &str) -> Vec<(String, String)> {
        let found = self.acm.list_tags_for_certificate().certificate_arn(arn).send().await;
        let tags = found.expect("its tags").tags.unwrap_or_default();
        let mut tags: Vec<_> =
            tags.into_iter().map(|tag| (tag.key, tag.value.unwrap_or_default())).collect();
        tags.sort_unstable();
        tags
    }

    /// Has ACM issue a certificate.
    pub(crate) async fn issue(&self, arn: &str) {
        self.steer(arn, "approve", "{}").await;
    }

    /// Has ACM give up on a certificate.
    pub(crate) async fn fail(&self, arn: &str, reason: &str) {
        let body = format!("{{\"status\":\"FAILED\",\"reason\":\"{reason}\"}}");
        self.steer(arn, "status", &body).await;
    }

    async fn steer(&self, arn: &str, what: &str, body: &str) {
        // The first test to install a provider wins, and any of them will do.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let id = arn.rsplit('/').next().expect("an ARN");
        let url = format!("{}/_fakecloud/acm/certificates/{id}/{what}", self.endpoint);
        let request = reqwest::Client::new().post(url).header("content-type", "application/json");
        let answer = request.body(body.to_owned()).send().await.expect("an answer");
        assert!(answer.status().is_success(), "{}", answer.status());
    }

    /// Counts something at a distribution, so many minutes from now.
    pub(crate) async fn count(&self, distribution: &str, metric: &str, minute: i64, value: f64) {
        let dimension =
            |name: &str, value: &str| Dimension::builder().name(name).value(value).build();
        let now = jiff::Timestamp::now().as_second();
        let datum = MetricDatum::builder()
            .metric_name(metric)
            .dimensions(dimension("DistributionId", distribution))
            .dimensions(dimension("Region", "Global"))
            .timestamp(aws_smithy_types::DateTime::from_secs((now / 60 + minute) * 60))
            .value(value)
            .build();
        let request = self.cloudwatch.put_metric_data().namespace("AWS/CloudFront");
        request.metric_data(datum).send().await.expect("it is counted");
    }
}

fn line(record: &ResourceRecordSet) -> String {
    let mut line = format!("{} {}", record.name, record.r#type.as_str());
    if let Some(alias) = &record.alias_target {
        line = format!("{line} alias {}", alias.dns_name);
    }
    for value in record.resource_records() {
        line = format!("{line} {}", value.value);
    }
    if let Some(ttl) = record.ttl {
        line = format!("{line} {ttl}");
    }
    if let Some(weight) = record.weight {
        line = format!("{line} weight {weight}");
    }
    line
}
