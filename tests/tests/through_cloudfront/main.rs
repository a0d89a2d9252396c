//! The whole way of a picture, from the browser's URL to the buckets and back, in both shapes.
//!
//! ```text
//! Front::get   viewer function (QuickJS) -> cache -> Origins::fetch
//!   FunctionUrl   variants (S3) -- 403, 404, 400 --> edge-lambda, behind the Runtime API
//!   AtTheEdge     the handler (Node) ---------------> originals (S3), where it says so
//! Shop::overwrite   S3's event -> edge-lambda -> invalidations -> Front::invalidate
//! ```
//!
//! Buckets and invalidations are an emulator's, over the wire. What stands for CloudFront itself does
//! what the documentation of the three asks of a distribution, and no more.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a suite ends where its own set-up fails"
)]

#[path = "../../../edge-resizer/hosts/native/tests/lambda/distribution.rs"]
mod distribution;
#[path = "../../../cloudformation/tests/viewer/engine.rs"]
#[expect(dead_code, reason = "the function's own suite counts its steps and reads its log")]
mod engine;
#[path = "../../../cloudformation/tests/viewer/event.rs"]
#[expect(dead_code, reason = "the function's own suite looks closer at what it gives")]
mod event;
#[path = "../../../edge-resizer/hosts/native/tests/lambda/runtime_api.rs"]
#[expect(dead_code, reason = "the host's own suite looks closer at how an answer arrives")]
mod runtime_api;

mod answer;
mod cache;
mod front;
mod origins;
mod shop;

mod large;
mod purges;
mod requests;
