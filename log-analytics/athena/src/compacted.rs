//! The table over compacted logs: typed Parquet with every column of the view, a folder for each
//! day.

use std::collections::BTreeMap;

use log_reader::{Column, Kind, REQUESTS};

use crate::date_path::DatePath;
use crate::location::Location;
use crate::projection::Projection;
use crate::table::{Storage, Table, TableColumn};

/// Compacted logs: `<location>day=2026-11-23/*.parquet`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compacted {
    /// The table's name.
    pub name: String,
    /// Where they lie.
    pub location: Location,
    /// The first day that may be there: `2020-01-01`, or `NOW-400DAYS`.
    pub from: String,
}

/// The column by which days are told apart.
pub(crate) const DAY: &str = "day";

impl Compacted {
    /// The table over them.
    pub fn table(&self) -> Table {
        let mut parameters = BTreeMap::from([
            ("EXTERNAL".to_owned(), "TRUE".to_owned()),
            ("projection.enabled".to_owned(), "true".to_owned()),
            ("storage.location.template".to_owned(), format!("{}day=${{day}}/", self.location)),
        ]);
        let days = Projection::Dates { path: DatePath::days(), from: self.from.clone() };
        days.add(DAY, &mut parameters);
        let columns = REQUESTS
            .iter()
            .filter(|it| it.column != Column::Day)
            .map(|it| TableColumn::new(it.name, hive(it.kind)))
            .collect();
        Table {
            name: self.name.clone(),
            description: Some("Compacted CDN logs: every column of the view requests".to_owned()),
            table_type: "EXTERNAL_TABLE".to_owned(),
            parameters,
            partition_keys: vec![TableColumn::new(DAY, "string")],
            storage_descriptor: Storage::parquet(columns, self.location.to_string()),
            ..Table::default()
        }
    }
}

/// A kind in Hive's words.
pub(crate) const fn hive(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "string",
        Kind::Integer => "int",
        Kind::BigInt => "bigint",
        Kind::Double => "double",
        Kind::Timestamp => "timestamp",
    }
}
