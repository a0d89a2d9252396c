//! Sequential scans (T.81, annex F): each block is complete at once.

use super::{Frame, ScanHeader, Step, Tables, Walk};
use crate::jpeg::decode::bits::Bits;
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
            Ok(Member {
                index: scanned.index,
                blocks: component.blocks_in_unit(header),
                stride: component.plane.stride,
                dc: tables.dc(scanned.dc_table)?,
                ac: tables.ac(scanned.ac_table)?,
                steps: tables.quantization(component.quantization)?,
                prediction: 0,
            })
        })
        .collect::<Result<Vec<_>, JpegError>>()?;
    let (units_x, units_y) = frame.units(header);
    let mut samples = Samples::<SIDE>::new();
    for unit_y in 0..units_y {
        for unit_x in 0..units_x {
            match walk.step() {
                Step::End => return Ok(false),
                Step::Skip => continue,
                Step::Restart => members.iter_mut().for_each(|member| member.prediction = 0),
                Step::Decode => {}
            }
            let mut blocks = 0;
            for member in &mut members {
                let data = &mut frame.components[member.index].plane.data;
                let (count_x, count_y) = member.blocks;
                for y in unit_y * count_y..(unit_y + 1) * count_y {
                    for x in unit_x * count_x..(unit_x + 1) * count_x {
                        let only_mean = member.read_block(&mut samples, &mut walk.bits);
                        let start = (y * member.stride + x) * SIDE;
                        samples.write(data, start, member.stride, only_mean);
                    }
                }
                blocks += count_x * count_y;
            }
            walk.decoded(blocks);
        }
    }
    Ok(!walk.damaged)
}

/// A component of the scan.
struct Member<'a> {
    index: usize,
    /// Blocks in a unit, across and down.
    blocks: (usize, usize),
    stride: usize,
    dc: &'a Table,
    ac: &'a Table,
    /// Quantisation steps in zigzag order.
    steps: &'a [u16; 64],
    /// The last DC value.
    prediction: i32,
}

impl Member<'_> {
    /// Reads the coefficients that the scale needs and steps over the others; gives whether all
    /// but the first of those that it needs are zero.
    #[inline(always)]
    fn read_block<const SIDE: usize>(
        &mut self,
        samples: &mut Samples<SIDE>,
        from: &mut Bits<'_>,
    ) -> bool {
        // A copy lives in registers.
        let mut bits = *from;
        self.prediction = self.prediction.wrapping_add(self.dc.difference(&mut bits));
        samples.block[0] = dequantize(self.prediction, self.steps[0]);
        let mut index = 1;
        let mut only_mean = true;
        while index <= Layout::<SIDE>::LAST {
            let coefficient = self.ac.coefficient(&mut bits);
            index += coefficient.run;
            if index > 63 {
                break;
            }
            let value = dequantize(coefficient.value, self.steps[index]);
            samples.block[Layout::<SIDE>::place(index)] = value;
            only_mean = false;
            index += 1;
        }
        self.ac.skip_rest(index, &mut bits);
        *from = bits;
        only_mean
    }
}

/// A coefficient's value. No picture has one that does not fit.
#[inline(always)]
pub(super) const fn dequantize(value: i32, step: u16) -> i16 {
    value.wrapping_mul(step as i32) as i16
}
