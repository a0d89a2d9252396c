//! CDN logs on Amazon Athena: what has to be there, what is wrong with what is there, and questions.
//!
//! ```text
//! a fleet file, an account -> where logs lie                              fleet_logs
//! where logs lie, what they are -> Table                                  raw, compacted, view
//! Table -> SQL; a table of the catalog, by serde                          statement, table
//! SQL -> Table -> what is wrong with it, and the line that mends it       parse, lint
//! a question, a period -> SQL that reads the folders of the period        scope, keys, price
//! SQL -> what it will cost, an answer, what it did cost                   client, failures
//! ```
//!
//! ```
//! use log_athena::{Layout, Location, RawFormat, RawLogs, View, Hosts, create_table};
//!
//! let logs = RawLogs {
//!     name: "raw".to_owned(),
//!     format: RawFormat::Legacy,
//!     location: Location::parse("s3://logs.example/cdn")?,
//!     layout: Layout::Flat,
//!     fields: Vec::new(),
//! };
//! let sql = create_table(&logs.table(), "cdn");
//! assert!(sql.starts_with("CREATE EXTERNAL TABLE IF NOT EXISTS `cdn`.`raw` (\n  `date` string,\n"));
//! let view = View::over_raw("requests", "cdn", &[logs], &Hosts::default())?;
//! assert!(view.sql.contains("FROM \"cdn\".\"raw\""));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod columns;
mod compacted;
mod date_path;
mod fleet_logs;
mod hosts;
mod location;
mod projection;
mod raw;
mod setup;
mod statement;
mod table;
mod view;

pub mod lint;
mod parse;

mod failures;
mod inputs;
mod keys;
mod price;
mod scope;
mod sql;

#[cfg(feature = "client")]
pub mod client;

pub use columns::column_name;
pub use compacted::Compacted;
pub use date_path::{DatePath, DatePathError};
pub use failures::{FAILURES, Failure, explained};
pub use fleet_logs::{FleetLogs, LogVersion, SetupError, database_of};
pub use hosts::{HostSite, Hosts};
pub use inputs::{Input, explain_inputs, inputs};
pub use keys::{KeyRange, keys};
pub use location::{Location, LocationError};
pub use parse::{DdlError, parse_table, parse_tables};
pub use price::{DOLLARS_A_TERABYTE, dollars};
pub use projection::Projection;
pub use raw::{Folders, Layout, RawFormat, RawLogs};
pub use scope::{Period, Source, marks_are_in_where, scoped};
pub use setup::{RAW_VIEW, REQUESTS_VIEW, Setup};
pub use statement::{create_database, create_table, create_view};
pub use table::{SerDe, Storage, Table, TableColumn};
pub use view::{View, ViewError};
