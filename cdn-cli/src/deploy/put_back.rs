//! What was changed by hand, put back to what was applied.
//!
//! CloudFormation knows nothing of such a change, and an update with the template that is in effect
//! is none: so `CloudFront` is asked itself, for exactly the keys that were agreed to. Each write
//! carries the tag of the state that was looked at (`If-Match`). Where somebody was faster the state
//! is read again; where it is another one than was agreed to, nothing is written.

use std::collections::BTreeMap;

use anyhow::bail;
use futures_util::{StreamExt as _, stream};
use serde_json::Value;

use super::apply::{Applied, Engine};
use super::events::Event;
use super::look::{filled_up, look_at};
use super::run::Outcome;
use crate::aws::{CACHE_POLICY, DISTRIBUTION, GLOBAL, Put};
use crate::hints::Hinted;
use crate::plan::drift::{References, as_it_is, differing_keys};
use crate::plan::{Deployed, FLEET_TAG, LiveStack, SITE_TAG, SitePairs, about, difference};

/// Kinds that are put back here; others are left to CloudFormation.
const PUT_BACK: [&str; 2] = [CACHE_POLICY, DISTRIBUTION];
/// Attempts before somebody is told that the resource changes all the time.
const ATTEMPTS: usize = 10;

/// A stack of which something is to be put back.
#[derive(Clone, Debug)]
pub(crate) struct PutBack {
    /// The stack.
    pub(crate) stack: Deployed,
    /// What was live when people agreed.
    pub(crate) agreed: LiveStack,
}

/// What a resource refers to, without the borrows.
#[derive(Clone, Debug)]
pub(crate) struct Surroundings {
    /// What all stacks export.
    pub(crate) exports: BTreeMap<String, String>,
    /// The account's number.
    pub(crate) account: String,
}

/// One resource of them.
struct Resource<'a> {
    name: &'a str,
    kind: &'a str,
    id: &'a str,
    /// The key under which its configuration stands.
    config: &'static str,
    /// What was applied, with every function in the place of what it came to.
    applied: Value,
    agreed: &'a Value,
}

impl PutBack {
    /// Whether anything is to be put back.
    pub(crate) fn differs(&self, exports: &BTreeMap<String, String>, account: &str) -> bool {
        let references = References { stack: &self.stack, ids: &self.agreed.ids, exports, account };
        as_it_is(&self.stack.template, &self.agreed, &references) != self.stack.template
    }

    /// Takes out the resources that only CloudFormation puts back, and names them.
    pub(crate) fn leave(&mut self, around: &Surroundings) -> Vec<anyhow::Error> {
        let is_left = |name: &str, properties: &Option<Value>| {
            let kind = self.kind(name);
            let differs = self.with(name, properties.clone(), &self.references(around));
            !PUT_BACK.contains(&kind) && !kind.is_empty() && differs != self.stack.template
        };
        let resources = self.agreed.resources.iter();
        let left = resources.filter(|(name, properties)| is_left(name, properties));
        let left: Vec<String> = left.map(|(name, _)| name.clone()).collect();
        for name in &left {
            self.agreed.resources.remove(name);
        }
        left.iter().map(|name| by_cloudformation(name, self.kind(name), &self.stack)).collect()
    }

    /// Stops where something cannot be put back, before anything is.
    ///
    /// # Errors
    /// Where a resource is gone, or refers to what is not known.
    pub(crate) fn check(&self, around: &Surroundings) -> anyhow::Result<()> {
        self.resources(&self.references(around)).map(|_| ())
    }

    /// The stacks of the sites that the pairs of a store seem to be about, and that are not there.
    /// Nobody may deploy them meanwhile.
    pub(crate) fn absent_sites(&self) -> Vec<String> {
        if SitePairs::of(&self.stack.template).is_some() {
            return Vec::new();
        }
        let fleet = self.stack.tags.get(FLEET_TAG).map_or("", String::as_str);
        let pairs = self.agreed.pairs.iter().flatten();
        let sites = pairs.filter_map(|(key, value)| about(key, value));
        sites.map(|site| format!("{fleet}-site-{site}")).collect()
    }

    fn kind(&self, resource: &str) -> &str {
        let kind = self.stack.template.pointer(&format!("/Resources/{resource}/Type"));
        kind.and_then(Value::as_str).unwrap_or("")
    }

