//! Eight 32-bit integers side by side: the arithmetic of both transforms. It wraps, so that
//! coefficients that no picture has give no picture, but the same one everywhere.

/// Eight lanes.
pub(super) type Lanes = [i32; 8];

/// Bits of fraction of the transforms' constants.
pub(super) const CONST_BITS: u32 = 13;
/// Bits of fraction between the two passes of a transform.
pub(super) const PASS_BITS: u32 = 2;

/// A constant with [`CONST_BITS`] bits of fraction.
pub(super) const fn fixed(value: f64) -> i32 {
    (value * (1 << CONST_BITS) as f64 + 0.5) as i32
}

#[inline(always)]
pub(super) fn add(a: Lanes, b: Lanes) -> Lanes {
    std::array::from_fn(|i| a[i].wrapping_add(b[i]))
}

#[inline(always)]
pub(super) fn sub(a: Lanes, b: Lanes) -> Lanes {
    std::array::from_fn(|i| a[i].wrapping_sub(b[i]))
}

#[inline(always)]
pub(super) fn scale(a: Lanes, factor: i32) -> Lanes {
    a.map(|lane| lane.wrapping_mul(factor))
}

#[inline(always)]
pub(super) fn round_shift(a: Lanes, bits: u32) -> Lanes {
    a.map(|lane| lane.wrapping_add(1 << (bits - 1)) >> bits)
}

#[inline(always)]
pub(super) fn transpose(rows: [Lanes; 8]) -> [Lanes; 8] {
    std::array::from_fn(|y| std::array::from_fn(|x| rows[x][y]))
}
