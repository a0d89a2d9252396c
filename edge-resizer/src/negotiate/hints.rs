//! What a client says about itself, and which headers were asked for it.

use std::num::NonZeroU32;

use crate::recipe::Decimal;
use crate::request::Request;

use super::accept::Accepted;

/// What screens have, from a page zoomed out on a plain one to the densest phones; hints beyond are
/// brought into it.
const SCREENS: (Decimal, Decimal) =
    (Decimal::from_ten_thousandths(1_000), Decimal::from_ten_thousandths(30_000));

/// The client's headers; remembers which were consulted, for `Vary`.
pub(super) struct Hints<'a> {
    request: &'a Request,
    consulted: Vec<&'static str>,
}

impl<'a> Hints<'a> {
    pub(super) fn new(request: &'a Request) -> Self {
        Self { request, consulted: Vec::new() }
    }

    /// The names of all headers that were consulted.
    pub(super) fn into_consulted(self) -> Vec<&'static str> {
        self.consulted
    }

    /// The modern formats to send.
    pub(super) fn accepted(&mut self) -> Accepted {
        self.consult("Accept");
        let lines = self.request.headers.get_all("Accept").iter();
        Accepted::from_lines(lines.filter_map(|line| line.to_str().ok()))
    }

    /// Pixels of the screen to a pixel of the layout, 0.1 to 3.
    pub(super) fn dpr(&mut self) -> Option<Decimal> {
        let current = self.number("Sec-CH-DPR");
        // Both are asked, since both make a difference.
        let dpr = current.or(self.number("DPR")).filter(|dpr| *dpr > Decimal::ZERO)?;
        Some(dpr.clamp(SCREENS.0, SCREENS.1))
    }

    /// Width of the picture's place in the layout, in pixels of the screen.
    pub(super) fn width(&mut self) -> Option<NonZeroU32> {
        let current = self.number("Sec-CH-Width");
        whole_pixels(current.or(self.number("Width"))?, Decimal::ONE)
    }

    /// Width of the window, in pixels of the screen.
    pub(super) fn viewport_width(&mut self) -> Option<NonZeroU32> {
        let width = self.number("Sec-CH-Viewport-Width");
        let dpr = self.dpr().unwrap_or(Decimal::ONE);
        whole_pixels(width?, dpr)
    }

    /// Whether the browser says that it is a phone's:
    /// <https://developer.mozilla.org/docs/Web/HTTP/Guides/Browser_detection_using_the_user_agent>.
    pub(super) fn is_mobile(&mut self) -> bool {
        self.text("User-Agent").is_some_and(|agent| agent.contains("Mobi"))
    }

    /// Whether the client says that its connection is slow or that data is to be saved, by the
    /// thresholds of `slow-connection-quality`:
    /// <https://developers.cloudflare.com/images/transform-images/transform-via-url/>.
    pub(super) fn is_slow(&mut self) -> bool {
        const SLOW_ROUND_TRIP_MS: u32 = 150;
        const FAST_MEGABITS: u32 = 5;
        let whole = |n: u32| Decimal::from_ten_thousandths(n * 10_000);
        // Each is asked, since each makes a difference.
        let saves = self.text("Save-Data").is_some_and(|text| text.eq_ignore_ascii_case("on"));
        let round_trip = self.number("RTT").is_some_and(|rtt| rtt > whole(SLOW_ROUND_TRIP_MS));
        let type_ = self.text("ECT").is_some_and(|text| matches!(text, "slow-2g" | "2g" | "3g"));
        let downlink = self.number("Downlink").is_some_and(|rate| rate < whole(FAST_MEGABITS));
        saves || round_trip || type_ || downlink
    }

    fn text(&mut self, name: &'static str) -> Option<&'a str> {
        self.consult(name);
        self.request.header(name).map(str::trim)
    }

    fn number(&mut self, name: &'static str) -> Option<Decimal> {
        self.text(name)?.parse().ok()
    }

    fn consult(&mut self, name: &'static str) {
        if !self.consulted.contains(&name) {
            self.consulted.push(name);
        }
    }
}

/// `width` times `dpr` in whole pixels, at least 1, none where `width` is 0.
fn whole_pixels(width: Decimal, dpr: Decimal) -> Option<NonZeroU32> {
    let pixels = width.ten_thousandths().div_ceil(Decimal::ONE.ten_thousandths());
    NonZeroU32::new(dpr.of(pixels))
}