    /// What was applied, with the resource as it is in its place.
    fn with(&self, name: &str, properties: Option<Value>, references: &References<'_>) -> Value {
        let only = LiveStack {
            ids: self.agreed.ids.clone(),
            resources: [(name.to_owned(), properties)].into(),
            pairs: None,
        };
        as_it_is(&self.stack.template, &only, references)
    }

    fn references<'a>(&'a self, around: &'a Surroundings) -> References<'a> {
        References {
            stack: &self.stack,
            ids: &self.agreed.ids,
            exports: &around.exports,
            account: &around.account,
        }
    }

    /// The resources of which something is to be put back.
    fn resources(&self, references: &References<'_>) -> anyhow::Result<Vec<Resource<'_>>> {
        let mut found = Vec::new();
        for (name, properties) in &self.agreed.resources {
            let Some(properties) = properties else {
                return Err(is_gone(name, &self.stack));
            };
            found.extend(resource(name, properties, self, references)?);
        }
        Ok(found)
    }
}

impl Engine {
    /// Puts stacks back, so many at once as the fleet says.
    pub(crate) async fn put_all_back(&self, all: &[PutBack], around: &Surroundings) -> Outcome {
        let mut outcome = Outcome::default();
        let results: Vec<_> = stream::iter(all)
            .map(|what| async move {
                let applied = self.put_back(what, around).await;
                self.tell(&what.stack.name, &applied);
                (what.stack.name.clone(), applied)
            })
            .buffer_unordered(self.concurrency)
            .collect()
            .await;
        for (name, applied) in results {
            outcome.count(&name, applied);
        }
        outcome
    }

    /// Puts a stack's resources back, and waits until all edges know.
    pub(crate) async fn put_back(
        &self,
        what: &PutBack,
        around: &Surroundings,
    ) -> anyhow::Result<Applied> {
        let (stack, references) = (&what.stack, what.references(around));
        self.events.tell(Event::changing(&stack.name));
        self.put_pairs(what).await?;
        for resource in what.resources(&references)? {
            self.put_resource(&resource, what, &references).await?;
        }
        // What was put is what CloudFront says.
        let live = self.aws.live();
        let mut now = look_at(&self.aws, &live, stack).await?;
        now.resources.retain(|name, _| what.agreed.resources.contains_key(name));
        if as_it_is(&stack.template, &now, &references) != stack.template {
            bail!("{} was changed again meanwhile", stack.name);
        }
        Ok(Applied::Changed { before: None })
    }

    /// Puts back what the viewer function knows of the site, and takes away what nobody deployed.
    async fn put_pairs(&self, what: &PutBack) -> anyhow::Result<()> {
        let Some(agreed) = &what.agreed.pairs else { return Ok(()) };
        // The pairs of a store's own stack are those that no deploy wrote.
        let store = || SitePairs { store: what.stack.name.clone(), ..SitePairs::default() };
        let applied = SitePairs::of(&what.stack.template).unwrap_or_else(store);
        for site in what.absent_sites() {
            let there = self.aws.stacks(GLOBAL).describe(&site).await?;
            if there.is_some_and(|stack| stack.status != "DELETE_COMPLETE") {
                return Err(changed_again("what the viewer function knows", &site));
            }
        }
        let now = self.pairs.read(&applied.store).await?.unwrap_or_default();
        let site = what.stack.tags.get(SITE_TAG).map_or("", String::as_str);
        let mut pairs = applied.among(site, &now);
        let added = now.into_iter().filter(|(key, _)| agreed.contains_key(key));
        pairs.extend(added);
        let there = SitePairs { store: applied.store.clone(), pairs };
        if there.pairs != *agreed && there != applied {
            return Err(changed_again("what the viewer function knows", &what.stack.name));
        }
        let (put, take) = difference(Some(&there), &applied);
        self.pairs.write(&applied.store, &put, &take).await
    }

