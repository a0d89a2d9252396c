//! The viewer functions: what CloudFront runs for every request before it looks into its cache, one for
//! pictures and one for all else.
//!
//! `docs/viewer-function.md` says what they do. They are JavaScript, since the edge runs nothing else;
//! that of pictures decides the same as [`edge_resizer::accept`]: the tests of this crate compare the two.

mod code;
mod error;
mod pairs;
mod url_rules;

pub use self::code::{CODE_LIMIT, CodeError, ViewerFunction};
pub use self::error::{KEY_LIMIT, PairsError, VALUE_LIMIT};
pub use self::pairs::{Pair, Redirect, RedirectStatus, SiteExtras, pairs, redirect_key};
