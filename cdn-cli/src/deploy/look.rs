//! Asking `CloudFront` what is live of the stacks of a fleet.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use serde_json::Value;

use crate::aws::{ALARM, Aws, GLOBAL, LOOKED_AT, Live, TENANT, WEB_ACL};
use crate::plan::drift::is_function;
use crate::plan::{Deployed, LiveStack, SITE_TAG, SitePairs, exports, imports, strays};

/// Stacks that are looked at at once. AWS does not say how many reads of `CloudFront` it takes in a
/// second; the SDK slows down where it takes fewer.
const AT_ONCE: usize = 8;

/// The stacks of some sites, or of all, and those from which they import.
pub(crate) fn concerned<'d>(
    stacks: &'d BTreeMap<String, Deployed>,
    sites: &[String],
) -> Vec<&'d Deployed> {
    let is_meant = |stack: &&Deployed| {
        let site = stack.tags.get(SITE_TAG);
        site.is_some_and(|site| sites.is_empty() || sites.contains(site))
    };
    let meant: Vec<&Deployed> = stacks.values().filter(is_meant).collect();
    let imported: BTreeSet<String> =
        meant.iter().flat_map(|stack| imports(&stack.template)).collect();
    let is_shared = |stack: &&Deployed| {
        !stack.tags.contains_key(SITE_TAG)
            && !exports(&stack.name, &stack.template).is_disjoint(&imported)
    };
    let shared = stacks.values().filter(is_shared);
    meant.iter().copied().chain(shared).filter(|stack| has_anything(stack)).collect()
}

/// Asks for everything that can be looked at in some of all stacks; `step` is told of each.
pub(crate) async fn look(
    aws: &Aws,
    all: &BTreeMap<String, Deployed>,
    stacks: &[&Deployed],
    step: impl Fn(),
) -> anyhow::Result<BTreeMap<String, LiveStack>> {
    let live = aws.live();
    let (live, step) = (&live, &step);
    let stores = stores(aws, stacks).await?;
    let found: BTreeMap<String, LiveStack> = stream::iter(stacks.iter().copied())
        .map(|stack| async move {
            let found = look_at(aws, live, stack).await;
            step();
            anyhow::Ok((stack.name.clone(), found?))
        })
        .buffer_unordered(AT_ONCE)
        .try_collect()
        .await?;
    let found = with_alarms(found, stacks, live).await?;
    Ok(with_strays(with_pairs(found, stacks, &stores), all, &stores))
}

/// Adds the alarms of the stacks. They are asked for by how their names begin, hundreds at once:
/// `CloudFormation` calls them `<stack>-<resource>-<its own>`.
async fn with_alarms(
    mut found: BTreeMap<String, LiveStack>,
    stacks: &[&Deployed],
    live: &Live,
) -> anyhow::Result<BTreeMap<String, LiveStack>> {
    let meant: Vec<(&Deployed, &str)> =
        stacks.iter().flat_map(|stack| alarms(stack).map(|name| (*stack, name))).collect();
    let Some(prefix) = common_prefix(meant.iter().map(|(stack, _)| stack.name.as_str())) else {
        return Ok(found);
    };
    let there = live.alarms(prefix).await?;
    for (stack, name) in meant {
        let begins = format!("{}-{name}-", stack.name);
        let is_its = |(full, _): &(&String, &Value)| {
            full.strip_prefix(&begins).is_some_and(|own| !own.contains('-'))
        };
        let alarm = there.range(begins.clone()..).take_while(|(full, _)| full.starts_with(&begins));
        let alarm = alarm.into_iter().find(is_its).map(|(_, properties)| properties.clone());
        if let Some(stack) = found.get_mut(&stack.name) {
            stack.resources.insert(name.to_owned(), alarm);
        }
    }
    Ok(found)
}

