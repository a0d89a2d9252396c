//! Numbers as people read them.

/// A number of a column as its unit has it: bytes in the unit that leaves three or four digits, all else
/// in groups of three digits. What is no number stays as it is.
pub(crate) fn shown(unit: Option<&str>, text: &str) -> String {
    match (unit, text.parse::<f64>()) {
        (Some("bytes"), Ok(bytes)) => bytes_of(bytes),
        _ => grouped(text),
    }
}

/// A number with its unit behind it, for where no head of a column says it.
pub(crate) fn with_unit(unit: Option<&str>, value: f64) -> String {
    match unit {
        Some("bytes") => bytes_of(value),
        Some("percent") => format!("{} %", plain(value)),
        Some("seconds") => format!("{} s", plain(value)),
        Some("usd") => format!("${}", grouped(&format!("{value:.2}"))),
        Some(unit) => format!("{} {unit}", grouped(&plain(value))),
        None => grouped(&plain(value)),
    }
}

/// A number at an axis: as [`with_unit`], large counts in thousands, millions, billions.
pub(crate) fn short(unit: Option<&str>, value: f64) -> String {
    if unit.is_some() || value.abs() < 1e4 {
        return with_unit(unit, value);
    }
    let (size, letter) = match value.abs() {
        it if it < 1e6 => (1e3, "k"),
        it if it < 1e9 => (1e6, "M"),
        _ => (1e9, "G"),
    };
    format!("{}{letter}", plain(value / size))
}

/// At most four places behind the point, and no zeros at the end.
fn plain(value: f64) -> String {
    let text = format!("{value:.4}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

fn bytes_of(bytes: f64) -> String {
    let units = ["B", "kB", "MB", "GB", "TB", "PB"];
    let mut size = bytes;
    let mut unit = 0;
    while size.abs() >= 999.95 && unit + 1 < units.len() {
        size /= 1000.0;
        unit += 1;
    }
    if unit == 0 { format!("{size:.0} B") } else { format!("{size:.1} {}", units[unit]) }
}

/// `1234567.5` as `1,234,567.5`.
fn grouped(text: &str) -> String {
    let (sign, rest) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let (whole, part) = rest.split_once('.').map_or((rest, None), |(a, b)| (a, Some(b)));
    if !whole.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.to_owned();
    }
    let mut out = sign.to_owned();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(part) = part {
        out.push('.');
        out.push_str(part);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        for (unit, value, long, brief) in [
            (None, 1_234_567.0, "1,234,567", "1.2346M"),
            (None, 0.0, "0", "0"),
            (None, 2_500.0, "2,500", "2,500"),
            (None, 20_000.0, "20,000", "20k"),
            (Some("bytes"), 1_500_000.0, "1.5 MB", "1.5 MB"),
            (Some("percent"), 99.9, "99.9 %", "99.9 %"),
            (Some("seconds"), 0.25, "0.25 s", "0.25 s"),
            (Some("usd"), 1234.5, "$1,234.50", "$1,234.50"),
        ] {
            assert_eq!(with_unit(unit, value), long);
            assert_eq!(short(unit, value), brief);
        }
    }
}
