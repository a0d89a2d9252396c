//! The function as Lambda runs it: the real program behind the Runtime API, with S3, SQS and
//! CloudFront over the wire from an emulator, and edges that keep what they gave.
//!
//! The suite says that it is skipped where there is no emulator.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "in a test, a panic is the report")]

mod cloud;
mod edge;
mod instance;
mod name_server;
mod runtime_api;
mod stage;
mod tenants;

mod events;
mod runs;
mod slices;