/// The names of a stack's alarms in its template.
fn alarms(stack: &Deployed) -> impl Iterator<Item = &str> {
    let resources = stack.template.get("Resources").and_then(Value::as_object);
    let is_alarm = |resource: &Value| resource.get("Type").is_some_and(|kind| kind == ALARM);
    let all = resources.into_iter().flatten();
    all.filter(move |(_, resource)| is_alarm(resource)).map(|(name, _)| name.as_str())
}

/// What all names begin with; `None` where there is none.
fn common_prefix<'a>(mut names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let first = names.next()?;
    Some(names.fold(first, |prefix, name| {
        let same = prefix.bytes().zip(name.bytes()).take_while(|(one, other)| one == other).count();
        prefix.get(..same).unwrap_or("")
    }))
}

/// Adds what no deploy wrote into the stores: to the site that a host leads to, and else to the
/// stack of the store.
fn with_strays(
    mut found: BTreeMap<String, LiveStack>,
    all: &BTreeMap<String, Deployed>,
    stores: &BTreeMap<String, BTreeMap<String, String>>,
) -> BTreeMap<String, LiveStack> {
    let of_sites: BTreeMap<&str, SitePairs> = all
        .values()
        .filter_map(|stack| {
            Some((stack.tags.get(SITE_TAG)?.as_str(), SitePairs::of(&stack.template)?))
        })
        .collect();
    for (store, pairs) in stores {
        for (site, strays) in strays(store, pairs, &of_sites) {
            let is_its = |stack: &&Deployed| match &site {
                Some(site) => stack.tags.get(SITE_TAG) == Some(site),
                None => stack.name == *store,
            };
            let Some(stack) = all.values().find(is_its) else { continue };
            match found.get_mut(&stack.name) {
                Some(live) => live.pairs.get_or_insert_default().extend(strays),
                // Nobody asked for that site.
                None if site.is_some() => {}
                None => {
                    let pairs = Some(strays);
                    found.insert(stack.name.clone(), LiveStack { pairs, ..LiveStack::default() });
                }
            }
        }
    }
    found
}

/// The data of the viewer functions' stores that stacks know of.
async fn stores(
    aws: &Aws,
    stacks: &[&Deployed],
) -> anyhow::Result<BTreeMap<String, BTreeMap<String, String>>> {
    let of_site = stacks.iter().filter_map(|stack| SitePairs::of(&stack.template));
    let names: BTreeSet<String> = of_site.map(|pairs| pairs.store).collect();
    let mut found = BTreeMap::new();
    for name in names {
        if let Some(pairs) = aws.pair_stores().read(&name).await? {
            found.insert(name, pairs);
        }
    }
    Ok(found)
}

/// Adds to each stack what the viewer function knows of its site.
fn with_pairs(
    mut found: BTreeMap<String, LiveStack>,
    stacks: &[&Deployed],
    stores: &BTreeMap<String, BTreeMap<String, String>>,
) -> BTreeMap<String, LiveStack> {
    for stack in stacks {
        let (Some(pairs), Some(site)) = (SitePairs::of(&stack.template), stack.tags.get(SITE_TAG))
        else {
            continue;
        };
        if let (Some(all), Some(live)) = (stores.get(&pairs.store), found.get_mut(&stack.name)) {
            live.pairs = Some(pairs.among(site, all));
        }
    }
    found
}

/// Asks for everything that can be looked at in a stack.
pub(crate) async fn look_at(aws: &Aws, live: &Live, stack: &Deployed) -> anyhow::Result<LiveStack> {
    let mut found = LiveStack { ids: ids(stack), ..LiveStack::default() };
    if needed(stack).any(|name| !found.ids.contains_key(name)) {
        let listed = aws.stacks(GLOBAL).resources(&stack.name).await?;
        found.ids.extend(listed.into_iter().map(|(name, _, id)| (name, id)));
    }
    for (name, kind, resource) in looked_at(stack) {
        let Some(id) = found.ids.get(name) else { continue };
        // Of a function the output is its ARN, which ends in its name.
        let is_arn = kind.starts_with("AWS::CloudFront::");
        let id = if is_arn { id.rsplit('/').next().unwrap_or(id) } else { id };
        let properties = live.properties(kind, id).await?;
        // An emulator may say that it made one, and have none.
        if properties.is_none() && kind == TENANT && aws.is_elsewhere() {
            continue;
        }
        let properties = properties.map(|properties| {
            if aws.is_elsewhere() { filled_up(properties, resource) } else { properties }
        });
        found.resources.insert(name.to_owned(), properties);
    }
    Ok(found)
}

