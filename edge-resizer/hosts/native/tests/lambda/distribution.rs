//! A distribution of CloudFront's API.

use aws_sdk_cloudfront::Client;
use aws_sdk_cloudfront::types::{
    Aliases, DefaultCacheBehavior, DistributionConfig, Origin, Origins, S3OriginConfig,
    ViewerProtocolPolicy,
};

/// A distribution in front of a bucket, with a comment and under these domains; its id.
pub(crate) async fn create(
    client: &Client,
    bucket: &str,
    comment: &str,
    domains: &[&str],
) -> String {
    let origin = Origin::builder()
        .id(bucket)
        .domain_name(format!("{bucket}.s3.amazonaws.com"))
        .s3_origin_config(S3OriginConfig::builder().origin_access_identity("").build())
        .build()
        .unwrap();
    let behavior = DefaultCacheBehavior::builder()
        .target_origin_id(bucket)
        .viewer_protocol_policy(ViewerProtocolPolicy::AllowAll)
        .cache_policy_id("658327ea-f89d-4fab-a63d-7e88639e58f6")
        .build()
        .unwrap();
    let aliases = Aliases::builder().quantity(i32::try_from(domains.len()).unwrap());
    let names = domains.iter().map(|&domain| domain.to_owned()).collect();
    let aliases = aliases.set_items(Some(names)).build().unwrap();
    let config = DistributionConfig::builder()
        .caller_reference(format!("{bucket} {comment} {domains:?}"))
        .aliases(aliases)
        .comment(comment)
        .enabled(true)
        .origins(Origins::builder().quantity(1).items(origin).build().unwrap())
        .default_cache_behavior(behavior)
        .build()
        .unwrap();
    let created = client.create_distribution().distribution_config(config).send().await.unwrap();
    created.distribution().unwrap().id().to_owned()
}

/// The paths of every invalidation of a distribution, oldest first.
pub(crate) async fn invalidations(client: &Client, distribution: &str) -> Vec<Vec<String>> {
    let listed = client.list_invalidations().distribution_id(distribution).send().await.unwrap();
    let mut all = Vec::new();
    for summary in listed.invalidation_list().unwrap().items() {
        let get = client.get_invalidation().distribution_id(distribution).id(summary.id());
        let got = get.send().await.unwrap();
        let batch = got.invalidation().unwrap().invalidation_batch().unwrap();
        all.push(batch.paths().unwrap().items().to_vec());
    }
    all
}
