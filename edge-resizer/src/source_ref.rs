//! Where an original is, as a URL named it; made safe when it is read.

use std::fmt;

use http::Uri;
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

/// The place of an original: a path on the site's own origin, or a URL of another host.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum SourceRef {
    /// On the site's own origin.
    Path(SourcePath),
    /// On another host; the policy says which are allowed.
    Remote(RemoteSource),
}

/// A path on the origin, without its leading `/`.
///
/// It decodes to UTF-8 without control characters, backslashes, and `.` or `..` segments, so that no
/// host can be led out of its folder or bucket, and does not begin like a URL, so that it is never taken
/// for a [`RemoteSource`]. Leading slashes are dropped, a `//` inside is kept:
/// S3 keys may hold it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SourcePath {
    decoded: String,
    query: Option<String>,
}

/// An absolute `http` or `https` URL without user info or fragment.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RemoteSource {
    uri: Uri,
}

/// Why a text names no source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SourceRefError {
    /// A control character or a backslash.
    #[error("has a control character or a backslash in it")]
    BadCharacter,
    /// A `.` or `..` segment.
    #[error("has a `.` or `..` segment")]
    DotSegment,
    /// Nothing is named.
    #[error("is empty")]
    Empty,
    /// A path that reads as the URL of another host.
    #[error("is a path that begins like a URL")]
    LooksRemote,
    /// Not an absolute `http` or `https` URL.
    #[error("is not an http or https URL with a host and without user info")]
    NotHttp,
    /// Percent-decodes to bytes that are not UTF-8.
    #[error("does not decode to UTF-8")]
    NotUtf8,
}

/// What is percent-encoded in a printed path, over what RFC 3986 section 3.3 demands: `,` and `=`
/// stay, as in object keys.
const PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

impl SourcePath {
    /// Reads a percent-encoded path and the query that belongs to it.
    ///
    /// # Errors
    /// [`SourceRefError`] where it is empty, not UTF-8, or could lead elsewhere.
    pub fn parse(encoded: &str, query: Option<&str>) -> Result<Self, SourceRefError> {
        let decoded =
            percent_decode_str(encoded).decode_utf8().map_err(|_| SourceRefError::NotUtf8)?;
        // All of them: printed again, `//host/…` would be another host.
        let decoded = decoded.trim_start_matches('/');
        if decoded.is_empty() {
            return Err(SourceRefError::Empty);
        }
        if decoded.chars().any(|c| c.is_control() || c == '\\') {
            return Err(SourceRefError::BadCharacter);
        }
        if decoded.starts_with("http://") || decoded.starts_with("https://") {
            return Err(SourceRefError::LooksRemote);
        }
        if decoded.split('/').any(|segment| matches!(segment, "." | "..")) {
            return Err(SourceRefError::DotSegment);
        }
        let query = query.filter(|query| !query.is_empty()).map(str::to_owned);
        Ok(Self { decoded: decoded.to_owned(), query })
    }

    /// The decoded path without its leading `/`: the key of an object, a path below a folder.
    pub fn key(&self) -> &str {
        &self.decoded
    }

    /// The query that belongs to the source, for an HTTP origin.
    pub fn query(&self) -> Option<&str> {
        self.query.as_deref()
    }

    /// The last segment.
    pub fn file_name(&self) -> &str {
        self.decoded.rsplit('/').next().unwrap_or_default()
    }

    /// The path percent-encoded, with its leading `/`, without its query.
    pub fn encoded(&self) -> String {
        format!("/{}", utf8_percent_encode(&self.decoded, PATH))
    }
}

impl RemoteSource {
    /// Reads an absolute URL.
    ///
    /// # Errors
    /// [`SourceRefError::NotHttp`] for anything else, or with user info in it.
    pub fn parse(url: &str) -> Result<Self, SourceRefError> {
        let uri: Uri = url.parse().map_err(|_| SourceRefError::NotHttp)?;
        let plain = matches!(uri.scheme_str(), Some("http" | "https"))
            && uri.host().is_some_and(|host| !host.is_empty())
            && uri.authority().is_some_and(|authority| !authority.as_str().contains('@'));
        if plain { Ok(Self { uri }) } else { Err(SourceRefError::NotHttp) }
    }

    /// The whole URL.
    pub fn uri(&self) -> &Uri {
        &self.uri
    }

    /// The host in lower case, without the port.
    pub fn host(&self) -> String {
        self.uri.host().unwrap_or_default().to_ascii_lowercase()
    }
}

impl SourceRef {
    /// The last segment of the path, for a file name; may be empty.
    pub fn file_name(&self) -> &str {
        match self {
            Self::Path(path) => path.file_name(),
            Self::Remote(remote) => remote.uri.path().rsplit('/').next().unwrap_or_default(),
        }
    }
}

impl fmt::Display for SourcePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.encoded())?;
        match &self.query {
            Some(query) => write!(f, "?{query}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for SourceRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => path.fmt(f),
            Self::Remote(remote) => remote.uri.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_lead_elsewhere_are_refused() {
        for (text, want) in [
            ("/../etc/passwd", SourceRefError::DotSegment),
            ("a/%2e%2e/b", SourceRefError::DotSegment),
            ("a/%2E/b", SourceRefError::DotSegment),
            ("a%5c..%5cb", SourceRefError::BadCharacter),
            ("a%00b", SourceRefError::BadCharacter),
            ("a%0d%0ab", SourceRefError::BadCharacter),
            ("%ff%fe", SourceRefError::NotUtf8),
            ("/https://cdn.example/a.jpg", SourceRefError::LooksRemote),
            ("/", SourceRefError::Empty),
            ("", SourceRefError::Empty),
        ] {
            assert_eq!(SourcePath::parse(text, None), Err(want), "{text}");
        }
    }

    #[test]
    fn paths_decode_and_print() {
        let path = SourcePath::parse("/fotos/gr%C3%BCn%20%231.jpg", Some("v=1")).unwrap();
        assert_eq!(path.key(), "fotos/grün #1.jpg");
        assert_eq!(path.file_name(), "grün #1.jpg");
        assert_eq!(path.to_string(), "/fotos/gr%C3%BCn%20%231.jpg?v=1");
        for text in ["//evil.example/a//b.jpg", "%2F%2fevil.example/a//b.jpg"] {
            let path = SourcePath::parse(text, None).unwrap();
            assert_eq!(path.to_string(), "/evil.example/a//b.jpg", "{text}");
        }
    }

    #[test]
    fn remote_sources_are_plain_http() {
        assert_eq!(RemoteSource::parse("https://CDN.example/a.jpg").unwrap().host(), "cdn.example");
        for text in ["ftp://a/b", "https://u:p@a/b", "//a/b", "https:///b", "a.jpg", "file:///etc"]
        {
            assert_eq!(RemoteSource::parse(text), Err(SourceRefError::NotHttp), "{text}");
        }
    }
}
