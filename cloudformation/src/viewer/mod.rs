//! The viewer function: what CloudFront runs for every request before it looks into its cache.
//!
//! `docs/viewer-function.md` says what it does. It is JavaScript, since the edge runs nothing else,
//! and decides the same as [`edge_resizer::accept`]: the tests of this crate compare the two.

mod code;
mod pairs;

pub use self::code::{CODE_LIMIT, CodeError, request_code};
pub use self::pairs::{
    KEY_LIMIT, Pair, PairsError, Redirect, RedirectStatus, SiteExtras, VALUE_LIMIT, pairs,
    redirect_key,
};
