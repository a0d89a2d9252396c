//! Single redirects: the first that matches counts.

use cloudflare_rules::{Request, Value, parse};
use cloudflare_zone::{Action, Phase, Text};

use super::{Heard, Stage, ZoneModel};
use crate::outcome::{Outcome, absolute, with_query};

pub(super) fn single<'e>(
    zone: &ZoneModel<'e>,
    request: &Request,
    heard: &mut Vec<Heard<'e>>,
) -> Option<Outcome> {
    for rule in zone.rules(Phase::HttpRequestDynamicRedirect) {
        if !rule.matches(request) {
            continue;
        }
        heard.push(Heard { place: &rule.rule.place, stage: Stage::Redirect });
        let Action::Redirect(redirect) = &rule.rule.action else { continue };
        let Some(target) = text(&redirect.target_url, request) else { continue };
        let query = if redirect.preserve_query_string { request.query.as_str() } else { "" };
        let url = absolute(&target, request.is_https, &request.host);
        let location = with_query(&url, query);
        return Some(Outcome::Redirected { status: redirect.status_code, location });
    }
    None
}

/// What a text is for a request; `None` where that is not known, or is no text.
pub(super) fn text(text: &Text, request: &Request) -> Option<String> {
    match text {
        Text::Value(text) => Some(text.clone()),
        Text::Expression(expression) => match parse(expression).ok()?.evaluate(request) {
            Value::Text(bytes) => String::from_utf8(bytes).ok(),
            _ => None,
        },
    }
}
