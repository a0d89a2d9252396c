//! Bodies: unpacked, and texts in a form in which they can be compared.

use std::io::Read;
use std::sync::LazyLock;

use flate2::read::{GzDecoder, ZlibDecoder};
use regex::Regex;

use crate::order::TextRules;
use crate::side::Side;

/// Bytes that the window of brotli's decoder is read by.
const BUFFER: usize = 4096;

/// Values that are new with each answer: <https://html.spec.whatwg.org/multipage/urls-and-fetching.html#nonce-attributes>.
static NONCE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(?i)\bnonce\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)"#).ok());

/// A body without its `Content-Encoding`.
///
/// # Errors
/// What is wrong with it, in words.
pub(crate) fn unpacked(
    packed: Vec<u8>,
    encoding: Option<&str>,
    most: usize,
) -> Result<Vec<u8>, String> {
    let encoding = encoding.unwrap_or("identity").trim().to_ascii_lowercase();
    // What answers a HEAD or a 304 has the header but nothing to unpack.
    if packed.is_empty() {
        return Ok(packed);
    }
    let bytes = packed.as_slice();
    let unpacked = match encoding.as_str() {
        "identity" | "" => return Ok(packed),
        "gzip" | "x-gzip" => all(GzDecoder::new(bytes), most),
        "deflate" => all(ZlibDecoder::new(bytes), most),
        "br" => all(brotli_decompressor::Decompressor::new(bytes, BUFFER), most),
        other => return Err(format!("encoded as {other}, which was not asked for")),
    };
    unpacked.map_err(|reason| format!("not {encoding}, though it says so: {reason}"))
}

fn all(reader: impl Read, most: usize) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let limit = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    reader.take(limit).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    if bytes.len() > most { Err(format!("more than {most} bytes")) } else { Ok(bytes) }
}

/// Whether a media type is one of text.
pub(crate) fn is_text(media_type: &str) -> bool {
    let name = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    name.starts_with("text/")
        || ["json", "xml", "javascript", "x-www-form-urlencoded"]
            .iter()
            .any(|it| name.ends_with(it))
}

/// A text in a form in which it can be compared.
pub(crate) fn comparable(body: &[u8], side: &Side, rules: &TextRules) -> String {
    let mut text = side.without_name(&String::from_utf8_lossy(body));
    for mask in &rules.masks {
        text = mask.replace_all(&text, "").into_owned();
    }
    if !rules.normalize {
        return text;
    }
    if let Some(nonce) = &*NONCE {
        text = nonce.replace_all(&text, "nonce").into_owned();
    }
    let lines = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}
