//! `srcset`: the candidates of a picture (<https://html.spec.whatwg.org/multipage/images.html#srcset-attributes>).

/// The URLs of a `srcset`, in its order. A comma ends a candidate only where a space or the end comes
/// after it, or within its descriptors: URLs of pictures have commas in them.
pub(super) fn candidates(srcset: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = srcset;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == ',');
        if rest.is_empty() {
            return found;
        }
        let end = rest.find(|c: char| c.is_ascii_whitespace()).unwrap_or(rest.len());
        let (url, after) = rest.split_at(end);
        let bare = url.trim_end_matches(',');
        if !bare.is_empty() {
            found.push(bare);
        }
        rest = if bare.len() == url.len() { after_descriptors(after) } else { after };
    }
}

/// What stands after the comma that ends the descriptors; one in parentheses is none.
fn after_descriptors(text: &str) -> &str {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => return &text[at + 1..],
            _ => {}
        }
    }
    ""
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn candidates_are_told_apart_as_browsers_do() {
        for (srcset, want) in [
            ("", vec![]),
            ("a.jpg", vec!["a.jpg"]),
            ("a.jpg 1x, b.jpg 2x", vec!["a.jpg", "b.jpg"]),
            ("a.jpg, b.jpg 2x,", vec!["a.jpg", "b.jpg"]),
            (
                "/cdn-cgi/image/w=1,f=auto/a.jpg 1w,\n /b,c.jpg 2w",
                vec!["/cdn-cgi/image/w=1,f=auto/a.jpg", "/b,c.jpg"],
            ),
            ("a.jpg 1w,b.jpg 2w", vec!["a.jpg", "b.jpg"]),
            ("a.jpg type(x, y) 1w, b.jpg", vec!["a.jpg", "b.jpg"]),
            (" , ,, ", vec![]),
        ] {
            assert_eq!(candidates(srcset), want, "{srcset}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics_and_all_found_stands_in_it(srcset in ".{0,80}") {
            for url in candidates(&srcset) {
                prop_assert!(!url.is_empty() && srcset.contains(url));
            }
        }
    }
}