    async fn put_resource(
        &self,
        resource: &Resource<'_>,
        what: &PutBack,
        references: &References<'_>,
    ) -> anyhow::Result<()> {
        let live = self.aws.live();
        for _ in 0..ATTEMPTS {
            let agrees = |now: &Value| {
                let now = self.answered(now, resource, what);
                resource.agrees(&now, what, references)
            };
            let put = if resource.kind == DISTRIBUTION {
                let keys = resource.keys(what, references);
                live.put_distribution(resource.id, &resource.applied, &keys, agrees).await?
            } else {
                live.put_cache_policy(resource.id, &resource.applied, agrees).await?
            };
            if put == Put::Outrun {
                continue;
            }
            while resource.kind == DISTRIBUTION && !live.is_everywhere(resource.id).await? {
                tokio::time::sleep(self.poll).await;
            }
            return Ok(());
        }
        bail!("{} changes all the time", resource.id)
    }
}

impl Engine {
    /// Properties as they were looked at before.
    fn answered(&self, now: &Value, resource: &Resource<'_>, what: &PutBack) -> Value {
        let place = format!("/Resources/{}/Properties", resource.name);
        match what.stack.template.pointer(&place).filter(|_| self.aws.is_elsewhere()) {
            Some(applied) => filled_up(now.clone(), applied),
            None => now.clone(),
        }
    }
}

impl Resource<'_> {
    /// The keys of its configuration that differ.
    fn keys(&self, what: &PutBack, references: &References<'_>) -> Vec<String> {
        let place = format!("/Resources/{}/Properties/{}", self.name, self.config);
        let now = as_it_is(&what.stack.template, &what.agreed, references);
        let (old, new) = (what.stack.template.pointer(&place), now.pointer(&place));
        differing_keys(old.unwrap_or(&Value::Null), new.unwrap_or(&Value::Null))
    }

    /// Stops where what is there is neither what was agreed to nor what is wanted.
    fn agrees(
        &self,
        now: &Value,
        what: &PutBack,
        references: &References<'_>,
    ) -> anyhow::Result<()> {
        let with = |properties: &Value| {
            let mut live = LiveStack { ids: what.agreed.ids.clone(), ..LiveStack::default() };
            live.resources.insert(self.name.to_owned(), Some(properties.clone()));
            as_it_is(&what.stack.template, &live, references)
        };
        let there = with(now);
        // The answer to an earlier attempt was lost.
        if there == what.stack.template || there == with(self.agreed) {
            return Ok(());
        }
        Err(changed_again(self.id, &what.stack.name))
    }
}

/// A resource of which something has to be put back; `None` where it is as it was applied.
fn resource<'a>(
    name: &'a str,
    agreed: &'a Value,
    what: &'a PutBack,
    references: &References<'_>,
) -> anyhow::Result<Option<Resource<'a>>> {
    let template = &what.stack.template;
    if what.with(name, Some(agreed.clone()), references) == *template {
        return Ok(None);
    }
    let kind = what.kind(name);
    let config = match kind {
        DISTRIBUTION => "DistributionConfig",
        CACHE_POLICY => "CachePolicyConfig",
        kind => return Err(by_cloudformation(name, kind, &what.stack)),
    };
    let applied = template.pointer(&format!("/Resources/{name}/Properties/{config}"));
    let applied = references.resolved(applied.unwrap_or(&Value::Null)).map_err(|function| {
        anyhow::anyhow!("{name} of {}: what {function} came to is not known", what.stack.name)
    })?;
    let Some(id) = what.agreed.ids.get(name) else { return Ok(None) };
    Ok(Some(Resource { name, kind, id, config, applied, agreed }))
}

fn changed_again(what: &str, stack: &str) -> anyhow::Error {
    Hinted::error(
        format!("{what} of {stack} was changed again since it was looked at"),
        "nothing was written over; `cdn-cli drift` shows how it is now",
    )
}

fn by_cloudformation(name: &str, kind: &str, stack: &Deployed) -> anyhow::Error {
    let kind = kind.rsplit("::").next().unwrap_or(kind);
    Hinted::error(
        format!("{name} of {} ({kind}) is not put back by this command", stack.name),
        format!(
            "CloudFormation can: `aws cloudformation create-change-set --deployment-mode \
             REVERT_DRIFT --use-previous-template --change-set-name revert --stack-name {}`, then execute it",
            stack.name
        ),
    )
}

fn is_gone(name: &str, stack: &Deployed) -> anyhow::Error {
    Hinted::error(
        format!("{name} of {} is gone, and nothing can be put back into it", stack.name),
        "`cdn-cli destroy SITE`, then `cdn-cli deploy SITE` make the site anew, with another \
         distribution: its DNS records have to follow",
    )
}
