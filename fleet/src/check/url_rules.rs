//! Rules about URLs.

use super::Check;
use super::firewall::{DEPTH, check_condition};
use crate::delivery::UrlRule;

/// Rules of a site, of both kinds: the viewer function reads and tries them one after the other, and
/// has a millisecond.
const RULES: usize = 50;

pub(super) fn check(check: &mut Check<'_, '_>) {
    let delivery = &check.site.delivery;
    let count = delivery.redirect_rules.len() + delivery.rewrites.len();
    let key = if delivery.redirect_rules.is_empty() { "rewrites" } else { "redirect_rules" };
    if count > RULES {
        let message = format!("{count} redirect rules and rewrites are more than {RULES}");
        check.value(
            &[key],
            message,
            "single paths are `redirects`, of which there may be any number",
        );
    }
    for (place, rule) in delivery.redirect_rules.iter().enumerate() {
        one(check, &["redirect_rules", &place.to_string()], rule.rule());
    }
    for (place, rule) in delivery.rewrites.iter().enumerate() {
        one(check, &["rewrites", &place.to_string()], rule.rule());
    }
}

fn one(check: &mut Check<'_, '_>, path: &[&str], rule: UrlRule<'_>) {
    for problem in rule.problems() {
        check.value(&[path, &[problem.key]].concat(), problem.message, problem.hint);
    }
    if let Some(when) = rule.when {
        check_condition(check, &[path, &["when"]].concat(), when, DEPTH);
    }
}
