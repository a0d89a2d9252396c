//! Sitemaps and their indexes, with Google's extension for pictures:
//! <https://www.sitemaps.org/protocol.html>.

use roxmltree::{Document, Node};

use super::{Collector, Link};

/// Reads a sitemap.
pub(super) fn read(text: &str, found: &mut Collector) {
    match Document::parse(text.trim_start()) {
        Ok(document) => read_locations(&document, found),
        Err(error) => found.reading.problem = Some(format!("not XML: {error}")),
    }
}

fn read_locations(document: &Document<'_>, found: &mut Collector) {
    for node in document.descendants().filter(|node| node.tag_name().name() == "loc") {
        let Some(url) = node.text().map(str::trim).filter(|url| !url.is_empty()) else { continue };
        match parent(&node) {
            Some("image") => {
                let line = document.text_pos_at(node.range().start).row;
                found.picture(url, usize::try_from(line).unwrap_or(usize::MAX));
            }
            Some("url") => found.link(Link::Page(url.to_owned())),
            Some("sitemap") => found.link(Link::Sitemap(url.to_owned())),
            _ => {}
        }
    }
}

fn parent<'d>(node: &Node<'_, 'd>) -> Option<&'d str> {
    Some(node.parent()?.tag_name().name())
}
