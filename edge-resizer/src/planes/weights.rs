//! The weights of Lanczos3 for one axis.

use std::sync::OnceLock;

/// What part of an axis is resampled, in samples of the plane.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Span {
    /// Its start.
    pub(crate) start: f64,
    /// Its length, above 0.
    pub(crate) length: f64,
}

/// Bits of fraction of a weight.
pub(super) const WEIGHT_BITS: i32 = 14;

/// The weights of every sample of the output.
pub(super) struct Weights {
    /// Where the samples that count for each output sample begin.
    pub(super) starts: Vec<usize>,
    /// How many samples count; the same for all, some with a weight of 0.
    pub(super) taps: usize,
    /// `taps` a sample, with [`WEIGHT_BITS`] bits of fraction; each set adds up to 1.
    pub(super) values: Vec<i16>,
}

impl Weights {
    /// For `target` samples of a part of an axis of `source` samples. The number of taps is a
    /// multiple of `multiple`; they may reach beyond the axis, with weights of 0.
    pub(super) fn new(source: usize, span: Span, target: usize, multiple: usize) -> Self {
        let step = span.length / target as f64;
        // Made smaller, the filter spans as many samples as it takes to leave no alias.
        let scale = step.max(1.0);
        let reach = LOBES * scale;
        let taps = ((2.0 * reach).ceil() as usize + 1).min(source).next_multiple_of(multiple);
        let mut weights = Self {
            starts: Vec::with_capacity(target),
            taps,
            values: Vec::with_capacity(target * taps),
        };
        let mut kernel = vec![0.0; taps];
        let table = kernel_table();
        for index in 0..target {
            let center = span.start + (index as f64 + 0.5) * step;
            let last_start = source.saturating_sub(taps);
            // Negative is cut to 0: what lies before the first sample has no weight.
            let start = ((center - reach).floor() as usize).min(last_start);
            for (tap, value) in kernel.iter_mut().enumerate() {
                let at = start + tap;
                let distance = (at as f64 + 0.5 - center).abs() / scale;
                *value = if at < source { look_up(table, distance) } else { 0.0 };
            }
            weights.push(start, &kernel);
        }
        weights
    }

    /// With samples that nothing counts for behind the last, up to a multiple of four.
    #[must_use]
    pub(super) fn padded_to_fours(mut self) -> Self {
        let padded = self.starts.len().next_multiple_of(4);
        self.starts.resize(padded, self.starts.last().copied().unwrap_or_default());
        self.values.resize(padded * self.taps, 0);
        self
    }

    /// Adds the weights of a sample, rounded so that they add up to 1.
    fn push(&mut self, start: usize, kernel: &[f64]) {
        let sum: f64 = kernel.iter().sum();
        let one = f64::from(1 << WEIGHT_BITS);
        let first = self.values.len();
        let mut missing = 1_i32 << WEIGHT_BITS;
        let mut largest = 0;
        for (tap, value) in kernel.iter().enumerate() {
            let exact = value / sum * one;
            // Away from zero where it is a half; a conversion cuts off.
            let weight = (exact + if exact < 0.0 { -0.5 } else { 0.5 }) as i16;
            self.values.push(weight);
            missing -= i32::from(weight);
            if *value > kernel[largest] {
                largest = tap;
            }
        }
        self.values[first + largest] += missing as i16;
        self.starts.push(start);
    }
}

/// Half the width of the kernel.
pub(crate) const LOBES: f64 = 3.0;
/// Entries of the table for each unit of distance.
const RESOLUTION: f64 = 1024.0;

/// The kernel at a distance from its center, in samples: `sinc(x) * sinc(x / 3)`, 0 from 3 on; the
/// same on every host.
pub(crate) fn lanczos3(distance: f64) -> f64 {
    look_up(kernel_table(), distance.abs())
}

/// The kernel at a distance, by linear interpolation: within 1 / 200 000 of the true value.
fn look_up(table: &[f64], distance: f64) -> f64 {
    let position = distance * RESOLUTION;
    let index = position as usize;
    let Some([this, next]) = table.get(index..index + 2).and_then(|pair| pair.first_chunk()) else {
        return 0.0;
    };
    this + (next - this) * (position - index as f64)
}

/// `sinc(x) * sinc(x / 3)` from 0 to 3, by `libm`, so that it is the same on every host.
fn kernel_table() -> &'static [f64] {
    static TABLE: OnceLock<Vec<f64>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let sinc = |x: f64| {
            let angle = x * std::f64::consts::PI;
            if x == 0.0 { 1.0 } else { libm::sin(angle) / angle }
        };
        let entries = (LOBES * RESOLUTION) as usize;
        (0..=entries).map(|n| n as f64 / RESOLUTION).map(|x| sinc(x) * sinc(x / LOBES)).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_add_up_to_one_and_lie_within_the_axis() {
        let whole = |source: usize| Span { start: 0.0, length: source as f64 };
        for (source, span, target) in [
            (1, whole(1), 1),
            (1, whole(1), 9),
            (5, whole(5), 50),
            (100, whole(100), 7),
            (341, Span { start: 0.0, length: 340.625 }, 320),
            (100, Span { start: 99.9, length: 0.1 }, 3),
            (1000, Span { start: 250.5, length: 333.3 }, 1),
        ] {
            let weights = Weights::new(source, span, target, 8);
            assert_eq!(weights.starts.len(), target);
            for (start, values) in weights.starts.iter().zip(weights.values.chunks(weights.taps)) {
                let sum: i32 = values.iter().map(|&weight| i32::from(weight)).sum();
                assert_eq!(sum, 1 << WEIGHT_BITS, "{source} {span:?} {target}");
                let beyond = &values[(source - start).min(values.len())..];
                assert!(*start < source && beyond.iter().all(|&weight| weight == 0), "{start}");
            }
        }
    }

    #[test]
    fn the_table_is_close_to_the_formula() {
        for step in 0..30_000 {
            let x = f64::from(step) / 9_999.5;
            let sinc = |x: f64| {
                let angle = x * std::f64::consts::PI;
                if x == 0.0 { 1.0 } else { angle.sin() / angle }
            };
            let want = if x < 3.0 { sinc(x) * sinc(x / 3.0) } else { 0.0 };
            assert!((look_up(kernel_table(), x) - want).abs() < 5e-6, "{x}");
        }
    }
}
