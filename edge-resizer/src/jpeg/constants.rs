//! The constants of both transforms (Loeffler, Ligtenberg and Moschytz, ICASSP 1989), with
//! [`CONST_BITS`] bits of fraction.

/// Bits of fraction of the transforms' constants.
pub(super) const CONST_BITS: i32 = 13;
/// Bits of fraction between the two passes of a transform.
pub(super) const PASS_BITS: i32 = 2;

/// A constant with [`CONST_BITS`] bits of fraction.
pub(super) const fn fixed(value: f64) -> i16 {
    (value * (1 << CONST_BITS) as f64 + 0.5) as i16
}

pub(super) const F_0_298: i16 = fixed(0.298_631_336);
pub(super) const F_0_390: i16 = fixed(0.390_180_644);
pub(super) const F_0_541: i16 = fixed(0.541_196_100);
pub(super) const F_0_765: i16 = fixed(0.765_366_865);
pub(super) const F_0_899: i16 = fixed(0.899_976_223);
pub(super) const F_1_175: i16 = fixed(1.175_875_602);
pub(super) const F_1_501: i16 = fixed(1.501_321_110);
pub(super) const F_1_847: i16 = fixed(1.847_759_065);
pub(super) const F_1_961: i16 = fixed(1.961_570_560);
pub(super) const F_2_053: i16 = fixed(2.053_119_869);
pub(super) const F_2_562: i16 = fixed(2.562_915_447);
pub(super) const F_3_072: i16 = fixed(3.072_711_026);
