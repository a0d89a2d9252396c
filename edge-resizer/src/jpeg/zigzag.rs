//! The order of a block's coefficients in a file.

/// Where the coefficient at each place of the zigzag order stands in the block, row-major (T.81,
/// figure A.6).
pub(super) const ZIGZAG: [u8; 64] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20,
    13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59,
    52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
];

/// The place in the block of a coefficient of the zigzag order; of an index beyond 63 its lower
/// six bits count.
#[inline]
pub(super) fn place(zigzag: usize) -> usize {
    usize::from(ZIGZAG[zigzag & 63])
}
