//! Frames and scans: who is where, and what follows what (T.81, annexes B, F and G).

mod progressive;
mod sequential;

use super::bits::{Bits, Reader};
use super::huffman::{Class, Table};
use super::{Decoded, JpegError, Request, Scale};
use crate::planes::{ALIGNMENT, Model, Plane, Planes};

use self::progressive::Coefficients;

/// Everything that segments set and scans need.
#[derive(Debug)]
pub(super) struct Decoder {
    request: Request,
    /// What Adobe's segment says of the colours.
    pub(super) adobe_transform: Option<u8>,
    /// In zigzag order.
    quantization: [Option<[u16; 64]>; 4],
    dc_tables: [Option<Table>; 4],
    ac_tables: [Option<Table>; 4],
    /// MCUs between restart markers; 0 for none.
    restart_interval: usize,
    frame: Option<Frame>,
    /// Whether a scan ended before all its data was there.
    pub(super) broken: bool,
    /// Blocks that were decoded, of whatever component.
    blocks_decoded: usize,
}

/// A frame header.
#[derive(Debug)]
struct Frame {
    progressive: bool,
    scale: Scale,
    mcus_x: usize,
    mcus_y: usize,
    components: Vec<Component>,
}

/// A component of the frame.
#[derive(Debug)]
struct Component {
    id: u8,
    /// Blocks of it in an MCU, horizontally and vertically.
    sampling_x: usize,
    sampling_y: usize,
    quantization: usize,
    /// Blocks that hold some of the picture; the planes have more where MCUs are padded.
    blocks_x: usize,
    blocks_y: usize,
    plane: Plane,
    /// Progressive: what the scans have brought so far.
    coefficients: Option<Coefficients>,
}

/// A scan header.
#[derive(Debug)]
struct ScanHeader {
    /// Indices into the frame's components.
    components: Vec<ScanComponent>,
    /// First and last coefficient.
    band: (usize, usize),
    /// Progressive: bit position before and now.
    approximation: (u32, u32),
}

#[derive(Clone, Copy, Debug)]
struct ScanComponent {
    index: usize,
    dc_table: usize,
    ac_table: usize,
}

/// A block of a scan: which component, and its column and row in that component's blocks.
#[derive(Clone, Copy, Debug)]
struct BlockAt {
    /// Index into the scan's components.
    member: usize,
    x: usize,
    y: usize,
}

impl Decoder {
    pub(super) fn new(request: Request) -> Self {
        Self {
            request,
            adobe_transform: None,
            quantization: [None; 4],
            dc_tables: [const { None }; 4],
            ac_tables: [const { None }; 4],
            restart_interval: 0,
            frame: None,
            broken: false,
            blocks_decoded: 0,
        }
    }

    /// DQT.
    pub(super) fn read_quantization(&mut self, mut payload: &[u8]) -> Result<(), JpegError> {
        const SHORT: JpegError = JpegError::Invalid("a quantisation table is too short");
        while let Some((&head, rest)) = payload.split_first() {
            let bytes = if head >> 4 == 0 { 1 } else { 2 };
            let (values, rest) = rest.split_at_checked(64 * bytes).ok_or(SHORT)?;
            let slot = self
                .quantization
                .get_mut(usize::from(head & 15))
                .ok_or(JpegError::Invalid("a quantisation table has no such number"))?;
            let table = slot.insert([0; 64]);
            for (step, value) in table.iter_mut().zip(values.chunks_exact(bytes)) {
                *step = value.iter().fold(0, |sum, &byte| sum << 8 | u16::from(byte));
            }
            payload = rest;
        }
        Ok(())
    }

    /// DHT.
    pub(super) fn read_huffman(&mut self, mut payload: &[u8]) -> Result<(), JpegError> {
        const SHORT: JpegError = JpegError::Invalid("a Huffman table is too short");
        while let Some((&head, rest)) = payload.split_first() {
            let (counts, rest) = rest.split_first_chunk::<16>().ok_or(SHORT)?;
            let total = counts.iter().map(|&count| usize::from(count)).sum();
            let (symbols, rest) = rest.split_at_checked(total).ok_or(SHORT)?;
            let (class, tables) = match head >> 4 {
                0 => (Class::Dc, &mut self.dc_tables),
                _ => (Class::Ac, &mut self.ac_tables),
            };
            let slot = tables
                .get_mut(usize::from(head & 15))
                .ok_or(JpegError::Invalid("a Huffman table has no such number"))?;
            *slot = Some(Table::new(counts, symbols, class)?);
            payload = rest;
        }
        Ok(())
    }

