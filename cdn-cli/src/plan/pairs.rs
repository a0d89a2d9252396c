//! What the viewer function knows of a site, as a part of the site's template: so a plan shows how
//! it changes, and an earlier version has it too.

use std::collections::{BTreeMap, BTreeSet};

use cloudformation::viewer::Pair;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::Desired;
use crate::hex::hex;

/// Where in a template's `Metadata` the pairs are.
const KEY: &str = "ViewerFunctionData";
/// The tag with their digest: CloudFormation changes nothing where only metadata differs.
const TAG: &str = "cdn:pairs";

/// The pairs of a site.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SitePairs {
    /// The store that they are in.
    pub(crate) store: String,
    /// The pairs.
    pub(crate) pairs: BTreeMap<String, String>,
}

impl SitePairs {
    /// Those of a template; `None` where it has none.
    pub(crate) fn of(template: &Value) -> Option<Self> {
        serde_json::from_value(template.get("Metadata")?.get(KEY)?.clone()).ok()
    }

    /// The pairs of a store that the site is to have, and those whose key names it. A host that leads
    /// to it is another site's where that one has it.
    pub(crate) fn among(
        &self,
        site: &str,
        all: &BTreeMap<String, String>,
    ) -> BTreeMap<String, String> {
        let is_its = |key: &String| {
            let is_host = key.starts_with("host:");
            self.pairs.contains_key(key) || (!is_host && about(key, "") == Some(site))
        };
        let its = all.iter().filter(|(key, _)| is_its(key));
        its.map(|(key, value)| (key.clone(), value.clone())).collect()
    }

    /// Puts other pairs into a template in the place of its own.
    pub(crate) fn put(template: &mut Value, pairs: &BTreeMap<String, String>) {
        if let Some(data) = template.pointer_mut(&format!("/Metadata/{KEY}/pairs")) {
            *data = json!(pairs);
        }
    }

    /// Says in the template of a store that no pairs are its own: all of them are those of sites.
    pub(crate) fn none_of_its_own(template: &mut Value) {
        if let Some(template) = template.as_object_mut() {
            template.entry("Metadata").or_insert_with(|| json!({ KEY: { "pairs": {} } }));
        }
    }
}

/// The pairs of a store that no deploy wrote: by the site of the store that a host leads to, and by
/// `None` where nobody knows what they are for.
pub(crate) fn strays(
    store: &str,
    pairs: &BTreeMap<String, String>,
    of_sites: &BTreeMap<&str, SitePairs>,
) -> BTreeMap<Option<String>, BTreeMap<String, String>> {
    let sites = || of_sites.iter().filter(|(_, its)| its.store == store);
    let written: BTreeSet<&String> = sites().flat_map(|(_, its)| its.pairs.keys()).collect();
    let mut strays: BTreeMap<Option<String>, BTreeMap<String, String>> = BTreeMap::new();
    for (key, value) in pairs.iter().filter(|(key, _)| !written.contains(key)) {
        let site = about(key, value).filter(|site| sites().any(|(known, _)| known == site));
        let of_site = strays.entry(site.map(str::to_owned)).or_default();
        of_site.insert(key.clone(), value.clone());
    }
    strays
}

/// Puts into each site's template what the stores are to know of it.
pub(crate) fn attach(desired: &mut [Desired], stores: &BTreeMap<String, Vec<Pair>>) {
    let mut by_site: BTreeMap<&str, SitePairs> = BTreeMap::new();
    for (store, pairs) in stores {
        for pair in pairs {
            let Some(site) = about(&pair.key, &pair.value) else { continue };
            let of_site = by_site.entry(site).or_default();
            of_site.store.clone_from(store);
            of_site.pairs.insert(pair.key.clone(), pair.value.clone());
        }
    }
    for stack in desired {
        let pairs = stack.site.as_deref().and_then(|site| by_site.get(site));
        let (Some(pairs), Some(template)) = (pairs, stack.template.as_object_mut()) else {
            continue;
        };
        let metadata = template.entry("Metadata").or_insert_with(|| json!({}));
        metadata[KEY] = json!(pairs);
        stack.tags.insert(TAG.to_owned(), digest(pairs));
    }
}

