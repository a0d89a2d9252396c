//! Chance that is the same on every machine: `ChaCha8`, and whole numbers alone, since the last digit
//! of a logarithm is the C library's affair.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

/// A source of numbers by chance.
#[derive(Clone, Debug)]
pub(crate) struct Draw(ChaCha8Rng);

impl Draw {
    /// The numbers of a seed. Streams of one seed have nothing to do with each other.
    pub(crate) fn new(seed: u64, stream: u64) -> Self {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        let mut source = ChaCha8Rng::from_seed(key);
        source.set_stream(stream);
        Self(source)
    }

    /// Any number.
    pub(crate) fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A number below `limit`; 0 where that is 0.
    pub(crate) fn below(&mut self, limit: u32) -> u32 {
        scaled(self.0.next_u32(), limit)
    }

    /// A number of a range, both ends included.
    pub(crate) fn between(&mut self, least: u32, most: u32) -> u32 {
        least + self.below(most - least + 1)
    }

    /// Whether something happens that does in `share` of 1,000 cases.
    pub(crate) fn per_mille(&mut self, share: u32) -> bool {
        self.below(1000) < share
    }

    /// One of a list that is not empty.
    pub(crate) fn one_of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(count(list.len())) as usize]
    }

    /// A rank below `2^octaves - 1` after Zipf's law with exponent 1: ranks 1, 2 to 3, 4 to 7, …
    /// have the same share each, so a rank has about one k-th of the first's.
    pub(crate) fn zipf(&mut self, octaves: u32) -> u32 {
        let octave = self.below(octaves);
        (1 << octave) - 1 + self.below(1 << octave)
    }

    /// A time or size whose logarithm is about even between `least` and `least * 2^doublings`.
    pub(crate) fn long_tailed(&mut self, least: u32, doublings: u32) -> u32 {
        let least = least << self.below(doublings);
        least + self.below(least)
    }
}

/// A number of 32 bits brought below `limit`.
pub(crate) fn scaled(bits: u32, limit: u32) -> u32 {
    high_half(u64::from(bits) * u64::from(limit))
}

/// The upper 32 bits.
pub(crate) fn high_half(bits: u64) -> u32 {
    (bits >> 32) as u32
}

/// Bits that have nothing to do with those next to them: the finish of `SplitMix64`
/// (<https://prng.di.unimi.it/splitmix64.c>).
pub(crate) fn mixed(bits: u64) -> u64 {
    let bits = bits.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

/// A length as 32 bits; lists here are short.
pub(crate) fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// Things that are drawn after their weights.
#[derive(Clone, Debug)]
pub(crate) struct Weighted {
    /// Sums of the weights so far.
    sums: Vec<u32>,
}

impl Weighted {
    /// Of weights in the order of the things; their sum is below 2^32.
    pub(crate) fn new(weights: impl IntoIterator<Item = u32>) -> Self {
        let sum = |sum: &mut u32, weight| {
            *sum += weight;
            Some(*sum)
        };
        Self { sums: weights.into_iter().scan(0, sum).collect() }
    }

    /// The place of one of them.
    pub(crate) fn place(&self, draw: &mut Draw) -> usize {
        self.at(draw.0.next_u32())
    }

    /// The place that 32 bits lead to.
    pub(crate) fn at(&self, bits: u32) -> usize {
        let wanted = scaled(bits, self.sum());
        self.sums.partition_point(|&sum| sum <= wanted)
    }

    /// All weights together.
    pub(crate) fn sum(&self) -> u32 {
        self.sums.last().copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_octave_of_ranks_has_the_same_share() {
        let mut draw = Draw::new(1, 0);
        let mut octaves = [0_u32; 8];
        for _ in 0..80_000 {
            octaves[(draw.zipf(8) + 1).ilog2() as usize] += 1;
        }
        assert!(octaves.iter().all(|count| (9_500..10_500).contains(count)), "{octaves:?}");
    }

    #[test]
    fn things_come_as_often_as_they_weigh() {
        let weighted = Weighted::new([1, 0, 3]);
        let mut draw = Draw::new(1, 0);
        let mut counts = [0_u32; 3];
        for _ in 0..40_000 {
            counts[weighted.place(&mut draw)] += 1;
        }
        assert_eq!(counts[1], 0);
        assert!((9_500..10_500).contains(&counts[0]), "{counts:?}");
    }

    #[test]
    fn streams_differ_and_repeat() {
        assert_ne!(Draw::new(1, 0).bits(), Draw::new(1, 1).bits());
        assert_eq!(Draw::new(1, 1).bits(), Draw::new(1, 1).bits());
    }
}
