//! What the sequence header of an AV1 stream says of its colours (AV1 specification, 5.5).
//!
//! Read here and not asked of the decoder, whose question panics at code points that the
//! specification reserves (`re_rav1d` 0.1.3, `Picture::color_primaries` and `matrix_coefficients`).

/// Code points of ITU-T H.273.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Colors {
    /// Table 2.
    pub(super) primaries: u8,
    /// Table 4.
    pub(super) matrix: u8,
}

impl Colors {
    const UNSPECIFIED: Self = Self { primaries: 2, matrix: 2 };

    /// Those of the first sequence header in `data`; unspecified where none can be read.
    pub(super) fn of(data: &[u8]) -> Self {
        sequence_header(data)
            .and_then(|header| colors(&mut Bits { data: header, at: 0 }))
            .unwrap_or(Self::UNSPECIFIED)
    }
}

/// The first OBU that is a sequence header (5.3.1 and 5.3.2).
fn sequence_header(mut data: &[u8]) -> Option<&[u8]> {
    const SEQUENCE_HEADER: u8 = 1;
    loop {
        let (first, mut rest) = data.split_first()?;
        if first & 0b100 != 0 {
            rest = rest.get(1..)?;
        }
        let size = if first & 0b10 != 0 { leb128(&mut rest)? } else { rest.len() };
        if (first >> 3) & 0xF == SEQUENCE_HEADER {
            return rest.get(..size);
        }
        data = rest.get(size..)?;
    }
}

/// A number in groups of seven bits, the lowest first (4.10.5).
fn leb128(data: &mut &[u8]) -> Option<usize> {
    let mut value = 0_u64;
    for group in 0..8 {
        let (byte, rest) = data.split_first()?;
        *data = rest;
        value |= u64::from(byte & 0x7F) << (7 * group);
        if byte & 0x80 == 0 {
            return usize::try_from(value).ok();
        }
    }
    None
}

/// Everything up to the colour configuration is passed over (5.5.1), then that is read (5.5.2).
fn colors(bits: &mut Bits<'_>) -> Option<Colors> {
    let profile = bits.number(3)?;
    bits.skip(1)?; // still_picture
    let reduced = bits.flag()?;
    if reduced {
        bits.skip(5)?; // seq_level_idx
    } else {
        operating_points(bits)?;
    }
    let (width_bits, height_bits) = (bits.number(4)? + 1, bits.number(4)? + 1);
    bits.skip(width_bits + height_bits)?;
    if !reduced && bits.flag()? {
        bits.skip(4 + 3)?; // lengths of frame numbers
    }
    bits.skip(3)?; // superblocks, intra filter, intra edge filter
    if !reduced {
        tools_between_frames(bits)?;
    }
    bits.skip(3)?; // superres, cdef, restoration

    let high_bit_depth = bits.flag()?;
    if profile == 2 && high_bit_depth {
        bits.skip(1)?; // twelve_bit
    }
    if profile != 1 {
        bits.skip(1)?; // mono_chrome
    }
    if !bits.flag()? {
        return Some(Colors::UNSPECIFIED);
    }
    let primaries = bits.byte()?;
    bits.skip(8)?; // transfer_characteristics
    Some(Colors { primaries, matrix: bits.byte()? })
}

fn operating_points(bits: &mut Bits<'_>) -> Option<()> {
    let mut delay_bits = None;
    // timing_info_present_flag
    if bits.flag()? {
        bits.skip(32 + 32)?;
        if bits.flag()? {
            bits.skip_uvlc()?;
        }
        // decoder_model_info_present_flag
        if bits.flag()? {
            delay_bits = Some(bits.number(5)? + 1);
            bits.skip(32 + 5 + 5)?;
        }
    }
    let display_delays = bits.flag()?;
    for _ in 0..=bits.number(5)? {
        bits.skip(12)?; // operating_point_idc
        if bits.number(5)? > 7 {
            bits.skip(1)?; // seq_tier
        }
        if let Some(delay_bits) = delay_bits
            && bits.flag()?
        {
            bits.skip(2 * delay_bits + 1)?;
        }
        if display_delays && bits.flag()? {
            bits.skip(4)?;
        }
    }
    Some(())
}

fn tools_between_frames(bits: &mut Bits<'_>) -> Option<()> {
    bits.skip(4)?; // interintra, masked compound, warped motion, dual filter
    let order_hint = bits.flag()?;
    if order_hint {
        bits.skip(2)?; // jnt_comp, ref_frame_mvs
    }
    let chosen_by_frame = bits.flag()?;
    let screen_content = chosen_by_frame || bits.flag()?;
    // seq_choose_integer_mv, and seq_force_integer_mv where it is not chosen.
    if screen_content && !bits.flag()? {
        bits.skip(1)?;
    }
    if order_hint {
        bits.skip(3)?;
    }
    Some(())
}

