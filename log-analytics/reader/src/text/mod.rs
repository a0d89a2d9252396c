//! A file's bytes as text: inflated, in chunks that end where a line does.
//!
//! A gzip file of the usual size is inflated at once by libdeflate, which takes a third less time
//! than any inflater that streams. What is larger, or is zstd, comes in chunks of
//! [`CHUNK_BYTES`], so that memory does not follow the size of a file.

mod gzip;

use std::io::Read;

use crate::error::ReadError;

/// A text that is inflated at once is at most this large; real files of CloudFront are far below.
pub const LARGEST_AT_ONCE: usize = 64 << 20;

/// Bytes of text in a chunk where a file comes in chunks.
pub const CHUNK_BYTES: usize = 8 << 20;

/// A line longer than this ends the reading of a file: CloudFront's own are below 64 KiB.
pub const LONGEST_LINE: usize = 1 << 20;

/// How a file is packed, by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// RFC 1952, of any number of members.
    Gzip,
    /// RFC 8878, of any number of frames.
    Zstd,
    /// Not at all.
    Plain,
}

impl Packing {
    /// Reads the magic number.
    pub fn of(bytes: &[u8]) -> Self {
        match bytes {
            [0x1f, 0x8b, ..] => Self::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Self::Zstd,
            _ => Self::Plain,
        }
    }
}

/// The text of a file, chunk by chunk.
pub struct Text {
    rest: Rest,
    /// The begin of a line whose end is in the next chunk.
    carried: Vec<u8>,
}

enum Rest {
    Whole(Vec<u8>),
    Stream(Box<dyn Read + Send>),
    Nothing,
}

impl std::fmt::Debug for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Text").field("carried", &self.carried.len()).finish_non_exhaustive()
    }
}

impl Text {
    /// The text of a whole file in memory.
    ///
    /// # Errors
    /// Where a packed file cannot even be begun; damage further on shows later.
    pub fn of_file(bytes: Vec<u8>) -> Result<Self, ReadError> {
        let rest = match Packing::of(&bytes) {
            // What cannot be inflated at once, since it is large or damaged, is read as far as it goes.
            Packing::Gzip => match gzip::inflate(&bytes, LARGEST_AT_ONCE) {
                Some(text) => Rest::Whole(text),
                None => return Self::of_stream(std::io::Cursor::new(bytes)),
            },
            Packing::Plain if bytes.len() <= LARGEST_AT_ONCE => Rest::Whole(bytes),
            _ => return Self::of_stream(std::io::Cursor::new(bytes)),
        };
        Ok(Self { rest, carried: Vec::new() })
    }

    /// The text of a pipe or a large file.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn of_stream(mut stream: impl Read + Send + 'static) -> Result<Self, ReadError> {
        let mut magic = Vec::new();
        stream.by_ref().take(4).read_to_end(&mut magic)?;
        let packing = Packing::of(&magic);
        let stream = std::io::Cursor::new(magic).chain(stream);
        let rest: Box<dyn Read + Send> = match packing {
            Packing::Gzip => Box::new(flate2::read::MultiGzDecoder::new(stream)),
            Packing::Zstd => Box::new(zstd::stream::read::Decoder::new(stream)?),
            Packing::Plain => Box::new(stream),
        };
        Ok(Self { rest: Rest::Stream(rest), carried: Vec::new() })
    }

    /// The next lines, all of them whole; `None` at the end.
    ///
    /// # Errors
    /// Where the file is damaged here, cannot be read, or has a line longer than
    /// [`LONGEST_LINE`].
    pub fn next_chunk(&mut self) -> Result<Option<Vec<u8>>, ReadError> {
        match std::mem::replace(&mut self.rest, Rest::Nothing) {
            Rest::Nothing => Ok(None),
            Rest::Whole(text) => Ok((!text.is_empty()).then_some(text)),
            Rest::Stream(mut stream) => {
                let mut chunk = std::mem::take(&mut self.carried);
                let (is_last, damage) = fill(&mut chunk, &mut stream);
                // What was read before the damage is told first, and the damage with the next call.
                if let Some(damage) = damage {
                    if chunk.is_empty() {
                        return Err(damage.into());
                    }
                    self.rest = Rest::Stream(Box::new(Damaged(Some(damage))));
                } else if !is_last {
                    self.carried = split_off_begun(&mut chunk)?;
                    self.rest = Rest::Stream(stream);
                }
                Ok((!chunk.is_empty()).then_some(chunk))
            }
        }
    }
}

/// Reads until the chunk is full. Whether the stream is at its end, and what went wrong.
fn fill(chunk: &mut Vec<u8>, stream: &mut impl Read) -> (bool, Option<std::io::Error>) {
    let missing = CHUNK_BYTES.saturating_sub(chunk.len()).max(CHUNK_BYTES / 8);
    chunk.reserve_exact(missing);
    match stream.take(missing as u64).read_to_end(chunk) {
        Ok(read) => (read < missing, None),
        Err(error) => (true, Some(error)),
    }
}

/// Takes the line that has begun and not ended out of a chunk.
fn split_off_begun(chunk: &mut Vec<u8>) -> Result<Vec<u8>, ReadError> {
    let whole = memchr::memrchr(b'\n', chunk).map_or(0, |at| at + 1);
    let begun = chunk.split_off(whole);
    if begun.len() > LONGEST_LINE {
        return Err(ReadError::LongLine { limit: LONGEST_LINE });
    }
    Ok(begun)
}

/// A stream that failed.
struct Damaged(Option<std::io::Error>);

impl Read for Damaged {
    fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}
