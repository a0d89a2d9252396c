//! Our own JPEG codec, in the domain of planes: what is decoded is never converted to RGB where the
//! output is JPEG again.

pub(crate) mod decode;
pub(crate) mod encode;
mod lanes;
mod planes;
mod zigzag;

pub(crate) use self::planes::{Plane, Planes};
