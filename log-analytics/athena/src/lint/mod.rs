//! What is wrong with tables over CDN logs that are there already: mistakes that give no error but
//! too few rows, or false ones. Several of them are in examples that are copied everywhere.
//!
//! ```text
//! Table, today -> RULES -> Finding      what, why, and the line that mends it
//! Table, keys  -> no_rows               why a question finds nothing
//! ```

mod empty;
mod paths;
mod projection;
mod reading;

use jiff::civil::Date;
use serde::Serialize;

pub use empty::{Emptiness, no_rows};

use crate::table::Table;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Answers are false, or will be: rows are missing, or columns are those of others.
    Wrong,
    /// Answers are right, but slow or dear, or only by luck.
    Advice,
}

/// A mistake that is looked for.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Its name.
    pub name: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What it looks for.
    pub finds: &'static str,
    /// Why that is one.
    pub why: &'static str,
    check: fn(&Subject<'_>) -> Vec<Problem>,
}

/// A mistake that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The table.
    pub table: String,
    /// The rule's name.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What stands there.
    pub what: String,
    /// Why that is wrong.
    pub why: &'static str,
    /// What should stand there, as a line of the statement; `None` where it is to be left out.
    pub mend: Option<String>,
}

/// A table that is looked at.
#[derive(Clone, Copy, Debug)]
struct Subject<'a> {
    table: &'a Table,
    today: Date,
}

/// What stands there, and what should.
#[derive(Clone, Debug)]
struct Problem {
    what: String,
    mend: Option<String>,
}

/// The mistakes that are known.
pub const RULES: &[Rule] = &[
    projection::PART_RANGE,
    projection::RANGE_ENDED,
    projection::RANGE_ENDS_SOON,
    projection::KEY_WITHOUT_PROJECTION,
    projection::PROJECTION_OF_NO_KEY,
    projection::PROJECTION_OFF,
    projection::INTERVAL,
    projection::DIGITS,
    projection::ENUM_SPACE,
    projection::PARTITION_TYPE,
    paths::LOCATION_SLASH,
    paths::TEMPLATE_SLASH,
    paths::TEMPLATE_KEYS,
    paths::HIVE_TEMPLATE,
    reading::HEADER_SKIP,
    reading::QUOTES,
    reading::ESCAPE,
    reading::DELIMITER,
    reading::STRAY_QUOTE,
    reading::COLUMN_ORDER,
    reading::COLUMN_TYPE,
    reading::JSON_NAMES,
];

/// Looks for every mistake that is known. Of a view there is nothing to say: Athena ignores its
/// properties.
pub fn lint(table: &Table, today: Date) -> Vec<Finding> {
    if table.is_view() {
        return Vec::new();
    }
    let subject = Subject { table, today };
    let found = |rule: &Rule| {
        let rule = *rule;
        (rule.check)(&subject).into_iter().map(move |problem| rule.finding(table, problem))
    };
    RULES.iter().flat_map(found).collect()
}

impl Rule {
    fn finding(&self, table: &Table, Problem { what, mend }: Problem) -> Finding {
        let Self { name: rule, severity, why, .. } = *self;
        Finding { table: table.name.clone(), rule, severity, what, why, mend }
    }
}

impl Problem {
    /// A property that should read otherwise.
    fn property(key: &str, there: &str, wanted: &str) -> Self {
        let line = |value: &str| crate::statement::property((&key.to_owned(), &value.to_owned()));
        Self { what: line(there), mend: Some(line(wanted)) }
    }

    /// A property that should be there.
    fn missing(key: &str, wanted: &str) -> Self {
        let line = crate::statement::property((&key.to_owned(), &wanted.to_owned()));
        Self { what: format!("there is no '{key}'"), mend: Some(line) }
    }

    /// A property that should not be there.
    fn needless(key: &str, there: &str) -> Self {
        let line = crate::statement::property((&key.to_owned(), &there.to_owned()));
        Self { what: line, mend: None }
    }
}

impl Subject<'_> {
    fn property(&self, key: &str) -> Option<&str> {
        self.table.property(key)
    }

    /// What a partition column's projection says of it.
    fn projected(&self, key: &str, what: &str) -> Option<&str> {
        self.property(&format!("projection.{key}.{what}")).map(str::trim)
    }

    /// Its kind in small letters.
    fn projection_type(&self, key: &str) -> Option<String> {
        self.projected(key, "type").map(str::to_ascii_lowercase)
    }

    fn is_projected(&self) -> bool {
        self.property("projection.enabled").is_some_and(|it| it.trim().eq_ignore_ascii_case("true"))
    }

    fn keys(&self) -> impl Iterator<Item = &str> {
        self.table.partition_keys.iter().map(|key| key.name.as_str())
    }

    /// Whether the class that reads it ends so.
    fn is_read_by(&self, class: &str) -> bool {
        let library = self.table.storage_descriptor.serde.serialization_library.as_deref();
        // Nobody named one: Hive's default.
        library.unwrap_or(crate::table::LAZY_SIMPLE).ends_with(class)
    }

    /// Whether it is text with a delimiter, whatever reads it.
    fn is_delimited(&self) -> bool {
        self.is_read_by("LazySimpleSerDe") || self.is_read_by("OpenCSVSerde")
    }

    /// Whether its columns are those of CDN logs: other tables of a database are let alone.
    fn is_of_logs(&self) -> bool {
        let known = self.table.storage_descriptor.columns.iter().filter(|column| {
            let name = crate::columns::column_name(&column.name);
            name.starts_with("x_edge_") || name.starts_with("cs_") || name.starts_with("sc_")
        });
        known.count() >= 3
    }

    /// Whether its columns are those of real-time logs, which standard logs do not have.
    fn is_real_time(&self) -> bool {
        let columns = &self.table.storage_descriptor.columns;
        columns.iter().any(|column| {
            let name = crate::columns::column_name(&column.name);
            matches!(name.as_str(), "s_ip" | "c_ip_version" | "cs_headers" | "cs_header_names")
        })
    }
}
