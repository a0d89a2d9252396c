//! Quarter turns and mirror images, any number of them in a row as one.

use super::Size;
use crate::recipe::{Flip, Rotation};
use crate::source::Orientation;

/// One of the eight ways in which a picture can be turned and mirrored: first across its diagonal
/// (columns become rows), then left to right, then upside down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Turn {
    /// Columns become rows.
    pub(crate) transpose: bool,
    /// Left and right change places, after the transposition.
    pub(crate) mirror_x: bool,
    /// Top and bottom change places, after the transposition.
    pub(crate) mirror_y: bool,
}

impl Turn {
    /// As it is.
    pub(crate) const NONE: Self = Self::new(false, false, false);

    const fn new(transpose: bool, mirror_x: bool, mirror_y: bool) -> Self {
        Self { transpose, mirror_x, mirror_y }
    }

    /// This turn and after it another, as one.
    pub(crate) const fn then(self, next: Self) -> Self {
        let (mirror_x, mirror_y) = if next.transpose {
            (self.mirror_y, self.mirror_x)
        } else {
            (self.mirror_x, self.mirror_y)
        };
        Self {
            transpose: self.transpose != next.transpose,
            mirror_x: mirror_x != next.mirror_x,
            mirror_y: mirror_y != next.mirror_y,
        }
    }

    /// The size after the turn. The size before it is found in the same way.
    pub(crate) const fn size(self, size: Size) -> Size {
        if self.transpose { size.swapped() } else { size }
    }
}

impl From<Orientation> for Turn {
    /// What stands a picture with this EXIF value upright (CIPA DC-008, tag 0x0112).
    fn from(orientation: Orientation) -> Self {
        match orientation.exif() {
            2 => Self::new(false, true, false),
            3 => Self::new(false, true, true),
            4 => Self::new(false, false, true),
            5 => Self::new(true, false, false),
            6 => Self::new(true, true, false),
            7 => Self::new(true, true, true),
            8 => Self::new(true, false, true),
            _ => Self::NONE,
        }
    }
}

impl From<Flip> for Turn {
    fn from(flip: Flip) -> Self {
        Self::new(false, flip.horizontal, flip.vertical)
    }
}

impl From<Rotation> for Turn {
    fn from(rotation: Rotation) -> Self {
        match rotation {
            Rotation::None => Self::NONE,
            Rotation::Quarter => Self::new(true, true, false),
            Rotation::Half => Self::new(false, true, true),
            Rotation::ThreeQuarters => Self::new(true, false, true),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_add_up() {
        let quarter = Turn::from(Rotation::Quarter);
        let half = Turn::from(Rotation::Half);
        let mirror = Turn::from(Flip { horizontal: true, vertical: false });
        for (turns, want) in [
            (vec![quarter, quarter], half),
            (vec![quarter, quarter, quarter], Rotation::ThreeQuarters.into()),
            (vec![quarter; 4], Turn::NONE),
            (vec![mirror, mirror], Turn::NONE),
            (vec![mirror, half], Turn::from(Flip { horizontal: false, vertical: true })),
            // EXIF 5 is a mirror image turned by 270 degrees, 7 one turned by 90.
            (vec![mirror, Rotation::ThreeQuarters.into()], Orientation::from_exif(5).into()),
            (vec![mirror, quarter], Orientation::from_exif(7).into()),
        ] {
            let sum = turns.iter().fold(Turn::NONE, |sum, next| sum.then(*next));
            assert_eq!(sum, want, "{turns:?}");
        }
    }
}
