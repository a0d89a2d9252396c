//! One stack put into effect, from whatever state it is in.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context as _, bail};
use jiff::Timestamp;
use serde_json::Value;

use super::archives::Archives;
use super::checked::check;
use super::events::{Event, Events};
use super::journal::{Entry, Journal};
use super::versions::{self, Version};
use crate::aws::{
    Aws, ChangeSetState, Condition, Described, PairStores, Request, Source, Stacks, Store,
};
use crate::hints::Hinted;
use crate::plan::{SitePairs, difference};

/// Bytes up to which a template goes along with the call:
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>.
const BODY_LIMIT: usize = 51_200;

/// What is to be in effect.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    /// The stack.
    pub(crate) name: String,
    /// Where it is.
    pub(crate) region: String,
    /// Its template.
    pub(crate) template: Value,
    /// What the template is given.
    pub(crate) parameters: BTreeMap<String, String>,
    /// The tags of the stack and of all in it.
    pub(crate) tags: BTreeMap<String, String>,
    /// What this changes, in a few words.
    pub(crate) summary: String,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Applied {
    /// It was in effect.
    Unchanged,
    /// It is in effect now.
    Changed {
        /// The version that was in effect before; `None` for a new stack.
        before: Option<u32>,
    },
}

/// What works on stacks.
#[derive(Debug)]
pub(crate) struct Engine {
    /// The account.
    pub(crate) aws: Aws,
    /// The bucket of state.
    pub(crate) store: Store,
    /// The stores of viewer functions.
    pub(crate) pairs: PairStores,
    /// What was meant so far.
    pub(crate) journal: Journal,
    /// Who is told.
    pub(crate) events: Events,
    /// What functions are made of.
    pub(crate) archives: Archives,
    /// Time between two looks at a stack that is being changed.
    pub(crate) poll: Duration,
    /// Stacks that are worked on at once.
    pub(crate) concurrency: usize,
}

impl Engine {
    /// Puts a target into effect, going on from wherever an earlier process stopped.
    pub(crate) async fn apply(&self, target: &Target) -> anyhow::Result<Applied> {
        let stacks = self.aws.stacks(&target.region);
        let there = self.ground(&stacks, &target.name).await?;
        let template = match &there {
            Some(_) => Some(stacks.template(&target.name).await?),
            None => None,
        };
        if let (Some(there), Some(template)) = (&there, &template) {
            self.catch_up(there, template, target).await?;
        }
        let is_there = there.as_ref().is_some_and(|there| {
            template.as_ref() == Some(&target.template) && has_what_is_given(there, target)
        });
        self.drop_other_intent(target).await?;
        let unfinished = self.unfinished(&target.name).await?;
        if is_there && unfinished.is_none_or(|it| it.template != versions::digest(&target.template))
        {
            return Ok(Applied::Unchanged);
        }
        let entry = self.begin(target, there.is_some()).await?;
        if !is_there {
            // The function knows a new rule before the first request that it is for.
            self.write_pairs(template.as_ref(), &target.template).await?;
            self.change(&stacks, target, template.as_ref(), &entry).await?;
        }
        self.end(target, entry).await
    }

    /// Writes a version down that an earlier process put into effect and could not write down any
    /// more, where something else is wanted by now.
    async fn catch_up(
        &self,
        there: &Described,
        template: &Value,
        target: &Target,
    ) -> anyhow::Result<()> {
        let entry = self.unfinished(&target.name).await?;
        let is_its = |entry: &Entry| entry.template == versions::digest(template);
        let Some(entry) = entry.filter(is_its) else { return Ok(()) };
        if *template == target.template {
            return Ok(());
        }
        let was = Target {
            template: template.clone(),
            parameters: there.parameters.clone(),
            tags: there.tags.clone(),
            ..target.clone()
        };
        self.end(&was, entry).await?;
        Ok(())
    }

    /// What was meant for a stack and is not written down as being in effect.
    async fn unfinished(&self, stack: &str) -> anyhow::Result<Option<Entry>> {
        Ok(self.journal.entry(stack).await?.filter(|entry| !entry.done))
    }

    /// Takes back what an earlier process told the viewer function for something that is not wanted
    /// any more, and did not come to.
    async fn drop_other_intent(&self, target: &Target) -> anyhow::Result<()> {
        let entry = self.unfinished(&target.name).await?;
        let is_other = |entry: &Entry| entry.template != versions::digest(&target.template);
        let Some(entry) = entry.filter(is_other) else { return Ok(()) };
        let meant = versions::template(&self.store, &entry.template).await?;
        self.write_pairs(Some(&meant), &target.template).await
    }

