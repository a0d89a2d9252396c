//! Web ACLs. Sites with the same rules share one.

use fleet::delivery::{
    Condition, ManagedRules, RateLimit, TextMatch, Waf, WafAction, WafMode, WafRule,
};
use serde_json::{Value, json};

use super::firewall;
use crate::resources::Text;
use crate::resources::waf::{IpSet, Rule, VisibilityConfig, WebAcl};
use crate::shared::SharedObjects;
use crate::stack::SharedKind;
use crate::template::Draft;

/// CloudFront's web ACLs are of a kind of their own.
pub(super) const SCOPE: &str = "CLOUDFRONT";

/// The web ACL of a site, where it has one.
pub(crate) fn web_acl(waf: &Waf, objects: &mut SharedObjects) -> Option<Text> {
    if !waf.enabled {
        return None;
    }
    if let Some(arn) = &waf.arn {
        return Some(arn.as_str().into());
    }
    let mut draft = Draft::new("Rules of the firewall");
    let rules = rules(waf, &mut draft);
    if rules.is_empty() {
        return None;
    }
    let acl = WebAcl {
        name: Text::STACK_NAME,
        scope: SCOPE,
        default_action: json!({ "Allow": {} }),
        visibility_config: VisibilityConfig::named(Text::STACK_NAME),
        rules,
    };
    draft.resource("WebAcl", &acl);
    draft.export("Arn", "arn", &Text::Attribute("WebAcl", "Arn"));
    Some(Text::Shared(objects.add(SharedKind::WebAcl, "", draft.finish()), "arn"))
}

/// Capacity units of the rules, of which a web ACL has a quota:
/// <https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html>.
pub(crate) fn capacity(waf: &Waf) -> usize {
    /// Of a rule that compares addresses, countries or rates.
    const SIMPLE: usize = 2;
    /// Of one that looks at the path, too.
    const WITH_PATH: usize = 4;
    if !waf.enabled || waf.arn.is_some() {
        return 0;
    }
    let lists = [&waf.allow, &waf.block, &waf.block_countries];
    let lists = lists.iter().filter(|list| !list.is_empty()).count() * 2 * SIMPLE;
    let rates = waf.rate_limits.len() * WITH_PATH;
    let limited = waf.rate_limits.iter().filter_map(|limit| limit.when.as_ref());
    let own: usize =
        waf.rules.iter().map(|rule| &rule.when).chain(limited).map(firewall::capacity).sum();
    waf.managed.iter().map(|rules| managed(*rules).1).sum::<usize>() + lists + rates + own
}

/// First who is let in whatever the rules say, then who is not, then the rest; each address set has a
/// resource of its own.
fn rules(waf: &Waf, draft: &mut Draft) -> Vec<Rule> {
    let refusal = match waf.mode {
        WafMode::Block => json!({ "Block": {} }),
        WafMode::Count => json!({ "Count": {} }),
    };
    let mut rules = Vec::new();
    for (name, addresses, action) in
        [("allow", &waf.allow, json!({ "Allow": {} })), ("block", &waf.block, refusal.clone())]
    {
        for statement in address_sets(name, addresses, draft) {
            push(&mut rules, statement.0, statement.1, action.clone());
        }
    }
    if !waf.block_countries.is_empty() {
        let statement = json!({ "GeoMatchStatement": { "CountryCodes": waf.block_countries } });
        push(&mut rules, "block-countries".to_owned(), statement, refusal.clone());
    }
    for rule in &waf.rules {
        let statement = firewall::statement(&rule.when, &rule.name, draft);
        push(&mut rules, rule.name.clone(), statement, action(rule, waf.mode));
    }
    for (index, limit) in waf.rate_limits.iter().enumerate() {
        let name = format!("rate-limit-{}", index + 1);
        let statement = rate(limit, &name, draft);
        push(&mut rules, name, statement, refusal.clone());
    }
    for group in &waf.managed {
        rules.push(managed_rule(*group, waf.mode, rules.len()));
    }
    rules
}

