//! Huffman tables (T.81, annexes C and F.2.2), made for speed: most symbols, with their value bits,
//! are one look-up.

use super::JpegError;
use super::bits::{Bits, extend};

/// Bits that one look-up covers.
const LOOKUP_BITS: u32 = 12;
const LOOKUP_SIZE: usize = 1 << LOOKUP_BITS;

/// A Huffman table.
#[derive(Clone, Debug)]
pub(super) struct Table {
    /// By the next [`LOOKUP_BITS`] bits.
    lookup: Vec<Entry>,
    /// By the next [`LOOKUP_BITS`] bits: how far several AC symbols go; for coefficients that are
    /// of no interest.
    skips: Vec<Skip>,
    /// By code length 1 to 16: one past the largest code, left-aligned to 16 bits.
    limits: [u32; 17],
    /// By code length: what to add to a code to get the index of its symbol.
    offsets: [i32; 17],
    symbols: Vec<u8>,
}

/// What the next bits mean.
#[derive(Clone, Copy, Debug, Default)]
struct Entry {
    /// The value, where its bits are within the look-up.
    value: i16,
    /// The symbol: run of zeros in the upper half, size of the value in the lower.
    symbol: u8,
    /// Bits of the code; 0 where it is longer than the look-up.
    code_bits: u8,
    /// Bits of code and value together; 0 where they are longer than the look-up.
    total_bits: u8,
}

/// Several AC symbols at once.
#[derive(Clone, Copy, Debug, Default)]
struct Skip {
    /// Bits of all of them; 0 where not one is within the look-up.
    bits: u8,
    /// Coefficients that they stand for.
    coefficients: u8,
    /// Whether the last of them ends the block.
    ends_block: bool,
}

/// A coefficient that is not zero, the zeros before it, or the end of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Coefficient {
    /// Zeros before it.
    pub(super) run: usize,
    /// Its value; 0 for the end of a block (run 0) and for sixteen zeros (run 15).
    pub(super) value: i32,
    /// Whether no more coefficients follow in the block.
    pub(super) ends_block: bool,
}

impl Table {
    /// The table with `counts[n]` codes of length `n + 1`.
    pub(super) fn new(counts: &[u8; 16], symbols: &[u8]) -> Result<Self, JpegError> {
        let mut table = Self {
            lookup: vec![Entry::default(); LOOKUP_SIZE],
            skips: Vec::new(),
            limits: [0; 17],
            offsets: [0; 17],
            symbols: symbols.to_vec(),
        };
        let mut code = 0_u32;
        let mut index = 0_usize;
        for (length, &count) in (1..=16_u32).zip(counts) {
            table.offsets[length as usize] = index as i32 - code as i32;
            for _ in 0..count {
                let symbol = *symbols
                    .get(index)
                    .ok_or(JpegError::Invalid("a Huffman table lacks symbols"))?;
                if code >= 1 << length {
                    return Err(JpegError::Invalid("a Huffman table has too many codes"));
                }
                table.enter(code, length, symbol);
                code += 1;
                index += 1;
            }
            table.limits[length as usize] = code << (16 - length);
            code <<= 1;
        }
        table.skips = (0..LOOKUP_SIZE).map(|bits| table.skip_entry(bits)).collect();
        Ok(table)
    }

    /// Fills in every look-up that begins with this code.
    fn enter(&mut self, code: u32, length: u32, symbol: u8) {
        let Some(spare) = LOOKUP_BITS.checked_sub(length) else { return };
        let size = u32::from(symbol & 15);
        for tail in 0..1_u32 << spare {
            let fits = size <= spare;
            let value = if fits { extend(tail >> (spare - size), size) } else { 0 };
            self.lookup[(code << spare | tail) as usize] = Entry {
                value: value as i16,
                symbol,
                code_bits: length as u8,
                total_bits: if fits { (length + size) as u8 } else { 0 },
            };
        }
    }

