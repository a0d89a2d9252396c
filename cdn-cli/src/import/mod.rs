//! A distribution that is there, as a site of a fleet file. Pure: answers of CloudFront in, text out.
//!
//! ```text
//! answers of the API, or files of the AWS CLI  -> Documents          documents
//!   a distribution                             -> Lines of a site    site, origins, behaviors, caches,
//!                                                                    requests, headers, viewers
//!   a key that nobody took                     -> "# not imported"   fields, lines
//! sites -> [defaults] of what all have, [[sites]] of the rest        file
//! ```
//!
//! Nothing is dropped in silence, and that does not rest on a list of what CloudFront knows: whoever
//! understands a key takes it out of its table ([`Fields`]), and what is left at the end is told.

mod behaviors;
mod caches;
mod documents;
mod fields;
mod file;
mod headers;
mod lines;
#[cfg(feature = "deploy")]
mod missing;
mod origins;
mod requests;
mod site;
mod viewers;

use fields::Fields;
use lines::Lines;

pub(crate) use documents::Documents;
#[cfg(feature = "deploy")]
pub(crate) use documents::PolicyKind;
pub(crate) use file::{Imported, fleet_file};
