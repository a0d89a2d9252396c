//! The layers of one site, and what they come to.

use std::borrow::Cow;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::layers::{Layer, Layers, Table};
use crate::merge::merge_tables;
use crate::origins::PLACES;
use crate::problem::Problem;

/// What stands for the site's name in the origins of defaults and groups.
const NAME: &str = "{name}";

/// The layers of a site, lowest first, and their sum.
pub(crate) struct Stack<'t> {
    /// As the files have them, but for the name in origins.
    pub(crate) layers: Vec<(Layer, Table<'t>)>,
    /// One over the other.
    pub(crate) merged: Table<'t>,
}

impl<'t> Stack<'t> {
    /// The layers of the site whose own table this is.
    pub(crate) fn of(site: &Table<'t>, all: &Layers<'t>, problems: &mut Vec<Problem>) -> Self {
        let defaults = all.defaults.iter().map(|table| (Layer::Defaults, table));
        let groups = all.groups_of(site, problems).into_iter();
        let shared = defaults.chain(groups.map(|(name, table)| (Layer::Group(name), table)));
        let name = site.get_ref().get("name").and_then(|name| name.get_ref().as_str());
        let mut layers: Vec<_> =
            shared.map(|(layer, table)| (layer, for_site(table.clone(), name))).collect();
        layers.push((Layer::Site, site.clone()));
        let merged = layers
            .iter()
            .fold(DeTable::new(), |under, (_, over)| lay(under, over.get_ref().clone()));
        Self { layers, merged: Spanned::new(site.span(), merged) }
    }
}

/// One layer over another. An origin is in one place: another kind of place in `over` takes out the
/// one in `under`.
fn lay<'t>(mut under: DeTable<'t>, over: DeTable<'t>) -> DeTable<'t> {
    if let (Some(below), Some(above)) = (under.get_mut("origin"), over.get("origin")) {
        replace_place(below, above);
    }
    if let (Some(below), Some(above)) = (under.get_mut("origins"), over.get("origins"))
        && let (DeValue::Table(below), DeValue::Table(above)) = (below.get_mut(), above.get_ref())
    {
        for (name, above) in above {
            if let Some(below) = below.get_mut(name) {
                replace_place(below, above);
            }
        }
    }
    merge_tables(under, over)
}

fn replace_place(under: &mut Spanned<DeValue<'_>>, over: &Spanned<DeValue<'_>>) {
    let (DeValue::Table(under), DeValue::Table(over)) = (under.get_mut(), over.get_ref()) else {
        return;
    };
    if PLACES.iter().any(|place| over.contains_key(*place)) {
        for place in PLACES.iter().filter(|place| !over.contains_key(**place)) {
            under.remove(*place);
        }
    }
}

/// The table with the site's name in its origins, where they ask for it.
fn for_site<'t>(mut table: Table<'t>, name: Option<&str>) -> Table<'t> {
    let Some(name) = name else { return table };
    for key in ["origin", "origins"] {
        if let Some(value) = table.get_mut().get_mut(key) {
            insert_name(value.get_mut(), name);
        }
    }
    table
}

fn insert_name(value: &mut DeValue<'_>, name: &str) {
    match value {
        DeValue::String(text) if text.contains(NAME) => {
            *text = Cow::Owned(text.replace(NAME, name));
        }
        DeValue::Table(table) => {
            table.iter_mut().for_each(|(_, inner)| insert_name(inner.get_mut(), name));
        }
        DeValue::Array(items) => {
            items.iter_mut().for_each(|item| insert_name(item.get_mut(), name));
        }
        _ => {}
    }
}