/// Bits, the highest of a byte first.
struct Bits<'a> {
    data: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    fn flag(&mut self) -> Option<bool> {
        let byte = self.data.get(self.at / 8)?;
        let bit = (byte >> (7 - self.at % 8)) & 1;
        self.at += 1;
        Some(bit == 1)
    }

    /// A number of up to eight bits.
    fn byte(&mut self) -> Option<u8> {
        u8::try_from(self.number(8)?).ok()
    }

    fn number(&mut self, bits: usize) -> Option<usize> {
        (0..bits).try_fold(0, |number, _| Some(number << 1 | usize::from(self.flag()?)))
    }

    fn skip(&mut self, bits: usize) -> Option<()> {
        self.at += bits;
        (self.at <= self.data.len() * 8).then_some(())
    }

    /// A number with as many leading zeros as it has further bits (4.10.3).
    fn skip_uvlc(&mut self) -> Option<()> {
        let mut zeros = 0;
        while !self.flag()? {
            zeros += 1;
        }
        if zeros < 32 { self.skip(zeros) } else { Some(()) }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use re_rav1d::pixel::{ColorPrimaries, MatrixCoefficients};

    use super::super::item;
    use super::*;
    use crate::source::heif::Meta;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "fixtures are files")]
    fn fixtures_have_the_colors_that_the_decoder_sees() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
        let mut seen = Vec::new();
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_none_or(|extension| extension != "avif") {
                continue;
            }
            let file = std::fs::read(&path).unwrap();
            let meta = Meta::new(&file).unwrap();
            let Some(data) = item::data(&file, &meta, meta.primary)
                .filter(|_| meta.kind(meta.primary).as_ref() == Some(b"av01"))
            else {
                continue;
            };
            let mut settings = re_rav1d::Settings::new();
            settings.set_n_threads(1);
            settings.set_max_frame_delay(1);
            let mut decoder = re_rav1d::Decoder::with_settings(&settings).unwrap();
            decoder.send_data(data.clone(), None, None, None).unwrap();
            let picture = decoder.get_picture().unwrap();
            let primaries = match picture.color_primaries() {
                ColorPrimaries::BT709 => 1,
                ColorPrimaries::Unspecified => 2,
                ColorPrimaries::BT2020 => 9,
                other => panic!("{}: {other:?}", path.display()),
            };
            let matrix: &[u8] = match picture.matrix_coefficients() {
                MatrixCoefficients::Identity => &[0],
                MatrixCoefficients::BT709 => &[1],
                MatrixCoefficients::Unspecified => &[2],
                MatrixCoefficients::BT470BG => &[5, 6],
                MatrixCoefficients::BT2020NonConstantLuminance => &[9],
                other => panic!("{}: {other:?}", path.display()),
            };
            let colors = Colors::of(&data);
            assert_eq!(colors.primaries, primaries, "{}", path.display());
            assert!(matrix.contains(&colors.matrix), "{}: {colors:?}", path.display());
            seen.push(colors);
        }
        seen.dedup();
        assert!(seen.len() > 2, "{seen:?}");
    }

    /// A header that has every part that a still picture leaves out, put together bit by bit.
    #[test]
    fn the_longest_header_is_read_to_its_end() {
        let bits = [
            "000 0 0",                                              // profile, still_picture, reduced
            "1 00000000000000000000000000000001",                   // timing_info: units in a tick
            "00000000000000000000000000011001 1", // time scale, equal_picture_interval
            "00101",                              // num_ticks_per_picture_minus_1 = 4
            "1 00011 00000000000000000000000000000001 00001 00001", // decoder model, delays of 4 bits
            "1 00001", // display delays, two operating points
            "000000000001 01000 1 1 1010 0101 1 1 0011",
            "000000000010 00111 0 0",
            "0111 0110 00000001 0000010", // 8 bits of width, 7 of height
            "1 0001 001",                 // frame numbers
            "1 1 1",
            "1 1 1 1 1 11", // order hint
            "0 1 0 1",      // screen content, integer_mv
            "010",
            "0 0 0",
            "1 0 1", // ten bits, colour, description present
            "00001001 00010000 00001001",
        ];
        let bits: Vec<u8> =
            bits.concat().bytes().filter(|byte| *byte != b' ').map(|byte| byte - b'0').collect();
        let mut header = vec![1 << 3];
        header.extend(
            bits.chunks(8).map(|byte| {
                byte.iter().enumerate().fold(0, |all, (at, bit)| all | bit << (7 - at))
            }),
        );
        assert_eq!(Colors::of(&header), Colors { primaries: 9, matrix: 9 });
        for length in 0..header.len() {
            assert_eq!(Colors::of(&header[..length]), Colors::UNSPECIFIED, "{length} bytes");
        }
    }
}
