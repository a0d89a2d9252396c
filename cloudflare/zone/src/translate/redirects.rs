//! Redirects: path by path where they can be listed, with what an expression gives for each of them,
//! and by rules where they are of patterns or hang on more than the path.

use cloudflare_rules::{Literal, Node};
use fleet::delivery::{QueryPart, RedirectTo};

use super::draft::{Applied, Draft};
use super::shape::{Shape, shapes};
use super::template::{Target, Template, of_one_path, relative, template};
use crate::action::Action;
use crate::condition::{Condition, Subject, TestKind};
use crate::verdict::Outcome;

/// Statuses that the viewer function answers with.
const STATUSES: [u16; 4] = [301, 302, 307, 308];
/// Bytes of a path and of a target in the store:
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html>.
const PATH: usize = 512;
const TARGET: usize = 900;
/// Rules about URLs of a site, as many as a fleet file may have.
pub(super) const RULES: usize = 50;

/// Where a path leads.
#[derive(Clone, Debug)]
pub(super) struct Aim {
    pub(super) url: String,
    pub(super) status: u16,
    /// Whether the query of the request is added.
    pub(super) keeps_query: bool,
}

/// A redirect before it is known of which paths.
pub(super) struct Redirection<'t> {
    pub(super) target: Target<'t>,
    pub(super) status: u16,
    pub(super) keeps_query: bool,
}

/// A single redirect.
pub(super) fn single(rule: &Applied<'_>, draft: &mut Draft) -> Outcome {
    let Action::Redirect(redirect) = &rule.rule.action else {
        return Outcome::manual("its action is no redirect");
    };
    let expression = match redirect.target_url.tree() {
        Ok(expression) => expression,
        Err(issue) => return Outcome::manual(format!("its target cannot be read: {issue}")),
    };
    let redirection = Redirection {
        target: Target {
            of: &|request| redirect.target_url.value(expression.as_ref(), request),
            expression: expression.as_ref(),
        },
        status: redirect.status_code,
        keeps_query: redirect.preserve_query_string,
    };
    add(&rule.condition, &redirection, draft)
}

/// Adds a redirect: paths that can be listed to `redirects`, all else to `redirect_rules`.
pub(super) fn add(
    condition: &Condition,
    redirection: &Redirection<'_>,
    draft: &mut Draft,
) -> Outcome {
    if let Some(listed) = listed(condition) {
        return by_path(&listed, redirection, draft);
    }
    let why = match by_rule(condition, redirection, draft) {
        Ok(outcome) => return outcome,
        Err(why) => why,
    };
    let mut outcome = Outcome::default();
    match paths(condition, &mut outcome) {
        Some(paths) => {
            outcome.join(by_path(&paths, redirection, draft));
            outcome
        }
        None => Outcome::manual(format!(
            "{why} ({condition}): list the paths that are in use in `redirects`, or let the origin redirect"
        )),
    }
}

fn by_path(paths: &[String], redirection: &Redirection<'_>, draft: &mut Draft) -> Outcome {
    let mut outcome = Outcome::default();
    for path in paths {
        let hosts = draft.hosts.clone();
        let Redirection { target, status, keeps_query, .. } = redirection;
        match of_one_path(path, &hosts, *keeps_query, *target) {
            Some(Template { to: url, query }) => {
                let keeps_query = query == QueryPart::Keep;
                one(path, &Aim { url, status: *status, keeps_query }, draft, &mut outcome);
            }
            None => outcome.todo(format!("where `{path}` leads depends on more than its path")),
        }
    }
    outcome
}

