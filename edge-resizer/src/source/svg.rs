//! SVG: text whose first element is `svg`.

/// Whether the first element, after byte order mark, prolog, comments and document type, is `svg`.
pub(super) fn is(bytes: &[u8]) -> bool {
    let mut rest = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    loop {
        rest = rest.trim_ascii_start();
        let after = if rest.starts_with(b"<?") {
            after(rest, b"?>")
        } else if rest.starts_with(b"<!--") {
            after(rest, b"-->")
        } else if rest.get(..9).is_some_and(|start| start.eq_ignore_ascii_case(b"<!DOCTYPE")) {
            after_document_type(rest)
        } else {
            return opens_svg(rest);
        };
        let Some(after) = after else { return false };
        rest = after;
    }
}

fn after<'a>(text: &'a [u8], end: &[u8]) -> Option<&'a [u8]> {
    let at = text.windows(end.len()).position(|window| window == end)?;
    text.get(at + end.len()..)
}

/// A document type may hold declarations between brackets.
fn after_document_type(text: &[u8]) -> Option<&[u8]> {
    let at = text.iter().position(|byte| matches!(byte, b'[' | b'>'))?;
    if text.get(at) == Some(&b'[') { after(after(text, b"]")?, b">") } else { text.get(at + 1..) }
}

fn opens_svg(text: &[u8]) -> bool {
    let Some(tag) = text.strip_prefix(b"<") else { return false };
    let end =
        tag.iter().position(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b'/' | b'>'));
    let name = tag.get(..end.unwrap_or(tag.len())).unwrap_or_default();
    // A prefix may stand before the name.
    end.is_some() && name.rsplit(|byte| *byte == b':').next() == Some(b"svg")
}
