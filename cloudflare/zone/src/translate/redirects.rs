//! Redirects: what can be listed path by path, with what an expression gives for each of them.

use cloudflare_rules::{Request, Value, parse};
use fleet::delivery::RedirectTo;

use super::draft::{Applied, Draft};
use crate::action::{Action, Text};
use crate::condition::{Condition, Subject, TestKind};
use crate::verdict::Outcome;

/// Statuses that the viewer function answers with.
const STATUSES: [u16; 4] = [301, 302, 307, 308];
/// Bytes of a path and of a target in the store:
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html>.
const PATH: usize = 512;
const TARGET: usize = 900;

/// Where a path leads.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) url: String,
    pub(super) status: u16,
    /// Whether the query of the request is added.
    pub(super) keeps_query: bool,
}

/// A single redirect.
pub(super) fn single(rule: &Applied<'_>, draft: &mut Draft) -> Outcome {
    let Action::Redirect(redirect) = &rule.rule.action else {
        return Outcome::manual("its action is no redirect");
    };
    let host = draft.host().to_owned();
    let expression = match &redirect.target_url {
        Text::Value(_) => None,
        Text::Expression(text) => match parse(text) {
            Ok(expression) => Some(expression),
            Err(issue) => return Outcome::manual(format!("its target cannot be read: {issue}")),
        },
    };
    let target = |path: &str| {
        let url = match (&redirect.target_url, &expression) {
            (Text::Value(url), _) => url.clone(),
            (_, Some(expression)) => {
                let [one, other] = requests(&host, path).map(|it| expression.evaluate(&it));
                match one {
                    Value::Text(url) if Value::Text(url.clone()) == other => {
                        String::from_utf8(url).ok()?
                    }
                    _ => return None,
                }
            }
            _ => return None,
        };
        let keeps_query = redirect.preserve_query_string;
        Some(Target { url, status: redirect.status_code, keeps_query })
    };
    by_path(&rule.condition, &target, draft)
}

/// Two requests that have nothing in common but host and path: what both come to hangs on these.
fn requests(host: &str, path: &str) -> [Request; 2] {
    let plain = Request::get(&format!("https://{host}{path}"));
    let posted = Request::get(&format!("https://{host}{path}?z9=q"));
    let mut other = Request { method: "POST".to_owned(), ..posted };
    for name in ["accept-language", "cookie", "referer", "user-agent", "x-forwarded-for"] {
        other = other.with_header(name, "z9=q");
    }
    [plain, other]
}

/// The redirects of all paths that a condition lists.
pub(super) fn by_path(
    condition: &Condition,
    target: &dyn Fn(&str) -> Option<Target>,
    draft: &mut Draft,
) -> Outcome {
    let mut outcome = Outcome::default();
    let Some(paths) = paths(condition, &mut outcome) else {
        return Outcome::manual(format!(
            "`redirects` lists paths, and this is a pattern ({condition}): list the paths that are in \
             use, or let the origin redirect"
        ));
    };
    for path in paths {
        match target(&path) {
            Some(target) => one(&path, &target, draft, &mut outcome),
            None => outcome.todo(format!("where `{path}` leads depends on more than its path")),
        }
    }
    outcome
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
pub(super) fn one(path: &str, target: &Target, draft: &mut Draft, outcome: &mut Outcome) {
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic());
    let to = relative(&target.url, &draft.hosts);
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
    if !target.keeps_query {
        outcome.change("the query of the request is added to the target");
    }
    if draft.delivery.redirects.contains_key(path) {
        return outcome.ignore(format!("`{path}` is redirected by an earlier rule"));
    }
    let entry = RedirectTo { to, status: target.status };
    draft.delivery.redirects.insert(path.to_owned(), entry);
    outcome.done(draft.key("redirects"));
}

/// A URL of the site's only domain as a path.
fn relative(url: &str, hosts: &[String]) -> String {
    let [host] = hosts else { return url.to_owned() };
    match url.strip_prefix("https://").and_then(|rest| rest.strip_prefix(host.as_str())) {
        Some("") => "/".to_owned(),
        Some(path) if path.starts_with('/') && !path.starts_with("//") => path.to_owned(),
        _ => url.to_owned(),
    }
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
