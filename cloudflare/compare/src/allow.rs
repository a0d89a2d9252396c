//! Differences that are as wanted: a file of rules.
//!
//! ```
//! let rules = r#"
//! [[allow]]
//! reason = "CloudFront packs with brotli"
//! what = "header"
//! header = "content-encoding"
//! old = "gzip"
//! new = "br"
//! path = "/assets/*"
//! "#;
//! assert!(site_compare::AllowRules::parse(rules).is_ok());
//! ```

use regex::Regex;
use serde::Deserialize;

use crate::differ::{Aspect, Difference};

/// Rules, in the order of the file.
#[derive(Clone, Debug, Default)]
pub struct AllowRules {
    rules: Vec<Rule>,
}

/// A file of rules that is none.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RuleError {
    /// A rule that allows everything.
    #[error(
        "rule {rule} (`{reason}`) says neither `what`, `header` nor `path`: it would allow everything"
    )]
    AllowsAll {
        /// From 1.
        rule: usize,
        /// Its reason.
        reason: String,
    },
    /// A pattern that is too large.
    #[error("rule {rule}: {reason}")]
    Pattern {
        /// From 1.
        rule: usize,
        /// What is the matter.
        reason: String,
    },
    /// Not TOML, or not such a file.
    #[error(transparent)]
    Toml(#[from] toml::de::Error),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    allow: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    reason: String,
    what: Option<Aspect>,
    header: Option<String>,
    path: Option<String>,
    old: Option<String>,
    new: Option<String>,
}

#[derive(Clone, Debug)]
struct Rule {
    reason: String,
    what: Option<Aspect>,
    header: Option<String>,
    path: Option<Regex>,
    old: Option<Regex>,
    new: Option<Regex>,
}

impl AllowRules {
    /// Reads a file.
    ///
    /// # Errors
    /// [`RuleError`], with the place in the file.
    pub fn parse(text: &str) -> Result<Self, RuleError> {
        let file: File = toml::from_str(text)?;
        let rules = file.allow.into_iter().enumerate().map(|(at, row)| Rule::of(at + 1, row));
        Ok(Self { rules: rules.collect::<Result<_, _>>()? })
    }

    /// The first rule that allows a difference: its place from 0, and its reason.
    pub(crate) fn find(&self, path: &str, difference: &Difference) -> Option<(usize, &str)> {
        let mut rules = self.rules.iter().enumerate();
        let (at, rule) = rules.find(|(_, rule)| rule.allows(path, difference))?;
        Some((at, &rule.reason))
    }

    /// The reasons, in the order of the file.
    pub(crate) fn reasons(&self) -> impl Iterator<Item = &str> {
        self.rules.iter().map(|rule| rule.reason.as_str())
    }
}

impl Rule {
    fn of(rule: usize, row: Row) -> Result<Self, RuleError> {
        if row.what.is_none() && row.header.is_none() && row.path.is_none() {
            return Err(RuleError::AllowsAll { rule, reason: row.reason });
        }
        let compiled = |pattern: Option<String>| {
            let pattern = pattern.map(|text| pattern_of(&text)).transpose();
            pattern.map_err(|error| RuleError::Pattern { rule, reason: error.to_string() })
        };
        Ok(Self {
            reason: row.reason,
            what: row.what,
            header: row.header.map(|name| name.to_ascii_lowercase()),
            path: compiled(row.path)?,
            old: compiled(row.old)?,
            new: compiled(row.new)?,
        })
    }

    fn allows(&self, path: &str, difference: &Difference) -> bool {
        let fits = |pattern: &Option<Regex>, text: &str| {
            pattern.as_ref().is_none_or(|it| it.is_match(text))
        };
        self.what.is_none_or(|what| what == difference.what)
            && self.header.as_ref().is_none_or(|name| difference.header.as_ref() == Some(name))
            && fits(&self.path, path)
            && fits(&self.old, &difference.old)
            && fits(&self.new, &difference.new)
    }
}

/// A pattern in which `*` stands for any text.
fn pattern_of(text: &str) -> Result<Regex, regex::Error> {
    Regex::new(&format!("(?s)^{}$", regex::escape(text).replace("\\*", ".*")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_allow_what_they_say() {
        let rules = "[[allow]]\nreason='r'\nheader='Vary'\nold='*x*'\npath='/a/*'";
        let rules = AllowRules::parse(rules).unwrap();
        let vary = |old: &str| Difference::header("vary", Some(old.to_owned()), None);
        for (path, difference, want) in [
            ("/a/b", vary("a, x"), true),
            ("/a/b", vary("a"), false),
            ("/b", vary("x"), false),
            ("/a/b", Difference::header("etag", Some("x".to_owned()), None), false),
            ("/a/b", Difference::of(Aspect::Status, "x", "200"), false),
        ] {
            assert_eq!(rules.find(path, &difference).is_some(), want, "{path} {difference:?}");
        }
    }

    #[test]
    fn files_that_are_none_are_told() {
        let told = |text: &str| AllowRules::parse(text).unwrap_err().to_string();
        insta::assert_snapshot!(told("[[allow]]\nreason='all'\nold='*'"), @"rule 1 (`all`) says neither `what`, `header` nor `path`: it would allow everything");
        insta::assert_snapshot!(told("[[allow]]\nreason='a'\nwhat='weather'"), @r"
        TOML parse error at line 3, column 6
          |
        3 | what='weather'
          |      ^^^^^^^^^
        unknown variant `weather`, expected one of `failure`, `redirect`, `status`, `header`, `body`, `format`, `size`, `score`
        ");
        insta::assert_snapshot!(told("[[allow]]\nwhat='body'"), @r"
        TOML parse error at line 1, column 1
          |
        1 | [[allow]]
          | ^^^^^^^^^
        missing field `reason`
        ");
    }
}
