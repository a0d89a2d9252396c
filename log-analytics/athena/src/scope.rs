//! A question about a period, said so that Athena reads the folders of that period alone.
//!
//! Reports ask for `ts`, from which no engine knows folders. What they call `requests` becomes a
//! subquery of that name with a condition on the folders; their own text stays as it is.

use jiff::civil::DateTime;
use jiff::{ToSpan as _, Unit};
use log_reader::REQUESTS;

use crate::date_path::DatePath;
use crate::raw::DATE;
use crate::sql::{self, Piece};

/// A period; an end that is missing is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Period {
    /// From when on, UTC.
    pub from: Option<DateTime>,
    /// Up to when, UTC, exclusive.
    pub to: Option<DateTime>,
}

/// The view that stands for `requests`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The database.
    pub database: String,
    /// The view's name.
    pub view: String,
    /// How the folders of raw logs are named, where the view has the column of them.
    pub path: Option<DatePath>,
}

/// The statement with `requests` standing for the rows of the view within the period. What is no
/// SELECT (`DESCRIBE`, `SHOW`) stays as it is.
pub fn scoped(statement: &str, source: &Source, period: &Period) -> String {
    let body = sql::after_comments(statement);
    let word = sql::first_word(body);
    let requests = source.requests(period);
    match word.to_ascii_uppercase().as_str() {
        "SELECT" | "(" | "VALUES" | "TABLE" => format!("WITH requests AS ({requests})\n{body}"),
        "WITH" => {
            let rest = body[word.len()..].trim_start();
            let next = sql::first_word(rest);
            let is_recursive = next.eq_ignore_ascii_case("RECURSIVE");
            let (keyword, rest) =
                if is_recursive { ("WITH RECURSIVE", &rest[next.len()..]) } else { ("WITH", rest) };
            format!("{keyword} requests AS ({requests}),\n{}", rest.trim_start())
        }
        _ => statement.to_owned(),
    }
}

impl Source {
    fn requests(&self, period: &Period) -> String {
        let columns: Vec<String> = REQUESTS.iter().map(|it| format!("\"{}\"", it.name)).collect();
        let conditions = self.conditions(period);
        let of_period = if conditions.is_empty() {
            String::new()
        } else {
            format!("\n  WHERE {}", conditions.join(" AND "))
        };
        format!(
            "\n  SELECT {}\n  FROM \"{}\".\"{}\"{of_period}\n",
            columns.join(", "),
            self.database,
            self.view
        )
    }

    /// Conditions on days, and on folders of raw logs.
    fn conditions(&self, period: &Period) -> Vec<String> {
        let days = DatePath::days();
        let mut conditions = Vec::new();
        let mut add = |column: &str, sign: &str, value: String| {
            conditions.push(format!("\"{column}\" {sign} '{value}'"));
        };
        if let Some(from) = period.from {
            add("day", ">=", days.folder(from));
        }
        if let Some(to) = period.last() {
            add("day", "<=", days.folder(to));
        }
        if let Some(path) = &self.path {
            let (from, to) = period.folders();
            if let Some(from) = from {
                add(DATE, ">=", path.folder(from));
            }
            if let Some(to) = to {
                add(DATE, "<=", path.folder(to));
            }
        }
        conditions
    }
}

impl Period {
    /// The last moment that is in it.
    pub(crate) fn last(&self) -> Option<DateTime> {
        self.to.map(|to| to.saturating_sub(1.millisecond()))
    }

    /// The first and the last hour whose raw files may have rows of the period: a row is in the file
    /// of its hour, or of one beside it.
    pub(crate) fn folders(&self) -> (Option<DateTime>, Option<DateTime>) {
        let hour = |at: DateTime| {
            at.round(
                jiff::civil::DateTimeRound::new().smallest(Unit::Hour).mode(jiff::RoundMode::Floor),
            )
            .unwrap_or(at)
        };
        let from = self.from.map(|from| hour(from).saturating_sub(1.hour()));
        let to = self.last().map(|to| hour(to).saturating_add(1.hour()));
        (from, to)
    }

    /// Whether nothing of it can come any more at `now`: logs are delivered up to a day late, and
    /// compacted for another.
    pub fn is_closed(&self, now: DateTime) -> bool {
        self.to.is_some_and(|to| to <= now.saturating_sub(48.hours()))
    }
}

