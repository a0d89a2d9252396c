//! From a text to the pictures that it names: [`read`] chooses a reader by the kind.

mod css;
mod html;
mod lines;
mod liquid;
mod mask;
mod sitemap;
mod srcset;
mod strings;

pub(crate) use mask::MASK;

use crate::address::Address;
use crate::document::{Document, Kind};
use crate::service::Service;

/// What a document names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// Pictures, in the order of the text.
    pub found: Vec<Found>,
    /// Where it leads.
    pub links: Vec<Link>,
    /// Why it could not be read, where it could not.
    pub problem: Option<String>,
}

/// A picture's URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// As it was written, character references and escapes resolved; what a template fills in is
    /// U+001A.
    pub url: String,
    /// The line, from 1.
    pub line: usize,
}

/// Where a document leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Link {
    /// To another page.
    Page(String),
    /// To a style sheet or a script.
    Asset(String),
    /// To a sitemap.
    Sitemap(String),
}

/// Bytes beyond which a URL is none that anybody meant.
const LONGEST_URL: usize = 4096;

/// Reads a document.
pub fn read(document: &Document) -> Reading {
    let mut found = Collector::default();
    match document.kind {
        Kind::Html => html::read(&document.text, 1, &mut found),
        Kind::Css => css::read(&document.text, 1, &mut found),
        Kind::Strings => strings::read(&document.text, 1, &mut found),
        Kind::Sitemap => sitemap::read(&document.text, &mut found),
        Kind::Liquid => read_template(document, &mut found),
    }
    let mut reading = found.reading;
    reading.found.sort_by_key(|found| found.line);
    reading
}

/// A template: its tags first, then the language that is around them.
fn read_template(document: &Document, found: &mut Collector) {
    liquid::read(&document.text, found);
    let text = mask::liquid(&document.text);
    let name = document.name.to_ascii_lowercase();
    if name.ends_with(".css.liquid") || name.ends_with(".scss.liquid") {
        css::read(&text, 1, found);
    } else if name.ends_with(".js.liquid") || name.ends_with(".json.liquid") {
        strings::read(&text, 1, found);
    } else {
        html::read(&text, 1, found);
    }
}

/// Gathers what the readers come across.
#[derive(Debug, Default)]
struct Collector {
    reading: Reading,
}

impl Collector {
    /// What stands where only a picture can.
    fn picture(&mut self, url: &str, line: usize) {
        let url = mask::filled_in(url.trim());
        if url.len() <= LONGEST_URL && Address::parse(&url).is_some() && url != mask::ALONE {
            self.reading.found.push(Found { url, line });
        }
    }

    /// What may be a picture, and counts as one where it looks like one.
    fn maybe_picture(&mut self, url: &str, line: usize) {
        let url = mask::filled_in(url.trim());
        let is_one_word = !url.contains(|it: char| it.is_whitespace() || "<>\"'\\".contains(it));
        if is_one_word && Address::parse(&url).is_some_and(|it| looks_like_a_picture(&it)) {
            self.picture(&url, line);
        }
    }

    fn link(&mut self, link: Link) {
        self.reading.links.push(link);
    }
}

fn looks_like_a_picture(address: &Address<'_>) -> bool {
    address.names_a_picture()
        || (address.path.contains('/')
            && Service::of(address).is_some_and(|service| service.makes_all_below(address)))
}

#[cfg(test)]
mod tests;
