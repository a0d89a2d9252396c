//! EXIF (CIPA DC-008): what of a source's block goes into the output.
//!
//! A block is never patched but written anew from the fields that stay, in the source's byte order:
//! nothing that was left out can lie in a gap.

use crate::recipe::Metadata;
use crate::source::ifd::{Field, Ifds, ORIENTATION, Order};

const ARTIST: u16 = 0x013B;
const COPYRIGHT: u16 = 0x8298;
const EXIF_DIRECTORY: u16 = 0x8769;
const INTEROPERABILITY_DIRECTORY: u16 = 0xA005;
const COLOR_SPACE: u16 = 0xA001;
/// Type of 16-bit numbers.
const SHORT: u16 = 3;
/// Type of 32-bit numbers, and of a directory's offset.
const LONG: u16 = 4;

/// What the EXIF segment of a JPEG has room for: 65,535 less its length and `Exif\0\0`.
const MOST_BYTES: usize = 65_527;
/// A directory's count, and the offset of the next one.
const DIRECTORY_BYTES: usize = 2 + 4;
const ENTRY_BYTES: usize = 12;

/// Ranges of tags that do not go with the pixels into another file.
///
/// They describe how the source stored them (sizes, strips, tiles, palette, thumbnail), tell where
/// the picture was taken (GPS, and XMP, IPTC and Photoshop blocks that may repeat it), or are a
/// maker's own block, whose offsets would point into nothing and which may hold the place too.
const LEFT_OUT: [(u16, u16); 19] = [
    (0x00FE, 0x0107),
    (0x010A, 0x010A),
    (0x0111, 0x0111),
    (0x0115, 0x0119),
    (0x011C, 0x011D),
    (0x0120, 0x0125),
    (0x012D, 0x012D),
    (0x013D, 0x0150),
    (0x0152, 0x015B),
    (0x0200, 0x0214),
    (0x02BC, 0x02BC),
    (0x83BB, 0x83BB),
    (0x8649, 0x8649),
    (0x8773, 0x8773),
    (0x8825, 0x8825),
    (0x927C, 0x927C),
    (0x935C, 0x935C),
    (0xA002, 0xA004),
    (0xC4A5, 0xFFFF),
];

/// The block for an output; `None` where nothing stays.
///
/// [`Metadata::Copyright`] leaves artist and copyright. [`Metadata::Keep`] leaves all but what
/// [`LEFT_OUT`] lists; the orientation becomes upright and the colour space sRGB, as the pixels
/// are. Whatever does not fit into a JPEG's segment is left out from the end.
pub(super) fn keep(exif: &[u8], choice: Metadata) -> Option<Vec<u8>> {
    let stays: fn(u16) -> bool = match choice {
        Metadata::None => return None,
        Metadata::Copyright => |tag| matches!(tag, ARTIST | COPYRIGHT),
        Metadata::Keep => |tag| !LEFT_OUT.iter().any(|(from, to)| (*from..=*to).contains(&tag)),
    };
    let ifds = Ifds::new(exif)?;
    let mut room = MOST_BYTES - 8;
    let directory = Directory::read(&ifds, ifds.first()?, stays, &mut room, SUB_DIRECTORIES);
    directory.map(|directory| directory.write(ifds.order))
}

/// Directories in directories, outermost first: the EXIF fields, and the interoperability fields in
/// those.
const SUB_DIRECTORIES: &[u16] = &[EXIF_DIRECTORY, INTEROPERABILITY_DIRECTORY];

#[derive(Debug)]
struct Directory {
    /// Ascending by tag, each tag once.
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    tag: u16,
    kind: u16,
    count: u32,
    content: Content,
}

#[derive(Debug)]
enum Content {
    Value(Vec<u8>),
    Directory(Directory),
}

impl Directory {
    /// Reads the fields that stay, as far as there is room; `None` where none does.
    fn read(
        ifds: &Ifds<'_>,
        offset: u32,
        stays: fn(u16) -> bool,
        room: &mut usize,
        inner: &[u16],
    ) -> Option<Self> {
        let mut entries: Vec<Entry> = Vec::new();
        take(room, DIRECTORY_BYTES)?;
        for field in ifds.fields(offset).filter(|field| stays(field.tag)) {
            let known = entries.iter().any(|entry| entry.tag == field.tag);
            if known || take(room, ENTRY_BYTES).is_none() {
                continue;
            }
            match inner.split_first() {
                Some((directory, inner)) if *directory == field.tag => {
                    let read = |at| Self::read(ifds, at, stays, room, inner);
                    entries.extend(field.number(0).and_then(read).map(|directory| Entry {
                        tag: field.tag,
                        kind: LONG,
                        count: 1,
                        content: Content::Directory(directory),
                    }));
                }
                _ if SUB_DIRECTORIES.contains(&field.tag) => {}
                _ => entries.extend(Entry::read(&field, ifds.order, room)),
            }
        }
        entries.sort_by_key(|entry| entry.tag);
        (!entries.is_empty()).then_some(Self { entries })
    }

