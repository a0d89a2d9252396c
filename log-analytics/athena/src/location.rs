//! A folder in S3.

use std::fmt;

/// A bucket and a prefix that ends in a slash, `s3://logs/cdn/`: without the slash a table would
/// read `cdn-old/` too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    bucket: String,
    /// Empty, or with a slash at its end.
    prefix: String,
}

/// Why a text is no folder in S3.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no folder in S3: {problem}")]
pub struct LocationError {
    text: String,
    problem: &'static str,
}

impl Location {
    /// Reads `s3://bucket/prefix`, with a slash at its end or without.
    ///
    /// # Errors
    /// Where it does not begin with `s3://`, names no bucket, or has a character that a statement
    /// or a template would take for its own.
    pub fn parse(text: &str) -> Result<Self, LocationError> {
        let error = |problem| LocationError { text: text.to_owned(), problem };
        let rest = text.strip_prefix("s3://").ok_or_else(|| error("s3://BUCKET/PREFIX is one"))?;
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let is_legal =
            |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.');
        if !(3..=63).contains(&bucket.len()) || !bucket.chars().all(is_legal) {
            return Err(error("a bucket has 3 to 63 of a-z, 0-9, `-` and `.`"));
        }
        if prefix.chars().any(|c| c.is_control() || matches!(c, '\'' | '"' | '\\' | '$' | '`')) {
            return Err(error("its prefix has a quote, `$`, `\\` or a control character"));
        }
        if prefix.contains("//") || prefix.starts_with('/') {
            return Err(error("it has two slashes in a row"));
        }
        let prefix = prefix.trim_end_matches('/');
        let prefix = if prefix.is_empty() { String::new() } else { format!("{prefix}/") };
        Ok(Self { bucket: bucket.to_owned(), prefix })
    }

    /// The bucket.
    pub fn bucket(&self) -> &str {
        &self.bucket
    }

    /// What keys begin with; empty, or with a slash at its end.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "s3://{}/{}", self.bucket, self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_ends_in_a_slash() {
        for (text, want) in [
            ("s3://logs", "s3://logs/"),
            ("s3://logs/", "s3://logs/"),
            ("s3://logs/a/b", "s3://logs/a/b/"),
            ("s3://logs/a/b/", "s3://logs/a/b/"),
        ] {
            assert_eq!(Location::parse(text).unwrap().to_string(), want, "{text}");
        }
    }

    #[test]
    fn what_is_none_is_told() {
        for (text, want) in [
            ("logs/a", "`logs/a` is no folder in S3: s3://BUCKET/PREFIX is one"),
            (
                "s3:///a",
                "`s3:///a` is no folder in S3: a bucket has 3 to 63 of a-z, 0-9, `-` and `.`",
            ),
            ("s3://logs//a", "`s3://logs//a` is no folder in S3: it has two slashes in a row"),
            (
                "s3://logs/it's",
                "`s3://logs/it's` is no folder in S3: its prefix has a quote, `$`, `\\` or a control character",
            ),
        ] {
            assert_eq!(Location::parse(text).unwrap_err().to_string(), want);
        }
    }
}
