//! Requests, made of what a person typed.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Context as _;
use edge_resizer::Request;
use http::{HeaderMap, HeaderName, HeaderValue, header};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::hints::Hinted;

/// A URL in two parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    /// The host without its port, where the URL has one.
    pub(crate) host: Option<String>,
    /// `https://shop.example:8080`, or empty where the URL is a path.
    pub(crate) scheme_and_authority: String,
    /// What stands on the request line, with its leading `/`, without a fragment.
    pub(crate) path_and_query: String,
}

/// What a URL looks like.
pub(crate) const URL_HINT: &str = "write it like `/cdn-cgi/image/width=400/photos/a.jpg`";

/// What needs no escape in a value of Cloudflare's options segment, beside letters and digits.
const VALUE: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~')
    .remove(b';')
    .remove(b':')
    .remove(b'(')
    .remove(b')')
    .remove(b',');

impl Target {
    /// Reads a whole `http(s)` URL, or a path with its query.
    pub(crate) fn parse(text: &str) -> anyhow::Result<Self> {
        let text = text.split('#').next().unwrap_or_default();
        let start = ["https://", "http://"]
            .iter()
            .find(|scheme| text.starts_with(**scheme))
            .map_or(0, |scheme| scheme.len());
        let rest = &text[start..];
        let authority = match start {
            0 => 0,
            _ => rest.find(['/', '?']).unwrap_or(rest.len()),
        };
        let host = (start > 0).then(|| host_of(&rest[..authority]));
        let (scheme_and_authority, path) = text.split_at(start + authority);
        let path_and_query = match path.chars().next() {
            Some('/') => path.to_owned(),
            None | Some('?') if host.is_some() => format!("/{path}"),
            _ => {
                return Err(Hinted::error(
                    format!("`{text}` is neither a URL nor a path"),
                    URL_HINT,
                ));
            }
        };
        let scheme_and_authority = scheme_and_authority.to_owned();
        Ok(Self { host, scheme_and_authority, path_and_query })
    }

    /// The host of another site's original, where the path names one as its source.
    pub(crate) fn source_host(&self) -> Option<String> {
        let at = self.path_and_query.find("/http")? + 1;
        let source = percent_decode_str(&self.path_and_query[at..]).decode_utf8().ok()?;
        let rest = source.strip_prefix("https:").or_else(|| source.strip_prefix("http:"))?;
        rest.trim_start_matches('/').split(['/', '?', '#']).next().map(host_of)
    }

    /// The path in Cloudflare's dialect of these options.
    pub(crate) fn of_options(options: &[(&str, &str)], source: &str) -> Self {
        let options: Vec<_> = options
            .iter()
            .map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, VALUE)))
            .collect();
        let source = utf8_percent_encode(source, VALUE);
        let path_and_query = format!("/cdn-cgi/image/{}/{source}", options.join(","));
        Self { host: None, scheme_and_authority: String::new(), path_and_query }
    }

    /// The `GET` of this URL now, with these headers.
    pub(crate) fn request(&self, accept: &str, headers: &[String]) -> anyhow::Result<Request> {
        let mut request = Request::get(&self.path_and_query);
        request.now = now();
        if !accept.is_empty() {
            let value = HeaderValue::from_str(accept).context("reading --accept")?;
            request.headers.insert(header::ACCEPT, value);
        }
        for line in headers {
            insert_line(&mut request.headers, line)
                .with_context(|| format!("reading --header `{line}`"))?;
        }
        Ok(request)
    }
}

/// Seconds since 1970-01-01T00:00:00Z; 0 where the clock stands before that.
pub(crate) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

fn host_of(authority: &str) -> String {
    let host = authority.rsplit('@').next().unwrap_or_default();
    let host = match host.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => host,
    };
    host.to_ascii_lowercase()
}

fn insert_line(headers: &mut HeaderMap, line: &str) -> anyhow::Result<()> {
    let (name, value) = line
        .split_once(':')
        .ok_or_else(|| Hinted::error("there is no `:` in it", "write it like `DPR: 2`"))?;
    headers.append(HeaderName::from_bytes(name.trim().as_bytes())?, value.trim().parse()?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_and_paths_are_read() {
        for (text, host, prefix, path) in [
            ("/a.jpg?w=1", None, "", "/a.jpg?w=1"),
            ("https://Shop.example/a#b", Some("shop.example"), "https://Shop.example", "/a"),
            ("http://s.example:80/a", Some("s.example"), "http://s.example:80", "/a"),
            ("http://u:p@s.example/a", Some("s.example"), "http://u:p@s.example", "/a"),
            ("https://[::1]:80/a", Some("[::1]"), "https://[::1]:80", "/a"),
            ("https://[::1]/a", Some("[::1]"), "https://[::1]", "/a"),
            ("https://s.example", Some("s.example"), "https://s.example", "/"),
            ("https://s.example?a=b", Some("s.example"), "https://s.example", "/?a=b"),
        ] {
            let target = Target::parse(text).unwrap();
            assert_eq!(target.host.as_deref(), host, "{text}");
            assert_eq!(target.scheme_and_authority, prefix, "{text}");
            assert_eq!(target.path_and_query, path, "{text}");
        }
        for text in ["", "a.jpg", "ftp://shop.example/a", "#a"] {
            assert!(Target::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn sources_of_other_sites_are_found() {
        for (path, want) in [
            ("/cdn-cgi/image/w=4/https://Cdn.example:444/a.jpg", Some("cdn.example")),
            ("/cdn-cgi/image/w=4/https:/cdn.example/a.jpg", Some("cdn.example")),
            ("/cdn-cgi/image/w=4/http%3A%2F%2Fcdn.example%2Fa.jpg", Some("cdn.example")),
            ("/cdn-cgi/image/w=4/http/a.jpg", None),
            ("/cdn-cgi/image/w=4/a.jpg", None),
        ] {
            assert_eq!(Target::parse(path).unwrap().source_host().as_deref(), want, "{path}");
        }
    }

    #[test]
    fn options_are_escaped() {
        let target = Target::of_options(
            &[("width", "400"), ("background", "#ff0000"), ("preset", "a/b?c%")],
            "my cup #1.jpg",
        );
        assert_eq!(
            target.path_and_query,
            "/cdn-cgi/image/width=400,background=%23ff0000,preset=a%2Fb%3Fc%25/my%20cup%20%231.jpg"
        );
    }

    #[test]
    fn headers_are_lines() {
        let target = Target::parse("/a").unwrap();
        let request = target.request("", &["DPR:  2".to_owned(), "dpr: 3".to_owned()]).unwrap();
        assert_eq!(request.headers.get_all("dpr").iter().count(), 2);
        for line in ["DPR", "a b: c", ": c", "a: b\nc"] {
            assert!(target.request("", &[line.to_owned()]).is_err(), "{line:?}");
        }
    }
}
