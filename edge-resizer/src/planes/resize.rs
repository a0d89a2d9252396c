//! Resampling of a plane: Lanczos3 in the sample's own, gamma-coded, space.
//!
//! Row by row of the output: first down the columns, into one row that is held with
//! [`ROW_BITS`] bits of fraction, then along that row. Nothing but that row is held in between.

use super::weights::{WEIGHT_BITS, Weights};
use super::{ALIGNMENT, Plane};
use crate::lanes::{Lanes, Vector};

pub(crate) use super::weights::Span;

/// Bits of fraction between the passes: the most for which 16 bits hold what a filter with
/// negative lobes can make of 255.
const ROW_BITS: i32 = 6;
/// Samples that a step along a row takes.
const STEP: usize = 8;

/// Resamples the part of a plane within two spans (of columns and rows) to whole samples.
pub(crate) fn resize(plane: &Plane, across: Span, down: Span, size: (usize, usize)) -> Plane {
    resize_with::<Vector>(plane, across, down, size)
}

pub(super) fn resize_with<L: Lanes>(
    plane: &Plane,
    across: Span,
    down: Span,
    (width, height): (usize, usize),
) -> Plane {
    let columns = Weights::new(plane.width, across, width, STEP).padded_to_fours();
    let rows = Weights::new(plane.height, down, height, 2);
    // Only the columns that count are made, from a block's start to a block's end.
    let first = columns.starts.first().map_or(0, |start| start / ALIGNMENT * ALIGNMENT);
    let end = columns.starts.last().map_or(0, |start| start + columns.taps);
    let end = end.min(plane.width).next_multiple_of(ALIGNMENT);
    let mut row = vec![0_i16; (end - first).max(STEP) + columns.taps];
    let mut out = Plane::new(width, height, 0);
    let window = Columns { first, end };
    for ((start, weights), target) in
        rows.starts.iter().zip(rows.values.chunks_exact(rows.taps)).zip(out.rows_mut())
    {
        down_columns::<L>(plane, window, *start, weights, &mut row);
        along_row::<L>(&row, first, &columns, target);
    }
    out
}

/// The columns that are needed, whole blocks.
#[derive(Clone, Copy)]
struct Columns {
    first: usize,
    end: usize,
}

/// Two rows in blocks, and the weight of each in turn.
type RowPair<'a, L> = (&'a [[u8; ALIGNMENT]], &'a [[u8; ALIGNMENT]], L);

/// Weighs rows from `start` on into one.
///
/// Like [`along_row`] it is a function of its own, since an engine for WASM takes its optimized code for
/// the next call, never within one.
#[inline(never)]
fn down_columns<L: Lanes>(
    plane: &Plane,
    columns: Columns,
    start: usize,
    weights: &[i16],
    row: &mut [i16],
) {
    let source = |y: usize| {
        // A row beyond the last one has no weight.
        let begin = y.min(plane.height - 1) * plane.stride;
        plane.data[begin + columns.first..begin + columns.end].as_chunks::<ALIGNMENT>().0
    };
    let pairs: Vec<RowPair<'_, L>> = weights
        .as_chunks::<2>()
        .0
        .iter()
        .zip((start..).step_by(2))
        .filter(|(pair, _)| **pair != [0, 0])
        .map(|(&[even, odd], y)| (source(y), source(y + 1), L::pair(even, odd)))
        .collect();
    let blocks = row.as_chunks_mut::<ALIGNMENT>().0;
    let count = (columns.end - columns.first) / ALIGNMENT;
    for (index, block) in blocks.iter_mut().take(count).enumerate() {
        let rounding = L::words(1 << (WEIGHT_BITS - ROW_BITS - 1));
        let mut sums = [[rounding; 4]; 2];
        for (even, odd, weight) in &pairs {
            let (Some(even), Some(odd)) = (even.get(index), odd.get(index)) else { break };
            let halves = even.as_chunks::<16>().0.iter().zip(odd.as_chunks::<16>().0);
            for (sums, (even, odd)) in sums.iter_mut().zip(halves) {
                for (sum, pairs) in sums.iter_mut().zip(L::widen_pairs(even, odd)) {
                    *sum = L::add_words(*sum, pairs.dot(*weight));
                }
            }
        }
        for (target, sums) in block.as_chunks_mut::<16>().0.iter_mut().zip(sums) {
            let [a, b, c, d] = sums.map(L::shift_words::<{ WEIGHT_BITS - ROW_BITS }>);
            let eights = target.as_chunks_mut::<8>().0;
            eights[0] = L::pack(a, b).store();
            eights[1] = L::pack(c, d).store();
        }
    }
}

/// Weighs samples of the row, which begins at column `first`, into each sample of the target, in
/// fours.
#[inline(never)]
fn along_row<L: Lanes>(row: &[i16], first: usize, columns: &Weights, target: &mut [u8]) {
    let row = Row { samples: row, first };
    // The usual numbers are known to the compiler, which leaves no loop of them.
    match columns.taps / STEP {
        1 => row.weighed::<L>(1, columns, target),
        2 => row.weighed::<L>(2, columns, target),
        3 => row.weighed::<L>(3, columns, target),
        steps => row.weighed::<L>(steps, columns, target),
    }
}

/// Samples of a row from column `first` on.
#[derive(Clone, Copy)]
struct Row<'a> {
    samples: &'a [i16],
    first: usize,
}

impl Row<'_> {
    /// Weighs `steps` times [`STEP`] samples into each of the target.
    #[inline(always)]
    fn weighed<L: Lanes>(self, steps: usize, columns: &Weights, target: &mut [u8]) {
        const BITS: i32 = WEIGHT_BITS + ROW_BITS;
        let sets = columns.values.as_chunks::<STEP>().0.chunks_exact(4 * steps);
        let fours = columns.starts.as_chunks::<4>().0;
        for ((starts, sets), target) in fours.iter().zip(sets).zip(target.as_chunks_mut::<4>().0) {
            let sum = |sample: usize| {
                let start = starts[sample] - self.first;
                let samples = &self.samples[start..start + steps * STEP];
                let samples = samples.as_chunks::<STEP>().0;
                let weights = &sets[sample * steps..(sample + 1) * steps];
                samples.iter().zip(weights).fold(L::words(0), |sum, (samples, weights)| {
                    L::add_words(sum, L::load(samples).dot(L::load(weights)))
                })
            };
            let sums = L::sum_words([sum(0), sum(1), sum(2), sum(3)]);
            let rounded = L::add_words(sums, L::words(1 << (BITS - 1)));
            let samples = L::shift_words::<BITS>(rounded);
            let [a, b, c, d, ..] = L::pack(samples, samples).narrow();
            *target = [a, b, c, d];
        }
    }
}
