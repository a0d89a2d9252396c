//! `CREATE EXTERNAL TABLE` as people have it: Athena's own words of it, in any order of its clauses.
//!
//! <https://docs.aws.amazon.com/athena/latest/ug/create-table.html>

mod lexer;

use std::collections::BTreeMap;

use crate::table::{LAZY_SIMPLE, SerDe, Table, TableColumn};
use lexer::{Token, TokenKind, tokens};

/// Why a text is no statement that makes a table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DdlError {
    /// Something else stands where something is needed.
    #[error("line {line}: `{found}` where {wanted} is needed")]
    Unexpected {
        /// The line, from 1.
        line: usize,
        /// What stands there; `the end` at the end.
        found: String,
        /// What is needed.
        wanted: &'static str,
    },
    /// A quote that nothing closes.
    #[error("line {line}: {quote} is not closed")]
    Unclosed {
        /// The line, from 1.
        line: usize,
        /// The quote.
        quote: char,
    },
}

/// Reads a statement `CREATE EXTERNAL TABLE`, as it was written or as `SHOW CREATE TABLE` gives it.
///
/// # Errors
/// [`DdlError`], with the line.
pub fn parse_table(sql: &str) -> Result<Table, DdlError> {
    let tokens = tokens(sql)?;
    let mut parser = Parser { tokens: &tokens, at: 0 };
    parser.table()
}

/// Reads the tables of a file of statements; statements that make something else are passed over.
///
/// # Errors
/// [`DdlError`], with the line.
pub fn parse_tables(sql: &str) -> Result<Vec<Table>, DdlError> {
    let tokens = tokens(sql)?;
    let statements = tokens.split(|token| token.kind == TokenKind::Mark(';'));
    let makes_a_table = |tokens: &&[Token]| {
        let mut parser = Parser { tokens, at: 0 };
        parser.is_next(&["CREATE", "EXTERNAL", "TABLE"]) || parser.is_next(&["CREATE", "TABLE"])
    };
    statements.filter(makes_a_table).map(|tokens| Parser { tokens, at: 0 }.table()).collect()
}

struct Parser<'a> {
    tokens: &'a [Token],
    at: usize,
}

type Parsed<T> = Result<T, DdlError>;

