//! Athena's CSV: what is a value stands in quotes, what is NULL does not.
//!
//! <https://docs.aws.amazon.com/athena/latest/ug/querying.html>: `"a","",,"say ""hi"""` has a text, an
//! empty text, NULL, and `say "hi"`; a line feed within quotes is part of the value.

/// A row; NULL is `None`.
pub(super) type Row = Vec<Option<String>>;

/// Rows out of pieces that may end anywhere.
#[derive(Debug, Default)]
pub(super) struct Rows {
    place: Place,
    value: Vec<u8>,
    row: Row,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Place {
    /// Before a cell.
    #[default]
    Before,
    /// In one without quotes, which Athena never writes of a value.
    Bare,
    /// Within quotes.
    Quoted,
    /// Behind a quote that ends the cell, or is the first of two.
    AfterQuote,
    /// Behind a carriage return.
    AfterReturn,
}

impl Rows {
    /// Takes a piece; what rows end in it go to `each`.
    pub(super) fn take<E>(
        &mut self,
        piece: &[u8],
        mut each: impl FnMut(Row) -> Result<(), E>,
    ) -> Result<(), E> {
        for byte in piece {
            if let Some(row) = self.byte(*byte) {
                each(row)?;
            }
        }
        Ok(())
    }

    /// The row that no line feed ends; `None` where there is none. An error where a quote is open: the
    /// text is cut off.
    pub(super) fn end(mut self) -> Result<Option<Row>, CutOff> {
        match self.place {
            Place::Quoted => Err(CutOff),
            Place::Before if self.row.is_empty() => Ok(None),
            _ => {
                self.cell();
                Ok(Some(self.row))
            }
        }
    }

    fn byte(&mut self, byte: u8) -> Option<Row> {
        match (self.place, byte) {
            (Place::Quoted, b'"') => self.place = Place::AfterQuote,
            (Place::Quoted, _) => self.value.push(byte),
            (Place::AfterQuote, b'"') => {
                self.value.push(b'"');
                self.place = Place::Quoted;
            }
            (Place::Before, b'"') => self.place = Place::Quoted,
            (_, b',') => self.cell(),
            (_, b'\n') => {
                self.cell();
                return Some(std::mem::take(&mut self.row));
            }
            (Place::Before, b'\r') => self.place = Place::AfterReturn,
            (Place::AfterQuote, b'\r') => {}
            (_, _) => {
                self.place = Place::Bare;
                self.value.push(byte);
            }
        }
        None
    }

    fn cell(&mut self) {
        let value = std::mem::take(&mut self.value);
        let is_null = matches!(self.place, Place::Before | Place::AfterReturn);
        self.row.push((!is_null).then(|| String::from_utf8_lossy(&value).into_owned()));
        self.place = Place::Before;
    }
}

/// The text ends within a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CutOff;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rows(text: &str, piece: usize) -> Result<Vec<Row>, CutOff> {
        let (mut rows, mut found) = (Rows::default(), Vec::new());
        for piece in text.as_bytes().chunks(piece.max(1)) {
            rows.take(piece, |row| {
                found.push(row);
                Ok::<(), CutOff>(())
            })?;
        }
        found.extend(rows.end()?);
        Ok(found)
    }

    fn written(rows: &[Row]) -> String {
        let cell = |cell: &Option<String>| {
            cell.as_ref().map_or(String::new(), |text| format!("\"{}\"", text.replace('"', "\"\"")))
        };
        let line = |row: &Row| row.iter().map(cell).collect::<Vec<_>>().join(",") + "\n";
        rows.iter().map(line).collect()
    }

    #[test]
    fn nothing_is_not_an_empty_text() {
        let some = |text: &str| Some(text.to_owned());
        for (text, want) in [
            ("", vec![]),
            ("\"a\",\"\",,\"b\"\n", vec![vec![some("a"), some(""), None, some("b")]]),
            ("\"say \"\"hi\"\"\"\n", vec![vec![some("say \"hi\"")]]),
            ("\"\"\"\"\n", vec![vec![some("\"")]]),
            ("\"a\nb\",\n", vec![vec![some("a\nb"), None]]),
            // A table of one column has lines with nothing on them.
            ("\"n\"\n\n\"2\"\n", vec![vec![some("n")], vec![None], vec![some("2")]]),
            ("\"a\"\r\n\"b\"", vec![vec![some("a")], vec![some("b")]]),
            ("1,x\n", vec![vec![some("1"), some("x")]]),
        ] {
            for piece in [1, 2, 1000] {
                assert_eq!(rows(text, piece), Ok(want.clone()), "{text:?} by {piece}");
            }
        }
        assert_eq!(rows("\"a\n", 3), Err(CutOff));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(
            rows_in in proptest::collection::vec(
                proptest::collection::vec(proptest::option::of("[a\"\n\r,é ]{0,6}"), 3), 0..5),
            piece in 1_usize..9,
        ) {
            prop_assert_eq!(rows(&written(&rows_in), piece), Ok(rows_in));
        }
    }
}
