//! Rewrites of path and query: what comes behind them sees the new ones.

use cloudflare_rules::Request;
use cloudflare_zone::{Action, Phase};

use super::redirect::text;
use super::{Heard, Stage, ZoneModel};

pub(super) fn apply<'e>(zone: &ZoneModel<'e>, request: &mut Request, heard: &mut Vec<Heard<'e>>) {
    let (mut path, mut query) = (None, None);
    for rule in zone.rules(Phase::HttpRequestTransform) {
        if !rule.matches(request) {
            continue;
        }
        heard.push(Heard { place: &rule.rule.place, stage: Stage::Rewrite });
        let Action::Rewrite(rewrite) = &rule.rule.action else { continue };
        let Some(uri) = &rewrite.uri else { continue };
        path = uri.path.as_ref().and_then(|it| text(it, request)).or(path);
        query = uri.query.as_ref().and_then(|it| text(it, request)).or(query);
    }
    if path.is_none() && query.is_none() {
        return;
    }
    request.original = Some((request.path.clone(), request.query.clone()));
    request.path = path.unwrap_or_else(|| request.path.clone());
    request.query = query.unwrap_or_else(|| request.query.clone());
}
