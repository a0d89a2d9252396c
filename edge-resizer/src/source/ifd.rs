//! TIFF's structure (TIFF 6.0, section 2): directories of tagged fields. EXIF blocks have it too.

use super::Orientation;
use super::bytes::{array, index};

/// Tag of the orientation (CIPA DC-008, 4.6.4).
pub(crate) const ORIENTATION: u16 = 0x0112;

/// A TIFF structure; every offset is checked when it is followed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ifds<'a> {
    data: &'a [u8],
    /// The byte order of every number in it.
    pub(crate) order: Order,
}

/// Which byte of a number comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// The most significant: `MM`.
    Big,
    /// The least significant: `II`.
    Little,
}

impl Order {
    fn u16(self, bytes: [u8; 2]) -> u16 {
        match self {
            Self::Big => u16::from_be_bytes(bytes),
            Self::Little => u16::from_le_bytes(bytes),
        }
    }

    fn u32(self, bytes: [u8; 4]) -> u32 {
        match self {
            Self::Big => u32::from_be_bytes(bytes),
            Self::Little => u32::from_le_bytes(bytes),
        }
    }
}

/// A field of a directory.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(not(feature = "transform"), expect(dead_code, reason = "only a decoder needs all"))]
pub(crate) struct Field<'a> {
    /// What it says.
    pub(crate) tag: u16,
    /// Type of its values: 1 to 13.
    pub(crate) kind: u16,
    /// How many values.
    pub(crate) count: u32,
    /// The values, in the structure's byte order.
    pub(crate) value: &'a [u8],
    /// Where the values are in the structure.
    #[cfg_attr(
        not(feature = "rare-sources"),
        expect(dead_code, reason = "only the decoder of TIFF asks for it")
    )]
    pub(crate) at: usize,
    order: Order,
}

impl Field<'_> {
    /// The value at `at` of a field of bytes, shorts or longs.
    pub(crate) fn number(&self, at: usize) -> Option<u32> {
        match self.kind {
            1 => self.value.get(at).map(|byte| u32::from(*byte)),
            3 => array(self.value, at.checked_mul(2)?).map(|b| u32::from(self.order.u16(b))),
            4 | 13 => array(self.value, at.checked_mul(4)?).map(|b| self.order.u32(b)),
            _ => None,
        }
    }
}

/// Bytes of a value, by type; index 0 is no type.
const KIND_SIZES: [usize; 14] = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4];

impl<'a> Ifds<'a> {
    /// The structure that starts with the first byte.
    pub(crate) fn new(data: &'a [u8]) -> Option<Self> {
        let order = match data.get(..4)? {
            b"II*\0" => Order::Little,
            b"MM\0*" => Order::Big,
            _ => return None,
        };
        Some(Self { data, order })
    }

    /// Offset of the first directory.
    pub(crate) fn first(&self) -> Option<u32> {
        array(self.data, 4).map(|bytes| self.order.u32(bytes))
    }

    /// The fields of the directory at `offset`; those whose values lie outside are left out.
    pub(crate) fn fields(&self, offset: u32) -> impl Iterator<Item = Field<'a>> + use<'a> {
        let this = *self;
        let start = index(offset);
        let count = array(this.data, start).map_or(0, |bytes| this.order.u16(bytes));
        (0..usize::from(count)).filter_map(move |n| this.field(start.checked_add(2 + n * 12)?))
    }

    fn field(&self, at: usize) -> Option<Field<'a>> {
        let entry = self.data.get(at..at.checked_add(12)?)?;
        let kind = self.order.u16(array(entry, 2)?);
        let count = self.order.u32(array(entry, 4)?);
        let size = KIND_SIZES.get(usize::from(kind)).filter(|size| **size > 0)?;
        let length = size.checked_mul(index(count))?;
        let start = if length <= 4 { at + 8 } else { index(self.order.u32(array(entry, 8)?)) };
        let value = self.data.get(start..start.checked_add(length)?)?;
        let tag = self.order.u16(array(entry, 0)?);
        Some(Field { tag, kind, count, value, at: start, order: self.order })
    }
}

/// The orientation that an EXIF block names.
pub(super) fn orientation(exif: &[u8]) -> Orientation {
    let value = Ifds::new(exif).and_then(|ifds| {
        let field = ifds.fields(ifds.first()?).find(|field| field.tag == ORIENTATION)?;
        field.number(0)
    });
    value.map_or(Orientation::UPRIGHT, Orientation::from_exif)
}
