//! Which tables a statement reads, as the engine itself tells by `EXPLAIN (TYPE IO, FORMAT JSON)`,
//! views looked through (<https://docs.aws.amazon.com/athena/latest/ug/athena-explain-statement.html>).

use serde::Deserialize;

/// A table by its database and name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Input {
    /// The database.
    pub database: String,
    /// The table.
    pub table: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Explained {
    #[serde(default)]
    input_table_column_infos: Vec<Info>,
}

#[derive(Deserialize)]
struct Info {
    table: Place,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Place {
    schema_table: SchemaTable,
}

#[derive(Deserialize)]
struct SchemaTable {
    schema: String,
    table: String,
}

/// The statement that asks for them. It reads nothing and costs nothing.
pub fn explain_inputs(statement: &str) -> String {
    format!("EXPLAIN (TYPE IO, FORMAT JSON)\n{statement}")
}

/// The tables, each once; `None` where the text is no answer to [`explain_inputs`]. Whatever stands
/// before and behind the object, such as the column's name, is passed over.
pub fn inputs(text: &str) -> Option<Vec<Input>> {
    let object = text.get(text.find('{')?..=text.rfind('}')?)?;
    let explained: Explained = serde_json::from_str(object).ok()?;
    let place = |info: Info| {
        let SchemaTable { schema, table } = info.table.schema_table;
        Input { database: schema, table }
    };
    let mut inputs: Vec<Input> =
        explained.input_table_column_infos.into_iter().map(place).collect();
    inputs.sort();
    inputs.dedup();
    Some(inputs)
}
