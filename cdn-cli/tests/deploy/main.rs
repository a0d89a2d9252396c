//! `cdn-cli plan`, `deploy` and what belongs to them, over the wire against an emulator of AWS's
//! APIs: real CloudFormation calls by the real command, in a process that can be killed.
//!
//! The suite says that it is skipped where there is no emulator.

#![expect(clippy::expect_used, reason = "a suite ends where its own set-up fails")]

mod account;
#[cfg(feature = "tables")]
mod athena;
mod cloud;
mod cloudflare;
mod console;
mod cutover;
mod drift;
mod drift_kinds;
#[path = "../shared/emulator.rs"]
mod emulator;
mod faults;
mod functions;
mod gates;
mod imports;
mod journey;
mod kinds;
mod life;
mod name_server;
mod operator;
#[cfg(feature = "warm")]
mod warming;
