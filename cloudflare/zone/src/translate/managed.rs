//! What Cloudflare does without rules of one's own, and rules about that.

use fleet::delivery::{ErrorPage, ManagedRules};
use serde_json::Value;

use super::draft::{Applied, Change, Draft};
use super::ledger::{Item, Ledger, Share};
use crate::action::Action;
use crate::condition::{Condition, regions_of};
use crate::feature::{Plain, feature};
use crate::phase::Phase;
use crate::verdict::Outcome;
use crate::zone::{Kind, PageRule, Place, Rule, Zone};

/// The entry about what is kept without a rule.
pub(super) fn defaults(zone: &Zone, drafts: &mut [Draft], ledger: &mut Ledger<'_>) {
    if drafts.is_empty() {
        return;
    }
    let number = ledger.next();
    let mut outcome = Outcome::default();
    for draft in drafts.iter_mut() {
        draft.default_cache = Some(number);
        outcome.done(draft.key("behaviors"));
    }
    outcome.change(
        "of Cloudflare's 56 extensions those of styles, scripts, fonts and pictures are kept, in lower \
         case alone, also where nothing is before the dot, and `/robots.txt` is not; origins get no cookies with requests for them, and other \
         methods than GET and HEAD are refused",
    );
    outcome.change(
        "a file with `Set-Cookie` is kept with its cookie where `Cache-Control` allows it: Cloudflare \
         keeps none",
    );
    outcome.change("parameters of advertisers are in no key, and origins do not get them");
    outcome.change(
        "`/account*`, `/cart*` and `/checkout*` are never kept, unless a rule is about them alone",
    );
    let item = Item {
        zone: zone.name.clone(),
        feature: feature("default-cache"),
        id: "default-cache".to_owned(),
        label: "files kept by their extension, pages never".to_owned(),
        place: Place { file: zone.name.clone(), pointer: String::new() },
        share: Share::None,
    };
    ledger.add(item, outcome);
}

/// The entry about who is asked first, where a zone both redirects and refuses.
pub(super) fn order(zone: &Zone, drafts: &[Draft], ledger: &mut Ledger<'_>) {
    let has = |phase: Phase| zone.rules(phase).iter().any(|rule| rule.is_enabled);
    let of_refusals = [Kind::AccessRule, Kind::Lockdown, Kind::UserAgentRule];
    let refuses = has(Phase::HttpRequestFirewallCustom)
        || zone.others.iter().any(|it| of_refusals.contains(&it.kind))
        || zone.setting("hotlink_protection").and_then(Value::as_str) == Some("on")
        || zone.setting("security_level").and_then(Value::as_str) == Some("under_attack");
    let secures = |it: &PageRule| it.actions.iter().any(|(id, _)| id == "always_use_https");
    let redirects = has(Phase::HttpRequestDynamicRedirect)
        || zone.setting("always_use_https").and_then(Value::as_str) == Some("on")
        || zone.page_rules.iter().any(secures);
    if drafts.is_empty() || !refuses || !redirects {
        return;
    }
    let mut outcome = Outcome::default();
    outcome
        .change("AWS WAF sees a request before it is redirected: who is refused is not redirected");
    let item = Item {
        zone: zone.name.clone(),
        feature: feature("order"),
        id: "order".to_owned(),
        label: "redirects before the firewall".to_owned(),
        place: Place { file: zone.name.clone(), pointer: "/order".to_owned() },
        share: Share::None,
    };
    ledger.add(item, outcome);
}

/// What the table says of a phase that needs no code, and of actions that were not read.
pub(super) fn plain(phase: Phase, rule: &Rule) -> Option<Outcome> {
    if let Action::Unreadable { verb, why } = &rule.action {
        let told =
            format!("its action `{verb}` is not of the form that Cloudflare documents: {why}");
        return Some(Outcome::manual(told));
    }
    let row = feature(&format!("phase {}", phase.name()));
    match row.plain {
        Plain::Idle => Some(Outcome::idle(row.how)),
        Plain::Lost => Some(Outcome::manual(row.how)),
        Plain::Coded => None,
    }
}

