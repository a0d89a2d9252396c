//! Pictures in HTML: attributes, style sheets and scripts within.

use std::convert::Infallible;

use html5gum::emitters::default::DefaultEmitter;
use html5gum::{HtmlString, Spanned, StartTag, Token, Tokenizer};

use super::lines::Lines;
use super::{Collector, Link, css, srcset, strings};

/// Reads a page, or a piece of one, that begins at line `first`.
pub(super) fn read(text: &str, first: usize, found: &mut Collector) {
    walk(text, first, true, found);
}

/// The same for markup within a string, whose scripts were strings of that string: they are left.
pub(super) fn read_markup(text: &str, first: usize, found: &mut Collector) {
    walk(text, first, false, found);
}

/// What the text between tags is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    Text,
    Script,
    Style,
}

fn walk(text: &str, first: usize, reads_scripts: bool, found: &mut Collector) {
    let mut emitter = DefaultEmitter::<usize>::new_with_span();
    // So that `<` in a script begins no tag.
    emitter.naively_switch_states(true);
    let mut inside = Inside::Text;
    let lines = Lines::of(text, first);
    for token in Tokenizer::new_with_emitter(text, emitter) {
        let token: Token<usize> = token.unwrap_or_else(|error: Infallible| match error {});
        match token {
            Token::StartTag(tag) => {
                inside = opened(&tag);
                Tag { tag: &tag, lines: &lines }.read(found);
            }
            Token::String(content) => {
                let line = lines.at(content.span.start);
                let content = String::from_utf8_lossy(&content.value);
                match inside {
                    Inside::Script if reads_scripts => strings::read(&content, line, found),
                    Inside::Style => css::read(&content, line, found),
                    Inside::Script | Inside::Text => {}
                }
            }
            Token::EndTag(_) => inside = Inside::Text,
            Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
        }
    }
}

fn opened(tag: &StartTag<usize>) -> Inside {
    match &*tag.name.0 {
        b"script" => Inside::Script,
        b"style" => Inside::Style,
        _ => Inside::Text,
    }
}

/// A start tag, and the lines of its text.
struct Tag<'t> {
    tag: &'t StartTag<usize>,
    lines: &'t Lines,
}

impl Tag<'_> {
    fn read(&self, found: &mut Collector) {
        let name = String::from_utf8_lossy(&self.tag.name.0).to_ascii_lowercase();
        for (attribute, value) in &self.tag.attributes {
            let attribute = String::from_utf8_lossy(&attribute.0).to_ascii_lowercase();
            let (text, line) = (String::from_utf8_lossy(&value.value), self.line_of(value));
            self.read_attribute(&name, &attribute, &text, line, found);
        }
    }

    fn read_attribute(
        &self,
        tag: &str,
        attribute: &str,
        text: &str,
        line: usize,
        found: &mut Collector,
    ) {
        match (tag, attribute) {
            (_, "style") => css::read(text, line, found),
            (_, attribute) if attribute.ends_with("srcset") => {
                for url in srcset::urls(text) {
                    found.picture(url, line);
                }
            }
            ("img" | "input", "src") | ("video", "poster") | ("image", "href" | "xlink:href") => {
                found.picture(text, line);
            }
            ("script", "src") => found.link(Link::Asset(text.to_owned())),
            ("link", "href") if self.has("rel", "stylesheet") => {
                found.link(Link::Asset(text.to_owned()));
            }
            ("a" | "area", "href") => {
                found.link(Link::Page(text.to_owned()));
                found.maybe_picture(text, line);
            }
            _ => found.maybe_picture(text, line),
        }
    }

    fn has(&self, attribute: &str, word: &str) -> bool {
        let value = self.tag.attributes.get(attribute.as_bytes());
        let value = value.map(|value| String::from_utf8_lossy(&value.value).to_ascii_lowercase());
        value.is_some_and(|value| value.split_ascii_whitespace().any(|it| it == word))
    }

    fn line_of(&self, value: &Spanned<HtmlString, usize>) -> usize {
        self.lines.at(value.span.start)
    }
}
