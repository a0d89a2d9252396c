//! A URL in its parts, as far as it has them: pages write relative ones, templates half ones.

/// The parts of a URL as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address<'t> {
    /// In lower case, without its port; empty in a relative URL.
    pub(crate) host: String,
    /// From its first character on; may lack a `/` in front.
    pub(crate) path: &'t str,
    /// Without the `?`.
    pub(crate) query: Option<&'t str>,
}

/// Extensions of pictures, in lower case.
const EXTENSIONS: [&str; 12] =
    ["avif", "bmp", "gif", "heic", "jpeg", "jpg", "jxl", "png", "svg", "tif", "tiff", "webp"];

impl<'t> Address<'t> {
    /// Takes a URL apart; `None` where it names nothing that is fetched over HTTP.
    pub(crate) fn parse(url: &'t str) -> Option<Self> {
        let url = url.split('#').next().unwrap_or_default();
        let lower = url.get(..8).unwrap_or(url).to_ascii_lowercase();
        let start = ["https://", "http://", "//"].iter().find(|scheme| lower.starts_with(**scheme));
        let is_other_scheme = || {
            let name = url.split(['/', '?']).next().unwrap_or_default();
            name.split_once(':').is_some_and(|(scheme, _)| is_scheme(scheme))
        };
        let (host, rest) = match start {
            Some(start) => {
                let rest = &url[start.len()..];
                rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()))
            }
            None if is_other_scheme() => return None,
            None => ("", url),
        };
        let (path, query) =
            rest.split_once('?').map_or((rest, None), |(path, query)| (path, Some(query)));
        let host = host.rsplit('@').next().unwrap_or_default();
        let host = host.split(':').next().unwrap_or_default().to_ascii_lowercase();
        (!host.is_empty() || !rest.is_empty()).then_some(Self { host, path, query })
    }

    /// Whether the path ends like that of a picture.
    pub(crate) fn names_a_picture(&self) -> bool {
        let Some((stem, extension)) = self.path.rsplit_once('.') else { return false };
        let is_known = EXTENSIONS.iter().any(|known| known.eq_ignore_ascii_case(extension));
        is_known && !stem.is_empty() && !stem.ends_with('/')
    }
}

/// Letters and more, by RFC 3986 section 3.1.
fn is_scheme(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_come_apart() {
        for (url, want) in [
            ("https://A.example:8/b.jpg?c#d", Some(("a.example", "/b.jpg", Some("c")))),
            ("//a.example/b", Some(("a.example", "/b", None))),
            ("HTTP://u@a.example", Some(("a.example", "", None))),
            ("/b?c", Some(("", "/b", Some("c")))),
            ("b/w:400/c.jpg", Some(("", "b/w:400/c.jpg", None))),
            ("data:image/png;base64,AA", None),
            ("mailto:a@b.example", None),
            ("#top", None),
            ("", None),
        ] {
            let address = Address::parse(url);
            let parts = address.as_ref().map(|it| (it.host.as_str(), it.path, it.query));
            assert_eq!(parts, want, "{url}");
        }
    }

    #[test]
    fn pictures_have_extensions() {
        for (url, want) in [
            ("/a.JPG?v=1", true),
            ("a.webp", true),
            ("/a.css", false),
            ("/.jpg", false),
            ("/jpg", false),
        ] {
            assert_eq!(Address::parse(url).unwrap().names_a_picture(), want, "{url}");
        }
    }
}
