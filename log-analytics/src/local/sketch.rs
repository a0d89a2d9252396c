//! A sketch of numbers that tells their percentiles: the same for the same numbers, in whatever
//! order and parts they came.
//!
//! Numbers are counted in buckets whose borders share the sign, the exponent and the first eight bits
//! of the fraction, so a bucket is at most 1/256 of its values wide (an idea of HdrHistogram's, as
//! DDSketch has it for logarithms). A bucket remembers the largest of its numbers, and that is what a
//! percentile is: a number that was there, at most 0.4 % above the exact one.

/// Bits of a double below those that name the bucket.
const SHIFT: u32 = 52 - 8;
/// Numbers kept as they are before they are counted.
const PENDING: usize = 64;
/// Buckets up to which a sketch is a list.
const LISTED: usize = 128;

/// Counts of numbers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sketch {
    pending: Vec<f64>,
    /// By rising key.
    list: Vec<Bucket>,
    /// In place of the list, where there is more than that: buckets from `first` on.
    table: Vec<Bucket>,
    first: u32,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Bucket {
    key: u32,
    count: u64,
    largest: f64,
}

/// Rising with the number; NaN is above all.
fn key_of(number: f64) -> u32 {
    let bits = number.to_bits();
    // Negative numbers the other way round, below the positive ones.
    let ordered = if bits >> 63 == 1 { !bits } else { bits | 1 << 63 };
    u32::try_from(ordered >> SHIFT).unwrap_or(u32::MAX)
}

impl Sketch {
    /// Counts a number.
    #[inline]
    pub(crate) fn add(&mut self, number: f64) {
        // There is one zero.
        let number = if number == 0.0 { 0.0 } else { number };
        if let Some(bucket) = self.tabled(key_of(number)) {
            bucket.count += 1;
            bucket.largest = bucket.largest.max(number);
            return;
        }
        self.pending.push(number);
        if self.pending.len() >= PENDING {
            self.settle();
        }
    }

    #[inline]
    fn tabled(&mut self, key: u32) -> Option<&mut Bucket> {
        self.table.get_mut(key.checked_sub(self.first)? as usize)
    }

    /// Counts what is pending.
    fn settle(&mut self) {
        let mut pending = std::mem::take(&mut self.pending);
        pending.sort_unstable_by(f64::total_cmp);
        let new: Vec<Bucket> = pending
            .iter()
            .map(|&largest| Bucket { key: key_of(largest), count: 1, largest })
            .collect();
        pending.clear();
        self.pending = pending;
        self.merge_sorted(&new);
    }

    /// Counts buckets by rising key, where one may be there more than once.
    fn merge_sorted(&mut self, new: &[Bucket]) {
        if !self.table.is_empty() {
            return self.merge_into_table(new);
        }
        let mut merged: Vec<Bucket> = Vec::with_capacity(self.list.len() + new.len());
        let (mut old, mut new) = (self.list.iter().peekable(), new.iter().peekable());
        while let Some(next) = match (old.peek(), new.peek()) {
            (Some(a), Some(b)) if a.key <= b.key => old.next(),
            (_, Some(_)) => new.next(),
            _ => old.next(),
        } {
            match merged.last_mut() {
                Some(last) if last.key == next.key => last.take(next),
                _ => merged.push(*next),
            }
        }
        self.list = merged;
        if self.list.len() > LISTED {
            let list = std::mem::take(&mut self.list);
            self.merge_into_table(&list);
        }
    }

    fn merge_into_table(&mut self, new: &[Bucket]) {
        let (Some(low), Some(high)) = (new.first(), new.last()) else { return };
        self.widen(low.key, high.key);
        for bucket in new {
            if let Some(its) = self.tabled(bucket.key) {
                its.take(bucket);
            }
        }
    }

    /// Makes the table reach from `low` to `high`, with room to grow at both ends.
    fn widen(&mut self, low: u32, high: u32) {
        let end = self.first + u32::try_from(self.table.len()).unwrap_or(u32::MAX);
        if !self.table.is_empty() && low >= self.first && high < end {
            return;
        }
        let (mut first, mut last) = (low.saturating_sub(256), high.saturating_add(256));
        if let (Some(a), Some(b)) = (self.table.first(), self.table.last()) {
            (first, last) = (first.min(a.key), last.max(b.key));
        }
        let empty = |key| Bucket { key, count: 0, largest: f64::NEG_INFINITY };
        let mut table: Vec<Bucket> = (first..=last).map(empty).collect();
        for bucket in &self.table {
            table[(bucket.key - first) as usize] = *bucket;
        }
        (self.table, self.first) = (table, first);
    }

