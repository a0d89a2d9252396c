//! Questions to CDN logs, in Athena's dialect of SQL, answered by an embedded engine.
//!
//! ```text
//! files, folders, globs, a pipe                     input
//!   -> days of typed Parquet, each row once         compact, days
//!   -> the view `requests`, typed rows              log-reader, local::table
//!   -> a report, a file of Trino's SQL              report
//!   -> the embedded engine                          local
//!   -> table, JSON, CSV, Markdown, HTML, Parquet    render
//!   -> a verdict on every row                       check
//! several reports, one reading -> a page a site     dashboard
//! ```

mod check;
mod compact;
mod dashboard;
mod days;
mod input;
mod local;
mod render;
mod report;

pub use check::{Check, CheckError, Verdict};
pub use compact::{
    CompactError, Compaction, CompactionSummary, HeldBack, REOPEN, SORT_MEMORY, Step,
};
pub use dashboard::{Dashboard, Page, SITE_PAGES};
pub use days::{DayRecord, DaysError, DaysFolder, KeptSalts};
pub use input::{Bucket, Input, InputError, Named, Object, Place, S3Url, find, find_beside, pipe};
pub use local::{Answer, FileSummary, Local, LocalError, Question, SoFar, Summary, Watch};
pub use render::{Format, GENERATOR, page, parquet, render};
pub use report::{
    BUILT_IN, Parameter, ParameterKind, Report, ReportError, Value, reads_images_made,
};
