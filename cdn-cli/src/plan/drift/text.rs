//! What was changed by hand, for people, in the words of a plan.

use std::fmt::Write as _;

use super::{ByHand, Drift};
use crate::plan::group::groups;
use crate::plan::text::{count, lines, listed, show};
use crate::plan::{Action, Step};

/// Everything that was changed by hand; `sites` were looked at.
pub(crate) fn render(drifts: &[Drift], sites: usize) -> String {
    if drifts.is_empty() {
        return format!("As deployed: nothing was changed by hand on {}.\n", count(sites, "site"));
    }
    let mut text = String::new();
    gone(drifts, &mut text);
    section("Changed by hand", drifts, |it| !it.is_wanted, &mut text);
    section("Changed by hand, and wanted by the fleet file", drifts, |it| it.is_wanted, &mut text);
    let changed = drifts.iter().filter(|drift| drift.site.is_some()).count();
    let shared = match drifts.len() - changed {
        0 => String::new(),
        number => format!(", and {} that sites share", count(number, "stack")),
    };
    let _ = writeln!(text, "{changed} of {}{shared}: not as deployed.", count(sites, "site"));
    text
}

/// What a plan has to say of it; nothing where nothing was changed.
pub(crate) fn note(drifts: &[Drift]) -> String {
    let mut text = String::new();
    section("Changed by hand, and lost by this deploy", drifts, |it| it.is_overwritten, &mut text);
    let stays = |it: &ByHand| !it.is_overwritten && !it.is_wanted;
    section("Changed by hand, and left as it is", drifts, stays, &mut text);
    section("Changed by hand, and wanted by the fleet file", drifts, |it| it.is_wanted, &mut text);
    if text.is_empty() { text } else { format!("\n{}\n", text.trim_end()) }
}

fn section(title: &str, drifts: &[Drift], belongs: impl Fn(&ByHand) -> bool, text: &mut String) {
    let of = |drift: &Drift| {
        let changes = drift.changes.iter().filter(|it| belongs(it));
        let changes: Vec<_> = changes.map(|it| it.change.clone()).collect();
        (!changes.is_empty()).then(|| Action {
            stack: drift.stack.clone(),
            region: super::REGION.to_owned(),
            site: drift.site.clone(),
            wave: None,
            step: Step::Keep,
            changes,
        })
    };
    let actions: Vec<Action> = drifts.iter().filter_map(of).collect();
    if actions.is_empty() {
        return;
    }
    let _ = writeln!(text, "{title}");
    for group in groups(actions.iter()) {
        show(&group, text);
    }
    text.push('\n');
}

fn gone(drifts: &[Drift], text: &mut String) {
    let name = |drift: &Drift| drift.site.clone().unwrap_or_else(|| drift.stack.clone());
    let names: Vec<String> = drifts.iter().filter(|drift| drift.is_gone).map(name).collect();
    if names.is_empty() {
        return;
    }
    text.push_str("Deleted by hand\n");
    lines("  - ", &listed(&names.iter().map(String::as_str).collect::<Vec<_>>()), text);
    text.push('\n');
}