    /// The whole block: header, this directory, then what it refers to.
    fn write(&self, order: Order) -> Vec<u8> {
        let mut out = match order {
            Order::Big => b"MM\0*".to_vec(),
            Order::Little => b"II*\0".to_vec(),
        };
        out.extend(long(order, 8));
        self.append(&mut out, order);
        out
    }

    /// Writes the directory at the end of `out`, its values and directories after it.
    fn append(&self, out: &mut Vec<u8>, order: Order) {
        let start = out.len();
        out.extend(short(order, u16::try_from(self.entries.len()).unwrap_or(u16::MAX)));
        out.resize(start + DIRECTORY_BYTES + ENTRY_BYTES * self.entries.len(), 0);
        for (n, entry) in self.entries.iter().enumerate() {
            let mut value = [0; 4];
            let here = u32::try_from(out.len()).unwrap_or(u32::MAX);
            match &entry.content {
                Content::Value(bytes) if bytes.len() <= 4 => {
                    value[..bytes.len()].copy_from_slice(bytes);
                }
                Content::Value(bytes) => {
                    value = long(order, here);
                    out.extend_from_slice(bytes);
                    // Offsets are even.
                    out.resize(out.len().next_multiple_of(2), 0);
                }
                Content::Directory(directory) => {
                    value = long(order, here);
                    directory.append(out, order);
                }
            }
            let mut bytes = Vec::with_capacity(ENTRY_BYTES);
            bytes.extend(short(order, entry.tag));
            bytes.extend(short(order, entry.kind));
            bytes.extend(long(order, entry.count));
            bytes.extend(value);
            let at = start + 2 + n * ENTRY_BYTES;
            out[at..at + ENTRY_BYTES].copy_from_slice(&bytes);
        }
    }
}

impl Entry {
    fn read(field: &Field<'_>, order: Order, room: &mut usize) -> Option<Self> {
        if field.value.len() > 4 {
            take(room, field.value.len().next_multiple_of(2))?;
        }
        let one = |kind| (kind, 1, short(order, 1).to_vec());
        let (kind, count, value) = match field.tag {
            // Upright, and sRGB: both have the number 1.
            ORIENTATION | COLOR_SPACE => one(SHORT),
            _ => (field.kind, field.count, field.value.to_vec()),
        };
        Some(Self { tag: field.tag, kind, count, content: Content::Value(value) })
    }
}

fn take(room: &mut usize, bytes: usize) -> Option<()> {
    *room = room.checked_sub(bytes)?;
    Some(())
}

const fn short(order: Order, number: u16) -> [u8; 2] {
    match order {
        Order::Big => number.to_be_bytes(),
        Order::Little => number.to_le_bytes(),
    }
}

