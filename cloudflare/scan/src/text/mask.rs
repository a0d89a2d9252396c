//! What templates fill in, masked so that the text around it can be read.

/// Stands for what a template fills in. No text has it: it is a control character.
pub(crate) const MASK: char = '\u{1a}';
/// A URL that is filled in as a whole.
pub(super) const ALONE: &str = "\u{1a}";

/// How tags begin and end: Liquid and its kin, scripts' template literals, PHP.
const TAGS: [(&str, &str); 4] = [("{{", "}}"), ("{%", "%}"), ("${", "}"), ("<?", "?>")];

/// The text with every tag of Liquid masked, each byte by one, so that places stay as they are.
pub(super) fn liquid(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, tag, after)) = next_tag(rest, &TAGS[..2]) {
        masked.push_str(before);
        masked.extend(tag.bytes().map(|byte| if byte == b'\n' { '\n' } else { MASK }));
        rest = after;
    }
    masked + rest
}

/// A value with every tag, and every run of masks, as one mask.
pub(super) fn filled_in(value: &str) -> String {
    let mut filled = String::with_capacity(value.len());
    let mut rest = value;
    while let Some((before, _, after)) = next_tag(rest, &TAGS) {
        filled.push_str(before);
        filled.push(MASK);
        rest = after;
    }
    filled.push_str(rest);
    filled.retain(|it| !matches!(it, '\n' | '\r' | '\t'));
    let mut before = ' ';
    filled.retain(|it| std::mem::replace(&mut before, it) != MASK || it != MASK);
    filled
}

/// The first tag of a text, with what is before and after it.
fn next_tag<'t>(text: &'t str, tags: &[(&str, &str)]) -> Option<(&'t str, &'t str, &'t str)> {
    let mut from = 0;
    loop {
        let at = from + text[from..].find(['{', '$', '<'])?;
        if let Some((open, close)) = tags.iter().find(|(open, _)| text[at..].starts_with(open)) {
            let inside = at + open.len();
            let end = inside + text[inside..].find(close)? + close.len();
            return Some((&text[..at], &text[at..end], &text[end..]));
        }
        from = at + 1;
    }
}

/// The first tag of Liquid in a text.
pub(super) fn next_liquid_tag(text: &str) -> Option<(&str, &str, &str)> {
    next_tag(text, &TAGS[..2])
}
