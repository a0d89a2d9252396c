//! Whose caches hold the variants of a site.

use std::time::{Duration, Instant};

use aws_sdk_cloudfront::Client;
use aws_sdk_cloudfront::types::DistributionSummary;
use fleet::Site;
use tokio::sync::Mutex;

use super::settings::{Distributions, LambdaSettings};
use super::variants::told;

/// How long a list of distributions counts. A list of 500 is five calls, and many originals may change
/// at once.
const FRESH: Duration = Duration::from_mins(1);

/// Names the distributions of sites.
#[derive(Debug)]
pub(crate) struct Caches {
    named: Distributions,
    /// `None` where only those that are named are known.
    finder: Option<Finder>,
}

/// Asks CloudFront for them.
#[derive(Debug)]
struct Finder {
    cloudfront: Client,
    bucket: String,
    list: Mutex<Option<(Instant, Vec<Found>)>>,
}

/// A distribution that reads the bucket of variants.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Found {
    id: String,
    domains: Vec<String>,
    /// `cdn-cli` writes the site's name.
    comment: String,
}

impl Caches {
    pub(crate) fn new(settings: &LambdaSettings, cloudfront: &Client) -> Self {
        let finder = settings.find_distributions.then(|| Finder {
            cloudfront: cloudfront.clone(),
            bucket: settings.variants_bucket.clone(),
            list: Mutex::default(),
        });
        Self { named: settings.distributions.clone(), finder }
    }

    /// The distributions that deliver a site.
    ///
    /// # Errors
    /// What CloudFront says where it is asked.
    pub(crate) async fn of_site(&self, site: &Site) -> anyhow::Result<Vec<String>> {
        if let Some(id) = self.named.of_site(&site.name) {
            return Ok(vec![id.to_owned()]);
        }
        let Some(finder) = &self.finder else { return Ok(Vec::new()) };
        let found = finder.of_site(site).await?;
        if found.is_empty() {
            tracing::warn!(
                site = site.name,
                domains = ?site.domains,
                bucket = finder.bucket,
                "No distribution of the site reads the bucket: no cache of it is purged"
            );
        }
        Ok(found)
    }
}

impl Finder {
    async fn of_site(&self, site: &Site) -> anyhow::Result<Vec<String>> {
        let mut list = self.list.lock().await;
        let is_fresh = |(at, _): &(Instant, Vec<Found>)| at.elapsed() < FRESH;
        let (_, all) = match list.take().filter(is_fresh) {
            Some(known) => list.insert(known),
            None => list.insert((Instant::now(), self.list().await?)),
        };
        Ok(all.iter().filter(|found| found.delivers(site)).map(|found| found.id.clone()).collect())
    }

    async fn list(&self) -> anyhow::Result<Vec<Found>> {
        let mut found = Vec::new();
        let mut pages = self.cloudfront.list_distributions().into_paginator().send();
        while let Some(page) = Box::pin(pages.next()).await {
            let page = page.map_err(|error| told("listing the distributions", &error))?;
            let all = page.distribution_list.and_then(|list| list.items).unwrap_or_default();
            found.extend(all.into_iter().filter_map(|one| reading(&self.bucket, one)));
        }
        Ok(found)
    }
}

/// What is to be known of a distribution that reads the bucket. Another one under a site's domain,
/// one that the site is to leave, has no tags to purge.
fn reading(bucket: &str, distribution: DistributionSummary) -> Option<Found> {
    let mut origins = distribution.origins.iter().flat_map(|origins| &origins.items);
    origins.find(|origin| is_host_of(bucket, &origin.domain_name))?;
    let domains = distribution.aliases.and_then(|aliases| aliases.items).unwrap_or_default();
    Some(Found { id: distribution.id, domains, comment: distribution.comment })
}

/// `<bucket>.s3.<region>.amazonaws.com`, and the older names without a region or with `s3-<region>`.
fn is_host_of(bucket: &str, host: &str) -> bool {
    let rest = host.strip_prefix(bucket).and_then(|rest| rest.strip_prefix(".s3"));
    rest.is_some_and(|rest| rest.starts_with(['.', '-']))
}

impl Found {
    /// A site without a certificate has no aliases, only its name.
    fn delivers(&self, site: &Site) -> bool {
        let is_alias = |own: &String| self.domains.iter().any(|it| it.eq_ignore_ascii_case(own));
        self.comment == site.name || site.domains.iter().any(is_alias)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_has_hosts_of_its_own() {
        for (host, want) in [
            ("variants.s3.eu-central-1.amazonaws.com", true),
            ("variants.s3.amazonaws.com", true),
            ("variants.s3-eu-west-1.amazonaws.com", true),
            ("more-variants.s3.amazonaws.com", false),
            ("variants-2.s3.amazonaws.com", false),
            ("variants.s3", false),
            ("variants.example", false),
        ] {
            assert_eq!(is_host_of("variants", host), want, "{host}");
        }
    }
}