/// Adds the rules of a condition, each or none.
fn by_rule(
    condition: &Condition,
    redirection: &Redirection<'_>,
    draft: &mut Draft,
) -> Result<Outcome, String> {
    if draft.is_redirected {
        return Ok(Outcome::idle("every request is redirected by an earlier rule"));
    }
    let mut rules = Vec::new();
    for shape in shapes(condition)? {
        let found = template(&shape, &draft.hosts, redirection.keeps_query, redirection.target)
            .or_else(|| replaced(&shape, redirection))
            .ok_or("where it leads cannot be said by the wildcards of a path")?;
        let rule = found.redirect(shape, redirection.status);
        if let Some(problem) = rule.rule().problems().into_iter().next() {
            return Err(problem.message);
        }
        rules.push(rule);
    }
    if rules.is_empty() {
        return Ok(Outcome::idle("no path passes it"));
    }
    if draft.url_rules() + rules.len() > RULES {
        return Err(format!("there are more than {RULES} rules about URLs"));
    }
    let mut outcome = Outcome::default();
    outcome.done(draft.key("redirect_rules"));
    for rule in rules {
        draft.add_redirect_rule(rule);
    }
    Ok(outcome)
}

/// The target of a regular expression which is replaced by the same: its groups are the places.
pub(super) fn replaced(shape: &Shape, redirection: &Redirection<'_>) -> Option<Template> {
    let Node::Call(call) = &redirection.target.expression?.node else { return None };
    let text = |index: usize| match &call.arguments.get(index)?.node {
        Node::Literal(Literal::Text(text)) => String::from_utf8(text.clone()).ok(),
        _ => None,
    };
    let is_of_path = matches!(&call.arguments.first()?.node,
        Node::Field(field) if field.canonical().name == "http.request.uri.path");
    let regex = shape.regex.as_deref()?;
    let is_whole = regex.starts_with('^')
        && regex.ends_with('$')
        && !regex.ends_with("\\$")
        && !has_outer_choice(regex);
    let flag = if shape.ignore_case { "(?i)" } else { "" };
    let is_same = text(1)?.strip_prefix(flag) == Some(regex);
    // `$$` is a dollar sign there, and two here.
    let to = text(2).filter(|to| !to.contains("$$"))?;
    let query = if redirection.keeps_query { QueryPart::Keep } else { QueryPart::Drop };
    let is_said = call.function.name == "regex_replace" && is_of_path && is_whole && is_same;
    is_said.then_some(Template { to, query })
}

/// Whether a regular expression is a choice as a whole, so that its anchors are of parts of it.
fn has_outer_choice(regex: &str) -> bool {
    let mut depth = 0_usize;
    let mut chars = regex.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => drop(chars.next()),
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            '|' if depth == 0 => return true,
            _ => {}
        }
    }
    false
}

/// The paths that a condition lists, and nothing else.
fn listed(condition: &Condition) -> Option<Vec<String>> {
    match condition {
        Condition::Text(Subject::Path, test) if !test.ignores_case => match &test.kind {
            TestKind::Is(path) => Some(vec![path.clone()]),
            _ => None,
        },
        Condition::Any(parts) => {
            let lists: Option<Vec<_>> = parts.iter().map(listed).collect();
            lists.map(|it| it.concat())
        }
        _ => None,
    }
}

/// The paths that a condition lists; `None` where it is about others too.
fn paths(condition: &Condition, outcome: &mut Outcome) -> Option<Vec<String>> {
    match condition {
        Condition::Text(Subject::Path, test) => {
            let (TestKind::Is(path) | TestKind::Wildcard(path)) = &test.kind else { return None };
            if path.contains('*') {
                return None;
            }
            if test.ignores_case {
                outcome.change("case counts in the path");
            }
            Some(vec![path.clone()])
        }
        Condition::Any(parts) => {
            let lists: Option<Vec<_>> = parts.iter().map(|part| paths(part, outcome)).collect();
            lists.map(|it| it.concat())
        }
        Condition::All(parts) => {
            let mut listed: Option<Vec<String>> = None;
            for part in parts {
                match part {
                    Condition::Text(Subject::Query, test)
                        if test.kind == TestKind::Is(String::new()) =>
                    {
                        outcome.change("URLs with a query are redirected too");
                    }
                    Condition::Text(Subject::Method, test) if test.passes("GET") == Some(true) => {
                        outcome.change("other methods are redirected too");
                    }
                    part => {
                        let mut these = paths(part, outcome)?;
                        these.retain(|path| listed.as_ref().is_none_or(|all| all.contains(path)));
                        listed = Some(these);
                    }
                }
            }
            listed
        }
        _ => None,
    }
}

