//! The names that CloudFront would give a site and its requests.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE;
use sha2::{Digest, Sha256, Sha512};

use crate::hex::hex;

/// The point of presence that stands in for all of them.
pub(crate) const EDGE_LOCATION: &str = "DEV50-P1";

const UPPER: &[u8; 36] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const LOWER: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";

/// How many characters follow the first of a distribution's id and of its domain.
const ID_LENGTH: usize = 13;

/// How many random bytes are in a request's id: 56 characters, as CloudFront's have.
const REQUEST_ID_BYTES: usize = 40;

/// The distribution that stands for a site; the same in every run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Distribution {
    id: String,
    domain: String,
}

impl Distribution {
    /// The distribution of the site with this name.
    pub(crate) fn of_site(name: &str) -> Self {
        let digest = Sha256::digest(name.as_bytes());
        let spell = |alphabet: &[u8; 36]| -> String {
            let letter = |byte: &u8| char::from(alphabet[usize::from(*byte) % alphabet.len()]);
            digest.iter().take(ID_LENGTH).map(letter).collect()
        };
        Self {
            id: format!("E{}", spell(UPPER)),
            domain: format!("d{}.cloudfront.net", spell(LOWER)),
        }
    }

    /// `E` and thirteen letters or digits.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// Its own host name, `d….cloudfront.net`.
    pub(crate) fn domain(&self) -> &str {
        &self.domain
    }
}

/// A new request id, as long as CloudFront's and as opaque.
pub(crate) fn request_id() -> String {
    let digest = Sha512::digest(random_number().to_le_bytes());
    URL_SAFE.encode(&digest[..REQUEST_ID_BYTES])
}

/// Eight hex digits that tell files of one hour apart.
pub(crate) fn file_id() -> String {
    hex(&random_number().to_le_bytes()[..4])
}

/// A number that differs from call to call and from run to run; nothing secret hangs on it.
fn random_number() -> u64 {
    RandomState::new().build_hasher().finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_keeps_its_distribution() {
        let one = Distribution::of_site("atelier");
        assert_eq!(one, Distribution::of_site("atelier"));
        assert_ne!(one, Distribution::of_site("boutique"));
        assert_eq!(one.id().len(), 14);
        assert!(one.id().starts_with('E'));
        assert!(one.id().bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()));
        assert!(one.domain().starts_with('d') && one.domain().ends_with(".cloudfront.net"));
    }

    #[test]
    fn ids_look_like_the_real_ones_and_differ() {
        let (one, other) = (request_id(), request_id());
        assert_ne!(one, other);
        assert_eq!(one.len(), 56);
        assert!(one.ends_with("=="));
        assert_ne!(file_id(), file_id());
        assert!(file_id().len() == 8 && file_id().bytes().all(|b| b.is_ascii_hexdigit()));
    }
}
