//! Sitemaps (<https://www.sitemaps.org/protocol.html>), with Google's extension for pictures.

use std::io::{BufRead, BufReader, Chain, Cursor, Read};

use flate2::bufread::MultiGzDecoder;
use quick_xml::Reader;
use quick_xml::events::{BytesRef, Event};

/// What stands in a sitemap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SitemapEntry {
    /// Another sitemap: this one is an index.
    Sitemap(String),
    /// A page.
    Page(String),
    /// A picture of the page before it.
    Picture(String),
}

/// Why a sitemap ended early; what was found before stays found.
#[derive(Debug, thiserror::Error)]
#[error("not a sitemap from byte {position} on: {reason}")]
pub struct SitemapError {
    /// Bytes that were read, inflated.
    pub position: u64,
    /// What is wrong there.
    pub reason: String,
}

/// A sitemap has at most 50 MB when it is inflated, by its protocol; more is a bomb.
const MOST_INFLATED: u64 = 52_428_800;
/// What a file compressed by gzip begins with.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// Reads a sitemap, whole or by gzip, and tells each entry as it comes. Memory: one entry.
///
/// # Errors
/// [`SitemapError`], where the XML or the gzip is broken.
///
/// # Example
/// ```
/// use cache_warmer::source::{SitemapEntry, read_sitemap};
///
/// let xml = "<urlset><url><loc>https://shop.example/?a=1&amp;b=2</loc></url></urlset>";
/// let mut found = Vec::new();
/// read_sitemap(xml.as_bytes(), &mut |entry| found.push(entry))?;
/// assert_eq!(found, [SitemapEntry::Page("https://shop.example/?a=1&b=2".to_owned())]);
/// # Ok::<(), cache_warmer::source::SitemapError>(())
/// ```
pub fn read_sitemap(
    input: impl BufRead,
    tell: &mut dyn FnMut(SitemapEntry),
) -> Result<(), SitemapError> {
    let (is_gzip, input) =
        look(input).map_err(|error| SitemapError { position: 0, reason: error.to_string() })?;
    if is_gzip {
        read_xml(BufReader::new(MultiGzDecoder::new(input).take(MOST_INFLATED)), tell)
    } else {
        read_xml(input, tell)
    }
}

/// A text whose first bytes were looked at.
type Looked<R> = Chain<Cursor<Vec<u8>>, R>;

/// Whether it is gzip, and all of it.
fn look<R: BufRead>(mut input: R) -> std::io::Result<(bool, Looked<R>)> {
    let mut magic = Vec::new();
    input.by_ref().take(GZIP.len() as u64).read_to_end(&mut magic)?;
    Ok((magic == GZIP, Cursor::new(magic).chain(input)))
}

fn read_xml(input: impl BufRead, tell: &mut dyn FnMut(SitemapEntry)) -> Result<(), SitemapError> {
    let mut reader = Reader::from_reader(input);
    let mut buffer = Vec::new();
    let mut place = Place::default();
    loop {
        buffer.clear();
        let event = reader.read_event_into(&mut buffer);
        let position = reader.buffer_position();
        let event = event.map_err(|error| SitemapError { position, reason: error.to_string() })?;
        if matches!(event, Event::Eof) {
            return Ok(());
        }
        if let Some(entry) = place.take(&event) {
            tell(entry);
        }
    }
}

/// Where in a sitemap the reader is.
#[derive(Default)]
struct Place {
    is_in_index: bool,
    /// The address that is being read.
    address: Option<(Kind, String)>,
}

#[derive(Clone, Copy)]
enum Kind {
    Location,
    Picture,
}

impl Place {
    fn take(&mut self, event: &Event<'_>) -> Option<SitemapEntry> {
        match event {
            Event::Start(tag) => self.open(tag.name().as_ref()),
            Event::Text(text) => self.push(&text.decode().unwrap_or_default()),
            Event::CData(text) => self.push(&text.decode().unwrap_or_default()),
            Event::GeneralRef(reference) => self.push(&resolved(reference)),
            Event::End(_) => return self.close(),
            _ => {}
        }
        None
    }

