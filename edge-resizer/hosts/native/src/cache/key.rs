//! Keys of the cache.

use std::fmt;

use sha2::{Digest, Sha256};

/// The name of an answer: a SHA-256 hash.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct CacheKey([u8; 32]);

/// The keys of one site under one policy: what it holds is found no more when either changes.
#[derive(Clone, Debug)]
pub(crate) struct KeySpace(CacheKey);

impl KeySpace {
    /// The space for a site as it is set up, and for this version of the program.
    pub(crate) fn new(site: &fleet::Site) -> Self {
        let fleet::Site { name, domains: _, origin, images, delivery: _ } = site;
        let setup = format!("{}\n{name}\n{origin:?}\n{images:?}", env!("CARGO_PKG_VERSION"));
        Self(CacheKey(Sha256::digest(setup).into()))
    }

    /// The key of an answer, by what the core tells of it
    /// ([`Job::answer_key`](edge_resizer::Job::answer_key)).
    pub(crate) fn key(&self, answer_key: &str) -> CacheKey {
        CacheKey(Sha256::new().chain_update(self.0.0).chain_update(answer_key).finalize().into())
    }
}

impl CacheKey {
    /// The key that [`fmt::Display`] printed.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let digits = text.as_bytes();
        if digits.len() != 64 {
            return None;
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            let [high, low] = pair else { return None };
            *byte = hex_digit(*high)? << 4 | hex_digit(*low)?;
        }
        Some(Self(bytes))
    }
}

/// The value of a lower-case digit.
const fn hex_digit(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

impl fmt::Display for CacheKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for CacheKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site() -> fleet::Site {
        fleet::Site {
            name: "shop".to_owned(),
            domains: Vec::new(),
            origin: fleet::Origin::Folder("photos".into()),
            images: edge_resizer::Policy::default(),
            delivery: fleet::Delivery::default(),
        }
    }

    #[test]
    fn keys_are_read_as_they_are_printed() {
        let key = KeySpace::new(&site()).key("a.jpg/width=400");
        assert_eq!(CacheKey::parse(&key.to_string()), Some(key));
        let mut long = "0".repeat(64);
        assert!(CacheKey::parse(&long).is_some());
        long.push('0');
        for text in ["", "00", "é", &long, &"A".repeat(64), &"g".repeat(64), &"é".repeat(32)] {
            assert_eq!(CacheKey::parse(text), None, "{text}");
        }
    }

    #[test]
    fn whatever_changes_an_answer_changes_its_key() {
        let base = KeySpace::new(&site()).key("a");
        let mut other_policy = site();
        other_policy.images.quality.jpeg = edge_resizer::recipe::QualityNumber::new(7).unwrap();
        let mut other_origin = site();
        other_origin.origin = fleet::Origin::Folder("elsewhere".into());
        let mut other_name = site();
        other_name.name = "shop2".to_owned();
        for (what, site) in
            [("policy", other_policy), ("origin", other_origin), ("name", other_name)]
        {
            assert_ne!(KeySpace::new(&site).key("a"), base, "{what}");
        }
        assert_ne!(KeySpace::new(&site()).key("b"), base);
        let renamed = fleet::Site { domains: vec!["shop.example".to_owned()], ..site() };
        assert_eq!(KeySpace::new(&renamed).key("a"), base);
    }
}
