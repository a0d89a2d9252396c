//! Numbers as logs have them.

/// A whole number without sign.
pub(crate) fn whole(cell: &[u8]) -> Option<i64> {
    if cell.is_empty() || cell.len() > 19 {
        return None;
    }
    cell.iter().try_fold(0_i64, |sum, &byte| {
        let digit = byte.is_ascii_digit().then(|| i64::from(byte - b'0'))?;
        sum.checked_mul(10)?.checked_add(digit)
    })
}

/// Seconds, `0.123`: the double that is nearest to what is written.
pub(crate) fn seconds(cell: &[u8]) -> Option<f64> {
    // Three digits behind the point are the rule: a whole number of thousandths, divided once, is
    // rounded right (both are exact below 2^53).
    if let [whole_part @ .., b'.', a, b, c] = cell
        && cell.len() <= 15
    {
        let thousandths = whole(whole_part)? * 1000 + whole(&[*a, *b, *c])?;
        return Some(thousandths as f64 / 1000.0);
    }
    let text = std::str::from_utf8(cell).ok()?;
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    is_plain.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn seconds_are_what_the_standard_library_reads(text in "[0-9]{1,6}(\\.[0-9]{0,6})?") {
            prop_assert_eq!(seconds(text.as_bytes()), text.parse().ok());
        }

        #[test]
        fn whole_numbers_too(text in "[0-9x-]{0,20}") {
            let want = text.parse::<i64>().ok().filter(|_| !text.starts_with('-'));
            prop_assert_eq!(whole(text.as_bytes()), want);
        }
    }

    #[test]
    fn what_is_no_number_is_none() {
        for cell in ["", "-", "-1", "1e5", "inf", "NaN", " 1", "0x10"] {
            assert_eq!(seconds(cell.as_bytes()), None, "{cell}");
            assert_eq!(whole(cell.as_bytes()), None, "{cell}");
        }
    }
}
