//! Asks two hosts of one site for the same URLs, and tells where their answers differ.
//!
//! ```text
//! from_list, from_sitemaps            text -> Target: what to ask both sides for
//! compare                            THE SPINE: each target, once per kind of browser, at both sides
//!   side, exchange                     one request, its redirects followed -> Exchange
//!   differ: headers, body, picture     two exchanges -> differences
//!   allow                              which of them are as wanted
//! report                             text, JSON, JUnit, HTML
//! ```

mod allow;
mod compare;
mod error;
mod order;
mod targets;

mod exchange;
mod side;

mod body;
mod differ;
mod headers;
mod picture;

pub mod report;

pub use allow::{AllowRules, RuleError};
pub use compare::{Allowed, Compared, Moments, Report, Timing, compare, from_sitemaps};
pub use differ::{Aspect, Difference};
pub use error::Error;
pub use headers::{COMPARED, HeaderRow, Means};
pub use order::{Accept, Order, Resolve, SideOrder, TextRules};
pub use regex::Regex;
pub use reqwest::Url;
pub use targets::{BadLine, Target, from_list};
