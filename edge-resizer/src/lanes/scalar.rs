//! Lane by lane.

use super::Lanes;

/// Eight lanes in an array.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Scalar([i16; 8]);

impl Scalar {
    fn zip(self, other: Self, op: impl Fn(i16, i16) -> i16) -> Self {
        Self(std::array::from_fn(|lane| op(self.0[lane], other.0[lane])))
    }
}

impl Lanes for Scalar {
    type Words = [i32; 4];

    fn load(lanes: &[i16; 8]) -> Self {
        Self(*lanes)
    }

    fn store(self) -> [i16; 8] {
        self.0
    }

    fn narrow(self) -> [u8; 8] {
        self.0.map(|lane| lane.clamp(0, 255) as u8)
    }

    fn narrow_both(self, other: Self) -> [u8; 16] {
        let (low, high) = (self.narrow(), other.narrow());
        std::array::from_fn(|byte| if byte < 8 { low[byte] } else { high[byte - 8] })
    }

    fn add(self, other: Self) -> Self {
        self.zip(other, i16::wrapping_add)
    }

    fn sub(self, other: Self) -> Self {
        self.zip(other, i16::wrapping_sub)
    }

    fn mul_high_unsigned(self, other: Self) -> Self {
        self.zip(other, |a, b| ((u32::from(a as u16) * u32::from(b as u16)) >> 16) as i16)
    }

    fn xor(self, other: Self) -> Self {
        self.zip(other, |a, b| a ^ b)
    }

    fn signs(self) -> Self {
        Self(self.0.map(|lane| lane >> 15))
    }

    fn interleave(self, other: Self) -> (Self, Self) {
        let (a, b) = (self.0, other.0);
        (
            Self([a[0], b[0], a[1], b[1], a[2], b[2], a[3], b[3]]),
            Self([a[4], b[4], a[5], b[5], a[6], b[6], a[7], b[7]]),
        )
    }

    fn widen_pairs(a: &[u8; 16], b: &[u8; 16]) -> [Self; 4] {
        let byte = |n: usize| if n.is_multiple_of(2) { a[n / 2] } else { b[n / 2] };
        std::array::from_fn(|part| Self(std::array::from_fn(|n| byte(8 * part + n).into())))
    }

    fn dot(self, other: Self) -> [i32; 4] {
        let product = |lane: usize| i32::from(self.0[lane]) * i32::from(other.0[lane]);
        std::array::from_fn(|word| product(2 * word).wrapping_add(product(2 * word + 1)))
    }

    fn pack(low: [i32; 4], high: [i32; 4]) -> Self {
        let lane = |lane: usize| if lane < 4 { low[lane] } else { high[lane - 4] };
        let saturated = |word: i32| word.clamp(i16::MIN.into(), i16::MAX.into()) as i16;
        Self(std::array::from_fn(|index| saturated(lane(index))))
    }

    fn words(word: i32) -> [i32; 4] {
        [word; 4]
    }

    fn add_words(a: [i32; 4], b: [i32; 4]) -> [i32; 4] {
        std::array::from_fn(|word| a[word].wrapping_add(b[word]))
    }

    fn sub_words(a: [i32; 4], b: [i32; 4]) -> [i32; 4] {
        std::array::from_fn(|word| a[word].wrapping_sub(b[word]))
    }

    fn shift_words<const BITS: i32>(words: [i32; 4]) -> [i32; 4] {
        words.map(|word| word >> BITS)
    }

    fn sum_words(vectors: [[i32; 4]; 4]) -> [i32; 4] {
        vectors.map(|words| words.into_iter().fold(0, i32::wrapping_add))
    }
}
