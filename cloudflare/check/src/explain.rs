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
        let about = words(of, request);
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
            .or_else(|| self.of_zone(of, zone, request))
    }

    /// What holds for every request of a zone.
    fn of_zone(&self, of: &Of, zone: &str, request: &Request) -> Option<(&'i Finding, &'i str)> {
        let mut findings = self.findings.iter().filter(|it| it.zone == zone);
        let mut general = vec!["more behaviors than"];
        if is_hidden(&request.path) {
            general.push("before the dot");
        }
        // A negation in any case is heard by neither side, and still told of.
        if request.path.bytes().any(|byte| byte.is_ascii_uppercase()) {
            general.push("case counts");
        }
        if !request.is_https {
            general.push("holds for HTTP too");
        }
        // What it says of others is heard by nobody: behaviors know no method.
        if request.method != "GET" {
            general.push("holds for every method");
        }
        let left_out = findings.clone().find_map(|it| remark(it, &general));
        if let Some(found) = left_out.filter(|_| !matches!(of, Of::Status | Of::Location)) {
            return Some(found);
        }
        if let Of::ResponseHeader(name) | Of::RequestHeader(name) = of {
            return findings.find_map(|finding| remark(finding, &[name.as_str()]));
        }
        let key = match of {
            Of::Answer { is_redirected: true, is_refused_method: false } => "order",
            Of::Answer { is_refused_method: true, .. }
            | Of::Kept { .. }
            | Of::KeyQuery
            | Of::Query
            | Of::Forwarded => "default-cache",
            _ => return None,
        };
        let finding = findings.find(|it| it.feature.key == key)?;
        let said = match of {
            Of::Kept { said, is_kept: [false, true] } if has_cookie(*said) => "set-cookie",
            Of::Kept { is_kept: [true, false], .. } if is_personal(&request.path) => "/cart",
            Of::Kept { is_kept: [true, false], .. } if is_rare_file(&request.path) => "extensions",
            Of::Kept { .. } => return None,
            Of::Answer { is_refused_method: true, .. } => "other methods",
            Of::Answer { .. } => "before it is redirected",
            Of::Query | Of::KeyQuery => "advertisers",
            _ => "no cookies",
        };
        remark(finding, &[said])
    }
}

/// Whether an answer sets a cookie.
fn has_cookie(said: usize) -> bool {
    SAID.get(said).is_some_and(|said| said.has_cookie)
}

/// Names of files that begin with their only dot: Cloudflare takes none of it for an extension.
fn is_hidden(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    name.strip_prefix('.').is_some_and(|it| !it.contains('.'))
}

/// Files that Cloudflare keeps by their extension, for which a distribution has no behavior left.
fn is_rare_file(path: &str) -> bool {
    const COMMON: [&str; 14] = [
        "avif", "css", "eot", "gif", "ico", "jpeg", "jpg", "js", "png", "svg", "ttf", "webp",
        "woff", "woff2",
    ];
    let extension = path.rsplit('/').next().and_then(|name| name.rsplit_once('.')).map(|it| it.1);
    path == "/robots.txt" || extension.is_some_and(|it| !COMMON.contains(&it))
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
        Of::Server | Of::Host => &[Stage::Origin],
        Of::Picture | Of::Path => &[],
        Of::Query | Of::Forwarded => &[Stage::Caching],
        Of::RequestHeader(_) => &[Stage::RequestHeaders],
        Of::Kept { .. } | Of::KeyQuery | Of::KeyOrder | Of::KeyHost | Of::KeyPart(_) => {
            &[Stage::Caching, Stage::Origin]
        }
        Of::ResponseHeader(_) => &[Stage::ResponseHeaders, Stage::Caching],
    }
}

/// What a warning has to say, one of these; what says most is first.
fn words<'o>(of: &'o Of, request: &Request) -> Vec<&'o str> {
    let mut words = match of {
        Of::Answer { .. } => vec!["holds for all domains", "taken to be in force"],
        Of::Status => vec!["with 307"],
        Of::Location => vec!["is added to the target"],
        Of::Server => vec!["of the greatest weight", "the first pool answers", "choose by place"],
        Of::Host => vec!["another `Host`"],
        Of::Query => vec!["origins get no names"],
        Of::Forwarded => vec!["no cookies"],
        Of::Kept { said, .. } => match SAID.get(*said) {
            Some(said) if said.has_cookie => vec!["set-cookie", "max-age"],
            Some(said) if said.is_private => vec!["`private`", "`no-store`"],
            Some(said) if said.max_age.is_some() => vec!["max-age"],
            _ => Vec::new(),
        },
        Of::KeyOrder => vec!["order of the query"],
        Of::KeyHost => vec!["host is in the key"],
        Of::KeyPart(_) => vec!["is in the key", "out of the key", "first language"],
        Of::ResponseHeader(name) | Of::RequestHeader(name) => vec![name.as_str()],
        Of::KeyQuery | Of::Picture | Of::Path => Vec::new(),
    };
    if matches!(of, Of::Kept { .. }) {
        words.push("are kept as all others");
    }
    // Of rewrites: what is chosen by the path looks at the other one.
    match of {
        Of::Answer { .. } => words.extend([
            "the web ACL sees the path as it came",
            "the web ACL sees the query as it came",
        ]),
        Of::Status | Of::Location | Of::Picture | Of::Path => {}
        _ => words.push("behaviors are chosen by the path as it came"),
    }
    if !request.query.is_empty() {
        words.extend(["with a query too", "with a query are", "with a query is"]);
    }
    if request.method != "GET" {
        words.extend(["other methods are redirected too", "holds for every method"]);
    }
    if request.path.bytes().any(|byte| byte.is_ascii_uppercase()) {
        words.push("case counts");
    }
    if !request.is_https {
        words.push("is answered as on");
    }
    words
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
    let remarks = finding.verdict.remarks();
    let says = |word: &&str| {
        let word = word.to_lowercase();
        remarks.iter().find(|remark| remark.to_lowercase().contains(&word))
    };
    about.iter().find_map(says).map(|remark| (finding, *remark))
}
