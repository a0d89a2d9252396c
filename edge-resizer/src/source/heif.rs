//! HEIF, the container of AVIF (ISO/IEC 14496-12 and 23008-12): boxes, items and their properties.
//!
//! Nothing is copied: a [`Meta`] borrows the boxes and reads them anew at each question.

use super::bytes::{array, be16, be32, index};
use super::{Header, Orientation};

/// A box: four letters and what it holds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BoxOf<'a> {
    /// Its type.
    pub(crate) kind: [u8; 4],
    /// What it holds, as far as the file goes.
    pub(crate) data: &'a [u8],
}

/// The boxes that follow one another in `data`.
pub(crate) fn boxes(data: &[u8]) -> impl Iterator<Item = BoxOf<'_>> {
    let mut rest = data;
    std::iter::from_fn(move || {
        let kind = array(rest, 4)?;
        let (head, size) = match be32(rest, 0)? {
            // To the end of the file.
            0 => (8, rest.len()),
            1 => (16, usize::try_from(u64::from_be_bytes(array(rest, 8)?)).ok()?),
            size => (8, index(size)),
        };
        let data = rest.get(head..size.min(rest.len()))?;
        rest = rest.get(size.min(rest.len())..)?;
        Some(BoxOf { kind, data })
    })
}

/// What a file that starts with `ftyp` is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Brand {
    Avif,
    /// Refused, by this name.
    Other(&'static str),
}

/// The brands decide; the general brands of HEIF leave it to the primary item's type.
pub(super) fn brand(bytes: &[u8]) -> Brand {
    const HEIC: [&[u8]; 8] =
        [b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"hevm", b"hevs"];
    const GENERAL: [&[u8]; 3] = [b"mif1", b"mif2", b"msf1"];
    let Some(file_type) = boxes(bytes).next().filter(|first| &first.kind == b"ftyp") else {
        return Brand::Other("MP4 video");
    };
    // The second group of four is the minor version; it looks like no brand.
    let has =
        |brands: &[&[u8]]| file_type.data.chunks_exact(4).any(|brand| brands.contains(&brand));
    if has(&[b"avif", b"avis"]) {
        return Brand::Avif;
    }
    if has(&HEIC) {
        return Brand::Other("HEIC");
    }
    if !has(&GENERAL) {
        return Brand::Other("MP4 video");
    }
    let holds_av1 = Meta::new(bytes).is_some_and(|meta| meta.is_av1(meta.primary));
    if holds_av1 { Brand::Avif } else { Brand::Other("HEIF") }
}

pub(super) fn read(bytes: &[u8]) -> Option<Header> {
    let meta = Meta::new(bytes)?;
    let (width, height) = meta.size(meta.primary)?;
    let alpha = meta.alpha_of(meta.primary).is_some();
    let header = Header::still(width, height, alpha)?;
    Some(Header { orientation: meta.orientation(meta.primary), ..header })
}

/// The `meta` box of a file.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(
    not(feature = "avif-decode"),
    expect(dead_code, reason = "only a decoder needs the data")
)]
pub(crate) struct Meta<'a> {
    /// The item that is the picture.
    pub(crate) primary: u32,
    /// Where the items' data are: a full box.
    pub(crate) locations: &'a [u8],
    /// Data that is held in the box itself.
    pub(crate) item_data: &'a [u8],
    infos: &'a [u8],
    references: &'a [u8],
    properties: &'a [u8],
    associations: &'a [u8],
}

impl<'a> Meta<'a> {
    /// Finds the parts; `None` where there is no primary item.
    pub(crate) fn new(file: &'a [u8]) -> Option<Self> {
        let meta = boxes(file).find(|found| &found.kind == b"meta")?;
        let parts = || boxes(meta.data.get(4..).unwrap_or_default());
        let part = |kind: &[u8; 4]| {
            parts().find(|found| &found.kind == kind).map_or(&[][..], |found| found.data)
        };
        let primary = part(b"pitm");
        let properties = part(b"iprp");
        let of_properties = |kind: &[u8; 4]| {
            boxes(properties).find(|found| &found.kind == kind).map_or(&[][..], |found| found.data)
        };
        Some(Self {
            primary: Fields::of(primary)?.id()?,
            locations: part(b"iloc"),
            item_data: part(b"idat"),
            infos: part(b"iinf"),
            references: part(b"iref"),
            properties: of_properties(b"ipco"),
            associations: of_properties(b"ipma"),
        })
    }

