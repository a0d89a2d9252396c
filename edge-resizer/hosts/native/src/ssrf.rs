//! Server-side request forgery guard: which addresses an original may be fetched from.
//!
//! An address is looked at three times: as it stands in a URL, after the name was resolved (the
//! connection then uses exactly the addresses that passed), and again for each redirect.

use std::error::Error;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

/// A block of addresses: first address, length of the prefix, what it is for.
struct Block<A>(A, u32, &'static str);

/// IPv4 blocks that are not for everybody, after the registry of special-purpose addresses
/// (RFC 6890, <https://www.iana.org/assignments/iana-ipv4-special-registry>).
const REFUSED_V4: &[Block<Ipv4Addr>] = &[
    Block(Ipv4Addr::UNSPECIFIED, 8, "this network, RFC 791"),
    Block(Ipv4Addr::new(10, 0, 0, 0), 8, "private, RFC 1918"),
    Block(Ipv4Addr::new(100, 64, 0, 0), 10, "carrier-grade NAT, RFC 6598"),
    Block(Ipv4Addr::new(127, 0, 0, 0), 8, "loopback, RFC 1122"),
    Block(Ipv4Addr::new(169, 254, 0, 0), 16, "link-local, RFC 3927"),
    Block(Ipv4Addr::new(172, 16, 0, 0), 12, "private, RFC 1918"),
    Block(Ipv4Addr::new(192, 0, 0, 0), 24, "protocol assignments, RFC 6890"),
    Block(Ipv4Addr::new(192, 0, 2, 0), 24, "documentation, RFC 5737"),
    Block(Ipv4Addr::new(192, 88, 99, 0), 24, "6to4 relay, RFC 7526"),
    Block(Ipv4Addr::new(192, 168, 0, 0), 16, "private, RFC 1918"),
    Block(Ipv4Addr::new(198, 18, 0, 0), 15, "benchmarking, RFC 2544"),
    Block(Ipv4Addr::new(198, 51, 100, 0), 24, "documentation, RFC 5737"),
    Block(Ipv4Addr::new(203, 0, 113, 0), 24, "documentation, RFC 5737"),
    Block(Ipv4Addr::new(224, 0, 0, 0), 4, "multicast, RFC 5771"),
    Block(Ipv4Addr::new(240, 0, 0, 0), 4, "reserved and broadcast, RFC 1112 and RFC 919"),
];

/// IPv6 blocks inside the global unicast space that are not for everybody
/// (<https://www.iana.org/assignments/iana-ipv6-special-registry>).
const REFUSED_V6: &[Block<Ipv6Addr>] = &[
    Block(Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23, "Teredo and other protocols, RFC 2928"),
    Block(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32, "documentation, RFC 3849"),
    Block(Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20, "documentation, RFC 9637"),
];

/// The only IPv6 block that is delegated to networks everybody can reach (RFC 4291 section 2.4).
/// Loopback, unspecified, unique-local (RFC 4193), link-local, site-local (RFC 3879), multicast,
/// discard-only (RFC 6666) and local NAT64 (RFC 8215) addresses all lie outside of it.
const GLOBAL_V6: Block<Ipv6Addr> =
    Block(Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3, "not global unicast, RFC 4291");

/// IPv6 blocks whose addresses stand for an IPv4 address, with the bits to the right of it.
const EMBEDDING: &[(Block<Ipv6Addr>, u32)] = &[
    (Block(Ipv6Addr::UNSPECIFIED, 96, "IPv4-compatible, RFC 4291"), 0),
    (Block(Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, 0, 0), 96, "IPv4-mapped, RFC 4291"), 0),
    (Block(Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0), 96, "NAT64, RFC 6052"), 0),
    (Block(Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16, "6to4, RFC 3056"), 80),
];

/// An address that may not be asked, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    address: IpAddr,
    reason: &'static str,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} may not be asked: {}", self.address, self.reason)
    }
}

impl Error for Refused {}

/// Checks an address.
///
/// # Errors
/// [`Refused`] where it is not one that everybody can reach.
pub(crate) fn check_address(address: IpAddr) -> Result<(), Refused> {
    let reason = match address {
        IpAddr::V4(v4) => refused_v4(v4),
        IpAddr::V6(v6) => refused_v6(v6),
    };
    reason.map_or(Ok(()), |reason| Err(Refused { address, reason }))
}

/// Checks the host of a URL where it is an address; a name is checked once it is resolved.
///
/// # Errors
/// [`Refused`].
pub(crate) fn check_literal(url: &Url) -> Result<(), Refused> {
    match url.host() {
        Some(Host::Ipv4(v4)) => check_address(v4.into()),
        Some(Host::Ipv6(v6)) => check_address(v6.into()),
        Some(Host::Domain(_)) | None => Ok(()),
    }
}

