//! Huffman tables (T.81, annexes C and F.2.2), made for speed: most symbols, with their value bits,
//! are one look-up.

use std::ops::ControlFlow;

use super::JpegError;
use super::bits::{Reader, extend};

/// Bits that one look-up covers.
const LOOKUP_BITS: u32 = 11;
const LOOKUP_SIZE: usize = 1 << LOOKUP_BITS;
/// How many look-ups a refilled window has bits for.
const LOOKUPS: u32 = 56 / LOOKUP_BITS;
/// How many bits several symbols may have that are stepped over at once; what follows the last
/// code need not be looked at.
const SKIP_BITS: u32 = 14;
/// How often a refilled window has bits for that.
const SKIPS: u32 = 56 / SKIP_BITS;

/// What a table codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// Differences of means.
    Dc,
    /// Runs and sizes of coefficients.
    Ac,
}

/// A Huffman table.
#[derive(Clone, Debug)]
pub(super) struct Table {
    /// By the next [`LOOKUP_BITS`] bits.
    lookup: Box<[Entry; LOOKUP_SIZE]>,
    /// By the next [`LOOKUP_BITS`] bits: how far several AC symbols go; for coefficients that are
    /// of no interest.
    skips: Box<[Skip; LOOKUP_SIZE]>,
    /// By code length 1 to 16: one past the largest code, left-aligned to 16 bits.
    limits: [u32; 17],
    /// By code length: what to add to a code to get the index of its symbol.
    offsets: [i32; 17],
    symbols: Vec<u8>,
}

/// What the next bits mean, in a word: the value in the upper half, then the symbol (its run alone
/// where the value is there), then how many bits code and value take. Where they are longer than
/// the look-up, [`Entry::PARTIAL`] is set and the bits are those of the code; where the code is
/// longer, they are 0.
#[derive(Clone, Copy, Debug)]
struct Entry(u32);

impl Entry {
    const PARTIAL: u32 = 0x80;
    const LONG: Self = Self(Self::PARTIAL);

    fn whole(value: i32, run: u32, bits: u32) -> Self {
        Self((value as u32) << 16 | run << 8 | bits)
    }

    fn code(symbol: u8, bits: u32) -> Self {
        Self(u32::from(symbol) << 8 | Self::PARTIAL | bits)
    }

    /// Whether the value is there.
    #[inline(always)]
    fn is_whole(self) -> bool {
        self.0 & Self::PARTIAL == 0
    }

    #[inline(always)]
    fn bits(self) -> u32 {
        self.0 & 0x7F
    }

    /// Run or symbol.
    #[inline(always)]
    fn middle(self) -> u32 {
        self.0 >> 8 & 0xFF
    }

    #[inline(always)]
    fn value(self) -> i32 {
        self.0 as i32 >> 16
    }
}

/// Several AC symbols at once, in half a word: how many coefficients they stand for, whether the
/// last of them ends the block, and their bits; 0 where the code of not one is within the look-up.
#[derive(Clone, Copy, Debug, Default)]
struct Skip(u16);

impl Skip {
    const ENDS: u16 = 0x80;

    #[inline(always)]
    fn bits(self) -> u32 {
        u32::from(self.0 & 0x0F)
    }

    #[inline(always)]
    fn coefficients(self) -> usize {
        usize::from(self.0 >> 8)
    }

    #[inline(always)]
    fn ends_block(self) -> bool {
        self.0 & Self::ENDS != 0
    }
}

/// A coefficient that is not zero and the zeros before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Coefficient {
    /// Zeros before it; from [`Coefficient::END`] on where no more coefficients follow in the block,
    /// and what is above that is the exponent of a run of such blocks (T.81, G.1.2.2).
    pub(super) run: usize,
    /// Its value; 0 at the end of a block and for sixteen zeros (run 15).
    pub(super) value: i32,
}

impl Coefficient {
    /// A run that no block has room for.
    pub(super) const END: usize = 64;
}