    /// Counts what another sketch has counted.
    pub(crate) fn merge(&mut self, mut other: Self) {
        self.merge_sorted(&other.buckets());
    }

    /// The buckets that have something, by rising key.
    fn buckets(&mut self) -> Vec<Bucket> {
        self.settle();
        let all = if self.table.is_empty() { &self.list } else { &self.table };
        all.iter().filter(|bucket| bucket.count > 0).copied().collect()
    }

    /// The smallest number that is not below a `share` of all, 0 to 1; `None` of nothing.
    pub(crate) fn percentile(&mut self, share: f64) -> Option<f64> {
        let buckets = self.buckets();
        let count: u64 = buckets.iter().map(|bucket| bucket.count).sum();
        // The first is what a share of 0 asks for.
        let wanted = (share.clamp(0.0, 1.0) * count as f64).ceil().max(1.0);
        let mut below = 0;
        let found = buckets.iter().find(|bucket| {
            below += bucket.count;
            below as f64 >= wanted
        });
        found.or(buckets.last()).map(|bucket| bucket.largest)
    }

    /// The sketch as bytes.
    pub(crate) fn write_bytes(&mut self) -> Vec<u8> {
        let mut out = Vec::new();
        for bucket in self.buckets() {
            out.extend(bucket.key.to_le_bytes());
            out.extend(bucket.count.to_le_bytes());
            out.extend(bucket.largest.to_le_bytes());
        }
        out
    }

    /// The sketch of [`Self::write_bytes`]; what is cut off is left out.
    pub(crate) fn of_bytes(bytes: &[u8]) -> Self {
        let (parts, _) = bytes.as_chunks::<20>();
        let list = parts.iter().filter_map(|part| {
            let (key, rest) = part.split_first_chunk::<4>()?;
            let (count, rest) = rest.split_first_chunk::<8>()?;
            Some(Bucket {
                key: u32::from_le_bytes(*key),
                count: u64::from_le_bytes(*count),
                largest: f64::from_le_bytes(*rest.first_chunk::<8>()?),
            })
        });
        Self { list: list.collect(), ..Self::default() }
    }

    /// Bytes of memory.
    pub(crate) fn size(&self) -> usize {
        let buckets = self.list.capacity() + self.table.capacity();
        size_of::<Self>() + self.pending.capacity() * 8 + buckets * size_of::<Bucket>()
    }
}

impl Bucket {
    fn take(&mut self, other: &Self) {
        self.count += other.count;
        self.largest = self.largest.max(other.largest);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sketch(numbers: &[f64]) -> Sketch {
        let mut sketch = Sketch::default();
        for &number in numbers {
            sketch.add(number);
        }
        sketch
    }

    fn exact(numbers: &[f64], share: f64) -> Option<f64> {
        let mut sorted = numbers.to_vec();
        sorted.sort_by(f64::total_cmp);
        let rank = (share * numbers.len() as f64).ceil().max(1.0);
        (0..sorted.len()).find(|&at| (at + 1) as f64 >= rank).map(|at| sorted[at])
    }

    proptest! {
        #[test]
        fn a_percentile_is_a_number_that_was_there_within_four_thousandths(
            numbers in prop::collection::vec(-1e6_f64..1e6, 1..2000),
            share in 0.0_f64..=1.0,
        ) {
            let told = sketch(&numbers).percentile(share).unwrap_or(f64::NAN);
            let want = exact(&numbers, share).unwrap_or(f64::NAN);
            prop_assert!(numbers.contains(&told));
            prop_assert!(told >= want && told - want <= want.abs() / 256.0, "{told} for {want}");
        }

        #[test]
        fn parts_and_order_make_no_difference(
            numbers in prop::collection::vec(0.0_f64..100.0, 1..1500),
            cut in 0_usize..1500,
        ) {
            let (a, b) = numbers.split_at(cut.min(numbers.len()));
            let mut whole = sketch(&numbers);
            let mut parts = sketch(b);
            parts.merge(Sketch::of_bytes(&sketch(a).write_bytes()));
            prop_assert_eq!(parts.write_bytes(), whole.write_bytes());
        }
    }

    #[test]
    fn whole_milliseconds_below_a_quarter_of_a_second_are_exact() {
        let numbers: Vec<f64> = (1..=250).map(|millis| f64::from(millis) / 1000.0).collect();
        for percent in 1..=100 {
            let share = f64::from(percent) / 100.0;
            assert_eq!(sketch(&numbers).percentile(share), exact(&numbers, share), "{percent}");
        }
        assert_eq!(sketch(&[]).percentile(0.5), None);
        assert_eq!(sketch(&[-0.0, 0.0]).percentile(0.5), Some(0.0));
    }
}