    /// The type of an item: `av01`, `grid`, `Exif`, …
    pub(crate) fn kind(&self, item: u32) -> Option<[u8; 4]> {
        let version = *self.infos.first()?;
        let start = if version == 0 { 6 } else { 8 };
        boxes(self.infos.get(start..)?).find_map(|info| {
            let mut fields = Fields::of(info.data).filter(|fields| fields.version >= 2)?;
            // Version 2 has short numbers, version 3 long ones.
            let id = if fields.version == 2 { fields.short()?.into() } else { fields.long()? };
            let _protection = fields.short()?;
            (id == item).then(|| fields.four()).flatten()
        })
    }

    fn is_av1(&self, item: u32) -> bool {
        match self.kind(item) {
            Some(kind) if &kind == b"av01" => true,
            Some(kind) if &kind == b"grid" => self
                .references_from(item, *b"dimg")
                .next()
                .is_some_and(|tile| self.kind(tile).as_ref() == Some(b"av01")),
            _ => false,
        }
    }

    /// The properties of an item, in their order.
    pub(crate) fn properties(&self, item: u32) -> impl Iterator<Item = BoxOf<'a>> + use<'a> {
        let properties = self.properties;
        let indices = self.property_indices(item);
        // Index 0 is no property.
        indices.filter_map(move |at| boxes(properties).nth(at.checked_sub(1)?))
    }

    fn property_indices(&self, item: u32) -> impl Iterator<Item = usize> + use<'a> {
        let mut list = self.find_associations(item).unwrap_or(Associations::NONE);
        std::iter::from_fn(move || list.next_index())
    }

    fn find_associations(&self, item: u32) -> Option<Associations<'a>> {
        let mut fields = Fields::of(self.associations)?;
        let long_index = fields.flags & 1 != 0;
        let count = fields.long()?;
        for _ in 0..count {
            let id = if fields.version == 0 { fields.short()?.into() } else { fields.long()? };
            let entries = usize::from(fields.byte()?);
            let data = fields.take(entries * if long_index { 2 } else { 1 })?;
            if id == item {
                return Some(Associations { data, long_index });
            }
        }
        None
    }

    /// The items that `item` refers to in this way.
    pub(crate) fn references_from(
        &self,
        item: u32,
        kind: [u8; 4],
    ) -> impl Iterator<Item = u32> + use<'a> {
        self.all_references()
            .filter(move |(found, from, _)| *found == kind && *from == item)
            .flat_map(|(_, _, targets)| targets)
    }

    /// The items that refer to `item` in this way.
    pub(crate) fn references_to(
        &self,
        item: u32,
        kind: [u8; 4],
    ) -> impl Iterator<Item = u32> + use<'a> {
        self.all_references()
            .filter(move |(found, _, to)| *found == kind && to.clone().any(|id| id == item))
            .map(|(_, from, _)| from)
    }

    fn all_references(&self) -> impl Iterator<Item = ([u8; 4], u32, Ids<'a>)> + use<'a> {
        let long = self.references.first().is_some_and(|version| *version != 0);
        boxes(self.references.get(4..).unwrap_or_default()).filter_map(move |reference| {
            let mut ids = Ids { data: reference.data, long };
            let from = ids.next()?;
            let width = if long { 4 } else { 2 };
            // The count stands between them, and is always short.
            let count = usize::from(be16(reference.data, width)?);
            let data = reference.data.get(width + 2..)?.get(..count * width)?;
            Some((reference.kind, from, Ids { data, long }))
        })
    }

    /// Width and height of an item, before it is turned.
    pub(crate) fn size(&self, item: u32) -> Option<(u32, u32)> {
        let extent = self.properties(item).find(|property| &property.kind == b"ispe")?;
        Some((be32(extent.data, 4)?, be32(extent.data, 8)?))
    }

    /// The item that is the alpha channel of `item`.
    pub(crate) fn alpha_of(&self, item: u32) -> Option<u32> {
        const ALPHA: [&[u8]; 2] =
            [b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0", b"urn:mpeg:hevc:2015:auxid:1\0"];
        self.references_to(item, *b"auxl").find(|auxiliary| {
            self.properties(*auxiliary).any(|property| {
                let kind = property.data.get(4..).unwrap_or_default();
                &property.kind == b"auxC" && ALPHA.iter().any(|alpha| kind.starts_with(alpha))
            })
        })
    }

    /// Rotation and then mirror, as an EXIF orientation. EXIF's own is not heeded in HEIF.
    fn orientation(&self, item: u32) -> Orientation {
        // By quarter turns anticlockwise; no mirror, top and bottom exchanged, left and right.
        const EXIF: [[u32; 3]; 4] = [[1, 4, 2], [8, 5, 7], [3, 2, 4], [6, 7, 5]];
        let (mut turns, mut mirror) = (0, 0);
        for property in self.properties(item) {
            let value = property.data.first().copied().unwrap_or(0);
            match &property.kind {
                b"irot" => turns = usize::from(value & 3),
                b"imir" => mirror = usize::from(value & 1) + 1,
                _ => {}
            }
        }
        Orientation::from_exif(EXIF[turns][mirror])
    }
}

#[derive(Clone, Copy)]
struct Associations<'a> {
    data: &'a [u8],
    long_index: bool,
}

