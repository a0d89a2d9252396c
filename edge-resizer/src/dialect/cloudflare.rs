//! Cloudflare: `/cdn-cgi/image/<options>/<source>`.

use super::Parsed;
use crate::error::Error;
use crate::policy::Policy;

pub(super) fn parse(
    path: &str,
    query: Option<&str>,
    policy: &Policy,
) -> Result<Option<Parsed>, Error> {
    let _ = (path, query, policy);
    todo!()
}
