//! Our own JPEG codec, in the domain of planes: what is decoded is never converted to RGB where the
//! output is JPEG again.

mod constants;
pub(crate) mod decode;
pub(crate) mod encode;
mod zigzag;
