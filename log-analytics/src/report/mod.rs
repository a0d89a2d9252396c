//! A report: a file of SQL, with a header of comments that says what it is.
//!
//! ```sql
//! -- title: Traffic over time
//! -- about: Requests and bytes of each hour, day or minute.
//! -- param: step text = hour; minute, hour or day
//! -- param: from timestamp = 1970-01-01 00:00:00; from when on
//! -- binds: step, from
//! -- unit: bytes = bytes
//! -- chart: line step requests
//! -- advice: A step down to nothing is an outage, or logs that did not arrive.
//! SELECT date_trunc(?, ts) AS step, count(*) AS requests FROM requests WHERE ts >= ? GROUP BY 1
//! ```
//!
//! The SQL is Trino's, which is Athena's; its `?` are bound in the order of `binds`. The same text
//! runs on the embedded engine.

mod header;
mod value;

use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::tokenizer::{Token, Tokenizer};

pub(crate) use value::moment;
pub use value::{Parameter, ParameterKind, Value};

/// The reports that come along, by name.
pub const BUILT_IN: &[(&str, &str)] = &[
    ("anomalies", include_str!("../../reports/anomalies.sql")),
    ("attacks", include_str!("../../reports/attacks.sql")),
    ("availability", include_str!("../../reports/availability.sql")),
    ("bots", include_str!("../../reports/bots.sql")),
    ("busy-hours", include_str!("../../reports/busy-hours.sql")),
    ("cache", include_str!("../../reports/cache.sql")),
    ("cache-paths", include_str!("../../reports/cache-paths.sql")),
    ("completeness", include_str!("../../reports/completeness.sql")),
    ("cost", include_str!("../../reports/cost.sql")),
    ("errors", include_str!("../../reports/errors.sql")),
    ("errors-hourly", include_str!("../../reports/errors-hourly.sql")),
    ("fragmentation", include_str!("../../reports/fragmentation.sql")),
    ("hotlinks", include_str!("../../reports/hotlinks.sql")),
    ("image-savings", include_str!("../../reports/image-savings.sql")),
    ("images", include_str!("../../reports/images.sql")),
    ("latency", include_str!("../../reports/latency.sql")),
    ("latency-countries", include_str!("../../reports/latency-countries.sql")),
    ("latency-pops", include_str!("../../reports/latency-pops.sql")),
    ("misses", include_str!("../../reports/misses.sql")),
    ("missing-images", include_str!("../../reports/missing-images.sql")),
    ("negotiation", include_str!("../../reports/negotiation.sql")),
    ("oversize", include_str!("../../reports/oversize.sql")),
    ("pops", include_str!("../../reports/pops.sql")),
    ("protocols", include_str!("../../reports/protocols.sql")),
    ("referrers", include_str!("../../reports/referrers.sql")),
    ("sale", include_str!("../../reports/sale.sql")),
    ("sites", include_str!("../../reports/sites.sql")),
    ("top", include_str!("../../reports/top.sql")),
    ("traffic", include_str!("../../reports/traffic.sql")),
    ("traffic-daily", include_str!("../../reports/traffic-daily.sql")),
    ("traffic-regions", include_str!("../../reports/traffic-regions.sql")),
    ("warm", include_str!("../../reports/warm.sql")),
];

/// The table of what functions logged of pictures, which the embedded engine alone has.
pub(crate) const IMAGES_MADE: &str = "images_made";

/// Whether SQL reads the table `images_made`, which the embedded engine alone has.
pub fn reads_images_made(sql: &str) -> bool {
    let is_name = |token: Token| matches!(token, Token::Word(word) if word.value.eq_ignore_ascii_case(IMAGES_MADE));
    let tokens = Tokenizer::new(&GenericDialect {}, sql).with_unescape(false).tokenize();
    tokens.is_ok_and(|tokens| tokens.into_iter().any(is_name))
}

/// A report.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// Its name, that of the file without `.sql`.
    pub name: String,
    /// What it is, in a few words.
    pub title: String,
    /// What it is, in some sentences.
    pub about: String,
    /// What can be asked for.
    pub parameters: Vec<Parameter>,
    /// The parameters of its `?`, in their order.
    pub binds: Vec<String>,
    /// Units of columns: `bytes`, `seconds`, `percent`, `usd`.
    pub units: Vec<(String, String)>,
    /// Kind and columns of its chart.
    pub chart: Vec<String>,
    /// What to do about a bad figure.
    pub advice: String,
    /// The SQL.
    pub sql: String,
}

