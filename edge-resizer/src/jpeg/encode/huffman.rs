//! Huffman tables made for what a scan holds.

use super::scan::{Symbol, SymbolSink, TABLES};

/// Counts the symbols of a scan, and keeps them for when their codes are known.
#[derive(Debug)]
pub(super) struct Recorder {
    /// By [`Symbol::place`]: how often each occurs.
    counts: Box<[u32; 256 * TABLES]>,
    symbols: Vec<Symbol>,
    /// Whether there were more than are kept.
    full: bool,
}

/// Symbols that are kept, 4 bytes each: as many as a picture of 2,000 by 2,000 pixels has that is
/// full of detail.
const MOST_KEPT: usize = 1 << 22;

impl Recorder {
    pub(super) fn new() -> Self {
        Self { counts: Box::new([0; 256 * TABLES]), symbols: Vec::new(), full: false }
    }

    /// Begins anew, with the memory that it has.
    pub(super) fn clear(&mut self) {
        self.counts.fill(0);
        self.symbols.clear();
        self.full = false;
    }

    /// All symbols, in order; `None` where they are too many to be kept.
    pub(super) fn symbols(&self) -> Option<&[Symbol]> {
        (!self.full).then_some(&self.symbols)
    }

    /// The best tables for what was counted.
    pub(super) fn tables(&self) -> Tables {
        let mut tables = Tables {
            tables: [const { None }; TABLES],
            codes: Box::new([Code::default(); 256 * TABLES]),
        };
        let counts = self.counts.as_chunks::<256>().0;
        let codes = tables.codes.as_chunks_mut::<256>().0;
        for ((table, counts), codes) in tables.tables.iter_mut().zip(counts).zip(codes) {
            *table = Table::new(counts);
            if let Some(table) = table {
                table.enter(codes);
            }
        }
        tables
    }
}

impl SymbolSink for Recorder {
    #[inline(always)]
    fn put(&mut self, symbol: Symbol) {
        self.counts[symbol.place()] += 1;
        if self.symbols.len() < MOST_KEPT {
            self.symbols.push(symbol);
        } else {
            self.full = true;
        }
    }
}

/// The tables of a scan: DC of lightness and of color, and AC of both; `None` where no symbol needs
/// one.
#[derive(Clone, Debug)]
pub(super) struct Tables {
    tables: [Option<Table>; TABLES],
    /// By [`Symbol::place`].
    pub(super) codes: Box<[Code; 256 * TABLES]>,
}

/// A symbol's code and how many bits it has; 0 for a symbol that does not occur.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Code {
    pub(super) bits: u16,
    pub(super) length: u8,
}

impl Tables {
    /// The payload of a DHT segment.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        for (number, table) in (0_u8..).zip(&self.tables) {
            if let Some(table) = table {
                out.push((number >> 1) << 4 | number & 1);
                out.extend(table.counts);
                out.extend(&table.symbols);
            }
        }
    }
}

/// A Huffman table.
#[derive(Clone, Debug)]
struct Table {
    /// Number of codes of each length 1 to 16.
    counts: [u8; LONGEST],
    /// Symbols by rising code.
    symbols: Vec<u8>,
}

/// The longest code that a JPEG may have.
const LONGEST: usize = 16;

impl Table {
    fn new(counts: &[u32; 256]) -> Option<Self> {
        let lengths = limit(&code_lengths(counts)?);
        // Rarer symbols have longer codes; among equals the order does not matter.
        let mut symbols: Vec<u8> = (0..=255).filter(|&s| counts[usize::from(s)] > 0).collect();
        symbols.sort_by_key(|&s| std::cmp::Reverse(counts[usize::from(s)]));
        Some(Self { counts: lengths, symbols })
    }

    /// Writes the code of every symbol.
    fn enter(&self, codes: &mut [Code; 256]) {
        let mut bits = 0;
        let mut remaining = self.symbols.iter();
        for (length, &count) in (1_u8..).zip(&self.counts) {
            for symbol in remaining.by_ref().take(usize::from(count)) {
                codes[usize::from(*symbol)] = Code { bits, length };
                bits += 1;
            }
            bits <<= 1;
        }
    }
}

