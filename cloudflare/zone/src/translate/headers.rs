//! Headers of requests and of answers.

use fleet::delivery::FrameOptions;

use super::draft::{Applied, Change, Draft};
use crate::action::{Action, HeaderChange, Rewrite};
use crate::condition::{Condition, regions_of};
use crate::verdict::Outcome;

/// Headers of a policy, and headers that it takes away.
const HEADERS: usize = 10;
/// Headers that CloudFront writes itself, or lets nobody write, in requests to origins.
const NOT_TO_ORIGINS: [&str; 12] = [
    "accept-encoding",
    "cache-control",
    "connection",
    "content-length",
    "cookie",
    "host",
    "pragma",
    "range",
    "transfer-encoding",
    "upgrade",
    "via",
    "x-real-ip",
];
/// Headers that nobody changes in CloudFront's answers.
const NOT_TO_VIEWERS: [&str; 10] = [
    "connection",
    "content-encoding",
    "content-length",
    "host",
    "keep-alive",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "via",
    "warning",
];
/// What CloudFront takes as a `Referrer-Policy`:
/// <https://www.w3.org/TR/referrer-policy/#referrer-policies>.
const REFERRER_POLICIES: [&str; 8] = [
    "no-referrer",
    "no-referrer-when-downgrade",
    "origin",
    "origin-when-cross-origin",
    "same-origin",
    "strict-origin",
    "strict-origin-when-cross-origin",
    "unsafe-url",
];
/// Headers about the client that `client_headers` sends.
const CLIENT: [&str; 5] =
    ["cf-connecting-ip", "true-client-ip", "cf-ipcountry", "cf-visitor", "cf-ray"];

fn rewrite<'a>(rule: &'a Applied<'_>) -> Result<&'a Rewrite, Outcome> {
    match &rule.rule.action {
        Action::Rewrite(rewrite) => Ok(rewrite),
        _ => Err(Outcome::manual("its action changes no headers")),
    }
}

