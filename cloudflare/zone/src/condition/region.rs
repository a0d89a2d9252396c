//! Paths of a pattern of CloudFront's.

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
    /// `/a.css*` and `*.css` it is `/a.css`, of `*/a.css*` and `*.css` `*/a.css`, of `*/a.css*` and `/a*`
    /// `/a.css*`.
    pub(crate) fn overlap(&self, other: &Self) -> Option<Self> {
        self.common(other)?;
        self.overlap_at_end(other).or_else(|| self.overlap_at_begin(other))
    }

    /// The end of this one's last text is the other's.
    fn overlap_at_end(&self, other: &Self) -> Option<Self> {
        let end = other.suffix.as_deref()?;
        if self.suffix.as_deref() != Some("") {
            return None;
        }
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

    /// The beginning of this one's first text is the other's.
    fn overlap_at_begin(&self, other: &Self) -> Option<Self> {
        let is_begin = !other.prefix.is_empty() && other.middles.is_empty();
        if !self.prefix.is_empty() || !is_begin {
            return None;
        }
        let suffix = self.suffix.as_deref()?;
        let starts = |text: &str| text.starts_with(other.prefix.as_str());
        match self.middles.split_first() {
            Some((first, middles)) if starts(first) => Some(Self {
                prefix: first.clone(),
                middles: middles.to_vec(),
                suffix: Some(longer(suffix, other.suffix.as_deref()?, |a, b| a.ends_with(b))?),
            }),
            None if starts(suffix) && other.holds(suffix) => {
                Some(Self { prefix: suffix.to_owned(), middles: Vec::new(), suffix: None })
            }
            _ => None,
        }
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

#[cfg(test)]
mod tests {
    use super::*;

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
        assert_eq!(overlap("*/a.js*", "/a*").as_deref(), Some("/a.js*"));
        assert_eq!(overlap("*/a.js", "/a*").as_deref(), Some("/a.js"));
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
