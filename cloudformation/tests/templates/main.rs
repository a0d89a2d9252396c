//! Fleets become templates: what holds for all of them, and what two linters say.

#![expect(clippy::unwrap_used, reason = "clippy's leave for tests does not reach their helpers")]

mod examples;
mod fleets;
mod linters;
mod properties;
mod quotas;
mod warm;
mod yaml;
