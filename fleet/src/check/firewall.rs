//! Rules of a site's own in its web ACL.

use super::access::{check_cidrs, check_countries};
use super::{Check, names};
use crate::delivery::{Condition, NamedMatch, TextMatch, TextTest, WafRule};

/// Rules of a web ACL that are a site's own; AWS counts capacity, not rules, and 100 is more than any
/// shop has.
const RULES: usize = 100;
/// Characters of a rule's name: AWS takes 128, and adds nothing.
const NAME: usize = 100;
/// Bytes that a byte match looks for, and characters of a regular expression:
/// <https://docs.aws.amazon.com/waf/latest/developerguide/limits.html>.
const BYTES: usize = 200;
const PATTERN: usize = 512;
/// Country codes of a geographic match, and systems of a match by number, by the same page.
const COUNTRIES: usize = 50;
const SYSTEMS: usize = 100;
/// Statements inside statements.
pub(super) const DEPTH: usize = 10;

const ONE_TEST: &str = "one of `is`, `starts_with`, `ends_with`, `contains` and `matches`";

pub(super) fn check(check: &mut Check<'_, '_>) {
    let rules = &check.site.delivery.waf.rules;
    check.count(&["waf", "rules"], "rules", rules.len(), RULES);
    for (place, rule) in rules.iter().enumerate() {
        let place = place.to_string();
        let path = ["waf", "rules", &place];
        check_name(check, &path, rule);
        if rules.iter().filter(|other| other.name == rule.name).count() > 1 {
            let message = format!("there is another rule `{}`", rule.name);
            check.value(&[&path[..], &["name"]].concat(), message, "metrics go by the name");
        }
        check_condition(check, &[&path[..], &["when"]].concat(), &rule.when, DEPTH);
    }
    for (place, limit) in check.site.delivery.waf.rate_limits.iter().enumerate() {
        if let Some(when) = &limit.when {
            let place = place.to_string();
            check_condition(check, &["waf", "rate_limits", &place, "when"], when, DEPTH);
        }
    }
}

fn check_name(check: &mut Check<'_, '_>, path: &[&str], rule: &WafRule) {
    let legal = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if rule.name.is_empty() || rule.name.len() > NAME || !rule.name.chars().all(legal) {
        let message = format!("`{}` cannot be a rule's name", rule.name);
        let hint = format!("letters, digits, `-` and `_`, at most {NAME}");
        check.value(&[path, &["name"]].concat(), message, hint);
    }
}

pub(super) fn check_condition(
    check: &mut Check<'_, '_>,
    path: &[&str],
    condition: &Condition,
    depth: usize,
) {
    if depth == 0 {
        let hint = format!("CloudFront takes {DEPTH} conditions inside one another");
        return check.value(path, "the condition is nested too deep", hint);
    }
    let at = |key| [path, &[key]].concat();
    match condition {
        Condition::All(parts) => check_parts(check, &at("all"), parts, depth),
        Condition::Any(parts) => check_parts(check, &at("any"), parts, depth),
        Condition::Not(part) => check_condition(check, &at("not"), part, depth - 1),
        Condition::Path(text) => check_text(check, &at("path"), text),
        Condition::Query(text) => check_text(check, &at("query"), text),
        Condition::Method(text) => check_text(check, &at("method"), text),
        Condition::Header(named) => check_named(check, &at("header"), named),
        Condition::Cookie(named) => check_named(check, &at("cookie"), named),
        Condition::Argument(named) => check_named(check, &at("argument"), named),
        Condition::Addresses(blocks) => {
            check_filled(check, &at("addresses"), blocks.is_empty());
            check_cidrs(check, &at("addresses"), blocks);
        }
        Condition::Countries(countries) => {
            check_filled(check, &at("countries"), countries.is_empty());
            check.count(&at("countries"), "countries", countries.len(), COUNTRIES);
            check_countries(check, &at("countries"), countries);
        }
        Condition::AutonomousSystems(systems) => {
            check_filled(check, &at("autonomous-systems"), systems.is_empty());
            check.count(&at("autonomous-systems"), "systems", systems.len(), SYSTEMS);
        }
    }
}

fn check_parts(check: &mut Check<'_, '_>, path: &[&str], parts: &[Condition], depth: usize) {
    if parts.len() < 2 {
        let hint = "two or more; a single condition stands alone";
        check.value(path, "there is nothing to join", hint);
    }
    for (place, part) in parts.iter().enumerate() {
        check_condition(check, &[path, &[&place.to_string()]].concat(), part, depth - 1);
    }
}

fn check_filled(check: &mut Check<'_, '_>, path: &[&str], is_empty: bool) {
    if is_empty {
        check.value(path, "the list is empty", "name at least one");
    }
}

fn check_named(check: &mut Check<'_, '_>, path: &[&str], named: &NamedMatch) {
    if !names::is_token(&named.name) {
        let message = format!("`{}` cannot be a name", named.name);
        check.value(&[path, &["name"]].concat(), message, "letters, digits, `-` and `_`");
    }
    if let Some(value) = &named.value {
        check_text(check, &[path, &["value"]].concat(), value);
    }
}

fn check_text(check: &mut Check<'_, '_>, path: &[&str], text: &TextMatch) {
    let Some(test) = text.test() else {
        return check.value(path, "a text is tested in one way", ONE_TEST);
    };
    let most = if matches!(test, TextTest::Matches(_)) { PATTERN } else { BYTES };
    let bytes = test.text().len();
    if bytes > most {
        let message = format!("{bytes} bytes are more than can be looked for");
        check.value(path, message, format!("AWS WAF takes at most {most}"));
    }
    if bytes == 0 && !matches!(test, TextTest::Is(_)) {
        check.value(path, "nothing is looked for", "write the text");
    }
    if text.ignore_case && test.text().chars().any(|c| c.is_ascii_uppercase()) {
        let hint = format!("write `{}`", test.text().to_ascii_lowercase());
        check.value(path, "with `ignore_case` the text is in lower case", hint);
    }
}