impl Associations<'_> {
    const NONE: Self = Self { data: &[], long_index: false };

    /// The first bit says whether the property is essential, the rest is its index.
    fn next_index(&mut self) -> Option<usize> {
        if self.long_index {
            let index = be16(self.data, 0)? & 0x7FFF;
            self.data = self.data.get(2..)?;
            Some(index.into())
        } else {
            let (first, rest) = self.data.split_first()?;
            self.data = rest;
            Some(usize::from(first & 0x7F))
        }
    }
}

/// Item numbers, long or short ones.
#[derive(Clone, Debug)]
struct Ids<'a> {
    data: &'a [u8],
    long: bool,
}

impl Iterator for Ids<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        let id = if self.long { be32(self.data, 0)? } else { be16(self.data, 0)?.into() };
        self.data = self.data.get(if self.long { 4 } else { 2 }..)?;
        Some(id)
    }
}

/// The fields of a full box, one after the other.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fields<'a> {
    /// The box's version.
    pub(crate) version: u8,
    /// The lowest byte of the box's flags.
    pub(crate) flags: u8,
    rest: &'a [u8],
}

impl<'a> Fields<'a> {
    /// Reads version and flags.
    pub(crate) fn of(data: &'a [u8]) -> Option<Self> {
        let [version, _, _, flags] = array(data, 0)?;
        Some(Self { version, flags, rest: data.get(4..)? })
    }

    pub(crate) fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(taken)
    }

    pub(crate) fn byte(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    pub(crate) fn short(&mut self) -> Option<u16> {
        be16(self.take(2)?, 0)
    }

    pub(crate) fn long(&mut self) -> Option<u32> {
        be32(self.take(4)?, 0)
    }

    /// Four letters.
    pub(crate) fn four(&mut self) -> Option<[u8; 4]> {
        array(self.take(4)?, 0)
    }

    /// A number of up to 8 bytes.
    #[cfg(feature = "avif-decode")]
    pub(crate) fn number(&mut self, length: usize) -> Option<usize> {
        let bytes = self.take(length.min(9))?;
        let fold = |number: Option<usize>, byte: &u8| {
            number?.checked_mul(256)?.checked_add(usize::from(*byte))
        };
        bytes.iter().fold(Some(0), fold)
    }

    /// An item's number in a box whose version 0 has short ones.
    pub(crate) fn id(&mut self) -> Option<u32> {
        if self.version == 0 { self.short().map(u32::from) } else { self.long() }
    }
}
