//! PNG, in both directions by the png crate.

use std::collections::HashMap;
use std::io::Cursor;

use moxcms::ColorProfile;
use png::{
    BitDepth, ColorType, Compression, Decoder, Encoder, InterlaceInfo, Limits, Reader,
    Transformations, expand_interlaced_row,
};

use crate::pixels::{Channels, Raster};
use crate::source::SourceInfo;

use super::rows::Rows;
use super::{DecodeOptions, Decoded, EncodeOptions, Failure, color, filled};

/// What chunks other than the pixels may take; a colour profile is the largest of them.
const MOST_METADATA: u64 = 16 * 1024 * 1024;

/// Every colour type and depth; 16 bits are rounded to 8. Of an animation the first frame. Where
/// the file breaks off, the rest is transparent, or white where there is no alpha.
///
/// `gAMA` and `cHRM` are not heeded, as most encoders write them by rote; `iCCP` is, unless `sRGB`
/// says that there is no need.
pub(super) fn decode(
    bytes: &[u8],
    info: &SourceInfo,
    options: &DecodeOptions,
) -> Result<Decoded, Failure> {
    let mut file = File::open(bytes, info)?;
    let profile = file.profile();
    let ((raster, steps_done), truncated) = if file.reader.info().interlaced {
        let (raster, truncated) = file.interlaced(info)?;
        ((color::to_srgb(raster, profile.as_ref()), 0), truncated)
    } else {
        let mut rows = Rows::new(info, options, file.channels, profile.as_ref());
        let truncated = file.rows(info, &mut rows)?;
        (rows.finish(), truncated)
    };
    let exif = file.reader.info().exif_metadata.as_ref().map(|exif| exif.to_vec());
    Ok(Decoded { steps_done, ..Decoded::still(raster, exif, truncated) })
}

/// A file of which the header is read.
struct File<'a> {
    reader: Reader<Cursor<&'a [u8]>>,
    channels: Channels,
    /// Whether rows have 16 bits a channel, the upper 8 first.
    is_deep: bool,
    /// What channels are where the file does not say.
    missing: u8,
    /// A row in 8 bits a channel.
    row: Vec<u8>,
}

