//! Conditions about paths as CloudFront's patterns.

use super::text::TestKind;
use super::{Condition, Subject};

/// What stands for any characters in a sample of a path: characters for private use, which no URL has
/// and nobody's rule looks for, not even one that looks for a single letter.
const ANY: &str = "\u{e000}\u{e001}";
/// Characters that a path pattern may have beside letters and digits:
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html>.
const PATTERN_MARKS: &str = "_-.*$/~\"'@:+&";
/// Characters of a path pattern, by the same page.
const PATTERN_LENGTH: usize = 255;

/// The paths of a pattern, with one that stands for all of them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Region {
    prefix: String,
    middles: Vec<String>,
    /// `None` where there is no wildcard: the prefix is the whole path.
    suffix: Option<String>,
}

impl Region {
    /// Every path.
    pub(crate) fn every() -> Self {
        Self { prefix: String::new(), middles: Vec::new(), suffix: Some(String::new()) }
    }

    /// The paths of a pattern; none where CloudFront does not take it.
    pub(crate) fn of(pattern: &str) -> Option<Self> {
        let legal = |c: char| c.is_ascii_alphanumeric() || PATTERN_MARKS.contains(c);
        let is_pattern = pattern.starts_with(['/', '*'])
            && pattern.len() <= PATTERN_LENGTH
            && pattern.chars().all(legal);
        if !is_pattern {
            return None;
        }
        let mut pieces = pattern.split('*').map(str::to_owned);
        let prefix = pieces.next()?;
        let mut middles: Vec<String> = pieces.collect();
        let suffix = middles.pop();
        middles.retain(|middle| !middle.is_empty());
        // `/*` is every path.
        let prefix = if prefix == "/" && suffix.as_deref() == Some("") && middles.is_empty() {
            String::new()
        } else {
            prefix
        };
        Some(Self { prefix, middles, suffix })
    }

    /// As CloudFront writes it.
    pub(crate) fn pattern(&self) -> String {
        self.joined("*")
    }

    /// A path of it.
    pub(crate) fn sample(&self) -> String {
        let sample = self.joined(ANY);
        if sample.starts_with('/') { sample } else { format!("/{sample}") }
    }

    fn joined(&self, any: &str) -> String {
        let Some(suffix) = &self.suffix else { return self.prefix.clone() };
        let first = std::iter::once(self.prefix.as_str());
        let pieces = first.chain(self.middles.iter().map(String::as_str));
        pieces.chain(std::iter::once(suffix.as_str())).collect::<Vec<_>>().join(any)
    }

    /// Whether a path is one of its.
    pub(crate) fn holds(&self, path: &str) -> bool {
        let Some(suffix) = &self.suffix else { return self.prefix == path };
        let Some(mut rest) = path.strip_prefix(self.prefix.as_str()) else { return false };
        for middle in &self.middles {
            match rest.find(middle.as_str()) {
                Some(at) => rest = &rest[at + middle.len()..],
                None => return false,
            }
        }
        rest.ends_with(suffix.as_str())
    }

    /// What both have in common, where that is neither nothing nor one of them.
    pub(crate) fn common(&self, other: &Self) -> Option<Self> {
        let (Some(one), Some(two)) = (&self.suffix, &other.suffix) else { return None };
        let prefix = longer(&self.prefix, &other.prefix, |a, b| a.starts_with(b))?;
        let suffix = longer(one, two, |a, b| a.ends_with(b))?;
        let mut middles = self.middles.clone();
        middles.extend(other.middles.iter().filter(|it| !self.middles.contains(it)).cloned());
        let common = Self { prefix, middles, suffix: Some(suffix) };
        (common != *self && common != *other && common.pattern().len() <= PATTERN_LENGTH)
            .then_some(common)
    }

