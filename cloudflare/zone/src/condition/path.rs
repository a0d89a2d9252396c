//! Conditions about paths as CloudFront's patterns.

use super::region::Region;
use super::text::TestKind;
use super::{Condition, Subject};

/// The paths that a condition tells apart, host known already.
///
/// # Errors
/// What in it is not about paths, or not in a way that CloudFront's patterns have.
pub(crate) fn regions_of(condition: &Condition) -> Result<Vec<Region>, String> {
    let mut regions = Vec::new();
    let mut problem = None;
    condition.leaves(&mut |leaf| match patterns(leaf) {
        Ok(patterns) => {
            for pattern in patterns {
                match Region::of(&pattern) {
                    Some(region) => regions.push(region),
                    None => {
                        problem.get_or_insert_with(|| {
                            format!("CloudFront takes no pattern `{pattern}`")
                        });
                    }
                }
            }
        }
        Err(why) => {
            problem.get_or_insert(why);
        }
    });
    match problem {
        Some(problem) => Err(problem),
        None => Ok(regions),
    }
}

fn patterns(leaf: &Condition) -> Result<Vec<String>, String> {
    let Condition::Text(subject, test) = leaf else {
        return match leaf {
            Condition::Always | Condition::Never => Ok(Vec::new()),
            Condition::Opaque { .. } => Err(leaf.opacity().unwrap_or_default()),
            _ => Err(format!("a behavior is chosen by the path alone, not by `{leaf}`")),
        };
    };
    match (subject, &test.kind) {
        (Subject::Path, TestKind::Matches(pattern)) => {
            regex_patterns(pattern).ok_or_else(|| format!("`{pattern}` is no path pattern"))
        }
        (Subject::Path, kind) => match plain(kind) {
            // A star or a question mark of a path is no wildcard.
            Some((_, text)) if text.contains(['*', '?']) => {
                Err(format!("CloudFront takes no pattern with `{text}`"))
            }
            Some((pattern, _)) => Ok(vec![pattern]),
            None => match kind {
                TestKind::Wildcard(pattern) => Ok(vec![pattern.clone()]),
                _ => Err(format!("a behavior cannot say `{leaf}`")),
            },
        },
        (Subject::Extension, TestKind::Is(extension)) if !extension.is_empty() => {
            Ok(vec![format!("*.{extension}")])
        }
        // Only GET is ever kept.
        (Subject::Method, _) => Ok(Vec::new()),
        _ => Err(format!("a behavior is chosen by the path alone, not by `{leaf}`")),
    }
}

fn plain(kind: &TestKind) -> Option<(String, &str)> {
    Some(match kind {
        TestKind::Is(text) => (text.clone(), text),
        TestKind::StartsWith(text) => (format!("{text}*"), text),
        TestKind::EndsWith(text) => (format!("*{text}"), text),
        TestKind::Contains(text) => (format!("*{text}*"), text),
        TestKind::Matches(_) | TestKind::Wildcard(_) => return None,
    })
}

/// The patterns of a simple regular expression: texts, `.*`, one group of alternatives, anchors.
pub(crate) fn regex_patterns(regex: &str) -> Option<Vec<String>> {
    let rest = regex.strip_prefix("(?i)").unwrap_or(regex);
    let (rest, start) = rest.strip_prefix('^').map_or((rest, "*"), |rest| (rest, ""));
    let (rest, end) = match rest.strip_suffix('$') {
        Some(head) if !head.ends_with('\\') => (head, ""),
        _ => (rest, "*"),
    };
    let mut found = vec![start.to_owned()];
    let mut rest = rest;
    let mut groups = 0;
    while !rest.is_empty() {
        if let Some(behind) = rest.strip_prefix(".*") {
            append(&mut found, "*");
            rest = behind;
        } else if let Some(group) = rest.strip_prefix('(') {
            let (inner, behind) = group.split_once(')')?;
            let inner = inner.strip_prefix("?:").unwrap_or(inner);
            let words: Option<Vec<String>> = inner.split('|').map(literal).collect();
            let words = words?;
            found = found
                .iter()
                .flat_map(|it| words.iter().map(move |word| format!("{it}{word}")))
                .collect();
            groups += 1;
            rest = behind;
        } else {
            let end = rest.find(['(', '.', '\\', '*', '+', '?', '[', '{', '|', '^', '$', ')']);
            let at = end.unwrap_or(rest.len());
            let (text, behind) = match (at, rest.strip_prefix('\\')) {
                (0, Some(escaped)) => {
                    let mark = escaped.chars().next().filter(|c| !c.is_alphanumeric())?;
                    (mark.to_string(), &escaped[mark.len_utf8()..])
                }
                (0, None) => return None,
                _ => (rest[..at].to_owned(), &rest[at..]),
            };
            // `a*` repeats a letter.
            if behind.starts_with(['*', '+', '?', '{']) {
                return None;
            }
            append(&mut found, &text);
            rest = behind;
        }
    }
    append(&mut found, end);
    let tidy = |it: String| it.replace("**", "*");
    (groups <= 1).then(|| found.into_iter().map(tidy).collect())
}