/// Whether all `?` of a statement stand where Athena takes parameters: behind WHERE, by
/// <https://docs.aws.amazon.com/athena/latest/ug/querying-with-prepared-statements.html>.
pub fn marks_are_in_where(statement: &str) -> bool {
    let mut clauses = vec![false];
    for piece in sql::pieces(statement) {
        match piece {
            Piece::Mark('(') => clauses.push(clauses.last().copied().unwrap_or(false)),
            Piece::Mark(')') if clauses.len() > 1 => drop(clauses.pop()),
            Piece::Mark('?') if clauses.last() == Some(&false) => return false,
            Piece::Word(word) => {
                let is_where = match word.to_ascii_uppercase().as_str() {
                    "WHERE" => true,
                    "SELECT" | "FROM" | "GROUP" | "HAVING" | "ORDER" | "LIMIT" | "UNION" => false,
                    _ => continue,
                };
                if let Some(last) = clauses.last_mut() {
                    *last = is_where;
                }
            }
            Piece::Mark(_) => {}
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(path: Option<DatePath>) -> Source {
        Source { database: "cdn".to_owned(), view: "requests_raw".to_owned(), path }
    }

    fn moment(text: &str) -> DateTime {
        text.parse().unwrap()
    }

    #[test]
    fn a_period_is_asked_of_its_folders_alone() {
        let path = DatePath::parse("{yyyy}/{MM}/{dd}/{HH}").unwrap();
        let period = Period {
            from: Some(moment("2026-11-01T07:30:00")),
            to: Some(moment("2026-12-01T00:00:00")),
        };
        let want = [
            "\"day\" >= '2026-11-01'",
            "\"day\" <= '2026-11-30'",
            "\"dt\" >= '2026/11/01/06'",
            "\"dt\" <= '2026/12/01/00'",
        ];
        assert_eq!(source(Some(path)).conditions(&period), want);
        assert_eq!(source(None).conditions(&Period::default()), Vec::<String>::new());
    }

    #[test]
    fn a_reports_own_text_stays() {
        let asked = |sql: &str| {
            let scoped = scoped(sql, &source(None), &Period::default());
            let columns = "\"ts\"";
            let at = scoped.find(columns).map(|_| scoped.find("FROM \"cdn\"").unwrap());
            at.map_or(scoped.clone(), |at| {
                format!("{}…{}", scoped.split(columns).next().unwrap(), &scoped[at..])
            })
        };
        for (sql, want) in [
            (
                "-- a\n/* b */ SELECT 1 FROM requests",
                "WITH requests AS (\n  SELECT …FROM \"cdn\".\"requests_raw\"\n)\nSELECT 1 FROM requests",
            ),
            (
                "WITH a AS (SELECT 1) SELECT * FROM a",
                "WITH requests AS (\n  SELECT …FROM \"cdn\".\"requests_raw\"\n),\na AS (SELECT 1) SELECT * FROM a",
            ),
            (
                "with recursive a AS (SELECT 1) SELECT 2",
                "WITH RECURSIVE requests AS (\n  SELECT …FROM \"cdn\".\"requests_raw\"\n),\na AS (SELECT 1) SELECT 2",
            ),
            ("SHOW TABLES", "SHOW TABLES"),
        ] {
            assert_eq!(asked(sql), want);
        }
    }

    #[test]
    fn parameters_stand_behind_where() {
        for (sql, want) in [
            ("SELECT a FROM t WHERE b = ? AND c IN (?, ?) GROUP BY 1", true),
            ("WITH x AS (SELECT a FROM t WHERE b = ?) SELECT a FROM x WHERE c = ?", true),
            ("SELECT '?' AS a, \"?\" FROM t -- ?", true),
            ("SELECT date_trunc(?, ts) FROM t", false),
            ("SELECT a FROM t WHERE b = 1 LIMIT ?", false),
            ("SELECT a FROM t WHERE b = 1 ORDER BY ?", false),
        ] {
            assert_eq!(marks_are_in_where(sql), want, "{sql}");
        }
    }

    #[test]
    fn a_period_is_closed_two_days_after_its_end() {
        let now = "2026-11-23T07:00:00".parse().unwrap();
        for (to, want) in [
            (None, false),
            (Some(moment("2026-11-21T07:00:00")), true),
            (Some(moment("2026-11-21T08:00:00")), false),
        ] {
            assert_eq!(Period { from: None, to }.is_closed(now), want, "{to:?}");
        }
    }
}
