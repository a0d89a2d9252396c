//! Coefficients as symbols: what Huffman codes stand for (T.81, F.1.2 and G.1.2).

use super::fdct::forward;
use super::quantization::Quantization;
use super::{Component, Scan};
use crate::jpeg::zigzag::COLUMN_ZIGZAG;
use crate::lanes::{Lanes, Vector};
use crate::planes::Plane;

/// Takes the symbols of a scan: records them, or writes them.
pub(super) trait SymbolSink {
    fn put(&mut self, symbol: Symbol);
}

/// A symbol and the bits behind it, in a word: 16 bits, how many of them count, and the symbol's
/// place among those of all tables.
#[derive(Clone, Copy, Debug)]
pub(super) struct Symbol(u32);

impl Symbol {
    /// The size of a DC difference, and its bits.
    #[inline(always)]
    pub(super) fn dc(kind: usize, size: u8, bits: u32) -> Self {
        Self::new(kind, size, bits, u32::from(size))
    }

    /// Run and size of an AC coefficient, or a run of ended blocks, and `count` bits with it.
    #[inline(always)]
    pub(super) fn ac(kind: usize, symbol: u8, bits: u32, count: u32) -> Self {
        Self::new(AC + kind, symbol, bits, count)
    }

    #[inline(always)]
    fn new(table: usize, symbol: u8, bits: u32, count: u32) -> Self {
        Self((table as u32) << 29 | u32::from(symbol) << 21 | count << 16 | bits)
    }

    /// 256 times the number of its table, and the symbol.
    #[inline(always)]
    pub(super) fn place(self) -> usize {
        (self.0 >> 21) as usize % (256 * TABLES)
    }

    /// How many bits are behind it, at most 16.
    #[inline(always)]
    pub(super) fn count(self) -> u32 {
        self.0 >> 16 & 31
    }

    /// These bits.
    #[inline(always)]
    pub(super) fn bits(self) -> u32 {
        self.0 & 0xFFFF
    }
}

/// DC and AC of lightness and of color.
pub(super) const TABLES: usize = 4;
/// The first of the tables for AC.
const AC: usize = 2;

/// First and last coefficient of a scan, in zigzag order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Band {
    pub(super) first: usize,
    pub(super) last: usize,
}

/// The quantised coefficients of a component.
pub(super) struct Coefficients {
    /// Blocks in a row, padded to whole MCUs.
    blocks_x: usize,
    /// Blocks that hold some of the picture.
    own_x: usize,
    own_y: usize,
    blocks: Vec<Block>,
    /// Those of all blocks that are not zero, block by block in zigzag order; of the rest, which is
    /// most, nothing is held.
    values: Vec<i16>,
}

/// A block's coefficients.
#[derive(Clone, Copy)]
struct Block {
    /// A bit for each that is not zero, the first of the zigzag order the lowest.
    nonzero: u64,
    /// Where in [`Coefficients::values`] they begin.
    start: usize,
}

/// A block from samples around 0: its coefficients in zigzag order.
#[inline(always)]
fn transformed(samples: &[[i16; 8]; 8], quantization: &Quantization) -> [i16; 64] {
    let columns = forward(samples.each_ref().map(Vector::load));
    let mut places = [[0; 8]; 8];
    for (u, (place, column)) in places.iter_mut().zip(columns).enumerate() {
        *place = quantization.quantize(column, u).store();
    }
    let places = places.as_flattened();
    let mut values = [0; 64];
    for (value, place) in values.iter_mut().zip(COLUMN_ZIGZAG) {
        *value = places[usize::from(place & 63)];
    }
    values
}

/// A bit for each value that is not zero, the first the lowest.
fn nonzero(values: &[i16; 64]) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    /// Moves the lowest bit of each byte into the highest byte, the first the lowest.
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let mut bits = 0;
    for (n, eight) in values.as_chunks::<8>().0.iter().enumerate() {
        let lanes = Vector::load(eight);
        let signs = lanes.signs();
        let sizes = u64::from_le_bytes(lanes.add(signs).xor(signs).narrow());
        // A byte that is not 0 carries into its highest bit.
        let high = ((((sizes & (ONES * 0x7F)) + ONES * 0x7F) | sizes) >> 7) & ONES;
        bits |= (high.wrapping_mul(GATHER) >> 56) << (8 * n);
    }
    bits
}

