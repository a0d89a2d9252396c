//! The encoder: planes to compressed bytes.
//!
//! ```text
//! planes -> forward DCT -> quantised coefficients -> symbols -> Huffman tables made for them -> bits
//! ```
//!
//! The coefficients of the whole picture that are not zero are held (2 bytes each, and 16 bytes a
//! block), so that progressive scans can be written, and the symbols of a scan (4 bytes each, up to
//! a limit), so that its Huffman tables can be made for what it holds (T.81, annex K.2).

mod bits;
mod fdct;
mod huffman;
mod quantization;
mod scan;

use self::bits::BitWriter;
use self::huffman::Recorder;
use self::quantization::Quantization;
use self::scan::{Band, Coefficients, SymbolSink as _};
use crate::planes::{Plane, Planes};

/// How a picture is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct JpegOptions {
    /// 1 to 100, on libjpeg's scale.
    pub(crate) quality: u8,
    /// Whether the file comes in scans, coarse to fine.
    pub(crate) progressive: bool,
}

/// Why planes are not encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum JpegEncodeError {
    /// Neither grey nor three components with whole-numbered subsampling by 1 or 2.
    #[error("the planes are of a kind that no JPEG of ours has")]
    Planes,
    /// The format has 16 bits for each side.
    #[error("a side is longer than 65,535 samples")]
    TooLarge,
}

/// A component on its way into the file.
struct Component {
    /// Blocks of it in an MCU.
    sampling_x: usize,
    sampling_y: usize,
    /// 0 for lightness, 1 for colour.
    kind: usize,
    coefficients: Coefficients,
}

/// Encodes grey or YCbCr planes as JFIF; `application` is put behind the JFIF segment as it is (an
/// EXIF segment, say).
pub(crate) fn encode(
    planes: &Planes,
    options: JpegOptions,
    application: &[u8],
) -> Result<Vec<u8>, JpegEncodeError> {
    let first = planes.planes.first().ok_or(JpegEncodeError::Planes)?;
    let (width, height) = (first.width, first.height);
    if width > 0xFFFF || height > 0xFFFF {
        return Err(JpegEncodeError::TooLarge);
    }
    let quantization = [Quantization::luma(options.quality), Quantization::chroma(options.quality)];
    let components = components(&planes.planes, &quantization)?;
    let mut out = Vec::with_capacity(width * height / 4 + 1024);
    out.extend(SOI_AND_JFIF);
    out.extend_from_slice(application);
    for (number, table) in (0_u8..).zip(&quantization[..components.len().min(2)]) {
        segment(&mut out, 0xDB, |payload| table.write(number, payload));
    }
    let frame = if options.progressive { 0xC2 } else { 0xC0 };
    segment(&mut out, frame, |payload| frame_header(width, height, &components, payload));
    let scans =
        if options.progressive { progressive(&components) } else { sequential(&components) };
    let mut recorder = Recorder::new();
    for scan in &scans {
        write_scan(&mut out, scan, &components, &mut recorder);
    }
    out.extend([0xFF, 0xD9]);
    Ok(out)
}

/// SOI, and JFIF 1.01 without a thumbnail, pixels of equal sides.
const SOI_AND_JFIF: [u8; 20] =
    [0xFF, 0xD8, 0xFF, 0xE0, 0, 16, b'J', b'F', b'I', b'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0];

/// A scan of the file: which components, which coefficients.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Scan {
    members: Vec<usize>,
    band: Band,
}

/// Everything at once.
fn sequential(components: &[Component]) -> Vec<Scan> {
    vec![Scan { members: (0..components.len()).collect(), band: Band { first: 0, last: 63 } }]
}

/// Means first, then shapes, then colours, then detail.
fn progressive(components: &[Component]) -> Vec<Scan> {
    let alone = |member, first, last| Scan { members: vec![member], band: Band { first, last } };
    let mut scans =
        vec![Scan { members: (0..components.len()).collect(), band: Band { first: 0, last: 0 } }];
    scans.push(alone(0, 1, 8));
    scans.extend((1..components.len()).map(|member| alone(member, 1, 63)));
    scans.push(alone(0, 9, 63));
    scans
}

/// Transforms and quantises every plane.
fn components(
    planes: &[Plane],
    quantization: &[Quantization; 2],
) -> Result<Vec<Component>, JpegEncodeError> {
    let sampling = samplings(planes).ok_or(JpegEncodeError::Planes)?;
    let (max_x, max_y) = sampling[0];
    let mcus_x = planes[0].width.div_ceil(8 * max_x);
    let mcus_y = planes[0].height.div_ceil(8 * max_y);
    Ok(planes
        .iter()
        .zip(sampling)
        .enumerate()
        .map(|(index, (plane, (x, y)))| {
            let kind = index.min(1);
            let (blocks_x, blocks_y) = (mcus_x * x, mcus_y * y);
            let coefficients = Coefficients::new(plane, blocks_x, blocks_y, &quantization[kind]);
            Component { sampling_x: x, sampling_y: y, kind, coefficients }
        })
        .collect())
}

/// The sampling factors of the planes, from their sizes: the first has the largest.
fn samplings(planes: &[Plane]) -> Option<Vec<(usize, usize)>> {
    let [first, others @ ..] = planes else { return None };
    let Some(second) = others.first() else { return Some(vec![(1, 1)]) };
    let factor = |large: usize, small: usize| {
        [1, 2].into_iter().find(|factor| large.div_ceil(*factor) == small)
    };
    let x = factor(first.width, second.width)?;
    let y = factor(first.height, second.height)?;
    let same = |plane: &Plane| (plane.width, plane.height) == (second.width, second.height);
    (others.len() == 2 && others.iter().all(same)).then(|| vec![(x, y), (1, 1), (1, 1)])
}

fn frame_header(width: usize, height: usize, components: &[Component], out: &mut Vec<u8>) {
    out.push(8);
    out.extend((height as u16).to_be_bytes());
    out.extend((width as u16).to_be_bytes());
    out.push(components.len() as u8);
    for (id, component) in (1..).zip(components) {
        let sampling = (component.sampling_x << 4 | component.sampling_y) as u8;
        out.extend([id, sampling, component.kind as u8]);
    }
}

/// The tables of a scan, its header and its data.
fn write_scan(out: &mut Vec<u8>, scan: &Scan, components: &[Component], recorder: &mut Recorder) {
    recorder.clear();
    scan::walk(scan, components, recorder);
    let tables = recorder.tables();
    segment(out, 0xC4, |payload| tables.write(payload));
    segment(out, 0xDA, |payload| {
        payload.push(scan.members.len() as u8);
        for &member in &scan.members {
            let kind = components[member].kind as u8;
            payload.extend([member as u8 + 1, kind << 4 | kind]);
        }
        payload.extend([scan.band.first as u8, scan.band.last as u8, 0]);
    });
    let mut writer = BitWriter::new(out, &tables);
    match recorder.symbols() {
        Some(symbols) => symbols.iter().for_each(|symbol| writer.put(*symbol)),
        None => scan::walk(scan, components, &mut writer),
    }
    writer.finish();
}

/// A marker, a length, a payload.
fn segment(out: &mut Vec<u8>, marker: u8, write: impl FnOnce(&mut Vec<u8>)) {
    out.extend([0xFF, marker]);
    let start = out.len();
    out.extend([0, 0]);
    write(out);
    let length = (out.len() - start) as u16;
    out[start..start + 2].copy_from_slice(&length.to_be_bytes());
}

#[cfg(test)]
mod tests;
