//! The spine of a deploy: what sites share, the sites wave by wave, what goes.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::{StreamExt as _, stream};

use super::apply::{Applied, Engine, Target};
use super::events::Event;
use super::gates::Gates;
use super::health::{Probe, Site};
use super::versions;
use crate::plan::{Action, Desired, Plan, Step};

/// What Lambda says of a function whose replicas are still at the edges.
const REPLICATED: &str = "replicated function";

/// What is to be deployed.
#[derive(Clone, Debug)]
pub(crate) struct Order {
    /// What was agreed to.
    pub(crate) plan: Plan,
    /// Every stack of the fleet.
    pub(crate) desired: Vec<Desired>,
    /// Whether stacks that nobody wants any more go.
    pub(crate) prune: bool,
    /// How sites are asked whether they are well; `None` for not at all.
    pub(crate) probe: Option<Probe>,
    /// What a wave is held against after it.
    pub(crate) gates: Gates,
    /// The domains of the sites.
    pub(crate) domains: BTreeMap<String, Vec<String>>,
    /// Whether a wave that is not well goes back to what it was.
    pub(crate) roll_back: bool,
}

/// How it ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// Stacks that were changed.
    pub(crate) changed: usize,
    /// Stacks that were as they are to be.
    pub(crate) unchanged: usize,
    /// What could not be changed or is not well, and why.
    pub(crate) failed: BTreeMap<String, String>,
    /// Sites that went back.
    pub(crate) rolled_back: Vec<String>,
}

impl Outcome {
    /// Counts what came of a stack.
    pub(crate) fn count(&mut self, name: &str, applied: anyhow::Result<Applied>) {
        match applied {
            Ok(Applied::Changed { .. }) => self.changed += 1,
            Ok(Applied::Unchanged) => self.unchanged += 1,
            Err(error) => {
                self.failed.insert(name.to_owned(), format!("{error:#}"));
            }
        }
    }

    /// Whether everything is as it is to be.
    pub(crate) fn is_well(&self) -> bool {
        self.failed.is_empty()
    }
}

/// Does what the plan says. It stops after the first wave that is not well.
pub(crate) async fn deploy(engine: &Engine, order: &Order) -> anyhow::Result<Outcome> {
    let mut outcome = Outcome::default();
    engine.shared(order, &mut outcome).await;
    for (wave, actions) in order.waves() {
        if !outcome.is_well() {
            return Ok(outcome);
        }
        engine.wave(order, wave, &actions, &mut outcome).await?;
    }
    if outcome.is_well() {
        engine.leftovers(order, &mut outcome).await;
    }
    Ok(outcome)
}

impl Order {
    /// The stacks that sites share and that have to be changed, in the order they need each other:
    /// those of a part need only what is in the parts before.
    fn shared(&self) -> Vec<Vec<&Desired>> {
        let mut left: Vec<&Desired> = self
            .plan
            .actions
            .iter()
            .filter(|action| action.site.is_none() && action.step != Step::Keep)
            .filter_map(|action| self.stack(&action.stack))
            .collect();
        let mut parts = Vec::new();
        while !left.is_empty() {
            let waiting: BTreeSet<String> = left.iter().map(|stack| stack.name.clone()).collect();
            let is_ready =
                |stack: &&Desired| !stack.after.iter().any(|name| waiting.contains(name));
            let (ready, later): (Vec<_>, Vec<_>) = left.into_iter().partition(is_ready);
            // Stacks that wait for each other would be a mistake of the templates: one by one then.
            let ready = if ready.is_empty() { later.clone() } else { ready };
            left = later
                .into_iter()
                .filter(|stack| !ready.iter().any(|it| it.name == stack.name))
                .collect();
            parts.push(ready);
        }
        parts
    }

    fn site_actions(&self) -> impl Iterator<Item = &Action> {
        self.plan.actions.iter().filter(|action| action.site.is_some() && action.wave.is_some())
    }

    /// The sites that have to be changed, by their waves.
    fn waves(&self) -> BTreeMap<u32, Vec<&Action>> {
        let mut waves: BTreeMap<u32, Vec<&Action>> = BTreeMap::new();
        for action in self.site_actions().filter(|action| action.step != Step::Keep) {
            waves.entry(action.wave.unwrap_or(0)).or_default().push(action);
        }
        waves
    }

