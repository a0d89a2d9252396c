//! What holds for every fleet.

use std::collections::{BTreeMap, BTreeSet};

use cloudformation::{Assignment, Rendered, Stack, StackKind, render};
use fleet::{Fleet, Site};
use proptest::prelude::*;
use serde_json::Value;

use super::fleets;

/// A fleet in which a few sites are many: ten share a policy.
fn small_quotas(sites: Vec<Site>) -> Fleet {
    let mut fleet = fleets::fleet(sites);
    for per in [
        "sites-per-cache-policy",
        "sites-per-origin-request-policy",
        "sites-per-response-headers-policy",
        "sites-per-origin-access-control",
        "sites-per-vpc-origin",
        "sites-per-function",
        "sites-per-web-acl",
    ] {
        fleet.settings.quotas.insert(per.to_owned(), 3);
    }
    // A function for three sites in place of a hundred makes more functions of the same store.
    for all in [
        "functions-per-store",
        "cache-policies",
        "origin-request-policies",
        "response-headers-policies",
        "vpc-origins",
        "tenant-distributions",
        "web-acls",
        "ip-sets",
        "functions",
    ] {
        fleet.settings.quotas.insert(all.to_owned(), 1_000);
    }
    fleet
}

fn sites(bits: &BTreeMap<u8, u64>) -> Vec<Site> {
    bits.iter().map(|(index, bits)| fleets::site(&format!("shop-{index}"), *bits)).collect()
}

fn some_sites() -> impl Strategy<Value = BTreeMap<u8, u64>> {
    // Few kinds of sites, so that many share.
    prop::collection::btree_map(any::<u8>(), (0_u64..6).prop_map(fleets::scramble), 1..14)
}

