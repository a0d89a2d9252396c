//! Entropy-coded data, read bit by bit straight from the file.

/// The bits of a scan, most significant first (T.81, F.1.2.3 and F.2.2.5): stuffed zeros and fill
/// bytes are taken out ahead of the reader, and at a marker the data ends; zeros follow.
#[derive(Debug)]
pub(super) struct Bits<'a> {
    file: &'a [u8],
    /// The first byte of `file` that is not in the buffer; never beyond a marker.
    position: usize,
    /// Bytes without stuffing: `filled` of them, and behind the last one zeros.
    buffer: Vec<u8>,
    filled: usize,
    /// Whether `filled` is where the data ends.
    ended: bool,
    /// Up to where in the buffer a block can begin.
    limit: usize,
    cursor: Cursor,
}

/// How far the bits of a buffer have been read.
#[derive(Clone, Copy, Debug, Default)]
struct Cursor {
    /// The byte that has yet to come into the window, in whole.
    next: usize,
    /// The next bits, left-aligned; below `count` bits it holds some of `next`, or zeros.
    window: u64,
    count: u32,
}

/// Bytes that are in the buffer at once.
const CHUNK: usize = 16 * 1024;
/// More than a block can take: 64 symbols of at most 16 bits, with at most 16 bits each.
const BLOCK: usize = 64 * 4 + 16;
/// Zeros behind the data's end.
const ZEROS: usize = 2 * BLOCK;

impl<'a> Bits<'a> {
    pub(super) fn new(file: &'a [u8]) -> Self {
        let mut bits = Self {
            file,
            position: 0,
            buffer: vec![0; CHUNK + ZEROS],
            filled: 0,
            ended: false,
            limit: 0,
            cursor: Cursor::default(),
        };
        bits.fill();
        bits
    }

    /// How many bytes of the file need not be looked at again; never beyond a marker.
    pub(super) fn position(&self) -> usize {
        self.position
    }

    /// Whether more bits were read than there are. Up to 7 bits of padding, and what was looked at
    /// in advance, are no overrun.
    pub(super) fn is_overrun(&self) -> bool {
        self.ended && self.cursor.next * 8 > self.filled * 8 + self.cursor.count as usize
    }

    /// Goes on behind the next restart marker, whatever is left in front of it; false where
    /// another marker or the end comes first.
    pub(super) fn restart(&mut self) -> bool {
        let mut position = self.position;
        while let Some(found) = memchr::memchr(0xFF, self.file.get(position..).unwrap_or_default())
        {
            position += found + 1;
            match self.file.get(position) {
                Some(0xD0..=0xD7) => {
                    self.position = position + 1;
                    (self.cursor, self.filled, self.ended) = (Cursor::default(), 0, false);
                    self.fill();
                    return true;
                }
                Some(0x00 | 0xFF) => {}
                _ => break,
            }
        }
        false
    }

    /// Reads a block, or less. The reader lives in registers meanwhile.
    #[inline(always)]
    pub(super) fn read<T>(&mut self, read: impl FnOnce(&mut Reader<'_>) -> T) -> T {
        if self.cursor.next > self.limit {
            self.fill();
        }
        let mut reader = Reader { data: &self.buffer, cursor: self.cursor };
        let result = read(&mut reader);
        self.cursor = reader.cursor;
        result
    }

    /// Fills the buffer up, from what has yet to be read on.
    #[cold]
    #[inline(never)]
    fn fill(&mut self) {
        if self.ended {
            // Nothing but zeros is left, and those are read again.
            self.cursor.next = self.cursor.next.min(self.filled + size_of::<u64>());
            return;
        }
        let read = self.cursor.next.min(self.filled);
        self.buffer.copy_within(read..self.filled, 0);
        self.filled -= read;
        self.cursor.next -= read;
        while self.filled < CHUNK && !self.ended {
            self.copy_run();
        }
        self.limit = if self.ended {
            self.buffer[self.filled..self.filled + ZEROS].fill(0);
            self.filled + ZEROS - BLOCK
        } else {
            self.filled - BLOCK
        };
    }

    /// Takes bytes up to the next that is stuffed, and that one, or up to a marker or the end.
    fn copy_run(&mut self) {
        let rest = self.file.get(self.position..).unwrap_or_default();
        let rest = &rest[..rest.len().min(CHUNK - self.filled)];
        let run = memchr::memchr(0xFF, rest).unwrap_or(rest.len());
        self.buffer[self.filled..self.filled + run].copy_from_slice(&rest[..run]);
        self.filled += run;
        self.position += run;
        if run == rest.len() {
            self.ended = self.position >= self.file.len();
            return;
        }
        match self.file.get(self.position + 1) {
            Some(0x00) => {
                self.buffer[self.filled] = 0xFF;
                self.filled += 1;
                self.position += 2;
            }
            Some(0xFF) => self.position += 1,
            _ => self.ended = true,
        }
    }
}

/// Reads bits of a buffer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader<'a> {
    data: &'a [u8],
    cursor: Cursor,
}

