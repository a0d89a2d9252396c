//! From what is there to `CloudFront`, all at once or a part at a time, and back.

use serde::Serialize;

use super::records::{RecordSet, Share};

/// The share of `CloudFront`.
pub(crate) const OURS: &str = "cdn-cli-cloudfront";
/// The share of what was there before.
pub(crate) const BEFORE: &str = "cdn-cli-before";
/// Seconds for which a share may be kept: what an alias of `CloudFront` has.
pub(crate) const TTL: u32 = 60;
/// The weights of both shares together.
const WHOLE: u8 = 100;

/// Percent of the traffic that goes to `CloudFront`, 1 to 100.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Weight(u8);

impl Weight {
    /// Everything.
    pub(crate) const WHOLE: Self = Self(WHOLE);

    /// Percent.
    pub(crate) fn percent(self) -> u8 {
        self.0
    }
}

impl std::str::FromStr for Weight {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let percent = text.parse().ok().filter(|percent| (1..=WHOLE).contains(percent));
        percent.map(Self).ok_or_else(|| "a whole number of percent, 1 to 100".to_owned())
    }
}

/// What goes and what comes, in one step that Route 53 takes as a whole or not at all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Batch {
    /// What goes, as it is there to the letter.
    pub(crate) delete: Vec<RecordSet>,
    /// What comes.
    pub(crate) create: Vec<RecordSet>,
}

impl Batch {
    /// What turns one state into another.
    pub(crate) fn between(now: &[RecordSet], goal: &[RecordSet]) -> Self {
        let without = |all: &[RecordSet], others: &[RecordSet]| {
            all.iter().filter(|it| !others.contains(it)).cloned().collect()
        };
        Self { delete: without(now, goal), create: without(goal, now) }
    }

    /// Whether there is nothing to do.
    pub(crate) fn is_empty(&self) -> bool {
        self.delete.is_empty() && self.create.is_empty()
    }
}

/// Why traffic cannot be shared out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// There is nobody to share with.
    NothingBefore,
    /// What was there is shared out, or hangs on something else, by somebody else.
    RoutedByOthers,
}

/// Whether any of the records is `cdn-cli`'s: then what is there is not what was there before.
pub(crate) fn is_ours(now: &[RecordSet], wanted: &[RecordSet]) -> bool {
    now.iter().any(|it| wanted.contains(it) || it.share.as_ref().is_some_and(|it| it.id == OURS))
}

/// The records, kept by resolvers no longer than a share.
pub(crate) fn lowered(records: &[RecordSet]) -> Vec<RecordSet> {
    let lower = |it: &RecordSet| RecordSet { ttl: it.ttl.map(|ttl| ttl.min(TTL)), ..it.clone() };
    records.iter().map(lower).collect()
}

/// Whether two states say the same, for however long it is kept.
pub(crate) fn differ_in_ttl_only(one: &[RecordSet], other: &[RecordSet]) -> bool {
    let said = |records: &[RecordSet]| {
        let mut said: Vec<_> =
            records.iter().map(|it| RecordSet { ttl: None, ..it.clone() }).collect();
        said.sort_unstable();
        said
    };
    said(one) == said(other)
}

/// The records with a part of the traffic at `CloudFront`. `before` is what was there at first,
/// `wanted` what is to be there at last, `target` where that leads.
///
/// Only types that were there before are shared out: a share of a type that has no other is all of
/// it. So `AAAA` comes with the whole where there was none, and a CNAME, beside which nothing may
/// stand, is shared with a CNAME.
pub(crate) fn goal(
    before: &[RecordSet],
    wanted: &[RecordSet],
    target: &str,
    weight: Weight,
) -> Result<Vec<RecordSet>, Refusal> {
    if before.iter().any(|it| it.is_routed || it.share.is_some()) {
        return Err(Refusal::RoutedByOthers);
    }
    if weight == Weight::WHOLE {
        return Ok(wanted.to_vec());
    }
    if before.is_empty() {
        return Err(Refusal::NothingBefore);
    }
    Ok(before.iter().flat_map(|old| shares(old, wanted, target, weight)).collect())
}

/// A record and its counterpart at `CloudFront`; alone where there is none.
fn shares(old: &RecordSet, wanted: &[RecordSet], target: &str, weight: Weight) -> Vec<RecordSet> {
    let new = match old.kind.as_str() {
        "CNAME" => Some(RecordSet::plain(&old.name, "CNAME", TTL, vec![target.to_owned()])),
        kind => wanted.iter().find(|it| it.kind == kind).cloned(),
    };
    let Some(new) = new else { return vec![old.clone()] };
    let share = |id: &str, weight: u8| Some(Share { id: id.to_owned(), weight });
    let old_ttl = old.ttl.map(|ttl| ttl.min(TTL));
    vec![
        RecordSet { share: share(BEFORE, WHOLE - weight.0), ttl: old_ttl, ..old.clone() },
        RecordSet { share: share(OURS, weight.0), ..new },
    ]
}

#[cfg(test)]
mod tests;