impl Band {
    /// A bit for each of its coefficients.
    const fn bits(self) -> u64 {
        (u64::MAX << self.first) & (u64::MAX >> (63 - self.last))
    }
}

impl Coefficients {
    /// Transforms and quantises a plane; beyond its edges the last samples are repeated.
    pub(super) fn new(
        plane: &Plane,
        blocks_x: usize,
        blocks_y: usize,
        quantization: &Quantization,
    ) -> Self {
        let (own_x, own_y) = (plane.width.div_ceil(8), plane.height.div_ceil(8));
        let mut coefficients = Self {
            blocks_x,
            own_x,
            own_y,
            blocks: Vec::with_capacity(blocks_x * blocks_y),
            values: Vec::with_capacity(blocks_x * blocks_y * USUAL_COUNT),
        };
        for y in 0..blocks_y {
            for x in 0..blocks_x {
                coefficients.push(&transformed(&samples(plane, x * 8, y * 8), quantization));
            }
        }
        coefficients
    }

    #[inline(always)]
    fn push(&mut self, values: &[i16; 64]) {
        let nonzero = nonzero(values);
        self.blocks.push(Block { nonzero, start: self.values.len() });
        let mut kept = [0; 64];
        for (kept, index) in kept.iter_mut().zip(bits_of(nonzero)) {
            *kept = values[index & 63];
        }
        self.values.extend_from_slice(&kept[..nonzero.count_ones() as usize]);
    }

    fn block(&self, x: usize, y: usize) -> Block {
        self.blocks[y * self.blocks_x + x]
    }

    /// The first coefficient of a block.
    fn mean(&self, block: Block) -> i16 {
        if block.nonzero & 1 == 0 { 0 } else { self.values.get(block.start).map_or(0, |v| *v) }
    }

    /// Index and value of those of a band that are not zero.
    #[inline(always)]
    fn of_band(&self, block: Block, band: Band) -> impl Iterator<Item = (usize, i16)> {
        let before = block.nonzero & !(u64::MAX << band.first);
        let start = block.start + before.count_ones() as usize;
        let values = self.values.get(start..).unwrap_or_default();
        bits_of(block.nonzero & band.bits()).zip(values.iter().copied())
    }
}

/// How many coefficients of a block are not zero in most pictures.
const USUAL_COUNT: usize = 10;

/// The numbers of the bits that are set, the lowest first.
#[inline(always)]
fn bits_of(mut bits: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let index = bits.trailing_zeros() as usize;
        bits &= bits.checked_sub(1)?;
        Some(index)
    })
}

/// The samples of a block around 0.
#[inline(always)]
fn samples(plane: &Plane, x: usize, y: usize) -> [[i16; 8]; 8] {
    let mut block = [[0; 8]; 8];
    for (dy, samples) in block.iter_mut().enumerate() {
        let start = (y + dy).min(plane.height - 1) * plane.stride;
        let row = &plane.data[start..start + plane.width];
        let eight = match row.get(x..x + 8).and_then(<[u8]>::first_chunk) {
            Some(eight) => *eight,
            None => beyond(row, x),
        };
        *samples = eight.map(|sample| i16::from(sample) - 128);
    }
    block
}

/// Eight samples from `x` on, some of them behind the last.
#[cold]
fn beyond(row: &[u8], x: usize) -> [u8; 8] {
    std::array::from_fn(|dx| row[(x + dx).min(row.len() - 1)])
}

/// Gives the symbols of a scan, in order.
pub(super) fn walk(scan: &Scan, components: &[Component], sink: &mut impl SymbolSink) {
    match scan.members.as_slice() {
        [member] if scan.band.first > 0 => band(scan.band, &components[*member], sink),
        members => interleaved(members, scan.band.last > 0, components, sink),
    }
}

