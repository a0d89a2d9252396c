//! A path on a site's own origin.

use std::borrow::Cow;

use edge_resizer::{SourcePath, SourceRefError};

/// What a folder or a bucket, which know no directories, show for a path that ends in `/`.
const INDEX: &str = "index.html";

/// A path on a site's own origin: that of a picture's source, or that of any other file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OriginPath {
    /// Decoded, without a leading `/`; empty for the root.
    key: String,
    /// Percent-encoded, with a leading `/`.
    encoded: String,
    query: Option<String>,
}

impl OriginPath {
    /// The path of a request line.
    ///
    /// # Errors
    /// [`SourceRefError`] where it could lead elsewhere.
    pub(crate) fn of_request(path: &str, query: Option<&str>) -> Result<Self, SourceRefError> {
        match SourcePath::parse(path, query) {
            Ok(path) => Ok(Self::from(&path)),
            Err(SourceRefError::Empty) => Ok(Self {
                key: String::new(),
                encoded: "/".to_owned(),
                query: query.map(str::to_owned),
            }),
            Err(error) => Err(error),
        }
    }

    /// The name of the file: the decoded path, of a directory its `index.html`.
    pub(super) fn file(&self) -> Cow<'_, str> {
        if self.key.is_empty() || self.key.ends_with('/') {
            Cow::Owned(format!("{}{INDEX}", self.key))
        } else {
            Cow::Borrowed(&self.key)
        }
    }

    /// The percent-encoded path with its leading `/`.
    pub(super) fn encoded(&self) -> &str {
        &self.encoded
    }

    pub(super) fn query(&self) -> Option<&str> {
        self.query.as_deref()
    }
}

impl From<&SourcePath> for OriginPath {
    fn from(path: &SourcePath) -> Self {
        Self {
            key: path.key().to_owned(),
            encoded: path.encoded(),
            query: path.query().map(str::to_owned),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directories_have_an_index() {
        for (path, file, encoded) in [
            ("/", "index.html", "/"),
            ("", "index.html", "/"),
            ("/blog/", "blog/index.html", "/blog/"),
            ("/blog", "blog", "/blog"),
            ("/a%20b.jpg", "a b.jpg", "/a%20b.jpg"),
        ] {
            let parsed = OriginPath::of_request(path, Some("v=1")).unwrap();
            assert_eq!((parsed.file().as_ref(), parsed.encoded()), (file, encoded), "{path}");
            assert_eq!(parsed.query(), Some("v=1"), "{path}");
        }
        assert!(OriginPath::of_request("/../secret", None).is_err());
    }
}
