//! Sequential scans (T.81, annex F): each block is complete at once.

use std::mem;
use std::ops::ControlFlow;

use super::{Frame, ScanHeader, Step, Tables, Walk};
use crate::jpeg::decode::bits::Reader;
use crate::jpeg::decode::huffman::Table;
use crate::jpeg::decode::needed::Layout;
use crate::jpeg::decode::samples::Samples;
use crate::jpeg::decode::{JpegError, Scale};

/// Reads a scan; gives whether all of it was there.
pub(super) fn read(
    header: &ScanHeader,
    frame: &mut Frame,
    tables: &Tables<'_>,
    scale: Scale,
    walk: &mut Walk<'_>,
) -> Result<bool, JpegError> {
    match scale {
        Scale::Eighth => read_at::<1>(header, frame, tables, walk),
        Scale::Quarter => read_at::<2>(header, frame, tables, walk),
        Scale::Half => read_at::<4>(header, frame, tables, walk),
        Scale::Full => read_at::<8>(header, frame, tables, walk),
    }
}

/// The same for a scale of `SIDE` samples along a side of a block.
fn read_at<const SIDE: usize>(
    header: &ScanHeader,
    frame: &mut Frame,
    tables: &Tables<'_>,
    walk: &mut Walk<'_>,
) -> Result<bool, JpegError> {
    let mut members = header
        .components
        .iter()
        .map(|scanned| {
            let component = &frame.components[scanned.index];
            let (across, down) = component.blocks_in_unit(header);
            let (side, row) = (SIDE, SIDE * component.plane.stride);
            Ok(Member {
                starts: (0..down)
                    .flat_map(|y| (0..across).map(move |x| y * row + x * side))
                    .collect(),
                next_unit: (across * side, down * row),
                plane: Vec::new(),
                stride: component.plane.stride,
                dc: tables.dc(scanned.dc_table)?,
                ac: tables.ac(scanned.ac_table)?,
                targets: Target::all::<SIDE>(tables.quantization(component.quantization)?),
                prediction: 0,
            })
        })
        .collect::<Result<Vec<_>, JpegError>>()?;
    for (member, scanned) in members.iter_mut().zip(&header.components) {
        member.plane = mem::take(&mut frame.components[scanned.index].plane.data);
    }
    let complete = read_units::<SIDE>(frame.units(header), &mut members, walk);
    for (member, scanned) in members.into_iter().zip(&header.components) {
        frame.components[scanned.index].plane.data = member.plane;
    }
    Ok(complete)
}

/// Reads so many units, across and down; gives whether all of it was there.
fn read_units<const SIDE: usize>(
    (units_x, units_y): (usize, usize),
    members: &mut [Member<'_>],
    walk: &mut Walk<'_>,
) -> bool {
    let mut samples = Samples::<SIDE>::new();
    let there = (0..units_y).all(|unit_y| read_row((units_x, unit_y), members, &mut samples, walk));
    there && !walk.damaged
}

/// Reads a row of units; gives whether the scan goes on.
///
/// A function of its own, since an engine for WASM takes its optimized code for the next call, never
/// within one: a cold instance would read the whole picture by code that is five times slower.
#[inline(never)]
fn read_row<const SIDE: usize>(
    (units_x, unit_y): (usize, usize),
    members: &mut [Member<'_>],
    samples: &mut Samples<SIDE>,
    walk: &mut Walk<'_>,
) -> bool {
    let blocks = members.iter().map(|member| member.starts.len()).sum();
    for unit_x in 0..units_x {
        match walk.step() {
            Step::End => return false,
            Step::Skip => continue,
            Step::Restart => members.iter_mut().for_each(|member| member.prediction = 0),
            Step::Decode => {}
        }
        for member in &mut *members {
            let unit = unit_x * member.next_unit.0 + unit_y * member.next_unit.1;
            for block in 0..member.starts.len() {
                let start = unit + member.starts[block];
                let only_mean = walk.bits.read(|bits| member.read_block(samples, bits));
                samples.write(&mut member.plane, start, member.stride, only_mean);
            }
        }
        walk.decoded(blocks);
    }
    true
}

/// A component of the scan.
struct Member<'a> {
    /// Where in the plane the blocks of the first unit begin.
    starts: Vec<usize>,
    /// From there to those of the next unit, across and down.
    next_unit: (usize, usize),
    /// Borrowed from the frame.
    plane: Vec<u8>,
    stride: usize,
    dc: &'a Table,
    ac: &'a Table,
    /// In zigzag order.
    targets: [Target; 64],
    /// The last DC value.
    prediction: i32,
}

/// What becomes of a coefficient.
#[derive(Clone, Copy)]
struct Target {
    /// What it is multiplied by.
    step: u16,
    /// Where in the block it goes.
    place: u16,
}

impl Target {
    fn all<const SIDE: usize>(steps: &[u16; 64]) -> [Self; 64] {
        std::array::from_fn(|index| Self {
            step: steps[index],
            place: Layout::<SIDE>::place(index) as u16,
        })
    }
}

impl Member<'_> {
    /// Reads the coefficients that the scale needs and steps over the others; gives whether all
    /// but the first of those that it needs are zero.
    #[inline(always)]
    fn read_block<const SIDE: usize>(
        &mut self,
        samples: &mut Samples<SIDE>,
        bits: &mut Reader<'_>,
    ) -> bool {
        self.prediction = self.prediction.wrapping_add(self.dc.difference(bits));
        samples.block[0] = dequantize(self.prediction, self.targets[0].step);
        let (mut index, mut only_mean) = (1, true);
        self.ac.coefficients(bits, |coefficient| {
            let place = index + coefficient.run;
            index = place + 1;
            if place > Layout::<SIDE>::LAST {
                return ControlFlow::Break(());
            }
            let target = self.targets[place & 63];
            let value = dequantize(coefficient.value, target.step);
            samples.block[usize::from(target.place) & 63] = value;
            only_mean = false;
            // No symbol ends a block that is full.
            if place == 63 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        self.ac.skip_rest(index, bits);
        only_mean
    }
}

/// A coefficient's value. No picture has one that does not fit.
#[inline(always)]
pub(super) const fn dequantize(value: i32, step: u16) -> i16 {
    value.wrapping_mul(step as i32) as i16
}
