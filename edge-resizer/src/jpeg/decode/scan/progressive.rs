//! Progressive scans (T.81, annex G): each scan brings some coefficients, or a bit more of them.

use std::ops::Range;

use super::sequential::dequantize;
use super::{BlockAt, Component, Frame, ScanHeader, Tables, Visitor, Walk};
use crate::jpeg::decode::bits::Reader;
use crate::jpeg::decode::huffman::{Coefficient, Table};
use crate::jpeg::decode::needed::Layout;
use crate::jpeg::decode::samples::Samples;
use crate::jpeg::decode::{JpegError, Scale};
use crate::planes::Plane;

/// The coefficients of a component, as far as the scans have brought them.
///
/// Only those that the scale uses are kept; of the others it is enough to know which are not zero,
/// since that decides how the bits of later scans are read.
#[derive(Debug)]
pub(super) struct Coefficients {
    /// Blocks in a row.
    blocks_x: usize,
    /// By the zigzag order: where a block keeps each; those that the scale does not use are out of
    /// its reach.
    places: &'static [u8; 64],
    /// Coefficients kept of a block.
    area: usize,
    /// `area` values a block, column by column.
    values: Vec<i16>,
    /// A bit for each coefficient of a block that is not zero, by its place in the zigzag order.
    nonzero: Vec<u64>,
}

impl Coefficients {
    pub(super) fn new(blocks_x: usize, blocks_y: usize, scale: Scale) -> Self {
        let blocks = blocks_x * blocks_y;
        let area = scale.block() * scale.block();
        let places = match scale {
            Scale::Eighth => &Layout::<1>::PLACES,
            Scale::Quarter => &Layout::<2>::PLACES,
            Scale::Half => &Layout::<4>::PLACES,
            Scale::Full => &Layout::<8>::PLACES,
        };
        Self { blocks_x, places, area, values: vec![0; blocks * area], nonzero: vec![0; blocks] }
    }

    /// One block, to be changed.
    #[inline]
    fn block_mut(&mut self, x: usize, y: usize) -> Option<BlockMut<'_>> {
        let index = y * self.blocks_x + x;
        Some(BlockMut {
            places: self.places,
            values: self.values.get_mut(index * self.area..(index + 1) * self.area)?,
            nonzero: self.nonzero.get_mut(index)?,
        })
    }

    /// Turns the coefficients into samples; the steps are in zigzag order.
    pub(super) fn transform(&self, steps: &[u16; 64], scale: Scale, plane: &mut Plane) {
        match scale {
            Scale::Eighth => self.transform_at::<1>(steps, plane),
            Scale::Quarter => self.transform_at::<2>(steps, plane),
            Scale::Half => self.transform_at::<4>(steps, plane),
            Scale::Full => self.transform_at::<8>(steps, plane),
        }
    }

    fn transform_at<const SIDE: usize>(&self, steps: &[u16; 64], plane: &mut Plane) {
        let mut steps_by_place = [0; 64];
        for (index, step) in steps.iter().enumerate().take(Layout::<SIDE>::LAST + 1).rev() {
            steps_by_place[Layout::<SIDE>::place(index)] = *step;
        }
        let mut samples = Samples::<SIDE>::new();
        let others = !1 & (u64::MAX >> (63 - Layout::<SIDE>::LAST));
        for (index, values) in self.values.chunks_exact(self.area).enumerate() {
            for ((target, value), step) in samples.block.iter_mut().zip(values).zip(&steps_by_place)
            {
                *target = dequantize(i32::from(*value), *step);
            }
            let (x, y) = (index % self.blocks_x, index / self.blocks_x);
            let only_mean = self.nonzero[index] & others == 0;
            let start = (y * plane.stride + x) * SIDE;
            samples.write(&mut plane.data, start, plane.stride, only_mean);
        }
    }
}

/// A block's coefficients.
struct BlockMut<'a> {
    places: &'static [u8; 64],
    values: &'a mut [i16],
    nonzero: &'a mut u64,
}