impl Reader<'_> {
    /// Makes sure that at least 56 bits are in the window.
    #[inline(always)]
    pub(super) fn refill(&mut self) {
        let Cursor { next, window, count } = &mut self.cursor;
        let bytes = self.data.get(*next..).and_then(<[u8]>::first_chunk::<8>);
        let word = bytes.map_or(0, |bytes| u64::from_be_bytes(*bytes));
        *window |= word >> *count;
        // As many whole bytes as there is room for, which leaves 56 (0x38) to 63 bits.
        *next += ((63 - *count) >> 3) as usize;
        *count |= 0x38;
    }

    /// The next `count` bits, 1 to 32, without taking them.
    #[inline(always)]
    pub(super) fn peek(&self, count: u32) -> u32 {
        (self.cursor.window >> (64 - count)) as u32
    }

    /// Takes bits that were refilled before.
    #[inline(always)]
    pub(super) fn take(&mut self, count: u32) {
        self.cursor.window <<= count;
        self.cursor.count = self.cursor.count.wrapping_sub(count);
    }

    /// How many bits are in the window.
    #[inline(always)]
    pub(super) fn available(&self) -> u32 {
        self.cursor.count
    }

    /// Takes `count` bits, 0 to 16, that were refilled before.
    #[inline(always)]
    pub(super) fn get(&mut self, count: u32) -> u32 {
        // In two steps, since a shift by all 64 is none.
        let bits = (self.cursor.window >> 1 >> (63 - count)) as u32;
        self.take(count);
        bits
    }
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

    /// The next bits, 1 to 16 of them.
    fn next(bits: &mut Bits<'_>, count: u32) -> u32 {
        bits.read(|reader| {
            reader.refill();
            reader.get(count)
        })
    }

    #[test]
    fn stuffing_and_restarts_are_stepped_over() {
        let data = [1, 0xFF, 0x00, 2, 0xFF, 0xD0, 3, 0xFF, 0xFF, 0xD1, 4, 0xFF, 0xD9, 5];
        let mut bits = Bits::new(&data);
        for (want, restart) in [(&[1_u32, 0xFF, 2][..], true), (&[3], true), (&[4], false)] {
            for byte in want {
                assert_eq!(next(&mut bits, 8), *byte);
            }
            assert!(!bits.is_overrun());
            assert_eq!(next(&mut bits, 8), 0);
            assert!(bits.is_overrun());
            assert_eq!(bits.restart(), restart);
        }
        assert_eq!(bits.position(), 11);
    }

    #[test]
    fn bits_come_in_order_and_zeros_follow() {
        // Long enough to be taken in chunks, the borders of which meet stuffed bytes too.
        let data: Vec<u8> = (0..5 * CHUNK)
            .map(|n| (n * n / 7 % 256) as u8 | (0x80 * u8::from(n % 3 == 0)))
            .collect();
        let stuffed: Vec<u8> = data
            .iter()
            .flat_map(|byte| [*byte, 0].into_iter().take(if *byte == 0xFF { 2 } else { 1 }))
            .collect();
        assert!(stuffed.len() > data.len());
        for step in 1..=16 {
            let mut bits = Bits::new(&stuffed);
            let want = |start: usize| -> u32 {
                (start..start + step).fold(0, |value, bit| {
                    let byte = data.get(bit / 8).copied().unwrap_or(0);
                    value << 1 | u32::from(byte >> (7 - bit % 8) & 1)
                })
            };
            for start in (0..data.len() * 8 + 100_000).step_by(step) {
                assert_eq!(next(&mut bits, step as u32), want(start), "{step} bits at {start}");
                let past = (start + step).saturating_sub(data.len() * 8);
                assert_eq!(bits.is_overrun(), past > 0, "{step} bits at {start}");
            }
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
