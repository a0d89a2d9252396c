//! Entropy-coded data, read bit by bit straight from the file.

/// Reads the bits of a scan, most significant first (T.81, F.1.2.3 and F.2.2.5): stuffed zeros and
/// fill bytes are stepped over, and at a marker the data ends; zeros follow.
///
/// It is small and copied: held in registers while a block is read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bits<'a> {
    data: &'a [u8],
    position: usize,
    /// The next bits, left-aligned; below `count` bits it holds zeros or bits that are also in
    /// `data` at `position`.
    window: u64,
    count: u32,
    /// Bits that were read behind the end.
    overrun: u32,
}

impl<'a> Bits<'a> {
    pub(super) fn new(data: &'a [u8]) -> Self {
        Self { data, position: 0, window: 0, count: 0, overrun: 0 }
    }

    /// How many bytes were read; never beyond a marker.
    pub(super) fn position(&self) -> usize {
        self.position
    }

    /// Whether more bits were read than there are.
    pub(super) fn is_overrun(&self) -> bool {
        // Up to 7 bits of padding, and what was looked at in advance, are no overrun.
        self.overrun > self.count
    }

    /// Goes on behind the next restart marker, whatever is left in front of it; false where
    /// another marker or the end comes first.
    pub(super) fn restart(&mut self) -> bool {
        let mut position = self.position;
        while let Some(found) = memchr::memchr(0xFF, self.data.get(position..).unwrap_or_default())
        {
            position += found + 1;
            match self.data.get(position) {
                Some(0xD0..=0xD7) => {
                    *self = Self { position: position + 1, ..Self::new(self.data) };
                    return true;
                }
                Some(0x00 | 0xFF) => {}
                _ => break,
            }
        }
        false
    }

    /// Makes sure that at least 56 bits are in the window.
    #[inline(always)]
    pub(super) fn refill(&mut self) {
        if let Some(chunk) = self.data.get(self.position..).and_then(<[u8]>::first_chunk::<8>) {
            let word = u64::from_be_bytes(*chunk);
            if !has_ones(word) {
                self.window |= word >> self.count;
                let bytes = (63 - self.count) >> 3;
                self.position += bytes as usize;
                self.count += 8 * bytes;
                return;
            }
        }
        *self = self.refilled_slowly();
    }

    /// Byte by byte, where a marker, a stuffed zero or the end is near. By value, so that the fast
    /// path can live in registers.
    #[cold]
    #[inline(never)]
    fn refilled_slowly(mut self) -> Self {
        // What an earlier refill left below `count` is the same bits that come now.
        while self.count <= 55 {
            let byte = match (self.data.get(self.position), self.data.get(self.position + 1)) {
                (Some(0xFF), Some(0xFF)) => {
                    self.position += 1;
                    continue;
                }
                (Some(0xFF), Some(0x00)) => {
                    self.position += 2;
                    0xFF
                }
                (None | Some(0xFF), _) => {
                    self.overrun += 8;
                    0
                }
                (Some(&byte), _) => {
                    self.position += 1;
                    byte
                }
            };
            let clear = !(u64::MAX >> self.count);
            self.window = (self.window & clear) | (u64::from(byte) << (56 - self.count));
            self.count += 8;
        }
        self
    }

    /// The next `count` bits, 1 to 32, without taking them.
    #[inline(always)]
    pub(super) fn peek(&self, count: u32) -> u32 {
        (self.window >> (64 - count)) as u32
    }

    /// Takes bits that were refilled before.
    #[inline(always)]
    pub(super) fn take(&mut self, count: u32) {
        self.window <<= count;
        self.count = self.count.wrapping_sub(count);
    }

    /// How many bits are in the window.
    #[inline(always)]
    pub(super) fn available(&self) -> u32 {
        self.count
    }

    /// Takes `count` bits, 0 to 16, that were refilled before.
    #[inline(always)]
    pub(super) fn get(&mut self, count: u32) -> u32 {
        // In two steps, since a shift by all 64 is none.
        let bits = (self.window >> 1 >> (63 - count)) as u32;
        self.take(count);
        bits
    }
}

/// Whether one of eight bytes is 0xFF.
#[inline(always)]
const fn has_ones(word: u64) -> bool {
    const LOWEST: u64 = 0x0101_0101_0101_0101;
    const HIGHEST: u64 = 0x8080_8080_8080_8080;
    // In the inverted word it is a byte of zeros, from which the 1 is borrowed.
    (!word).wrapping_sub(LOWEST) & word & HIGHEST != 0
}

/// A value of `size` bits as T.81 codes it (F.2.2.1, EXTEND): the upper half is positive.
#[inline(always)]
pub(super) const fn extend(bits: u32, size: u32) -> i32 {
    if size == 0 {
        0
    } else if bits >> (size - 1) != 0 {
        bits as i32
    } else {
        bits as i32 - (1 << size) + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stuffing_and_restarts_are_stepped_over() {
        let data = [1, 0xFF, 0x00, 2, 0xFF, 0xD0, 3, 0xFF, 0xFF, 0xD1, 4, 0xFF, 0xD9, 5];
        let mut bits = Bits::new(&data);
        for (want, restart) in [(&[1_u32, 0xFF, 2][..], true), (&[3], true), (&[4], false)] {
            for byte in want {
                bits.refill();
                assert_eq!(bits.get(8), *byte);
            }
            assert!(!bits.is_overrun());
            bits.refill();
            assert_eq!(bits.get(8), 0);
            assert!(bits.is_overrun());
            assert_eq!(bits.restart(), restart);
        }
        assert_eq!(bits.position(), 11);
    }

    #[test]
    fn bits_come_in_order_and_zeros_follow() {
        let data: Vec<u8> = (0..=255).collect();
        let stuffed: Vec<u8> = data.iter().copied().chain([0]).collect();
        for step in 1..=16 {
            let mut bits = Bits::new(&stuffed);
            let want = |start: usize| -> u32 {
                (start..start + step).fold(0, |value, bit| {
                    let byte = data.get(bit / 8).copied().unwrap_or(0);
                    value << 1 | u32::from(byte >> (7 - bit % 8) & 1)
                })
            };
            for start in (0..data.len() * 8 + 64).step_by(step) {
                bits.refill();
                assert_eq!(bits.get(step as u32), want(start), "{step} bits at {start}");
                let past = (start + step).saturating_sub(data.len() * 8);
                assert_eq!(bits.is_overrun(), past > 0, "{step} bits at {start}");
            }
        }
    }

    #[test]
    fn bytes_of_ones_are_found() {
        for place in 0..8 {
            assert!(has_ones(0xFF << (8 * place)), "{place}");
            assert!(!has_ones(!(1 << (8 * place)) & 0xFEFE_7FFE_DFFE_FEFE), "{place}");
        }
    }

    #[test]
    fn values_extend() {
        for (bits, size, want) in
            [(0, 0, 0), (0, 1, -1), (1, 1, 1), (0, 2, -3), (3, 2, 3), (0, 11, -2047)]
        {
            assert_eq!(extend(bits, size), want, "{bits} of {size}");
        }
    }
}
