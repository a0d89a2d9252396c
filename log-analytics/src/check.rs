//! `availability >= 99.9`: what every row of an answer has to hold, for whoever asks from a script.

use std::fmt;
use std::str::FromStr;

use arrow_schema::ArrowError;

use crate::local::Answer;
use crate::render::cells::{self, Cells, printable};
use crate::report::Report;

/// Conditions that all rows have to hold, joined by `and`.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    terms: Vec<Term>,
}

/// A column, a comparison and a number.
#[derive(Clone, Debug, PartialEq)]
struct Term {
    column: String,
    comparison: Comparison,
    bound: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comparison {
    Less,
    AtMost,
    More,
    AtLeast,
    Equal,
    NotEqual,
}

/// All comparisons as they are written; one that another begins with stands behind it.
const COMPARISONS: [(&str, Comparison); 6] = [
    ("<=", Comparison::AtMost),
    (">=", Comparison::AtLeast),
    ("!=", Comparison::NotEqual),
    ("<", Comparison::Less),
    (">", Comparison::More),
    ("=", Comparison::Equal),
];

/// Why nothing can be checked.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// A cell that is no text.
    #[error(transparent)]
    Cells(#[from] ArrowError),
    /// A column that the answer does not have.
    #[error("the answer has no column `{column}` to check: it has {known}")]
    Column {
        /// The column.
        column: String,
        /// Those of numbers that it has.
        known: String,
    },
    /// A text that is no condition.
    #[error("`{0}` is no condition: write `column >= number`, several joined by `and`")]
    Form(String),
}

/// What came of a check.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Rows that were looked at.
    pub rows: usize,
    /// What is wrong with those that do not hold, a line for each.
    pub failures: Vec<String>,
}

impl Verdict {
    /// Whether all rows hold, and there is one.
    pub fn holds(&self) -> bool {
        self.rows > 0 && self.failures.is_empty()
    }
}

impl FromStr for Check {
    type Err = CheckError;

    fn from_str(text: &str) -> Result<Self, CheckError> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let terms = words.split(|word| word.eq_ignore_ascii_case("and")).map(|words| {
            let term = words.join(" ");
            Term::of(&term).ok_or(CheckError::Form(term))
        });
        Ok(Self { terms: terms.collect::<Result<_, _>>()? })
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let terms: Vec<String> = self.terms.iter().map(ToString::to_string).collect();
        f.write_str(&terms.join(" and "))
    }
}

impl Check {
    /// Looks at every row. A cell that is NULL does not hold: what is not known is not good.
    ///
    /// # Errors
    /// Where a column is not there.
    pub fn verdict(&self, report: &Report, answer: &Answer) -> Result<Verdict, CheckError> {
        let cells = cells::of(report, answer)?;
        let places = self.terms.iter().map(|term| Ok((term, term.place(&cells)?)));
        let places: Vec<(&Term, usize)> = places.collect::<Result<_, CheckError>>()?;
        let failures = cells.rows.iter().filter_map(|row| {
            let failed = places.iter().filter(|(term, place)| !term.holds(row[*place].as_deref()));
            let failed: Vec<String> =
                failed.map(|(term, place)| term.failure(row[*place].as_deref())).collect();
            (!failed.is_empty()).then(|| format!("{}{}", row_name(&cells, row), failed.join(", ")))
        });
        Ok(Verdict { rows: cells.rows.len(), failures: failures.collect() })
    }
}

/// `site www.a.example: `, of the columns before the first number that are no numbers.
fn row_name(cells: &Cells, row: &[Option<String>]) -> String {
    let named = cells.heads.iter().zip(row).take_while(|(head, _)| !head.is_number);
    let named = named.map(|(head, cell)| {
        format!("{} {}", head.name, cell.as_deref().map_or_else(|| "NULL".to_owned(), printable))
    });
    let name = named.collect::<Vec<_>>().join(", ");
    if name.is_empty() { name } else { format!("{name}: ") }
}

impl Term {
    fn of(text: &str) -> Option<Self> {
        let (at, (sign, comparison)) = COMPARISONS
            .into_iter()
            .filter_map(|it| Some((text.find(it.0)?, it)))
            .min_by_key(|(at, (sign, _))| (*at, std::cmp::Reverse(sign.len())))?;
        let column = text[..at].trim();
        let bound = text[at + sign.len()..].trim().trim_end_matches('%').trim();
        let bound = bound.parse().ok().filter(|it: &f64| it.is_finite())?;
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        (!column.is_empty() && column.chars().all(is_name)).then(|| Self {
            column: column.to_owned(),
            comparison,
            bound,
        })
    }

    fn place(&self, cells: &Cells) -> Result<usize, CheckError> {
        let numbers = cells.heads.iter().enumerate().filter(|(_, head)| head.is_number);
        let numbers: Vec<(usize, &str)> = numbers.map(|(at, it)| (at, it.name.as_str())).collect();
        let place = numbers.iter().find(|(_, name)| *name == self.column).map(|(at, _)| *at);
        place.ok_or_else(|| CheckError::Column {
            column: self.column.clone(),
            known: numbers.iter().map(|(_, name)| *name).collect::<Vec<_>>().join(", "),
        })
    }

    #[expect(clippy::float_cmp, reason = "what is written as equal is meant to be equal")]
    fn holds(&self, cell: Option<&str>) -> bool {
        let Some(value) = cell.and_then(|cell| cell.parse::<f64>().ok()) else { return false };
        match self.comparison {
            Comparison::Less => value < self.bound,
            Comparison::AtMost => value <= self.bound,
            Comparison::More => value > self.bound,
            Comparison::AtLeast => value >= self.bound,
            Comparison::Equal => value == self.bound,
            Comparison::NotEqual => value != self.bound,
        }
    }

    fn failure(&self, cell: Option<&str>) -> String {
        let value = cell.unwrap_or("NULL");
        format!("{} is {value}, not {} {}", self.column, self.comparison.sign(), self.bound)
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.column, self.comparison.sign(), self.bound)
    }
}

impl Comparison {
    fn sign(self) -> &'static str {
        COMPARISONS.iter().find(|(_, its)| *its == self).map_or("", |(sign, _)| sign)
    }
}
