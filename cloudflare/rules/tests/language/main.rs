//! The language as a whole, through the crate's public surface.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "clippy's leave for tests does not reach their helpers"
)]

mod checking;
mod evaluating;
mod fields;
mod functions;
mod parsing;
mod printing;
mod properties;
mod recorded;
mod reference;
