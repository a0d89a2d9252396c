//! Who has claimed a domain at `CloudFront`.

use aws_sdk_cloudfront::Client;
use aws_sdk_cloudfront::types::DistributionResourceId;

use super::{Target, told};

/// What `CloudFront` knows of domains.
#[derive(Clone, Debug)]
pub(crate) struct Claims {
    client: Client,
}

impl Claims {
    pub(super) fn new(client: Client) -> Self {
        Self { client }
    }

    /// Others that have the domain, or one that overlaps with it, each told as
    /// `aurora.example at E1PA6795UKMFR9 of the account 111122223333`; AWS hides a part of what
    /// belongs to others. `own` shows that the domain is ours by its certificate.
    pub(crate) async fn others(&self, domain: &str, own: &Target) -> anyhow::Result<Vec<String>> {
        let resource = match own {
            Target::Distribution(id) => DistributionResourceId::builder().distribution_id(id),
            Target::Tenant(id) => DistributionResourceId::builder().distribution_tenant_id(id),
        };
        let request = self.client.list_domain_conflicts().domain(domain);
        let request = request.domain_control_validation_resource(resource.build());
        let mut pages = request.into_paginator().send();
        let mut others = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| told(&format!("asking who has {domain}"), error))?;
            let found = page.domain_conflicts.unwrap_or_default().into_iter();
            let others_only = found.filter(|conflict| conflict.resource_id != own.id());
            others.extend(others_only.map(|it| {
                format!("{} at {} of the account {}", it.domain, it.resource_id, it.account_id)
            }));
        }
        Ok(others)
    }
}