/// Resolves names with the system's resolver and lets through only addresses that pass
/// [`check_address`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct GuardedResolver;

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            // The client puts the URL's port in the place of 0.
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let addresses = allowed(found)?;
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

/// The addresses that pass; where none does, why the last did not.
fn allowed(found: impl Iterator<Item = SocketAddr>) -> Result<Vec<SocketAddr>, Refused> {
    let (mut passed, mut refused) = (Vec::new(), None);
    for address in found {
        match check_address(address.ip()) {
            Ok(()) => passed.push(address),
            Err(reason) => refused = Some(reason),
        }
    }
    match refused {
        Some(reason) if passed.is_empty() => Err(reason),
        _ => Ok(passed),
    }
}

fn refused_v4(address: Ipv4Addr) -> Option<&'static str> {
    REFUSED_V4.iter().find(|block| holds_v4(block, address)).map(|block| block.2)
}

fn refused_v6(address: Ipv6Addr) -> Option<&'static str> {
    if let Some((_, shift)) = EMBEDDING.iter().find(|(block, _)| holds_v6(block, address)) {
        let [.., a, b, c, d] = (address.to_bits() >> shift).to_be_bytes();
        return refused_v4(Ipv4Addr::new(a, b, c, d));
    }
    if !holds_v6(&GLOBAL_V6, address) {
        return Some(GLOBAL_V6.2);
    }
    REFUSED_V6.iter().find(|block| holds_v6(block, address)).map(|block| block.2)
}

fn holds_v4(Block(first, prefix, _): &Block<Ipv4Addr>, address: Ipv4Addr) -> bool {
    (first.to_bits() ^ address.to_bits()) >> (u32::BITS - prefix) == 0
}

fn holds_v6(Block(first, prefix, _): &Block<Ipv6Addr>, address: Ipv6Addr) -> bool {
    (first.to_bits() ^ address.to_bits()) >> (u128::BITS - prefix) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_are_not_for_everybody_are_refused() {
        for text in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "10.255.255.255",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.255.254",
            "169.254.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.1",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::ffff:169.254.169.254",
            "::ffff:0:127.0.0.1",
            "64:ff9b::10.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:2::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "2002:a00:1::1",
            "2002:c0a8:101::",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fd12:3456::1",
            "fe80::1",
            "febf::1",
            "fec0::1",
            "ff02::1",
        ] {
            let address = text.parse().unwrap();
            assert!(check_address(address).is_err(), "{text}");
        }
    }

    #[test]
    fn addresses_beside_the_refused_blocks_are_allowed() {
        for text in [
            "1.1.1.1",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.0",
            "169.253.255.255",
            "169.255.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.0",
            "192.0.3.0",
            "192.167.255.255",
            "192.169.0.0",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
            "2001:200::1",
            "2606:4700::1111",
            "2a00:1450::1",
            "::ffff:8.8.8.8",
            "64:ff9b::808:808",
            "2002:808:808::1",
        ] {
            let address = text.parse().unwrap();
            assert_eq!(check_address(address), Ok(()), "{text}");
        }
    }

    #[test]
    fn every_spelling_of_an_address_in_a_url_is_seen() {
        for text in [
            "http://127.0.0.1/",
            "http://127.1/",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://0177.0.0.1/",
            "http://[::1]/",
            "http://[::ffff:7f00:1]:8080/a.jpg",
            "http://169.254.169.254/latest/meta-data/",
            "http://0/",
        ] {
            let url = Url::parse(text).unwrap();
            assert!(check_literal(&url).is_err(), "{text}");
        }
        assert_eq!(check_literal(&Url::parse("https://93.184.216.34/").unwrap()), Ok(()));
    }

    #[test]
    fn only_what_passes_is_connected_to() {
        let public: SocketAddr = "93.184.216.34:0".parse().unwrap();
        let private: SocketAddr = "10.0.0.1:0".parse().unwrap();
        assert_eq!(allowed([private, public].into_iter()), Ok(vec![public]));
        assert!(allowed([private, private].into_iter()).is_err());
    }

    #[tokio::test]
    async fn a_name_that_resolves_to_loopback_is_refused() {
        let resolved = GuardedResolver.resolve("localhost".parse().unwrap()).await;
        let refused = resolved.err().unwrap();
        assert!(refused.downcast_ref::<Refused>().is_some(), "{refused}");
    }
}
