//! simd128, where the build has it.

use std::arch::wasm32::{
    i16x8, i16x8_add, i16x8_extract_lane, i16x8_narrow_i32x4, i16x8_shr, i16x8_shuffle, i16x8_sub,
    i32x4_add, i32x4_dot_i16x8, i32x4_shr, i32x4_shuffle, i32x4_splat, i32x4_sub, i64x2_shuffle,
    u8x16_narrow_i16x8, u8x16_shuffle, u16x8_extend_high_u8x16, u16x8_extend_low_u8x16,
    u16x8_shuffle, u32x4_extmul_high_u16x8, u32x4_extmul_low_u16x8, u64x2, u64x2_extract_lane,
    v128, v128_xor,
};

use super::Lanes;

/// Eight lanes in a register.
#[derive(Clone, Copy)]
pub(crate) struct Vector(v128);

impl Lanes for Vector {
    type Words = v128;

    #[inline(always)]
    fn load(&[a, b, c, d, e, f, g, h]: &[i16; 8]) -> Self {
        Self(i16x8(a, b, c, d, e, f, g, h))
    }

    #[inline(always)]
    fn store(self) -> [i16; 8] {
        [
            i16x8_extract_lane::<0>(self.0),
            i16x8_extract_lane::<1>(self.0),
            i16x8_extract_lane::<2>(self.0),
            i16x8_extract_lane::<3>(self.0),
            i16x8_extract_lane::<4>(self.0),
            i16x8_extract_lane::<5>(self.0),
            i16x8_extract_lane::<6>(self.0),
            i16x8_extract_lane::<7>(self.0),
        ]
    }

    #[inline(always)]
    fn narrow(self) -> [u8; 8] {
        u64x2_extract_lane::<0>(u8x16_narrow_i16x8(self.0, self.0)).to_le_bytes()
    }

    #[inline(always)]
    fn narrow_both(self, other: Self) -> [u8; 16] {
        let bytes = u8x16_narrow_i16x8(self.0, other.0);
        let (low, high) = (u64x2_extract_lane::<0>(bytes), u64x2_extract_lane::<1>(bytes));
        (u128::from(low) | u128::from(high) << 64).to_le_bytes()
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self(i16x8_add(self.0, other.0))
    }

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        Self(i16x8_sub(self.0, other.0))
    }

    #[inline(always)]
    fn mul_high_unsigned(self, other: Self) -> Self {
        let low = u32x4_extmul_low_u16x8(self.0, other.0);
        let high = u32x4_extmul_high_u16x8(self.0, other.0);
        Self(u16x8_shuffle::<1, 3, 5, 7, 9, 11, 13, 15>(low, high))
    }

    #[inline(always)]
    fn xor(self, other: Self) -> Self {
        Self(v128_xor(self.0, other.0))
    }

    #[inline(always)]
    fn signs(self) -> Self {
        Self(i16x8_shr(self.0, 15))
    }

    #[inline(always)]
    fn interleave(self, other: Self) -> (Self, Self) {
        (
            Self(i16x8_shuffle::<0, 8, 1, 9, 2, 10, 3, 11>(self.0, other.0)),
            Self(i16x8_shuffle::<4, 12, 5, 13, 6, 14, 7, 15>(self.0, other.0)),
        )
    }

    #[inline(always)]
    fn widen_pairs(a: &[u8; 16], b: &[u8; 16]) -> [Self; 4] {
        let block = |bytes: &[u8; 16]| {
            let both = u128::from_le_bytes(*bytes);
            u64x2(both as u64, (both >> 64) as u64)
        };
        let (a, b) = (block(a), block(b));
        let low = u8x16_shuffle::<0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23>(a, b);
        let high =
            u8x16_shuffle::<8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31>(a, b);
        [
            Self(u16x8_extend_low_u8x16(low)),
            Self(u16x8_extend_high_u8x16(low)),
            Self(u16x8_extend_low_u8x16(high)),
            Self(u16x8_extend_high_u8x16(high)),
        ]
    }

    #[inline(always)]
    fn dot(self, other: Self) -> v128 {
        i32x4_dot_i16x8(self.0, other.0)
    }

    #[inline(always)]
    fn pack(low: v128, high: v128) -> Self {
        Self(i16x8_narrow_i32x4(low, high))
    }

    #[inline(always)]
    fn words(word: i32) -> v128 {
        i32x4_splat(word)
    }

    #[inline(always)]
    fn add_words(a: v128, b: v128) -> v128 {
        i32x4_add(a, b)
    }

    #[inline(always)]
    fn sub_words(a: v128, b: v128) -> v128 {
        i32x4_sub(a, b)
    }

    #[inline(always)]
    fn shift_words<const BITS: i32>(words: v128) -> v128 {
        i32x4_shr(words, BITS as u32)
    }

    #[inline(always)]
    fn sum_words([a, b, c, d]: [v128; 4]) -> v128 {
        let sum =
            |a, b| i32x4_add(i32x4_shuffle::<0, 4, 1, 5>(a, b), i32x4_shuffle::<2, 6, 3, 7>(a, b));
        let (ab, cd) = (sum(a, b), sum(c, d));
        i32x4_add(i64x2_shuffle::<0, 2>(ab, cd), i64x2_shuffle::<1, 3>(ab, cd))
    }
}