    fn open(&mut self, name: &[u8]) {
        let kind = match name {
            b"loc" => Kind::Location,
            name if name.ends_with(b":loc") => Kind::Picture,
            b"sitemapindex" => {
                self.is_in_index = true;
                return;
            }
            _ => return,
        };
        self.address = Some((kind, String::new()));
    }

    fn push(&mut self, text: &str) {
        if let Some((_, address)) = &mut self.address {
            address.push_str(text);
        }
    }

    fn close(&mut self) -> Option<SitemapEntry> {
        let (kind, address) = self.address.take()?;
        let address = address.trim().to_owned();
        if address.is_empty() {
            return None;
        }
        Some(match kind {
            Kind::Picture => SitemapEntry::Picture(address),
            Kind::Location if self.is_in_index => SitemapEntry::Sitemap(address),
            Kind::Location => SitemapEntry::Page(address),
        })
    }
}

/// The characters that `&amp;` and its like stand for; none for what XML does not define.
fn resolved(reference: &BytesRef<'_>) -> String {
    if let Ok(Some(character)) = reference.resolve_char_ref() {
        return character.to_string();
    }
    let name = reference.decode().unwrap_or_default();
    quick_xml::escape::resolve_predefined_entity(&name).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use proptest::prelude::*;

    use super::SitemapEntry::{Page, Picture, Sitemap};
    use super::*;

    fn found(text: &[u8]) -> (Vec<SitemapEntry>, Result<(), SitemapError>) {
        let mut entries = Vec::new();
        let ended = read_sitemap(text, &mut |entry| entries.push(entry));
        (entries, ended)
    }

    const XML: &str = r#"<?xml version="1.0"?>
        <urlset xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
          <url><loc> https://a.example/ </loc><lastmod>2026-01-01</lastmod>
            <image:image><image:loc><![CDATA[https://a.example/1.jpg?a&b]]></image:loc></image:image>
            <image:image><image:loc>https://a.example/&#50;.jpg</image:loc></image:image>
          </url>
          <url><loc>https://a.example/?a=1&amp;b=2</loc></url><url><loc></loc></url>
        </urlset>"#;

    fn of_xml() -> Vec<SitemapEntry> {
        let owned = str::to_owned;
        vec![
            Page(owned("https://a.example/")),
            Picture(owned("https://a.example/1.jpg?a&b")),
            Picture(owned("https://a.example/2.jpg")),
            Page(owned("https://a.example/?a=1&b=2")),
        ]
    }

    #[test]
    fn pages_and_their_pictures_are_found() {
        let (entries, ended) = found(XML.as_bytes());
        ended.unwrap();
        assert_eq!(entries, of_xml());
    }

    #[test]
    fn gzip_is_seen_by_its_first_bytes() {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
        gzip.write_all(XML.as_bytes()).unwrap();
        let (entries, ended) = found(&gzip.finish().unwrap());
        ended.unwrap();
        assert_eq!(entries, of_xml());
    }

    #[test]
    fn an_index_leads_to_sitemaps() {
        let xml =
            "<sitemapindex><sitemap><loc>https://a.example/1.xml.gz</loc></sitemap></sitemapindex>";
        let (entries, ended) = found(xml.as_bytes());
        ended.unwrap();
        assert_eq!(entries, [Sitemap("https://a.example/1.xml.gz".to_owned())]);
    }

    #[test]
    fn what_stood_before_the_broken_place_is_found() {
        let (entries, ended) = found(b"<urlset><url><loc>https://a.example/</loc></url></urlste>");
        assert_eq!(entries, [Page("https://a.example/".to_owned())]);
        let said = ended.unwrap_err().to_string();
        assert!(said.starts_with("not a sitemap from byte "), "{said}");
    }

    proptest! {
        #[test]
        fn no_bytes_panic(text in "(<|>|/|loc|urlset|&amp;|&#1;|&x;|.){0,40}") {
            let _ = found(text.as_bytes());
        }
    }
}
