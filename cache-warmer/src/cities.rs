//! Where edge locations are, by the airport in their names. Read on 2026-11 from the cities that AWS
//! lists (<https://aws.amazon.com/cloudfront/features/>); which regional cache a city asks is not
//! published, and taken to be the nearest.

use serde::{Deserialize, Serialize};

/// What a city is to the warmer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct City {
    /// The AWS region of the regional cache that its locations ask.
    pub regional: String,
    /// The region of CloudFront's price list.
    pub price: String,
}

/// Regional caches, the price region of the cities around them, and their airports. A city that is
/// priced otherwise than its neighbors has a row with them.
#[rustfmt::skip]
const CITIES: [(&str, &str, &[&str]); 21] = [
    ("us-east-1", "us", &["ATL", "BNA", "BOS", "EWR", "IAD", "JFK", "MIA", "PHL", "PIT", "TPA", "YTO", "YUL"]),
    ("us-east-2", "us", &["CMH", "DTW", "MCI", "MSP", "ORD"]),
    ("us-east-1", "us", &["DFW", "IAH", "QRO"]),
    ("us-west-1", "us", &["LAX", "PHX", "SFO"]),
    ("us-west-2", "us", &["DEN", "HIO", "PDX", "SEA", "SLC", "YVR"]),
    ("us-east-1", "south-america", &["BOG", "LIM"]),
    ("sa-east-1", "south-america", &["EZE", "FOR", "GIG", "GRU", "SCL"]),
    ("eu-west-1", "europe", &["DUB"]),
    ("eu-west-2", "europe", &["AMS", "BCN", "BRU", "CDG", "LHR", "LIS", "MAD", "MAN", "MRS"]),
    ("eu-central-1", "europe", &["ARN", "ATH", "BUD", "CPH", "DUS", "FCO", "FRA", "HAM", "HEL", "IST", "MUC", "MXP", "OSL", "OTP", "PMO", "PRG", "SOF", "TLV", "TXL", "VIE", "WAW", "ZAG", "ZRH"]),
    ("eu-central-1", "africa", &["CAI", "LOS"]),
    ("ap-south-1", "africa", &["BAH", "DOH", "DXB", "FJR", "JED", "MCT"]),
    ("eu-west-1", "africa", &["CPT", "JNB", "NBO"]),
    ("ap-south-1", "india", &["BLR", "BOM", "CCU", "DEL", "HYD", "MAA", "PNQ"]),
    ("ap-northeast-1", "japan", &["KIX", "NRT"]),
    ("ap-northeast-1", "asia", &["TPE"]),
    ("ap-northeast-2", "asia", &["ICN"]),
    ("ap-southeast-1", "asia", &["BKK", "CGK", "HAN", "HKG", "KUL", "MNL", "SGN", "SIN"]),
    ("ap-southeast-2", "australia", &["AKL", "BNE", "MEL", "PER", "SYD"]),
    // CloudFront in China is a service of its own, and reached from within China alone.
    ("cn-north-1", "china", &["BJS", "PEK", "ZHY"]),
    ("cn-northwest-1", "china", &["PVG", "SZX"]),
];

/// The city of an airport.
pub(crate) fn city(airport: &str) -> Option<City> {
    let row = CITIES.iter().find(|(_, _, airports)| airports.contains(&airport))?;
    Some(City { regional: row.0.to_owned(), price: row.1.to_owned() })
}

/// Locations that were seen to answer, to begin with; numbers change, so that one's own logs are the
/// better list.
pub(crate) const SEED: [&str; 39] = [
    "IAD89-P1", "IAD89-P2", "SFO5-P1", "SFO5-P2", "DFW56-P1", "DFW56-P2", "YUL62-C1", "YUL62-C2",
    "ARN54-C1", "ARN56-P1", "CDG50-P1", "CDG52-P2", "DUB2-C1", "DUB56-P1", "FRA56-P4", "FRA60-P1",
    "LHR50-P2", "LHR61-P3", "GRU1-C2", "GRU3-P1", "BOM51-C1", "BOM52-C1", "BOM78-P1", "BOM78-P4",
    "ICN51-C1", "ICN54-C2", "ICN57-P1", "ICN57-P2", "NRT51-P2", "NRT57-P2", "NRT57-P3", "SIN2-P1",
    "SIN2-P2", "SIN52-C2", "SYD1-C1", "SYD62-P1", "SYD62-P2", "ATL56-C1", "ORD53-C1",
];

/// When the seed was read.
pub(crate) const SEED_SEEN: &str = "2023-01-01";

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_airport_is_in_two_rows() {
        let all: Vec<_> = CITIES.iter().flat_map(|(_, _, airports)| *airports).collect();
        let distinct: HashSet<_> = all.iter().collect();
        assert_eq!(all.len(), distinct.len());
        assert!(SEED.iter().all(|id| city(&id[..3]).is_some()));
    }
}
