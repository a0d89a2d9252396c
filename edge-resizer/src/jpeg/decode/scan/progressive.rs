//! Progressive scans (T.81, annex G): each scan brings some coefficients, or a bit more of them.

use super::sequential::dequantize;
use super::{BlockAt, Component, Frame, ScanHeader, Tables, Visitor, Walk, transform_for};
use crate::jpeg::decode::bits::{Bits, extend};
use crate::jpeg::decode::huffman::Table;
use crate::jpeg::decode::{JpegError, Scale};
use crate::jpeg::planes::Plane;
use crate::jpeg::zigzag::place;

/// The coefficients of a component, as far as the scans have brought them.
///
/// Only those that the scale uses are kept; of the others it is enough to know which are not zero,
/// since that decides how the bits of later scans are read.
#[derive(Debug)]
pub(super) struct Coefficients {
    /// Blocks in a row.
    blocks_x: usize,
    /// Coefficients kept along a side.
    side: usize,
    /// `side` squared values a block, row-major.
    values: Vec<i16>,
    /// A bit for each coefficient of a block that is not zero, by its place in the zigzag order.
    nonzero: Vec<u64>,
}

impl Coefficients {
    pub(super) fn new(blocks_x: usize, blocks_y: usize, scale: Scale) -> Self {
        let blocks = blocks_x * blocks_y;
        let side = scale.block();
        Self { blocks_x, side, values: vec![0; blocks * side * side], nonzero: vec![0; blocks] }
    }

    /// One block, to be changed.
    fn block_mut(&mut self, x: usize, y: usize) -> Option<BlockMut<'_>> {
        let index = y * self.blocks_x + x;
        let area = self.side * self.side;
        Some(BlockMut {
            side: self.side,
            values: self.values.get_mut(index * area..(index + 1) * area)?,
            nonzero: self.nonzero.get_mut(index)?,
        })
    }

    /// Turns the coefficients into samples.
    pub(super) fn transform(&self, quantization: &[u16; 64], scale: Scale, plane: &mut Plane) {
        let transform = transform_for(scale);
        let side = self.side;
        let mut block = [0; 64];
        for (index, values) in self.values.chunks_exact(side * side).enumerate() {
            for (y, row) in values.chunks_exact(side).enumerate() {
                for (x, &value) in row.iter().enumerate() {
                    block[y * 8 + x] = dequantize(i32::from(value), quantization[y * 8 + x]);
                }
            }
            let (x, y) = (index % self.blocks_x, index / self.blocks_x);
            if let Some(out) = plane.data.get_mut(y * side * plane.stride + x * side..) {
                transform(&block, out, plane.stride);
            }
        }
    }
}

/// A block's coefficients.
struct BlockMut<'a> {
    side: usize,
    values: &'a mut [i16],
    nonzero: &'a mut u64,
}

impl BlockMut<'_> {
    /// The value at this place of the zigzag order, where it is kept.
    fn value_mut(&mut self, zigzag: usize) -> Option<&mut i16> {
        let at = place(zigzag);
        let (x, y) = (at % 8, at / 8);
        if x < self.side && y < self.side { self.values.get_mut(y * self.side + x) } else { None }
    }

    fn set(&mut self, zigzag: usize, value: i32) {
        *self.nonzero |= 1 << (zigzag & 63);
        if let Some(kept) = self.value_mut(zigzag) {
            *kept = value as i16;
        }
    }

    fn is_nonzero(&self, zigzag: usize) -> bool {
        *self.nonzero >> (zigzag & 63) & 1 != 0
    }

    /// One more bit of a coefficient that is not zero.
    fn refine(&mut self, zigzag: usize, step: i16) {
        if let Some(kept) = self.value_mut(zigzag) {
            *kept = kept.wrapping_add(if *kept < 0 { -step } else { step });
        }
    }
}

/// Reads a scan; gives whether all of it was there.
pub(super) fn read(
    header: &ScanHeader,
    frame: &mut Frame,
    tables: &Tables<'_>,
    _scale: Scale,
    walk: &mut Walk<'_>,
) -> Result<bool, JpegError> {
    let refines = header.approximation.0 != 0;
    let shift = header.approximation.1;
    if header.band.0 > 0 {
        let [only] = header.components.as_slice() else {
            return Err(JpegError::Invalid("a scan of AC coefficients has several components"));
        };
        let ac = AcScan { table: tables.ac(only.ac_table)?, band: header.band, shift, end_run: 0 };
        return Ok(if refines {
            walk.visit(header, frame, AcRefine(ac))
        } else {
            walk.visit(header, frame, AcFirst(ac))
        });
    }
    if refines {
        return Ok(walk.visit(header, frame, DcRefine { shift }));
    }
    let members = header
        .components
        .iter()
        .map(|scanned| Ok((tables.dc(scanned.dc_table)?, 0)))
        .collect::<Result<Vec<_>, JpegError>>()?;
    Ok(walk.visit(header, frame, DcFirst { members, shift }))
}

