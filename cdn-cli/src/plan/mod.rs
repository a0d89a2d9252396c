//! What a deploy would do: desired against deployed, field by field. Pure: no network, no clock.
//!
//! ```text
//! desired stacks, deployed stacks -> Plan        one action a stack        actions
//!   template, template            -> changes     field by field            diff
//!   (a reference to a shared object is looked through: references)
//!   change                        -> Risk        a table of properties     risk
//! Plan -> text                                   grouped over the sites    group, text
//! applied, live -> what was changed past the deploys                       drift
//! ```

mod actions;
pub(crate) mod adopt;
mod diff;
pub(crate) mod drift;
mod group;
mod links;
mod pairs;
mod references;
mod risk;
mod text;

use std::collections::BTreeMap;

use cloudformation::{Ask, Stack, StackKind};
use serde::{Deserialize, Serialize};
use serde_json::Value;

#[cfg(feature = "tables")]
pub(crate) use actions::KIND_TAG;
pub(crate) use actions::{FLEET_TAG, SITE_TAG, plan};
pub(crate) use drift::{Drift, LiveStack};
pub(crate) use links::{exports, imports, missing_exports};
pub(crate) use pairs::{SitePairs, about, attach, difference, strays};
pub(crate) use risk::Risk;
pub(crate) use text::{count, render};

/// A stack as AWS has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Deployed {
    /// Its name.
    pub(crate) name: String,
    /// Where it is.
    #[serde(default = "of_cloudfront")]
    pub(crate) region: String,
    /// CloudFormation's status, `UPDATE_COMPLETE`.
    pub(crate) status: String,
    /// The template that was last put into effect.
    pub(crate) template: Value,
    /// What its parameters are.
    pub(crate) parameters: BTreeMap<String, String>,
    /// Its tags.
    pub(crate) tags: BTreeMap<String, String>,
    /// What it tells of itself.
    pub(crate) outputs: BTreeMap<String, String>,
}

/// Where stacks are that say nothing else.
fn of_cloudfront() -> String {
    cloudformation::CLOUDFRONT_REGION.to_owned()
}

/// A stack as it is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Desired {
    /// Its name.
    pub(crate) name: String,
    /// The site it is the stack of; `None` for what sites share.
    pub(crate) site: Option<String>,
    /// Where it is.
    pub(crate) region: String,
    /// Its template.
    pub(crate) template: Value,
    /// What the template is given.
    pub(crate) parameters: BTreeMap<String, String>,
    /// The tags of the stack and of all in it.
    pub(crate) tags: BTreeMap<String, String>,
    /// Parameters whose values are known in the account only.
    pub(crate) asks: BTreeMap<String, Ask>,
    /// The stacks that must be there before.
    pub(crate) after: Vec<String>,
}

impl From<&Stack> for Desired {
    fn from(stack: &Stack) -> Self {
        Self {
            name: stack.name.clone(),
            site: match &stack.kind {
                StackKind::Site(name) => Some(name.clone()),
                StackKind::Shared(_) => None,
            },
            region: stack.region.clone(),
            template: stack.template.to_json(),
            parameters: stack.parameters.clone(),
            tags: stack.tags.clone(),
            asks: stack.asks.clone(),
            after: stack.after.clone(),
        }
    }
}

/// What is to be done, in the order in which it is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Plan {
    /// One for each stack that is wanted or there.
    pub(crate) actions: Vec<Action>,
    /// What was changed past the deploys, where that was looked at.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) by_hand: Vec<Drift>,
}

/// What is to be done about a stack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Action {
    /// The stack.
    pub(crate) stack: String,
    /// Where it is.
    pub(crate) region: String,
    /// The site it is the stack of; `None` for what sites share.
    pub(crate) site: Option<String>,
    /// When: all sites of a wave before those of the next. Shared stacks are first.
    pub(crate) wave: Option<u32>,
    /// What.
    pub(crate) step: Step,
    /// How the stack would differ; empty for a new one and for one that goes.
    pub(crate) changes: Vec<Change>,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Step {
    /// It is not there.
    Create,
    /// It differs.
    Update,
    /// It is there and nobody wants it.
    Delete,
    /// Nothing.
    Keep,
}

/// A field that would differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Change {
    /// The resource's name in its template; empty for an output or a parameter.
    pub(crate) resource: String,
    /// `AWS::CloudFront::Distribution`.
    pub(crate) kind: String,
    /// `DistributionConfig.CacheBehaviors[/cart*].CachePolicyId`; empty for the resource as a whole.
    pub(crate) field: String,
    /// `None` where there is nothing yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) before: Option<Value>,
    /// `None` where there will be nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) after: Option<Value>,
    /// What it may do to shoppers.
    pub(crate) risk: Risk,
}

impl Plan {
    /// The same, knowing what was changed past the deploys: an update of a stack writes over what
    /// was changed in it, but not over what it shares.
    pub(crate) fn knowing(mut self, mut drifts: Vec<Drift>) -> Self {
        drifts.retain(|drift| self.actions.iter().any(|action| action.stack == drift.stack));
        for drift in &mut drifts {
            let action = self.actions.iter().find(|action| action.stack == drift.stack);
            let is_written = action.is_some_and(|action| action.step == Step::Update);
            for by_hand in &mut drift.changes {
                let is_shared = by_hand.change.field.contains(".Properties.")
                    || by_hand.change.kind == "Metadata";
                by_hand.is_overwritten = is_written && !is_shared && !by_hand.is_wanted;
            }
        }
        self.by_hand = drifts;
        self
    }

    /// Whether there is anything to do.
    pub(crate) fn is_empty(&self) -> bool {
        self.actions.iter().all(|action| action.step == Step::Keep)
    }

    /// The changes that a deploy refuses, each with its stack.
    pub(crate) fn refused(&self) -> impl Iterator<Item = (&str, &Change)> {
        self.actions.iter().flat_map(|action| {
            let refused = action.changes.iter().filter(|change| change.risk == Risk::Replacement);
            refused.map(|change| (action.stack.as_str(), change))
        })
    }
}
