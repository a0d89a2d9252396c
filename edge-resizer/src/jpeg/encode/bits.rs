//! Symbols to bits to bytes.

use super::huffman::Tables;
use super::scan::{Symbol, SymbolSink};

/// Writes the entropy-coded data of a scan.
pub(super) struct BitWriter<'a> {
    out: &'a mut Vec<u8>,
    tables: &'a Tables,
    /// Bits that are not written yet, right-aligned.
    pending: u64,
    count: u32,
}

impl<'a> BitWriter<'a> {
    pub(super) fn new(out: &'a mut Vec<u8>, tables: &'a Tables) -> Self {
        Self { out, tables, pending: 0, count: 0 }
    }

    /// Fills up the last byte with ones.
    pub(super) fn finish(mut self) {
        self.push(0x7F, 7);
        while self.count >= 8 {
            self.count -= 8;
            push_stuffed(self.out, (self.pending >> self.count) as u8);
        }
    }

    /// Appends the lowest `count` bits, at most 32.
    #[inline(always)]
    fn push(&mut self, bits: u32, count: u32) {
        self.pending = self.pending << count | u64::from(bits);
        self.count += count;
        if self.count >= 32 {
            self.count -= 32;
            self.flush((self.pending >> self.count) as u32);
        }
    }

    #[inline(always)]
    fn flush(&mut self, word: u32) {
        let bytes = word.to_be_bytes();
        // A byte of ones is where an inverted word has a byte of zeros.
        let inverted = !word;
        if inverted.wrapping_sub(0x0101_0101) & !inverted & 0x8080_8080 == 0 {
            self.out.extend_from_slice(&bytes);
        } else {
            for byte in bytes {
                push_stuffed(self.out, byte);
            }
        }
    }
}

/// A byte, with the zero behind it that tells a byte of ones from a marker.
fn push_stuffed(out: &mut Vec<u8>, byte: u8) {
    out.push(byte);
    if byte == 0xFF {
        out.push(0);
    }
}

impl SymbolSink for BitWriter<'_> {
    #[inline(always)]
    fn put(&mut self, symbol: Symbol) {
        let code = self.tables.codes[symbol.place()];
        let count = symbol.count();
        self.push(u32::from(code.bits) << count | symbol.bits(), u32::from(code.length) + count);
    }
}