impl Parser<'_> {
    fn table(&mut self) -> Parsed<Table> {
        self.words(&["CREATE"], "CREATE EXTERNAL TABLE")?;
        let is_external = self.is_next(&["EXTERNAL"]);
        self.words(&["TABLE"], "TABLE")?;
        self.is_next(&["IF", "NOT", "EXISTS"]);
        let mut name = self.name()?;
        while self.mark('.') {
            name = self.name()?;
        }
        let mut table = Table {
            name: name.to_lowercase(),
            table_type: "EXTERNAL_TABLE".to_owned(),
            ..Table::default()
        };
        if is_external {
            table.parameters.insert("EXTERNAL".to_owned(), "TRUE".to_owned());
        }
        table.storage_descriptor.columns = self.columns()?;
        while self.at < self.tokens.len() && !self.mark(';') {
            self.clause(&mut table)?;
        }
        Ok(table)
    }

    fn clause(&mut self, table: &mut Table) -> Parsed<()> {
        let storage = &mut table.storage_descriptor;
        if self.is_next(&["COMMENT"]) {
            table.description = Some(self.text()?);
        } else if self.is_next(&["PARTITIONED", "BY"]) {
            table.partition_keys = self.columns()?;
        } else if self.is_next(&["ROW", "FORMAT", "SERDE"]) {
            storage.serde.serialization_library = Some(self.text()?);
        } else if self.is_next(&["WITH", "SERDEPROPERTIES"]) {
            storage.serde.parameters = self.properties()?;
        } else if self.is_next(&["ROW", "FORMAT", "DELIMITED"]) {
            storage.serde = self.delimited()?;
        } else if self.is_next(&["STORED", "AS", "INPUTFORMAT"]) {
            storage.input_format = Some(self.text()?);
        } else if self.is_next(&["OUTPUTFORMAT"]) {
            storage.output_format = Some(self.text()?);
        } else if self.is_next(&["STORED", "AS"]) {
            stored_as(&self.name()?, table);
        } else if self.is_next(&["LOCATION"]) {
            storage.location = Some(self.text()?);
        } else if self.is_next(&["TBLPROPERTIES"]) {
            table.parameters.extend(self.properties()?);
        } else {
            return Err(self.unexpected("a clause such as PARTITIONED BY, LOCATION, TBLPROPERTIES"));
        }
        Ok(())
    }

    /// `( name type [COMMENT 'text'], … )`
    fn columns(&mut self) -> Parsed<Vec<TableColumn>> {
        self.needs('(')?;
        let mut columns = Vec::new();
        loop {
            let name = self.name()?.to_lowercase();
            let kind = self.kind()?;
            columns.push(TableColumn { name, kind });
            if self.is_next(&["COMMENT"]) {
                self.text()?;
            }
            if self.mark(')') {
                return Ok(columns);
            }
            self.needs(',')?;
        }
    }

    /// A type, with what it is made of: `array<struct<a:int,b:string>>`, `decimal(10,2)`.
    fn kind(&mut self) -> Parsed<String> {
        let mut kind = self.name()?.to_lowercase();
        let mut depth = 0_usize;
        while let Some(token) = self.tokens.get(self.at) {
            match &token.kind {
                TokenKind::Mark(open @ ('<' | '(')) => {
                    depth += 1;
                    kind.push(*open);
                }
                TokenKind::Mark(close @ ('>' | ')')) if depth > 0 => {
                    depth -= 1;
                    kind.push(*close);
                }
                TokenKind::Mark(other) if depth > 0 => kind.push(*other),
                TokenKind::Word(word) | TokenKind::Name(word) if depth > 0 => {
                    kind.push_str(&word.to_lowercase());
                }
                _ => break,
            }
            self.at += 1;
        }
        Ok(kind)
    }

    fn delimited(&mut self) -> Parsed<SerDe> {
        let mut parameters = BTreeMap::new();
        let named = [
            (&["FIELDS", "TERMINATED", "BY"][..], &["field.delim", "serialization.format"][..]),
            (&["ESCAPED", "BY"][..], &["escape.delim"][..]),
            (&["LINES", "TERMINATED", "BY"][..], &["line.delim"][..]),
            (&["COLLECTION", "ITEMS", "TERMINATED", "BY"][..], &["collection.delim"][..]),
            (&["MAP", "KEYS", "TERMINATED", "BY"][..], &["mapkey.delim"][..]),
            (&["NULL", "DEFINED", "AS"][..], &["serialization.null.format"][..]),
        ];
        while let Some((_, keys)) = named.iter().find(|(words, _)| self.is_next(words)) {
            let text = self.text()?;
            parameters.extend(keys.iter().map(|key| ((*key).to_owned(), text.clone())));
        }
        Ok(SerDe { serialization_library: Some(LAZY_SIMPLE.to_owned()), parameters })
    }

    /// `( 'key' = 'value', … )`
    fn properties(&mut self) -> Parsed<BTreeMap<String, String>> {
        self.needs('(')?;
        let mut properties = BTreeMap::new();
        while !self.mark(')') {
            let key = self.text()?;
            self.needs('=')?;
            properties.insert(key, self.text()?);
            // The documentation's own examples have a comma behind the last.
            if !self.mark(',') && !matches!(self.kind_at(), Some(TokenKind::Mark(')'))) {
                return Err(self.unexpected("`,` or `)`"));
            }
        }
        Ok(properties)
    }

    fn kind_at(&self) -> Option<&TokenKind> {
        self.tokens.get(self.at).map(|token| &token.kind)
    }

    /// Takes these words, in any letters, where they are next.
    fn is_next(&mut self, words: &[&str]) -> bool {
        let there = self.tokens.get(self.at..).unwrap_or_default();
        let is = |(token, word): (&Token, &&str)| matches!(&token.kind, TokenKind::Word(its) if its.eq_ignore_ascii_case(word));
        let all = there.len() >= words.len() && there.iter().zip(words).all(is);
        self.at += if all { words.len() } else { 0 };
        all
    }

    fn words(&mut self, words: &[&str], wanted: &'static str) -> Parsed<()> {
        if self.is_next(words) { Ok(()) } else { Err(self.unexpected(wanted)) }
    }

    fn mark(&mut self, mark: char) -> bool {
        let is = self.kind_at() == Some(&TokenKind::Mark(mark));
        self.at += usize::from(is);
        is
    }

    fn needs(&mut self, mark: char) -> Parsed<()> {
        if self.mark(mark) {
            return Ok(());
        }
        Err(self.unexpected(match mark {
            '(' => "`(`",
            ',' => "`,` or `)`",
            _ => "`=`",
        }))
    }

    /// A name or a word.
    fn name(&mut self) -> Parsed<String> {
        match self.kind_at() {
            Some(TokenKind::Name(name) | TokenKind::Word(name)) => {
                let name = name.clone();
                self.at += 1;
                Ok(name)
            }
            _ => Err(self.unexpected("a name")),
        }
    }

    fn text(&mut self) -> Parsed<String> {
        match self.kind_at() {
            Some(TokenKind::Text(text)) => {
                let text = text.clone();
                self.at += 1;
                Ok(text)
            }
            _ => Err(self.unexpected("a text in quotes")),
        }
    }

    fn unexpected(&self, wanted: &'static str) -> DdlError {
        let last = self.tokens.last().map_or(1, |token| token.line);
        let (line, found) = match self.tokens.get(self.at) {
            None => (last, "the end".to_owned()),
            Some(Token { kind, line }) => (
                *line,
                match kind {
                    TokenKind::Word(text) | TokenKind::Name(text) | TokenKind::Text(text) => {
                        text.clone()
                    }
                    TokenKind::Mark(mark) => mark.to_string(),
                },
            ),
        };
        DdlError::Unexpected { line, found, wanted }
    }
}

/// What a word stands for, of those that are found above logs.
fn stored_as(word: &str, table: &mut Table) {
    use crate::table::Storage;
    let columns = std::mem::take(&mut table.storage_descriptor.columns);
    let location = table.storage_descriptor.location.take().unwrap_or_default();
    let serde = std::mem::take(&mut table.storage_descriptor.serde);
    let mut storage = if word.eq_ignore_ascii_case("PARQUET") {
        Storage::parquet(columns, location)
    } else {
        Storage::text(columns, location, serde)
    };
    storage.location = storage.location.filter(|location| !location.is_empty());
    table.storage_descriptor = storage;
}
