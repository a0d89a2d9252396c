//! Entropy-coded data: byte stuffing taken out, then read bit by bit.

/// The picture data of one scan without stuffed zeros and restart markers (T.81, F.1.2.3).
#[derive(Debug)]
pub(super) struct Unstuffed {
    /// The coded bits, most significant first.
    pub(super) data: Vec<u8>,
    /// Where in `data` each restart interval after the first begins.
    pub(super) restarts: Vec<usize>,
    /// How many bytes of the file it was.
    pub(super) used: usize,
}

/// Takes the stuffing out, up to the next marker that is no restart marker.
pub(super) fn unstuff(bytes: &[u8]) -> Unstuffed {
    let mut data = Vec::with_capacity(bytes.len());
    let mut restarts = Vec::new();
    let mut position = 0;
    while let Some(run) = memchr::memchr(0xFF, &bytes[position..]) {
        data.extend_from_slice(&bytes[position..position + run]);
        position += run;
        match bytes.get(position + 1) {
            Some(0x00) => {
                data.push(0xFF);
                position += 2;
            }
            Some(0xD0..=0xD7) => {
                restarts.push(data.len());
                position += 2;
            }
            // A fill byte in front of a marker.
            Some(0xFF) => position += 1,
            Some(_) => return Unstuffed { data, restarts, used: position },
            None => {
                position += 1;
                break;
            }
        }
    }
    data.extend_from_slice(&bytes[position..]);
    Unstuffed { data, restarts, used: bytes.len() }
}

/// Reads bits, most significant first; zeros behind the end.
#[derive(Clone, Debug)]
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

    /// Goes on at another byte: a restart interval begins.
    pub(super) fn seek(&mut self, position: usize) {
        *self = Self { position, overrun: self.overrun, ..Self::new(self.data) };
    }

    /// Whether more bits were read than there are.
    pub(super) fn is_overrun(&self) -> bool {
        // Up to 7 bits of padding, and what was looked at in advance, are no overrun.
        self.overrun > self.count
    }

    /// Makes sure that at least 56 bits are in the window.
    #[inline]
    pub(super) fn refill(&mut self) {
        match self.data.get(self.position..).and_then(<[u8]>::first_chunk::<8>) {
            Some(chunk) => {
                self.window |= u64::from_be_bytes(*chunk) >> self.count;
                let bytes = (63 - self.count) >> 3;
                self.position += bytes as usize;
                self.count += 8 * bytes;
            }
            None => self.refill_at_end(),
        }
    }

    #[cold]
    fn refill_at_end(&mut self) {
        while self.count <= 55 {
            let byte = match self.data.get(self.position) {
                Some(&byte) => {
                    self.position += 1;
                    byte
                }
                None => {
                    self.overrun += 8;
                    0
                }
            };
            // What an earlier refill left below `count` is the same bits.
            let clear = !(u64::MAX >> self.count);
            self.window = (self.window & clear) | (u64::from(byte) << (56 - self.count));
            self.count += 8;
        }
    }

    /// The next `count` bits, 1 to 32, without taking them.
    #[inline]
    pub(super) fn peek(&self, count: u32) -> u32 {
        (self.window >> (64 - count)) as u32
    }

    /// Takes bits that were refilled before.
    #[inline]
    pub(super) fn take(&mut self, count: u32) {
        self.window <<= count;
        self.count = self.count.saturating_sub(count);
    }

    /// How many bits are in the window.
    #[inline]
    pub(super) fn available(&self) -> u32 {
        self.count
    }

    /// Takes `count` bits, 0 to 16, that were refilled before.
    #[inline]
    pub(super) fn get(&mut self, count: u32) -> u32 {
        if count == 0 {
            return 0;
        }
        let bits = self.peek(count);
        self.take(count);
        bits
    }
}

/// A value of `size` bits as T.81 codes it (F.2.2.1, EXTEND): the upper half is positive.
#[inline]
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
    fn stuffing_and_restarts_are_taken_out() {
        let scan = unstuff(&[1, 0xFF, 0x00, 2, 0xFF, 0xD0, 3, 0xFF, 0xFF, 0xD1, 4, 0xFF, 0xD9, 5]);
        assert_eq!(scan.data, [1, 0xFF, 2, 3, 4]);
        assert_eq!(scan.restarts, [3, 4]);
        assert_eq!(scan.used, 11);
    }

    #[test]
    fn bits_come_in_order_and_zeros_follow() {
        let data: Vec<u8> = (0..=255).collect();
        for step in 1..=16 {
            let mut bits = Bits::new(&data);
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
    fn values_extend() {
        for (bits, size, want) in
            [(0, 0, 0), (0, 1, -1), (1, 1, 1), (0, 2, -3), (3, 2, 3), (0, 11, -2047)]
        {
            assert_eq!(extend(bits, size), want, "{bits} of {size}");
        }
    }
}