    pub(super) fn stack(&self, name: &str) -> Option<&Desired> {
        self.desired.iter().find(|stack| stack.name == name)
    }
}

impl Engine {
    /// Puts the stacks that sites share into effect.
    async fn shared(&self, order: &Order, outcome: &mut Outcome) {
        let parts = order.shared();
        if parts.is_empty() {
            return;
        }
        let name = "what sites share".to_owned();
        self.events.tell(Event::Phase { name, stacks: parts.iter().map(Vec::len).sum() });
        for part in parts {
            let results: Vec<_> = stream::iter(part)
                .map(|stack| async move {
                    let applied = self.put(stack, "shared by sites").await;
                    self.tell(&stack.name, &applied);
                    (stack.name.clone(), applied)
                })
                .buffer_unordered(self.concurrency)
                .collect()
                .await;
            for (name, applied) in results {
                outcome.count(&name, applied);
            }
            if !outcome.is_well() {
                return;
            }
        }
    }

    /// Puts a stack into effect as it is desired.
    async fn put(&self, stack: &Desired, summary: &str) -> anyhow::Result<Applied> {
        self.apply(&self.target(stack, summary).await?).await
    }

    /// Puts the sites of a wave into effect, and asks whether they are well.
    async fn wave(
        &self,
        order: &Order,
        wave: u32,
        actions: &[&Action],
        outcome: &mut Outcome,
    ) -> anyhow::Result<()> {
        let name = format!("wave {wave}");
        self.events.tell(Event::Phase { name: name.clone(), stacks: actions.len() });
        let watch = self.watch(order, actions).await?;
        let results: Vec<(&Action, Option<anyhow::Result<Applied>>)> = {
            let has_failed = std::sync::atomic::AtomicBool::new(false);
            let failed = &has_failed;
            stream::iter(actions)
                .map(|action| async move {
                    use std::sync::atomic::Ordering::Relaxed;
                    // After a failure nothing more is begun; what is under way comes to its end.
                    let stack = order.stack(&action.stack).filter(|_| !failed.load(Relaxed));
                    let Some(stack) = stack else { return (*action, None) };
                    let applied = self.put(stack, &summary(action)).await;
                    self.tell(&action.stack, &applied);
                    failed.fetch_or(applied.is_err(), Relaxed);
                    (*action, Some(applied))
                })
                .buffer_unordered(self.concurrency)
                .collect()
                .await
        };
        let mut changed = Vec::new();
        for (action, result) in results {
            if let Some(Ok(Applied::Changed { before })) = result {
                changed.push((action, before));
            }
            if let Some(result) = result {
                outcome.count(&name_of(action), result);
            }
        }
        if outcome.is_well() {
            self.probe(order, &changed, outcome).await;
        }
        if let Some(watch) = watch.filter(|_| outcome.is_well()) {
            let watched: Vec<&Action> = changed.iter().map(|(action, _)| *action).collect();
            self.soak(order, &watch, &watched, outcome).await?;
        }
        if !outcome.is_well() && order.roll_back {
            self.roll_back(order, &changed, outcome).await?;
        }
        Ok(())
    }

    async fn probe(
        &self,
        order: &Order,
        changed: &[(&Action, Option<u32>)],
        outcome: &mut Outcome,
    ) {
        let Some(probe) = &order.probe else { return };
        let results: Vec<(String, Result<(), String>)> = stream::iter(changed)
            .map(|(action, _)| async move {
                let site = name_of(action);
                (site.clone(), self.probe_one(order, probe, action, &site).await)
            })
            .buffer_unordered(self.concurrency)
            .collect()
            .await;
        for (site, result) in results {
            let reason = result.err();
            self.events.tell(Event::Probed { site: site.clone(), reason: reason.clone() });
            if let Some(reason) = reason {
                outcome.failed.insert(site, reason);
            }
        }
    }