    /// DRI.
    pub(super) fn read_restart_interval(&mut self, payload: &[u8]) -> Result<(), JpegError> {
        let interval =
            payload.first_chunk().ok_or(JpegError::Invalid("a restart interval is too short"))?;
        self.restart_interval = usize::from(u16::from_be_bytes(*interval));
        Ok(())
    }

    /// SOF.
    pub(super) fn read_frame(&mut self, marker: u8, payload: &[u8]) -> Result<(), JpegError> {
        if self.frame.is_some() {
            return Err(JpegError::Invalid("a second frame"));
        }
        let progressive = match marker {
            0xC0 | 0xC1 => false,
            0xC2 => true,
            0xC3 | 0xC7 | 0xCB | 0xCF => return Err(JpegError::Unsupported("lossless")),
            0xC9..=0xCE => return Err(JpegError::Unsupported("arithmetic coding")),
            _ => return Err(JpegError::Unsupported("a hierarchical file")),
        };
        self.frame = Some(Frame::read(payload, progressive, self.request)?);
        Ok(())
    }

    /// SOS and the picture data behind it; gives the length of that data.
    pub(super) fn read_scan(&mut self, header: &[u8], data: &[u8]) -> Result<usize, JpegError> {
        let frame = self.frame.as_mut().ok_or(JpegError::Invalid("a scan before its frame"))?;
        let header = ScanHeader::read(header, frame)?;
        let mut walk = Walk::new(Bits::new(data), self.restart_interval);
        let tables =
            Tables { dc: &self.dc_tables, ac: &self.ac_tables, quantization: &self.quantization };
        let complete = if frame.progressive {
            progressive::read(&header, frame, &tables, &mut walk)?
        } else {
            sequential::read(&header, frame, &tables, frame.scale, &mut walk)?
        };
        self.broken |= !complete;
        self.blocks_decoded += walk.blocks;
        Ok(walk.bits.position())
    }

    /// Whether a row of MCUs was decoded, the least that shows anything.
    pub(super) fn has_rows(&self) -> bool {
        self.frame.as_ref().is_some_and(|frame| {
            let first_row = frame.mcus_x * frame.components.first().map_or(0, |c| c.sampling_x);
            self.blocks_decoded >= first_row
        })
    }

    /// The planes.
    pub(super) fn finish(self, ended_properly: bool) -> Result<Decoded, JpegError> {
        if !self.has_rows() {
            return Err(JpegError::Invalid("it has no row of pixels"));
        }
        let frame = self.frame.ok_or(JpegError::Invalid("no frame header"))?;
        let mut planes = Vec::with_capacity(frame.components.len());
        let model = frame.model(self.adobe_transform);
        for mut component in frame.components {
            if let Some(coefficients) = component.coefficients.take() {
                let quantization = self.quantization[component.quantization]
                    .as_ref()
                    .ok_or(JpegError::Invalid("a quantisation table is missing"))?;
                coefficients.transform(quantization, frame.scale, &mut component.plane);
            }
            planes.push(component.plane);
        }
        let truncated = self.broken || !ended_properly;
        Ok(Decoded { planes: Planes { planes, model }, truncated })
    }
}

impl Frame {
    fn read(payload: &[u8], progressive: bool, request: Request) -> Result<Self, JpegError> {
        const SHORT: JpegError = JpegError::Invalid("the frame header is too short");
        let &[precision, h1, h0, w1, w0, count] = payload.first_chunk().ok_or(SHORT)?;
        let height = usize::from(u16::from_be_bytes([h1, h0]));
        let width = usize::from(u16::from_be_bytes([w1, w0]));
        if precision != 8 {
            return Err(JpegError::Unsupported("a precision other than 8 bits"));
        }
        if count != 1 && count != 3 {
            return Err(JpegError::Unsupported("a number of components other than 1 or 3"));
        }
        if width == 0 || height == 0 {
            return Err(JpegError::Invalid("width or height is 0"));
        }
        if (width, height) != request.size {
            return Err(JpegError::Invalid("the frame is of another size"));
        }
        let specs = payload.get(6..6 + 3 * usize::from(count)).ok_or(SHORT)?;
        let specs: Vec<&[u8; 3]> = specs.as_chunks::<3>().0.iter().collect();
        let sampling = |spec: &[u8; 3]| match count {
            // The sampling of a single component means nothing (T.81, A.2.2).
            1 => (1, 1),
            _ => (usize::from(spec[1] >> 4), usize::from(spec[1] & 15)),
        };
        if specs
            .iter()
            .map(|spec| sampling(spec))
            .any(|(x, y)| !(1..=4).contains(&x) || !(1..=4).contains(&y))
        {
            return Err(JpegError::Invalid("a sampling factor is not from 1 to 4"));
        }
        if specs.iter().any(|spec| spec[2] > 3) {
            return Err(JpegError::Invalid("a quantisation table has no such number"));
        }
        let max_x = specs.iter().map(|spec| sampling(spec).0).max().unwrap_or(1);
        let max_y = specs.iter().map(|spec| sampling(spec).1).max().unwrap_or(1);
        let (mcus_x, mcus_y) = (width.div_ceil(8 * max_x), height.div_ceil(8 * max_y));
        // Color at a quarter of the size has no samples to lose.
        let scale = if max_x.max(max_y) > 2 { request.scale.next_larger() } else { request.scale };
        let components = specs
            .iter()
            .enumerate()
            .map(|(index, spec)| {
                let (x, y) = sampling(spec);
                let samples = (
                    width as f64 * x as f64 / max_x as f64,
                    height as f64 * y as f64 / max_y as f64,
                );
                let (padded_x, padded_y) = (mcus_x * x, mcus_y * y);
                Component {
                    id: spec[0],
                    sampling_x: x,
                    sampling_y: y,
                    quantization: usize::from(spec[2]),
                    blocks_x: (width * x).div_ceil(8 * max_x),
                    blocks_y: (height * y).div_ceil(8 * max_y),
                    plane: empty_plane(index, (padded_x, padded_y), samples, scale),
                    coefficients: progressive.then(|| Coefficients::new(padded_x, padded_y, scale)),
                }
            })
            .collect();
        Ok(Self { progressive, scale, mcus_x, mcus_y, components })
    }