impl Table {
    /// The table with `counts[n]` codes of length `n + 1`.
    pub(super) fn new(counts: &[u8; 16], symbols: &[u8], class: Class) -> Result<Self, JpegError> {
        let mut table = Self {
            lookup: Box::new([Entry::LONG; LOOKUP_SIZE]),
            skips: Box::new([Skip::default(); LOOKUP_SIZE]),
            limits: [0; 17],
            offsets: [0; 17],
            symbols: symbols.to_vec(),
        };
        let mut codes = vec![(0, 0); LOOKUP_SIZE];
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
                table.enter(code, length, symbol, class);
                if let Some(spare) = LOOKUP_BITS.checked_sub(length) {
                    let first = (code << spare) as usize;
                    codes[first..first + (1 << spare)].fill((symbol, length));
                }
                code += 1;
                index += 1;
            }
            table.limits[length as usize] = code << (16 - length);
            code <<= 1;
        }
        if class == Class::Ac {
            table.enter_skips(&codes);
        }
        Ok(table)
    }

    /// Fills in every look-up that begins with this code.
    fn enter(&mut self, code: u32, length: u32, symbol: u8, class: Class) {
        let Some(spare) = LOOKUP_BITS.checked_sub(length) else { return };
        let size = u32::from(symbol & 15);
        let run = if class == Class::Ac { run(symbol) } else { 0 };
        let first = (code << spare) as usize;
        for (tail, entry) in (0_u32..).zip(&mut self.lookup[first..first + (1 << spare)]) {
            *entry = match spare.checked_sub(size) {
                Some(rest) => Entry::whole(extend(tail >> rest, size), run, length + size),
                None => Entry::code(symbol, length),
            };
        }
    }

    /// For every look-up as many AC symbols as have their code within it; `codes` has for every
    /// look-up the first symbol and the length of its code.
    fn enter_skips(&mut self, codes: &[(u8, u32)]) {
        for (bits, skip) in self.skips.iter_mut().enumerate() {
            let (mut taken, mut coefficients, mut ends) = (0, 0, 0);
            while taken < LOOKUP_BITS {
                let (symbol, length) = codes[bits << taken & (LOOKUP_SIZE - 1)];
                let after = taken + length + u32::from(symbol & 15);
                if length == 0 || taken + length > LOOKUP_BITS || after > SKIP_BITS {
                    break;
                }
                taken = after;
                if run(symbol) as usize >= Coefficient::END {
                    ends = Skip::ENDS;
                    break;
                }
                coefficients += run(symbol) as u16 + 1;
                if coefficients >= 63 {
                    break;
                }
            }
            *skip = Skip(coefficients << 8 | ends | taken as u16);
        }
    }

    /// The next DC difference.
    #[inline(always)]
    pub(super) fn difference(&self, bits: &mut Reader<'_>) -> i32 {
        bits.refill();
        let entry = self.entry(bits);
        if entry.is_whole() {
            bits.take(entry.bits());
            return entry.value();
        }
        let size = u32::from(self.symbol_of(entry, bits)) & 15;
        extend(bits.get(size), size)
    }

    /// Gives one AC coefficient after the other until `visit` breaks.
    #[inline(always)]
    pub(super) fn coefficients(
        &self,
        bits: &mut Reader<'_>,
        mut visit: impl FnMut(Coefficient) -> ControlFlow<()>,
    ) {
        loop {
            bits.refill();
            for _ in 0..LOOKUPS {
                let entry = self.entry(bits);
                let coefficient = if entry.is_whole() {
                    bits.take(entry.bits());
                    Coefficient { run: entry.middle() as usize, value: entry.value() }
                } else {
                    self.long_coefficient(entry, bits)
                };
                if visit(coefficient).is_break() {
                    return;
                }
            }
        }
    }

    /// One that takes more bits than a look-up has; leaves the window refilled.
    #[inline(always)]
    fn long_coefficient(&self, entry: Entry, bits: &mut Reader<'_>) -> Coefficient {
        bits.refill();
        let symbol = self.symbol_of(entry, bits);
        let size = u32::from(symbol & 15);
        let value = extend(bits.get(size), size);
        bits.refill();
        Coefficient { run: run(symbol) as usize, value }
    }

    /// The next AC coefficient.
    #[inline(always)]
    pub(super) fn coefficient(&self, bits: &mut Reader<'_>) -> Coefficient {
        let mut next = Coefficient { run: 0, value: 0 };
        self.coefficients(bits, |coefficient| {
            next = coefficient;
            ControlFlow::Break(())
        });
        next
    }

    /// Steps over the AC coefficients from `index` to the end of the block.
    #[inline(always)]
    pub(super) fn skip_rest(&self, mut index: usize, bits: &mut Reader<'_>) {
        while index < 64 {
            bits.refill();
            for _ in 0..SKIPS {
                let skip = self.skips[bits.peek(LOOKUP_BITS) as usize % LOOKUP_SIZE];
                let next = index + skip.coefficients();
                // A block that is full has no end symbol: what follows is the next block's.
                if skip.bits() == 0 || next + usize::from(skip.ends_block()) > 64 {
                    index += self.coefficient(bits).run + 1;
                    break;
                }
                bits.take(skip.bits());
                index = next;
                if skip.ends_block() || index == 64 {
                    return;
                }
            }
        }
    }

    #[inline(always)]
    fn entry(&self, bits: &Reader<'_>) -> Entry {
        self.lookup[bits.peek(LOOKUP_BITS) as usize % LOOKUP_SIZE]
    }

    #[inline(always)]
    fn symbol_of(&self, entry: Entry, bits: &mut Reader<'_>) -> u8 {
        if entry.bits() == 0 {
            let (symbol, length) = self.long_symbol(bits.peek(16));
            bits.take(length);
            return symbol;
        }
        bits.take(entry.bits());
        entry.middle() as u8
    }

    /// A symbol whose code is longer than the look-up, and the code's length; 0 where there is no
    /// such code.
    #[cold]
    #[inline(never)]
    fn long_symbol(&self, next: u32) -> (u8, u32) {
        let length = (LOOKUP_BITS + 1..=16).find(|&length| next < self.limits[length as usize]);
        length.map_or((0, 16), |length| (self.symbol_at(next, length), length))
    }

    /// The symbol of the code of this length with which 16 bits begin.
    fn symbol_at(&self, next: u32, length: u32) -> u8 {
        let index = (next >> (16 - length)) as i32 + self.offsets[length as usize];
        usize::try_from(index).ok().and_then(|index| self.symbols.get(index)).copied().unwrap_or(0)
    }
}

/// The zeros before the coefficient of an AC symbol, as [`Coefficient::run`] has them.
#[inline(always)]
const fn run(symbol: u8) -> u32 {
    let (run, size) = ((symbol >> 4) as u32, symbol & 15);
    if size == 0 && run != 15 { Coefficient::END as u32 + run } else { run }
}
