//! Custom firewall rules as rules of the web ACL.

use std::collections::BTreeMap;

use fleet::delivery::{WafAction, WafRule};

use super::draft::{Applied, Draft, label};
use crate::action::{Action, Skip};
use crate::condition::{Condition, waf_condition};
use crate::verdict::Outcome;

/// Who skips what, by site: the rules behind narrow themselves by it.
#[derive(Debug, Default)]
pub(super) struct Skips {
    /// The rest of the custom rules.
    rules: BTreeMap<String, Vec<Condition>>,
    /// Limits of rates.
    limits: BTreeMap<String, Vec<Condition>>,
}

impl Skips {
    /// A condition without those who skip limits of rates.
    pub(super) fn limited(&self, condition: &Condition, draft: &Draft) -> Condition {
        without(condition, self.limits.get(&draft.name))
    }

    fn narrowed(&self, condition: &Condition, draft: &Draft) -> Condition {
        without(condition, self.rules.get(&draft.name))
    }
}

fn without(condition: &Condition, skips: Option<&Vec<Condition>>) -> Condition {
    let skips = skips.into_iter().flatten().map(|skip| skip.clone().negated());
    Condition::all(std::iter::once(condition.clone()).chain(skips))
}

/// A custom rule.
pub(super) fn rule(rule: &Applied<'_>, draft: &mut Draft, skips: &mut Skips) -> Outcome {
    match &rule.rule.action {
        Action::Skip(skip) => self::skip(rule, skip, draft, skips),
        Action::Firewall { verb, response, .. } => {
            let mut outcome = Outcome::default();
            if response.is_some() {
                outcome.change("who is refused gets AWS WAF's answer with 403, not the rule's own");
            }
            let (action, change) = action(verb);
            if let Some(change) = change {
                outcome.change(change);
            }
            let condition = skips.narrowed(&rule.condition, draft);
            add(&name(rule), action, &condition, draft, outcome)
        }
        Action::Other { verb, .. } => {
            Outcome::manual(format!("`{verb}` has no equal in a rule of AWS WAF: do it by hand"))
        }
        _ => Outcome::manual("its action is none of the firewall's"),
    }
}

/// What AWS WAF does in place of an action, and what is different.
pub(super) fn action(verb: &str) -> (WafAction, Option<&'static str>) {
    match verb {
        "log" => (WafAction::Count, None),
        "challenge" => (WafAction::Captcha, Some("the puzzle is AWS WAF's")),
        "js_challenge" | "managed_challenge" => (
            WafAction::Challenge,
            Some("AWS WAF challenges in silence alone; programs do not pass"),
        ),
        _ => (WafAction::Block, None),
    }
}

/// The name of a rule in metrics: what people wrote about it, or its id.
pub(super) fn name(rule: &Applied<'_>) -> String {
    match rule.rule.description.as_str() {
        "" => format!("rule-{}", rule.rule.id.get(..8).unwrap_or("own")),
        description => label(description),
    }
}

/// Adds a rule to the web ACL.
pub(super) fn add(
    name: &str,
    action: WafAction,
    condition: &Condition,
    draft: &mut Draft,
    mut outcome: Outcome,
) -> Outcome {
    let when = match waf_condition(condition) {
        Ok(when) => when,
        Err(why) => {
            return Outcome::manual(format!(
                "write a rule of AWS WAF by hand, or do without: {why}"
            ));
        }
    };
    let rules = &mut draft.delivery.waf.rules;
    if rules.len() >= 100 {
        return Outcome::manual("it is one rule more than the 100 of a site");
    }
    let is_free = |name: &String| !rules.iter().any(|rule| rule.name == *name);
    let numbered = (2..1_000).map(|number| format!("{name}-{number}"));
    let name = std::iter::once(name.to_owned()).chain(numbered).find(is_free);
    let name = name.unwrap_or_else(|| "own".to_owned());
    rules.push(WafRule { name, action, when });
    draft.fire_conditions.push(condition.clone());
    outcome.done(draft.key("waf.rules"));
    outcome
}

fn skip(rule: &Applied<'_>, skip: &Skip, draft: &mut Draft, skips: &mut Skips) -> Outcome {
    let mut outcome = Outcome::default();
    if let Err(why) = waf_condition(&rule.condition) {
        return Outcome::manual(format!("narrow the rules behind it by hand: {why}"));
    }
    let note = |list: &mut BTreeMap<String, Vec<Condition>>| {
        list.entry(draft.name.clone()).or_default().push(rule.condition.clone());
    };
    if skip.ruleset.as_deref() == Some("current") || skip.phase.as_deref() == Some("current") {
        note(&mut skips.rules);
        outcome.done(draft.key("waf.rules"));
    }
    for phase in &skip.phases {
        match phase.as_str() {
            "http_ratelimit" => {
                note(&mut skips.limits);
                outcome.done(draft.key("waf.rate_limits"));
            }
            "http_request_firewall_custom" => {
                note(&mut skips.rules);
                outcome.done(draft.key("waf.rules"));
            }
            "http_request_firewall_managed" => {
                outcome.change("AWS's rules, `waf.managed`, hold all the same");
            }
            other => outcome.ignore(format!("nothing of the phase {other} is here to be skipped")),
        }
    }
    if !skip.products.is_empty() {
        outcome.ignore(format!("nothing of {} is here to be skipped", skip.products.join(", ")));
    }
    if !skip.rules.is_empty() || !skip.rulesets.is_empty() {
        outcome.change("single rules and rulesets of Cloudflare have no equal to be skipped");
    }
    outcome
}