    /// Three components are YCbCr unless Adobe's segment or their names say otherwise.
    fn model(&self, adobe_transform: Option<u8>) -> Model {
        let ids: Vec<u8> = self.components.iter().map(|component| component.id).collect();
        match (ids.as_slice(), adobe_transform) {
            ([_], _) => Model::Gray,
            (_, Some(0)) | (b"RGB", None) => Model::Rgb,
            _ => Model::YCbCr,
        }
    }
}

/// A plane for a component of `samples` (its width and height at full scale, which may be a
/// fraction where it is subsampled) in so many blocks. Until its scan comes it is white: lightness
/// at its highest, no colour.
fn empty_plane(
    index: usize,
    (blocks_x, blocks_y): (usize, usize),
    samples: (f64, f64),
    scale: Scale,
) -> Plane {
    let part = scale.block() as f64 / 8.0;
    let (extent_x, extent_y) = (samples.0 * part, samples.1 * part);
    let (width, height) = (blocks_x * scale.block(), blocks_y * scale.block());
    let stride = width.next_multiple_of(ALIGNMENT);
    Plane {
        width: (extent_x.ceil() as usize).min(width),
        height: (extent_y.ceil() as usize).min(height),
        stride,
        data: vec![if index == 0 { 255 } else { 128 }; stride * height],
        extent_x,
        extent_y,
    }
}

impl ScanHeader {
    fn read(payload: &[u8], frame: &Frame) -> Result<Self, JpegError> {
        const SHORT: JpegError = JpegError::Invalid("a scan header is too short");
        let (&count, rest) = payload.split_first().ok_or(SHORT)?;
        let (specs, rest) = rest.split_at_checked(2 * usize::from(count)).ok_or(SHORT)?;
        let &[first, last, approximation] = rest.first_chunk().ok_or(SHORT)?;
        let mut components: Vec<ScanComponent> = Vec::new();
        for &[id, tables] in specs.as_chunks::<2>().0 {
            let index = frame.components.iter().position(|component| component.id == id);
            let index = index.ok_or(JpegError::Invalid("a scan has an unknown component"))?;
            if components.iter().any(|component| component.index == index) {
                return Err(JpegError::Invalid("a scan has a component twice"));
            }
            let (dc_table, ac_table) = (usize::from(tables >> 4 & 3), usize::from(tables & 3));
            components.push(ScanComponent { index, dc_table, ac_table });
        }
        let band = (usize::from(first), usize::from(last));
        let approximation = (u32::from(approximation >> 4), u32::from(approximation & 15));
        let header = Self { components, band, approximation };
        header.check(frame.progressive)
    }

    fn check(self, progressive: bool) -> Result<Self, JpegError> {
        let (first, last) = self.band;
        let (before, now) = self.approximation;
        let alone = self.components.len() == 1;
        let legal = match progressive {
            _ if self.components.is_empty() => false,
            false => true,
            true if first == 0 => last == 0 && now < 14,
            true => alone && first <= last && last < 64 && now < 14,
        };
        let refines_by_one = before == 0 || before == now + 1;
        if legal && (refines_by_one || !progressive) {
            Ok(self)
        } else {
            Err(JpegError::Invalid("a scan header has values out of their range"))
        }
    }
}

