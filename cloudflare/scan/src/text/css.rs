//! `url(…)` and the strings of `image-set(…)`.

use cssparser::{ParseError, Parser, Token};

use super::Collector;
use super::lines::Lines;

/// Reads a style sheet, or the declarations of a `style` attribute, that begins at line `first`.
pub(super) fn read(text: &str, first: usize, found: &mut Collector) {
    let mut urls = Vec::new();
    walk(&mut Parser::new(text), false, &mut urls);
    let lines = Lines::of(text, first);
    for (url, place) in urls {
        found.maybe_picture(&url, lines.at(place));
    }
}

/// Goes through all that is nested; the tokenizer itself bounds how deep that is.
fn walk(parser: &mut Parser<'_>, takes_strings: bool, urls: &mut Vec<(String, usize)>) {
    loop {
        let place = parser.position().byte_index();
        let Ok(token) = parser.next() else { return };
        let takes_strings = match token {
            Token::UnquotedUrl(url) => {
                urls.push((url.to_string(), place));
                continue;
            }
            Token::QuotedString(text) => {
                if takes_strings {
                    urls.push((text.to_string(), place));
                }
                continue;
            }
            Token::Function(name) => {
                let name = name.to_ascii_lowercase();
                name == "url" || name.ends_with("image-set")
            }
            Token::ParenthesisBlock | Token::SquareBracketBlock | Token::CurlyBracketBlock => false,
            _ => continue,
        };
        // It fails where blocks are nested too deep; what is in them is passed over.
        let _: Result<(), ParseError<()>> = parser.parse_nested_block(|inner| {
            walk(inner, takes_strings, urls);
            Ok(())
        });
    }
}