/// Cloudflare's rulesets by id, and what AWS has in their place.
const RULESETS: [(&str, &str, &[ManagedRules]); 3] = [
    (
        "efb7b8c949ac4650a09736fc376e9aee",
        "Cloudflare Managed Ruleset",
        &[ManagedRules::Common, ManagedRules::KnownBadInputs, ManagedRules::Sqli],
    ),
    ("4814384a9e5d4991b9815dcfc25d2f1f", "OWASP Core Ruleset", &[ManagedRules::Common]),
    ("c2e184081120413c86c3ab7e14069605", "Exposed Credentials Check", &[]),
];

/// A managed ruleset that is executed.
pub(super) fn firewall(rule: &Applied<'_>, draft: &mut Draft) -> Outcome {
    let Action::Other { verb, parameters } = &rule.rule.action else {
        return Outcome::manual("choose AWS's rules in `waf.managed` by hand");
    };
    if verb != "execute" {
        return Outcome::manual(format!("`{verb}` of managed rules: narrow AWS's rules by hand"));
    }
    let id = parameters.get("id").and_then(Value::as_str).unwrap_or_default();
    let Some((_, name, groups)) = RULESETS.iter().find(|(known, ..)| *known == id) else {
        return Outcome::manual(format!(
            "ruleset {id}: choose what AWS has of it in `waf.managed`"
        ));
    };
    if groups.is_empty() {
        return Outcome::manual(format!(
            "{name}: AWS WAF has Account Takeover Prevention, `waf.arn`"
        ));
    }
    let mut outcome = Outcome::default();
    for group in *groups {
        if !draft.delivery.waf.managed.contains(group) {
            draft.delivery.waf.managed.push(*group);
        }
    }
    outcome.done(draft.key("waf.managed"));
    outcome.change(format!(
        "AWS's rules are others than those of {name}: look at what they count, `waf.mode = \"count\"`, \
         before they refuse"
    ));
    if parameters.get("overrides").is_some() {
        outcome.change("its overrides of single rules and sensitivities have no equal");
    }
    if rule.condition != Condition::Always {
        outcome.change("they hold for every path");
    }
    outcome
}

/// Rules about compression.
pub(super) fn compression(rule: &Applied<'_>, draft: &mut Draft) -> Outcome {
    let Action::Other { parameters, .. } = &rule.rule.action else {
        return Outcome::manual("set `compress` of behaviors by hand");
    };
    let algorithms = parameters.get("algorithms").and_then(Value::as_array).into_iter().flatten();
    let names: Vec<&str> = algorithms.filter_map(|it| it.get("name")?.as_str()).collect();
    if let Err(why) = regions_of(&rule.condition) {
        return Outcome::manual(format!("set `compress` of behaviors by hand: {why}"));
    }
    let is_on = !names.contains(&"none");
    draft.layers.push(rule.layer(vec![Change::Compress(is_on)]));
    let mut outcome = Outcome::default();
    outcome.done(draft.key("behaviors.*.compress"));
    if names.contains(&"zstd") {
        outcome.change("CloudFront compresses by gzip and Brotli, not by Zstandard");
    }
    outcome
}

/// Pages in place of errors.
pub(super) fn errors(rule: &Applied<'_>, draft: &mut Draft) -> Outcome {
    /// Errors that can have a page.
    const ERRORS: [u64; 11] = [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504];
    let by_hand =
        "put the page at the origin and name it in `errors`, by the status that it is for";
    let Action::Other { parameters, .. } = &rule.rule.action else {
        return Outcome::manual(by_hand);
    };
    let status = parameters.get("status_code").and_then(Value::as_u64);
    let text = &rule.rule.filter.text;
    let asked = ERRORS.iter().find(|code| {
        [format!("http.response.code eq {code}"), format!("(http.response.code eq {code})")]
            .contains(text)
    });
    let Some(code) = asked else { return Outcome::manual(by_hand) };
    let page = format!("/errors/{code}.html");
    let answer = status.filter(|it| ERRORS.contains(it) || *it == 200);
    let entry = ErrorPage {
        page: Some(page.clone()),
        status: answer.and_then(|it| u16::try_from(it).ok()),
        ttl: 10,
    };
    draft.delivery.errors.insert(u16::try_from(*code).unwrap_or(500), entry);
    let mut outcome = Outcome::default();
    outcome.done(draft.key("errors"));
    outcome.todo(format!("put the page at {page} of the origin"));
    outcome
}
