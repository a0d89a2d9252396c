//! The host's behavior over real sockets on the loopback interface.

#![expect(clippy::unwrap_used, reason = "in a test, a panic is the report")]

mod ladder;
mod origins;
mod server;
mod support;
