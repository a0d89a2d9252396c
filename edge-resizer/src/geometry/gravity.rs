//! What part of a picture survives a crop.

use super::Turn;
use crate::recipe::{Decimal, Gravity};

/// A focal point: how much of what is cut off goes at the left and at the top, from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Anchor {
    /// 0 keeps the left edge, 1 the right.
    pub(crate) x: Decimal,
    /// 0 keeps the top edge, 1 the bottom.
    pub(crate) y: Decimal,
}

const HALF: Decimal = Decimal::from_ten_thousandths(5_000);

/// The point that a gravity stands for; `None` for the one that only the pixels can tell.
pub(crate) fn anchor(gravity: Gravity) -> Option<Anchor> {
    let (x, y) = match gravity {
        Gravity::Center => (HALF, HALF),
        Gravity::Left => (Decimal::ZERO, HALF),
        Gravity::Right => (Decimal::ONE, HALF),
        Gravity::Top => (HALF, Decimal::ZERO),
        Gravity::Bottom => (HALF, Decimal::ONE),
        Gravity::Point { x, y } => (x.min(Decimal::ONE), y.min(Decimal::ONE)),
        Gravity::Auto => return None,
    };
    Some(Anchor { x, y })
}

impl Anchor {
    /// The middle.
    pub(crate) const CENTER: Self = Self { x: HALF, y: HALF };

    /// The same as a gravity.
    pub(crate) const fn gravity(self) -> Gravity {
        Gravity::Point { x: self.x, y: self.y }
    }

    /// Left and top edge of a box for which there are `slack_x` and `slack_y` pixels to move in.
    pub(crate) fn offset(self, slack_x: u32, slack_y: u32) -> (u32, u32) {
        (share(slack_x, self.x), share(slack_y, self.y))
    }
}

/// `fraction * slack`, rounded half up, at most `slack`.
fn share(slack: u32, fraction: Decimal) -> u32 {
    let one = u64::from(Decimal::ONE.ten_thousandths());
    let product = u64::from(slack) * u64::from(fraction.ten_thousandths());
    u32::try_from((product + one / 2) / one).unwrap_or(slack).min(slack)
}

impl Turn {
    /// The gravity to use before this turn for what is `gravity` after it.
    pub(crate) fn gravity_before(self, gravity: Gravity) -> Gravity {
        let Some(Anchor { x, y }) = anchor(gravity).filter(|_| self != Self::NONE) else {
            return gravity;
        };
        let mirrored = |at: Decimal, mirror: bool| {
            let whole = Decimal::ONE.ten_thousandths();
            if mirror { Decimal::from_ten_thousandths(whole - at.ten_thousandths()) } else { at }
        };
        let (x, y) = (mirrored(x, self.mirror_x), mirrored(y, self.mirror_y));
        if self.transpose { Gravity::Point { x: y, y: x } } else { Gravity::Point { x, y } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(x: &str, y: &str) -> Gravity {
        Gravity::Point { x: x.parse().unwrap(), y: y.parse().unwrap() }
    }

    #[test]
    fn offsets_are_the_fraction_of_what_is_cut_off() {
        for (gravity, slack, want) in [
            (Gravity::Center, (250, 0), (125, 0)),
            (Gravity::Center, (251, 1), (126, 1)),
            (Gravity::Left, (250, 100), (0, 50)),
            (Gravity::Right, (250, 100), (250, 50)),
            (Gravity::Top, (250, 100), (125, 0)),
            (Gravity::Bottom, (250, 100), (125, 100)),
            (point("0", "0.5"), (250, 100), (0, 50)),
            (point("1", "1"), (250, 100), (250, 100)),
            // The documented example: 900x900 to 300x900.
            (point("0.33", "0.5"), (600, 0), (198, 0)),
            (point("7", "0"), (10, 10), (10, 0)),
            (Gravity::Center, (u32::MAX, 0), (1 << 31, 0)),
        ] {
            let anchor = anchor(gravity).unwrap();
            assert_eq!(anchor.offset(slack.0, slack.1), want, "{gravity:?} of {slack:?}");
        }
        assert_eq!(anchor(Gravity::Auto), None);
    }

    #[test]
    fn gravity_before_a_turn_names_the_same_part() {
        let quarter = Turn { transpose: true, mirror_x: true, mirror_y: false };
        let mirror = Turn { transpose: false, mirror_x: true, mirror_y: false };
        for (turn, after, before) in [
            // Turned clockwise, what was at the left is at the top.
            (quarter, Gravity::Top, point("0", "0.5")),
            (quarter, Gravity::Right, point("0.5", "0")),
            (quarter, point("0.25", "1"), point("1", "0.75")),
            (mirror, Gravity::Left, point("1", "0.5")),
            (Turn::NONE, Gravity::Left, Gravity::Left),
            (quarter, Gravity::Auto, Gravity::Auto),
        ] {
            assert_eq!(turn.gravity_before(after), before, "{turn:?} {after:?}");
        }
    }
}