const fn long(order: Order, number: u32) -> [u8; 4] {
    match order {
        Order::Big => number.to_be_bytes(),
        Order::Little => number.to_le_bytes(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const GPS: u16 = 0x8825;
    const MAKE: u16 = 0x010F;
    const MAKER_NOTE: u16 = 0x927C;
    const EXPOSURE: u16 = 0x829A;

    fn text(tag: u16, value: &str) -> Entry {
        let value = format!("{value}\0").into_bytes();
        let count = u32::try_from(value.len()).unwrap();
        Entry { tag, kind: 2, count, content: Content::Value(value) }
    }

    fn number(order: Order, tag: u16, value: u16) -> Entry {
        let content = Content::Value(short(order, value).to_vec());
        Entry { tag, kind: SHORT, count: 1, content }
    }

    fn inner(tag: u16, entries: Vec<Entry>) -> Entry {
        let content = Content::Directory(Directory { entries });
        Entry { tag, kind: LONG, count: 1, content }
    }

    /// A camera's block: everything that the rules speak of is in it.
    fn camera(order: Order) -> Vec<u8> {
        let place = inner(GPS, vec![text(1, "North of the river")]);
        let exposure = vec![
            text(EXPOSURE, "1/125"),
            text(MAKER_NOTE, "maker's secret"),
            number(order, COLOR_SPACE, 65_535),
            number(order, 0xA002, 4_000),
            inner(INTEROPERABILITY_DIRECTORY, vec![text(1, "R98")]),
        ];
        let entries = vec![
            number(order, 0x0100, 4_000),
            text(MAKE, "Camera"),
            number(order, ORIENTATION, 6),
            text(ARTIST, "A"),
            text(COPYRIGHT, "All rights reserved"),
            inner(EXIF_DIRECTORY, exposure),
            place,
        ];
        Directory { entries }.write(order)
    }

    fn fields(block: &[u8], path: &[u16]) -> Vec<(u16, Vec<u8>)> {
        let ifds = Ifds::new(block).unwrap();
        let mut at = ifds.first().unwrap();
        for tag in path {
            at = ifds.fields(at).find(|field| field.tag == *tag).unwrap().number(0).unwrap();
        }
        ifds.fields(at).map(|field| (field.tag, field.value.to_vec())).collect()
    }

    fn contains(block: &[u8], text: &str) -> bool {
        block.windows(text.len()).any(|window| window == text.as_bytes())
    }

    #[test]
    fn copyright_leaves_artist_and_copyright_alone() {
        for order in [Order::Big, Order::Little] {
            let block = keep(&camera(order), Metadata::Copyright).unwrap();
            let want =
                vec![(ARTIST, b"A\0".to_vec()), (COPYRIGHT, b"All rights reserved\0".to_vec())];
            assert_eq!(fields(&block, &[]), want, "{order:?}");
        }
    }

    #[test]
    fn keep_leaves_all_but_place_maker_and_storage() {
        for order in [Order::Big, Order::Little] {
            let block = keep(&camera(order), Metadata::Keep).unwrap();
            let outer = fields(&block, &[]);
            let tags: Vec<_> = outer.iter().map(|(tag, _)| *tag).collect();
            assert_eq!(tags, [MAKE, ORIENTATION, ARTIST, COPYRIGHT, EXIF_DIRECTORY], "{order:?}");
            assert_eq!(outer[1].1, short(order, 1), "the orientation is upright");
            let exposure = fields(&block, &[EXIF_DIRECTORY]);
            assert_eq!(exposure[0], (EXPOSURE, b"1/125\0".to_vec()));
            assert_eq!(exposure[1], (COLOR_SPACE, short(order, 1).to_vec()));
            let path = [EXIF_DIRECTORY, INTEROPERABILITY_DIRECTORY];
            assert_eq!(fields(&block, &path), [(1, b"R98\0".to_vec())]);
            assert!(!contains(&block, "river") && !contains(&block, "secret"));
        }
    }

    #[test]
    fn nothing_that_stays_is_no_block() {
        assert_eq!(keep(&camera(Order::Big), Metadata::None), None);
        let place = Directory { entries: vec![inner(GPS, vec![text(1, "N")])] };
        assert_eq!(keep(&place.write(Order::Big), Metadata::Keep), None);
        assert_eq!(keep(b"", Metadata::Keep), None);
    }

    #[test]
    fn a_kept_block_is_kept_as_it_is() {
        let once = keep(&camera(Order::Little), Metadata::Keep).unwrap();
        assert_eq!(keep(&once, Metadata::Keep), Some(once));
    }

    #[test]
    fn a_block_that_is_too_large_loses_its_end() {
        let long = "x".repeat(40_000);
        let entries = vec![text(0x010E, &long), text(MAKE, &long), text(COPYRIGHT, "c")];
        let block = keep(&Directory { entries }.write(Order::Big), Metadata::Keep).unwrap();
        let tags: Vec<_> = fields(&block, &[]).into_iter().map(|(tag, _)| tag).collect();
        assert_eq!(tags, [0x010E, COPYRIGHT]);
        assert!(block.len() <= MOST_BYTES);
    }

    proptest! {
        #[test]
        fn broken_blocks_give_small_blocks_or_none(
            changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
            length in any::<prop::sample::Index>(),
        ) {
            let mut block = camera(Order::Little);
            for (at, value) in changes {
                let at = at.index(block.len());
                block[at] = value;
            }
            block.truncate(length.index(block.len() + 1));
            if let Some(kept) = keep(&block, Metadata::Keep) {
                prop_assert!(kept.len() <= MOST_BYTES);
            }
        }
    }
}
