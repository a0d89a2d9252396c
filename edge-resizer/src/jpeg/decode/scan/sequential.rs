//! Sequential scans (T.81, annex F): each block is complete at once.

use super::{BlockAt, Component, Frame, ScanHeader, Tables, Visitor, Walk, transform_for};
use crate::jpeg::decode::bits::Bits;
use crate::jpeg::decode::huffman::Table;
use crate::jpeg::decode::idct::{Block, Transform};
use crate::jpeg::decode::{JpegError, Scale};
use crate::jpeg::zigzag::place;

/// Reads a scan; gives whether all of it was there.
pub(super) fn read(
    header: &ScanHeader,
    frame: &mut Frame,
    tables: &Tables<'_>,
    scale: Scale,
    walk: &mut Walk<'_>,
) -> Result<bool, JpegError> {
    let members = header
        .components
        .iter()
        .map(|scanned| {
            let quantization = tables.quantization[frame.components[scanned.index].quantization]
                .as_ref()
                .ok_or(JpegError::Invalid("a quantisation table is missing"))?;
            Ok(Member {
                dc: tables.dc(scanned.dc_table)?,
                ac: tables.ac(scanned.ac_table)?,
                quantization,
                prediction: 0,
            })
        })
        .collect::<Result<Vec<_>, JpegError>>()?;
    let reader = Reader { members, scale, transform: transform_for(scale), coefficients: [0; 64] };
    Ok(walk.visit(header, frame, reader))
}

struct Reader<'a> {
    members: Vec<Member<'a>>,
    scale: Scale,
    transform: Transform,
    /// All zeros between blocks.
    coefficients: Block,
}

struct Member<'a> {
    dc: &'a Table,
    ac: &'a Table,
    quantization: &'a [u16; 64],
    /// The last DC value.
    prediction: i32,
}

impl Visitor for Reader<'_> {
    fn restart(&mut self) {
        for member in &mut self.members {
            member.prediction = 0;
        }
    }

    #[inline]
    fn block(&mut self, component: &mut Component, at: BlockAt, bits: &mut Bits<'_>) {
        let member = &mut self.members[at.member];
        member.prediction = member.prediction.wrapping_add(member.dc.difference(bits));
        self.coefficients[0] = dequantize(member.prediction, member.quantization[0]);
        let only_dc = read_ac(member, self.scale, &mut self.coefficients, bits);
        let side = self.scale.block();
        let stride = component.plane.stride;
        let Some(out) = component.plane.data.get_mut(at.y * side * stride + at.x * side..) else {
            return;
        };
        if only_dc {
            fill(self.coefficients[0], side, out, stride);
        } else {
            (self.transform)(&self.coefficients, out, stride);
            self.coefficients = [0; 64];
        }
    }
}

/// Reads the AC coefficients that the scale needs and steps over the others; gives whether all of
/// those that it needs are zero.
#[inline]
fn read_ac(member: &Member<'_>, scale: Scale, block: &mut Block, bits: &mut Bits<'_>) -> bool {
    let mut only_dc = true;
    let mut index = 1;
    while index <= scale.last_coefficient() {
        let coefficient = member.ac.coefficient(bits);
        if coefficient.ends_block {
            return only_dc;
        }
        index += coefficient.run;
        if coefficient.value != 0 && index < 64 {
            let at = place(index);
            block[at] = dequantize(coefficient.value, member.quantization[at]);
            only_dc = false;
        }
        index += 1;
    }
    member.ac.skip_rest(index, bits);
    only_dc
}

/// A coefficient's value; 16 bits times 16 bits, so it does not overflow but for DC values that no
/// picture has.
#[inline]
pub(super) fn dequantize(value: i32, step: u16) -> i32 {
    value.wrapping_mul(i32::from(step))
}

/// A block of one value.
#[inline]
fn fill(dc: i32, side: usize, out: &mut [u8], stride: usize) {
    let sample = (dc.wrapping_add(4) >> 3).wrapping_add(128).clamp(0, 255) as u8;
    for row in out.chunks_mut(stride).take(side) {
        let side = side.min(row.len());
        row[..side].fill(sample);
    }
}
