//! Eight 16-bit integers side by side: the arithmetic of transforms and of resampling.
//!
//! [`Lanes`] lists what a 128-bit vector unit does in an instruction or two on x86-64 (SSE2),
//! aarch64 (NEON) and wasm32 (simd128). Kernels are written once, over the trait; [`Scalar`] is the
//! twin that runs everywhere, and both give the same bytes, since all of it is integer arithmetic
//! that wraps or saturates as stated.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::inline_always,
    reason = "kernels: values are bounded by their formulas, and a call costs more than its work"
)]

#[cfg(target_arch = "aarch64")]
mod aarch64;
#[cfg(any(
    test,
    not(any(
        target_arch = "aarch64",
        all(target_arch = "wasm32", target_feature = "simd128"),
        target_arch = "x86_64"
    ))
))]
mod scalar;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod wasm32;
#[cfg(target_arch = "x86_64")]
mod x86_64;

#[cfg(target_arch = "aarch64")]
pub(crate) use self::aarch64::Vector;
#[cfg(test)]
pub(crate) use self::scalar::Scalar;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
pub(crate) use self::wasm32::Vector;
#[cfg(target_arch = "x86_64")]
pub(crate) use self::x86_64::Vector;

/// Where there is no vector unit that we know, the twin is all there is.
#[cfg(not(any(
    target_arch = "aarch64",
    all(target_arch = "wasm32", target_feature = "simd128"),
    target_arch = "x86_64"
)))]
pub(crate) type Vector = scalar::Scalar;

/// Eight lanes of 16 bits.
pub(crate) trait Lanes: Copy {
    /// Four lanes of 32 bits.
    type Words: Copy;

    /// From memory.
    fn load(lanes: &[i16; 8]) -> Self;
    /// To memory.
    fn store(self) -> [i16; 8];
    /// Bytes again, 0 or 255 where they do not fit.
    fn narrow(self) -> [u8; 8];
    /// Bytes again of two vectors, 0 or 255 where they do not fit.
    fn narrow_both(self, other: Self) -> [u8; 16];
    /// Sums, wrapping.
    fn add(self, other: Self) -> Self;
    /// Differences, wrapping.
    fn sub(self, other: Self) -> Self;
    /// The upper halves of unsigned products.
    fn mul_high_unsigned(self, other: Self) -> Self;
    /// Bits of which one of the two is set.
    fn xor(self, other: Self) -> Self;
    /// Whether each is negative: -1 or 0.
    fn signs(self) -> Self;
    /// `a0 b0 a1 b1 a2 b2 a3 b3` and the same of the other four.
    fn interleave(self, other: Self) -> (Self, Self);
    /// Bytes of two blocks in turn, `a0 b0 a1 b1` and so on.
    fn widen_pairs(a: &[u8; 16], b: &[u8; 16]) -> [Self; 4];
    /// Sums of neighbors' products: `a0 * b0 + a1 * b1` and so on, wrapping.
    fn dot(self, other: Self) -> Self::Words;
    /// 32 bits to 16, saturating.
    fn pack(low: Self::Words, high: Self::Words) -> Self;

    /// The same word in each lane.
    fn words(word: i32) -> Self::Words;
    /// Sums, wrapping.
    fn add_words(a: Self::Words, b: Self::Words) -> Self::Words;
    /// Differences, wrapping.
    fn sub_words(a: Self::Words, b: Self::Words) -> Self::Words;
    /// Shifted right by `BITS`, the sign kept.
    fn shift_words<const BITS: i32>(words: Self::Words) -> Self::Words;
    /// The sum of each of four vectors.
    fn sum_words(vectors: [Self::Words; 4]) -> Self::Words;

    /// The same number in each lane.
    #[inline(always)]
    fn splat(lane: i16) -> Self {
        Self::load(&[lane; 8])
    }

    /// Two numbers in turn.
    #[inline(always)]
    fn pair(even: i16, odd: i16) -> Self {
        Self::load(&[even, odd, even, odd, even, odd, even, odd])
    }

    /// Rows become columns.
    #[inline(always)]
    fn transpose(rows: [Self; 8]) -> [Self; 8] {
        // Each round moves the lowest bit of a row's number to a lane's.
        let round = |rows: [Self; 8]| {
            let [(a, b), (c, d), (e, f), (g, h)] =
                [0, 1, 2, 3].map(|row| rows[row].interleave(rows[row + 4]));
            [a, b, c, d, e, f, g, h]
        };
        round(round(round(rows)))
    }
}

#[cfg(test)]
mod tests;
