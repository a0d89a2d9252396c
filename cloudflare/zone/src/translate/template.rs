//! Targets as rules about URLs have them, with places for what the wildcards of a pattern stand for.
//!
//! How a target is made is not read out of its expression: it is asked for paths that fit the pattern,
//! and what it gives for others has to be what the target with its places gives. The others have in
//! them what the expression looks for; one that does more than to join and to replace is not taken.

use cloudflare_rules::{Expression, Literal, Node, Request};
use fleet::delivery::{QueryPart, RedirectRule};
use regex::{Captures, Regex};

use super::shape::Shape;
use crate::condition::regex_patterns;

/// Where a rule leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Template {
    pub(super) to: String,
    pub(super) query: QueryPart,
}

/// Where something leads to.
#[derive(Clone, Copy)]
pub(super) struct Target<'t> {
    /// What it is for a request; `None` where that is not known.
    pub(super) of: &'t dyn Fn(&Request) -> Option<String>,
    /// The expression that gives it, where one does.
    pub(super) expression: Option<&'t Expression>,
}

impl Template {
    /// The redirect of a shape.
    pub(super) fn redirect(self, shape: Shape, status: u16) -> RedirectRule {
        let Shape { path, regex, ignore_case, when } = shape;
        let Self { to, query } = self;
        RedirectRule { path, regex, ignore_case, when, to, status, query }
    }
}

/// Where the places of a target lead to.
pub(super) fn expanded(to: &str, found: &Captures<'_>) -> String {
    (0..10).fold(to.to_owned(), |text, number| {
        let group = found.get(number).map_or("", |it| it.as_str());
        text.replace(&format!("${{{number}}}"), group)
    })
}

/// The target of a shape for hosts that rules do not tell apart: none where it hangs on more than a
/// rule can say. `keeps_query` adds the query of the request.
pub(super) fn template(
    shape: &Shape,
    hosts: &[String],
    keeps_query: bool,
    target: Target<'_>,
) -> Option<Template> {
    let pattern = shape.pattern()?;
    let looked_for = match target.expression {
        Some(expression) => looked_for(expression)?,
        None => Vec::new(),
    };
    let asked = Asking { hosts, target };
    let sample = shape.filled(&|index| format!("zq{index}zq"));
    let base = asked.plain(&sample)?;
    let names_query = asked.names_query(&sample, &base)?;
    if names_query && keeps_query {
        return None;
    }
    let query = if names_query || keeps_query { QueryPart::Keep } else { QueryPart::Drop };
    if shape.regex.is_some() {
        // Of such paths none is known: the target has to be the same for every one.
        let is_constant = asked.plain("/zq/other.html").as_ref() == Some(&base);
        return is_constant.then_some(Template { to: base, query });
    }
    let whole = base.replace(&sample, "${0}");
    let candidates = [&whole, &base].map(|text| with_places(text, &sample, &pattern));
    let mut paths = samples(shape);
    paths.extend(provoked(&looked_for, shape, &pattern));
    let is_right = |to: &String| {
        paths.iter().all(|path| {
            let found = pattern.captures(path);
            found.is_some_and(|found| asked.plain(path) == Some(expanded(to, &found)))
        })
    };
    let to = candidates.into_iter().find(is_right)?;
    Some(Template { to, query })
}

/// The target of one path: none where it hangs on more than that.
pub(super) fn of_one_path(
    path: &str,
    hosts: &[String],
    keeps_query: bool,
    target: Target<'_>,
) -> Option<Template> {
    let asked = Asking { hosts, target };
    let to = asked.plain(path)?;
    let names_query = asked.names_query(path, &to)?;
    let query = if names_query || keeps_query { QueryPart::Keep } else { QueryPart::Drop };
    (!(names_query && keeps_query)).then_some(Template { to, query })
}

/// A text with places in which what the wildcards of a sample stand for was.
fn with_places(text: &str, sample: &str, pattern: &Regex) -> String {
    let Some(found) = pattern.captures(sample) else { return text.to_owned() };
    (1..found.len()).fold(text.to_owned(), |text, number| {
        match found.get(number).map(|it| it.as_str()) {
            Some(group) if group.contains("zq") => text.replace(group, &format!("${{{number}}}")),
            _ => text,
        }
    })
}

