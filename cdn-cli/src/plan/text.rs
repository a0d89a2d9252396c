//! A plan for people, in at most 80 columns.

use std::fmt::Write as _;

use serde_json::Value;

use super::drift::note;
use super::group::{Group, groups};
use super::{Action, Change, Plan, Step};
use crate::cli::WIDTH;
use crate::printer::wrap;

/// Names that a list shows before it says how many more there are.
const NAMES_SHOWN: usize = 6;
/// Characters of a value that are shown.
const VALUE_SHOWN: usize = 30;

/// The plan as text: what comes, what goes, and what differs, each change once with its sites.
pub(crate) fn render(plan: &Plan) -> String {
    if plan.is_empty() {
        let stacks = count(plan.actions.len(), "stack");
        return format!("Nothing to do: {stacks} are as desired.\n{}", note(&plan.by_hand));
    }
    let mut text = String::new();
    let is_site = |action: &&Action| action.site.is_some();
    section("Shared by sites", &plan.actions, |action| !is_site(action), &mut text);
    section("Sites", &plan.actions, |action| is_site(action), &mut text);
    text.push_str(&summary(plan));
    text.push_str(&note(&plan.by_hand));
    text
}

fn section(title: &str, actions: &[Action], belongs: impl Fn(&&Action) -> bool, text: &mut String) {
    let busy: Vec<&Action> =
        actions.iter().filter(&belongs).filter(|action| action.step != Step::Keep).collect();
    if busy.is_empty() {
        return;
    }
    let _ = writeln!(text, "{title}");
    for (step, sign) in [(Step::Create, '+'), (Step::Delete, '-'), (Step::Update, '~')] {
        let names: Vec<&str> =
            busy.iter().filter(|action| action.step == step).map(|action| name(action)).collect();
        if !names.is_empty() {
            lines(&format!("  {sign} "), &listed(&names), text);
        }
    }
    for group in groups(busy.iter().copied()) {
        show(&group, text);
    }
    text.push('\n');
}

fn name(action: &Action) -> &str {
    action.site.as_deref().unwrap_or(&action.stack)
}

/// A change with its sites.
pub(super) fn show(group: &Group, text: &mut String) {
    let Change { kind, resource, field, before, after, risk } = &group.change;
    let kind = kind.rsplit("::").next().unwrap_or(kind);
    let place = match (field.as_str(), resource.as_str()) {
        ("", resource) => format!("{kind} {resource}"),
        (field, _) => {
            format!("{kind} {}", field.strip_prefix("DistributionConfig.").unwrap_or(field))
        }
    };
    let names: Vec<&str> = group.sites.iter().map(String::as_str).collect();
    let _ = writeln!(text, "\n    {:<12}{}", risk.name(), listed(&names));
    lines("      ", &place, text);
    let what = match (before, after) {
        (None, Some(after)) => format!("+ {}", shown(after)),
        (Some(before), None) => format!("- {}", shown(before)),
        (before, after) => {
            let value = |value: &Option<Value>| value.as_ref().map_or_else(String::new, shown);
            format!("{} -> {}", value(before), value(after))
        }
    };
    lines("      ", &what, text);
}

/// A value, short.
fn shown(value: &Value) -> String {
    let text = match value {
        Value::Object(map) if map.contains_key("Type") && map.contains_key("Properties") => {
            return map["Type"].as_str().unwrap_or("resource").to_owned();
        }
        Value::Object(map) if map.len() == 1 => {
            let (key, inner) = map.iter().next().unwrap_or((const { &String::new() }, value));
            format!("{} {}", key.trim_start_matches("Fn::"), shown(inner))
        }
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let mut short: String = text.chars().take(VALUE_SHOWN).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short.replace('\n', " ")
}

/// `aurora`, or `3: aurora, borealis, harbor`; of many the first.
pub(super) fn listed(names: &[&str]) -> String {
    let shown = names[..names.len().min(NAMES_SHOWN)].join(", ");
    match names.len() {
        0 | 1 => shown,
        many if many <= NAMES_SHOWN => format!("{many}: {shown}"),
        many => format!("{many}: {shown}, and {} more", many - NAMES_SHOWN),
    }
}

/// What the plan comes to.
fn summary(plan: &Plan) -> String {
    let number = |step: Step| plan.actions.iter().filter(|action| action.step == step).count();
    format!(
        "{} to create, {} to change, {} to delete, {} as desired.\n",
        count(number(Step::Create), "stack"),
        number(Step::Update),
        number(Step::Delete),
        number(Step::Keep)
    )
}

/// `1 stack`, `2 stacks`.
pub(crate) fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

/// Text behind a lead, in lines that are indented as far.
pub(super) fn lines(lead: &str, text: &str, out: &mut String) {
    let indent = " ".repeat(lead.chars().count());
    for (place, line) in wrap(text, WIDTH - indent.len()).iter().enumerate() {
        let _ = writeln!(out, "{}{line}", if place == 0 { lead } else { &indent });
    }
}
