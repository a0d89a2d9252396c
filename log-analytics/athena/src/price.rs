//! What a query costs.

/// Dollars for each terabyte that a query reads, in us-east-1 in August 2026, by
/// <https://aws.amazon.com/athena/pricing/>: compressed bytes as they lie in S3.
pub const DOLLARS_A_TERABYTE: f64 = 5.0;

/// What is counted at least of a query, and in what steps beyond: 10 MB and 1 MB, by the same page.
const AT_LEAST: u64 = 10 * MEGABYTE;
const MEGABYTE: u64 = 1024 * 1024;
const TERABYTE: f64 = (1_u64 << 40) as f64;

/// Dollars of a query that reads so many bytes. Requests to S3 come on top of it.
pub fn dollars(bytes: u64) -> f64 {
    let counted = bytes.div_ceil(MEGABYTE).saturating_mul(MEGABYTE).max(AT_LEAST);
    counted as f64 / TERABYTE * DOLLARS_A_TERABYTE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_has_a_least_price_and_grows_by_megabytes() {
        let ten = dollars(10 * MEGABYTE);
        for (bytes, want) in [
            (0, ten),
            (1, ten),
            (10 * MEGABYTE, ten),
            (10 * MEGABYTE + 1, ten * 1.1),
            (1 << 40, 5.0),
        ] {
            assert!((dollars(bytes) - want).abs() < 1e-12, "{bytes}: {}", dollars(bytes));
        }
    }
}