/// Why a report cannot be read or run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReportError {
    /// As many `?` as names that are bound to them.
    #[error("{name}: the SQL has {marks} `?`, and `binds` names {binds}")]
    Binds {
        /// The report.
        name: String,
        /// Its `?`.
        marks: usize,
        /// Its names.
        binds: usize,
    },
    /// A line of the header that is none.
    #[error("{name}:{line}: {problem}")]
    Header {
        /// The report.
        name: String,
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        problem: String,
    },
    /// SQL that cannot even be taken apart.
    #[error("{name}: {problem}")]
    Sql {
        /// The report.
        name: String,
        /// What is wrong.
        problem: String,
    },
    /// A parameter that the report does not have.
    #[error("the report `{name}` has no parameter `{parameter}`: it has {known}")]
    Unknown {
        /// The report.
        name: String,
        /// The parameter.
        parameter: String,
        /// Those that it has.
        known: String,
    },
    /// A value that does not fit the parameter.
    #[error("`{value}` is no {kind}: {parameter} of `{name}`")]
    Value {
        /// The report.
        name: String,
        /// The parameter.
        parameter: String,
        /// What it takes.
        kind: &'static str,
        /// What was given.
        value: String,
    },
}

impl Report {
    /// Reads a report file.
    ///
    /// # Errors
    /// Where its header is wrong, or its `?` do not match `binds`.
    pub fn parse(name: &str, text: &str) -> Result<Self, ReportError> {
        let report = header::read(name, text)?;
        let marks = report.tokens()?.iter().filter(|token| is_mark(token)).count();
        if marks != report.binds.len() {
            let (name, binds) = (name.to_owned(), report.binds.len());
            return Err(ReportError::Binds { name, marks, binds });
        }
        Ok(report)
    }

    /// A report that comes along.
    pub fn built_in(name: &str) -> Option<Result<Self, ReportError>> {
        let (name, text) = BUILT_IN.iter().find(|(its, _)| *its == name)?;
        Some(Self::parse(name, text))
    }

    /// The values of its `?`, in their order: those that are given, else the defaults.
    ///
    /// # Errors
    /// Where a name is unknown, or a value does not fit.
    pub fn values(&self, given: &[(String, String)]) -> Result<Vec<Value>, ReportError> {
        for (parameter, _) in given {
            if !self.parameters.iter().any(|its| its.name == *parameter) {
                return Err(self.unknown(parameter));
            }
        }
        self.binds.iter().map(|name| self.value(name, given)).collect()
    }

    fn value(&self, name: &str, given: &[(String, String)]) -> Result<Value, ReportError> {
        let Some(parameter) = self.parameters.iter().find(|its| its.name == name) else {
            return Err(self.unknown(name));
        };
        let text = given.iter().rev().find(|(its, _)| its == name).map(|(_, value)| value);
        let text = text.unwrap_or(&parameter.default);
        parameter.kind.value(text).ok_or_else(|| ReportError::Value {
            name: self.name.clone(),
            parameter: name.to_owned(),
            kind: parameter.kind.name(),
            value: text.clone(),
        })
    }

    fn unknown(&self, parameter: &str) -> ReportError {
        let names: Vec<&str> = self.parameters.iter().map(|it| it.name.as_str()).collect();
        ReportError::Unknown {
            name: self.name.clone(),
            parameter: parameter.to_owned(),
            known: if names.is_empty() { "none".to_owned() } else { names.join(", ") },
        }
    }

    /// The SQL with values in place of its `?`, as literals of Trino's.
    ///
    /// # Errors
    /// As [`Self::values`].
    pub fn bound(&self, given: &[(String, String)]) -> Result<String, ReportError> {
        let mut values = self.values(given)?.into_iter();
        let mut sql = String::new();
        for token in self.tokens()? {
            match if is_mark(&token) { values.next() } else { None } {
                Some(value) => sql.push_str(&value.literal()),
                None => sql.push_str(&token.to_string()),
            }
        }
        Ok(sql)
    }

    /// The SQL in pieces, with all that stands between.
    fn tokens(&self) -> Result<Vec<Token>, ReportError> {
        let tokens = Tokenizer::new(&GenericDialect {}, &self.sql).with_unescape(false).tokenize();
        tokens.map_err(|error| ReportError::Sql {
            name: self.name.clone(),
            problem: error.to_string(),
        })
    }
}

fn is_mark(token: &Token) -> bool {
    matches!(token, Token::Placeholder(mark) if mark == "?")
}