/// What a rule does; where the rules are on trial, those that refuse only count.
fn action(rule: &WafRule, mode: WafMode) -> Value {
    match (rule.action, mode) {
        (WafAction::Allow, _) => json!({ "Allow": {} }),
        (WafAction::Count, _) | (_, WafMode::Count) => json!({ "Count": {} }),
        (WafAction::Block, _) => json!({ "Block": {} }),
        (WafAction::Captcha, _) => json!({ "Captcha": {} }),
        (WafAction::Challenge, _) => json!({ "Challenge": {} }),
    }
}

fn push(rules: &mut Vec<Rule>, name: String, statement: Value, action: Value) {
    rules.push(Rule {
        visibility_config: VisibilityConfig::named(name.as_str()),
        name,
        priority: rules.len(),
        statement,
        action: Some(action),
        override_action: None,
    });
}

/// A set holds addresses of one family alone.
fn address_sets(name: &str, addresses: &[String], draft: &mut Draft) -> Vec<(String, Value)> {
    let (v6, v4): (Vec<String>, Vec<String>) =
        addresses.iter().cloned().partition(|address| address.contains(':'));
    let mut statements = Vec::new();
    for (family, version, addresses) in [("v4", "IPV4", v4), ("v6", "IPV6", v6)] {
        if addresses.is_empty() {
            continue;
        }
        let resource = match (name, family) {
            ("allow", "v4") => "AllowV4",
            ("allow", _) => "AllowV6",
            (_, "v4") => "BlockV4",
            _ => "BlockV6",
        };
        let set = IpSet {
            name: Text::filled(format!("${{AWS::StackName}}-{name}-{family}")),
            scope: SCOPE,
            ip_address_version: version,
            addresses,
        };
        draft.resource(resource, &set);
        let arn = Text::Attribute(resource, "Arn");
        let statement = json!({ "IPSetReferenceStatement": { "Arn": arn } });
        statements.push((format!("{name}-{family}"), statement));
    }
    statements
}

fn rate(limit: &RateLimit, name: &str, draft: &mut Draft) -> Value {
    let mut statement = json!({
        "AggregateKeyType": "IP",
        "EvaluationWindowSec": limit.window,
        "Limit": limit.requests,
    });
    let below = limit.path.as_ref().map(|path| {
        Condition::Path(TextMatch { starts_with: Some(path.clone()), ..TextMatch::default() })
    });
    let scope = match (below, limit.when.clone()) {
        (Some(below), Some(when)) => Some(Condition::All(vec![below, when])),
        (below, when) => below.or(when),
    };
    if let Some(scope) = scope {
        statement["ScopeDownStatement"] = firewall::statement(&scope, name, draft);
    }
    json!({ "RateBasedStatement": statement })
}

fn managed_rule(group: ManagedRules, mode: WafMode, priority: usize) -> Rule {
    let (name, _) = managed(group);
    let override_action = match mode {
        WafMode::Block => json!({ "None": {} }),
        WafMode::Count => json!({ "Count": {} }),
    };
    Rule {
        name: name.to_owned(),
        priority,
        statement: json!({
            "ManagedRuleGroupStatement": { "VendorName": "AWS", "Name": name },
        }),
        action: None,
        override_action: Some(override_action),
        visibility_config: VisibilityConfig::named(name),
    }
}

/// A group's name, and its capacity units.
fn managed(group: ManagedRules) -> (&'static str, usize) {
    match group {
        ManagedRules::IpReputation => ("AWSManagedRulesAmazonIpReputationList", 25),
        ManagedRules::AnonymousIp => ("AWSManagedRulesAnonymousIpList", 50),
        ManagedRules::Common => ("AWSManagedRulesCommonRuleSet", 700),
        ManagedRules::KnownBadInputs => ("AWSManagedRulesKnownBadInputsRuleSet", 200),
        ManagedRules::Sqli => ("AWSManagedRulesSQLiRuleSet", 200),
        ManagedRules::Php => ("AWSManagedRulesPHPRuleSet", 100),
        ManagedRules::WordPress => ("AWSManagedRulesWordPressRuleSet", 100),
    }
}
