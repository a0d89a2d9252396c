//! CloudFront's access logs as typed [Arrow](https://arrow.apache.org) batches.
//!
//! ```text
//! bytes -> text        inflated at once, or in chunks             text
//!       -> layout      which column is which, from the header     layout, raw
//!       -> lines       where the wanted columns are               scan
//!       -> columns     typed, redacted, enriched                  convert, enrich
//!       -> batches of the view `requests`                         read (the spine), requests
//! ```
//!
//! Nothing is dropped silently: a [`Tally`] counts the rows, and every line that is none of them
//! with its reason.
//!
//! ```
//! use std::sync::Arc;
//! use log_reader::{Column, LogFile, Reading, Text};
//!
//! let log = "#Version: 1.0\n#Fields: date time sc-bytes cs-uri-stem\n\
//!            2026-11-23\t07:06:53\t1024\t/a%2520b.jpg\n\
//!            2026-11-23\t07:06:54\n";
//! let reading = Reading::of(&[Column::Ts, Column::Path, Column::Bytes]);
//! let text = Text::of_file(log.into())?;
//! let mut file = LogFile::new("E2EXAMPLE.2026-11-23-07.a.gz", text, Arc::new(reading));
//! let batch = file.next_batch()?.expect("a row");
//! assert_eq!(batch.num_rows(), 1);
//! assert_eq!(file.take_bad()[0].reason.to_string(), "2 columns of 4: the line is cut off");
//! # Ok::<(), log_reader::ReadError>(())
//! ```

mod bad;
mod convert;
mod enrich;
mod error;
mod images_made;
mod layout;
mod raw;
mod read;
mod requests;
mod scan;
mod shape;
mod text;
mod unescape;

pub use bad::{BadLine, Reason, Tally};
pub use convert::Knowledge;
pub use enrich::privacy::{Privacy, REDACTED_KEYS, Salts};
pub use enrich::sites::{Site, Sites};
pub use error::ReadError;
pub use images_made::{FunctionLog, IMAGES_MADE, images_made_schema};
pub use raw::{LEGACY_COLUMNS, RAW, Raw, RawColumn};
pub use read::{BATCH_ROWS, LogFile, Reading};
pub use requests::{Column, Kind, REQUESTS, RequestColumn, schema, schema_of};
pub use text::{CHUNK_BYTES, LARGEST_AT_ONCE, LONGEST_LINE, Packing, Text};
