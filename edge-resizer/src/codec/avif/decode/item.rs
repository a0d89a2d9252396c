//! From an item of the container to pixels.

use re_rav1d::{Decoder, Picture, Settings};

use crate::geometry::Size;
use crate::pixels::{Channels, Raster};
use crate::source::heif::{Fields, Meta};

use super::super::super::{Failure, filled};
use super::sequence::Colors;
use super::yuv;

/// How colours are coded (ITU-T H.273), as the container says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Nclx {
    primaries: u16,
    pub(super) matrix: u16,
    pub(super) full_range: bool,
}

impl Nclx {
    /// `None` where they are unspecified.
    pub(super) fn known_primaries(self) -> Option<u16> {
        const UNSPECIFIED: u16 = 2;
        (self.primaries != UNSPECIFIED).then_some(self.primaries)
    }
}

/// The code points of an item, which outrank those in the AV1 stream.
pub(super) fn nclx(meta: &Meta<'_>, item: u32) -> Option<Nclx> {
    meta.properties(item).filter(|property| &property.kind == b"colr").find_map(|property| {
        let short = |at: usize| {
            let bytes = property.data.get(at..at + 2)?;
            Some(u16::from_be_bytes([bytes[0], bytes[1]]))
        };
        let is_nclx = property.data.starts_with(b"nclx");
        is_nclx.then_some(())?;
        let full_range = property.data.get(10)? & 0x80 != 0;
        Some(Nclx { primaries: short(4)?, matrix: short(8)?, full_range })
    })
}

/// The colour profile of an item.
pub(super) fn icc<'a>(meta: &Meta<'a>, item: u32) -> Option<&'a [u8]> {
    meta.properties(item).filter(|property| &property.kind == b"colr").find_map(|property| {
        let data = property.data;
        data.strip_prefix(b"prof").or_else(|| data.strip_prefix(b"rICC"))
    })
}

/// The EXIF block of the primary item: an item that starts with the block's offset in it.
pub(super) fn exif(file: &[u8], meta: &Meta<'_>) -> Option<Vec<u8>> {
    let item = meta
        .references_to(meta.primary, *b"cdsc")
        .find(|item| meta.kind(*item).as_ref() == Some(b"Exif"))?;
    let data = data(file, meta, item)?;
    let (offset, rest) = data.split_first_chunk()?;
    let offset = usize::try_from(u32::from_be_bytes(*offset)).ok()?;
    rest.get(offset..).map(<[u8]>::to_vec)
}

/// A decoded item.
pub(super) struct Pixels {
    /// RGB; of one that is monochrome all three are the same.
    pub(super) raster: Raster,
    /// Code point of the primaries in the AV1 stream.
    pub(super) primaries: u16,
}

/// Decodes an item of a known size, be it one picture or a grid of them.
pub(super) fn picture(
    file: &[u8],
    meta: &Meta<'_>,
    item: u32,
    size: Size,
    nclx: Option<Nclx>,
) -> Result<Pixels, Failure> {
    if meta.kind(item).as_ref() == Some(b"grid") {
        return grid(file, meta, item, size, nclx);
    }
    let pixels = single(file, meta, item, size, nclx)?;
    if pixels.raster.size != size {
        return Err(Failure::broken("its header is ambiguous"));
    }
    Ok(pixels)
}

fn single(
    file: &[u8],
    meta: &Meta<'_>,
    item: u32,
    most: Size,
    nclx: Option<Nclx>,
) -> Result<Pixels, Failure> {
    let data = data(file, meta, item).ok_or_else(|| Failure::broken("its data is missing"))?;
    let colors = Colors::of(&data);
    let raster = yuv::to_rgb(&decode(data, most)?, nclx, colors)?;
    Ok(Pixels { raster, primaries: colors.primaries.into() })
}

