//! GIF (89a): the blocks are walked, nothing is decompressed.

use super::Header;
use super::bytes::le16;

const EXTENSION: u8 = 0x21;
const IMAGE: u8 = 0x2C;
const GRAPHIC_CONTROL: u8 = 0xF9;
const TRANSPARENT_FLAG: u8 = 0x01;
const TABLE_FLAG: u8 = 0x80;

/// Frames are counted up to one above `most_frames`; a file that breaks off has those that began.
pub(super) fn read(bytes: &[u8], most_frames: u32) -> Option<Header> {
    let (width, height) = (le16(bytes, 6)?, le16(bytes, 8)?);
    let mut header = Header::still(width.into(), height.into(), false)?;
    let mut walk = Walk { bytes, at: 13 + color_table(*bytes.get(10)?) };
    let mut frames = 0;
    while frames <= most_frames {
        match walk.next_block() {
            Some(Block::Image { covers }) => {
                header.alpha |= frames == 0 && covers != (0, 0, width, height);
                frames += 1;
            }
            Some(Block::Transparency) => header.alpha = true,
            Some(Block::Other) => {}
            None => break,
        }
    }
    header.frames = frames;
    (frames > 0).then_some(header)
}

enum Block {
    Image { covers: (u16, u16, u16, u16) },
    Transparency,
    Other,
}

struct Walk<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Walk<'_> {
    /// `None` at the trailer, at the end of the file and at what is no block.
    fn next_block(&mut self) -> Option<Block> {
        match *self.bytes.get(self.at)? {
            EXTENSION => {
                let label = *self.bytes.get(self.at + 1)?;
                let flags = self.bytes.get(self.at + 3).copied().unwrap_or(0);
                self.at += 2;
                self.skip_sub_blocks();
                let transparent = label == GRAPHIC_CONTROL && flags & TRANSPARENT_FLAG != 0;
                Some(if transparent { Block::Transparency } else { Block::Other })
            }
            IMAGE => {
                let number = |at| le16(self.bytes, self.at + at);
                let covers = (number(1)?, number(3)?, number(5)?, number(7)?);
                let flags = *self.bytes.get(self.at + 9)?;
                // Descriptor, table, and the byte with the smallest code size.
                self.at += 10 + color_table(flags) + 1;
                self.skip_sub_blocks();
                Some(Block::Image { covers })
            }
            _ => None,
        }
    }

    fn skip_sub_blocks(&mut self) {
        while let Some(length) = self.bytes.get(self.at) {
            self.at += 1 + usize::from(*length);
            if *length == 0 {
                return;
            }
        }
    }
}

/// Bytes of the colour table that these flags announce.
fn color_table(flags: u8) -> usize {
    if flags & TABLE_FLAG == 0 { 0 } else { 3 << ((flags & 7) + 1) }
}
