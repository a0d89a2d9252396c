//! Saved answers of the API, recognized by what they hold: the spine is [`read`].

mod envelope;
mod owner;
mod recognize;
mod rules;

use std::collections::{BTreeMap, HashSet};

use serde_json::Value;

use crate::phase::Phase;
use crate::zone::{
    Account, Export, Kind, List, PageRule, Place, Record, Thing, Unread, Zone, object, text,
};
use envelope::Answer;
use owner::Owners;
use recognize::Content;

/// A file of saved answers.
#[derive(Clone, Debug)]
pub struct SavedFile {
    /// Its path as it is told to people; its folders and the ids in it help to tell whose it is.
    pub name: String,
    /// What it holds: one answer of the API or several, one behind the other.
    pub text: String,
}

/// Reads saved answers, of as many zones as there are. What is not understood is in
/// [`Export::unread`], file by file.
pub fn read(files: &[SavedFile]) -> Export {
    let mut unread = Vec::new();
    let answers: Vec<Answer> =
        files.iter().flat_map(|file| envelope::answers(file, &mut unread)).collect();
    let mut owners = Owners::of(&answers);
    let mut export = Export { zones: owners.zones(), ..Export::default() };
    let mut indexes = Vec::new();
    let mut seen = HashSet::new();
    for answer in &answers {
        let content = recognize::content(&answer.result);
        add(answer, content, &mut owners, &mut export, &mut indexes, &mut seen, &mut unread);
    }
    missing_rulesets(&indexes, &export, &mut unread);
    missing_pages(&answers, &mut unread);
    export.zones.retain(|zone| !zone.id.is_empty() || !zone.is_empty());
    export.zones.iter_mut().for_each(finish);
    export.zones.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    unread.sort();
    unread.dedup();
    export.unread = unread;
    export
}

/// A ruleset that an answer lists without its rules.
struct Listed {
    id: String,
    phase: String,
    zone: Option<usize>,
    place: Place,
}

fn add(
    answer: &Answer,
    content: Content,
    owners: &mut Owners,
    export: &mut Export,
    indexes: &mut Vec<Listed>,
    seen: &mut HashSet<(String, String)>,
    unread: &mut Vec<Unread>,
) {
    for (item, place) in answer.items() {
        let content = match content {
            Content::Items => recognize::content(item),
            content => content,
        };
        let mut owner = |export: &mut Export| owners.zone(answer, item, export);
        match content {
            Content::Zone | Content::Empty => {}
            Content::Thing(Kind::Pool | Kind::Monitor) => {
                let Content::Thing(kind) = content else { continue };
                push(thing(kind, item, place), &mut export.account.others);
            }
            Content::Thing(kind) => {
                let zone = owner(export);
                add_thing(kind, item, place, &mut export.zones[zone]);
            }
            Content::Record => {
                let zone = owner(export);
                add_record(item, place, &mut export.zones[zone]);
            }
            Content::PageRule => {
                let zone = owner(export);
                add_page_rule(item, place, &mut export.zones[zone]);
            }
            Content::ListHead => list(text(item, "id"), &mut export.account).describe(item),
            Content::ListItem => {
                let id = owner::list_id(answer, item, &export.account);
                let list = list(&id, &mut export.account);
                if seen.insert((id, item.to_string())) {
                    list.items.push((item.clone(), place));
                }
            }
            Content::Ruleset => {
                add_ruleset(item, &place, owners, answer, export, unread);
            }
            Content::RulesetHead => {
                let is_account = rules::is_account(item);
                let zone = (!is_account).then(|| owner(export));
                let (id, phase) = (text(item, "id").to_owned(), text(item, "phase").to_owned());
                indexes.push(Listed { id, phase, zone, place });
            }
            Content::ManagedTransforms => {
                let zone = owner(export);
                add_transforms(item, &place, &mut export.zones[zone]);
            }
            Content::Items | Content::Unknown => {
                let keys: Vec<_> = object_keys(item);
                let why = format!("it is no answer that is known; it has {}", keys.join(", "));
                unread.push(Unread { place, why });
            }
        }
    }
}

