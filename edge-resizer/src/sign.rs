//! Signed URLs: HMAC-SHA256, keys that can be rotated, expiry.
//!
//! Two parameters are added to the query: `exp`, the last second (since 1970) in which the URL is
//! good, if it ends at all; and `sig`, the HMAC-SHA256 (RFC 2104) in unpadded base64url (RFC 4648
//! section 5). What is signed is the path as it stands on the request line and, if anything remains
//! of the query without `sig`, a `?` and that, in its order.
//!
//! ```
//! use edge_resizer::policy::SigningKey;
//! use edge_resizer::sign::sign;
//!
//! let url = sign("/cdn-cgi/image/width=400/a.jpg", Some(1_800_000_000), &SigningKey::new("s"));
//! assert!(url.starts_with("/cdn-cgi/image/width=400/a.jpg?exp=1800000000&sig="));
//! ```

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::error::Error;
use crate::policy::{Policy, SigningKey};
use crate::request::Request;

const EXPIRES: &str = "exp";
const SIGNATURE: &str = "sig";

/// The path and query with a signature, good up to and including the second `expires` (since
/// 1970-01-01T00:00:00Z) or forever. A signature and an expiry that stood there are replaced.
pub fn sign(path_and_query: &str, expires: Option<u64>, key: &SigningKey) -> String {
    let (path, query) = path_and_query.split_once('?').unwrap_or((path_and_query, ""));
    let expiry = expires.map(|second| format!("{EXPIRES}={second}"));
    let kept = pairs(query).filter(|pair| !is(pair, EXPIRES) && !is(pair, SIGNATURE));
    let query: Vec<_> = kept.chain(expiry.as_deref()).collect();
    let text = signed_text(path, &query);
    let tag = mac(&text, key).map(|mac| mac.finalize().into_bytes()).unwrap_or_default();
    let separator = if query.is_empty() { '?' } else { '&' };
    format!("{text}{separator}{SIGNATURE}={}", URL_SAFE_NO_PAD.encode(tag))
}

/// The request without its signature parameters, proven to be signed where the policy demands it.
///
/// # Errors
/// [`Error::Unauthorized`] where the signature is missing, wrong or expired.
pub(crate) fn verify(request: &Request, policy: &Policy) -> Result<Request, Error> {
    let Some(signing) = &policy.signing else { return Ok(request.clone()) };
    let query = request.query.as_deref().unwrap_or_default();
    let signature = only(query, SIGNATURE)?.ok_or(Error::Unauthorized("missing"))?;
    let expires = only(query, EXPIRES)?;
    let tag = URL_SAFE_NO_PAD.decode(signature).map_err(|_| Error::Unauthorized("wrong"))?;
    let signed: Vec<_> = pairs(query).filter(|pair| !is(pair, SIGNATURE)).collect();
    let text = signed_text(&request.path, &signed);
    let proves = |key| mac(&text, key).is_some_and(|mac| mac.verify_slice(&tag).is_ok());
    if !signing.keys.iter().any(proves) {
        return Err(Error::Unauthorized("wrong"));
    }
    if let Some(expires) = expires {
        let last: u64 = expires.parse().map_err(|_| Error::Unauthorized("malformed"))?;
        if request.now > last {
            return Err(Error::Unauthorized("expired"));
        }
    }
    let rest: Vec<_> = signed.into_iter().filter(|pair| !is(pair, EXPIRES)).collect();
    let query = (!rest.is_empty()).then(|| rest.join("&"));
    Ok(Request { query, ..request.clone() })
}

/// A computation over `text`; `None` for an empty secret, which would prove nothing.
fn mac(text: &str, key: &SigningKey) -> Option<Hmac<Sha256>> {
    let secret = Some(key.bytes()).filter(|secret| !secret.is_empty())?;
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).ok()?;
    mac.update(text.as_bytes());
    Some(mac)
}

fn signed_text(path: &str, query: &[&str]) -> String {
    if query.is_empty() { path.to_owned() } else { format!("{path}?{}", query.join("&")) }
}

fn pairs(query: &str) -> impl Iterator<Item = &str> {
    query.split('&').filter(|_| !query.is_empty())
}

/// Whether a `name=value` of a query has this name, which is not percent-encoded.
fn is(pair: &str, name: &str) -> bool {
    pair.split_once('=').map_or(pair, |(key, _)| key) == name
}

