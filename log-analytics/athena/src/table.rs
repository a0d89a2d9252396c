//! A table as the Glue catalog has it: what a template makes, what `GetTable` answers, and what a
//! statement says in other words.
//!
//! <https://docs.aws.amazon.com/glue/latest/webapi/API_TableInput.html>

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A table or view of the catalog.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Table {
    /// Its name, in lower case.
    pub name: String,
    /// What it is, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// `EXTERNAL_TABLE` or `VIRTUAL_VIEW`.
    pub table_type: String,
    /// Its properties: projection above all.
    pub parameters: BTreeMap<String, String>,
    /// The columns that folders stand for.
    pub partition_keys: Vec<TableColumn>,
    /// Where its files lie, and how they are read.
    pub storage_descriptor: Storage,
    /// What a view is, in Presto's encoding.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub view_original_text: Option<String>,
    /// A word that engines other than Presto get.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub view_expanded_text: Option<String>,
}

/// A column.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct TableColumn {
    /// Its name.
    pub name: String,
    /// Its type in Hive's words: `string`, `bigint`, `timestamp`.
    #[serde(rename = "Type")]
    pub kind: String,
}

/// Where files lie, and how they are read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Storage {
    /// The columns in the files.
    pub columns: Vec<TableColumn>,
    /// `s3://…/`; none of a view.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// The class that finds records.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input_format: Option<String>,
    /// The class that would write them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output_format: Option<String>,
    /// What reads a record.
    #[serde(rename = "SerdeInfo")]
    pub serde: SerDe,
}

/// What reads a record.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct SerDe {
    /// Its class.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub serialization_library: Option<String>,
    /// Its properties.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, String>,
}

/// Text between delimiters.
pub(crate) const LAZY_SIMPLE: &str = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe";
/// An object of JSON a line.
pub(crate) const OPENX_JSON: &str = "org.openx.data.jsonserde.JsonSerDe";
/// Parquet.
pub(crate) const PARQUET: &str = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe";

impl TableColumn {
    /// A column of Hive's type `kind`.
    pub fn new(name: impl Into<String>, kind: impl Into<String>) -> Self {
        Self { name: name.into(), kind: kind.into() }
    }
}

impl Table {
    /// A property; keys are compared as they stand.
    pub fn property(&self, key: &str) -> Option<&str> {
        self.parameters.get(key).map(String::as_str)
    }

    /// Whether it is a view.
    pub fn is_view(&self) -> bool {
        self.table_type == "VIRTUAL_VIEW"
    }
}

impl Storage {
    /// Lines of text, read by `serde`.
    pub(crate) fn text(columns: Vec<TableColumn>, location: String, serde: SerDe) -> Self {
        Self {
            columns,
            location: Some(location),
            input_format: Some("org.apache.hadoop.mapred.TextInputFormat".to_owned()),
            output_format: Some(
                "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat".to_owned(),
            ),
            serde,
        }
    }

    /// Parquet.
    pub(crate) fn parquet(columns: Vec<TableColumn>, location: String) -> Self {
        let class = |which| format!("org.apache.hadoop.hive.ql.io.parquet.MapredParquet{which}");
        Self {
            columns,
            location: Some(location),
            input_format: Some(class("InputFormat")),
            output_format: Some(class("OutputFormat")),
            serde: SerDe {
                serialization_library: Some(PARQUET.to_owned()),
                parameters: BTreeMap::new(),
            },
        }
    }
}

impl SerDe {
    /// What reads text with a delimiter between columns.
    pub(crate) fn delimited(delimiter: &str) -> Self {
        let parameters = ["field.delim", "serialization.format"];
        Self {
            serialization_library: Some(LAZY_SIMPLE.to_owned()),
            parameters: parameters.map(|key| (key.to_owned(), delimiter.to_owned())).into(),
        }
    }
}