/// Tables that a scan may refer to.
struct Tables<'a> {
    dc: &'a [Option<Table>; 4],
    ac: &'a [Option<Table>; 4],
    quantization: &'a [Option<[u16; 64]>; 4],
}

impl<'a> Tables<'a> {
    fn dc(&self, number: usize) -> Result<&'a Table, JpegError> {
        self.dc[number & 3].as_ref().ok_or(JpegError::Invalid("a Huffman table is missing"))
    }

    fn quantization(&self, number: usize) -> Result<&'a [u16; 64], JpegError> {
        self.quantization[number & 3]
            .as_ref()
            .ok_or(JpegError::Invalid("a quantisation table is missing"))
    }

    fn ac(&self, number: usize) -> Result<&'a Table, JpegError> {
        self.ac[number & 3].as_ref().ok_or(JpegError::Invalid("a Huffman table is missing"))
    }
}

/// The way through a scan's data.
struct Walk<'a> {
    bits: Bits<'a>,
    /// MCUs between restart markers; 0 for none.
    restart_interval: usize,
    until_restart: usize,
    /// Whether the bits of this interval have run out.
    lost: bool,
    /// Whether those of any interval have.
    damaged: bool,
    /// Blocks that were decoded.
    blocks: usize,
}

/// What to do with the next unit of a scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// Decode it.
    Decode,
    /// Start predictions anew and decode it.
    Restart,
    /// Leave it as it is: the interval that it belongs to is broken.
    Skip,
    /// There is no more data.
    End,
}

impl<'a> Walk<'a> {
    fn new(bits: Bits<'a>, restart_interval: usize) -> Self {
        let until_restart = restart_interval;
        Self { bits, restart_interval, until_restart, lost: false, damaged: false, blocks: 0 }
    }

    /// What to do with the next unit.
    #[inline]
    fn step(&mut self) -> Step {
        if self.restart_interval == 0 {
            return if self.lost { Step::End } else { Step::Decode };
        }
        if self.until_restart == 0 {
            if !self.bits.restart() {
                return Step::End;
            }
            self.until_restart = self.restart_interval - 1;
            self.lost = false;
            return Step::Restart;
        }
        self.until_restart -= 1;
        if self.lost { Step::Skip } else { Step::Decode }
    }

    /// A unit of so many blocks was decoded.
    #[inline]
    fn decoded(&mut self, blocks: usize) {
        self.blocks += blocks;
        if self.bits.is_overrun() {
            self.lost = true;
            self.damaged = true;
        }
    }

    /// Visits every block of a scan in order; gives whether all of it was there.
    fn visit(&mut self, header: &ScanHeader, frame: &mut Frame, mut visitor: impl Visitor) -> bool {
        let (units_x, units_y) = frame.units(header);
        for unit_y in 0..units_y {
            for unit_x in 0..units_x {
                match self.step() {
                    Step::End => return false,
                    Step::Skip => continue,
                    Step::Restart => visitor.restart(),
                    Step::Decode => {}
                }
                let mut blocks = 0;
                for (member, scanned) in header.components.iter().enumerate() {
                    let component = &mut frame.components[scanned.index];
                    let (count_x, count_y) = component.blocks_in_unit(header);
                    for y in unit_y * count_y..(unit_y + 1) * count_y {
                        for x in unit_x * count_x..(unit_x + 1) * count_x {
                            let at = BlockAt { member, x, y };
                            self.bits.read(|bits| visitor.block(component, at, bits));
                        }
                    }
                    blocks += count_x * count_y;
                }
                self.decoded(blocks);
            }
        }
        !self.damaged
    }
}

impl Frame {
    /// Units of a scan, across and down: MCUs, or the blocks of a component that is alone, which
    /// are scanned without the padding of MCUs.
    fn units(&self, header: &ScanHeader) -> (usize, usize) {
        match header.components.as_slice() {
            [only] => {
                let component = &self.components[only.index];
                (component.blocks_x, component.blocks_y)
            }
            _ => (self.mcus_x, self.mcus_y),
        }
    }
}

impl Component {
    /// How many of its blocks a unit has, across and down.
    fn blocks_in_unit(&self, header: &ScanHeader) -> (usize, usize) {
        match header.components.len() {
            1 => (1, 1),
            _ => (self.sampling_x, self.sampling_y),
        }
    }
}

/// What a kind of scan does with each block.
trait Visitor {
    /// A restart interval begins: predictions start anew.
    fn restart(&mut self);
    /// A block's bits are next.
    fn block(&mut self, component: &mut Component, at: BlockAt, bits: &mut Reader<'_>);
}
