//! SSE2, which every x86-64 has.
#![expect(unsafe_code, reason = "instructions, and vectors and arrays turned into each other")]

use std::arch::x86_64::{
    __m128i, _mm_add_epi16, _mm_add_epi32, _mm_cvtsi128_si64, _mm_madd_epi16, _mm_mulhi_epu16,
    _mm_packs_epi32, _mm_packus_epi16, _mm_set1_epi32, _mm_setzero_si128, _mm_srai_epi16,
    _mm_srai_epi32, _mm_sub_epi16, _mm_sub_epi32, _mm_unpackhi_epi8, _mm_unpackhi_epi16,
    _mm_unpackhi_epi32, _mm_unpackhi_epi64, _mm_unpacklo_epi8, _mm_unpacklo_epi16,
    _mm_unpacklo_epi32, _mm_unpacklo_epi64, _mm_xor_si128,
};
use std::mem::transmute;

use super::Lanes;

/// Eight lanes in a register.
#[derive(Clone, Copy)]
pub(crate) struct Vector(__m128i);

/// An expression of instructions.
macro_rules! vector {
    ($expression:expr) => {
        // SAFETY: every x86-64 has SSE2; no instruction here reads or writes memory. What is turned
        // into each other has 128 bits without padding, of which every pattern is valid.
        unsafe { $expression }
    };
}

impl Lanes for Vector {
    type Words = __m128i;

    #[inline(always)]
    fn load(lanes: &[i16; 8]) -> Self {
        vector!(Self(transmute::<[i16; 8], __m128i>(*lanes)))
    }

    #[inline(always)]
    fn store(self) -> [i16; 8] {
        vector!(transmute::<__m128i, [i16; 8]>(self.0))
    }

    #[inline(always)]
    fn narrow(self) -> [u8; 8] {
        vector!(_mm_cvtsi128_si64(_mm_packus_epi16(self.0, self.0)).to_le_bytes())
    }

    #[inline(always)]
    fn narrow_both(self, other: Self) -> [u8; 16] {
        vector!({
            let packed = _mm_packus_epi16(self.0, other.0);
            transmute::<__m128i, [u8; 16]>(packed)
        })
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        vector!(Self(_mm_add_epi16(self.0, other.0)))
    }

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        vector!(Self(_mm_sub_epi16(self.0, other.0)))
    }

    #[inline(always)]
    fn mul_high_unsigned(self, other: Self) -> Self {
        vector!(Self(_mm_mulhi_epu16(self.0, other.0)))
    }

    #[inline(always)]
    fn xor(self, other: Self) -> Self {
        vector!(Self(_mm_xor_si128(self.0, other.0)))
    }

    #[inline(always)]
    fn signs(self) -> Self {
        vector!(Self(_mm_srai_epi16::<15>(self.0)))
    }

    #[inline(always)]
    fn interleave(self, other: Self) -> (Self, Self) {
        vector!((
            Self(_mm_unpacklo_epi16(self.0, other.0)),
            Self(_mm_unpackhi_epi16(self.0, other.0))
        ))
    }

    #[inline(always)]
    fn widen_pairs(a: &[u8; 16], b: &[u8; 16]) -> [Self; 4] {
        vector!({
            let [a, b] = [*a, *b].map(|bytes| transmute::<[u8; 16], __m128i>(bytes));
            let (low, high) = (_mm_unpacklo_epi8(a, b), _mm_unpackhi_epi8(a, b));
            let zero = _mm_setzero_si128();
            [
                Self(_mm_unpacklo_epi8(low, zero)),
                Self(_mm_unpackhi_epi8(low, zero)),
                Self(_mm_unpacklo_epi8(high, zero)),
                Self(_mm_unpackhi_epi8(high, zero)),
            ]
        })
    }

    #[inline(always)]
    fn dot(self, other: Self) -> __m128i {
        vector!(_mm_madd_epi16(self.0, other.0))
    }

    #[inline(always)]
    fn pack(low: __m128i, high: __m128i) -> Self {
        vector!(Self(_mm_packs_epi32(low, high)))
    }

    #[inline(always)]
    fn words(word: i32) -> __m128i {
        vector!(_mm_set1_epi32(word))
    }

    #[inline(always)]
    fn add_words(a: __m128i, b: __m128i) -> __m128i {
        vector!(_mm_add_epi32(a, b))
    }

    #[inline(always)]
    fn sub_words(a: __m128i, b: __m128i) -> __m128i {
        vector!(_mm_sub_epi32(a, b))
    }

    #[inline(always)]
    fn shift_words<const BITS: i32>(words: __m128i) -> __m128i {
        vector!(_mm_srai_epi32::<BITS>(words))
    }

    #[inline(always)]
    fn sum_words([a, b, c, d]: [__m128i; 4]) -> __m128i {
        vector!({
            let ab = _mm_add_epi32(_mm_unpacklo_epi32(a, b), _mm_unpackhi_epi32(a, b));
            let cd = _mm_add_epi32(_mm_unpacklo_epi32(c, d), _mm_unpackhi_epi32(c, d));
            _mm_add_epi32(_mm_unpacklo_epi64(ab, cd), _mm_unpackhi_epi64(ab, cd))
        })
    }
}
