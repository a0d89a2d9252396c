//! The shops: hosts, the language that their picture URLs are written in, and the distributions that
//! they stand behind.

use crate::draw::{Draw, Weighted, mixed};
use crate::places::{COUNTRIES, Country, member};

const FIRST: [&str; 20] = [
    "amber", "birch", "cedar", "coral", "delta", "ember", "fern", "granite", "hazel", "indigo",
    "juniper", "lumen", "maple", "nordic", "opal", "pine", "quartz", "river", "saffron", "velvet",
];
const SECOND: [&str; 17] = [
    "atelier", "bay", "craft", "design", "forge", "garden", "harbor", "home", "kitchen", "lane",
    "market", "mill", "outdoor", "studio", "supply", "thread", "works",
];
const HEADS: [&str; 4] = ["www", "shop", "store", "m"];

/// Sites that stand behind one distribution.
const SITES_OF_A_DISTRIBUTION: usize = 5;

/// The language of a shop's picture URLs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// `/cdn-cgi/image/width=640/photos/a.jpg`
    Cloudflare,
    /// `/cdn/shop/files/a.jpg?v=1&width=640` and `/cdn/shop/files/a_640x.jpg?v=1`
    Shopify,
}

/// A shop.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    /// What viewers ask for.
    pub(crate) host: String,
    pub(crate) dialect: Dialect,
    /// Where half of its visitors are.
    pub(crate) home: &'static Country,
    /// Octaves of its products' ranks: 8 for 255, 11 for 2,047.
    pub(crate) octaves: u32,
    /// Whether cookies are logged.
    pub(crate) logs_cookies: bool,
    /// What everything that is particular to it comes from.
    pub(crate) seed: u64,
    /// Requests for each 1,000,000 of the busiest site's.
    weight: u32,
}

/// A distribution and the sites behind it.
#[derive(Clone, Debug)]
pub(crate) struct Distribution {
    /// `E…`, 14 letters.
    pub(crate) id: String,
    /// `d….cloudfront.net`
    pub(crate) domain: String,
    pub(crate) sites: Vec<Site>,
    pub(crate) weights: Weighted,
}

/// The distributions of `count` sites, at most `most` of them.
pub(crate) fn distributions(seed: u64, count: usize, most: usize) -> Vec<Distribution> {
    let many = count.div_ceil(SITES_OF_A_DISTRIBUTION).clamp(1, most.max(1));
    (0..many)
        .map(|nth| {
            let sites: Vec<Site> =
                (nth..count.max(1)).step_by(many).map(|rank| site(seed, rank)).collect();
            let weights = Weighted::new(sites.iter().map(|site| site.weight));
            let name = mixed(seed ^ mixed(nth as u64 | 1 << 40));
            let id = format!("E{}", letters(name, 13));
            let domain = format!("d{}.cloudfront.net", letters(mixed(name), 13).to_lowercase());
            Distribution { id, domain, sites, weights }
        })
        .collect()
}

fn site(seed: u64, rank: usize) -> Site {
    let mut draw = Draw::new(seed, (1 << 63) | rank as u64);
    let first = FIRST[rank % FIRST.len()];
    let second = SECOND[rank % SECOND.len()];
    // The two lists' lengths have no common divisor, so names come back after 340.
    let again = rank / (FIRST.len() * SECOND.len());
    let number = if again == 0 { String::new() } else { format!("-{}", again + 1) };
    let host = format!("{}.{first}-{second}{number}.example", HEADS[rank % HEADS.len()]);
    Site {
        host,
        dialect: if draw.per_mille(600) { Dialect::Cloudflare } else { Dialect::Shopify },
        home: member(&[&COUNTRIES[0], &COUNTRIES[1], &COUNTRIES[2], &COUNTRIES[3]], draw.bits()),
        octaves: draw.between(7, 11),
        logs_cookies: draw.per_mille(80),
        seed: draw.bits(),
        weight: u32::try_from(1_000_000 / (rank + 1)).unwrap_or(1).max(1),
    }
}

/// Capital letters and digits, by bits.
fn letters(mut bits: u64, count: usize) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut out = String::with_capacity(count);
    for place in 0..count {
        if place == 12 {
            bits = mixed(bits);
        }
        out.push(char::from(LETTERS[(bits & 31) as usize]));
        bits >>= 5;
    }
    out
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_site_stands_behind_one_distribution_under_its_own_name() {
        let all = distributions(7, 700, 1000);
        let hosts: Vec<&str> =
            all.iter().flat_map(|it| it.sites.iter().map(|site| site.host.as_str())).collect();
        assert_eq!((hosts.len(), all.len()), (700, 140));
        assert_eq!(hosts.iter().collect::<BTreeSet<_>>().len(), 700);
        assert_eq!(all.iter().map(|it| &it.id).collect::<BTreeSet<_>>().len(), 140);
    }
}
