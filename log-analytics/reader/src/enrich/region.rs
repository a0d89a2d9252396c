//! The region by which CloudFront prices an answer, of the edge location that gave it:
//! <https://aws.amazon.com/cloudfront/pricing/>. A location is named by the airport next to it.

/// Regions, by the names of the table of prices, and the airports in them.
pub(crate) const REGIONS: [(&str, &[&str]); 8] = [
    (
        "us",
        &[
            "ANC", "ATL", "AUS", "BNA", "BOS", "CLT", "CMH", "DEN", "DFW", "DTW", "EWR", "HIO",
            "HNL", "IAD", "IAH", "IND", "JAX", "JFK", "LAS", "LAX", "MCI", "MEX", "MIA", "MSP",
            "ORD", "PDX", "PHL", "PHX", "PIT", "QRO", "SAN", "SEA", "SFO", "SJC", "SLC", "TPA",
            "YTO", "YUL", "YVR", "YYC", "YYZ",
        ],
    ),
    (
        "europe",
        &[
            "AMS", "ARN", "ATH", "BCN", "BER", "BHX", "BRU", "BUD", "CDG", "CPH", "DUB", "DUS",
            "EDI", "FCO", "FRA", "GVA", "HAM", "HEL", "IST", "KBP", "LHR", "LIS", "MAD", "MAN",
            "MRS", "MUC", "MXP", "ORK", "OSL", "OTP", "PMO", "PRG", "SOF", "TLL", "TLV", "TXL",
            "VIE", "VNO", "WAW", "ZAG", "ZRH",
        ],
    ),
    (
        "africa",
        &[
            "AMM", "BAH", "CAI", "CPT", "DOH", "DXB", "FJR", "JED", "JNB", "KWI", "LOS", "MCT",
            "NBO", "RUH",
        ],
    ),
    (
        "south-america",
        &["BOG", "CWB", "EZE", "FOR", "GIG", "GRU", "LIM", "MVD", "POA", "SCL", "SSA", "UIO"],
    ),
    ("japan", &["FUK", "HND", "ITM", "KIX", "NRT"]),
    ("australia", &["ADL", "AKL", "BNE", "MEL", "PER", "SYD", "WLG"]),
    (
        "asia",
        &[
            "BKK", "CGK", "CMB", "DAC", "HAN", "HKG", "ICN", "KUL", "MNL", "PNH", "SEL", "SGN",
            "SIN", "TPE",
        ],
    ),
    ("india", &["AMD", "BLR", "BOM", "CCU", "COK", "DEL", "HYD", "MAA", "NAG", "PNQ"]),
];

/// The region of a location such as `FRA56-P3`; `None` of an airport that is not known.
pub(crate) fn of(location: &str) -> Option<&'static str> {
    let airport = location.get(..3)?;
    let region = REGIONS.iter().find(|(_, airports)| airports.contains(&airport));
    region.map(|(name, _)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::requests::Column;

    #[test]
    fn locations_are_in_regions() {
        for (location, want) in [
            ("FRA56-P3", Some("europe")),
            ("IAD79", Some("us")),
            ("NRT20-C4", Some("japan")),
            ("XXX1", None),
            ("é", None),
            ("", None),
        ] {
            assert_eq!(of(location), want, "{location}");
        }
    }

    #[test]
    fn the_view_of_athena_knows_the_same() {
        let cases = REGIONS.iter().map(|(name, airports)| {
            format!(
                " WHEN substr(x_edge_location, 1, 3) IN ('{}') THEN '{name}'",
                airports.join("', '")
            )
        });
        let sql = format!("CASE{} END", cases.collect::<String>());
        assert_eq!(Column::Region.about().sql, Some(sql.as_str()));
    }
}
