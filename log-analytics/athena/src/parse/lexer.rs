//! A statement of Hive's in pieces.

use super::DdlError;

/// A piece, and the line that it begins in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) line: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// A word or number without quotes.
    Word(String),
    /// A name in backticks.
    Name(String),
    /// A text in quotes, unescaped.
    Text(String),
    /// One of `( ) , . ; < > : =` or any other character.
    Mark(char),
}

/// Takes a text apart. Comments and white space are gone.
pub(super) fn tokens(sql: &str) -> Result<Vec<Token>, DdlError> {
    let mut lexer = Lexer { rest: sql, line: 1 };
    let mut tokens = Vec::new();
    while let Some(token) = lexer.next()? {
        tokens.push(token);
    }
    Ok(tokens)
}

struct Lexer<'a> {
    rest: &'a str,
    line: usize,
}

impl Lexer<'_> {
    fn next(&mut self) -> Result<Option<Token>, DdlError> {
        self.skip();
        let line = self.line;
        let Some(first) = self.rest.chars().next() else { return Ok(None) };
        let kind = match first {
            '`' => TokenKind::Name(self.quoted('`')?),
            '\'' | '"' => TokenKind::Text(self.quoted(first)?),
            c if is_of_word(c) => {
                let end = self.rest.find(|c| !is_of_word(c)).unwrap_or(self.rest.len());
                TokenKind::Word(self.take(end))
            }
            c => {
                self.take(c.len_utf8());
                TokenKind::Mark(c)
            }
        };
        Ok(Some(Token { kind, line }))
    }

    /// White space and comments.
    fn skip(&mut self) {
        loop {
            let space = self.rest.len() - self.rest.trim_start().len();
            self.take(space);
            let comment = if self.rest.starts_with("--") {
                self.rest.find('\n').unwrap_or(self.rest.len())
            } else if self.rest.starts_with("/*") {
                self.rest.find("*/").map_or(self.rest.len(), |end| end + 2)
            } else {
                return;
            };
            self.take(comment);
        }
    }

    fn take(&mut self, bytes: usize) -> String {
        let (taken, rest) = self.rest.split_at(bytes);
        self.line += taken.matches('\n').count();
        self.rest = rest;
        taken.to_owned()
    }

    /// What stands in quotes; a doubled quote is one, and a backslash takes what follows, but in
    /// names.
    fn quoted(&mut self, quote: char) -> Result<String, DdlError> {
        let line = self.line;
        self.take(1);
        let mut text = String::new();
        loop {
            let mut chars = self.rest.chars();
            let Some(c) = chars.next() else { return Err(DdlError::Unclosed { line, quote }) };
            let next = chars.next();
            if c == quote && next == Some(quote) {
                text.push(quote);
                self.take(2);
            } else if c == quote {
                self.take(1);
                return Ok(text);
            } else if c == '\\' && quote != '`' {
                let Some(escaped) = next else { return Err(DdlError::Unclosed { line, quote }) };
                unescape(escaped, &mut text);
                self.take(1 + escaped.len_utf8());
            } else {
                text.push(c);
                self.take(c.len_utf8());
            }
        }
    }
}

fn unescape(escaped: char, text: &mut String) {
    match escaped {
        't' => text.push('\t'),
        'n' => text.push('\n'),
        'r' => text.push('\r'),
        // Any other keeps its backslash where it is no quote: a regular expression's.
        '\'' | '"' | '\\' => text.push(escaped),
        other => text.extend(['\\', other]),
    }
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '$' | '-' | '/')
}
