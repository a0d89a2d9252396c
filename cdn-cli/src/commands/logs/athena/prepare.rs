//! A question made ready: within its days, with parameters, and with what it will read.

use log_analytics::{ParameterKind, Value};
use log_athena::client::{Athena, Doubt, Estimate, takes_parameters};
use log_athena::{DatePath, Input, Period, Source, Table, View, scoped};

use super::{Asked, problem, seed};
use crate::cli::EngineArgs;
use crate::hints::Hinted;

/// A question that is ready.
pub(super) struct Prepared {
    pub(super) statement: String,
    pub(super) parameters: Vec<String>,
    /// The tables that it reads.
    pub(super) tables: Vec<Table>,
    /// What it will read; `None` of what reads nothing, such as SHOW.
    pub(super) estimate: Option<Estimate>,
}

/// The days of a question: those that were named, else those that its report is given.
pub(super) fn period(given: &[(String, String)], days: Option<&str>) -> anyhow::Result<Period> {
    if let Some(days) = days {
        let (from, to) = days.split_once("..").ok_or_else(|| {
            Hinted::error(format!("`{days}` names no days"), "write 2026-11-01..2026-11-08")
        })?;
        let some = |text: &str| Some(text.trim().to_owned()).filter(|it| !it.is_empty());
        return Ok(Period { from: moment(some(from))?, to: moment(some(to))? });
    }
    let last = |name: &str| given.iter().rev().find(|(its, _)| its == name).map(|it| it.1.clone());
    Ok(Period { from: moment(last("from"))?, to: moment(last("to"))? })
}

fn moment(text: Option<String>) -> anyhow::Result<Option<jiff::civil::DateTime>> {
    let Some(text) = text else { return Ok(None) };
    match ParameterKind::Timestamp.value(&text) {
        Some(Value::Timestamp(at)) => Ok(Some(at)),
        _ => Err(Hinted::error(
            format!("`{text}` is no time"),
            "write 2026-11-23 or '2026-11-23 07:00:00', UTC",
        )),
    }
}

/// Makes it ready. The engine is asked which tables it reads, and so whether it is right, for nothing.
pub(super) async fn prepare(
    athena: &Athena,
    asked: &Asked<'_>,
    bound: &str,
    args: &EngineArgs,
    period: &Period,
) -> anyhow::Result<Prepared> {
    let database = athena.settings().database.clone();
    let mut source = Source { database, view: args.view.clone(), path: None };
    if scoped(bound, &source, period) == bound {
        let (statement, parameters) = (bound.to_owned(), Vec::new());
        return Ok(Prepared { statement, parameters, tables: Vec::new(), estimate: None });
    }
    let view = view(athena, &source).await?;
    let inputs = athena.inputs(&scoped(bound, &source, period), seed()?).await.map_err(problem)?;
    let mut tables = Vec::new();
    for input in inputs.iter().flatten() {
        tables.extend(athena.table(input).await.map_err(problem)?);
    }
    if view.storage_descriptor.columns.iter().any(|it| it.name == View::DATE) {
        source.path = tables.iter().find_map(date_path);
    }
    let mut estimate = athena.estimate(&tables, period).await.map_err(problem)?;
    if inputs.is_none() {
        let why = "the engine's plan was not understood".to_owned();
        estimate.doubts.push(Doubt::Tables { why });
    }
    let (statement, parameters) = statement(asked, bound)?;
    let statement = scoped(&statement, &source, period);
    Ok(Prepared { statement, parameters, tables, estimate: Some(estimate) })
}

async fn view(athena: &Athena, source: &Source) -> anyhow::Result<Table> {
    let Source { database, view, .. } = source;
    let input = Input { database: database.clone(), table: view.clone() };
    athena.table(&input).await.map_err(problem)?.ok_or_else(|| {
        Hinted::error(
            format!("there is no view `{view}` in the database `{database}`"),
            "`cdn-cli logs setup` makes it; --database and --view name others",
        )
    })
}

/// How the folders of a raw table are named.
fn date_path(table: &Table) -> Option<DatePath> {
    DatePath::of_format(table.property(&format!("projection.{}.format", View::DATE))?)
}

/// The report's own text with values beside it, where Athena takes them so; else the text with values
/// in it.
fn statement(asked: &Asked<'_>, bound: &str) -> anyhow::Result<(String, Vec<String>)> {
    let values = asked.report.values(asked.given)?;
    let parameters: Vec<String> = values.iter().map(Value::literal).collect();
    if takes_parameters(&asked.report.sql, &parameters) {
        return Ok((asked.report.sql.clone(), parameters));
    }
    Ok((bound.to_owned(), Vec::new()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_that_are_named() {
        let at = |text: &str| Some(text.parse().unwrap());
        let given = [("from".to_owned(), "2026-11-02".to_owned())];
        for (days, from, to) in [
            (None, at("2026-11-02T00:00:00"), None),
            (Some("2026-11-01..2026-11-08"), at("2026-11-01T00:00:00"), at("2026-11-08T00:00:00")),
            (Some("2026-11-01 07:00:00.."), at("2026-11-01T07:00:00"), None),
            (Some(".."), None, None),
        ] {
            assert_eq!(period(&given, days).unwrap(), Period { from, to }, "{days:?}");
        }
        for days in ["2026-11-01", "x..y"] {
            assert!(period(&[], Some(days)).is_err(), "{days}");
        }
    }
}
