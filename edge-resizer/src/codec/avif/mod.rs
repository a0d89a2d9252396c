//! AVIF: decoded by rav1d, encoded by rav1e through ravif, or by libaom.

#[cfg(feature = "avif-decode")]
mod decode;
#[cfg(not(feature = "avif-decode"))]
#[path = "decode_disabled.rs"]
mod decode;
#[cfg(feature = "avif-encode")]
#[cfg_attr(feature = "aom", path = "encode_aom.rs")]
mod encode;
#[cfg(not(feature = "avif-encode"))]
#[path = "encode_disabled.rs"]
mod encode;

use super::EncodeOptions;
#[cfg(feature = "aom")]
use super::color;
pub(super) use decode::{DECODES, decode};
pub(super) use encode::encode;