    /// As many AC symbols as are wholly within these bits.
    fn skip_entry(&self, bits: usize) -> Skip {
        let mut skip = Skip::default();
        while u32::from(skip.bits) < LOOKUP_BITS && skip.coefficients < 63 {
            let entry = self.lookup[bits << skip.bits & (LOOKUP_SIZE - 1)];
            let fits = u32::from(skip.bits + entry.total_bits) <= LOOKUP_BITS;
            if entry.total_bits == 0 || !fits {
                break;
            }
            skip.bits += entry.total_bits;
            if ends_block(entry.symbol) {
                skip.ends_block = true;
                break;
            }
            skip.coefficients += (entry.symbol >> 4) + 1;
        }
        skip
    }

    /// The next DC difference. The bits are refilled.
    #[inline]
    pub(super) fn difference(&self, bits: &mut Bits<'_>) -> i32 {
        bits.refill();
        let entry = self.lookup[bits.peek(LOOKUP_BITS) as usize];
        if entry.total_bits != 0 {
            bits.take(u32::from(entry.total_bits));
            return i32::from(entry.value);
        }
        let size = u32::from(self.symbol_of(entry, bits)) & 15;
        extend(bits.get(size), size)
    }

    /// The next AC coefficient of a sequential scan.
    #[inline]
    pub(super) fn coefficient(&self, bits: &mut Bits<'_>) -> Coefficient {
        if bits.available() < 32 {
            bits.refill();
        }
        let entry = self.lookup[bits.peek(LOOKUP_BITS) as usize];
        if entry.total_bits != 0 {
            bits.take(u32::from(entry.total_bits));
            return Coefficient {
                run: usize::from(entry.symbol >> 4),
                value: i32::from(entry.value),
                ends_block: ends_block(entry.symbol),
            };
        }
        let symbol = self.symbol_of(entry, bits);
        let size = u32::from(symbol & 15);
        let value = extend(bits.get(size), size);
        Coefficient { run: usize::from(symbol >> 4), value, ends_block: ends_block(symbol) }
    }

    /// The next symbol. The bits are refilled.
    #[inline]
    pub(super) fn symbol(&self, bits: &mut Bits<'_>) -> u8 {
        bits.refill();
        self.symbol_of(self.lookup[bits.peek(LOOKUP_BITS) as usize], bits)
    }

    /// Steps over the AC coefficients from `index` to the end of the block.
    #[inline]
    pub(super) fn skip_rest(&self, mut index: usize, bits: &mut Bits<'_>) {
        while index < 64 {
            if bits.available() < 32 {
                bits.refill();
            }
            let skip = self.skips[bits.peek(LOOKUP_BITS) as usize];
            let next = index + usize::from(skip.coefficients);
            // A block that is full has no end symbol: what follows is the next block's.
            if skip.bits != 0 && (next < 64 || (next == 64 && !skip.ends_block)) {
                bits.take(u32::from(skip.bits));
                if skip.ends_block {
                    return;
                }
                index = next;
                continue;
            }
            let coefficient = self.coefficient(bits);
            if coefficient.ends_block {
                return;
            }
            index += coefficient.run + 1;
        }
    }

    #[inline]
    fn symbol_of(&self, entry: Entry, bits: &mut Bits<'_>) -> u8 {
        if entry.code_bits == 0 {
            return self.long_symbol(bits);
        }
        bits.take(u32::from(entry.code_bits));
        entry.symbol
    }

    /// A symbol whose code is longer than the look-up; 0 where there is no such code.
    #[cold]
    fn long_symbol(&self, bits: &mut Bits<'_>) -> u8 {
        let next = bits.peek(16);
        for length in LOOKUP_BITS + 1..=16 {
            if next < self.limits[length as usize] {
                bits.take(length);
                let index = (next >> (16 - length)) as i32 + self.offsets[length as usize];
                return usize::try_from(index)
                    .ok()
                    .and_then(|index| self.symbols.get(index))
                    .copied()
                    .unwrap_or(0);
            }
        }
        bits.take(16);
        0
    }
}

/// Whether a symbol says that no more coefficients follow: size 0, unless it is sixteen zeros.
#[inline]
const fn ends_block(symbol: u8) -> bool {
    symbol & 15 == 0 && symbol >> 4 != 15
}
