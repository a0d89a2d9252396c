//! Values that are written without quotation marks: numbers, addresses, networks, bytes.

use std::net::IpAddr;

use ipnet::IpNet;

use crate::expression::{Item, Literal};
use crate::kind::Type;

/// The value that a word is, where one of type `wanted` is expected. `10.11.12.13` is an address,
/// but where a text is wanted it is four bytes.
pub(crate) fn value(word: &str, wanted: Option<Type>) -> Option<Literal> {
    match wanted {
        Some(Type::Text) => bytes(word).map(Literal::Text).or_else(|| misplaced(word)),
        _ => any(word),
    }
}

/// The element of `in {…}` that a word is.
pub(crate) fn item(word: &str, wanted: Option<Type>) -> Option<Item> {
    let Some((from, to)) = word.split_once("..") else {
        return value(word, wanted).map(Item::One);
    };
    match (any(from)?, any(to)?) {
        (Literal::Integer(from), Literal::Integer(to)) if from <= to => {
            Some(Item::Integers(from, to))
        }
        (Literal::Address(from), Literal::Address(to))
            if from.is_ipv4() == to.is_ipv4() && from <= to =>
        {
            Some(Item::Addresses(from, to))
        }
        _ => None,
    }
}

/// What is written where a text belongs, for the check to tell. An IPv6 address may look like bytes,
/// so it is none of that.
fn misplaced(word: &str) -> Option<Literal> {
    any(word).filter(|literal| !matches!(literal, Literal::Address(IpAddr::V6(_))))
}

fn any(word: &str) -> Option<Literal> {
    integer(word).map(Literal::Integer).or_else(|| address(word)).or_else(|| {
        let bytes = bytes(word)?;
        Some(Literal::Text(bytes))
    })
}

fn address(word: &str) -> Option<Literal> {
    if let Ok(address) = word.parse::<IpAddr>() {
        return Some(Literal::Address(address));
    }
    let network: IpNet = word.parse().ok()?;
    Some(Literal::Network(network.trunc()))
}

/// Decimal, with `0x` hexadecimal, with a leading zero octal.
fn integer(word: &str) -> Option<i64> {
    let (sign, digits) = match word.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", word),
    };
    let (digits, radix) = match (digits.strip_prefix("0x"), digits.strip_prefix('0')) {
        (Some(digits), _) => (digits, 16),
        (None, Some(digits)) if !digits.is_empty() => (digits, 8),
        _ => (digits, 10),
    };
    if !digits.starts_with(|c: char| c.is_ascii_hexdigit()) {
        return None;
    }
    i64::from_str_radix(&format!("{sign}{digits}"), radix).ok()
}

/// Two or more bytes of two hexadecimal digits each, with `:`, `-` or `.` between them.
fn bytes(word: &str) -> Option<Vec<u8>> {
    let pairs: Vec<_> = word.split([':', '-', '.']).collect();
    let is_pair = |pair: &&str| pair.len() == 2 && pair.bytes().all(|b| b.is_ascii_hexdigit());
    if pairs.len() < 2 || !pairs.iter().all(is_pair) {
        return None;
    }
    pairs.iter().map(|pair| u8::from_str_radix(pair, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_the_values_that_are_wanted() {
        for (word, wanted, want) in [
            ("12", None, Some(Literal::Integer(12))),
            ("-12", Some(Type::Integer), Some(Literal::Integer(-12))),
            ("0x1F", Some(Type::Integer), Some(Literal::Integer(31))),
            ("010", Some(Type::Integer), Some(Literal::Integer(8))),
            ("0", Some(Type::Integer), Some(Literal::Integer(0))),
            ("09", Some(Type::Integer), None),
            ("0x", Some(Type::Integer), None),
            ("--1", Some(Type::Integer), None),
            ("9223372036854775807", None, Some(Literal::Integer(i64::MAX))),
            ("-9223372036854775808", None, Some(Literal::Integer(i64::MIN))),
            ("9223372036854775808", None, None),
            ("aa:0B-cc.dd", None, Some(Literal::Text(vec![0xaa, 0x0b, 0xcc, 0xdd]))),
            ("10.11.12.13", Some(Type::Text), Some(Literal::Text(vec![16, 17, 18, 19]))),
            ("10.11.12.13", None, Some(Literal::Address([10, 11, 12, 13].into()))),
            ("5", Some(Type::Text), Some(Literal::Integer(5))),
            ("0aa:bb:cc:dd:ee:ff:11:22", Some(Type::Text), None),
            ("aa", None, None),
            ("example.com", Some(Type::Text), None),
        ] {
            assert_eq!(value(word, wanted), want, "{word} as {wanted:?}");
        }
    }

    #[test]
    fn items_may_be_ranges() {
        let address = |text: &str| text.parse::<IpAddr>().unwrap();
        for (word, want) in [
            ("1..5", Some(Item::Integers(1, 5))),
            ("-5..-1", Some(Item::Integers(-5, -1))),
            ("5..1", None),
            ("1..", None),
            ("10.0.0.1..10.0.0.9", Some(Item::Addresses(address("10.0.0.1"), address("10.0.0.9")))),
            ("::1..::9", Some(Item::Addresses(address("::1"), address("::9")))),
            ("10.0.0.1..::9", None),
            ("10.1.2.3/8", Some(Item::One(Literal::Network("10.0.0.0/8".parse().unwrap())))),
        ] {
            assert_eq!(item(word, None), want, "{word}");
        }
    }
}
