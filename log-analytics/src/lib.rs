//! Questions to CDN logs, answered by one SQL text on a laptop or on Athena.
//!
//! ```text
//! files, folders, globs, a pipe                 input
//!   -> the view `requests`, typed rows          log-reader, local::table
//!   -> a report, a file of Trino's SQL          report
//!   -> the embedded engine                      local
//!   -> table, JSON, CSV, Markdown, Prometheus   render
//! ```

mod input;
mod local;
mod render;
mod report;

pub use input::{Input, InputError, Named, find, pipe};
pub use local::{Answer, FileSummary, Local, LocalError, Question, Summary};
pub use render::{Format, render};
pub use report::{BUILT_IN, Parameter, ParameterKind, Report, ReportError, Value};
