//! What a rendering needs of each quota.

use std::collections::{BTreeMap, BTreeSet};

use fleet::Fleet;
use fleet::delivery::Mode;
use serde_json::Value;

use crate::quota::{self, Needs};
use crate::shard::Assignment;
use crate::stack::{SharedKind, Stack};
use crate::stacks::waf;
use crate::viewer::Pair;

/// Counts everything.
pub(crate) fn count(
    fleet: &Fleet,
    stacks: &[Stack],
    assignment: &Assignment,
    previous: &Assignment,
    pairs: &BTreeMap<String, Vec<Pair>>,
) -> Needs {
    let mut needs = Needs::default();
    sites(fleet, &mut needs);
    templates(stacks, &mut needs);
    shared(assignment, previous, &mut needs);
    needs.add_for(
        quota::STACKS,
        stacks.len() + copies(previous).difference(&copies(assignment)).count(),
        stacks.len(),
    );
    for pairs in pairs.values() {
        let bytes = pairs.iter().map(|pair| pair.key.len() + pair.value.len()).sum();
        needs.see(quota::STORE_BYTES, bytes);
    }
    needs
}

fn sites(fleet: &Fleet, needs: &mut Needs) {
    for site in &fleet.sites {
        let quota = match site.delivery.mode {
            Mode::Standard => quota::DISTRIBUTIONS,
            Mode::Tenant => quota::TENANTS,
        };
        needs.add(quota, 1);
        needs.see(quota::DOMAINS, site.domains.len());
        needs.see(quota::WEB_ACL_CAPACITY, waf::capacity(&site.delivery.waf));
    }
}

/// What stands in the templates themselves.
fn templates(stacks: &[Stack], needs: &mut Needs) {
    for stack in stacks {
        needs.see(quota::RESOURCES, stack.template.resource_count());
        let resources = stack.template.value()["Resources"].as_object();
        for resource in resources.into_iter().flat_map(serde_json::Map::values) {
            resource_needs(resource, needs);
        }
    }
}

fn resource_needs(resource: &Value, needs: &mut Needs) {
    let properties = &resource["Properties"];
    let length = |value: &Value| value.as_array().map_or(0, Vec::len);
    match resource["Type"].as_str().unwrap_or_default() {
        "AWS::CloudFront::Distribution" => {
            let config = &properties["DistributionConfig"];
            needs.see(quota::BEHAVIORS, length(&config["CacheBehaviors"]) + 1);
            needs.see(quota::ORIGINS, length(&config["Origins"]));
            needs.see(quota::ORIGIN_GROUPS, length(&config["OriginGroups"]["Items"]));
        }
        "AWS::CertificateManager::Certificate" => {
            needs.add(quota::CERTIFICATES, 1);
            let domains = length(&properties["SubjectAlternativeNames"]) + 1;
            needs.see(quota::CERTIFICATE_DOMAINS, domains);
        }
        "AWS::WAFv2::IPSet" => needs.add(quota::IP_SETS, 1),
        "AWS::CloudFront::ConnectionGroup" => needs.add(quota::CONNECTION_GROUPS, 1),
        _ => {}
    }
}

/// A copy of a shared object.
type Copy<'a> = (&'a str, u32);

fn copies(assignment: &Assignment) -> BTreeSet<Copy<'_>> {
    let of_object = |(object, copies): (_, BTreeMap<u32, usize>)| {
        copies.into_keys().map(move |copy| (object, copy)).collect::<Vec<_>>()
    };
    assignment.copies().flat_map(of_object).collect()
}

/// While sites change from old objects to new ones, both are there.
fn shared(assignment: &Assignment, previous: &Assignment, needs: &mut Needs) {
    let (new, old) = (copies(assignment), copies(previous));
    for (is_new, (object, _)) in
        new.iter().map(|copy| (true, copy)).chain(old.difference(&new).map(|copy| (false, copy)))
    {
        let quota = SharedKind::of_object(object).and_then(SharedKind::count_quota);
        if let Some(quota) = quota {
            needs.add_for(quota, 1, usize::from(is_new));
        }
    }
    for (object, users) in assignment.copies() {
        let kind = SharedKind::of_object(object);
        if let Some(quota) = kind.and_then(SharedKind::users_quota) {
            needs.see(quota, users.into_values().max().unwrap_or_default());
        }
    }
    let functions = |copies: &BTreeSet<Copy<'_>>| {
        let kind = |object: &str| SharedKind::of_object(object);
        copies.iter().filter(|(object, _)| kind(object) == Some(SharedKind::ViewerFunction)).count()
    };
    let stores = assignment.copies().find(|(object, _)| *object == "store");
    let stores = stores.map_or(1, |(_, copies)| copies.len().max(1));
    let union: BTreeSet<_> = new.union(&old).copied().collect();
    needs.see(quota::FUNCTIONS_PER_STORE, functions(&union).div_ceil(stores));
}