    /// Writes what the viewer function is to know of the site.
    async fn write_pairs(&self, before: Option<&Value>, after: &Value) -> anyhow::Result<()> {
        let Some(after) = SitePairs::of(after) else { return Ok(()) };
        let before = before.and_then(SitePairs::of);
        let (put, take) = difference(before.as_ref(), &after);
        self.pairs.write(&after.store, &put, &take).await
    }

    /// Waits until nothing is under way, and clears away what never came to be. The stack, where
    /// there is one with resources.
    async fn ground(&self, stacks: &Stacks, name: &str) -> anyhow::Result<Option<Described>> {
        let Some(stack) = self.settled(stacks, name).await? else { return Ok(None) };
        match stack.status.as_str() {
            "REVIEW_IN_PROGRESS" => Ok(None),
            // Nothing was made, and nothing can be made of it.
            "ROLLBACK_COMPLETE" => {
                stacks.delete(name).await?;
                if let Some(stack) = self.settled(stacks, name).await? {
                    bail!("the stack {name} could not be cleared away: {}", stack.status);
                }
                Ok(None)
            }
            status if status.ends_with("_FAILED") => Err(Hinted::error(
                format!("the stack {name} is in {status}, which AWS leaves to people"),
                format!(
                    "see its events; `aws cloudformation continue-update-rollback --stack-name \
                     {name}` brings it back, then run the same command again"
                ),
            )),
            _ => Ok(Some(stack)),
        }
    }

    /// Waits until nothing is under way.
    async fn settled(&self, stacks: &Stacks, name: &str) -> anyhow::Result<Option<Described>> {
        loop {
            let stack = stacks.describe(name).await?;
            let is_busy = stack.as_ref().is_some_and(|stack| {
                stack.status.ends_with("_IN_PROGRESS") && stack.status != "REVIEW_IN_PROGRESS"
            });
            if !is_busy {
                return Ok(stack.filter(|stack| stack.status != "DELETE_COMPLETE"));
            }
            tokio::time::sleep(self.poll).await;
        }
    }

    /// Notes what is meant, before anything is done.
    async fn begin(&self, target: &Target, is_there: bool) -> anyhow::Result<Entry> {
        let template = versions::keep_template(&self.store, &target.template).await?;
        if let Some(entry) = self.unfinished(&target.name).await?
            && entry.template == template
        {
            return Ok(entry);
        }
        let last = versions::numbers(&self.store, &target.name).await?.last().copied();
        let before = last.filter(|_| is_there);
        let entry = Entry { template, version: last.unwrap_or(0) + 1, before, done: false };
        self.journal.note(&target.name, &entry).await?;
        Ok(entry)
    }

    /// Writes down that it is in effect.
    async fn end(&self, target: &Target, entry: Entry) -> anyhow::Result<Applied> {
        let version = Version {
            number: entry.version,
            run: self.journal.run.id.clone(),
            who: self.journal.run.who.clone(),
            at: Timestamp::now(),
            template: entry.template.clone(),
            parameters: target.parameters.clone(),
            tags: target.tags.clone(),
            summary: target.summary.clone(),
        };
        versions::record(&self.store, &target.name, &version).await?;
        let before = entry.before;
        self.journal.note(&target.name, &Entry { done: true, ..entry }).await?;
        Ok(Applied::Changed { before })
    }

    /// Changes a stack by a change set that does what the templates say.
    async fn change(
        &self,
        stacks: &Stacks,
        target: &Target,
        before: Option<&Value>,
        entry: &Entry,
    ) -> anyhow::Result<()> {
        // Of what it does: another process may have meant something else by the same version.
        let digest = entry.template.get(..8).unwrap_or_default();
        let name = format!("cdn-cli-{}-v{}-{digest}", self.journal.run.id, entry.version);
        let state = self.proposed(stacks, target, before, entry, &name).await?;
        match state {
            ChangeSetState::Empty => return stacks.withdraw(&target.name, &name).await,
            ChangeSetState::Ready => stacks.execute(&target.name, &name).await?,
            // An earlier process put it into effect.
            ChangeSetState::Done | ChangeSetState::Pending => {}
            ChangeSetState::Failed(reason) => {
                stacks.withdraw(&target.name, &name).await?;
                bail!("CloudFormation refuses the change of {}: {reason}", target.name);
            }
        }
        self.events.tell(Event::changing(&target.name));
        self.arrived(stacks, target).await
    }

