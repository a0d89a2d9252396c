//! A gzip file in memory, inflated at once.
#![expect(unsafe_code, reason = "libdeflate's safe binding does not tell where a member ended")]

use std::ptr::NonNull;

use libdeflate_sys::{
    libdeflate_alloc_decompressor, libdeflate_decompressor, libdeflate_free_decompressor,
    libdeflate_gzip_decompress_ex, libdeflate_result,
    libdeflate_result_LIBDEFLATE_INSUFFICIENT_SPACE, libdeflate_result_LIBDEFLATE_SUCCESS,
};

/// Text is rarely more than this many times its gzip; a first guess that is checked.
const EXPANSION: usize = 12;

/// Inflates every member; `None` where the text would be larger than `limit`, or where a member is
/// cut off, damaged, or does not have the length or checksum that it says.
pub(super) fn inflate(bytes: &[u8], limit: usize) -> Option<Vec<u8>> {
    let mut decompressor = Decompressor::new()?;
    let mut text = Vec::with_capacity(first_guess(bytes).min(limit));
    let mut rest = bytes;
    while !rest.is_empty() {
        // Some writers fill the last block of a file with zeros.
        if rest.iter().all(|&byte| byte == 0) {
            break;
        }
        match decompressor.member(rest, &mut text) {
            Ok(read) => rest = &rest[read..],
            Err(NoRoom) if text.capacity() >= limit => return None,
            Err(NoRoom) => grow(&mut text, limit),
            Err(Damaged) => return None,
        }
    }
    Some(text)
}

/// Twice the room, up to the limit.
fn grow(text: &mut Vec<u8>, limit: usize) {
    let room = (text.capacity() * 2).clamp(1 << 16, limit);
    text.reserve_exact(room - text.len());
}

/// The length that the last member says of itself, where that can be: it is counted modulo 4 GiB,
/// and says nothing of the members before.
fn first_guess(bytes: &[u8]) -> usize {
    let said = bytes.last_chunk::<4>().map_or(0, |last| u32::from_le_bytes(*last) as usize);
    let likely = bytes.len() * EXPANSION;
    if said > bytes.len() / 2 && said <= bytes.len().saturating_mul(1100) { said } else { likely }
}

enum Failure {
    NoRoom,
    Damaged,
}
use Failure::{Damaged, NoRoom};

/// A decompressor of libdeflate's, freed when dropped.
struct Decompressor(NonNull<libdeflate_decompressor>);

impl Decompressor {
    fn new() -> Option<Self> {
        // SAFETY: no condition; null is what it gives where there is no memory.
        let raw = unsafe { libdeflate_alloc_decompressor() };
        NonNull::new(raw).map(Self)
    }

    /// Inflates one member behind what `text` has, within its capacity. The bytes that it took.
    fn member(&mut self, bytes: &[u8], text: &mut Vec<u8>) -> Result<usize, Failure> {
        let room = text.spare_capacity_mut();
        let (mut read, mut written) = (0, 0);
        // SAFETY: both pointers go with the lengths of their slices; libdeflate writes at most
        // `room.len()` bytes and says in `written` how many of them it has written.
        let result: libdeflate_result = unsafe {
            libdeflate_gzip_decompress_ex(
                self.0.as_ptr(),
                bytes.as_ptr().cast(),
                bytes.len(),
                room.as_mut_ptr().cast(),
                room.len(),
                &raw mut read,
                &raw mut written,
            )
        };
        match result {
            it if it == libdeflate_result_LIBDEFLATE_SUCCESS => {
                // SAFETY: `written` bytes of the spare capacity have been written.
                unsafe { text.set_len(text.len() + written) };
                Ok(read)
            }
            it if it == libdeflate_result_LIBDEFLATE_INSUFFICIENT_SPACE => Err(NoRoom),
            _ => Err(Damaged),
        }
    }
}

impl Drop for Decompressor {
    fn drop(&mut self) {
        // SAFETY: allocated by libdeflate, and freed once.
        unsafe { libdeflate_free_decompressor(self.0.as_ptr()) };
    }
}
