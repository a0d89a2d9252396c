//! One action for each stack that is wanted or there.

use std::collections::{BTreeMap, BTreeSet};

use cloudformation::Ask;

use super::diff::changes;
use super::links::{exports, imports};
use super::references::Exports;
use super::{Action, Change, Deployed, Desired, Plan, Risk, Step};
use crate::deploy::asks::known;

/// What has to be done so that what is deployed is what is desired. `waves` says when a site is
/// deployed. Shared stacks come first, in the order they need each other, then the sites wave by
/// wave; what goes is last.
pub(crate) fn plan(
    desired: &[Desired],
    deployed: &BTreeMap<String, Deployed>,
    waves: &BTreeMap<String, u32>,
) -> Plan {
    let wanted = Exports::of(desired.iter().map(|stack| (stack.name.as_str(), &stack.template)));
    let there = Exports::of(deployed.values().map(|stack| (stack.name.as_str(), &stack.template)));
    let mut actions: Vec<Action> = desired
        .iter()
        .map(|stack| {
            let old = deployed.get(&stack.name).filter(|old| is_real(old));
            let changes = old.map_or_else(Vec::new, |old| {
                let mut found = changes((&old.template, &there), (&stack.template, &wanted));
                given(stack, &known(stack, deployed), old, &mut found);
                renewed(stack, desired, deployed, old, &mut found);
                found
            });
            let step = match old {
                None => Step::Create,
                // A reference to a shared object whose content is the same is no change to people,
                // but one to the template.
                Some(old) if changes.is_empty() && old.template == stack.template => Step::Keep,
                Some(_) => Step::Update,
            };
            action(stack, waves, step, changes)
        })
        .collect();
    actions.sort_by_key(|action| action.wave.map_or(0, |wave| u64::from(wave) + 1));
    actions.extend(leftovers(desired, deployed));
    Plan { actions, by_hand: Vec::new() }
}

fn action(
    stack: &Desired,
    waves: &BTreeMap<String, u32>,
    step: Step,
    changes: Vec<Change>,
) -> Action {
    let site = stack.site.clone();
    let wave = site.as_ref().map(|site| waves.get(site).copied().unwrap_or(1));
    Action { stack: stack.name.clone(), region: stack.region.clone(), site, wave, step, changes }
}

/// Whether a stack has resources: one whose creation failed, or was only prepared, has none.
fn is_real(stack: &Deployed) -> bool {
    !matches!(stack.status.as_str(), "REVIEW_IN_PROGRESS" | "ROLLBACK_COMPLETE")
}

/// Parameters and tags that would differ. Tags that others put on the stack are theirs.
fn given(
    stack: &Desired,
    parameters: &BTreeMap<String, String>,
    old: &Deployed,
    found: &mut Vec<Change>,
) {
    for (kind, wanted, there) in
        [("Parameter", parameters, &old.parameters), ("Tag", &stack.tags, &old.tags)]
    {
        for (name, value) in wanted.iter().filter(|(name, value)| there.get(*name) != Some(value)) {
            found.push(Change {
                resource: String::new(),
                kind: kind.to_owned(),
                field: name.clone(),
                before: there.get(name).cloned().map(Into::into),
                after: Some(value.clone().into()),
                risk: Risk::Safe,
            });
        }
    }
}

/// A version of a function that is known only when its stack has another archive.
fn renewed(
    stack: &Desired,
    desired: &[Desired],
    deployed: &BTreeMap<String, Deployed>,
    old: &Deployed,
    found: &mut Vec<Change>,
) {
    const ARCHIVE: &str = "ArchiveSha256";
    let gets_another = |name: &String| {
        let wanted = desired.iter().find(|it| it.name == *name);
        let wanted = wanted.and_then(|it| it.parameters.get(ARCHIVE));
        let there = deployed.get(name).and_then(|it| it.parameters.get(ARCHIVE));
        wanted.is_some() && wanted != there
    };
    for (name, ask) in &stack.asks {
        if let Ask::Output { stack, output, .. } = ask
            && output == "VersionArn"
            && gets_another(stack)
        {
            found.push(Change {
                resource: String::new(),
                kind: "Parameter".to_owned(),
                field: name.clone(),
                before: old.parameters.get(name).cloned().map(Into::into),
                after: Some(format!("the next version of {stack}").into()),
                risk: Risk::Routing,
            });
        }
    }
}

/// The stacks that nobody wants any more, sites' before shared ones. What a site still uses that is
/// not in the fleet any more is not among them: it goes with the site.
fn leftovers(desired: &[Desired], deployed: &BTreeMap<String, Deployed>) -> Vec<Action> {
    let is_wanted = |name: &String| desired.iter().any(|stack| stack.name == *name);
    let is_asked_for = |stack: &&Deployed| stack.tags.get(KIND_TAG).is_some_and(|it| it == ATHENA);
    let left = || {
        let left = deployed.values().filter(|stack| !is_wanted(&stack.name));
        // What `cdn-cli logs setup` made is no part of a fleet's deploy.
        left.filter(|stack| !is_asked_for(stack))
    };
    let used: BTreeSet<String> = left()
        .filter(|stack| stack.tags.contains_key(SITE_TAG))
        .flat_map(|stack| imports(&stack.template))
        .collect();
    let mut left: Vec<Action> = left()
        .filter(|stack| exports(&stack.name, &stack.template).is_disjoint(&used))
        .map(|stack| Action {
            stack: stack.name.clone(),
            region: stack.region.clone(),
            site: stack.tags.get(SITE_TAG).cloned(),
            wave: None,
            step: Step::Delete,
            changes: Vec::new(),
        })
        .collect();
    left.sort_by_key(|action| action.site.is_none());
    left
}

/// The tag by which a stack is known to be of a fleet.
pub(crate) const FLEET_TAG: &str = "cdn:fleet";
/// The tag that says what a stack is.
pub(crate) const KIND_TAG: &str = "cdn:kind";
/// What it is of the stack that Athena is asked by.
pub(crate) const ATHENA: &str = "athena";
/// The tag that names the site of a stack.
pub(crate) const SITE_TAG: &str = "cdn:site";
