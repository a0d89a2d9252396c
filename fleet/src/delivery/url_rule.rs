//! Rules about URLs: where the requests of a pattern are sent, and what their paths become.

use regex::{Regex, RegexBuilder};
use serde::{Deserialize, Serialize};

use super::firewall::{Condition, NamedMatch, TextMatch};
use super::portable_regex;

// Both kinds of rules write their fields out: serde refuses unknown keys of no type that is flattened.

/// Sends the requests of a pattern elsewhere. Of those that are about a request the first counts;
/// `redirects` of its very path outrank them all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RedirectRule {
    /// Which paths: `*` stands for any characters, as few as can be, and for nothing. Default: every
    /// one.
    #[serde(default = "every_path")]
    pub path: String,
    /// Which paths, as a regular expression that is looked for in them, in place of `path`. Default:
    /// none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub regex: Option<String>,
    /// Whether case does not count in `path` or `regex`. Default: `false`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ignore_case: bool,
    /// What else has to be so, of path, query, method, headers, cookies, arguments and country.
    /// Default: nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Condition>,
    /// A path or a URL. `${1}` to `${9}` are what the wildcards of `path` or the groups of `regex`
    /// stand for, `${0}` is all that was matched.
    pub to: String,
    /// 301, 302, 307 or 308. Default: 301.
    #[serde(default = "moved_permanently")]
    pub status: u16,
    /// What becomes of the query of the request. Default: [`QueryPart::Keep`].
    #[serde(default, skip_serializing_if = "QueryPart::is_kept")]
    pub query: QueryPart,
}

/// Gives the requests of a pattern another path before the cache and the origin are asked; the
/// behavior is that of the path as it came. Of those that are about a request the first counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RewriteRule {
    /// Which paths: `*` stands for any characters, as few as can be, and for nothing. Default: every
    /// one.
    #[serde(default = "every_path")]
    pub path: String,
    /// Which paths, as a regular expression that is looked for in them, in place of `path`. Default:
    /// none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub regex: Option<String>,
    /// Whether case does not count in `path` or `regex`. Default: `false`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ignore_case: bool,
    /// What else has to be so, of path, query, method, headers, cookies, arguments and country.
    /// Default: nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Condition>,
    /// A path, with a query where one is to be added: `/products/${1}?from=old`. `${1}` to `${9}` are
    /// what the wildcards of `path` or the groups of `regex` stand for, `${0}` is all that was matched.
    pub to: String,
    /// What becomes of the query of the request. Default: [`QueryPart::Keep`]; a name that `to` has
    /// too is the target's.
    #[serde(default, skip_serializing_if = "QueryPart::is_kept")]
    pub query: QueryPart,
}

/// What becomes of the query of a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum QueryPart {
    /// It is added to the target.
    #[default]
    Keep,
    /// It is left out.
    Drop,
}

impl QueryPart {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
    pub(super) fn is_kept(&self) -> bool {
        *self == Self::Keep
    }
}

fn every_path() -> String {
    "*".to_owned()
}

fn moved_permanently() -> u16 {
    301
}

/// What redirects and rewrites have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UrlRule<'a> {
    /// Which paths, `*` being any characters.
    pub path: &'a str,
    /// Which paths, in place of `path`.
    pub regex: Option<&'a str>,
    /// Whether case does not count in either.
    pub ignore_case: bool,
    /// What else has to be so.
    pub when: Option<&'a Condition>,
    /// Where it leads.
    pub to: &'a str,
    /// The status of a redirect; none of a rewrite.
    pub status: Option<u16>,
    /// What becomes of the query.
    pub query: QueryPart,
}

/// What is wrong with a rule: its key, what it is, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UrlRuleProblem {
    /// The key of the rule that it is about.
    pub key: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub hint: &'static str,
}

impl RedirectRule {
    /// What it has in common with rewrites.
    pub fn rule(&self) -> UrlRule<'_> {
        UrlRule {
            path: &self.path,
            regex: self.regex.as_deref(),
            ignore_case: self.ignore_case,
            when: self.when.as_ref(),
            to: &self.to,
            status: Some(self.status),
            query: self.query,
        }
    }
}

impl RewriteRule {
    /// What it has in common with redirects.
    pub fn rule(&self) -> UrlRule<'_> {
        UrlRule {
            path: &self.path,
            regex: self.regex.as_deref(),
            ignore_case: self.ignore_case,
            when: self.when.as_ref(),
            to: &self.to,
            status: None,
            query: self.query,
        }
    }
}

/// Wildcards of a pattern, of which a target can name nine.
const WILDCARDS: usize = 9;
/// Bytes of a pattern, and of a target.
const PATTERN: usize = 255;
const TARGET: usize = 500;
/// Statuses that the viewer function answers.
const STATUSES: [u16; 4] = [301, 302, 307, 308];