    /// What both have in common beside [`common`](Self::common), where the texts of both overlap: of
    /// `/a.css*` and `*.css` it is `/a.css`, of `*/a.css*` it is `*/a.css`.
    pub(crate) fn overlap(&self, other: &Self) -> Option<Self> {
        self.common(other).filter(|_| self.suffix.as_deref() == Some(""))?;
        let end = other.suffix.as_deref()?;
        let Some((last, middles)) = self.middles.split_last() else {
            let is_one = self.prefix.starts_with('/') && other.holds(&self.prefix);
            let whole = || Self { prefix: self.prefix.clone(), middles: Vec::new(), suffix: None };
            return is_one.then(whole);
        };
        let is_end = !end.is_empty() && last.ends_with(end) && other.middles.is_empty();
        (is_end && self.prefix.starts_with(other.prefix.as_str())).then(|| Self {
            prefix: self.prefix.clone(),
            middles: middles.to_vec(),
            suffix: Some(last.clone()),
        })
    }

    /// Whether some path may be one of both: none is where they begin or end otherwise.
    pub(crate) fn may_meet(&self, other: &Self) -> bool {
        match (&self.suffix, &other.suffix) {
            (None, _) => other.holds(&self.prefix),
            (_, None) => self.holds(&other.prefix),
            (Some(one), Some(two)) => {
                longer(&self.prefix, &other.prefix, |a, b| a.starts_with(b)).is_some()
                    && longer(one, two, |a, b| a.ends_with(b)).is_some()
            }
        }
    }

    /// The narrower one is larger: no wildcard, then the longer text, first that at the beginning. One
    /// that holds another is never larger than it.
    pub(crate) fn rank(&self) -> (bool, usize, usize, usize) {
        let middles: usize = self.middles.iter().map(String::len).sum();
        let suffix = self.suffix.as_ref().map_or(0, String::len);
        (self.suffix.is_none(), self.prefix.len(), middles + suffix, suffix)
    }

    /// Whether all its paths begin so.
    pub(crate) fn begins_with(&self, prefix: &str) -> bool {
        self.prefix.starts_with(prefix)
    }

    /// Whether all its paths have an extension that Cloudflare keeps by default.
    pub(crate) fn is_of_files(&self, extensions: &[&str]) -> bool {
        let end = self.suffix.as_ref().unwrap_or(&self.prefix);
        let extension =
            end.rsplit('/').next().and_then(|name| name.rsplit_once('.')).map(|(_, it)| it);
        extension.is_some_and(|it| extensions.contains(&it.to_ascii_lowercase().as_str()))
    }
}

fn longer(one: &str, other: &str, holds: impl Fn(&str, &str) -> bool) -> Option<String> {
    if holds(one, other) {
        Some(one.to_owned())
    } else if holds(other, one) {
        Some(other.to_owned())
    } else {
        None
    }
}

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

    #[test]
    fn what_patterns_have_in_common() {
        for (one, other, want) in [
            ("/a/*", "*.js", Some("/a/*.js")),
            ("/a/*", "/b/*", None),
            ("/a/*", "/a/b/*", None),
            ("*.js", "*.css", None),
            ("/a/*", "*x*", Some("/a/*x*")),
            ("/a", "*.js", None),
            ("/a.js*", "*.js", Some("/a.js*.js")),
        ] {
            let (one, other) = (Region::of(one).unwrap(), Region::of(other).unwrap());
            let common = one.common(&other).map(|it| it.pattern());
            assert_eq!(common.as_deref(), want, "{one:?} {other:?}");
        }
        let overlap = |one: &str, other: &str| {
            let found = Region::of(one).unwrap().overlap(&Region::of(other).unwrap());
            found.map(|it| it.pattern())
        };
        assert_eq!(overlap("/a.js*", "*.js").as_deref(), Some("/a.js"));
        assert_eq!(overlap("*/a.js*", "*.js").as_deref(), Some("*/a.js"));
        for (one, other) in
            [("/a.js*", "*.css"), ("/a*", "/a*"), ("/a*", "/a"), ("/a/*.js", "*.js")]
        {
            assert_eq!(overlap(one, other), None, "{one} {other}");
        }
    }

    #[test]
    fn regions_that_meet() {
        for (one, other, want) in [
            ("/a/*", "/b/*", false),
            ("/a/*", "*.js", true),
            ("*.js", "*.css", false),
            ("/a", "/a*", true),
            ("/b", "/a*", false),
            ("*", "/a", true),
        ] {
            let (one, other) = (Region::of(one).unwrap(), Region::of(other).unwrap());
            assert_eq!((one.may_meet(&other), other.may_meet(&one)), (want, want), "{one:?}");
        }
    }
}
