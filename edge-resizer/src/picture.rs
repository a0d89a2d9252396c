//! What travels from a decoder through the steps to an encoder.

use std::borrow::Cow;

use crate::geometry::Size;
use crate::pixels::{Frame, Op};
use crate::plan::{Findings, Survey};
use crate::planar::{Chroma, Planar};

/// A picture on its way.
#[derive(Clone, Debug)]
pub(crate) enum Picture {
    /// A still in planes, as photos are stored; steps that only move and resample it are gathered
    /// and done in one go.
    Planar(Planar),
    /// Pixels; several frames of an animation.
    Frames(Vec<Frame>),
}

/// The form in which a picture is wanted after its steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// RGB or RGBA.
    Pixels,
    /// Lightness and colour apart, where the picture is so stored and is sRGB.
    Planes(Chroma),
}

impl Picture {
    /// Its size, as the steps have left it so far.
    pub(crate) fn size(&self) -> Size {
        match self {
            Self::Planar(planar) => planar.size(),
            Self::Frames(frames) => frames.first().map_or(Size::new(0, 0), |f| f.raster.size),
        }
    }

    /// Does a step; planes that the step does not know become pixels first.
    #[must_use]
    pub(crate) fn apply(self, op: Op) -> Self {
        match self {
            Self::Planar(planar) if op.is_geometric() => Self::Planar(planar.apply(op)),
            other => Self::Frames(apply_to_frames(op, other.into_frames())),
        }
    }

    /// Does what has been gathered.
    #[must_use]
    pub(crate) fn rendered(self, form: Form) -> Self {
        match (self, form) {
            (Self::Planar(planar), Form::Planes(chroma)) if planar.can_be_planes() => {
                Self::Planar(planar.rendered(chroma))
            }
            (other, _) => Self::Frames(other.into_frames()),
        }
    }

    /// What a survey finds in the first frame.
    pub(crate) fn surveyed(&self, survey: Survey) -> Option<Findings> {
        self.to_frames().first().map(|first| survey.look_at(&first.raster))
    }

    /// Its frames, as pixels.
    pub(crate) fn to_frames(&self) -> Cow<'_, [Frame]> {
        match self {
            Self::Planar(planar) => Cow::Owned(vec![still(planar)]),
            Self::Frames(frames) => Cow::Borrowed(frames),
        }
    }

    /// Its frames, as pixels.
    pub(crate) fn into_frames(self) -> Vec<Frame> {
        match self {
            Self::Planar(planar) => vec![still(&planar)],
            Self::Frames(frames) => frames,
        }
    }
}

fn still(planar: &Planar) -> Frame {
    Frame { raster: planar.to_raster(), delay_ms: 0 }
}

/// All frames of an animation are cut in the same place.
fn apply_to_frames(op: Op, frames: Vec<Frame>) -> Vec<Frame> {
    let op = frames.first().map_or(op, |first| op.settled(&first.raster));
    frames.into_iter().map(|frame| Frame { raster: op.apply(frame.raster), ..frame }).collect()
}
