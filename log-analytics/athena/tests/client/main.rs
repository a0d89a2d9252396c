//! The client over the wire: the AWS SDK's own requests, to a server that speaks Athena's protocol
//! and S3's as far as the client asks.

#![expect(clippy::expect_used, reason = "a suite ends where its own set-up fails")]

mod answers;
mod catalog;
mod ends;
mod estimates;
mod front;
mod script;