impl BlockMut<'_> {
    /// The value at this place of the zigzag order, where it is kept.
    fn value_mut(&mut self, zigzag: usize) -> Option<&mut i16> {
        self.values.get_mut(usize::from(self.places[zigzag & 63]))
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

    fn block(&mut self, component: &mut Component, at: BlockAt, bits: &mut Reader<'_>) {
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

    fn block(&mut self, component: &mut Component, at: BlockAt, bits: &mut Reader<'_>) {
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
    /// The length of a run of blocks without more coefficients, this one included, where a
    /// coefficient says that one begins.
    #[inline]
    fn end_run(coefficient: Coefficient, bits: &mut Reader<'_>) -> Option<u32> {
        let exponent = coefficient.run.checked_sub(Coefficient::END)? as u32;
        bits.refill();
        Some((1 << exponent) + bits.get(exponent))
    }
}

/// The upper bits of a band of AC coefficients.
struct AcFirst<'a>(AcScan<'a>);

impl Visitor for AcFirst<'_> {
    fn restart(&mut self) {
        self.0.end_run = 0;
    }

    fn block(&mut self, component: &mut Component, at: BlockAt, bits: &mut Reader<'_>) {
        let scan = &mut self.0;
        if scan.end_run > 0 {
            scan.end_run -= 1;
            return;
        }
        let Some(mut block) = block_of(component, at) else { return };
        let mut index = scan.band.0;
        let mut local = *bits;
        while index <= scan.band.1 {
            let coefficient = scan.table.coefficient(&mut local);
            if let Some(run) = AcScan::end_run(coefficient, &mut local) {
                scan.end_run = run - 1;
                break;
            }
            index += coefficient.run;
            if coefficient.value != 0 && index <= scan.band.1 {
                block.set(index, coefficient.value.wrapping_shl(scan.shift));
            }
            index += 1;
        }
        *bits = local;
    }
}

/// One more bit of a band of AC coefficients (T.81, G.1.2.3).
struct AcRefine<'a>(AcScan<'a>);

impl Visitor for AcRefine<'_> {
    fn restart(&mut self) {
        self.0.end_run = 0;
    }

    fn block(&mut self, component: &mut Component, at: BlockAt, bits: &mut Reader<'_>) {
        let scan = &mut self.0;
        let Some(mut block) = block_of(component, at) else { return };
        let step = 1_i16 << scan.shift;
        let mut index = scan.band.0;
        let mut local = *bits;
        while scan.end_run == 0 && index <= scan.band.1 {
            let coefficient = scan.table.coefficient(&mut local);
            if let Some(run) = AcScan::end_run(coefficient, &mut local) {
                scan.end_run = run;
                break;
            }
            let (zeros, last) = (coefficient.run, scan.band.1);
            index = refine_until(&mut block, index..last + 1, zeros, step, &mut local);
            if coefficient.value != 0 && index <= last {
                // The size is 1 in every legal file: only the sign tells.
                block.set(index, i32::from(step) * coefficient.value.signum());
            }
            index += 1;
        }
        if scan.end_run > 0 {
            refine_until(&mut block, index..scan.band.1 + 1, usize::MAX, step, &mut local);
            scan.end_run -= 1;
        }
        *bits = local;
    }
}

/// Refines the coefficients of a range that are not zero, and stops at the zero that `zeros` others
/// precede; gives its index, or the range's end.
#[inline(always)]
fn refine_until(
    block: &mut BlockMut<'_>,
    range: Range<usize>,
    mut zeros: usize,
    step: i16,
    bits: &mut Reader<'_>,
) -> usize {
    for index in range.clone() {
        if block.is_nonzero(index) {
            if bits.available() == 0 {
                bits.refill();
            }
            if bits.get(1) != 0 {
                block.refine(index, step);
            }
        } else if zeros == 0 {
            return index;
        } else {
            zeros -= 1;
        }
    }
    range.end
}

fn block_of(component: &mut Component, at: BlockAt) -> Option<BlockMut<'_>> {
    component.coefficients.as_mut()?.block_mut(at.x, at.y)
}
