//! The language as a whole, through the crate's public surface.

mod checking;
mod evaluating;
mod fields;
mod functions;
mod parsing;
mod printing;
mod properties;
mod recorded;
mod reference;
