//! Limits of rates.

use fleet::delivery::RateLimit as Limit;

use super::draft::{Applied, Draft};
use super::firewall::Skips;
use crate::action::{Action, RateLimit};
use crate::condition::{Condition, waf_condition};
use crate::verdict::Outcome;

/// Windows in which AWS WAF counts, in seconds, and the least that it counts to:
/// <https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-type-rate-based-high-level-settings.html>.
const WINDOWS: [u64; 4] = [60, 120, 300, 600];
const LEAST: u64 = 10;

/// A limit of rates.
pub(super) fn rule(rule: &Applied<'_>, draft: &mut Draft, skips: &Skips) -> Outcome {
    let Action::Firewall { verb, limit: Some(limit), .. } = &rule.rule.action else {
        return Outcome::manual("it says no limit that is known");
    };
    if limit.period == 0 || limit.requests_per_period == 0 {
        return Outcome::manual(
            "it limits by a score, which AWS WAF does not know: write a limit by hand",
        );
    }
    let mut outcome = Outcome::default();
    if let Some(todo) = characteristics(limit) {
        return Outcome::manual(todo);
    }
    if let Some(todo) = counting(rule, limit, &mut outcome) {
        return Outcome::manual(todo);
    }
    let condition = skips.limited(&rule.condition, draft);
    let when = match waf_condition(&condition) {
        Ok(_) if condition == Condition::Always => None,
        Ok(when) => Some(when),
        Err(why) => return Outcome::manual(format!("write a limit of AWS WAF by hand: {why}")),
    };
    let (requests, window) = scaled(limit, &mut outcome);
    match verb.as_str() {
        "block" => {}
        "log" => return Outcome::manual("it only logs: count in AWS WAF by hand, `waf.arn`"),
        verb => {
            outcome.change(format!("who is over it is refused: there is no `{verb}` of limits"));
        }
    }
    if limit.mitigation_timeout > 0 {
        outcome.change(format!(
            "it ends when the rate falls, not after {} seconds",
            limit.mitigation_timeout
        ));
    }
    if limit.requests_to_origin {
        outcome.change("requests that are answered from the cache count too");
    }
    draft.delivery.waf.rate_limits.push(Limit { requests, window, path: None, when });
    outcome.done(draft.key("waf.rate_limits"));
    outcome
}

/// What counts as one client: the address, as AWS WAF has it.
fn characteristics(limit: &RateLimit) -> Option<String> {
    let known = ["ip.src", "cf.colo.id", "cf.unique_visitor_id"];
    let other = limit.characteristics.iter().find(|it| !known.contains(&it.as_str()));
    other.map(|it| {
        format!("it counts by `{it}`: a web ACL of your own, `waf.arn`, counts by headers")
    })
}

fn counting(rule: &Applied<'_>, limit: &RateLimit, outcome: &mut Outcome) -> Option<String> {
    let counted = limit.counting_expression.trim();
    if counted.is_empty() || counted == rule.rule.filter.text.trim() {
        return None;
    }
    if counted.contains("http.response") {
        return Some(format!("it counts by answers, `{counted}`: AWS WAF sees requests alone"));
    }
    outcome.change(format!("what it is about is counted, not `{counted}`"));
    None
}

/// Requests and seconds in a window that AWS WAF has.
fn scaled(limit: &RateLimit, outcome: &mut Outcome) -> (u32, u32) {
    let RateLimit { period, requests_per_period: requests, .. } = limit;
    let fitting = WINDOWS.iter().find(|window| *window >= period);
    let window = *fitting.unwrap_or(&WINDOWS[WINDOWS.len() - 1]);
    let exact = u128::from(*requests) * u128::from(window);
    let scaled = exact.div_ceil(u128::from(*period)).max(u128::from(LEAST));
    if window != *period || scaled != u128::from(*requests) {
        outcome.change(format!("{requests} in {period} seconds become {scaled} in {window}"));
    }
    let narrow = |number: u128| u32::try_from(number).unwrap_or(2_000_000_000).min(2_000_000_000);
    (narrow(scaled), narrow(u128::from(window)))
}