fn rendered(bits: &BTreeMap<u8, u64>, previous: &Assignment) -> Rendered {
    render(&small_quotas(sites(bits)), previous).unwrap_or_else(|error| panic!("{error}"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn every_quota_is_kept(bits in some_sites()) {
        let rendered = rendered(&bits, &Assignment::default());
        for (import, users) in importers(&rendered.stacks) {
            let stack = stack(&rendered.stacks, import.split(':').next().unwrap());
            let is_shared_by_all = matches!(&stack.kind, StackKind::Shared(kind) if
                kind.is_fixed() || kind.label() == "tenants");
            prop_assert!(is_shared_by_all || users.len() <= 3, "{import}: {users:?}");
        }
        for quota in &rendered.quotas {
            prop_assert!(quota.suffices(), "{quota:?}");
        }
    }

    #[test]
    fn every_import_has_its_export_in_a_stack_before(bits in some_sites()) {
        let stacks = rendered(&bits, &Assignment::default()).stacks;
        let mut there = BTreeSet::new();
        let mut exports = BTreeSet::new();
        for stack in &stacks {
            for after in &stack.after {
                prop_assert!(there.contains(after), "{} comes before {after}", stack.name);
            }
            for import in imports(stack) {
                prop_assert!(exports.contains(&import), "{} imports {import}", stack.name);
                let from = import.split(':').next().unwrap().to_owned();
                prop_assert!(stack.after.contains(&from), "{} is not after {from}", stack.name);
            }
            exports.extend(self::exports(stack));
            there.insert(stack.name.clone());
        }
    }

    #[test]
    fn names_are_legal_and_there_once(bits in some_sites()) {
        let stacks = rendered(&bits, &Assignment::default()).stacks;
        let names: BTreeSet<_> = stacks.iter().map(|stack| &stack.name).collect();
        prop_assert_eq!(names.len(), stacks.len());
        for stack in &stacks {
            let name = &stack.name;
            prop_assert!(name.len() <= 128 && name.starts_with(|c: char| c.is_ascii_alphabetic()));
            prop_assert!(name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'), "{name}");
            let template = stack.template.to_json();
            for resource in template["Resources"].as_object().unwrap().keys() {
                prop_assert!(resource.chars().all(|c| c.is_ascii_alphanumeric()), "{resource}");
            }
            prop_assert!(stack.template.resource_count() <= 500);
            prop_assert!(stack.template.to_yaml().len() <= 51_200, "{name}");
            let parameters: BTreeSet<_> =
                template["Parameters"].as_object().into_iter().flatten().map(|(name, _)| name).collect();
            let known: BTreeSet<_> = stack.asks.keys().chain(stack.parameters.keys()).collect();
            prop_assert_eq!(parameters, known, "{}", name);
        }
    }

    #[test]
    fn the_same_fleet_gives_the_same_bytes(bits in some_sites()) {
        let one = rendered(&bits, &Assignment::default());
        let mut fleet = small_quotas(sites(&bits));
        fleet.sites.reverse();
        let other = render(&fleet, &Assignment::default()).unwrap();
        prop_assert_eq!(texts(&one), texts(&other));
        prop_assert_eq!(&one.assignment, &other.assignment);
        let again = rendered(&bits, &one.assignment);
        prop_assert_eq!(texts(&one), texts(&again));
        prop_assert_eq!(one.assignment, again.assignment);
    }

    #[test]
    fn no_site_moves_when_others_come_and_go(
        (before, after) in (some_sites(), some_sites()),
    ) {
        let old = rendered(&before, &Assignment::default());
        // Who is in both is as it was.
        let after: BTreeMap<_, _> = after
            .into_iter()
            .map(|(index, bits)| (index, before.get(&index).copied().unwrap_or(bits)))
            .collect();
        let new = rendered(&after, &old.assignment);
        for index in after.keys().filter(|index| before.contains_key(index)) {
            let name = format!("fleet-site-shop-{index}");
            let (old, new) = (stack(&old.stacks, &name), stack(&new.stacks, &name));
            prop_assert_eq!(old.template.to_yaml(), new.template.to_yaml());
        }
    }

    #[test]
    fn room_that_leavers_made_is_filled(bits in some_sites(), leaver in any::<prop::sample::Index>()) {
        let old = rendered(&bits, &Assignment::default());
        let mut fewer = bits.clone();
        let leaver = *bits.keys().nth(leaver.index(bits.len())).unwrap();
        let was = fewer.remove(&leaver).unwrap();
        prop_assume!(!fewer.is_empty());
        let without = rendered(&fewer, &old.assignment);
        fewer.insert(leaver, was);
        let back = rendered(&fewer, &without.assignment);
        prop_assert_eq!(back.stacks.len(), old.stacks.len());
        prop_assert_eq!(texts(&back), texts(&old));
    }
}

fn texts(rendered: &Rendered) -> BTreeMap<String, String> {
    rendered.stacks.iter().map(|stack| (stack.name.clone(), stack.template.to_yaml())).collect()
}

fn stack<'a>(stacks: &'a [Stack], name: &str) -> &'a Stack {
    stacks.iter().find(|stack| stack.name == name).unwrap_or_else(|| panic!("no stack {name}"))
}

/// Who imports what.
fn importers(stacks: &[Stack]) -> BTreeMap<String, BTreeSet<String>> {
    let mut importers: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for stack in stacks {
        for import in imports(stack) {
            importers.entry(import).or_default().insert(stack.name.clone());
        }
    }
    importers
}

fn imports(stack: &Stack) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    collect(&stack.template.to_json(), &mut found);
    found
}

fn collect(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            if let Some(name) = map.get("Fn::ImportValue") {
                found.insert(name.as_str().unwrap().to_owned());
            }
            map.values().for_each(|value| collect(value, found));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        _ => {}
    }
}

fn exports(stack: &Stack) -> Vec<String> {
    let template = stack.template.to_json();
    let outputs = template["Outputs"].as_object().cloned().unwrap_or_default();
    let name = |output: &Value| {
        let name = output["Export"]["Name"]["Fn::Sub"].as_str()?;
        Some(name.replace("${AWS::StackName}", &stack.name))
    };
    outputs.values().filter_map(name).collect()
}
