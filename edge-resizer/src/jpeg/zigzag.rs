//! The order of a block's coefficients in a file.

/// Where the coefficient at each place of the zigzag order stands in the block, row-major (T.81,
/// figure A.6).
pub(super) const ZIGZAG: [u8; 64] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20,
    13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59,
    52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
];

/// The same in a block that is stored column by column.
pub(super) const COLUMN_ZIGZAG: [u8; 64] = {
    let mut places = ZIGZAG;
    let mut index = 0;
    while index < 64 {
        places[index] = ZIGZAG[index] % 8 * 8 + ZIGZAG[index] / 8;
        index += 1;
    }
    places
};
