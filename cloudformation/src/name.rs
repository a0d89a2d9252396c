//! Names: of stacks, and of what is in them.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

/// Hexadecimal digits of a content's hash in a name: of a few thousand objects two have the same
/// with a chance of one in a thousand, and then they are of one kind only with luck; CloudFormation
/// would refuse the second.
const HASH_DIGITS: usize = 8;

/// A short name of a content.
pub(crate) fn hash(content: &[u8]) -> String {
    let digest = Sha256::digest(content);
    digest.iter().take(HASH_DIGITS / 2).fold(String::new(), |mut text, byte| {
        // Writing to a String does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A name of at most `limit` characters: a longer one ends in the hash of what it was.
pub(crate) fn at_most(name: &str, limit: usize) -> String {
    if name.len() <= limit {
        return name.to_owned();
    }
    let kept: String = name.chars().take(limit - HASH_DIGITS - 1).collect();
    format!("{kept}-{}", hash(name.as_bytes()))
}

/// A name of a resource in its template, which may have letters and digits alone:
/// `image-variants` as `ImageVariants`.
pub(crate) fn logical(name: &str) -> String {
    name.split(|c: char| !c.is_ascii_alphanumeric())
        .map(|word| {
            let (first, rest) = word.split_at(word.len().min(1));
            first.to_ascii_uppercase() + rest
        })
        .collect()
}

/// The letters of a copy of a shared object: a, b, … z, aa, ab, …
pub(crate) fn letters(mut number: u32) -> String {
    let mut letters = Vec::new();
    loop {
        letters.push(b'a' + u8::try_from(number % 26).unwrap_or_default());
        if number < 26 {
            break;
        }
        number = number / 26 - 1;
    }
    letters.iter().rev().copied().map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_are_counted_in_letters() {
        for (number, want) in
            [(0, "a"), (25, "z"), (26, "aa"), (27, "ab"), (701, "zz"), (702, "aaa")]
        {
            assert_eq!(letters(number), want, "{number}");
        }
    }

    #[test]
    fn a_long_name_keeps_its_beginning_and_its_difference() {
        assert_eq!(at_most("aurora", 20), "aurora");
        let long = at_most("a-name-that-is-too-long-for-it", 20);
        assert_eq!(long.len(), 20);
        assert!(long.starts_with("a-name-that-"), "{long}");
        assert_ne!(long, at_most("a-name-that-is-too-long-for-us", 20));
    }

    #[test]
    fn logical_names_have_letters_and_digits() {
        for (name, want) in [("default", "Default"), ("photo-eu_2", "PhotoEu2"), ("", "")] {
            assert_eq!(logical(name), want, "{name}");
        }
    }
}