/// MCU by MCU: DC coefficients, and the AC coefficients too where they are in the scan.
fn interleaved(
    members: &[usize],
    with_ac: bool,
    components: &[Component],
    sink: &mut impl SymbolSink,
) {
    let Some(first) = members.first().map(|&member| &components[member]) else { return };
    let mcus_x = first.coefficients.blocks_x / first.sampling_x;
    let mcus_y = first.coefficients.blocks.len() / first.coefficients.blocks_x / first.sampling_y;
    let mut predictions = vec![0; members.len()];
    for mcu_y in 0..mcus_y {
        for mcu_x in 0..mcus_x {
            for (&member, prediction) in members.iter().zip(&mut predictions) {
                let component = &components[member];
                for y in mcu_y * component.sampling_y..(mcu_y + 1) * component.sampling_y {
                    for x in mcu_x * component.sampling_x..(mcu_x + 1) * component.sampling_x {
                        let block = component.coefficients.block(x, y);
                        dc(component.kind, component.coefficients.mean(block), prediction, sink);
                        if with_ac {
                            ac(component, block, sink);
                        }
                    }
                }
            }
        }
    }
}

#[inline(always)]
fn dc(kind: usize, value: i16, prediction: &mut i32, sink: &mut impl SymbolSink) {
    let (size, bits) = size_and_bits(i32::from(value) - *prediction);
    *prediction = i32::from(value);
    sink.put(Symbol::dc(kind, size, bits));
}

/// Sixteen zeros.
const ZEROS_16: u8 = 0xF0;
/// No more coefficients in the block.
const END_OF_BLOCK: u8 = 0x00;

/// The AC coefficients of a block in a sequential scan.
#[inline(always)]
fn ac(component: &Component, block: Block, sink: &mut impl SymbolSink) {
    let last = coefficients(component, block, Band { first: 1, last: 63 }, sink);
    if last < 63 {
        sink.put(Symbol::ac(component.kind, END_OF_BLOCK, 0, 0));
    }
}

/// Run by run, the coefficients of a band that are not zero; gives the index of the last of them,
/// or one below the band.
#[inline(always)]
fn coefficients(
    component: &Component,
    block: Block,
    band: Band,
    sink: &mut impl SymbolSink,
) -> usize {
    let mut previous = band.first - 1;
    for (index, value) in component.coefficients.of_band(block, band) {
        let mut run = index - previous - 1;
        while run > 15 {
            sink.put(Symbol::ac(component.kind, ZEROS_16, 0, 0));
            run -= 16;
        }
        let (size, bits) = size_and_bits(i32::from(value));
        sink.put(Symbol::ac(component.kind, (run as u8) << 4 | size, bits, u32::from(size)));
        previous = index;
    }
    previous
}

/// The longest run of ended blocks that a symbol can tell of.
const LONGEST_END_RUN: u32 = 0x7FFF;

/// One component's band, block by block; blocks without coefficients are counted together.
fn band(band: Band, component: &Component, sink: &mut impl SymbolSink) {
    let mut ended = 0;
    for y in 0..component.coefficients.own_y {
        for x in 0..component.coefficients.own_x {
            let block = component.coefficients.block(x, y);
            if block.nonzero & band.bits() != 0 {
                end_run(component.kind, &mut ended, sink);
                if coefficients(component, block, band, sink) == band.last {
                    continue;
                }
            }
            ended += 1;
            if ended == LONGEST_END_RUN {
                end_run(component.kind, &mut ended, sink);
            }
        }
    }
    end_run(component.kind, &mut ended, sink);
}

fn end_run(kind: usize, ended: &mut u32, sink: &mut impl SymbolSink) {
    if *ended > 0 {
        let exponent = ended.ilog2();
        sink.put(Symbol::ac(kind, (exponent as u8) << 4, *ended - (1 << exponent), exponent));
        *ended = 0;
    }
}

/// How many bits a value takes, and those bits (T.81, F.1.2.1): negative ones less one.
#[inline(always)]
fn size_and_bits(value: i32) -> (u8, u32) {
    let amount = value.unsigned_abs();
    let size = match SIZES.get(amount as usize) {
        Some(size) => *size,
        None => (32 - amount.leading_zeros()) as u8,
    };
    let bits = if value < 0 { value - 1 } else { value };
    (size, bits as u32 & ((1 << size) - 1))
}

/// How many bits small amounts take: most are small, and not every machine counts bits fast.
static SIZES: [u8; 64] = {
    let mut sizes = [0; 64];
    let mut amount = 0;
    while amount < 64 {
        sizes[amount] = (usize::BITS - amount.leading_zeros()) as u8;
        amount += 1;
    }
    sizes
};
