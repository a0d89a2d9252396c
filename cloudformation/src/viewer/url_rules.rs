//! Redirect rules and rewrites as the viewer function of pages reads them.

use fleet::Site;
use fleet::delivery::{Condition, QueryPart, UrlRule};
use serde::Serialize;
use serde_json::Value;

use super::error::{PairsError, VALUE_LIMIT};

/// A rule: `{"match":"^/old/(.*?)$","to":"/new/${1}","status":301}`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Stored<'a> {
    /// A regular expression that both languages read alike.
    r#match: String,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    any_case: bool,
    /// As the fleet file has it, but for flags within regular expressions.
    #[serde(skip_serializing_if = "Option::is_none")]
    when: Option<Value>,
    to: &'a str,
    /// None of a rewrite.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    /// Whether the query of the request is left out.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    drop: bool,
}

/// The values of a site's rules, each a list of as many as a value takes.
///
/// # Errors
/// [`PairsError::RuleTooLong`] where one alone is more than that.
pub(super) fn parts(site: &Site) -> Result<Vec<String>, PairsError> {
    let redirects = site.delivery.redirect_rules.iter().map(|it| it.rule());
    let rewrites = site.delivery.rewrites.iter().map(|it| it.rule());
    let mut parts: Vec<String> = Vec::new();
    for rule in redirects.chain(rewrites) {
        // These types have texts as their keys: serializing them does not fail.
        let text = serde_json::to_string(&stored(&rule)).unwrap_or_default();
        if text.len() + 2 > VALUE_LIMIT {
            return Err(PairsError::RuleTooLong { to: rule.to.to_owned(), bytes: text.len() + 2 });
        }
        match parts.last_mut() {
            Some(part) if part.len() + text.len() + 3 <= VALUE_LIMIT => {
                part.push(',');
                part.push_str(&text);
            }
            _ => parts.push(format!("[{text}")),
        }
    }
    Ok(parts.into_iter().map(|part| part + "]").collect())
}

fn stored<'a>(rule: &UrlRule<'a>) -> Stored<'a> {
    Stored {
        r#match: rule.pattern(),
        any_case: rule.ignore_case,
        when: rule.when.map(condition),
        to: rule.to,
        status: rule.status,
        drop: rule.query == QueryPart::Drop,
    }
}

/// JavaScript has flags beside a regular expression, not in it; names of headers are in lower case.
fn condition(condition: &Condition) -> Value {
    let mut value = serde_json::to_value(condition).unwrap_or_default();
    tidy(&mut value);
    value
}

fn tidy(value: &mut Value) {
    match value {
        Value::Array(parts) => parts.iter_mut().for_each(tidy),
        Value::Object(fields) => {
            if let Some(name) = fields.get_mut("header").and_then(|it| it.get_mut("name")) {
                *name = name.as_str().unwrap_or_default().to_ascii_lowercase().into();
            }
            let regex = fields.get("matches").and_then(Value::as_str);
            if let Some(plain) = regex.and_then(|it| it.strip_prefix("(?i)")).map(str::to_owned) {
                fields.insert("matches".to_owned(), plain.into());
                fields.insert("ignore_case".to_owned(), true.into());
            }
            fields.values_mut().for_each(tidy);
        }
        _ => {}
    }
}
