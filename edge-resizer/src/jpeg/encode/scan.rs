//! Coefficients as symbols: what Huffman codes stand for (T.81, F.1.2 and G.1.2).

use super::fdct::forward;
use super::quantization::Quantization;
use super::{Component, Plane, Scan};
use crate::jpeg::zigzag::ZIGZAG;

/// Takes the symbols of a scan: counts them, or writes them.
pub(super) trait SymbolSink {
    /// The size of a DC difference and its bits.
    fn dc(&mut self, kind: usize, size: u8, bits: u32);
    /// Run and size of an AC coefficient, or a run of ended blocks, and `count` bits with it.
    fn ac(&mut self, kind: usize, symbol: u8, bits: u32, count: u32);
}

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
    /// In zigzag order.
    blocks: Vec<[i16; 64]>,
}

impl Coefficients {
    /// Transforms and quantises a plane; beyond its edges the last samples are repeated.
    pub(super) fn new(
        plane: &Plane,
        blocks_x: usize,
        blocks_y: usize,
        quantization: &Quantization,
    ) -> Self {
        let mut blocks = Vec::with_capacity(blocks_x * blocks_y);
        for block_y in 0..blocks_y {
            for block_x in 0..blocks_x {
                let coefficients = forward(samples(plane, block_x * 8, block_y * 8));
                blocks.push(std::array::from_fn(|index| {
                    let place = usize::from(ZIGZAG[index]);
                    quantization.quantize(coefficients[place / 8][place % 8], place)
                }));
            }
        }
        let (own_x, own_y) = (plane.width.div_ceil(8), plane.height.div_ceil(8));
        Self { blocks_x, own_x, own_y, blocks }
    }

    fn block(&self, x: usize, y: usize) -> &[i16; 64] {
        &self.blocks[y * self.blocks_x + x]
    }
}

/// The samples of a block around 0.
#[inline]
fn samples(plane: &Plane, x: usize, y: usize) -> [[i32; 8]; 8] {
    std::array::from_fn(|dy| {
        let row = (y + dy).min(plane.height - 1) * plane.stride;
        if x + 8 <= plane.width {
            let row: &[u8] = &plane.data[row + x..row + x + 8];
            std::array::from_fn(|dx| i32::from(row[dx]) - 128)
        } else {
            let sample = |dx: usize| plane.data[row + (x + dx).min(plane.width - 1)];
            std::array::from_fn(|dx| i32::from(sample(dx)) - 128)
        }
    })
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
                        dc(component.kind, block[0], prediction, sink);
                        if with_ac {
                            ac(component.kind, block, sink);
                        }
                    }
                }
            }
        }
    }
}

#[inline]
fn dc(kind: usize, value: i16, prediction: &mut i32, sink: &mut impl SymbolSink) {
    let (size, bits) = size_and_bits(i32::from(value) - *prediction);
    *prediction = i32::from(value);
    sink.dc(kind, size, bits);
}

/// Sixteen zeros.
const ZEROS_16: u8 = 0xF0;
/// No more coefficients in the block.
const END_OF_BLOCK: u8 = 0x00;

/// The AC coefficients of a block in a sequential scan.
#[inline]
fn ac(kind: usize, block: &[i16; 64], sink: &mut impl SymbolSink) {
    let last = coefficients(kind, block, Band { first: 1, last: 63 }, sink);
    if last < 63 {
        sink.ac(kind, END_OF_BLOCK, 0, 0);
    }
}

/// Run by run, the coefficients of a band that are not zero; gives the index of the last of them,
/// or one below the band.
#[inline]
fn coefficients(kind: usize, block: &[i16; 64], band: Band, sink: &mut impl SymbolSink) -> usize {
    let mut previous = band.first - 1;
    for (index, &value) in block.iter().enumerate().take(band.last + 1).skip(band.first) {
        if value == 0 {
            continue;
        }
        let mut run = index - previous - 1;
        while run > 15 {
            sink.ac(kind, ZEROS_16, 0, 0);
            run -= 16;
        }
        let (size, bits) = size_and_bits(i32::from(value));
        sink.ac(kind, (run as u8) << 4 | size, bits, u32::from(size));
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
            if block[band.first..=band.last].iter().any(|&value| value != 0) {
                end_run(component.kind, &mut ended, sink);
                if coefficients(component.kind, block, band, sink) == band.last {
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
        sink.ac(kind, (exponent as u8) << 4, *ended - (1 << exponent), exponent);
        *ended = 0;
    }
}

/// How many bits a value takes, and those bits (T.81, F.1.2.1): negative ones less one.
#[inline]
fn size_and_bits(value: i32) -> (u8, u32) {
    let size = 32 - value.unsigned_abs().leading_zeros();
    let bits = if value < 0 { value - 1 } else { value };
    (size as u8, bits as u32 & ((1 << size) - 1))
}