/// How many codes of each length the best prefix code has, before the limit of 16 bits; one code
/// more than there are symbols, because the code of ones alone is not allowed. `None` where there is
/// no symbol.
fn code_lengths(counts: &[u32; 256]) -> Option<Vec<u32>> {
    use std::cmp::Reverse;
    use std::collections::BinaryHeap;

    let used: Vec<u64> = counts.iter().filter(|&&n| n > 0).map(|&n| u64::from(n)).collect();
    if used.is_empty() {
        return None;
    }
    // The reserved code is rarer than all others, so it ends up among the longest.
    let leaves = used.len() + 1;
    let mut heap: BinaryHeap<_> =
        used.iter().copied().chain([0]).enumerate().map(|(node, n)| Reverse((n, node))).collect();
    let mut parents = vec![0; 2 * leaves - 1];
    let mut next = leaves;
    while let (Some(Reverse((a, left))), Some(Reverse((b, right)))) = (heap.pop(), heap.pop()) {
        parents[left] = next;
        parents[right] = next;
        heap.push(Reverse((a + b, next)));
        next += 1;
        if heap.len() == 1 {
            break;
        }
    }
    // Parents come after their children: from the root down, depths are known.
    let mut depths = vec![0_usize; parents.len()];
    for node in (0..parents.len() - 1).rev() {
        depths[node] = depths[parents[node]] + 1;
    }
    let mut lengths = vec![0; 1 + depths[..leaves].iter().max().copied()?.max(LONGEST)];
    for &depth in &depths[..leaves] {
        lengths[depth] += 1;
    }
    Some(lengths)
}

/// Shortens codes to 16 bits (T.81, figure K.3) and drops the reserved one; gives the number of
/// codes of each length 1 to 16.
fn limit(lengths: &[u32]) -> [u8; LONGEST] {
    let mut lengths = lengths.to_vec();
    for long in (LONGEST + 1..lengths.len()).rev() {
        while lengths[long] > 0 {
            let Some(short) = (1..long - 1).rev().find(|&length| lengths[length] > 0) else {
                break;
            };
            lengths[long] -= 2;
            lengths[long - 1] += 1;
            lengths[short + 1] += 2;
            lengths[short] -= 1;
        }
    }
    if let Some(longest) = (1..=LONGEST).rev().find(|&length| lengths[length] > 0) {
        lengths[longest] -= 1;
    }
    std::array::from_fn(|index| lengths[index + 1] as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_prefix_free_and_within_sixteen_bits() {
        let fibonacci: [u32; 256] = {
            let mut counts = [0; 256];
            let (mut a, mut b) = (1_u32, 1_u32);
            for count in counts.iter_mut().take(40) {
                *count = a;
                (a, b) = (b, a.saturating_add(b));
            }
            counts
        };
        let mut single = [0; 256];
        single[7] = 5;
        for (name, counts) in [("fibonacci", fibonacci), ("flat", [3; 256]), ("single", single)] {
            let table = Table::new(&counts).unwrap();
            let mut codes = [Code::default(); 256];
            table.enter(&mut codes);
            let code = |symbol: u8| codes[usize::from(symbol)];
            let used: Vec<_> = (0..=255_u8).filter(|&s| counts[usize::from(s)] > 0).collect();
            assert_eq!(table.symbols.len(), used.len(), "{name}");
            // Kraft's sum leaves room for the code of ones.
            let sum: u32 = used.iter().map(|&s| 1 << (16 - code(s).length)).sum();
            assert!(sum < 1 << 16, "{name}: {sum}");
            for &a in &used {
                let Code { bits, length } = code(a);
                assert!((1..=16).contains(&length), "{name}: {length}");
                for &b in used.iter().filter(|&&b| b != a) {
                    let other = code(b);
                    assert!(
                        other.length < length || other.bits >> (other.length - length) != bits,
                        "{name}: {a} {b}"
                    );
                }
            }
        }
        assert!(Table::new(&[0; 256]).is_none());
    }
}