/// Paths that fit, of every kind that an expression may treat otherwise.
fn samples(shape: &Shape) -> Vec<String> {
    let fills: [&dyn Fn(usize) -> String; 4] = [
        &|index| format!("zq{index}zq"),
        &|index| format!("Ab{index}-c.D%20e"),
        &|index| format!("x{index}/y/Z.html"),
        &|_| String::new(),
    ];
    let mut paths: Vec<String> = fills.iter().map(|fill| shape.filled(fill)).collect();
    if shape.ignore_case {
        paths.push(paths[0].to_ascii_uppercase());
    }
    paths
}

/// What an expression looks for in URLs, texts with `*` for anything else; `None` where it does more
/// than to join and to replace.
fn looked_for(expression: &Expression) -> Option<Vec<String>> {
    match &expression.node {
        Node::Literal(_) | Node::Field(_) => Some(Vec::new()),
        Node::Call(call) => {
            let mut found = Vec::new();
            for argument in &call.arguments {
                found.extend(looked_for(argument)?);
            }
            match (call.function.name, call.arguments.get(1).map(|it| &it.node)) {
                ("concat", _) => {}
                ("regex_replace", Some(Node::Literal(Literal::Text(regex)))) => {
                    found.extend(regex_patterns(std::str::from_utf8(regex).ok()?)?);
                }
                ("wildcard_replace", Some(Node::Literal(Literal::Text(pattern)))) => {
                    found.push(String::from_utf8(pattern.clone()).ok()?);
                }
                _ => return None,
            }
            Some(found)
        }
        _ => None,
    }
}

/// Paths that fit a shape and have in them what is looked for, and nearly so.
fn provoked(looked_for: &[String], shape: &Shape, pattern: &Regex) -> Vec<String> {
    let mut texts = Vec::new();
    for text in looked_for {
        // Of a URL its path.
        let path = text
            .split_once("://")
            .map_or(text.as_str(), |(_, rest)| rest.find('/').map_or("", |at| &rest[at..]));
        for filled in [path.replace('*', "zq7zq"), path.replace('*', ""), path.replace('*', "a/b")]
        {
            texts.extend([
                filled.to_ascii_uppercase(),
                filled.trim_start_matches('/').to_owned(),
                filled,
            ]);
        }
    }
    let mut paths: Vec<String> = texts.iter().map(|text| shape.filled(&|_| text.clone())).collect();
    // What is looked for in whole paths has to be a whole path.
    paths.extend(texts.iter().map(|text| format!("/{}", text.trim_start_matches('/'))));
    paths.retain(|path| pattern.is_match(path));
    paths
}

/// Asks for targets.
struct Asking<'t> {
    hosts: &'t [String],
    target: Target<'t>,
}

impl Asking<'_> {
    /// The target of a path, where it is one for every host and hangs on nothing else; of the site's
    /// own domain it is a path.
    fn plain(&self, path: &str) -> Option<String> {
        let mut answers = self.hosts.iter().map(|host| {
            let [one, other] = requests(host, path).map(|request| (self.target.of)(&request));
            let url = one.filter(|one| other.as_ref() == Some(one))?;
            Some(relative(&url, host))
        });
        let first = answers.next()??;
        answers.all(|answer| answer.as_ref() == Some(&first)).then_some(first)
    }

    /// Whether a target has the query of the request in it; `None` where it does something else with
    /// it.
    fn names_query(&self, path: &str, base: &str) -> Option<bool> {
        let host = self.hosts.first()?;
        let request = Request::get(&format!("https://{host}{path}?zq0=z"));
        let url = relative(&(self.target.of)(&request)?, host);
        match url.strip_prefix(base) {
            Some("") => Some(false),
            Some(rest) => {
                let mark = if base.contains('?') { '&' } else { '?' };
                (rest.strip_prefix(mark) == Some("zq0=z")).then_some(true)
            }
            None => None,
        }
    }
}

/// Two requests that have nothing in common but host and path: what both come to hangs on these.
fn requests(host: &str, path: &str) -> [Request; 2] {
    let plain = Request::get(&format!("https://{host}{path}"));
    let mut other = Request { method: "POST".to_owned(), ..plain.clone() };
    for name in ["accept-language", "cookie", "referer", "user-agent", "x-forwarded-for"] {
        other = other.with_header(name, "z9=q");
    }
    [plain, other]
}

/// A URL of a domain as a path.
pub(super) fn relative(url: &str, host: &str) -> String {
    match url.strip_prefix("https://").and_then(|rest| rest.strip_prefix(host)) {
        Some("") => "/".to_owned(),
        Some(path) if path.starts_with('/') && !path.starts_with("//") => path.to_owned(),
        _ => url.to_owned(),
    }
}