impl UrlRule<'_> {
    /// The regular expression that is looked for in the path: `path` in that form, or `regex`.
    pub fn pattern(&self) -> String {
        let Some(regex) = self.regex else { return glob_pattern(self.path) };
        regex.to_owned()
    }

    /// That, ready for use; `None` where it is none.
    pub fn compiled(&self) -> Option<Regex> {
        RegexBuilder::new(&self.pattern()).case_insensitive(self.ignore_case).build().ok()
    }

    /// Whether it redirects to a path that it is about, by one that stands for all: what it asks for
    /// beside the path may have changed by then, so that it is not known of a rule with `when`.
    fn leads_back(&self) -> bool {
        let is_plain = self.status.is_some() && self.regex.is_none() && self.when.is_none();
        let sample = self.path.replace('*', "/x");
        let (true, Some(pattern)) = (is_plain, self.compiled()) else { return false };
        let Some(found) = pattern.captures(&sample) else { return false };
        let target = (0..=WILDCARDS).fold(self.to.to_owned(), |to, number| {
            to.replace(&format!("${{{number}}}"), found.get(number).map_or("", |it| it.as_str()))
        });
        target.starts_with('/') && pattern.is_match(target.split('?').next().unwrap_or_default())
    }

    /// All that is wrong with it.
    pub fn problems(&self) -> Vec<UrlRuleProblem> {
        let mut problems = Vec::new();
        let mut tell = |key, message: String, hint| {
            problems.push(UrlRuleProblem { key, message, hint });
        };
        let mut groups = self.path.matches('*').count();
        if let Some(regex) = self.regex {
            if self.path != "*" {
                tell("regex", "a rule has `path` or `regex`".to_owned(), "leave one of them out");
            }
            match portable_regex::groups(regex) {
                Ok(count) => groups = count,
                Err(why) => tell("regex", why, portable_regex::HINT),
            }
        } else if !is_pattern(self.path) {
            let message = format!("`{}` is no pattern of paths", self.path);
            tell("path", message, "begins with `/` or `*`, without query, at most 255 bytes");
        } else if groups > WILDCARDS {
            tell("path", format!("{groups} wildcards are more than 9"), "use `regex`");
        }
        if let Some((message, hint)) = self.target_problem(groups) {
            tell("to", message, hint);
        }
        if self.leads_back() {
            let message = format!("`{}` is redirected again and again", self.to);
            tell("to", message, "lead to a path that the rule is not about");
        }
        if let Some(status) = self.status.filter(|it| !STATUSES.contains(it)) {
            let message = format!("the status {status} is none that the viewer function answers");
            tell("status", message, "one of 301, 302, 307, 308");
        }
        if let Some(message) = self.when.and_then(unanswerable) {
            tell("when", message, "path, query, method, header, cookie, argument or countries");
        }
        problems
    }

    fn target_problem(&self, groups: usize) -> Option<(String, &'static str)> {
        const PLACES: &str =
            "`${1}` to `${9}` are the wildcards in their order, `${0}` all of the path";
        let to = self.to;
        let pieces = match pieces(to) {
            Ok(pieces) => pieces,
            Err(text) => return Some((format!("`{text}` stands for nothing"), PLACES)),
        };
        let beyond = pieces.iter().find_map(|piece| match piece {
            Piece::Group(number) if *number > groups => Some(*number),
            _ => None,
        });
        if let Some(number) = beyond {
            return Some((format!("`${{{number}}}`: there is no such wildcard"), PLACES));
        }
        let is_plain = to.bytes().all(|byte| byte.is_ascii_graphic()) && !to.contains('#');
        if !is_plain || to.len() > TARGET {
            return Some((
                format!("`{to}` is nowhere to go"),
                "printable ASCII, without a fragment, at most 500 bytes",
            ));
        }
        let url = to.strip_prefix("https://").or_else(|| to.strip_prefix("http://"));
        if self.status.is_some()
            && let Some(rest) = url
        {
            // Whoever chooses what follows a name chooses the name.
            let host = rest.split(['/', '?']).next().unwrap_or_default();
            let is_whole = host.strip_suffix("${0}").unwrap_or(host);
            if is_whole.is_empty() || is_whole.contains('$') {
                let message = format!("the host of `{to}` would be the client's to choose");
                return Some((message, "write `/` behind the host: `https://aurora.example/${1}`"));
            }
            return None;
        }
        let is_path = to.starts_with("${0}") || (to.starts_with('/') && !to.starts_with("//"));
        let hint = match self.status {
            Some(_) => "a path, `/new/${1}`, or a URL, `https://aurora.example/${1}`",
            None => "a path, `/new/${1}`: another host is a redirect's, or an origin's",
        };
        (!is_path).then(|| (format!("`{to}` is nowhere to go"), hint))
    }
}

/// A part of a target.
enum Piece {
    Text,
    Group(usize),
}