fn append(texts: &mut [String], end: &str) {
    for text in texts {
        text.push_str(end);
    }
}

/// A text without operators, its escapes taken away.
fn literal(text: &str) -> Option<String> {
    let mut plain = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => plain.push(chars.next().filter(|c| !c.is_alphanumeric())?),
            '.' | '*' | '+' | '?' | '[' | ']' | '{' | '}' | '^' | '$' | '(' => return None,
            c => plain.push(c),
        }
    }
    Some(plain)
}

impl Condition {
    /// Whether it may ask something else of the paths of a region than of those of another.
    pub(crate) fn may_tell_apart(&self, one: &Region, other: &Region) -> bool {
        let mut may = false;
        self.leaves(&mut |leaf| {
            let Self::Text(subject, _) = leaf else { return };
            may |= match subject {
                Subject::Path | Subject::Extension => match regions_of(leaf) {
                    Ok(regions) => regions.iter().any(|it| it.may_meet(one) || it.may_meet(other)),
                    Err(_) => true,
                },
                Subject::Target | Subject::Url => true,
                _ => false,
            };
        });
        may
    }

    /// Whether it asks anything of the query.
    pub(crate) fn is_about_query(&self) -> bool {
        let mut is = false;
        self.leaves(&mut |leaf| {
            is |= match leaf {
                Self::Text(subject, _) | Self::Present(subject) => matches!(
                    subject,
                    Subject::Query | Subject::Target | Subject::Url | Subject::Argument(_)
                ),
                _ => false,
            };
        });
        is
    }

    /// Whether it asks for the method.
    pub(crate) fn has_method(&self) -> bool {
        let mut has = false;
        self.leaves(&mut |leaf| has |= matches!(leaf, Self::Text(Subject::Method, _)));
        has
    }

    /// Whether it is so for a path; `None` where that depends on something else.
    pub(crate) fn holds_for(&self, path: &str) -> Option<bool> {
        match self {
            Self::Always => Some(true),
            Self::Never => Some(false),
            Self::Not(part) => part.holds_for(path).map(|it| !it),
            Self::All(parts) => {
                let answers = || parts.iter().map(|part| part.holds_for(path));
                if answers().any(|it| it == Some(false)) {
                    return Some(false);
                }
                answers().all(|it| it == Some(true)).then_some(true)
            }
            Self::Any(parts) => {
                let answers = || parts.iter().map(|part| part.holds_for(path));
                if answers().any(|it| it == Some(true)) {
                    return Some(true);
                }
                answers().all(|it| it == Some(false)).then_some(false)
            }
            Self::Text(Subject::Path, test) => test.passes(path),
            Self::Text(Subject::Extension, test) => test.passes(&extension(path)),
            Self::Text(Subject::Method, test) => test.passes("GET"),
            _ => None,
        }
    }
}

/// What is behind the last dot of the last segment, in lower case.
fn extension(path: &str) -> String {
    let segment = path.rsplit('/').next().unwrap_or_default();
    match segment.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => extension.to_ascii_lowercase(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn simple_regular_expressions_are_patterns() {
        for (regex, want) in [
            (r"^/blog/", Some(vec!["/blog/*"])),
            (r"(?i)\.(css|js)$", Some(vec!["*.css", "*.js"])),
            (r"^/p/.*\.html$", Some(vec!["/p/*.html"])),
            (r"^/a|b$", None),
            (r"^/[0-9]+", None),
            (r"^/a*", None),
            (r"^/(de|fr)/(x|y)/", None),
        ] {
            let want = want.map(|it: Vec<&str>| it.into_iter().map(str::to_owned).collect());
            assert_eq!(regex_patterns(regex), want, "{regex}");
        }
    }
}
