//! Tables and views: what is generated, what is found in those of others, and what the engine that
//! Athena is built on says to them.

#![expect(clippy::unwrap_used, reason = "clippy's leave for tests does not reach their helpers")]

mod documentation;
mod engine;
mod golden;
mod lint;
mod round_trip;
mod samples;
