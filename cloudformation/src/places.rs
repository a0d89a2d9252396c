//! Who uses which shared object, and the place of each on a copy of it.

use std::collections::{BTreeMap, BTreeSet};

use crate::link;
use crate::name;
use crate::quota::{FUNCTIONS_PER_STORE, Limits, PER_FUNCTION};
use crate::shard::Assignment;
use crate::shared::{SharedObject, SharedObjects};
use crate::stack::SharedKind;
use crate::stacks::viewer_function::{self, VIEWER};
use crate::template::Template;

/// The name under which users of stores are assigned: there is one kind of store.
const STORE: &str = "store";

/// The name under which a site has its places. No object's name has a `/`.
pub(crate) fn site_user(site: &str) -> String {
    format!("site/{site}")
}

/// Who sits where.
pub(crate) struct Places<'a> {
    fleet: &'a str,
    /// Of this rendering.
    pub(crate) assignment: Assignment,
    /// The object that is each user's viewer function.
    viewers: BTreeMap<String, String>,
}

/// By what places are given.
#[derive(Clone, Copy)]
pub(crate) struct Givens<'a> {
    /// The fleet's name.
    pub(crate) fleet: &'a str,
    /// The viewer function's code.
    pub(crate) code: &'a str,
    pub(crate) limits: &'a Limits,
    /// Who sits where today.
    pub(crate) previous: &'a Assignment,
}

/// Finds a place for every user. The users are the sites' drafts and the shared distributions among
/// the objects, by the objects' names.
pub(crate) fn find<'a>(
    givens: Givens<'a>,
    drafts: &BTreeMap<String, Template>,
    objects: &mut SharedObjects,
) -> Places<'a> {
    let Givens { fleet, limits, previous, .. } = givens;
    let uses = uses(drafts, objects);
    let mut assignment = Assignment::default();
    let viewers = place_viewers(givens, uses_of(&uses, VIEWER), objects, &mut assignment);
    let mut functions: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (user, function) in &viewers {
        functions.entry(function).or_default().insert(user.clone());
    }
    for (function, users) in functions {
        assignment.assign(function, &users, limits.get(PER_FUNCTION), previous);
    }
    for (object, users) in uses.iter().filter(|(object, _)| object.as_str() != VIEWER) {
        let quota = SharedKind::of_object(object).and_then(SharedKind::users_quota);
        let limit = quota.map_or(u32::MAX, |quota| limits.get(quota));
        assignment.assign(object, users, limit, previous);
    }
    Places { fleet, assignment, viewers }
}

impl Places<'_> {
    /// The stack of the copy of an object that a user has.
    pub(crate) fn stack_of(&self, object: &str, user: &str) -> String {
        let object = if object == VIEWER {
            self.viewers.get(user).map_or(VIEWER, String::as_str)
        } else {
            object
        };
        stack_name(self.fleet, object, self.assignment.copy_of(object, user).unwrap_or_default())
    }

    /// The sites of a user: itself, or the tenants of a distribution that is shared.
    pub(crate) fn sites_of(&self, user: &str) -> Vec<String> {
        let site = |user: &str| user.strip_prefix("site/").map(str::to_owned);
        match site(user) {
            Some(site) => vec![site],
            None => self.assignment.users(user).iter().filter_map(|user| site(user)).collect(),
        }
    }

    /// Every store's stack, with who has its data there.
    pub(crate) fn stores(&self) -> BTreeMap<String, BTreeSet<String>> {
        let mut stores: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for user in self.viewers.keys() {
            let copy = self.assignment.copy_of(STORE, user).unwrap_or_default();
            stores.entry(stack_name(self.fleet, STORE, copy)).or_default().insert(user.clone());
        }
        stores
    }
}

/// The stack of a copy of an object.
pub(crate) fn stack_name(fleet: &str, object: &str, copy: u32) -> String {
    format!("{fleet}-{object}-{}", name::letters(copy))
}

/// Who uses each object.
fn uses(
    drafts: &BTreeMap<String, Template>,
    objects: &SharedObjects,
) -> BTreeMap<String, BTreeSet<String>> {
    let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let sites = drafts.iter().map(|(user, template)| (user.as_str(), template));
    let shared = objects.0.iter().map(|(user, object)| (user.as_str(), &object.template));
    for (user, template) in sites.chain(shared) {
        for object in link::objects(template.value()) {
            uses.entry(object).or_default().insert(user.to_owned());
        }
    }
    uses
}

fn uses_of(uses: &BTreeMap<String, BTreeSet<String>>, object: &str) -> BTreeSet<String> {
    uses.get(object).cloned().unwrap_or_default()
}

/// Gives every user a store, and the function that reads this store.
///
/// Half of the functions that may share a store are left for a change: then the old ones and the new
/// ones are side by side.
fn place_viewers(
    givens: Givens<'_>,
    users: BTreeSet<String>,
    objects: &mut SharedObjects,
    assignment: &mut Assignment,
) -> BTreeMap<String, String> {
    let Givens { fleet, code, limits, previous } = givens;
    if users.is_empty() {
        return BTreeMap::new();
    }
    let functions = (limits.get(FUNCTIONS_PER_STORE) / 2).max(1);
    let limit = limits.get(PER_FUNCTION).saturating_mul(functions);
    assignment.assign(STORE, &users, limit, previous);
    let mut by_store = BTreeMap::new();
    let mut viewers = BTreeMap::new();
    for user in users {
        let copy = assignment.copy_of(STORE, &user).unwrap_or_default();
        let function = by_store.entry(copy).or_insert_with(|| {
            viewer_function::add(code, &stack_name(fleet, STORE, copy), objects)
        });
        viewers.insert(user, function.clone());
    }
    viewers
}

impl SharedObjects {
    /// The object with that name; the store has no content of its own.
    pub(crate) fn get(&self, name: &str) -> Option<SharedObject> {
        if name == STORE {
            let template = viewer_function::store();
            return Some(SharedObject { kind: SharedKind::KeyValueStore, template });
        }
        self.0.get(name).cloned()
    }
}
