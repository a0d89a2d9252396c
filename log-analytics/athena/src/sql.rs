//! As much of SQL as it takes to know where a statement begins and where its `?` stand.

/// A piece of a statement that is neither text nor comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    /// A word or number.
    Word(&'a str),
    /// Any other character.
    Mark(char),
}

/// The words and marks, without texts, quoted names and comments.
pub(crate) fn pieces(statement: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = statement;
    std::iter::from_fn(move || {
        loop {
            rest = after_comments(rest);
            let first = rest.chars().next()?;
            if matches!(first, '\'' | '"') {
                let end = rest[1..].find(first).map_or(rest.len(), |end| end + 2);
                rest = &rest[end..];
                continue;
            }
            let word = first_word(rest);
            rest = &rest[word.len()..];
            let is_word = first.is_alphanumeric() || first == '_';
            return Some(if is_word { Piece::Word(word) } else { Piece::Mark(first) });
        }
    })
}

/// What follows white space and comments.
pub(crate) fn after_comments(statement: &str) -> &str {
    let mut rest = statement.trim_start();
    loop {
        let end = if rest.starts_with("--") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else {
            return rest;
        };
        rest = rest[end..].trim_start();
    }
}

/// The word that a text begins with, or its first character.
pub(crate) fn first_word(text: &str) -> &str {
    let is_of_word = |c: char| c.is_alphanumeric() || c == '_';
    let end = text.find(|c| !is_of_word(c)).unwrap_or(text.len());
    let first = text.chars().next().map_or(0, char::len_utf8);
    &text[..end.max(first)]
}
