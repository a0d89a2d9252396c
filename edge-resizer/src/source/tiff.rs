//! TIFF 6.0: the first directory.

use super::ifd::{Ifds, ORIENTATION};
use super::{Header, Orientation};

const IMAGE_WIDTH: u16 = 0x0100;
const IMAGE_LENGTH: u16 = 0x0101;
const EXTRA_SAMPLES: u16 = 0x0152;

pub(super) fn read(bytes: &[u8]) -> Option<Header> {
    let ifds = Ifds::new(bytes)?;
    let (mut width, mut height, mut alpha) = (None, None, false);
    let mut orientation = Orientation::UPRIGHT;
    for field in ifds.fields(ifds.first()?) {
        match field.tag {
            IMAGE_WIDTH => width = field.number(0),
            IMAGE_LENGTH => height = field.number(0),
            // 1 is premultiplied alpha, 2 straight alpha, 0 something else.
            EXTRA_SAMPLES => alpha = matches!(field.number(0), Some(1 | 2)),
            ORIENTATION => {
                orientation = Orientation::from_exif(field.number(0).unwrap_or_default());
            }
            _ => {}
        }
    }
    let header = Header::still(width?, height?, alpha)?;
    Some(Header { orientation, ..header })
}