/// The headers of a rule, as people read them.
fn names(rewrite: &Rewrite) -> String {
    let names: Vec<String> = rewrite.headers.keys().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

/// Headers of requests to origins.
pub(super) fn of_requests(rule: &Applied<'_>, draft: &mut Draft) -> Outcome {
    let rewrite = match rewrite(rule) {
        Ok(rewrite) => rewrite,
        Err(outcome) => return outcome,
    };
    let mut outcome = Outcome::default();
    let mut changes = Vec::new();
    if rewrite.uri.is_some() {
        outcome.todo("it rewrites the URL: let the origin understand both URLs, or redirect");
    }
    for (name, change) in &rewrite.headers {
        request_header(name, change, &mut changes, draft, &mut outcome);
    }
    if changes.is_empty() {
        return outcome;
    }
    if let Err(why) = regions_of(&rule.condition) {
        outcome.todo(format!("let the shop do without {}: {why}", names(rewrite)));
        return outcome;
    }
    if rule.condition == Condition::Always {
        for change in changes {
            if let Change::OriginHeader(name, value) = change {
                draft.connection().headers.insert(name, value);
            }
        }
        outcome.done(draft.key("origin.headers"));
    } else {
        rule.heed_method(&mut outcome);
        draft.layers.push(rule.layer(changes));
        outcome.done(draft.key("origins.*.headers"));
    }
    outcome
}

fn request_header(
    name: &str,
    change: &HeaderChange,
    changes: &mut Vec<Change>,
    draft: &mut Draft,
    outcome: &mut Outcome,
) {
    let lower = name.to_ascii_lowercase();
    let expression = change.expression.as_deref().unwrap_or_default();
    let is_client = CLIENT.contains(&lower.as_str())
        || (expression == "ip.src"
            && ["x-client-ip", "x-real-ip", "x-forwarded-for"].contains(&lower.as_str()));
    match (change.operation.as_str(), &change.value) {
        ("remove", _) => outcome.todo(format!(
            "let the origin overlook `{name}`: CloudFront sends it where `forward_all` is on"
        )),
        _ if is_client && !expression.is_empty() => {
            draft.delivery.client_headers = true;
            outcome.done(draft.key("client_headers"));
            if !CLIENT.contains(&lower.as_str()) {
                outcome.change(format!("the address is in `CF-Connecting-IP`, not in `{name}`"));
            }
        }
        _ if !expression.is_empty() => outcome.todo(format!(
            "`{name}` is what `{expression}` gives: origins get fixed headers and those of `client_headers`"
        )),
        _ if NOT_TO_ORIGINS.contains(&lower.as_str()) || lower.starts_with("x-amz-") || lower.starts_with("x-edge-") => {
            outcome.todo(format!("CloudFront sends no `{name}` of one's own to origins"));
        }
        (_, Some(value)) => {
            if change.operation == "add" {
                outcome.change(format!("`{name}` takes the place of the viewer's"));
            }
            changes.push(Change::OriginHeader(name.to_owned(), value.clone()));
        }
        _ => outcome.todo(format!("`{name}` has no value")),
    }
}

/// Headers of answers.
pub(super) fn of_answers(rule: &Applied<'_>, draft: &mut Draft) -> Outcome {
    let rewrite = match rewrite(rule) {
        Ok(rewrite) => rewrite,
        Err(outcome) => return outcome,
    };
    let mut outcome = Outcome::default();
    if let Err(why) = regions_of(&rule.condition) {
        return Outcome::manual(format!("let the origin see to {}: {why}", names(rewrite)));
    }
    rule.heed_method(&mut outcome);
    let is_everywhere = rule.condition == Condition::Always;
    let mut changes = Vec::new();
    for (name, change) in &rewrite.headers {
        answer_header(name, change, is_everywhere, &mut changes, draft, &mut outcome);
    }
    if !changes.is_empty() {
        draft.layers.push(rule.layer(changes));
        outcome.done(draft.key("behaviors.*.headers"));
    }
    outcome
}

fn answer_header(
    name: &str,
    change: &HeaderChange,
    is_everywhere: bool,
    changes: &mut Vec<Change>,
    draft: &mut Draft,
    outcome: &mut Outcome,
) {
    let lower = name.to_ascii_lowercase();
    if NOT_TO_VIEWERS.contains(&lower.as_str())
        || lower.starts_with("x-amz-cf")
        || lower.starts_with("x-cache")
    {
        return outcome.todo(format!("CloudFront lets nobody change `{name}`"));
    }
    if let Some(expression) = &change.expression {
        return outcome
            .todo(format!("`{name}` is what `{expression}` gives: let the origin send it"));
    }
    if change.operation == "remove" {
        return remove(name, is_everywhere, draft, outcome);
    }
    let Some(value) = &change.value else { return outcome.todo(format!("`{name}` has no value")) };
    if change.operation == "add" {
        outcome.change(format!("`{name}` takes the place of the origin's"));
    }
    if own_key(&lower, value, is_everywhere, draft, outcome) {
        return;
    }
    if !is_everywhere {
        changes.push(Change::Header(name.to_owned(), value.clone()));
        return;
    }
    let custom = &mut draft.delivery.headers.custom;
    if custom.len() >= HEADERS && !custom.contains_key(name) {
        return outcome
            .todo(format!("`{name}` is one more than the {HEADERS} that CloudFront adds"));
    }
    custom.insert(name.to_owned(), value.clone());
    outcome.done(draft.key("headers.custom"));
}

fn remove(name: &str, is_everywhere: bool, draft: &mut Draft, outcome: &mut Outcome) {
    let list = &mut draft.delivery.headers.remove;
    if list.iter().any(|it| it.eq_ignore_ascii_case(name)) {
        return outcome.done(draft.key("headers.remove"));
    }
    if list.len() >= HEADERS {
        return outcome
            .todo(format!("`{name}` is one more than the {HEADERS} that CloudFront takes away"));
    }
    list.push(name.to_owned());
    outcome.done(draft.key("headers.remove"));
    if !is_everywhere {
        outcome.change(format!("`{name}` is taken from the answers of all paths"));
    }
}

/// Headers that have a key of their own in the fleet file.
fn own_key(
    lower: &str,
    value: &str,
    is_everywhere: bool,
    draft: &mut Draft,
    outcome: &mut Outcome,
) -> bool {
    let headers = &mut draft.delivery.headers;
    let key = match lower {
        "x-content-type-options" => {
            headers.nosniff = value.eq_ignore_ascii_case("nosniff");
            "headers.nosniff"
        }
        "x-frame-options" => match value.to_ascii_lowercase().as_str() {
            "deny" => {
                headers.frame_options = Some(FrameOptions::Deny);
                "headers.frame_options"
            }
            "sameorigin" => {
                headers.frame_options = Some(FrameOptions::SameOrigin);
                "headers.frame_options"
            }
            _ => {
                outcome.todo(format!("`X-Frame-Options: {value}` is none that browsers know"));
                return true;
            }
        },
        "content-security-policy" => {
            headers.csp = Some(value.to_owned());
            "headers.csp"
        }
        "referrer-policy" if !REFERRER_POLICIES.contains(&value) => {
            outcome.todo(format!("`Referrer-Policy: {value}` is none that CloudFront takes"));
            return true;
        }
        "referrer-policy" => {
            headers.referrer_policy = Some(value.to_owned());
            "headers.referrer_policy"
        }
        "strict-transport-security" => {
            headers.hsts = Some(hsts(value));
            "headers.hsts"
        }
        "x-xss-protection" => {
            outcome.change("`X-XSS-Protection` is left out: browsers no longer look at it");
            return true;
        }
        _ if lower.starts_with("access-control-") => {
            outcome.todo(format!("`{lower}`: say who may read answers in `headers.cors`"));
            return true;
        }
        _ => return false,
    };
    outcome.done(draft.key(key));
    if !is_everywhere {
        outcome.change(format!("`{lower}` holds for all paths"));
    }
    true
}

/// A header by RFC 6797.
fn hsts(value: &str) -> fleet::delivery::Hsts {
    let mut hsts = fleet::delivery::Hsts { max_age: 0, ..fleet::delivery::Hsts::default() };
    for directive in value.split(';').map(|it| it.trim().to_ascii_lowercase()) {
        match directive.split_once('=') {
            Some(("max-age", seconds)) => {
                hsts.max_age = seconds.trim_matches('"').parse().unwrap_or(0);
            }
            _ if directive == "includesubdomains" => hsts.include_subdomains = true,
            _ if directive == "preload" => hsts.preload = true,
            _ => {}
        }
    }
    hsts
}
