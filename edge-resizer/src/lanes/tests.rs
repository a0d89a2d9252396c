//! The vector unit against its twin, on random lanes and on the ends of their range.

use super::*;

fn samples() -> Vec<[i16; 8]> {
    let mut state = 7_u32;
    let mut random = move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 16) as i16
    };
    let ends = [[i16::MIN; 8], [i16::MAX; 8], [0, -1, 1, 255, 256, -32_768, 32_767, 128]];
    ends.into_iter().chain((0..200).map(|_| std::array::from_fn(|_| random()))).collect()
}

/// Every operation on a pair of vectors, as lanes.
fn results<L: Lanes>(a: &[i16; 8], b: &[i16; 8]) -> Vec<[i16; 8]> {
    let (x, y) = (L::load(a), L::load(b));
    let (low, high) = x.interleave(y);
    let bytes = x.narrow_both(y);
    let (first, second) = (x.dot(y), y.dot(L::pair(3, -5)));
    let words = [
        first,
        L::add_words(first, second),
        L::sub_words(first, second),
        L::sum_words([first, second, L::words(-9), first]),
    ];
    let mut lanes = vec![
        x.add(y).store(),
        x.sub(y).store(),
        x.mul_high_unsigned(y).store(),
        x.xor(y).store(),
        x.signs().store(),
        low.store(),
        high.store(),
        x.narrow().map(i16::from),
        std::array::from_fn(|lane| bytes[8 + lane].into()),
        L::splat(a[3]).store(),
    ];
    lanes.extend(words.map(|words| L::pack(words, L::shift_words::<13>(words)).store()));
    let block = [a.map(|lane| lane as u8), b.map(|lane| (lane >> 8) as u8)].concat();
    let (block, _) = block.as_chunks::<16>();
    lanes.extend(L::widen_pairs(&block[0], &bytes).map(L::store));
    let rows = std::array::from_fn(|row| L::load(&a.map(|lane| lane.wrapping_add(row as i16))));
    lanes.extend(L::transpose(rows).map(L::store));
    lanes
}

#[test]
fn the_vector_unit_agrees_with_its_twin() {
    let samples = samples();
    for (a, b) in samples.iter().zip(samples.iter().rev()).chain(samples.iter().zip(&samples)) {
        assert_eq!(results::<Vector>(a, b), results::<Scalar>(a, b), "{a:?} {b:?}");
    }
}

#[test]
fn rows_become_columns() {
    let rows = std::array::from_fn(|y| Scalar::load(&std::array::from_fn(|x| (y * 8 + x) as i16)));
    for (x, column) in Scalar::transpose(rows).into_iter().enumerate() {
        assert_eq!(column.store(), std::array::from_fn(|y| (y * 8 + x) as i16));
    }
}
