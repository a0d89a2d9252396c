//! Bits for the delimiters and line ends of 64 bytes.
#![expect(unsafe_code, reason = "AVX2 by its intrinsics; the plain twin below finds the same")]

use super::BLOCK;

/// What 64 bytes hold; bit 0 is the first byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) delimiters: u64,
    pub(super) line_ends: u64,
}

/// Goes over a text from a place on, block by block; `each` is told where a block begins and what it
/// holds, and ends the scan by `false`.
pub(super) fn scan(
    text: &[u8],
    delimiter: u8,
    from: usize,
    each: impl FnMut(usize, Block) -> bool,
) {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") && std::arch::is_x86_feature_detected!("bmi1") {
        // SAFETY: the processor has what the function is compiled for.
        unsafe { scan_avx2(text, delimiter, from, each) };
        return;
    }
    scan_plain(text, delimiter, from, each);
}

/// Goes over the whole blocks, then over the rest padded with zeros.
#[inline(always)]
fn over_blocks(
    text: &[u8],
    from: usize,
    mut each: impl FnMut(usize, Block) -> bool,
    masks: impl Fn(&[u8; BLOCK]) -> Block,
) {
    let (blocks, rest) = text.get(from..).unwrap_or_default().as_chunks::<BLOCK>();
    let mut at = from;
    for block in blocks {
        if !each(at, masks(block)) {
            return;
        }
        at += BLOCK;
    }
    if !rest.is_empty() {
        let mut block = [0; BLOCK];
        block[..rest.len()].copy_from_slice(rest);
        each(at, masks(&block));
    }
}

fn scan_plain(text: &[u8], delimiter: u8, from: usize, each: impl FnMut(usize, Block) -> bool) {
    over_blocks(text, from, each, |block| masks_plain(block, delimiter));
}

fn masks_plain(block: &[u8; BLOCK], delimiter: u8) -> Block {
    let mut found = Block { delimiters: 0, line_ends: 0 };
    for (place, &byte) in block.iter().enumerate() {
        found.delimiters |= u64::from(byte == delimiter) << place;
        found.line_ends |= u64::from(byte == b'\n') << place;
    }
    found
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,popcnt,lzcnt")]
fn scan_avx2(text: &[u8], delimiter: u8, from: usize, each: impl FnMut(usize, Block) -> bool) {
    use std::arch::x86_64::{
        __m256i, _mm256_cmpeq_epi8, _mm256_loadu_si256, _mm256_movemask_epi8, _mm256_set1_epi8,
    };

    let delimiters = _mm256_set1_epi8(delimiter.cast_signed());
    let line_ends = _mm256_set1_epi8(b'\n'.cast_signed());
    over_blocks(text, from, each, |block| {
        #[expect(clippy::cast_ptr_alignment, reason = "the loads need no alignment")]
        let halves = block.as_ptr().cast::<__m256i>();
        // SAFETY: a block is 64 bytes; both loads may be unaligned.
        let (low, high) =
            unsafe { (_mm256_loadu_si256(halves), _mm256_loadu_si256(halves.add(1))) };
        let equal = |to| {
            let bits =
                |half| u64::from(_mm256_movemask_epi8(_mm256_cmpeq_epi8(half, to)).cast_unsigned());
            bits(low) | bits(high) << 32
        };
        Block { delimiters: equal(delimiters), line_ends: equal(line_ends) }
    });
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn both_ways_find_the_same(text in "[ab\t\n,]{0,300}", skip in 0_usize..40) {
            let from = skip.min(text.len());
            let mut plain = Vec::new();
            scan_plain(text.as_bytes(), b'\t', from, |at, block| { plain.push((at, block)); true });
            let mut fastest = Vec::new();
            scan(text.as_bytes(), b'\t', from, |at, block| { fastest.push((at, block)); true });
            prop_assert_eq!(plain, fastest);
        }
    }
}