impl<'a> File<'a> {
    fn open(bytes: &'a [u8], info: &SourceInfo) -> Result<Self, Failure> {
        // The decoder holds a few rows, of at most 8 bytes a pixel.
        let rows = u64::from(info.stored.width) * 8 * 8;
        let limits = usize::try_from(MOST_METADATA + rows).unwrap_or(usize::MAX);
        let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), Limits { bytes: limits });
        decoder.set_transformations(Transformations::EXPAND);
        // A picture with a wrong checksum is still a picture.
        decoder.ignore_checksums(true);
        decoder.set_ignore_text_chunk(true);
        let reader = decoder.read_info().map_err(Failure::broken)?;
        if (reader.info().width, reader.info().height) != (info.stored.width, info.stored.height) {
            return Err(Failure::broken("its header changes"));
        }
        let (color_type, depth) = reader.output_color_type();
        let (channels, missing) = match color_type {
            ColorType::Grayscale => (Channels::Gray, 255),
            ColorType::GrayscaleAlpha => (Channels::GrayAlpha, 0),
            ColorType::Rgb => (Channels::Rgb, 255),
            ColorType::Rgba => (Channels::Rgba, 0),
            ColorType::Indexed => return Err(Failure::broken("its palette is missing")),
        };
        let is_deep = depth == BitDepth::Sixteen;
        Ok(Self { reader, channels, is_deep, missing, row: Vec::new() })
    }

    fn profile(&self) -> Option<ColorProfile> {
        let header = self.reader.info();
        header.icc_profile.as_deref().filter(|_| header.srgb.is_none()).and_then(color::icc)
    }

    /// The next row of the file, and where it goes. `None` after the last.
    fn next(&mut self) -> Result<Option<(&[u8], InterlaceInfo)>, png::DecodingError> {
        let Some(row) = self.reader.next_interlaced_row()? else { return Ok(None) };
        if !self.is_deep {
            return Ok(Some((row.data(), *row.interlace())));
        }
        self.row.clear();
        let samples = row.data().as_chunks().0.iter();
        self.row.extend(samples.map(|two| color::round_16(u16::from_be_bytes(*two))));
        Ok(Some((&self.row, *row.interlace())))
    }

    /// Gives every row; whether some were missing.
    fn rows(&mut self, info: &SourceInfo, rows: &mut Rows) -> Result<bool, Failure> {
        let missing = vec![self.missing; info.stored.width as usize * self.channels.count()];
        for number in 0..info.stored.height {
            match self.next() {
                Ok(Some((row, _))) if row.len() == missing.len() => rows.push(row),
                Err(error) if number == 0 => return Err(Failure::broken(error)),
                _ => {
                    (number..info.stored.height).for_each(|_| rows.push(&missing));
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// The whole picture, of which every row of the file is a coarse or a finer part; whether some
    /// were missing.
    fn interlaced(&mut self, info: &SourceInfo) -> Result<(Raster, bool), Failure> {
        let mut raster = filled(info.stored, self.channels, self.missing)?;
        let row_bytes = info.stored.width as usize * self.channels.count();
        let bits = u8::try_from(self.channels.count() * 8).map_err(Failure::broken)?;
        let mut is_empty = true;
        loop {
            match self.next() {
                Ok(Some((row, InterlaceInfo::Adam7(pass)))) => {
                    expand_interlaced_row(&mut raster.data, row_bytes, row, &pass, bits);
                }
                Ok(Some(_)) => return Err(Failure::broken("its header changes")),
                Ok(None) => return Ok((raster, false)),
                Err(error) if is_empty => return Err(Failure::broken(error)),
                Err(_) => return Ok((raster, true)),
            }
            is_empty = false;
        }
    }
}

/// RGB where every pixel is opaque. A palette where the URL names a quality below 100 and it has
/// a place for every colour: no colour is changed.
pub(super) fn encode(
    raster: &Raster,
    exif: Option<&[u8]>,
    options: EncodeOptions,
) -> Result<Vec<u8>, String> {
    let palette = if options.may_have_palette() { Palette::of(raster) } else { None };
    let opaque = color::is_opaque(raster);

    let mut header = png::Info::with_size(raster.size.width, raster.size.height);
    header.bit_depth = BitDepth::Eight;
    header.exif_metadata = exif.map(|exif| exif.to_vec().into());
    let without_alpha;
    let pixels: &[u8] = match &palette {
        Some(palette) => {
            header.color_type = ColorType::Indexed;
            header.palette = Some(palette.colors.clone().into());
            header.trns = (!opaque).then(|| palette.alphas.clone().into());
            &palette.indices
        }
        None if !opaque => {
            header.color_type = ColorType::Rgba;
            &raster.data
        }
        None if raster.channels == Channels::Rgba => {
            header.color_type = ColorType::Rgb;
            without_alpha = color::drop_alpha(&raster.data);
            &without_alpha
        }
        None => {
            header.color_type = ColorType::Rgb;
            &raster.data
        }
    };
    write(header, pixels, options.fast).map_err(|error| error.to_string())
}

fn write(header: png::Info<'_>, pixels: &[u8], fast: bool) -> Result<Vec<u8>, png::EncodingError> {
    let mut file = Vec::new();
    let indexed = header.color_type == ColorType::Indexed;
    let mut encoder = Encoder::with_info(&mut file, header)?;
    encoder.set_compression(if fast { Compression::Fast } else { Compression::Balanced });
    if indexed {
        // Indices are no quantities: a difference of neighbours says nothing.
        encoder.set_filter(png::Filter::NoFilter);
    }
    let mut writer = encoder.write_header()?;
    writer.write_image_data(pixels)?;
    writer.finish()?;
    Ok(file)
}

/// The colours of a picture that has few, in the order in which they appear.
struct Palette {
    colors: Vec<u8>,
    alphas: Vec<u8>,
    indices: Vec<u8>,
}

impl Palette {
    /// `None` where there are more than 256.
    fn of(raster: &Raster) -> Option<Self> {
        let mut known: HashMap<[u8; 4], u8> = HashMap::new();
        let mut palette = Self { colors: Vec::new(), alphas: Vec::new(), indices: Vec::new() };
        for pixel in raster.data.chunks_exact(raster.channels.count()) {
            let alpha = pixel.get(3).copied().unwrap_or(255);
            let color = [pixel[0], pixel[1], pixel[2], alpha];
            let index = if let Some(index) = known.get(&color) {
                *index
            } else {
                let index = u8::try_from(known.len()).ok()?;
                known.insert(color, index);
                palette.colors.extend_from_slice(&pixel[..3]);
                palette.alphas.push(alpha);
                index
            };
            palette.indices.push(index);
        }
        Some(palette)
    }
}
