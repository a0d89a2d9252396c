//! What was taken out of the caches, and so is to be put there again.

use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};
use url::{Position, Url};

/// What an invalidation took out of the caches of a site, as far as URLs tell.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Purged {
    /// Paths as CloudFront takes them: a `*` at the end stands for anything. Default: none.
    pub paths: Vec<String>,
    /// Originals of pictures, all of whose variants went. Default: none.
    pub images: Vec<String>,
    /// Whether anything went by a tag, of which no URL tells: then all may have. Default: no.
    pub by_tag: bool,
}

/// How a URL of a picture is understood, as far as purges name it.
#[derive(Debug)]
pub(crate) struct Known<'a> {
    /// Its path and query behind the viewer function.
    pub(crate) edge_path: &'a str,
    /// Where its original may be.
    pub(crate) sources: &'a [String],
}

/// Characters of a tag, at the most: of a longer one only the beginning stands there, and a digest.
const LONGEST_TAG: usize = 256;

impl Purged {
    /// What an invalidation of these items takes out: paths, and tags with a `#` before them. The tag of
    /// a picture's variants (`#source:/photos/vase.jpg`) names its original.
    pub fn of_items(items: impl IntoIterator<Item = String>) -> Self {
        let mut purged = Self::default();
        for item in items {
            let Some(tag) = item.strip_prefix('#') else {
                purged.paths.push(item);
                continue;
            };
            match tag.strip_prefix("source:") {
                Some(image) if image.starts_with('/') && tag.len() < LONGEST_TAG => {
                    purged.images.push(image.to_owned());
                }
                _ => purged.by_tag = true,
            }
        }
        purged
    }

    /// Paths that are URLs by themselves: they are warmed though no list has them.
    pub fn addresses(&self) -> impl Iterator<Item = &str> {
        let paths = self.paths.iter().filter(|path| !path.ends_with('*'));
        paths.chain(&self.images).map(String::as_str)
    }

    /// Whether there may be more than [`addresses`](Self::addresses) to it, which only a list tells.
    pub fn needs_list(&self) -> bool {
        self.by_tag || !self.images.is_empty() || self.paths.iter().any(|path| path.ends_with('*'))
    }

    /// Whether what is kept for a URL went. A path without a query takes what has one with it: what
    /// CloudFront kept of that is a hit, and costs a request.
    pub(crate) fn takes(&self, url: &Url, picture: Option<&Known<'_>>) -> bool {
        if self.by_tag {
            return true;
        }
        let path = decoded(url.path());
        let whole = decoded(&url[Position::BeforePath..Position::AfterQuery]);
        let behind = picture.map(|picture| decoded(picture.edge_path));
        let is_path = |pattern: &String| {
            let pattern = decoded(pattern);
            [Some(&path), Some(&whole), behind.as_ref()]
                .into_iter()
                .flatten()
                .any(|path| is_like(&pattern, path))
        };
        let is_image = |image: &String| {
            let image = without_slashes(image);
            let sources = picture.map_or(&[][..], |picture| picture.sources);
            sources.iter().any(|source| without_slashes(source) == image)
                || without_slashes(url.path()) == image
        };
        self.paths.iter().any(is_path) || self.images.iter().any(is_image)
    }
}

/// Percent-encoding is undone, since the same path is spelled in more than one way.
fn decoded(path: &str) -> Vec<u8> {
    percent_decode_str(path).collect()
}

fn without_slashes(path: &str) -> Vec<u8> {
    decoded(path.trim_start_matches('/'))
}

fn is_like(pattern: &[u8], path: &[u8]) -> bool {
    match pattern.strip_suffix(b"*") {
        Some(prefix) => path.starts_with(prefix),
        None => path == pattern,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(paths: &[&str]) -> Purged {
        let paths = paths.iter().map(|path| (*path).to_owned()).collect();
        Purged { paths, ..Purged::default() }
    }

    #[test]
    fn a_path_takes_what_cloudfront_would() {
        for (pattern, url, want) in [
            ("/*", "https://a.example/", true),
            ("/sale/*", "https://a.example/sale/x.html?page=2", true),
            ("/sale/*", "https://a.example/sales", false),
            ("/sale", "https://a.example/sale?page=2", true),
            ("/sale?page=2", "https://a.example/sale?page=2", true),
            ("/sale?page=2", "https://a.example/sale", false),
            ("/sale?page=*", "https://a.example/sale?page=21", true),
            ("/Sale", "https://a.example/sale", false),
            ("/gr%C3%BCn", "https://a.example/grün", true),
            ("/grün/*", "https://a.example/gr%c3%bcn/a.jpg", true),
        ] {
            let url = Url::parse(url).unwrap();
            assert_eq!(paths(&[pattern]).takes(&url, None), want, "{pattern} {url}");
        }
    }

    #[test]
    fn a_picture_goes_by_its_path_behind_the_viewer_function_and_by_its_original() {
        let url = Url::parse("https://a.example/cdn-cgi/image/width=4/photos/a%20b.jpg").unwrap();
        let sources = ["photos/a%20b.jpg".to_owned()];
        let known = Known { edge_path: "/_variants/a/photos/a%20b.jpg/width=4", sources: &sources };
        let image = |image: &str| Purged { images: vec![image.to_owned()], ..Purged::default() };
        for (purged, want) in [
            (paths(&["/_variants/a/photos/*"]), true),
            (paths(&["/photos/*"]), false),
            (image("/photos/a b.jpg"), true),
            (image("photos/b.jpg"), false),
            (Purged { by_tag: true, ..Purged::default() }, true),
            (Purged::default(), false),
        ] {
            assert_eq!(purged.takes(&url, Some(&known)), want, "{purged:?}");
        }
    }

    #[test]
    fn a_tag_of_a_pictures_variants_names_its_original() {
        let of = |item: &str| Purged::of_items([item.to_owned()]);
        let image = "/photos/a%20b.jpg".to_owned();
        assert_eq!(
            of("#source:/photos/a%20b.jpg"),
            Purged { images: vec![image], ..Purged::default() }
        );
        assert_eq!(of("/sale/*"), paths(&["/sale/*"]));
        let long = format!("#source:/{}", "a".repeat(300));
        for tag in ["#product-1", "#brand:aurora", "#source:https://a.example/b.jpg", &long] {
            assert_eq!(of(tag), Purged { by_tag: true, ..Purged::default() }, "{tag}");
        }
    }

    #[test]
    fn what_is_a_url_by_itself_needs_no_list() {
        let purged = paths(&["/a", "/b?c=1"]);
        assert_eq!(purged.addresses().collect::<Vec<_>>(), ["/a", "/b?c=1"]);
        assert!(!purged.needs_list());
        assert!(paths(&["/a", "/b*"]).needs_list());
    }
}
