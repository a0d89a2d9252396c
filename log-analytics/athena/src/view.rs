//! The view `requests` on Athena: the same columns as everywhere, over raw tables or compacted ones.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use log_reader::{Column, REQUESTS};
use serde::Serialize;

use crate::compacted::{Compacted, hive};
use crate::hosts::Hosts;
use crate::raw::{DATE, RawLogs};
use crate::table::{SerDe, Storage, Table, TableColumn};

/// A view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// Its name.
    pub name: String,
    /// The database that it and its tables are in.
    pub database: String,
    /// Its SELECT, in Trino's SQL.
    pub sql: String,
    columns: Vec<ViewColumn>,
}

/// Why there can be no view.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ViewError {
    /// Tables whose folders are named differently: one condition could not choose among them.
    #[error(
        "`{one}` and `{other}` name the folders of their hours differently: one view cannot be asked for a day of both"
    )]
    DatePaths {
        /// A table.
        one: String,
        /// Another.
        other: String,
    },
    /// No table.
    #[error("a view needs a table")]
    NoTable,
}

/// A column of a view, as Presto writes it down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct ViewColumn {
    name: String,
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip)]
    hive: &'static str,
}

impl View {
    /// The column of a view over raw logs that has the date of a row's folder.
    pub const DATE: &'static str = DATE;

    /// The view over raw tables of one database, which all have every raw column as text. What takes
    /// code is NULL; sites are those of `hosts`. The last column, [`Self::DATE`], is that of the
    /// folders, for conditions: a question without one reads every file.
    ///
    /// # Errors
    /// Without a table, or where the tables' folders are named differently.
    pub fn over_raw(
        name: &str,
        database: &str,
        logs: &[RawLogs],
        hosts: &Hosts,
    ) -> Result<Self, ViewError> {
        let first = logs.first().ok_or(ViewError::NoTable)?;
        if let Some(other) = logs.iter().find(|it| it.date_path() != first.date_path()) {
            let (one, other) = (first.name.clone(), other.name.clone());
            return Err(ViewError::DatePaths { one, other });
        }
        let mut columns = requests_columns();
        if first.date_path().is_some() {
            columns.push(ViewColumn { name: DATE.to_owned(), kind: "varchar", hive: "string" });
        }
        let selects: Vec<String> =
            logs.iter().map(|logs| select_raw(database, logs, hosts)).collect();
        let sql = selects.join("\nUNION ALL\n");
        Ok(Self { name: name.to_owned(), database: database.to_owned(), sql, columns })
    }

    /// The view over compacted logs.
    pub fn over_compacted(name: &str, database: &str, logs: &Compacted) -> Self {
        let columns: Vec<String> = REQUESTS.iter().map(|it| format!("  \"{}\"", it.name)).collect();
        let sql = format!("SELECT\n{}\nFROM \"{database}\".\"{}\"", columns.join(",\n"), logs.name);
        let (name, database) = (name.to_owned(), database.to_owned());
        Self { name, database, sql, columns: requests_columns() }
    }

    /// The SELECT of a view of the catalog, whoever made it; `None` of what is no view of Athena's.
    pub fn sql_of(table: &Table) -> Option<String> {
        let text = table.view_original_text.as_deref()?.trim();
        let encoded = text.strip_prefix("/* Presto View: ")?.strip_suffix(" */")?;
        let decoded = BASE64_STANDARD.decode(encoded).ok()?;
        let view: serde_json::Value = serde_json::from_slice(&decoded).ok()?;
        Some(view.get("originalSql")?.as_str()?.to_owned())
    }

    /// The view as an entry of the catalog: its SELECT and columns as JSON in a comment, which is
    /// how Presto keeps views in catalogs made for Hive.
    pub fn table(&self) -> Table {
        let text = serde_json::json!({
            "originalSql": self.sql,
            "catalog": "awsdatacatalog",
            "schema": self.database,
            "columns": self.columns,
        });
        let encoded = BASE64_STANDARD.encode(text.to_string());
        let hive = |it: &ViewColumn| TableColumn::new(it.name.clone(), it.hive);
        Table {
            name: self.name.clone(),
            description: Some("CDN logs: one row a request".to_owned()),
            table_type: "VIRTUAL_VIEW".to_owned(),
            parameters: [("comment", "Presto View"), ("presto_view", "true")]
                .map(|(key, value)| (key.to_owned(), value.to_owned()))
                .into(),
            storage_descriptor: Storage {
                columns: self.columns.iter().map(hive).collect(),
                // Without any, Athena refuses the view: HIVE_METASTORE_ERROR, missing SerDe info.
                serde: SerDe { serialization_library: Some("-".to_owned()), ..SerDe::default() },
                ..Storage::default()
            },
            view_original_text: Some(format!("/* Presto View: {encoded} */")),
            view_expanded_text: Some("/* Presto View */".to_owned()),
            ..Table::default()
        }
    }
}

/// The columns of the view, in its order.
fn requests_columns() -> Vec<ViewColumn> {
    let column = |it: &log_reader::RequestColumn| ViewColumn {
        name: it.name.to_owned(),
        kind: it.kind.trino(),
        hive: hive(it.kind),
    };
    REQUESTS.iter().map(column).collect()
}

fn select_raw(database: &str, logs: &RawLogs, hosts: &Hosts) -> String {
    let mut columns: Vec<String> = REQUESTS
        .iter()
        .map(|it| format!("  {} AS \"{}\"", expression(it.column, hosts), it.name))
        .collect();
    if logs.date_path().is_some() {
        columns.push(format!("  \"{DATE}\""));
    }
    // Header lines, empty ones and those whose time is broken are no requests.
    format!(
        "SELECT\n{}\nFROM \"{database}\".\"{}\"\nWHERE {} IS NOT NULL",
        columns.join(",\n"),
        logs.name,
        expression(Column::Ts, hosts)
    )
}

/// What makes a column of the raw ones.
fn expression(column: Column, hosts: &Hosts) -> String {
    let host = Column::Host.about().sql.unwrap_or("NULL");
    if let Some(sql) = hosts.sql(column, host) {
        return sql;
    }
    let about = column.about();
    about.sql.map_or_else(|| format!("CAST(NULL AS {})", about.kind.trino()), str::to_owned)
}
