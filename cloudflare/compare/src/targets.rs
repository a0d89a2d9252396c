//! What both sides are asked for.

use reqwest::Url;
use roxmltree::Document;

use crate::error::Error;

/// A path with its query, as it goes onto the request line.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Target {
    /// `/a?b`.
    pub path_and_query: String,
}

/// A line that is no URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadLine {
    /// From 1.
    pub line: usize,
    /// What stands there.
    pub text: String,
    /// What is the matter.
    pub reason: String,
}

/// What a sitemap holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sitemap {
    /// Pages and pictures.
    pub(crate) targets: Vec<Target>,
    /// Other sitemaps.
    pub(crate) sitemaps: Vec<String>,
}

/// Endings of pictures.
const PICTURES: [&str; 7] = [".avif", ".gif", ".jpeg", ".jpg", ".png", ".svg", ".webp"];

impl Target {
    /// Reads a path, or a URL on one of the hosts.
    fn parse(text: &str, hosts: &[&str]) -> Result<Self, String> {
        if text.starts_with('/') && !text.starts_with("//") {
            let base = Url::parse("http://host").map_err(|error| error.to_string())?;
            return base.join(text).map(|url| Self::of(&url)).map_err(|error| error.to_string());
        }
        let url =
            Url::parse(text).map_err(|_| "is neither a URL nor a path that begins with `/`")?;
        match url.host_str() {
            Some(host) if hosts.contains(&host) => Ok(Self::of(&url)),
            _ => Err(format!("is not on {}", hosts.join(" or "))),
        }
    }

    fn of(url: &Url) -> Self {
        let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
        Self { path_and_query: format!("{}{query}", url.path()) }
    }

    /// Whether it looks like a picture, so that what a browser accepts makes a difference.
    pub(crate) fn is_picture(&self) -> bool {
        let path = self.path_and_query.split('?').next().unwrap_or_default().to_ascii_lowercase();
        path.contains("/cdn-cgi/image/") || PICTURES.iter().any(|ending| path.ends_with(ending))
    }
}

/// Reads a list: a URL or path on each line; empty lines, and those that begin with `#`, are none.
/// What stands there twice counts once.
///
/// # Errors
/// [`Error::BadLines`], with all of them.
pub fn from_list(text: &str, old: &Url, new: &Url) -> Result<Vec<Target>, Error> {
    let hosts = hosts(old, new);
    let lines = text.lines().enumerate().map(|(at, line)| (at + 1, line.trim()));
    let (mut targets, mut bad) = (Vec::new(), Vec::new());
    for (line, text) in lines.filter(|(_, text)| !text.is_empty() && !text.starts_with('#')) {
        match Target::parse(text, &hosts) {
            Ok(target) if targets.contains(&target) => {}
            Ok(target) => targets.push(target),
            Err(reason) => bad.push(BadLine { line, text: text.to_owned(), reason }),
        }
    }
    if bad.is_empty() { Ok(targets) } else { Err(Error::BadLines(bad)) }
}

/// Reads a sitemap or an index of sitemaps; what is on other hosts is left out.
///
/// # Errors
/// [`Error::Sitemap`] where it is not XML.
pub(crate) fn from_sitemap(text: &str, url: &str, old: &Url, new: &Url) -> Result<Sitemap, Error> {
    let document = Document::parse(text.trim_start())
        .map_err(|error| Error::Sitemap { url: url.to_owned(), reason: error.to_string() })?;
    let hosts = hosts(old, new);
    let mut sitemap = Sitemap::default();
    for node in document.descendants().filter(|node| node.tag_name().name() == "loc") {
        let text = node.text().unwrap_or_default().trim();
        let parent = node.parent().map_or("", |parent| parent.tag_name().name());
        if parent == "sitemap" {
            sitemap.sitemaps.push(text.to_owned());
        } else if let Ok(target) = Target::parse(text, &hosts) {
            sitemap.targets.push(target);
        }
    }
    Ok(sitemap)
}

fn hosts<'u>(old: &'u Url, new: &'u Url) -> Vec<&'u str> {
    let mut hosts: Vec<&str> = [old, new].into_iter().filter_map(Url::host_str).collect();
    hosts.dedup();
    hosts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read_and_bad_lines_told() {
        let [old, new] =
            ["https://a.example", "https://b.example"].map(|it| Url::parse(it).unwrap());
        let text = "# pages\n/a b?c\n\nhttps://a.example/d#e\nhttps://b.example/d\n";
        let targets = from_list(text, &old, &new).unwrap();
        let paths: Vec<_> = targets.iter().map(|it| it.path_and_query.as_str()).collect();
        assert_eq!(paths, ["/a%20b?c", "/d"]);
        let error =
            from_list("/a\nshop\n//b.example/c\nhttps://c.example/", &old, &new).unwrap_err();
        insta::assert_snapshot!(error, @r"
        line 2: `shop` is neither a URL nor a path that begins with `/`
        line 3: `//b.example/c` is neither a URL nor a path that begins with `/`
        line 4: `https://c.example/` is not on a.example or b.example
        ");
    }
}