/// The upper bits of the DC coefficients.
struct DcFirst<'a> {
    /// Table and last value of each component.
    members: Vec<(&'a Table, i32)>,
    shift: u32,
}

impl Visitor for DcFirst<'_> {
    fn restart(&mut self) {
        for (_, prediction) in &mut self.members {
            *prediction = 0;
        }
    }

    fn block(&mut self, component: &mut Component, at: BlockAt, bits: &mut Bits<'_>) {
        let (table, prediction) = &mut self.members[at.member];
        *prediction = prediction.wrapping_add(table.difference(bits));
        if let Some(mut block) = block_of(component, at) {
            block.set(0, prediction.wrapping_shl(self.shift));
        }
    }
}

/// One more bit of the DC coefficients.
struct DcRefine {
    shift: u32,
}

impl Visitor for DcRefine {
    fn restart(&mut self) {}

    fn block(&mut self, component: &mut Component, at: BlockAt, bits: &mut Bits<'_>) {
        bits.refill();
        let bit = bits.get(1) as i16;
        if let Some(value) = block_of(component, at).as_mut().and_then(|block| block.value_mut(0)) {
            *value |= bit << self.shift;
        }
    }
}

/// What both kinds of AC scans need.
struct AcScan<'a> {
    table: &'a Table,
    band: (usize, usize),
    shift: u32,
    /// Blocks yet to come that have nothing more in this band.
    end_run: u32,
}

impl AcScan<'_> {
    /// The length of a run of blocks without more coefficients, this one included.
    fn read_end_run(&mut self, exponent: u32, bits: &mut Bits<'_>) {
        bits.refill();
        self.end_run = (1 << exponent) + bits.get(exponent);
    }
}

/// The upper bits of a band of AC coefficients.
struct AcFirst<'a>(AcScan<'a>);

impl Visitor for AcFirst<'_> {
    fn restart(&mut self) {
        self.0.end_run = 0;
    }

    fn block(&mut self, component: &mut Component, at: BlockAt, bits: &mut Bits<'_>) {
        let scan = &mut self.0;
        if scan.end_run > 0 {
            scan.end_run -= 1;
            return;
        }
        let Some(mut block) = block_of(component, at) else { return };
        let mut index = scan.band.0;
        while index <= scan.band.1 {
            let symbol = scan.table.symbol(bits);
            let (run, size) = (usize::from(symbol >> 4), u32::from(symbol & 15));
            if size == 0 && run < 15 {
                scan.read_end_run(run as u32, bits);
                scan.end_run -= 1;
                return;
            }
            index += run;
            if size != 0 && index <= scan.band.1 {
                block.set(index, extend(bits.get(size), size).wrapping_shl(scan.shift));
            }
            index += 1;
        }
    }
}

/// One more bit of a band of AC coefficients (T.81, G.1.2.3).
struct AcRefine<'a>(AcScan<'a>);

impl Visitor for AcRefine<'_> {
    fn restart(&mut self) {
        self.0.end_run = 0;
    }

    fn block(&mut self, component: &mut Component, at: BlockAt, bits: &mut Bits<'_>) {
        let scan = &mut self.0;
        let Some(mut block) = block_of(component, at) else { return };
        let step = 1_i16 << scan.shift;
        let mut index = scan.band.0;
        while scan.end_run == 0 && index <= scan.band.1 {
            let symbol = scan.table.symbol(bits);
            let (zeros, size) = (usize::from(symbol >> 4), symbol & 15);
            let new_value = match size {
                0 if zeros < 15 => {
                    scan.read_end_run(zeros as u32, bits);
                    break;
                }
                0 => None,
                // The size is 1 in every legal file: the bit is the sign.
                _ => Some(if bits.get(1) != 0 { i32::from(step) } else { -i32::from(step) }),
            };
            index = refine_until(&mut block, index, scan.band.1, zeros, step, bits);
            if let Some(value) = new_value
                && index <= scan.band.1
            {
                block.set(index, value);
            }
            index += 1;
        }
        if scan.end_run > 0 {
            refine_until(&mut block, index, scan.band.1, usize::MAX, step, bits);
            scan.end_run -= 1;
        }
    }
}

/// Refines the coefficients from `index` on that are not zero, and stops at the zero that `zeros`
/// others precede; gives its index, or one past `last`.
fn refine_until(
    block: &mut BlockMut<'_>,
    mut index: usize,
    last: usize,
    mut zeros: usize,
    step: i16,
    bits: &mut Bits<'_>,
) -> usize {
    while index <= last {
        if block.is_nonzero(index) {
            bits.refill();
            if bits.get(1) != 0 {
                block.refine(index, step);
            }
        } else if zeros == 0 {
            break;
        } else {
            zeros -= 1;
        }
        index += 1;
    }
    index
}

fn block_of(component: &mut Component, at: BlockAt) -> Option<BlockMut<'_>> {
    component.coefficients.as_mut()?.block_mut(at.x, at.y)
}
