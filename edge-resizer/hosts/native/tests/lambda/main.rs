//! The function as Lambda runs it: the real program behind the Runtime API, with S3, SQS and
//! CloudFront over the wire from an emulator.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "in a test, a panic is the report")]

mod cloud;
mod distribution;
mod gate;
mod instance;
mod pictures;
mod process;
mod runtime_api;
mod stage;

mod answers;
mod cold_start;
mod later;
mod purges;
