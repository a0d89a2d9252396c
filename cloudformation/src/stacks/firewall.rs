//! Conditions as statements of a web ACL.

use fleet::delivery::{Condition, NamedMatch, TextMatch, TextTest};
use serde_json::{Value, json};

use super::waf::SCOPE;
use crate::resources::Text;
use crate::resources::waf::IpSet;
use crate::template::Draft;

/// Bytes of a header, a cookie or the query, however many: what is there has at least so many.
const IS_THERE: u8 = 0;

/// The statement of a condition; sets of addresses become resources of the draft, under names that
/// begin with `owner`.
pub(crate) fn statement(condition: &Condition, owner: &str, draft: &mut Draft) -> Value {
    let mut sets = Sets { owner, count: 0, draft };
    of(condition, &mut sets)
}

/// The capacity units of a condition:
/// <https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statements-match.html>.
pub(crate) fn capacity(condition: &Condition) -> usize {
    match condition {
        Condition::All(_) | Condition::Any(_) | Condition::Not(_) => {
            condition.parts().iter().map(capacity).sum()
        }
        Condition::Path(text) | Condition::Query(text) | Condition::Method(text) => units(text),
        Condition::Header(named) | Condition::Cookie(named) | Condition::Argument(named) => {
            named.value.as_ref().map_or(1, units)
        }
        Condition::Addresses(_) => 2,
        Condition::Countries(_) | Condition::AutonomousSystems(_) => 1,
    }
}

fn units(text: &TextMatch) -> usize {
    /// Of each transformation of the text.
    const TRANSFORMED: usize = 10;
    let test = match text.test() {
        Some(TextTest::Contains(_)) => 10,
        Some(TextTest::Matches(_)) => 3,
        _ => 2,
    };
    test + if text.ignore_case { TRANSFORMED } else { 0 }
}

/// Sets of addresses of one rule.
struct Sets<'a> {
    owner: &'a str,
    count: usize,
    draft: &'a mut Draft,
}

fn of(condition: &Condition, sets: &mut Sets<'_>) -> Value {
    match condition {
        Condition::All(parts) => json!({ "AndStatement": { "Statements": each(parts, sets) } }),
        Condition::Any(parts) => json!({ "OrStatement": { "Statements": each(parts, sets) } }),
        Condition::Not(part) => json!({ "NotStatement": { "Statement": of(part, sets) } }),
        Condition::Path(text) => matched(&json!({ "UriPath": {} }), text),
        Condition::Query(text) => matched(&json!({ "QueryString": {} }), text),
        Condition::Method(text) => matched(&json!({ "Method": {} }), text),
        Condition::Header(it) => named(&json!({ "SingleHeader": { "Name": lower(it) } }), it),
        Condition::Cookie(it) => named(&cookie(it), it),
        Condition::Argument(it) => {
            named(&json!({ "SingleQueryArgument": { "Name": lower(it) } }), it)
        }
        Condition::Addresses(blocks) => addresses(blocks, sets),
        Condition::Countries(codes) => {
            json!({ "GeoMatchStatement": { "CountryCodes": codes } })
        }
        Condition::AutonomousSystems(systems) => {
            json!({ "AsnMatchStatement": { "AsnList": systems } })
        }
    }
}

fn each(parts: &[Condition], sets: &mut Sets<'_>) -> Vec<Value> {
    parts.iter().map(|part| of(part, sets)).collect()
}

/// AWS WAF compares names of headers and arguments without regard to case.
fn lower(named: &NamedMatch) -> String {
    named.name.to_ascii_lowercase()
}

fn cookie(named: &NamedMatch) -> Value {
    json!({ "Cookies": {
        "MatchPattern": { "IncludedCookies": [named.name] },
        "MatchScope": "VALUE",
        "OversizeHandling": "CONTINUE",
    } })
}

fn named(field: &Value, named: &NamedMatch) -> Value {
    match &named.value {
        Some(text) => matched(field, text),
        None => size(field, "GE"),
    }
}

fn size(field: &Value, operator: &str) -> Value {
    json!({ "SizeConstraintStatement": {
        "ComparisonOperator": operator,
        "FieldToMatch": field,
        "Size": IS_THERE,
        "TextTransformations": [{ "Priority": 0, "Type": "NONE" }],
    } })
}

fn matched(field: &Value, text: &TextMatch) -> Value {
    let kind = if text.ignore_case { "LOWERCASE" } else { "NONE" };
    let transformations = json!([{ "Priority": 0, "Type": kind }]);
    let test = text.test();
    let searched = test.as_ref().map(TextTest::text).unwrap_or_default();
    let constraint = match test {
        // A byte match looks for one byte at least.
        Some(TextTest::Is("")) | None => return size(field, "EQ"),
        Some(TextTest::Matches(pattern)) => {
            return json!({ "RegexMatchStatement": {
                "FieldToMatch": field,
                "RegexString": pattern,
                "TextTransformations": transformations,
            } });
        }
        Some(TextTest::Is(_)) => "EXACTLY",
        Some(TextTest::StartsWith(_)) => "STARTS_WITH",
        Some(TextTest::EndsWith(_)) => "ENDS_WITH",
        Some(TextTest::Contains(_)) => "CONTAINS",
    };
    json!({ "ByteMatchStatement": {
        "FieldToMatch": field,
        "PositionalConstraint": constraint,
        "SearchString": searched,
        "TextTransformations": transformations,
    } })
}

/// A name as one of a resource: words begin with capitals, nothing is between them.
fn logical(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric());
    let capital = |word: &str| match word.split_at_checked(1) {
        Some((first, rest)) => first.to_ascii_uppercase() + rest,
        None => String::new(),
    };
    words.map(capital).collect()
}

/// A set holds addresses of one family alone.
fn addresses(blocks: &[String], sets: &mut Sets<'_>) -> Value {
    let (v6, v4): (Vec<String>, Vec<String>) =
        blocks.iter().cloned().partition(|block| block.contains(':'));
    let mut statements = Vec::new();
    for (version, blocks) in [("IPV4", v4), ("IPV6", v6)] {
        if blocks.is_empty() {
            continue;
        }
        sets.count += 1;
        let suffix = format!("{}-addresses-{}", sets.owner, sets.count);
        let resource = logical(&suffix);
        let set = IpSet {
            name: Text::filled(format!("${{AWS::StackName}}-{suffix}")),
            scope: SCOPE,
            ip_address_version: version,
            addresses: blocks,
        };
        sets.draft.resource(resource.as_str(), &set);
        let arn = json!({ "Fn::GetAtt": [resource, "Arn"] });
        statements.push(json!({ "IPSetReferenceStatement": { "Arn": arn } }));
    }
    match statements.len() {
        1 => statements.swap_remove(0),
        _ => json!({ "OrStatement": { "Statements": statements } }),
    }
}
