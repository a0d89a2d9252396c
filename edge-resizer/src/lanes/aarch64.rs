//! NEON, which every aarch64 of ours has.
#![expect(unsafe_code, reason = "instructions, and vectors and arrays turned into each other")]

use std::arch::aarch64::{
    int16x8_t, int32x4_t, uint8x8_t, uint8x16_t, vaddq_s16, vaddq_s32, vcombine_s16, vcombine_u8,
    vdupq_n_s32, veorq_s16, vget_low_s16, vget_low_u8, vget_low_u16, vmovl_high_u8, vmovl_u8,
    vmull_high_s16, vmull_high_u16, vmull_s16, vmull_u16, vpaddq_s32, vqmovn_s32, vqmovun_s16,
    vreinterpretq_s16_u16, vreinterpretq_u16_s16, vreinterpretq_u16_u32, vshrq_n_s16, vshrq_n_s32,
    vsubq_s16, vsubq_s32, vuzp2q_u16, vzip1q_s16, vzip1q_u8, vzip2q_s16, vzip2q_u8,
};
use std::mem::transmute;

use super::Lanes;

/// Eight lanes in a register.
#[derive(Clone, Copy)]
pub(crate) struct Vector(int16x8_t);

/// An expression of instructions.
macro_rules! vector {
    ($expression:expr) => {
        // SAFETY: every aarch64 that this is built for has NEON; no instruction here reads or writes
        // memory. What is turned into each other has as many bits without padding, of which every
        // pattern is valid.
        unsafe { $expression }
    };
}

impl Lanes for Vector {
    type Words = int32x4_t;

    #[inline(always)]
    fn load(lanes: &[i16; 8]) -> Self {
        vector!(Self(transmute::<[i16; 8], int16x8_t>(*lanes)))
    }

    #[inline(always)]
    fn store(self) -> [i16; 8] {
        vector!(transmute::<int16x8_t, [i16; 8]>(self.0))
    }

    #[inline(always)]
    fn narrow(self) -> [u8; 8] {
        vector!(transmute::<uint8x8_t, [u8; 8]>(vqmovun_s16(self.0)))
    }

    #[inline(always)]
    fn narrow_both(self, other: Self) -> [u8; 16] {
        vector!({
            let bytes = vcombine_u8(vqmovun_s16(self.0), vqmovun_s16(other.0));
            transmute::<uint8x16_t, [u8; 16]>(bytes)
        })
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        vector!(Self(vaddq_s16(self.0, other.0)))
    }

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        vector!(Self(vsubq_s16(self.0, other.0)))
    }

    #[inline(always)]
    fn mul_high_unsigned(self, other: Self) -> Self {
        vector!({
            let (a, b) = (vreinterpretq_u16_s16(self.0), vreinterpretq_u16_s16(other.0));
            let low = vreinterpretq_u16_u32(vmull_u16(vget_low_u16(a), vget_low_u16(b)));
            let high = vreinterpretq_u16_u32(vmull_high_u16(a, b));
            Self(vreinterpretq_s16_u16(vuzp2q_u16(low, high)))
        })
    }

    #[inline(always)]
    fn xor(self, other: Self) -> Self {
        vector!(Self(veorq_s16(self.0, other.0)))
    }

    #[inline(always)]
    fn signs(self) -> Self {
        vector!(Self(vshrq_n_s16::<15>(self.0)))
    }

    #[inline(always)]
    fn interleave(self, other: Self) -> (Self, Self) {
        vector!((Self(vzip1q_s16(self.0, other.0)), Self(vzip2q_s16(self.0, other.0))))
    }

    #[inline(always)]
    fn widen_pairs(a: &[u8; 16], b: &[u8; 16]) -> [Self; 4] {
        vector!({
            let [a, b] = [*a, *b].map(|bytes| transmute::<[u8; 16], uint8x16_t>(bytes));
            let (low, high) = (vzip1q_u8(a, b), vzip2q_u8(a, b));
            [
                Self(vreinterpretq_s16_u16(vmovl_u8(vget_low_u8(low)))),
                Self(vreinterpretq_s16_u16(vmovl_high_u8(low))),
                Self(vreinterpretq_s16_u16(vmovl_u8(vget_low_u8(high)))),
                Self(vreinterpretq_s16_u16(vmovl_high_u8(high))),
            ]
        })
    }

    #[inline(always)]
    fn dot(self, other: Self) -> int32x4_t {
        vector!({
            let low = vmull_s16(vget_low_s16(self.0), vget_low_s16(other.0));
            vpaddq_s32(low, vmull_high_s16(self.0, other.0))
        })
    }

    #[inline(always)]
    fn pack(low: int32x4_t, high: int32x4_t) -> Self {
        vector!(Self(vcombine_s16(vqmovn_s32(low), vqmovn_s32(high))))
    }

    #[inline(always)]
    fn words(word: i32) -> int32x4_t {
        vector!(vdupq_n_s32(word))
    }

    #[inline(always)]
    fn add_words(a: int32x4_t, b: int32x4_t) -> int32x4_t {
        vector!(vaddq_s32(a, b))
    }

    #[inline(always)]
    fn sub_words(a: int32x4_t, b: int32x4_t) -> int32x4_t {
        vector!(vsubq_s32(a, b))
    }

    #[inline(always)]
    fn shift_words<const BITS: i32>(words: int32x4_t) -> int32x4_t {
        vector!(vshrq_n_s32::<BITS>(words))
    }

    #[inline(always)]
    fn sum_words([a, b, c, d]: [int32x4_t; 4]) -> int32x4_t {
        vector!(vpaddq_s32(vpaddq_s32(a, b), vpaddq_s32(c, d)))
    }
}