/// A grid (ISO/IEC 23008-12, 6.6.2.3.2): pictures of one size in rows, cut off right and below.
fn grid(
    file: &[u8],
    meta: &Meta<'_>,
    item: u32,
    size: Size,
    nclx: Option<Nclx>,
) -> Result<Pixels, Failure> {
    let wrong = || Failure::broken("its grid is broken");
    let header = data(file, meta, item).ok_or_else(wrong)?;
    let [_version, _flags, rows, columns] = *header.first_chunk().ok_or_else(wrong)?;
    let (rows, columns) = (u32::from(rows) + 1, u32::from(columns) + 1);
    let mut raster = filled(size, Channels::Rgb, 255)?;
    let mut primaries = None;
    let mut tiles = meta.references_from(item, *b"dimg");
    for n in 0..rows * columns {
        let tile = single(file, meta, tiles.next().ok_or_else(wrong)?, size, nclx)?;
        let Size { width, height } = tile.raster.size;
        // Tiles neither overlap the canvas by a whole tile nor leave a gap: that also bounds how
        // much there is to decode.
        let covers = |tile: u32, count: u32, side: u32| {
            tile.checked_mul(count).is_some_and(|all| all >= side && all - tile < side)
        };
        if !covers(width, columns, size.width) || !covers(height, rows, size.height) {
            return Err(wrong());
        }
        paste(&mut raster, &tile.raster, (n % columns) * width, (n / columns) * height);
        primaries.get_or_insert(tile.primaries);
    }
    Ok(Pixels { raster, primaries: primaries.ok_or_else(wrong)? })
}

fn paste(canvas: &mut Raster, tile: &Raster, left: u32, top: u32) {
    let (canvas_row, tile_row) = (canvas.size.width as usize * 3, tile.size.width as usize * 3);
    let left = left as usize * 3;
    let length = tile_row.min(canvas_row.saturating_sub(left));
    let rows = canvas.data.chunks_exact_mut(canvas_row).skip(top as usize);
    for (to, from) in rows.zip(tile.data.chunks_exact(tile_row)) {
        if let (Some(to), Some(from)) = (to.get_mut(left..left + length), from.get(..length)) {
            to.copy_from_slice(from);
        }
    }
}

/// Decodes one AV1 picture, on this thread.
fn decode(data: Vec<u8>, most: Size) -> Result<Picture, Failure> {
    if data.is_empty() {
        return Err(Failure::broken("its data is empty"));
    }
    let mut settings = Settings::new();
    settings.set_n_threads(1);
    settings.set_max_frame_delay(1);
    // Of a picture in layers the best one.
    settings.set_all_layers(false);
    settings.set_frame_size_limit(u32::try_from(most.pixels()).unwrap_or(u32::MAX));
    let mut decoder = Decoder::with_settings(&settings).map_err(Failure::broken)?;
    if let Err(error) = decoder.send_data(data, None, None, None)
        && !error.is_again()
    {
        return Err(Failure::broken(error));
    }
    decoder.get_picture().map_err(Failure::broken)
}

/// The data of an item, put together from its extents (ISO/IEC 14496-12, 8.11.3).
pub(super) fn data(file: &[u8], meta: &Meta<'_>, item: u32) -> Option<Vec<u8>> {
    let mut fields = Fields::of(meta.locations)?;
    let sizes = fields.short()?;
    let size = |shift: u16| usize::from((sizes >> shift) & 0xF);
    let (offset_size, length_size, base_size) = (size(12), size(8), size(4));
    let index_size = if fields.version == 0 { 0 } else { size(0) };
    let long_ids = fields.version == 2;
    let count = if long_ids { fields.long()? } else { fields.short()?.into() };
    for _ in 0..count {
        let id = if long_ids { fields.long()? } else { fields.short()?.into() };
        let in_meta = fields.version > 0 && fields.short()? & 0xF == 1;
        let _data_reference = fields.short()?;
        let base = fields.number(base_size)?;
        let extents = fields.short()?;
        let source = if in_meta { meta.item_data } else { file };
        let mut data = Vec::new();
        for _ in 0..extents {
            let _index = fields.number(index_size)?;
            let start = base.checked_add(fields.number(offset_size)?)?;
            let length = fields.number(length_size)?;
            if id != item {
                continue;
            }
            // A length of 0 is all there is.
            let end = if length == 0 { source.len() } else { start.checked_add(length)? };
            data.extend_from_slice(source.get(start..end)?);
            if data.len() > file.len() {
                return None;
            }
        }
        if id == item {
            return Some(data);
        }
    }
    None
}