/// The resources of a stack that can be looked at: name, kind and properties.
fn looked_at(stack: &Deployed) -> impl Iterator<Item = (&str, &'static str, &Value)> {
    let resources = stack.template.get("Resources").and_then(Value::as_object);
    resources.into_iter().flatten().filter_map(|(name, resource)| {
        let kind = resource.get("Type")?.as_str()?;
        let kind = LOOKED_AT.iter().find(|known| **known == kind)?;
        Some((name.as_str(), *kind, resource.get("Properties")?))
    })
}

fn has_anything(stack: &Deployed) -> bool {
    looked_at(stack).next().is_some() && stack.status.ends_with("_COMPLETE")
}

/// The resources whose ids are needed: those that are looked at, and those that they refer to.
fn needed(stack: &Deployed) -> impl Iterator<Item = &str> {
    let mut names = BTreeSet::new();
    for (name, _, properties) in looked_at(stack) {
        names.insert(name);
        refer(properties, &mut names);
    }
    let resources = stack.template.get("Resources");
    names.into_iter().filter(move |name| resources.is_some_and(|all| all.get(name).is_some()))
}

fn refer<'v>(value: &'v Value, names: &mut BTreeSet<&'v str>) {
    if is_function(value) {
        names.extend(value.get("Ref").and_then(Value::as_str));
        return;
    }
    match value {
        Value::Object(map) => map.values().for_each(|inner| refer(inner, names)),
        Value::Array(items) => items.iter().for_each(|item| refer(item, names)),
        _ => {}
    }
}

/// AWS's names of a stack's resources, as far as its outputs tell them.
fn ids(stack: &Deployed) -> BTreeMap<String, String> {
    let outputs = stack.template.get("Outputs").and_then(Value::as_object);
    let id = |(key, output): (&String, &Value)| {
        let value = output.get("Value")?;
        let resource = match (value.get("Ref"), value.get("Fn::GetAtt")) {
            (Some(name), _) => name.as_str()?,
            (_, Some(parts)) => attribute(parts, stack)?,
            _ => return None,
        };
        Some((resource.to_owned(), stack.outputs.get(key)?.clone()))
    };
    outputs.into_iter().flatten().filter_map(id).collect()
}

/// The resource of `[X, Id]` or `X.FunctionARN`, or of the ARN of a web ACL.
fn attribute<'v>(parts: &'v Value, stack: &Deployed) -> Option<&'v str> {
    let (resource, attribute) = match parts {
        Value::String(text) => text.split_once('.')?,
        other => (other.get(0)?.as_str()?, other.get(1)?.as_str()?),
    };
    let kind = || stack.template.pointer(&format!("/Resources/{resource}/Type"));
    let is_id = match attribute {
        "Id" | "FunctionARN" => true,
        "Arn" => kind().is_some_and(|kind| kind == WEB_ACL),
        _ => false,
    };
    is_id.then_some(resource)
}

/// Another endpoint than AWS's own may answer with a part of a policy alone: what it leaves out is
/// taken as it was applied.
pub(super) fn filled_up(answered: Value, applied: &Value) -> Value {
    let (mut answered, applied) = match (answered, applied) {
        (Value::Object(answered), Value::Object(applied)) => (answered, applied),
        (answered, _) => return answered,
    };
    for (key, value) in applied {
        let inner = match answered.remove(key) {
            None => value.clone(),
            // Of distributions nothing is left out.
            Some(inner) if key == "DistributionConfig" => inner,
            Some(inner) => filled_up(inner, value),
        };
        answered.insert(key.clone(), inner);
    }
    Value::Object(answered)
}
