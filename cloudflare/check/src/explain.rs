//! Which verdict says that a difference is to be.
//!
//! A rule that is left to somebody explains every difference in what it is about. One that was
//! translated with a warning explains what the warning says, and nothing else: the words that it has
//! to say are beside each kind of difference.

use std::collections::BTreeMap;

use cloudflare_rules::Request;
use cloudflare_zone::{Finding, Import, Place, Verdict};

use crate::differ::Of;
use crate::original::{Heard, Stage};
use crate::outcome::SAID;

/// The verdicts of an import, by the places of what they are about.
pub(crate) struct Verdicts<'i> {
    by_place: BTreeMap<&'i Place, &'i Finding>,
    findings: &'i [Finding],
}

impl<'i> Verdicts<'i> {
    pub(crate) fn new(import: &'i Import) -> Self {
        let findings = import.findings.as_slice();
        Self { by_place: findings.iter().map(|it| (&it.place, it)).collect(), findings }
    }

    /// The verdict that says so, with the words of it that do.
    pub(crate) fn explanation(
        &self,
        of: &Of,
        zone: &str,
        request: &Request,
        heard: &[Heard<'_>],
    ) -> Option<(&'i Finding, &'i str)> {
        let stages = stages(of);
        let about = words(of);
        let told =
            heard.iter().filter(|it| it.stage == Stage::Rewrite || stages.contains(&it.stage));
        let mut found = told.filter_map(|heard| {
            let finding = *self.by_place.get(heard.place)?;
            says(finding, heard.stage, of, &about)
        });
        // One that is left to somebody says more than a warning does.
        let first = found.next();
        let manual = |it: &(&Finding, &str)| matches!(it.0.verdict, Verdict::Manual { .. });
        first
            .filter(manual)
            .or_else(|| found.find(manual))
            .or(first)
            .or_else(|| self.of_zone(of, zone, request, &about))
    }

    /// What holds for every request of a zone.
    fn of_zone(
        &self,
        of: &Of,
        zone: &str,
        request: &Request,
        about: &[&str],
    ) -> Option<(&'i Finding, &'i str)> {
        let mut findings = self.findings.iter().filter(|it| it.zone == zone);
        if let Of::ResponseHeader(name) | Of::RequestHeader(name) = of {
            return findings.find_map(|finding| remark(finding, &[name.as_str()]));
        }
        let key = match of {
            Of::Answer { is_redirected: true, .. } => "order",
            Of::Answer { is_refused_method: true, .. }
            | Of::Kept(_)
            | Of::KeyQuery
            | Of::Query
            | Of::Forwarded => "default-cache",
            _ => return None,
        };
        let finding = findings.find(|it| it.feature.key == key)?;
        let said = match of {
            Of::Kept(index) if SAID.get(*index).is_some_and(|said| said.has_cookie) => "set-cookie",
            Of::Kept(_) if is_personal(&request.path) => "/cart",
            Of::Kept(_) => "extensions",
            Of::Answer { is_redirected: true, .. } => "",
            Of::Answer { .. } => "other methods",
            Of::Query | Of::KeyQuery => "advertisers",
            _ => "no cookies",
        };
        let _ = about;
        remark(finding, &[said])
    }
}

/// Paths of one shopper.
fn is_personal(path: &str) -> bool {
    ["/account", "/cart", "/checkout"].iter().any(|it| path.starts_with(it))
}

/// What rules have to be about.
fn stages(of: &Of) -> &'static [Stage] {
    match of {
        Of::Answer { .. } => &[Stage::Scheme, Stage::Redirect, Stage::Refusal, Stage::Origin],
        Of::Status | Of::Location => &[Stage::Scheme, Stage::Redirect],
        Of::Picture => &[],
        Of::Server | Of::Host => &[Stage::Origin],
        Of::Path => &[],
        Of::Query | Of::Forwarded => &[Stage::Caching],
        Of::RequestHeader(_) => &[Stage::RequestHeaders],
        Of::Kept(_) | Of::KeyQuery | Of::KeyOrder | Of::KeyHost | Of::KeyPart(_) => {
            &[Stage::Caching, Stage::Origin]
        }
        Of::ResponseHeader(_) => &[Stage::ResponseHeaders, Stage::Caching],
    }
}

/// What a warning has to say, one of these.
fn words(of: &Of) -> Vec<&str> {
    match of {
        Of::Answer { .. } => vec![
            "are redirected too",
            "case counts",
            "holds for all domains",
            "taken to be in force",
            "is answered as on",
        ],
        Of::Status | Of::Location => vec!["is added to the target", "is answered as on"],
        Of::Server => vec!["of the greatest weight", "the first pool answers", "choose by place"],
        Of::Host => vec!["host"],
        Of::Query => vec!["origins get"],
        Of::Forwarded => vec!["no cookies"],
        Of::Kept(index) => {
            let mut words = vec![
                "case counts",
                "with a query too",
                "with a query is kept",
                "are kept as all others",
            ];
            match SAID.get(*index) {
                Some(said) if said.has_cookie => words.extend(["set-cookie", "max-age"]),
                Some(said) if said.is_private => words.push("`private`"),
                Some(said) if said.max_age.is_some() => words.push("max-age"),
                _ => {}
            }
            words
        }
        Of::KeyQuery => vec!["in the key", "case counts", "with a query too"],
        Of::KeyOrder => vec!["order of the query"],
        Of::KeyHost => vec!["host is in the key"],
        Of::KeyPart(_) => vec![
            "in the key",
            "out of the key",
            "first language",
            "case counts",
            "with a query too",
        ],
        Of::ResponseHeader(name) | Of::RequestHeader(name) => {
            vec![name.as_str(), "case counts", "with a query too"]
        }
        Of::Picture | Of::Path => Vec::new(),
    }
}

/// Whether a finding explains a difference, and by which of its words.
fn says<'i>(
    finding: &'i Finding,
    stage: Stage,
    of: &Of,
    about: &[&str],
) -> Option<(&'i Finding, &'i str)> {
    match &finding.verdict {
        Verdict::Manual { todo, into } => {
            // Of several settings that a rule has, only some may be left.
            let is_partly = !into.is_empty() && stage != Stage::Rewrite;
            if is_partly && matches!(of, Of::ResponseHeader(_) | Of::RequestHeader(_)) {
                return remark(finding, about);
            }
            todo.first().map(|todo| (finding, todo.as_str()))
        }
        Verdict::Changed { .. } => remark(finding, about),
        Verdict::Translated { .. } | Verdict::NoOp { .. } => None,
    }
}

/// The remark of a finding that has one of the words.
fn remark<'i>(finding: &'i Finding, about: &[&str]) -> Option<(&'i Finding, &'i str)> {
    if matches!(finding.verdict, Verdict::NoOp { .. }) {
        return None;
    }
    let has = |remark: &&str| {
        let remark = remark.to_lowercase();
        about.iter().any(|word| remark.contains(&word.to_lowercase()))
    };
    finding.verdict.remarks().into_iter().find(has).map(|remark| (finding, remark))
}
