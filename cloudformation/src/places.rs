//! Who uses which shared object, and the place of each on a copy of it.

use std::collections::{BTreeMap, BTreeSet};

use crate::link;
use crate::name;
use crate::quota::{FUNCTIONS_PER_STORE, Limits, PER_FUNCTION};
use crate::shard::Assignment;
use crate::shared::{SharedObject, SharedObjects};
use crate::stack::SharedKind;
use crate::stacks::viewer_function;
use crate::template::Template;
use crate::viewer::ViewerFunction;

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
    viewers: Viewers,
}

/// The objects that are each user's viewer functions.
type Viewers = BTreeMap<String, BTreeMap<ViewerFunction, String>>;

/// By what places are given.
#[derive(Clone, Copy)]
pub(crate) struct Givens<'a> {
    /// The fleet's name.
    pub(crate) fleet: &'a str,
    /// The code of each viewer function.
    pub(crate) code: &'a BTreeMap<ViewerFunction, String>,
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
    let viewers = place_viewers(givens, &uses, objects, &mut assignment);
    let mut functions: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (user, own) in &viewers {
        for function in own.values() {
            functions.entry(function).or_default().insert(user.clone());
        }
    }
    for (function, users) in functions {
        assignment.assign(function, &users, limits.get(PER_FUNCTION), previous);
    }
    let is_viewer = |object: &str| viewer_function::by_draft_name(object).is_some();
    for (object, users) in uses.iter().filter(|(object, _)| !is_viewer(object)) {
        let quota = SharedKind::of_object(object).and_then(SharedKind::users_quota);
        let limit = quota.map_or(u32::MAX, |quota| limits.get(quota));
        assignment.assign(object, users, limit, previous);
    }
    Places { fleet, assignment, viewers }
}

impl Places<'_> {
    /// The stack of the copy of an object that a user has.
    pub(crate) fn stack_of(&self, object: &str, user: &str) -> String {
        let viewer = viewer_function::by_draft_name(object)
            .and_then(|function| self.viewers.get(user)?.get(&function));
        let object = viewer.map_or(object, String::as_str);
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

/// Gives every user a store, and the functions that read this store.
///
/// Half of the functions that may share a store are left for a change: then the old ones and the new
/// ones are side by side.
fn place_viewers(
    givens: Givens<'_>,
    uses: &BTreeMap<String, BTreeSet<String>>,
    objects: &mut SharedObjects,
    assignment: &mut Assignment,
) -> Viewers {
    let Givens { fleet, code, limits, previous } = givens;
    let users_of = |function: &ViewerFunction| uses.get(&viewer_function::draft_name(*function));
    let users: BTreeSet<String> = code.keys().filter_map(users_of).flatten().cloned().collect();
    if users.is_empty() {
        return Viewers::new();
    }
    let kinds = u32::try_from(code.len()).unwrap_or(u32::MAX).max(1);
    let copies = (limits.get(FUNCTIONS_PER_STORE) / 2 / kinds).max(1);
    assignment.assign(STORE, &users, limits.get(PER_FUNCTION).saturating_mul(copies), previous);
    let mut viewers = Viewers::new();
    for (function, code) in code {
        let mut by_store = BTreeMap::new();
        for user in users_of(function).into_iter().flatten() {
            let copy = assignment.copy_of(STORE, user).unwrap_or_default();
            let object = by_store.entry(copy).or_insert_with(|| {
                viewer_function::add(*function, code, &stack_name(fleet, STORE, copy), objects)
            });
            viewers.entry(user.clone()).or_default().insert(*function, object.clone());
        }
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
