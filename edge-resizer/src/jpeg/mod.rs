//! Our own JPEG codec, in the domain of planes: what is decoded is never converted to RGB where the
//! output is JPEG again.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::inline_always,
    reason = "kernels: values are bounded by their formulas, and a call costs more than its work"
)]

mod constants;
pub(crate) mod decode;
pub(crate) mod encode;
mod zigzag;
