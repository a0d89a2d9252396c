//! Functions that encode, decode, hash and verify.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use base64::engine::{DecodePaddingMode, general_purpose};
use hmac::{Hmac, KeyInit as _, Mac as _};
use percent_encoding::percent_decode;
use sha2::{Digest as _, Sha256};

use super::Arguments;
use crate::value::Value;

/// Base64 whose padding may be there or not.
const LENIENT: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);

/// Digits of the time in a signed text.
const TIME_DIGITS: usize = 10;

/// Characters of a SHA-256 signature in Base64 without padding.
const MAC_LENGTH: usize = 43;

/// Missing where it is no Base64.
pub(super) fn decode_base64(arguments: &Arguments<'_>) -> Option<Value> {
    let decoded = STANDARD.decode(arguments.text(0)?);
    Some(decoded.map_or(Value::Missing, Value::Text))
}

pub(super) fn encode_base64(arguments: &Arguments<'_>) -> Option<Value> {
    let flags = arguments.text(1).unwrap_or_default();
    let engine = match (flags.contains(&b'u'), flags.contains(&b'p')) {
        (false, false) => general_purpose::STANDARD_NO_PAD,
        (false, true) => general_purpose::STANDARD,
        (true, false) => general_purpose::URL_SAFE_NO_PAD,
        (true, true) => general_purpose::URL_SAFE,
    };
    Some(Value::text(engine.encode(arguments.text(0)?)))
}

pub(super) fn sha256(arguments: &Arguments<'_>) -> Option<Value> {
    Some(Value::text(Sha256::digest(arguments.text(0)?)))
}

pub(super) fn url_decode(arguments: &Arguments<'_>) -> Option<Value> {
    let options = arguments.text(1).unwrap_or_default();
    let decode = |text: &[u8]| url_decoded(text, options.contains(&b'u'));
    let mut text = decode(arguments.text(0)?);
    while options.contains(&b'r') {
        let again = decode(&text);
        if again == text {
            break;
        }
        text = again;
    }
    Some(Value::Text(text))
}

/// The text with `+` as a space and `%XX` as the byte; what is no encoding stays.
fn url_decoded(text: &[u8], has_unicode: bool) -> Vec<u8> {
    let spaced: Vec<u8> =
        text.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    if !has_unicode {
        return percent_decode(&spaced).collect();
    }
    let mut decoded = Vec::new();
    let mut rest = spaced.as_slice();
    while let Some(at) = rest.windows(2).position(|pair| pair == b"%u") {
        decoded.extend(percent_decode(&rest[..at]));
        let digits = rest.get(at + 2..at + 6).and_then(|digits| std::str::from_utf8(digits).ok());
        let is_hex = |digits: &&str| digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let code = digits.filter(is_hex).and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let (c, length) =
            code.and_then(char::from_u32).map_or(("%u".to_owned(), 2), |c| (c.to_string(), 6));
        decoded.extend(c.as_bytes());
        rest = &rest[at + length..];
    }
    decoded.extend(percent_decode(rest));
    decoded
}

/// A text is message, separator, time, `-` and the signature of message and time: see
/// <https://developers.cloudflare.com/ruleset-engine/rules-language/functions/#hmac-validation>.
pub(super) fn is_timed_hmac_valid(arguments: &Arguments<'_>) -> Option<Value> {
    let (key, text) = (arguments.text(0)?, arguments.text(1)?);
    let (ttl, now) = (arguments.integer(2)?, arguments.integer(3)?);
    let separator = arguments.integer(4).unwrap_or(0);
    let is_url_safe = arguments.text(5) == Some(b"s");
    let signed = usize::try_from(separator).ok().and_then(|length| Signed::read(text, length));
    let is_valid = signed.is_some_and(|signed| {
        signed.is_signed_by(key, is_url_safe) && now <= signed.seconds.saturating_add(ttl)
    });
    Some(Value::Boolean(is_valid))
}

struct Signed<'a> {
    message: &'a [u8],
    /// Digits of the time.
    time: &'a [u8],
    seconds: i64,
    mac: &'a [u8],
}

impl<'a> Signed<'a> {
    /// The parts of a text. The signature may have `-` too: the last place that fits counts.
    fn read(text: &'a [u8], separator: usize) -> Option<Self> {
        let last = text.len().checked_sub(MAC_LENGTH + 1)?;
        let fits = |at: &usize| {
            let start = at.checked_sub(TIME_DIGITS).filter(|_| text[*at] == b'-');
            start.is_some_and(|start| text[start..*at].iter().all(u8::is_ascii_digit))
        };
        let at = (0..=last).rev().find(fits)?;
        let time = &text[at - TIME_DIGITS..at];
        let end = (at - TIME_DIGITS).checked_sub(separator).filter(|end| *end > 0)?;
        let seconds = std::str::from_utf8(time).ok()?.parse().ok()?;
        Some(Self { message: &text[..end], time, seconds, mac: &text[at + 1..] })
    }

    fn is_signed_by(&self, key: &[u8], is_url_safe: bool) -> bool {
        let mac = if is_url_safe {
            URL_SAFE.decode(self.mac)
        } else {
            STANDARD.decode(percent_decode(self.mac).collect::<Vec<_>>())
        };
        let (Ok(mac), Ok(mut hmac)) = (mac, Hmac::<Sha256>::new_from_slice(key)) else {
            return false;
        };
        hmac.update(self.message);
        hmac.update(self.time);
        hmac.verify_slice(&mac).is_ok()
    }
}
