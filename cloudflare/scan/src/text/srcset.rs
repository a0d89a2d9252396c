//! `srcset`, by <https://html.spec.whatwg.org/multipage/images.html#parsing-a-srcset-attribute>.

/// The URLs of the candidates. A URL may hold commas, but neither begin nor end with one.
pub(super) fn urls(value: &str) -> Vec<&str> {
    let mut urls = Vec::new();
    let mut rest = value;
    loop {
        rest = rest.trim_start_matches(|it: char| it.is_ascii_whitespace() || it == ',');
        if rest.is_empty() {
            return urls;
        }
        let end = rest.find(|it: char| it.is_ascii_whitespace()).unwrap_or(rest.len());
        let (url, after) = rest.split_at(end);
        urls.push(url.trim_end_matches(','));
        rest = if url.ends_with(',') { after } else { after_descriptors(after) };
    }
}

/// What follows the comma that ends a candidate's descriptors; one in parentheses does not.
fn after_descriptors(text: &str) -> &str {
    let mut depth = 0_usize;
    for (at, character) in text.char_indices() {
        match character {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => return &text[at..],
            _ => {}
        }
    }
    ""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn candidates_are_split() {
        for (value, want) in [
            ("a.jpg 1x, b.jpg 2x", vec!["a.jpg", "b.jpg"]),
            ("/w=1,h=2/a.jpg 100w,/w=2/a.jpg 200w", vec!["/w=1,h=2/a.jpg", "/w=2/a.jpg"]),
            ("a.jpg, b.jpg 2x", vec!["a.jpg", "b.jpg"]),
            (" , a.jpg x(1,2) , b.jpg", vec!["a.jpg", "b.jpg"]),
            ("", vec![]),
        ] {
            assert_eq!(urls(value), want, "{value}");
        }
    }
}
