//! What is taken out of every row before anything else sees it.

use std::collections::HashMap;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::unescape;

/// Keys of queries whose values are never read, where nothing else is said.
pub const REDACTED_KEYS: [&str; 16] = [
    "access_token",
    "auth",
    "code",
    "email",
    "e-mail",
    "key",
    "mail",
    "name",
    "pass",
    "password",
    "phone",
    "secret",
    "session",
    "sig",
    "signature",
    "token",
];

/// The key of a day's visitor hashes, of the day as `2026-11-23`. Who deletes a day's salt makes
/// its hashes impossible to trace.
pub type Salts = Arc<dyn Fn(&str) -> [u8; 32] + Send + Sync>;

/// What is cut, hashed and left out.
#[derive(Clone)]
pub struct Privacy {
    /// Whether addresses are read whole.
    pub full_ip: bool,
    /// Keys of queries whose values become `*`, in lower case.
    pub redacted: Vec<String>,
    /// Where salts come from; without them there are no visitors.
    pub salts: Option<Salts>,
}

impl Default for Privacy {
    fn default() -> Self {
        let redacted = REDACTED_KEYS.map(str::to_owned).to_vec();
        Self { full_ip: false, redacted, salts: None }
    }
}

impl fmt::Debug for Privacy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Privacy")
            .field("full_ip", &self.full_ip)
            .field("redacted", &self.redacted)
            .field("salts", &self.salts.is_some())
            .finish()
    }
}

impl Privacy {
    /// An address, cut to its network unless whole ones are wanted; `None` for what is none.
    pub(crate) fn address(&self, text: &str) -> Option<String> {
        let address = text.trim().parse::<IpAddr>().ok()?.to_canonical();
        Some(if self.full_ip { address } else { network(address) }.to_string())
    }

    /// A list of addresses, in the order of the header.
    pub(crate) fn addresses(&self, text: &str) -> String {
        let cut = |part: &str| self.address(part).unwrap_or_else(|| "unknown".to_owned());
        text.split(',').map(cut).collect::<Vec<_>>().join(", ")
    }

    /// A query in which the values of some keys are `*`.
    pub(crate) fn query(&self, query: &str) -> String {
        let pair = |pair: &str| match pair.split_once('=') {
            Some((key, _)) if self.is_redacted(key) => format!("{key}=*"),
            _ => pair.to_owned(),
        };
        query.split('&').map(pair).collect::<Vec<_>>().join("&")
    }

    fn is_redacted(&self, key: &str) -> bool {
        let key = unescape::once(key).to_ascii_lowercase();
        self.redacted.contains(&key)
    }
}

/// The /16 of an IPv4 address, the /48 of an IPv6 address.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(v4) => {
            let [a, b, ..] = v4.octets();
            Ipv4Addr::new(a, b, 0, 0).into()
        }
        IpAddr::V6(v6) => {
            let [a, b, c, ..] = v6.segments();
            Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0).into()
        }
    }
}

/// The names in a `Cookie` header.
pub(crate) fn cookie_names(header: &str) -> String {
    let name = |pair: &str| pair.split('=').next().unwrap_or_default().trim().to_owned();
    header.split(';').map(name).filter(|name| !name.is_empty()).collect::<Vec<_>>().join("; ")
}

/// Names visitors by a keyed hash whose key changes every day.
#[derive(Default)]
pub(crate) struct Visitors {
    keys: HashMap<String, Hmac<Sha256>>,
}

impl fmt::Debug for Visitors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Visitors").field("days", &self.keys.len()).finish()
    }
}

impl Visitors {
    /// The first 64 bits of HMAC-SHA-256 (RFC 2104) of the whole address and the user agent.
    pub(crate) fn name(
        &mut self,
        salts: &Salts,
        day: &str,
        address: &[u8],
        agent: &[u8],
    ) -> Option<String> {
        if !self.keys.contains_key(day) {
            let key = Hmac::new_from_slice(&salts(day)).ok()?;
            self.keys.insert(day.to_owned(), key);
        }
        let mut hash = self.keys.get(day)?.clone();
        hash.update(address);
        hash.update(b"\t");
        hash.update(agent);
        let bytes = hash.finalize().into_bytes();
        let first = bytes.first_chunk::<8>()?;
        Some(format!("{:016x}", u64::from_be_bytes(*first)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_cut_to_their_networks() {
        let privacy = Privacy::default();
        for (text, want) in [
            ("203.0.113.77", Some("203.0.0.0")),
            ("2001:db8:1:2:3::9", Some("2001:db8:1::")),
            ("::ffff:203.0.113.77", Some("203.0.0.0")),
            ("localhost", None),
            ("", None),
        ] {
            assert_eq!(privacy.address(text).as_deref(), want, "{text}");
        }
        let list = privacy.addresses("203.0.113.77, localhost:8080,2001:db8:1:2:3::9");
        assert_eq!(list, "203.0.0.0, unknown, 2001:db8:1::");
        let whole = Privacy { full_ip: true, ..Privacy::default() };
        assert_eq!(whole.address("203.0.113.77").as_deref(), Some("203.0.113.77"));
    }

    #[test]
    fn values_that_name_people_are_left_out() {
        let privacy = Privacy::default();
        assert_eq!(privacy.query("w=3&Email=a@b.example&to%6Ben=9&x"), "w=3&Email=*&to%6Ben=*&x");
        assert_eq!(cookie_names("session=abc; cart=9;theme"), "session; cart; theme");
    }

    #[test]
    fn visitors_are_the_same_for_a_day() {
        let salts: Salts = Arc::new(|day: &str| [day.as_bytes()[day.len() - 1]; 32]);
        let mut visitors = Visitors::default();
        let mut name = |day: &str, agent: &[u8]| visitors.name(&salts, day, b"203.0.113.77", agent);
        let first = name("2026-11-23", b"a");
        assert_eq!(first.as_ref().map(String::len), Some(16));
        assert_eq!(name("2026-11-23", b"a"), first);
        assert_ne!(name("2026-11-23", b"b"), first);
        assert_ne!(name("2026-11-24", b"a"), first);
    }
}
