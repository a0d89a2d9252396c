//! Who asks: people in the midst of visits, crawlers, and those who look for holes; their addresses.

use crate::agents::{Agent, Agents};
use crate::draw::{Draw, count, high_half, mixed};
use crate::places::member;
use crate::sites::Distribution;

/// Visits that go on at once, and requests of 1,000 that belong to one of them: a page's pictures come
/// together.
const VISITS: usize = 8;
const OF_A_VISIT: u32 = 800;

/// Who asks.
pub(crate) struct Visitor<'a> {
    pub(crate) agent: &'a Agent,
    /// Two requests of one visitor have the same.
    pub(crate) seed: u64,
    pub(crate) is_scanner: bool,
    pub(crate) is_person: bool,
}

/// Those who ask for something behind a distribution.
#[derive(Debug)]
pub(crate) struct Visitors<'a> {
    agents: &'a Agents,
    distribution: &'a Distribution,
    /// People who are in the midst of a visit, and the sites that they are at.
    visits: [Option<(usize, u64)>; VISITS],
}

impl<'a> Visitors<'a> {
    pub(crate) fn new(agents: &'a Agents, distribution: &'a Distribution) -> Self {
        Self { agents, distribution, visits: [None; VISITS] }
    }

    /// Who asks, and at which site.
    pub(crate) fn next(&mut self, draw: &mut Draw) -> (usize, Visitor<'a>) {
        let agents = self.agents;
        let chance = draw.below(1000);
        if chance >= 80 {
            return self.person(draw);
        }
        let site = self.distribution.weights.place(draw);
        let is_scanner = chance < 6;
        let (agent, seed) = if is_scanner {
            // A few addresses ask for a lot.
            let seed = mixed(u64::from(draw.zipf(3)) ^ 0x5ca7);
            (agents.scanner(seed), seed)
        } else {
            let kind = high_half(draw.bits());
            let machine = u64::from(draw.below(12)) << 40;
            (agents.bot(kind), mixed(u64::from(kind >> 20) ^ machine))
        };
        (site, Visitor { agent, seed, is_scanner, is_person: false })
    }

    /// A person, mostly one in the midst of a visit.
    fn person(&mut self, draw: &mut Draw) -> (usize, Visitor<'a>) {
        let place = draw.below(count(VISITS)) as usize;
        let goes_on = draw.per_mille(OF_A_VISIT);
        let visit = self.visits[place].filter(|_| goes_on);
        let (site, seed) = visit.unwrap_or_else(|| {
            let site = self.distribution.weights.place(draw);
            let at = &self.distribution.sites[site];
            (site, mixed(at.seed ^ u64::from(draw.zipf(14))))
        });
        self.visits[place] = Some((site, seed));
        let agent = self.agents.browser(high_half(mixed(seed ^ 1)));
        (site, Visitor { agent, seed, is_scanner: false, is_person: true })
    }
}

/// An id as CloudFront gives it: base 64 with `-` and `_`.
pub(crate) fn id(draw: &mut Draw) -> [u8; 56] {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut id = [b'='; 56];
    for part in id[..54].chunks_mut(9) {
        let mut bits = draw.bits();
        for letter in part {
            *letter = LETTERS[(bits & 63) as usize];
            bits >>= 6;
        }
    }
    id
}

/// An address of nobody: of RFC 1918's 10.0.0.0/8, or of RFC 3849's `2001:db8::/32`.
pub(crate) fn address(visitor: u64, is_person: bool) -> String {
    let bits = mixed(visitor ^ 5);
    let [sort, host @ ..] = bits.to_le_bytes();
    if is_person && sort % 5 == 0 {
        let group = |nth: usize| u16::from_le_bytes([host[nth], host[nth + 1]]);
        format!("2001:db8:{:x}:{:x}::{:x}", group(0), group(2) & 15, group(4))
    } else {
        format!("10.{}.{}.{}", host[0], host[1], host[2])
    }
}

/// A list as proxies leave it, with what is no address in it.
pub(crate) fn forwarded(draw: &mut Draw) -> String {
    let first = address(u64::from(draw.below(5_000)), true);
    let second = address(u64::from(draw.below(50)), false);
    let lists = [
        first.clone(),
        format!("{first}, {second}"),
        format!("{first},{second}"),
        format!("{second}, 127.0.0.1"),
        format!("unknown, {second}"),
        "localhost:8080".to_owned(),
        format!("{first}, {second}, proxy.internal"),
    ];
    let bits = draw.bits();
    let place = member(&[0, 0, 1, 1, 2, 3, 4, 5, 6], bits);
    lists.into_iter().nth(place).unwrap_or(first)
}