    /// The change set, ready and looked at.
    async fn proposed(
        &self,
        stacks: &Stacks,
        target: &Target,
        before: Option<&Value>,
        entry: &Entry,
        name: &str,
    ) -> anyhow::Result<ChangeSetState> {
        let found = match stacks.change_set(&target.name, name).await? {
            // What failed before may have failed for a reason that is gone.
            Some(found) if matches!(found.state, ChangeSetState::Failed(_)) => {
                stacks.withdraw(&target.name, name).await?;
                None
            }
            found => found,
        };
        if found.is_none() {
            self.propose(stacks, target, before.is_none(), entry, name).await?;
        }
        loop {
            let found = stacks.change_set(&target.name, name).await?;
            let found = found.with_context(|| format!("the change {name} is gone"))?;
            if found.state == ChangeSetState::Pending {
                tokio::time::sleep(self.poll).await;
                continue;
            }
            if found.state == ChangeSetState::Ready
                && let Err(refusal) = check(&found.changes, before, &target.template)
            {
                stacks.withdraw(&target.name, name).await?;
                return Err(Hinted::error(
                    format!("the stack {} is left as it is: {refusal}", target.name),
                    "somebody changed the stack since the plan was made, or the change cannot be \
                     made in place; `cdn-cli plan` shows how it is now",
                ));
            }
            return Ok(found.state);
        }
    }

    async fn propose(
        &self,
        stacks: &Stacks,
        target: &Target,
        is_new: bool,
        entry: &Entry,
        name: &str,
    ) -> anyhow::Result<()> {
        let body = target.template.to_string();
        let url = self.store.url(&versions::template_key(&entry.template));
        let template =
            if body.len() <= BODY_LIMIT { Source::Body(&body) } else { Source::Url(&url) };
        let request = Request {
            stack: &target.name,
            name,
            is_new,
            template,
            parameters: &target.parameters,
            tags: &target.tags,
        };
        stacks.propose(&request).await
    }

    /// Waits until the change is in effect.
    async fn arrived(&self, stacks: &Stacks, target: &Target) -> anyhow::Result<()> {
        let stack = self.settled(stacks, &target.name).await?;
        let status = stack.as_ref().map_or("gone", |stack| stack.status.as_str());
        if matches!(status, "CREATE_COMPLETE" | "UPDATE_COMPLETE") {
            return Ok(());
        }
        let reason = match stacks.failure(&target.name).await? {
            Some(reason) => reason,
            None => stack.as_ref().and_then(|it| it.reason.clone()).unwrap_or(status.to_owned()),
        };
        bail!("the stack {} went back to what it was: {reason}", target.name)
    }

    /// Deletes a stack. Its distribution answers nobody any more before it goes.
    pub(crate) async fn delete(&self, name: &str, region: &str) -> anyhow::Result<()> {
        let stacks = self.aws.stacks(region);
        let Some(_) = self.settled(&stacks, name).await? else { return Ok(()) };
        self.refuse_full_buckets(name, region).await?;
        self.events.tell(Event::deleting(name));
        self.journal.forget(name).await?;
        stacks.delete(name).await?;
        match self.settled(&stacks, name).await? {
            None => Ok(()),
            Some(stack) => {
                let reason = stacks.failure(name).await?.or(stack.reason).unwrap_or(stack.status);
                bail!("the stack {name} is still there: {reason}")
            }
        }
    }

    /// Stops where a bucket that would go holds anything.
    pub(crate) async fn refuse_full_buckets(&self, name: &str, region: &str) -> anyhow::Result<()> {
        for (resource, kind, bucket) in self.aws.stacks(region).resources(name).await? {
            if kind != "AWS::S3::Bucket" {
                continue;
            }
            let listed = self.aws.s3().list_objects_v2().bucket(&bucket).max_keys(1).send().await;
            if listed.is_ok_and(|listed| !listed.contents().is_empty()) {
                return Err(Hinted::error(
                    format!("the bucket {bucket} ({resource} of {name}) is not empty"),
                    "empty it first; nothing was deleted",
                ));
            }
        }
        Ok(())
    }

    /// Keeps a document of the fleet.
    pub(crate) async fn remember<T>(&self, key: &str, document: &T) -> anyhow::Result<()>
    where
        T: serde::Serialize + Sync,
    {
        self.store.write(key, document, Condition::Always).await?;
        Ok(())
    }
}

/// Whether parameters and tags are as they are to be. Tags that others put on the stack are theirs.
fn has_what_is_given(there: &Described, target: &Target) -> bool {
    let has = |there: &BTreeMap<String, String>, wanted: &BTreeMap<String, String>| {
        wanted.iter().all(|(name, value)| there.get(name) == Some(value))
    };
    has(&there.parameters, &target.parameters) && has(&there.tags, &target.tags)
}