fn object_keys(item: &Value) -> Vec<String> {
    match item.as_object() {
        Some(members) if !members.is_empty() => {
            members.keys().take(6).map(|key| format!("`{key}`")).collect()
        }
        _ => vec!["no members".to_owned()],
    }
}

fn add_ruleset(
    item: &Value,
    place: &Place,
    owners: &mut Owners,
    answer: &Answer,
    export: &mut Export,
    unread: &mut Vec<Unread>,
) {
    let name = text(item, "phase");
    let Some(phase) = Phase::named(name) else {
        let why = format!("rules of the phase `{name}`, which is not known");
        unread.push(Unread { place: place.clone(), why });
        return;
    };
    if text(item, "kind") == "managed" {
        return;
    }
    let read = rules::rules(item, place);
    let phases = if rules::is_account(item) {
        &mut export.account.phases
    } else {
        let zone = owners.zone(answer, item, export);
        &mut export.zones[zone].phases
    };
    let known = phases.entry(phase).or_default();
    for rule in read {
        if !known.iter().any(|other| !rule.id.is_empty() && other.id == rule.id) {
            known.push(rule);
        }
    }
}

fn thing(kind: Kind, item: &Value, place: Place) -> Thing {
    let id = ["id", "name", "pattern", "snippet_name", "hostname"]
        .into_iter()
        .map(|key| text(item, key))
        .find(|id| !id.is_empty());
    Thing { kind, id: id.unwrap_or("-").to_owned(), value: item.clone(), place }
}

fn push(thing: Thing, things: &mut Vec<Thing>) {
    if !things.iter().any(|other| other.kind == thing.kind && other.value == thing.value) {
        things.push(thing);
    }
}

fn add_thing(kind: Kind, item: &Value, place: Place, zone: &mut Zone) {
    let thing = thing(kind, item, place);
    match kind {
        // What is read later is no later than what came before; one of a name is enough.
        Kind::Setting if zone.settings.iter().any(|known| known.id == thing.id) => {}
        Kind::Setting => zone.settings.push(thing),
        Kind::LoadBalancer => push(thing, &mut zone.load_balancers),
        _ => push(thing, &mut zone.others),
    }
}

fn add_record(item: &Value, place: Place, zone: &mut Zone) {
    let record = Record {
        id: text(item, "id").to_owned(),
        name: text(item, "name").to_ascii_lowercase(),
        kind: text(item, "type").to_owned(),
        content: rules::record_content(item),
        is_proxied: item.get("proxied").and_then(Value::as_bool).unwrap_or(false),
        ttl: item.get("ttl").and_then(Value::as_u64).unwrap_or(1),
        place,
    };
    let is_known = |known: &Record| {
        (&known.name, &known.kind, &known.content) == (&record.name, &record.kind, &record.content)
    };
    if !zone.records.iter().any(is_known) {
        zone.records.push(record);
    }
}

fn add_page_rule(item: &Value, place: Place, zone: &mut Zone) {
    let target = item.pointer("/targets/0/constraint/value").and_then(Value::as_str);
    let actions = item.get("actions").and_then(Value::as_array).into_iter().flatten();
    let rule = PageRule {
        id: text(item, "id").to_owned(),
        pattern: target.unwrap_or_default().to_owned(),
        actions: actions
            .map(|action| {
                let value = action.get("value").cloned().unwrap_or(Value::Null);
                (text(action, "id").to_owned(), value)
            })
            .collect(),
        is_active: text(item, "status") != "disabled",
        priority: item.get("priority").and_then(Value::as_i64).unwrap_or(0),
        place,
    };
    if !zone.page_rules.iter().any(|known| !rule.id.is_empty() && known.id == rule.id) {
        zone.page_rules.push(rule);
    }
}

