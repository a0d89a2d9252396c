//! What answers for sites at CloudFront: distributions, and tenants of such as are shared.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use aws_sdk_cloudfront::Client;

/// Time between two looks at an invalidation; most are done within 25 seconds.
const POLL: Duration = Duration::from_secs(2);

/// Which of both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Id {
    /// A distribution.
    Distribution(String),
    /// A tenant.
    Tenant(String),
}

/// What answers for hosts.
#[derive(Clone, Debug)]
pub(crate) struct Answering {
    pub(crate) id: Id,
    /// `d111111abcdef8.cloudfront.net`: of a tenant, the endpoint of its connection group.
    pub(crate) name: String,
    /// The hosts.
    pub(crate) hosts: Vec<String>,
}

/// All of the account; tenants only where they are asked for.
pub(crate) async fn all(client: &Client, with_tenants: bool) -> anyhow::Result<Vec<Answering>> {
    let mut found = Vec::new();
    let mut pages = client.list_distributions().into_paginator().send();
    while let Some(page) = pages.next().await {
        let page = page.context("listing the distributions")?;
        let all = page.distribution_list.and_then(|list| list.items).unwrap_or_default();
        found.extend(all.into_iter().map(|it| Answering {
            id: Id::Distribution(it.id),
            name: it.domain_name,
            hosts: it.aliases.and_then(|aliases| aliases.items).unwrap_or_default(),
        }));
    }
    if with_tenants {
        found.extend(tenants(client).await?);
    }
    Ok(found)
}

async fn tenants(client: &Client) -> anyhow::Result<Vec<Answering>> {
    let endpoints = Endpoints::of(client).await?;
    let mut found = Vec::new();
    let mut pages = client.list_distribution_tenants().into_paginator().send();
    while let Some(page) = pages.next().await {
        let page = page.context("listing the distribution tenants")?;
        for tenant in page.distribution_tenant_list() {
            let Some(name) = endpoints.of_group(tenant.connection_group_id()) else { continue };
            let id = Id::Tenant(tenant.id().to_owned());
            let hosts = tenant.domains().iter().map(|it| it.domain().to_owned()).collect();
            found.push(Answering { id, name: name.to_owned(), hosts });
        }
    }
    Ok(found)
}

/// Endpoints of connection groups.
struct Endpoints {
    by_group: HashMap<String, String>,
    /// Of tenants that name no group.
    default: Option<String>,
}

impl Endpoints {
    async fn of(client: &Client) -> anyhow::Result<Self> {
        let mut endpoints = Self { by_group: HashMap::new(), default: None };
        let mut pages = client.list_connection_groups().into_paginator().send();
        while let Some(page) = pages.next().await {
            let page = page.context("listing the connection groups")?;
            for group in page.connection_groups() {
                let endpoint = group.routing_endpoint().to_owned();
                if group.is_default() == Some(true) {
                    endpoints.default = Some(endpoint.clone());
                }
                endpoints.by_group.insert(group.id().to_owned(), endpoint);
            }
        }
        Ok(endpoints)
    }

    fn of_group(&self, group: Option<&str>) -> Option<&str> {
        match group {
            Some(group) => self.by_group.get(group).map(String::as_str),
            None => self.default.as_deref(),
        }
    }
}

/// Ends when an invalidation is done.
pub(crate) async fn is_purged(
    client: &Client,
    of: &Id,
    invalidation: &str,
    remaining: Duration,
) -> anyhow::Result<()> {
    let begun = Instant::now();
    let doing = || format!("looking at the purge {invalidation}");
    loop {
        let found = match of {
            Id::Distribution(id) => {
                let get = client.get_invalidation().distribution_id(id).id(invalidation);
                get.send().await.with_context(doing)?.invalidation
            }
            Id::Tenant(id) => {
                let get = client.get_invalidation_for_distribution_tenant();
                let get = get.distribution_tenant_id(id).id(invalidation);
                get.send().await.with_context(doing)?.invalidation
            }
        };
        if found.is_some_and(|found| found.status == "Completed") {
            return Ok(());
        }
        let is_late = begun.elapsed() + 2 * POLL > remaining;
        anyhow::ensure!(!is_late, "the purge {invalidation} is still under way");
        tokio::time::sleep(POLL).await;
    }
}