/// The site that a pair is about.
pub(crate) fn about<'p>(key: &'p str, value: &'p str) -> Option<&'p str> {
    match key.split_once(':')? {
        ("host", _) => Some(value),
        ("site", name) => Some(name),
        ("redirect" | "rules", rest) => rest.split(':').next(),
        _ => None,
    }
}

fn digest(pairs: &SitePairs) -> String {
    let hash = Sha256::digest(json!(pairs).to_string().as_bytes());
    hex(&hash[..8])
}

/// What has to be written so that a store that knew `before` knows `after`: pairs to put, keys to
/// take out.
pub(crate) fn difference(
    before: Option<&SitePairs>,
    after: &SitePairs,
) -> (BTreeMap<String, String>, BTreeSet<String>) {
    let there = before.filter(|before| before.store == after.store);
    let old = |key: &String| there.and_then(|there| there.pairs.get(key));
    let put = after.pairs.iter().filter(|(key, value)| old(key) != Some(value));
    let keys = there.into_iter().flat_map(|there| there.pairs.keys());
    let take = keys.filter(|key| !after.pairs.contains_key(*key));
    (put.map(|(key, value)| (key.clone(), value.clone())).collect(), take.cloned().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(store: &str, pairs: &[(&str, &str)]) -> SitePairs {
        let owned = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
        SitePairs { store: store.to_owned(), pairs: pairs.iter().map(owned).collect() }
    }

    #[test]
    fn only_what_differs_is_written() {
        let before = pairs("s", &[("host:a", "x"), ("site:x", "1"), ("redirect:x:/o", "n")]);
        let after = pairs("s", &[("host:a", "x"), ("site:x", "2"), ("host:b", "x")]);
        let (put, take) = difference(Some(&before), &after);
        assert_eq!(put.into_iter().collect::<Vec<_>>().len(), 2);
        assert_eq!(take.into_iter().collect::<Vec<_>>(), ["redirect:x:/o"]);
    }

    #[test]
    fn pairs_of_a_store_are_told_apart() {
        let own = pairs("s", &[("host:a", "x"), ("site:x", "1")]);
        let all = pairs(
            "s",
            &[
                ("host:a", "y"),
                ("host:b", "x"),
                ("redirect:x:/o", "n"),
                ("redirect:y:/o", "n"),
                ("rules:x:0", "[]"),
                ("rules:y:0", "[]"),
                ("site:x", "2"),
                ("site:y", "3"),
            ],
        );
        let found = own.among("x", &all.pairs);
        assert_eq!(
            found.keys().collect::<Vec<_>>(),
            ["host:a", "redirect:x:/o", "rules:x:0", "site:x"]
        );
    }

    #[test]
    fn what_no_deploy_wrote_is_of_a_site_or_of_nobody() {
        let of_sites = BTreeMap::from([
            ("x", pairs("s", &[("host:a", "x"), ("site:x", "1")])),
            ("y", pairs("t", &[("host:y", "y")])),
        ]);
        let all = pairs(
            "s",
            &[
                ("host:a", "y"),
                ("host:b", "x"),
                ("host:c", "y"),
                ("site:x", "2"),
                ("site:z", "3"),
                ("note", "mine"),
            ],
        );
        let found = strays("s", &all.pairs, &of_sites);
        let keys = |site: Option<&str>| -> Vec<&str> {
            found[&site.map(str::to_owned)].keys().map(String::as_str).collect()
        };
        assert_eq!(keys(Some("x")), ["host:b"]);
        assert_eq!(keys(None), ["host:c", "note", "site:z"]);
        assert_eq!(found.len(), 2);
    }

    #[test]
    fn another_store_gets_everything() {
        let before = pairs("s", &[("host:a", "x")]);
        let after = pairs("t", &[("host:a", "x")]);
        let (put, take) = difference(Some(&before), &after);
        assert_eq!((put.len(), take.len()), (1, 0));
    }
}
