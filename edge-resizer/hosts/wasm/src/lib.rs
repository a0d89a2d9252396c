//! The edge-resizer as a WASM module, for Node: in Lambda@Edge above all.
//!
//! The module fetches nothing. A host in JavaScript (`node/handler.mjs`) hands it requests and
//! originals, and sends its answers:
//!
//! ```text
//! new Resizer(sites)                    once, at the cold start
//! resizer.accept(request) -> Step       respond | fetch | pass
//!     (the host fetches Job.sources)
//! job.found(…); job.finish(…) -> Answer
//! ```
//!
//! What is structured goes over as JSON; pictures go over as bytes.

mod answer;
mod job;
#[cfg(target_arch = "wasm32")]
mod libc;
mod resizer;
mod step;

pub use answer::Answer;
pub use job::Job;
pub use resizer::Resizer;
pub use step::Step;
