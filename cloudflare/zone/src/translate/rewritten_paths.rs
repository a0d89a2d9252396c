//! Paths that are rewritten: what rules say of the new ones belongs to the behaviors of the old ones,
//! as far as CloudFront's behaviors have room.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::draft::{Draft, EXTENSIONS, Rewriting};
use super::ledger::Ledger;
use super::template::expanded;
use crate::condition::{Condition, Region, regions_of};

/// The regions of paths that are rewritten, and those that become a known region.
pub(super) fn regions(draft: &Draft, known: &BTreeSet<Region>) -> Vec<Region> {
    let mut regions = Vec::new();
    for rewriting in followed(draft) {
        regions.extend(regions_of(&rewriting.condition).unwrap_or_default());
        regions.extend(rewriting.path.as_deref().and_then(Region::of));
        let Some((before, after)) = rewriting.prefixes() else { continue };
        let behind = known.iter().map(Region::pattern);
        regions.extend(behind.filter_map(|pattern| {
            let rest = pattern.strip_prefix(after)?;
            Region::of(&format!("{before}{rest}"))
        }));
    }
    regions
}

/// Rewrites that behaviors can follow: these know no method.
fn followed(draft: &Draft) -> impl Iterator<Item = &Rewriting> {
    draft.rewritings.iter().filter(|it| !it.condition.has_method())
}

/// The path that the origin is asked for in the place of another.
pub(super) fn path<'p>(path: &'p str, draft: &Draft) -> Cow<'p, str> {
    let mut found = followed(draft).filter_map(|rewriting| {
        let is_met = rewriting.condition.holds_for(path) == Some(true);
        let groups = rewriting.pattern.captures(path).filter(|_| is_met)?;
        Some(Cow::Owned(expanded(&rewriting.to, &groups)))
    });
    found.next().unwrap_or(Cow::Borrowed(path))
}

/// Whether a path is that of a file that is kept without a rule.
pub(super) fn is_file(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    name.rsplit_once('.')
        .is_some_and(|(_, it)| EXTENSIONS.contains(&it.to_ascii_lowercase().as_str()))
}

/// Takes out what is too many of what is there for rewrites alone: first what only differs for single
/// extensions, and nothing that has a server of its own, which another would be asked in place of. The
/// rewrites tell of it.
pub(super) fn cut<T>(
    kept: &mut Vec<(Region, T)>,
    most: usize,
    has_own_server: impl Fn(&T) -> bool,
    draft: &Draft,
    ledger: &mut Ledger<'_>,
) {
    let rewriting = |region: &Region| {
        draft.rewritings.iter().find(|it| {
            let before = it.prefixes().map_or("", |(before, _)| before);
            before.len() > 1
                && region.begins_with(before)
                && it.path.as_ref() != Some(&region.pattern())
        })
    };
    let mut left_out: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for is_of_files in [true, false] {
        for index in (0..kept.len()).rev() {
            let (region, outcome) = &kept[index];
            let Some(rewriting) = rewriting(region).filter(|_| kept.len() > most) else { continue };
            if !has_own_server(outcome) && region.is_of_files(&EXTENSIONS) == is_of_files {
                let pattern = format!("`{}`", region.pattern());
                left_out.entry(rewriting.number).or_default().push(pattern);
                kept.remove(index);
            }
        }
    }
    for (number, patterns) in left_out {
        if let Some(entry) = ledger.outcome(number) {
            entry.change(format!(
                "behaviors are chosen by the path as it came, not by the new one, where CloudFront's 75 \
                 have no room: {}",
                some_of(&patterns)
            ));
        }
    }
}

/// As many of a list as people read.
fn some_of(patterns: &[String]) -> String {
    /// Patterns that are written out.
    const SHOWN: usize = 6;
    let shown = patterns.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join(", ");
    match patterns.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// Says of rewrites what sees the path and the query as they came.
pub(super) fn warn(draft: &Draft, ledger: &mut Ledger<'_>) {
    let [_, has_query] = draft.rewritten_parts.unwrap_or_default();
    for rewriting in &draft.rewritings {
        let Some(entry) = ledger.outcome(rewriting.number) else { continue };
        let region = rewriting.path.as_deref().and_then(Region::of);
        let sample = region.as_ref().map(Region::sample);
        let is_of_paths = !rewriting.condition.has_method()
            && sample.as_ref().is_some_and(|it| rewriting.condition.holds_for(it).is_some());
        let is_same = rewriting.to == "${0}";
        let is_followed = !rewriting.to.contains("${") || rewriting.prefixes().is_some();
        if !(is_same || is_of_paths && is_followed) {
            entry.change("behaviors are chosen by the path as it came, not by the new one");
        }
        let (old, new) = (region.unwrap_or_else(Region::every), target(&rewriting.to));
        let conditions = draft.fire_conditions.iter();
        if !is_same && conditions.clone().any(|it| it.may_tell_apart(&old, &new)) {
            entry.change("the web ACL sees the path as it came, not the new one");
        }
        if has_query && conditions.clone().any(Condition::is_about_query) {
            entry.change("the web ACL sees the query as it came, not the new one");
        }
    }
}

/// The paths that a rewrite leads to.
fn target(to: &str) -> Region {
    let (begin, rest) = to.split_once("${").unwrap_or((to, ""));
    if begin == to {
        return Region::of(to).unwrap_or_else(Region::every);
    }
    let end = rest.rsplit_once('}').map_or("", |(_, end)| end);
    Region::of(&format!("{begin}*{end}")).unwrap_or_else(Region::every)
}