    async fn probe_one(
        &self,
        order: &Order,
        probe: &Probe,
        action: &Action,
        site: &str,
    ) -> Result<(), String> {
        let region = order.stack(&action.stack).map_or("", |stack| stack.region.as_str());
        let stack = self.aws.stacks(region).describe(&action.stack).await;
        let stack = stack.map_err(|error| format!("{error:#}"))?;
        let outputs = stack.map(|stack| stack.outputs).unwrap_or_default();
        let domains = order.domains.get(site).map(Vec::as_slice).unwrap_or_default();
        let endpoint = outputs.get("DomainName").map(String::as_str);
        probe.ask(&Site { domains, endpoint }).await
    }

    /// Brings the sites of a wave back to the versions they had.
    async fn roll_back(
        &self,
        order: &Order,
        changed: &[(&Action, Option<u32>)],
        outcome: &mut Outcome,
    ) -> anyhow::Result<()> {
        let back: Vec<(&Action, u32)> =
            changed.iter().filter_map(|(action, before)| Some((*action, (*before)?))).collect();
        if back.is_empty() {
            return Ok(());
        }
        let sites: Vec<String> = back.iter().map(|(action, _)| name_of(action)).collect();
        self.events.tell(Event::RollingBack { sites: sites.clone() });
        for (action, number) in back {
            let Some(stack) = order.stack(&action.stack) else { continue };
            let applied = self.to_version(stack, number).await;
            self.tell(&action.stack, &applied);
            match applied {
                Ok(_) => outcome.rolled_back.push(name_of(action)),
                Err(error) => {
                    let told = format!("not rolled back: {error:#}");
                    outcome.failed.entry(name_of(action)).or_insert(told);
                }
            }
        }
        Ok(())
    }

    /// Puts an earlier version of a stack into effect; it becomes a new version.
    async fn to_version(&self, stack: &Desired, number: u32) -> anyhow::Result<Applied> {
        let version = versions::one(&self.store, &stack.name, number).await?;
        let template = versions::template(&self.store, &version.template).await?;
        let target = Target {
            name: stack.name.clone(),
            region: stack.region.clone(),
            template,
            parameters: version.parameters,
            tags: version.tags,
            summary: format!("back to version {number}"),
        };
        self.apply(&target).await
    }

    /// Deletes what nobody wants any more: sites only where that was asked for, and what they
    /// shared last.
    async fn leftovers(&self, order: &Order, outcome: &mut Outcome) {
        let is_meant = |action: &&Action| {
            action.step == Step::Delete && (order.prune || action.site.is_none())
        };
        for action in order.plan.actions.iter().filter(is_meant) {
            let deleted = self.delete(&action.stack, &action.region).await;
            if let Err(error) = &deleted
                && format!("{error:#}").contains(REPLICATED)
            {
                // It is still there for the next deploy to find.
                let text = format!("{} stays until AWS has taken back its replicas.", action.stack);
                self.events.tell(Event::Note { text });
                continue;
            }
            let applied = deleted.map(|()| Applied::Changed { before: None });
            self.tell(&action.stack, &applied);
            outcome.count(&action.stack, applied);
            if !outcome.is_well() {
                return;
            }
        }
    }

    /// Tells what came of a stack.
    pub(crate) fn tell(&self, stack: &str, applied: &anyhow::Result<Applied>) {
        let stack = stack.to_owned();
        self.events.tell(match applied {
            Ok(applied) => Event::Done { stack, changed: *applied != Applied::Unchanged },
            Err(error) => Event::Failed { stack, reason: format!("{error:#}") },
        });
    }
}

fn name_of(action: &Action) -> String {
    action.site.clone().unwrap_or_else(|| action.stack.clone())
}

/// What an action changes, in a few words.
fn summary(action: &Action) -> String {
    let mut fields: Vec<&str> = action
        .changes
        .iter()
        .map(|change| change.field.rsplit('.').next().unwrap_or(&change.field))
        .collect();
    fields.dedup();
    match (action.step, fields.as_slice()) {
        (Step::Create, _) => "new".to_owned(),
        (_, []) => "references".to_owned(),
        (_, [one]) => (*one).to_owned(),
        (_, [first, second]) => format!("{first}, {second}"),
        (_, [first, second, rest @ ..]) => format!("{first}, {second} and {} more", rest.len()),
    }
}