/// Adds a redirect; the first of a path counts.
pub(super) fn one(path: &str, target: &Aim, draft: &mut Draft, outcome: &mut Outcome) {
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic());
    let to = match draft.hosts.as_slice() {
        [host] => relative(&target.url, host),
        _ => target.url.clone(),
    };
    let is_path = path.starts_with('/') && !path.starts_with("//") && !path.contains(['?', '#']);
    if !is_path || !plain(path) || path.len() + draft.name.len() + 10 > PATH {
        return outcome.todo(format!("`{path}` cannot be a path of `redirects`"));
    }
    let is_url = ["https://", "http://"]
        .iter()
        .any(|it| to.strip_prefix(it).is_some_and(|it| !it.is_empty()));
    let is_local = to.starts_with('/') && !to.starts_with("//");
    if !(is_url || is_local) || !plain(&to) || to.contains('#') || to.len() > TARGET {
        return outcome.todo(format!("`{to}` is nowhere that `redirects` can lead to"));
    }
    if !STATUSES.contains(&target.status) {
        return outcome.todo(format!(
            "the status {} is none that the viewer function answers",
            target.status
        ));
    }
    if leads_back(path, &to, draft) {
        return outcome.todo(format!("`{path}` would lead to itself: `{to}`"));
    }
    let query = if target.keeps_query { QueryPart::Keep } else { QueryPart::Drop };
    match draft.earlier_rule(path) {
        Some(rule) if rule.when.is_none() => {
            return outcome.ignore(format!("`{path}` is redirected by an earlier rule"));
        }
        // What comes behind a rule with a condition is a rule too: `redirects` outrank all rules.
        Some(_) if draft.url_rules() < RULES => {
            let rule = Template { to, query }.redirect(Shape::of_one(path), target.status);
            draft.add_redirect_rule(rule);
            return outcome.done(draft.key("redirect_rules"));
        }
        Some(_) => {
            let todo =
                format!("redirect `{path}` by hand: there are {RULES} rules about URLs before it");
            return outcome.todo(todo);
        }
        None => {}
    }
    if draft.delivery.redirects.contains_key(path) {
        return outcome.ignore(format!("`{path}` is redirected by an earlier rule"));
    }
    let entry = RedirectTo { to, status: target.status, query };
    draft.delivery.redirects.insert(path.to_owned(), entry);
    outcome.done(draft.key("redirects"));
}

/// Adds a redirect of the paths of a pattern.
pub(super) fn pattern(path: &str, target: &Aim, draft: &mut Draft, outcome: &mut Outcome) {
    let to = match draft.hosts.as_slice() {
        [host] => relative(&target.url, host),
        _ => target.url.clone(),
    };
    let query = if target.keeps_query { QueryPart::Keep } else { QueryPart::Drop };
    let rule = Template { to, query }.redirect(Shape::of_one(path), target.status);
    if let Some(problem) = rule.rule().problems().into_iter().next() {
        return outcome.todo(format!("redirect `{path}` by hand: {}", problem.message));
    }
    if draft.url_rules() >= RULES {
        return outcome
            .todo(format!("redirect `{path}` by hand: there are {RULES} rules about URLs"));
    }
    draft.add_redirect_rule(rule);
    outcome.done(draft.key("redirect_rules"));
}

/// Whether a target ends up at the path again.
fn leads_back(path: &str, to: &str, draft: &Draft) -> bool {
    /// Redirects one behind the other that are followed.
    const STEPS: usize = 50;
    let mut at = to;
    for _ in 0..STEPS {
        let own = draft.hosts.iter().find_map(|host| {
            at.strip_prefix("https://")?
                .strip_prefix(host.as_str())
                .filter(|it| it.starts_with('/'))
        });
        let local = own.unwrap_or(at);
        if local == path {
            return true;
        }
        match draft.delivery.redirects.get(local) {
            Some(next) => at = &next.to,
            None => return false,
        }
    }
    true
}
