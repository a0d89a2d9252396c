//! Cloudflare's API.

mod client;
#[cfg(feature = "deploy")]
mod records;

use std::env;

pub(crate) use client::Client;
#[cfg(feature = "deploy")]
pub(crate) use records::Records;

/// Where the token is; it never stands on the command line.
const TOKEN: &str = "CLOUDFLARE_API_TOKEN";

/// The token of the environment, where there is one.
pub(crate) fn token() -> Option<String> {
    let token = env::var(TOKEN).ok()?;
    Some(token.trim().to_owned()).filter(|token| !token.is_empty())
}
