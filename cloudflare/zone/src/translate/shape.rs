//! Conditions as rules about URLs have them: a pattern of paths, and what else has to be so.

use fleet::delivery::{Condition as Asked, QueryPart, UrlRule};
use regex::Regex;

use crate::condition::{Condition, Subject, TestKind, waf_condition};

/// Which requests a rule is about.
#[derive(Clone, Debug)]
pub(super) struct Shape {
    pub(super) path: String,
    pub(super) regex: Option<String>,
    pub(super) ignore_case: bool,
    pub(super) when: Option<Asked>,
}

/// The shapes that a condition is made of: one of them fits where it holds, and none else. The host
/// is known already.
///
/// # Errors
/// What of it such a rule cannot say.
pub(super) fn shapes(condition: &Condition) -> Result<Vec<Shape>, String> {
    match condition {
        Condition::Never => Ok(Vec::new()),
        Condition::Always => Ok(vec![Shape::every(None)]),
        Condition::Any(parts) => {
            let shapes: Result<Vec<_>, _> = parts.iter().map(shapes).collect();
            shapes.map(|it| it.concat())
        }
        Condition::All(parts) => {
            let is_of_paths = |part: &Condition| match part {
                Condition::Any(parts) => parts.iter().all(|part| of_path(part).is_some()),
                part => of_path(part).is_some(),
            };
            let Some(at) = parts.iter().position(is_of_paths) else {
                return Ok(vec![Shape::every(Some(asked(condition)?))]);
            };
            let rest = parts.iter().enumerate().filter(|(index, _)| *index != at);
            let rest = Condition::all(rest.map(|(_, part)| part.clone()));
            let when = asked(&rest)?;
            let paths = parts.get(at).map(shapes).transpose()?.unwrap_or_default();
            Ok(paths.into_iter().map(|it| Shape { when: Some(when.clone()), ..it }).collect())
        }
        other => match of_path(other) {
            Some(shapes) => Ok(shapes),
            None => Ok(vec![Shape::every(Some(asked(other)?))]),
        },
    }
}

/// A condition as rules have it.
pub(super) fn asked(condition: &Condition) -> Result<Asked, String> {
    waf_condition(condition).map_err(|why| format!("its condition cannot be said: {why}"))
}

/// The shapes of a condition about the path alone, none of them where no path fits; `None` where the
/// condition is none of these.
fn of_path(condition: &Condition) -> Option<Vec<Shape>> {
    let (path, ignore_case) = match condition {
        Condition::Text(Subject::Path, test) => {
            let plain = |text: &str| (!text.contains('*')).then(|| text.to_owned());
            let path = match &test.kind {
                TestKind::Is(text) => plain(text)?,
                TestKind::StartsWith(text) => plain(text)? + "*",
                TestKind::EndsWith(text) => format!("*{}", plain(text)?),
                TestKind::Contains(text) => format!("*{}*", plain(text)?),
                TestKind::Wildcard(pattern) => pattern.clone(),
                TestKind::Matches(regex) => {
                    let plain = regex.strip_prefix("(?i)");
                    return Some(vec![Shape {
                        regex: Some(plain.unwrap_or(regex).to_owned()),
                        ignore_case: test.ignores_case || plain.is_some(),
                        ..Shape::every(None)
                    }]);
                }
            };
            (path, test.ignores_case)
        }
        Condition::Text(Subject::Extension, test) => {
            let TestKind::Is(extension) = &test.kind else { return None };
            (format!("*.{extension}"), true)
        }
        _ => return None,
    };
    // What is compared in lower case has no capitals; and paths begin with a slash.
    let is_met = !(ignore_case && path.bytes().any(|byte| byte.is_ascii_uppercase()))
        && path.starts_with(['/', '*']);
    Some(is_met.then(|| Shape { path, ignore_case, ..Shape::every(None) }).into_iter().collect())
}

impl Shape {
    pub(super) fn every(when: Option<Asked>) -> Self {
        Self { path: "*".to_owned(), regex: None, ignore_case: false, when }
    }

    /// One path alone.
    pub(super) fn of_one(path: &str) -> Self {
        Self { path: path.to_owned(), ..Self::every(None) }
    }

    /// What is looked for in paths; `None` where the regular expression is none.
    pub(super) fn pattern(&self) -> Option<Regex> {
        self.rule().compiled()
    }

    fn rule(&self) -> UrlRule<'_> {
        UrlRule {
            path: &self.path,
            regex: self.regex.as_deref(),
            ignore_case: self.ignore_case,
            when: self.when.as_ref(),
            to: "/",
            status: None,
            query: QueryPart::Keep,
        }
    }

    /// A path that fits, every wildcard standing for a text of its own.
    pub(super) fn filled(&self, text: &dyn Fn(usize) -> String) -> String {
        let mut path = String::new();
        for (index, piece) in self.path.split('*').enumerate() {
            if index > 0 {
                if path.is_empty() {
                    path.push('/');
                }
                path.push_str(&text(index));
            }
            path.push_str(piece);
        }
        path
    }
}
