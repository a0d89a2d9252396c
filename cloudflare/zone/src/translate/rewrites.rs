//! URL rewrites.
//!
//! On Cloudflare the last one that matches counts, here the first: so a later one stands before the
//! earlier ones. What comes behind it sees the new path on Cloudflare, the behavior here is that of
//! the path as it came: [`behaviors`](super::behaviors) gives it what rules say of the new one.

use cloudflare_rules::Expression;
use fleet::delivery::{QueryPart, RewriteRule};

use super::draft::{Applied, Draft, Rewriting};
use super::redirects::{RULES, Redirection, replaced};
use super::shape::{Shape, asked, shapes};
use super::template::{Target, Template, template};
use crate::action::{Action, Text};
use crate::verdict::Outcome;

/// A rule that rewrites path, query, or both.
pub(super) fn rule(rule: &Applied<'_>, draft: &mut Draft) -> Outcome {
    let Action::Rewrite(rewrite) = &rule.rule.action else {
        return Outcome::manual("its action is no rewrite");
    };
    let Some(uri) = rewrite.uri.as_ref().filter(|uri| uri.path.is_some() || uri.query.is_some())
    else {
        return Outcome::manual("it rewrites neither path nor query: look at it by hand");
    };
    let parts = [uri.path.is_some(), uri.query.is_some()];
    if draft.rewritten_parts.is_some_and(|known| known != parts) {
        let todo = "some rules rewrite the path and others the query: write one rule for both";
        return Outcome::manual(todo);
    }
    match rules(rule, uri.path.as_ref(), uri.query.as_ref(), draft) {
        Ok(rules) if rules.is_empty() => Outcome::idle("no path passes it"),
        Ok(rules) => {
            let mut outcome = Outcome::default();
            outcome.done(draft.key("rewrites"));
            draft.rewritten_parts = Some(parts);
            for (rewrite, rewriting) in rules.into_iter().rev() {
                draft.delivery.rewrites.insert(0, rewrite);
                draft.rewritings.insert(0, rewriting);
            }
            outcome
        }
        Err(why) => Outcome::manual(format!(
            "{why} ({}): let the origin understand both URLs, or redirect",
            rule.condition
        )),
    }
}

fn rules(
    rule: &Applied<'_>,
    path: Option<&Text>,
    query: Option<&Text>,
    draft: &Draft,
) -> Result<Vec<(RewriteRule, Rewriting)>, String> {
    let read = |text: Option<&Text>| text.map(Text::tree).transpose().map(Option::flatten);
    let unread = |issue| format!("what it writes cannot be read: {issue}");
    let trees = (read(path).map_err(unread)?, read(query).map_err(unread)?);
    let query = query.map(|it| constant(it, trees.1.as_ref(), draft)).transpose()?;
    let mut rules = Vec::new();
    // Of a regular expression `${0}` is what it found, which need not be the whole path.
    let mut shapes = shapes(&rule.condition)?;
    if path.is_none() && shapes.iter().any(|shape| shape.regex.is_some()) {
        shapes = vec![Shape::every(Some(asked(&rule.condition)?))];
    }
    for shape in shapes {
        let mut to = match path {
            Some(path) => path_of(path, trees.0.as_ref(), &shape, draft)?,
            None => "${0}".to_owned(),
        };
        if let Some(query) = query.as_deref().filter(|it| !it.is_empty()) {
            to = format!("{to}?{query}");
        }
        let Shape { path, regex, ignore_case, when } = shape;
        let query = if query.is_some() { QueryPart::Drop } else { QueryPart::Keep };
        let rewrite = RewriteRule { path, regex, ignore_case, when, to, query };
        if let Some(problem) = rewrite.rule().problems().into_iter().next() {
            return Err(problem.message);
        }
        let pattern = rewrite.rule().compiled().ok_or("its pattern is none")?;
        let rewriting = Rewriting {
            number: rule.number,
            condition: rule.condition.clone(),
            pattern,
            path: rewrite.regex.is_none().then(|| rewrite.path.clone()),
            to: rewrite.to.split('?').next().unwrap_or_default().to_owned(),
        };
        rules.push((rewrite, rewriting));
    }
    if draft.url_rules() + rules.len() > RULES {
        return Err(format!("there are more than {RULES} rules about URLs"));
    }
    Ok(rules)
}

/// The path that a shape becomes.
fn path_of(
    path: &Text,
    tree: Option<&Expression>,
    shape: &Shape,
    draft: &Draft,
) -> Result<String, String> {
    let of = |request: &_| path.value(tree, request);
    let target = Target { of: &of, expression: tree };
    let redirection = Redirection { target, status: 0, keeps_query: false };
    let found = template(shape, &draft.hosts, false, target);
    let found = found.or_else(|| replaced(shape, &redirection));
    let Some(Template { to, query: QueryPart::Drop }) = found else {
        return Err("the new path cannot be said by the wildcards of the old one".to_owned());
    };
    // A path in Cloudflare's rules need not begin with a slash.
    Ok(if to.starts_with(['/', '$']) { to } else { format!("/{to}") })
}

/// A query that is the same for every request.
fn constant(query: &Text, tree: Option<&Expression>, draft: &Draft) -> Result<String, String> {
    let target = Target { of: &|request: &_| query.value(tree, request), expression: tree };
    let found = template(&Shape::every(None), &draft.hosts, false, target);
    let is_plain = |it: &Template| it.query == QueryPart::Drop && !it.to.contains("${");
    let query = found.filter(is_plain).ok_or("the new query hangs on the request")?;
    Ok(query.to)
}
