//! What will be done to a source, in full, before a pixel is touched.

use crate::codec::EncodeOptions;
use crate::error::Error;
use crate::geometry::Size;
use crate::negotiate::Resolved;
use crate::pixels::Op;
use crate::policy::Policy;
use crate::recipe::TrimBorder;
use crate::source::SourceInfo;

/// The steps from a source to an answer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Plan {
    /// Before anything else: orientation and trims whose size is known.
    pub(crate) upright: Vec<Op>,
    /// A uniform border to be found and cut off; [`Plan::steps`] are then planned anew, on what is
    /// left, by [`Plan::after_trim`].
    pub(crate) trim_border: Option<TrimBorder>,
    /// All else, in order.
    pub(crate) steps: Vec<Op>,
    /// Size of the output.
    pub(crate) output: Size,
    /// Smallest size to which a decoder may scale (stored orientation); `None`: every pixel counts.
    pub(crate) decode_at_least: Option<Size>,
    /// Whether only the first frame is used.
    pub(crate) first_frame: bool,
    /// Formats to try, best first; never empty.
    pub(crate) encodings: Vec<EncodeOptions>,
    /// Whether an output larger than the source gives way to the source: no resize and no pixel
    /// step was asked for, and the format is `auto` or the source's own.
    pub(crate) never_bigger: bool,
    /// Why the original is to be delivered untouched, where it is.
    pub(crate) pass_through: Option<&'static str>,
    /// What had no effect, in words, for the warning header.
    pub(crate) notes: Vec<String>,
}

/// Plans.
///
/// # Errors
/// [`Error::TooLarge`] where the output would be larger than the policy allows.
pub(crate) fn plan(resolved: &Resolved, info: &SourceInfo, policy: &Policy) -> Result<Plan, Error> {
    let _ = (resolved, info, policy);
    todo!()
}

impl Plan {
    /// The plan for a picture that was found to have this size after its border was cut off.
    pub(crate) fn after_trim(
        &self,
        resolved: &Resolved,
        trimmed: Size,
        policy: &Policy,
    ) -> Result<Self, Error> {
        let _ = (resolved, trimmed, policy);
        todo!()
    }
}