/// The value of a parameter that may stand there once.
fn only<'a>(query: &'a str, name: &str) -> Result<Option<&'a str>, Error> {
    let mut values = pairs(query)
        .filter(|pair| is(pair, name))
        .map(|pair| pair.split_once('=').map_or("", |(_, value)| value));
    let first = values.next();
    match values.next() {
        None => Ok(first),
        Some(_) => Err(Error::Unauthorized("malformed")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Signing;

    /// A URL, and the same signed, made with Python's standard library:
    /// `base64.urlsafe_b64encode(hmac.new(key.encode(), text.encode(), "sha256").digest()).rstrip(b"=")`
    /// where `text` is `signed` up to `&sig=` or `?sig=`. A twin in another language must give the
    /// same: the viewer function is tested with them too.
    #[derive(serde::Deserialize)]
    struct Vector {
        url: String,
        expires: Option<u64>,
        key: String,
        signed: String,
    }

    fn vectors() -> Vec<Vector> {
        serde_json::from_str(include_str!("../../tests/vectors/signatures.json")).unwrap()
    }

    fn policy(keys: &[&str]) -> Policy {
        let keys = keys.iter().copied().map(SigningKey::new).collect();
        Policy { signing: Some(Signing { keys }), ..Policy::default() }
    }

    fn check(url: &str, now: u64, policy: &Policy) -> Result<Request, Error> {
        verify(&Request { now, ..Request::get(url) }, policy)
    }

    #[test]
    fn signatures_are_as_an_independent_implementation_makes_them() {
        for Vector { url, expires, key, signed } in vectors() {
            assert_eq!(sign(&url, expires, &SigningKey::new(&key)), signed, "{url}");
            let verified = check(&signed, expires.unwrap_or(u64::MAX), &policy(&[&key])).unwrap();
            let (path, query) = url.split_once('?').unwrap_or((&url, ""));
            assert_eq!(verified.path, path);
            assert_eq!(verified.query.as_deref().unwrap_or(""), query, "{url}");
        }
    }

    #[test]
    fn a_url_is_good_through_its_last_second() {
        let url = sign("/a.jpg?width=4", Some(100), &SigningKey::new("k"));
        for (now, want) in [(0, None), (99, None), (100, None), (101, Some("expired"))] {
            let error = check(&url, now, &policy(&["k"])).err();
            assert_eq!(error, want.map(Error::Unauthorized), "{now}");
        }
    }

    #[test]
    fn every_key_verifies() {
        let url = sign("/a.jpg", None, &SigningKey::new("old"));
        assert!(check(&url, 0, &policy(&["new", "old"])).is_ok());
        assert!(check(&url, 0, &policy(&["new"])).is_err());
        assert!(check(&url, 0, &policy(&[])).is_err());
    }

    #[test]
    fn an_empty_secret_proves_nothing() {
        let url = sign("/a.jpg", None, &SigningKey::new(""));
        assert_eq!(check(&url, 0, &policy(&[""])).err(), Some(Error::Unauthorized("wrong")));
    }

    #[test]
    fn what_is_not_signed_is_refused() {
        let url = sign("/a.jpg?width=4", Some(100), &SigningKey::new("k"));
        let (rest, tag) = url.rsplit_once("sig=").unwrap();
        let cut = &tag[..tag.len() - 2];
        for (url, want) in [
            ("/a.jpg?width=4".to_owned(), "missing"),
            ("/a.jpg".to_owned(), "missing"),
            (format!("/a.jpg?sig={tag}"), "wrong"),
            (url.replace("width=4", "width=5"), "wrong"),
            (url.replace("exp=100", "exp=101"), "wrong"),
            (url.replace("&exp=100", ""), "wrong"),
            (url.replace("/a.jpg", "/b.jpg"), "wrong"),
            (url.replace("/a.jpg", "/%61.jpg"), "wrong"),
            (format!("{url}&x=1"), "wrong"),
            (format!("{rest}sig={cut}"), "wrong"),
            (format!("{rest}sig="), "wrong"),
            (format!("{rest}sig"), "wrong"),
            (format!("{url}="), "wrong"),
            (format!("{rest}sig=***"), "wrong"),
            (format!("{url}&sig={tag}"), "malformed"),
            (format!("{url}&exp=100"), "malformed"),
        ] {
            let error = check(&url, 0, &policy(&["k"])).err();
            assert_eq!(error, Some(Error::Unauthorized(want)), "{url}");
        }
    }

    #[test]
    fn an_expiry_that_is_no_number_ends_at_once() {
        let key = SigningKey::new("k");
        let text = "/a.jpg?exp=soon";
        let tag = mac(text, &key).unwrap().finalize().into_bytes();
        let url = format!("{text}&sig={}", URL_SAFE_NO_PAD.encode(tag));
        assert_eq!(check(&url, 0, &policy(&["k"])).err(), Some(Error::Unauthorized("malformed")));
    }

    #[test]
    fn signing_again_replaces() {
        let key = SigningKey::new("k");
        let once = sign("/a.jpg?b=1", Some(7), &key);
        assert_eq!(sign(&once, Some(7), &key), once);
        assert_eq!(sign(&once, None, &key), sign("/a.jpg?b=1", None, &key));
    }

    #[test]
    fn without_a_policy_the_parameters_are_the_sources() {
        let request = check("/a.jpg?sig=1&exp=2", 9, &Policy::default()).unwrap();
        assert_eq!(request.query.as_deref(), Some("sig=1&exp=2"));
    }
}
