//! Invalidations, as fast as AWS takes them.

use std::time::Duration;

use aws_sdk_cloudfront::Client;
use aws_sdk_cloudfront::types::{InvalidationBatch, Paths};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::aws::{Target, told};
use crate::hex::hex;
use crate::hints::Hinted;
use crate::plan::Deployed;

/// Paths and tags of one invalidation: as many as may be under way at a distribution.
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html>
const MOST: usize = 3_000;
/// Wildcards that may be under way at a distribution; the same page.
const MOST_WILDCARDS: usize = 15;
/// `CreateInvalidation` is throttled at one call in two seconds for an account.
const BETWEEN_CALLS: Duration = Duration::from_secs(2);
/// Time between two looks at an invalidation; most are done within 25 seconds.
const POLL: Duration = Duration::from_secs(5);

/// What is to go from the caches of one site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Purge {
    /// Where.
    pub(crate) target: Target,
    /// Paths, and tags with a `#` in front.
    pub(crate) items: Vec<String>,
}

/// An invalidation that was begun.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Begun {
    /// Whose caches.
    pub(crate) target: Target,
    /// Its id.
    pub(crate) id: String,
    /// Paths and tags in it.
    pub(crate) items: usize,
}

impl Purge {
    /// What is to go of the site that a stack is of.
    pub(crate) fn of(stack: &Deployed, items: Vec<String>) -> anyhow::Result<Self> {
        let output = |name: &str| stack.outputs.get(name).cloned();
        let target = output("TenantId")
            .map(Target::Tenant)
            .or_else(|| output("DistributionId").map(Target::Distribution));
        let target = target.ok_or_else(|| {
            Hinted::error(
                format!("the stack {} does not say what its distribution is", stack.name),
                "deploy the site again: `cdn-cli plan` shows what would change",
            )
        })?;
        Ok(Self { target, items })
    }

    /// The items in parts that AWS takes at once.
    fn parts(&self) -> Vec<Vec<String>> {
        let mut parts: Vec<Vec<String>> = Vec::new();
        let mut wildcards = 0;
        for item in &self.items {
            let is_wildcard = item.ends_with('*') && !item.starts_with('#');
            let is_full = parts.last().is_none_or(|part| part.len() == MOST)
                || (is_wildcard && wildcards == MOST_WILDCARDS);
            if is_full {
                parts.push(Vec::new());
                wildcards = 0;
            }
            wildcards += usize::from(is_wildcard);
            if let Some(part) = parts.last_mut() {
                part.push(item.clone());
            }
        }
        parts
    }
}

/// What sends invalidations.
#[derive(Debug)]
pub(crate) struct Queue {
    client: Client,
    between_calls: Duration,
    poll: Duration,
}

impl Queue {
    /// A queue; another AWS than AWS's own is not throttled.
    pub(crate) fn new(client: Client, is_elsewhere: bool) -> Self {
        let [between_calls, poll] = if is_elsewhere {
            [Duration::ZERO, Duration::from_millis(50)]
        } else {
            [BETWEEN_CALLS, POLL]
        };
        Self { client, between_calls, poll }
    }

    /// Sends a purge. Where it has more than may be under way at once, all but the last part are
    /// done when this returns.
    pub(crate) async fn send(&self, purge: &Purge) -> anyhow::Result<Vec<Begun>> {
        let mut begun: Vec<Begun> = Vec::new();
        for part in purge.parts() {
            if let Some(last) = begun.last() {
                self.wait(std::slice::from_ref(last)).await?;
            }
            let id = self.call(&purge.target, &part).await?;
            begun.push(Begun { target: purge.target.clone(), id, items: part.len() });
            tokio::time::sleep(self.between_calls).await;
        }
        Ok(begun)
    }

    async fn call(&self, target: &Target, items: &[String]) -> anyhow::Result<String> {
        let paths = Paths::builder()
            .quantity(i32::try_from(items.len())?)
            .set_items(Some(items.to_vec()))
            .build()?;
        let batch = InvalidationBatch::builder().paths(paths).caller_reference(reference(items));
        let doing = format!("invalidating at {}", target.id());
        let invalidation = match target {
            Target::Distribution(id) => {
                let call = self.client.create_invalidation().distribution_id(id);
                let sent = call.invalidation_batch(batch.build()?).send().await;
                sent.map_err(|error| told(&doing, error))?.invalidation
            }
            Target::Tenant(id) => {
                let call = self.client.create_invalidation_for_distribution_tenant().id(id);
                let sent = call.invalidation_batch(batch.build()?).send().await;
                sent.map_err(|error| told(&doing, error))?.invalidation
            }
        };
        Ok(invalidation.map(|invalidation| invalidation.id).unwrap_or_default())
    }

    /// Waits until all of them are done.
    pub(crate) async fn wait(&self, begun: &[Begun]) -> anyhow::Result<()> {
        for one in begun {
            while !self.is_done(one).await? {
                tokio::time::sleep(self.poll).await;
            }
        }
        Ok(())
    }

    async fn is_done(&self, one: &Begun) -> anyhow::Result<bool> {
        let doing = format!("looking at the invalidation {}", one.id);
        let invalidation = match &one.target {
            Target::Distribution(id) => {
                let call = self.client.get_invalidation().distribution_id(id).id(&one.id);
                call.send().await.map_err(|error| told(&doing, error))?.invalidation
            }
            Target::Tenant(id) => {
                let call = self.client.get_invalidation_for_distribution_tenant();
                let sent = call.distribution_tenant_id(id).id(&one.id).send().await;
                sent.map_err(|error| told(&doing, error))?.invalidation
            }
        };
        Ok(invalidation.is_some_and(|invalidation| invalidation.status == "Completed"))
    }
}

/// A word by which AWS knows a call that is sent twice: what is to go, and the second.
fn reference(items: &[String]) -> String {
    let mut hash = Sha256::new();
    for item in items {
        hash.update(format!("{item}\n"));
    }
    let digest = hex(&hash.finalize()[..8]);
    format!("cdn-cli-{digest}-{}", jiff::Timestamp::now().as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_purge_comes_in_parts_that_aws_takes() {
        let purge = |items: Vec<String>| Purge { target: Target::Tenant("t".to_owned()), items };
        let paths: Vec<String> = (0..7_000).map(|n| format!("/{n}")).collect();
        let parts = purge(paths.clone()).parts();
        assert_eq!(parts.iter().map(Vec::len).collect::<Vec<_>>(), [3_000, 3_000, 1_000]);
        assert_eq!(parts.concat(), paths);

        let wildcards: Vec<String> = (0..31).map(|n| format!("/{n}/*")).collect();
        let parts = purge(wildcards.clone()).parts();
        assert_eq!(parts.iter().map(Vec::len).collect::<Vec<_>>(), [15, 15, 1]);

        // A tag is no wildcard.
        let tags: Vec<String> = (0..31).map(|n| format!("#{n}*")).collect();
        assert_eq!(purge(tags).parts().len(), 1);
    }
}
