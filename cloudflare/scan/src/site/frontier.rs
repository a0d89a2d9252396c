//! What is still to be read.

use std::collections::{HashSet, VecDeque};

use url::Url;

use super::origin;

/// Endings of what is no text.
const BINARY: [&str; 22] = [
    ".avif", ".bmp", ".gif", ".gz", ".heic", ".ico", ".jpeg", ".jpg", ".mp3", ".mp4", ".pdf",
    ".png", ".svg", ".tif", ".tiff", ".ttf", ".webm", ".webp", ".woff", ".woff2", ".zip", ".eot",
];

/// A URL to ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) url: Url,
    /// Links that led to it.
    pub(super) depth: usize,
}

/// URLs in the order in which they were met, each once, on the hosts of the first ones.
#[derive(Debug)]
pub(super) struct Frontier {
    origins: HashSet<String>,
    met: HashSet<String>,
    waiting: VecDeque<Step>,
    most_depth: usize,
}

impl Frontier {
    pub(super) fn new(pages: &[Url], most_depth: usize) -> Self {
        let origins = pages.iter().map(origin).collect();
        let mut frontier =
            Self { origins, met: HashSet::new(), waiting: VecDeque::new(), most_depth };
        for page in pages {
            frontier.add(page.clone(), 0);
        }
        frontier
    }

    /// Adds a URL, where it is one of these hosts, near enough, a text, and new.
    pub(super) fn add(&mut self, mut url: Url, depth: usize) {
        url.set_fragment(None);
        let path = url.path().to_ascii_lowercase();
        let is_text = path.ends_with(".xml.gz") || !BINARY.iter().any(|it| path.ends_with(it));
        let is_near = depth <= self.most_depth && self.origins.contains(&origin(&url));
        if is_text && is_near && self.met.insert(url.to_string()) {
            self.waiting.push_back(Step { url, depth });
        }
    }

    pub(super) fn next(&mut self) -> Option<Step> {
        self.waiting.pop_front()
    }
}
