//! The viewer function as it is deployed, minified, in JavaScript engines, against the core.

#![expect(
    clippy::unwrap_used,
    reason = "where something goes wrong in a test's helper, the test fails"
)]

mod agreement;
mod budget;
mod cases;
mod engine;
mod event;
mod golden;
#[cfg(feature = "node-tests")]
mod node;
mod pages;
mod properties;
mod requests;
mod signatures;
mod store;
mod table;
