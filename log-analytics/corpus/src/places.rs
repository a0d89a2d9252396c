//! Where viewers are: countries, the edge locations that answer there, and networks at home there.

use crate::draw::{Weighted, count, high_half, mixed, scaled};

/// A country as far as logs show it.
#[derive(Debug)]
pub(crate) struct Country {
    /// ISO 3166-1 alpha-2.
    pub(crate) code: &'static str,
    /// Requests of 1,000, about.
    weight: u32,
    /// Edge locations that answer there, the busiest first.
    pub(crate) pops: &'static [&'static str],
    /// Autonomous systems of its access networks.
    pub(crate) networks: &'static [u32],
}

const fn country(
    code: &'static str,
    weight: u32,
    pops: &'static [&'static str],
    networks: &'static [u32],
) -> Country {
    Country { code, weight, pops, networks }
}

/// The countries; the shops of a site's home come first for it.
pub(crate) const COUNTRIES: &[Country] = &[
    country(
        "DE",
        190,
        &["FRA56-P3", "FRA60-P1", "MUC50-P2", "DUS51-P1", "HAM50-C1", "TXL50-P2"],
        &[3320, 3209, 6805, 8881],
    ),
    country(
        "US",
        210,
        &[
            "IAD79-C1", "IAD55-P3", "JFK50-P1", "ORD52-C2", "DFW55-C1", "LAX3-C4", "SEA19-C1",
            "SFO5-P2", "ATL56-C1", "MIA3-P1",
        ],
        &[7922, 7018, 701, 20115, 21928],
    ),
    country("GB", 95, &["LHR61-C2", "LHR50-P4", "MAN50-C1"], &[2856, 5089, 5607]),
    country("FR", 80, &["CDG50-C1", "CDG52-P4", "MRS52-P1"], &[3215, 15557, 12322]),
    country("NL", 40, &["AMS1-P1", "AMS54-C1"], &[1136, 33915]),
    country("IT", 45, &["MXP63-P1", "MXP64-C1", "FCO50-C1"], &[3269, 30722, 1267]),
    country("ES", 35, &["MAD51-C1", "BCN50-P1"], &[3352, 12479]),
    country("PL", 35, &["WAW51-P1", "WAW50-C1"], &[5617, 12912]),
    country("AT", 25, &["VIE50-C1", "VIE50-P2"], &[8447, 8412]),
    country("CH", 25, &["ZRH50-C1", "ZRH55-P1"], &[3303, 6730]),
    country("SE", 20, &["ARN1-C1", "ARN56-P1"], &[3301, 1257]),
    country("JP", 45, &["NRT20-C4", "NRT57-P1", "KIX56-C1"], &[2516, 4713, 17676]),
    country("AU", 25, &["SYD1-C1", "MEL50-C1"], &[1221, 4804]),
    country("IN", 30, &["BOM51-C1", "DEL54-C1", "MAA50-C1"], &[55836, 45609]),
    country("BR", 25, &["GRU1-C1", "GIG51-P1"], &[28573, 27699]),
    country("CA", 30, &["YTO50-C2", "YUL62-C1"], &[812, 577, 6327]),
    country("SG", 10, &["SIN2-C1", "SIN52-P3"], &[9506, 4773]),
    country("ZA", 8, &["JNB50-C1", "CPT52-P1"], &[37457, 3741]),
    country("AE", 8, &["DXB52-P1", "FJR50-C1"], &[5384, 15802]),
    country("TR", 12, &["IST50-P3"], &[9121, 34984]),
    country("CN", 7, &["HKG62-C1", "NRT57-P1"], &[4134, 4837]),
];

/// Draws countries, mostly a site's own.
#[derive(Debug)]
pub(crate) struct Places {
    weighted: Weighted,
}

impl Places {
    pub(crate) fn new() -> Self {
        Self { weighted: Weighted::new(COUNTRIES.iter().map(|it| it.weight)) }
    }

    /// The country that bits lead to, as often as it has visitors.
    pub(crate) fn country(&self, bits: u32) -> &'static Country {
        &COUNTRIES[self.weighted.at(bits)]
    }
}

impl Country {
    /// The edge location that a visitor of it is led to: always the same, the busiest for half of them.
    pub(crate) fn pop(&self, visitor: u64) -> &'static str {
        let bits = mixed(visitor);
        if bits & 1 == 0 { self.pops[0] } else { member(self.pops, bits >> 1) }
    }

    /// The network that a visitor comes from.
    pub(crate) fn network(&self, visitor: u64) -> u32 {
        member(self.networks, mixed(visitor ^ 0xa5))
    }
}

/// A member of a list, by bits.
pub(crate) fn member<T: Copy>(list: &[T], bits: u64) -> T {
    let place = scaled(high_half(bits), count(list.len()));
    list[place as usize]
}