/// The parts of a target.
///
/// # Errors
/// What has the form of a place of a wildcard and is none.
fn pieces(to: &str) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    let mut rest = to;
    while let Some(at) = rest.find("${") {
        let behind = &rest[at + 2..];
        let (inner, behind) = behind.split_once('}').ok_or_else(|| rest[at..].to_owned())?;
        match inner.as_bytes() {
            [digit @ b'0'..=b'9'] => {
                pieces.extend([Piece::Text, Piece::Group(usize::from(digit - b'0'))]);
            }
            _ => return Err(format!("${{{inner}}}")),
        }
        rest = behind;
    }
    pieces.push(Piece::Text);
    Ok(pieces)
}

fn is_pattern(path: &str) -> bool {
    path.starts_with(['/', '*'])
        && path.len() <= PATTERN
        && path.bytes().all(|byte| byte.is_ascii_graphic())
        && !path.contains(['?', '#'])
}

/// A pattern with `*` as a regular expression over whole paths.
fn glob_pattern(path: &str) -> String {
    let mut pattern = "^".to_owned();
    for c in path.chars() {
        match c {
            '*' => pattern.push_str("(.*?)"),
            c if c.is_ascii_alphanumeric() || "/_-~:%&=@!,;'\"<> ".contains(c) => pattern.push(c),
            c => pattern.extend(['\\', c]),
        }
    }
    pattern.push('$');
    pattern
}

/// What of a condition the viewer function cannot tell.
fn unanswerable(condition: &Condition) -> Option<String> {
    let of_text = |text: &TextMatch| {
        let regex = text.matches.as_deref()?;
        portable_regex::groups(regex.strip_prefix("(?i)").unwrap_or(regex)).err()
    };
    let of_named = |named: &NamedMatch| named.value.as_ref().and_then(of_text);
    match condition {
        Condition::All(parts) | Condition::Any(parts) => parts.iter().find_map(unanswerable),
        Condition::Not(part) => unanswerable(part),
        Condition::Path(text) | Condition::Query(text) | Condition::Method(text) => of_text(text),
        Condition::Header(named) | Condition::Cookie(named) | Condition::Argument(named) => {
            of_named(named)
        }
        Condition::Countries(_) => None,
        Condition::Addresses(_) => {
            Some("the viewer function compares no networks of addresses".to_owned())
        }
        Condition::AutonomousSystems(_) => {
            Some("the viewer function does not know autonomous systems".to_owned())
        }
    }
}

impl Condition {
    /// Whether it asks for the client's country, which only some headers tell.
    pub fn asks_for_country(&self) -> bool {
        matches!(self, Self::Countries(_)) || self.parts().iter().any(Self::asks_for_country)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redirect(path: &str, to: &str) -> RedirectRule {
        RedirectRule {
            path: path.to_owned(),
            regex: None,
            ignore_case: false,
            when: None,
            to: to.to_owned(),
            status: 301,
            query: QueryPart::Keep,
        }
    }

    fn problem(path: &str, to: &str) -> Option<&'static str> {
        redirect(path, to).rule().problems().first().map(|it| it.key)
    }

    #[test]
    fn targets_are_checked() {
        for (path, to, want) in [
            ("/a/*", "/b/${1}", None),
            ("/a/*", "https://x.example/${1}", None),
            ("*", "https://x.example${0}", None),
            ("/a/*", "/b${0}", None),
            ("/a*", "https://x.example${1}", Some("to")),
            ("/a*", "https://${1}.x.example/", Some("to")),
            ("/a/*", "${1}", Some("to")),
            ("/a/*", "/b/${2}", Some("to")),
            ("/a/*", "/b/${x}", Some("to")),
            ("/a/*", "/b/${1", Some("to")),
            ("/a/*", "//b", Some("to")),
            ("/a/*", "b", Some("to")),
            ("/a/*", "https:///b", Some("to")),
            ("/a/*", "/b#c", Some("to")),
            ("a/*", "/b", Some("path")),
            ("/a?b=*", "/b", Some("path")),
            ("/**********", "/b", Some("path")),
            ("/a/*", "/a/b/${1}", Some("to")),
            ("*", "/b", Some("to")),
            ("/a/*", "${0}/", Some("to")),
            ("*", "/b${0}", Some("to")),
            ("/a*", "/b${0}", None),
            ("*.html", "/a/${1}", None),
        ] {
            assert_eq!(problem(path, to), want, "{path} {to}");
        }
    }

    #[test]
    fn patterns_are_whole_paths() {
        for (path, want) in [
            ("*", "^(.*?)$"),
            ("/a.b/*", r"^/a\.b/(.*?)$"),
            ("/a+(b)[c]/*.html", r"^/a\+\(b\)\[c\]/(.*?)\.html$"),
        ] {
            assert_eq!(redirect(path, "/").rule().pattern(), want);
        }
    }
}
