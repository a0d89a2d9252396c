//! Whose an answer is: by what it says, by the ids in the file's name, by its folder.

use std::collections::BTreeMap;

use serde_json::Value;

use super::envelope::Answer;
use super::recognize::{self, Content};
use crate::zone::{Account, Export, Zone, text};

/// Zones by what they are known by.
pub(super) struct Owners {
    zones: Vec<Zone>,
    /// Folders that hold answers of one zone.
    folders: BTreeMap<String, Vec<usize>>,
    /// A zone that no answer describes, by the id or the folder that stands for it.
    unnamed: BTreeMap<String, usize>,
}

impl Owners {
    /// Finds the zones that the answers describe.
    pub(super) fn of(answers: &[Answer]) -> Self {
        let mut owners =
            Self { zones: Vec::new(), folders: BTreeMap::new(), unnamed: BTreeMap::new() };
        for answer in answers {
            for (item, _) in answer.items() {
                if recognize::content(item) == Content::Zone {
                    owners.note(item, folder(&answer.file));
                }
            }
        }
        owners
    }

    fn note(&mut self, item: &Value, folder: &str) {
        let id = text(item, "id");
        let known = self.zones.iter().position(|zone| zone.id == id);
        let index = known.unwrap_or_else(|| {
            let name = text(item, "name").to_ascii_lowercase();
            self.zones.push(Zone { id: id.to_owned(), name, ..Zone::default() });
            self.zones.len() - 1
        });
        let zones = self.folders.entry(folder.to_owned()).or_default();
        if !zones.contains(&index) {
            zones.push(index);
        }
    }

    /// The zones that were found, with nothing in them yet.
    pub(super) fn zones(&self) -> Vec<Zone> {
        self.zones.clone()
    }

    /// The place in [`Export::zones`] of the zone that an item is of; a zone that no answer describes
    /// is made.
    pub(super) fn zone(&mut self, answer: &Answer, item: &Value, export: &mut Export) -> usize {
        let said = [text(item, "zone_id"), text(&answer.envelope, "zone_id")];
        let ids = said.into_iter().map(str::to_owned).chain(ids(&answer.file));
        let ids: Vec<String> = ids.filter(|id| !id.is_empty()).collect();
        let known = |id: &String| export.zones.iter().position(|zone| zone.id == *id);
        if let Some(zone) = ids.iter().find_map(known) {
            return zone;
        }
        if let Some(zone) = by_name(item, export) {
            return zone;
        }
        let zone_id = ids.into_iter().find(|id| is_zone_id(&answer.file, id));
        if zone_id.is_none() {
            if let [zone] = self.around(folder(&answer.file)) {
                return *zone;
            }
            if let [_] = export.zones.as_slice() {
                return 0;
            }
        }
        let key = zone_id.clone().unwrap_or_else(|| folder(&answer.file).to_owned());
        *self.unnamed.entry(key).or_insert_with(|| {
            export.zones.push(Zone { id: zone_id.unwrap_or_default(), ..Zone::default() });
            export.zones.len() - 1
        })
    }

    /// The zones of a folder, or of the nearest one around it.
    fn around(&self, mut folder: &str) -> &[usize] {
        loop {
            if let Some(zones) = self.folders.get(folder) {
                return zones;
            }
            match folder.rsplit_once('/') {
                Some((outer, _)) => folder = outer,
                None => return &[],
            }
        }
    }
}

/// The zone that the item itself names, or in which the host is that it names.
fn by_name(item: &Value, export: &Export) -> Option<usize> {
    let named = ["zone_name", "name", "hostname", "pattern"].map(|key| text(item, key));
    let is_of = |zone: &Zone, host: &str| {
        let host = host.split('/').next().unwrap_or_default().to_ascii_lowercase();
        host == zone.name || host.ends_with(&format!(".{}", zone.name))
    };
    let zones = || export.zones.iter().enumerate().filter(|(_, zone)| !zone.name.is_empty());
    named.into_iter().filter(|host| host.contains('.')).find_map(|host| {
        let fitting = zones().filter(|(_, zone)| is_of(zone, host));
        fitting.max_by_key(|(_, zone)| zone.name.len()).map(|(index, _)| index)
    })
}

/// The folder of a file, without a slash behind it.
fn folder(file: &str) -> &str {
    file.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The ids in a path: 32 hexadecimal digits.
fn ids(file: &str) -> impl Iterator<Item = String> {
    let words = file.split(|c: char| !c.is_ascii_hexdigit());
    words.filter(|word| word.len() == 32).map(str::to_ascii_lowercase)
}

/// Whether the path says of an id that it is a zone's, as `zones_ID_settings.json` does.
fn is_zone_id(file: &str, id: &str) -> bool {
    file.to_ascii_lowercase().find(id).is_some_and(|at| {
        let before = file[..at].trim_end_matches(['_', '/', '-', '.', '=']);
        before.ends_with("zones") || before.ends_with("zone")
    })
}

/// The list of the account that an item is of.
pub(super) fn list_id(answer: &Answer, item: &Value, account: &Account) -> String {
    let said = text(item, "list_id");
    if !said.is_empty() {
        return said.to_owned();
    }
    let named: Vec<String> = ids(&answer.file).collect();
    let known = named.iter().find(|id| account.lists.iter().any(|list| list.id == **id));
    // Behind `accounts_…_rules_lists_` the last id is the list's.
    match known.or_else(|| named.last().filter(|_| named.len() > 1)) {
        Some(id) => id.clone(),
        None => account.lists.first().map(|list| list.id.clone()).unwrap_or_default(),
    }
}

/// What the pages of one list have in common: the kind of their items, and the path without numbers
/// that are no ids.
pub(super) fn list_key(answer: &Answer) -> String {
    let kind = answer.items().first().map(|(item, _)| recognize::content(item));
    let ids: Vec<String> = ids(&answer.file).collect();
    format!("{kind:?} {} {ids:?}", folder(&answer.file))
}
