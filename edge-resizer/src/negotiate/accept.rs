//! What formats a client accepts: RFC 9110 sections 12.4.2 and 12.5.1.

/// Thousandths, 0 (not accepted) to 1000.
type QualityValue = u16;

const FULL: QualityValue = 1_000;

/// The modern formats to send, of those that a client's `Accept` names.
///
/// `image/*` and `*/*` do not stand for AVIF or WebP: browsers that decode them say so, and all
/// others send wildcards too. A format that the client likes less than another is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Accepted {
    pub(super) avif: bool,
    pub(super) webp: bool,
}

impl Accepted {
    /// Reads the field's lines.
    pub(super) fn from_lines<'a>(lines: impl Iterator<Item = &'a str>) -> Self {
        let mut wanted = Wanted::default();
        for element in lines.flat_map(|line| line.split(',')) {
            wanted.take(element);
        }
        let (avif, webp) = (wanted.avif.unwrap_or(0), wanted.webp.unwrap_or(0));
        let jpeg = wanted.jpeg.or(wanted.image).or(wanted.any).unwrap_or(0);
        Self { avif: avif > 0 && avif >= webp && avif >= jpeg, webp: webp > 0 && webp >= jpeg }
    }
}

/// How much each range of media types is wanted.
#[derive(Default)]
struct Wanted {
    avif: Option<QualityValue>,
    webp: Option<QualityValue>,
    jpeg: Option<QualityValue>,
    image: Option<QualityValue>,
    any: Option<QualityValue>,
}

impl Wanted {
    /// Reads one element, `image/webp;q=0.8`; one whose weight is not of its form is passed over.
    fn take(&mut self, element: &str) {
        let mut pieces = element.split(';').map(str::trim);
        let range = pieces.next().unwrap_or_default().to_ascii_lowercase();
        let slot = match range.as_str() {
            "image/avif" => &mut self.avif,
            "image/webp" => &mut self.webp,
            "image/jpeg" | "image/jpg" => &mut self.jpeg,
            "image/*" => &mut self.image,
            "*/*" => &mut self.any,
            _ => return,
        };
        let weight = pieces
            .filter_map(|parameter| parameter.split_once('='))
            .find(|(name, _)| name.trim_end().eq_ignore_ascii_case("q"))
            .map_or(Some(FULL), |(_, value)| weight(value.trim_start()));
        *slot = (*slot).max(weight);
    }
}

/// `0`, `1`, `0.` and up to three digits, `1.` and up to three zeros.
fn weight(text: &str) -> Option<QualityValue> {
    let (whole, digits) = text.split_once('.').unwrap_or((text, ""));
    if digits.len() > 3 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let thousandths: QualityValue = format!("{digits:0<3}").parse().ok()?;
    match whole {
        "0" => Some(thousandths),
        "1" if thousandths == 0 => Some(FULL),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accept_decides() {
        for (accept, avif, webp) in [
            ("", false, false),
            ("*/*", false, false),
            ("image/*", false, false),
            ("image/webp", false, true),
            ("image/avif", true, false),
            ("IMAGE/AVIF;Q=1.000, Image/WebP", true, true),
            // Chromium and Firefox ask for pictures with these.
            ("image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8", true, true),
            ("image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5", true, true),
            ("image/webp,image/avif;q=0", false, true),
            ("image/webp;q=0.0,image/avif", true, false),
            ("image/avif;q=0.5,image/webp", false, true),
            ("image/avif,image/webp;q=0.5", true, true),
            ("image/avif;q=0.5,image/webp;q=0.6,image/jpeg", false, false),
            ("image/avif;q=0.5,*/*", false, false),
            ("image/avif;q=0.5,image/*;q=0.4,*/*", true, false),
            ("image/avif;q=0.5,image/webp;q=0.3,image/jpeg;q=0.4", true, false),
            ("image/webp;q=0.8,image/jpeg;q=0.8", false, true),
            ("image/webp ; q=0.2 , text/html", false, true),
            ("image/webp;level=1;q=0.2", false, true),
            ("image/webp;q=2", false, false),
            ("image/webp;q=-1,image/avif;q=abc", false, false),
            ("image/webp;q=0.1234", false, false),
            ("image/webp;q=", false, false),
            ("image/webp;q=1.001", false, false),
            ("image/webp;q=0.,image/avif;q=.5", false, false),
            (",,;,image/webp,,", false, true),
            ("image/webpx,ximage/avif", false, false),
        ] {
            let accepted = Accepted::from_lines([accept].into_iter());
            assert_eq!(accepted, Accepted { avif, webp }, "{accept}");
        }
    }

    #[test]
    fn several_lines_are_one_list() {
        let accepted = Accepted::from_lines(["image/avif;q=0.5", "image/webp"].into_iter());
        assert_eq!(accepted, Accepted { avif: false, webp: true });
    }
}
