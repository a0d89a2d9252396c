//! Percent-decoding that remembers where every byte stood, so that issues point into the URL.

use std::borrow::Cow;
use std::ops::Range;

/// A percent-decoded piece of a URL.
pub(super) struct Decoded {
    bytes: Vec<u8>,
    /// Where each byte began in the URL, and where the last one ended.
    starts: Vec<usize>,
}

impl Decoded {
    /// Decodes a piece that begins at byte `offset` of the URL. A `%` that begins no escape stands
    /// for itself.
    pub(super) fn new(encoded: &str, offset: usize) -> Self {
        let mut bytes = Vec::with_capacity(encoded.len());
        let mut starts = Vec::with_capacity(encoded.len() + 1);
        let mut rest = encoded.as_bytes();
        loop {
            starts.push(offset + encoded.len() - rest.len());
            rest = match rest {
                [] => return Self { bytes, starts },
                [b'%', high, low, tail @ ..] if let Some(byte) = escaped(*high, *low) => {
                    bytes.push(byte);
                    tail
                }
                [byte, tail @ ..] => {
                    bytes.push(*byte);
                    tail
                }
            };
        }
    }

    /// The decoded bytes.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The decoded bytes of `range` as text; what is not UTF-8 is replaced.
    pub(super) fn text(&self, range: Range<usize>) -> Cow<'_, str> {
        String::from_utf8_lossy(self.bytes.get(range).unwrap_or_default())
    }

    /// Where the decoded bytes of `range` stood in the URL.
    pub(super) fn span(&self, range: Range<usize>) -> Range<usize> {
        let at = |index| self.starts.get(index).or(self.starts.last()).copied().unwrap_or_default();
        at(range.start)..at(range.end)
    }
}

fn escaped(high: u8, low: u8) -> Option<u8> {
    let digit = |byte| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    Some(digit(high)? * 16 + digit(low)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_know_where_they_stood() {
        let decoded = Decoded::new("a%3Db%", 10);
        assert_eq!(decoded.bytes(), b"a=b%");
        assert_eq!(decoded.span(0..1), 10..11);
        assert_eq!(decoded.span(1..2), 11..14);
        assert_eq!(decoded.span(2..4), 14..16);
        assert_eq!(Decoded::new("%C3%BC%ff", 0).text(0..3), "ü\u{fffd}");
    }
}
