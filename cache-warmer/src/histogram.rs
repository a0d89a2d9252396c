//! Times to the first byte in 256 bytes, whatever their number.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Two steps to each doubling, from a microsecond to more than an hour.
const STEPS: usize = 64;

/// How often a time fell into each step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<u32>", into = "Vec<u32>")]
pub(crate) struct Histogram {
    counts: [u32; STEPS],
}

impl Default for Histogram {
    fn default() -> Self {
        Self { counts: [0; STEPS] }
    }
}

impl From<Vec<u32>> for Histogram {
    /// Steps that are not there have none, and more of them than there can be are passed over.
    fn from(steps: Vec<u32>) -> Self {
        let mut histogram = Self::default();
        for (count, step) in histogram.counts.iter_mut().zip(steps) {
            *count = step;
        }
        histogram
    }
}

impl From<Histogram> for Vec<u32> {
    fn from(histogram: Histogram) -> Self {
        let last = histogram.counts.iter().rposition(|count| *count > 0);
        histogram.counts[..last.map_or(0, |last| last + 1)].to_vec()
    }
}

impl Histogram {
    pub(crate) fn merge(&mut self, other: &Self) {
        for (count, more) in self.counts.iter_mut().zip(other.counts) {
            *count = count.saturating_add(more);
        }
    }

    pub(crate) fn add(&mut self, time: Duration) {
        let microseconds = u64::try_from(time.as_micros()).unwrap_or(u64::MAX).max(1);
        let doubling = microseconds.ilog2() as usize;
        // Whether it is in the upper half of its doubling.
        let half =
            usize::from(microseconds - (1 << doubling) >= (1 << doubling) / 2 && doubling > 0);
        if let Some(count) = self.counts.get_mut((doubling * 2 + half).min(STEPS - 1)) {
            *count = count.saturating_add(1);
        }
    }

    /// The step that half of the times do not exceed, in milliseconds, to a quarter above or below.
    pub(crate) fn median_ms(&self) -> Option<f64> {
        let all: u64 = self.counts.iter().map(|count| u64::from(*count)).sum();
        let mut sum = 0;
        let step = self.counts.iter().position(|count| {
            sum += u64::from(*count);
            all > 0 && sum * 2 >= all
        })?;
        let low = (1_u64 << (step / 2)) as f64;
        let middle = if step % 2 == 0 { low * 1.25 } else { low * 1.75 };
        Some((middle / 10.0).round() / 100.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nothing_has_no_median() {
        assert_eq!(Histogram::default().median_ms(), None);
    }

    proptest! {
        #[test]
        fn the_median_is_near(mut times in prop::collection::vec(1_000_u64..10_000_000, 1..40)) {
            let mut histogram = Histogram::default();
            for time in &times {
                histogram.add(Duration::from_micros(*time));
            }
            times.sort_unstable();
            let true_one = times[(times.len() - 1) / 2] as f64 / 1_000.0;
            let told = histogram.median_ms().unwrap();
            prop_assert!((told / true_one - 1.0).abs() < 0.34, "{told} for {true_one}");
        }
    }
}
