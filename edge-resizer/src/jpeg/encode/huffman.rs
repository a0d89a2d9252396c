//! Huffman tables made for what a scan holds.

use super::scan::SymbolSink;

/// How often each symbol occurs, by table: DC and AC of lightness and of colour.
#[derive(Clone, Debug)]
pub(super) struct Counts {
    dc: [[u32; 256]; 2],
    ac: [[u32; 256]; 2],
}

impl Default for Counts {
    fn default() -> Self {
        Self { dc: [[0; 256]; 2], ac: [[0; 256]; 2] }
    }
}

impl SymbolSink for Counts {
    #[inline]
    fn dc(&mut self, kind: usize, size: u8, _bits: u32) {
        self.dc[kind & 1][usize::from(size)] += 1;
    }

    #[inline]
    fn ac(&mut self, kind: usize, symbol: u8, _bits: u32, _count: u32) {
        self.ac[kind & 1][usize::from(symbol)] += 1;
    }
}

impl Counts {
    /// The best tables for these counts.
    pub(super) fn into_tables(self) -> Tables {
        Tables {
            dc: self.dc.map(|counts| Table::new(&counts)),
            ac: self.ac.map(|counts| Table::new(&counts)),
        }
    }
}

/// The tables of a scan; `None` where no symbol needs one.
#[derive(Clone, Debug)]
pub(super) struct Tables {
    pub(super) dc: [Option<Table>; 2],
    pub(super) ac: [Option<Table>; 2],
}

impl Tables {
    /// The payload of a DHT segment.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        for (class, tables) in [(0x00, &self.dc), (0x10, &self.ac)] {
            for (number, table) in (0_u8..).zip(tables) {
                if let Some(table) = table {
                    out.push(class | number);
                    out.extend(table.counts);
                    out.extend(&table.symbols);
                }
            }
        }
    }
}

/// A Huffman table.
#[derive(Clone, Debug)]
pub(super) struct Table {
    /// Number of codes of each length 1 to 16.
    counts: [u8; 16],
    /// Symbols by rising code.
    symbols: Vec<u8>,
    /// By symbol: its code and the code's length.
    codes: Box<[(u16, u8); 256]>,
}

/// The longest code that a JPEG may have.
const LONGEST: usize = 16;

impl Table {
    fn new(counts: &[u32; 256]) -> Option<Self> {
        let lengths = limit(&code_lengths(counts)?);
        // Rarer symbols have longer codes; among equals the order does not matter.
        let mut symbols: Vec<u8> = (0..=255).filter(|&s| counts[usize::from(s)] > 0).collect();
        symbols.sort_by_key(|&s| std::cmp::Reverse(counts[usize::from(s)]));
        let mut codes = Box::new([(0, 0); 256]);
        let mut code = 0_u16;
        let mut remaining = symbols.iter();
        for (length, &count) in (1_u8..).zip(&lengths) {
            for symbol in remaining.by_ref().take(usize::from(count)) {
                codes[usize::from(*symbol)] = (code, length);
                code += 1;
            }
            code <<= 1;
        }
        Some(Self { counts: lengths, symbols, codes })
    }

    /// Code and length of a symbol.
    #[inline]
    pub(super) fn code(&self, symbol: u8) -> (u16, u8) {
        self.codes[usize::from(symbol)]
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
            let used: Vec<_> = (0..=255_u8).filter(|&s| counts[usize::from(s)] > 0).collect();
            assert_eq!(table.symbols.len(), used.len(), "{name}");
            // Kraft's sum leaves room for the code of ones.
            let sum: u32 = used.iter().map(|&s| 1 << (16 - table.code(s).1)).sum();
            assert!(sum < 1 << 16, "{name}: {sum}");
            for &a in &used {
                let (code, length) = table.code(a);
                assert!((1..=16).contains(&length), "{name}: {length}");
                for &b in used.iter().filter(|&&b| b != a) {
                    let (other, longer) = table.code(b);
                    assert!(
                        longer < length || other >> (longer - length) != code,
                        "{name}: {a} {b}"
                    );
                }
            }
        }
        assert!(Table::new(&[0; 256]).is_none());
    }
}
