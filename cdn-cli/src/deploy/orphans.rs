//! Versions of the Lambda@Edge function that no site uses any more. AWS deletes one only when its
//! replicas are gone from all edges, hours after the last distribution let go of it: so they wait in
//! a queue, and every deploy tries again.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::look::look;
use crate::aws::{Aws, Condition, Deletion, GLOBAL, Store};
use crate::plan::{Deployed, FLEET_TAG, LiveStack};

/// Where the queue is, in the bucket of state.
const KEY: &str = "orphans.json";
/// The parameter by which a site knows its version.
const PARAMETER: &str = "EdgeFunctionArn";
/// The output by which the function's stack tells the newest version.
const OUTPUT: &str = "VersionArn";
/// Attempts to write the queue, which other deploys write too.
const SWAPS: u32 = 20;

/// A version that waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Orphan {
    /// The function's ARN with the number of the version.
    pub(crate) version: String,
    /// Since when nobody uses it.
    pub(crate) since: Timestamp,
    /// Attempts to delete it.
    pub(crate) attempts: u32,
    /// What AWS said to the last.
    pub(crate) last: Option<String>,
}

/// What became of the queue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Swept {
    /// Versions that are gone.
    pub(crate) deleted: Vec<String>,
    /// Versions that wait.
    pub(crate) waiting: Vec<Orphan>,
}

/// The versions that wait.
pub(crate) async fn waiting(store: &Store) -> anyhow::Result<Vec<Orphan>> {
    Ok(store.read(KEY).await?.map(|(orphans, _)| orphans).unwrap_or_default())
}

/// The stack of the function, and the function itself.
fn function(fleet: &str) -> String {
    format!("{fleet}-edge")
}

/// Puts versions that nobody uses any more into the queue, and tries to delete all that are in it.
/// `deployed` says whether there is such a function at all.
pub(crate) async fn sweep(
    aws: &Aws,
    store: &Store,
    fleet: &str,
    deployed: &BTreeMap<String, Deployed>,
) -> anyhow::Result<Swept> {
    let known = waiting(store).await?;
    let function = function(fleet);
    if known.is_empty() && !deployed.contains_key(&function) {
        return Ok(Swept::default());
    }
    let found = aws.functions().versions(&function).await?;
    if known.is_empty() && found.len() <= 1 {
        return Ok(Swept::default());
    }
    let used = used(aws, fleet).await?;
    let mut queue = queued(known, &found, &used, Timestamp::now());
    let mut swept = Swept::default();
    for orphan in &mut queue {
        match aws.functions().delete(&orphan.version).await {
            Deletion::Gone => swept.deleted.push(orphan.version.clone()),
            Deletion::Refused(reason) => {
                orphan.attempts += 1;
                orphan.last = Some(reason);
            }
        }
    }
    queue.retain(|orphan| !swept.deleted.contains(&orphan.version));
    keep(store, &queue, &swept.deleted, &used).await?;
    swept.waiting = queue;
    Ok(swept)
}

/// The queue with what nobody uses since now, and without what somebody uses again.
fn queued(
    known: Vec<Orphan>,
    versions: &[String],
    used: &BTreeSet<String>,
    now: Timestamp,
) -> Vec<Orphan> {
    let mut queue = known;
    for version in versions {
        if !queue.iter().any(|orphan| number(&orphan.version) == number(version)) {
            let version = version.clone();
            queue.push(Orphan { version, since: now, attempts: 0, last: None });
        }
    }
    queue.retain(|orphan| !used.contains(number(&orphan.version)));
    queue
}

/// The numbers of the versions that templates and live distributions name. All are of one function,
/// whose name some write in full and some do not.
async fn used(aws: &Aws, fleet: &str) -> anyhow::Result<BTreeSet<String>> {
    let stacks = aws.stacks(GLOBAL);
    let mut used = BTreeSet::new();
    let mut sites = Vec::new();
    for stack in stacks.tagged(FLEET_TAG, fleet).await? {
        used.extend(stack.outputs.get(OUTPUT).map(|arn| number(arn).to_owned()));
        if let Some(arn) = stack.parameters.get(PARAMETER) {
            used.insert(number(arn).to_owned());
            sites.push(stacks.deployed(stack).await?);
        }
    }
    let all = BTreeMap::new();
    let live = look(aws, &all, &sites.iter().collect::<Vec<&Deployed>>(), || ()).await?;
    used.extend(named(&live).iter().map(|arn| number(arn).to_owned()));
    Ok(used)
}

/// The versions that live distributions name.
fn named(live: &BTreeMap<String, LiveStack>) -> Vec<String> {
    fn collect(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(map) => {
                let arn = map.get("LambdaFunctionARN").and_then(Value::as_str);
                found.extend(arn.map(str::to_owned));
                map.values().for_each(|inner| collect(inner, found));
            }
            Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    let resources = live.values().flat_map(|stack| stack.resources.values().flatten());
    resources.for_each(|properties| collect(properties, &mut found));
    found
}

/// `7` of `arn:aws:lambda:us-east-1:111122223333:function:shops-edge:7`.
fn number(arn: &str) -> &str {
    arn.rsplit(':').next().unwrap_or(arn)
}

/// Writes the queue; what another deploy put into it meanwhile stays.
async fn keep(
    store: &Store,
    queue: &[Orphan],
    deleted: &[String],
    used: &BTreeSet<String>,
) -> anyhow::Result<()> {
    for _ in 0..SWAPS {
        let found: Option<(Vec<Orphan>, String)> = store.read(KEY).await?;
        let (there, tag) = found.map_or((Vec::new(), None), |(there, tag)| (there, Some(tag)));
        let mut all = queue.to_vec();
        let is_new = |orphan: &Orphan| {
            !queue.iter().any(|it| it.version == orphan.version)
                && !deleted.contains(&orphan.version)
                && !used.contains(number(&orphan.version))
        };
        all.extend(there.iter().filter(|orphan| is_new(orphan)).cloned());
        if all == there {
            return Ok(());
        }
        let condition = tag.as_deref().map_or(Condition::Absent, Condition::Unchanged);
        if store.write(KEY, &all, condition).await?.is_some() {
            return Ok(());
        }
    }
    anyhow::bail!("{KEY} in the bucket {} changes all the time", store.bucket())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arn(number: u32) -> String {
        format!("arn:aws:lambda:us-east-1:111122223333:function:shops-edge:{number}")
    }

    fn orphan(number: u32, attempts: u32) -> Orphan {
        Orphan { version: arn(number), since: Timestamp::UNIX_EPOCH, attempts, last: None }
    }

    #[test]
    fn what_nobody_uses_waits_and_what_somebody_uses_again_does_not() {
        let used = BTreeSet::from(["2".to_owned(), "4".to_owned()]);
        let versions = [arn(1), arn(2), arn(3), arn(4)];
        let known = vec![orphan(1, 5), orphan(2, 7)];
        let queue = queued(known, &versions, &used, Timestamp::UNIX_EPOCH);
        assert_eq!(queue, [orphan(1, 5), orphan(3, 0)]);
    }
}
