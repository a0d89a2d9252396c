//! Tables and views as statements that Athena runs, one at a time.
//!
//! <https://docs.aws.amazon.com/athena/latest/ug/create-table.html>: names stand in backticks, texts
//! in single quotes with backslashes, as Hive has them; views are Trino's, with double quotes.

use crate::table::{LAZY_SIMPLE, SerDe, Table, TableColumn};
use crate::view::View;

/// `CREATE DATABASE`.
pub fn create_database(name: &str) -> String {
    format!("CREATE DATABASE IF NOT EXISTS {}", quoted_name(name))
}

/// `CREATE EXTERNAL TABLE`.
pub fn create_table(table: &Table, database: &str) -> String {
    let storage = &table.storage_descriptor;
    let mut sql = format!(
        "CREATE EXTERNAL TABLE IF NOT EXISTS {}.{} (\n{}\n)\n",
        quoted_name(database),
        quoted_name(&table.name),
        columns(&storage.columns, ",\n  ")
    );
    let mut clause = |text: String| {
        sql.push_str(&text);
        sql.push('\n');
    };
    if let Some(description) = &table.description {
        clause(format!("COMMENT {}", quoted_text(description)));
    }
    if !table.partition_keys.is_empty() {
        clause(format!("PARTITIONED BY ({})", columns(&table.partition_keys, ", ").trim_start()));
    }
    clause(row_format(&storage.serde));
    if let (Some(input), Some(output)) = (&storage.input_format, &storage.output_format) {
        clause(format!(
            "STORED AS INPUTFORMAT {}\nOUTPUTFORMAT {}",
            quoted_text(input),
            quoted_text(output)
        ));
    }
    if let Some(location) = &storage.location {
        clause(format!("LOCATION {}", quoted_text(location)));
    }
    // That a table is external is said at its beginning.
    let own = table.parameters.iter().filter(|(key, _)| *key != "EXTERNAL");
    let properties: Vec<String> = own.map(property).collect();
    if !properties.is_empty() {
        clause(format!("TBLPROPERTIES (\n  {}\n)", properties.join(",\n  ")));
    }
    sql.truncate(sql.trim_end().len());
    sql
}

/// `CREATE OR REPLACE VIEW`.
pub fn create_view(view: &View) -> String {
    format!("CREATE OR REPLACE VIEW \"{}\".\"{}\" AS\n{}", view.database, view.name, view.sql)
}

fn columns(columns: &[TableColumn], between: &str) -> String {
    let column = |it: &TableColumn| format!("{} {}", quoted_name(&it.name), it.kind);
    format!("  {}", columns.iter().map(column).collect::<Vec<_>>().join(between))
}

fn row_format(serde: &SerDe) -> String {
    let class = serde.serialization_library.as_deref().unwrap_or(LAZY_SIMPLE);
    let delimiter = serde.parameters.get("field.delim");
    let is_delimited = |text: &&String| {
        class == LAZY_SIMPLE
            && serde.parameters.len() == 2
            && serde.parameters.get("serialization.format") == Some(text)
    };
    if let Some(delimiter) = delimiter.filter(is_delimited) {
        return format!("ROW FORMAT DELIMITED FIELDS TERMINATED BY {}", quoted_text(delimiter));
    }
    let reader = format!("ROW FORMAT SERDE {}", quoted_text(class));
    if serde.parameters.is_empty() {
        return reader;
    }
    let properties: Vec<String> = serde.parameters.iter().map(property).collect();
    format!("{reader}\nWITH SERDEPROPERTIES (\n  {}\n)", properties.join(",\n  "))
}

/// A property as it stands in a list of them.
pub(crate) fn property((key, value): (&String, &String)) -> String {
    format!("{} = {}", quoted_text(key), quoted_text(value))
}

fn quoted_name(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

fn quoted_text(text: &str) -> String {
    let mut out = String::from("'");
    for c in text.chars() {
        match c {
            '\'' | '\\' => out.extend(['\\', c]),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            c => out.push(c),
        }
    }
    out.push('\'');
    out
}