fn add_transforms(item: &Value, place: &Place, zone: &mut Zone) {
    for key in ["managed_request_headers", "managed_response_headers"] {
        let transforms = item.get(key).and_then(Value::as_array).into_iter().flatten();
        for (index, transform) in transforms.enumerate() {
            let pointer = format!("{}/{key}/{index}", place.pointer);
            let place = Place { pointer, file: place.file.clone() };
            push(thing(Kind::ManagedTransform, transform, place), &mut zone.others);
        }
    }
}

/// The list of an id, made where it is not there yet.
fn list<'a>(id: &str, account: &'a mut Account) -> &'a mut List {
    let known = account.lists.iter().position(|list| list.id == id);
    let index = known.unwrap_or_else(|| {
        account.lists.push(List { id: id.to_owned(), ..List::default() });
        account.lists.len() - 1
    });
    &mut account.lists[index]
}

impl List {
    fn describe(&mut self, head: &Value) {
        text(head, "name").clone_into(&mut self.name);
        text(head, "kind").clone_into(&mut self.kind);
    }
}

impl Zone {
    fn is_empty(&self) -> bool {
        let Self { settings, records, page_rules, phases, load_balancers, others, .. } = self;
        settings.is_empty()
            && records.is_empty()
            && page_rules.is_empty()
            && phases.is_empty()
            && load_balancers.is_empty()
            && others.is_empty()
    }
}

/// Puts a zone into Cloudflare's order, and names it where no answer did.
fn finish(zone: &mut Zone) {
    zone.page_rules.sort_by_key(|rule| std::cmp::Reverse(rule.priority));
    if zone.name.is_empty() {
        let names = zone.records.iter().map(|record| record.name.as_str());
        let balancers = zone.load_balancers.iter().map(|it| it.text("name"));
        let shortest = names.chain(balancers).filter(|name| name.contains('.'));
        let shortest = shortest.min_by_key(|name| (name.len(), name.to_owned()));
        zone.name = shortest.unwrap_or_default().trim_start_matches("*.").to_owned();
    }
}

/// Rulesets that the index lists and whose rules no file holds.
fn missing_rulesets(indexes: &[Listed], export: &Export, unread: &mut Vec<Unread>) {
    for Listed { id, phase, zone, place } in indexes {
        let Some(known) = Phase::named(phase) else { continue };
        let phases: &BTreeMap<_, _> = match zone {
            Some(zone) => &export.zones[*zone].phases,
            None => &export.account.phases,
        };
        if !phases.contains_key(&known) {
            let why = format!(
                "the rules of ruleset {id} are in no file: save the answer of rulesets/{id} too"
            );
            unread.push(Unread { place: place.clone(), why });
        }
    }
}

/// Lists of which a page is not there.
fn missing_pages(answers: &[Answer], unread: &mut Vec<Unread>) {
    let mut totals: BTreeMap<String, (u64, u64, Place)> = BTreeMap::new();
    for answer in answers {
        let total = answer.info("total_count");
        let (Some(total), Some(items)) = (total, answer.result.as_array()) else { continue };
        let key = owner::list_key(answer);
        let entry = totals.entry(key).or_insert((0, total, answer.place("")));
        entry.0 += items.len() as u64;
        entry.1 = entry.1.max(total);
    }
    for (read, total, place) in totals.into_values() {
        if read < total {
            let why = format!("{read} of {total} items are there: save the other pages too");
            unread.push(Unread { place, why });
        }
    }
    for answer in answers {
        let after = answer.envelope.pointer("/result_info/cursors/after").and_then(Value::as_str);
        let Some(after) = after.filter(|after| !after.is_empty()) else { continue };
        let key = owner::list_key(answer);
        let pages = answers.iter().filter(|other| owner::list_key(other) == key).count();
        let ends = answers.iter().any(|other| {
            let other_after = object(&other.envelope, "result_info");
            let has_after = other_after
                .get("cursors")
                .and_then(|cursors| cursors.get("after"))
                .and_then(Value::as_str)
                .is_some_and(|after| !after.is_empty());
            owner::list_key(other) == key && !has_after
        });
        if pages == 1 || !ends {
            let why = format!("there is a page behind the cursor {after}: save it too");
            unread.push(Unread { place: answer.place(""), why });
        }
    }
}
