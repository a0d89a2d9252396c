//! CloudFront's access logs made up by chance, for tests and benches: hundreds of shops with a day's
//! curve, a sale, crawlers, hotlinks, errors of every kind, late files, repeated rows and broken lines,
//! in every format that logs have had.
//!
//! ```text
//! Corpus  what it is to be like                              corpus
//!  -> Plan   hours, distributions, lines of each file        traffic, sites
//!  -> lines  who asks for what, and what becomes of it       request (the spine of a row), visitors,
//!                                                            agents, places, targets, outcomes
//!  -> files  rows, rows again, no rows; packed               file (the spine of a file), write, format
//! ```
//!
//! The same [`Corpus`] gives the same names, times and texts on every machine, and with the same version
//! of libdeflate the same bytes. Each file comes with its [`Truth`]: what a reader has to find.
//! Addresses are of private networks and documentation, hosts end in `.example`.
//!
//! ```
//! use log_corpus::{Corpus, Format, Truth};
//!
//! let corpus = Corpus { lines: 1_000, files: 4, formats: vec![Format::V2], ..Corpus::default() };
//! let mut truth = Truth::default();
//! for file in corpus.plan().files() {
//!     assert!(file.name.starts_with("v2/E") && file.name.ends_with(".gz"));
//!     truth += &file.truth;
//! }
//! assert_eq!(truth.rows + truth.broken_lines(), 1_000);
//! assert_eq!(truth.ids + truth.repeated_rows, truth.rows);
//! ```

mod agents;
mod corpus;
mod draw;
mod escape;
mod file;
mod format;
mod outcomes;
mod places;
mod request;
mod sites;
mod targets;
mod traffic;
mod truth;
mod visitors;
mod write;

pub use corpus::{Corpus, Plan};
pub use file::CorpusFile;
pub use format::{Format, Width};
pub use truth::{Broken, Sums, Truth};
