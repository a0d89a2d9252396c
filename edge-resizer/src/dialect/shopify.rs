//! Shopify: query parameters and file-name suffixes.

use super::Parsed;
use crate::policy::Policy;

pub(super) fn parse(path: &str, query: Option<&str>, policy: &Policy) -> Option<Parsed> {
    let _ = (path, query, policy);
    todo!()
}
