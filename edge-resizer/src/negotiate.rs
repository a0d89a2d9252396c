//! What was asked for, the client's headers and the brand's rules become what will be made.

use crate::error::Error;
use crate::policy::Policy;
use crate::recipe::Recipe;
use crate::request::Request;

/// A recipe with every choice made that can be made before the source is seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// The recipe: a width is a number of pixels and allowed, `dpr` is 1 and multiplied into
    /// width, height, pixel trims and border, `format=auto` has become
    /// [`Negotiated`](crate::recipe::FormatRequest::Negotiated), the slow-connection quality has
    /// taken the place of the quality where it applies, and what served only these choices
    /// (breakpoints, slow quality) is gone. Its text is the variant's part of the cache key.
    pub recipe: Recipe,
    /// Names of the request headers that made a difference or could have, for `Vary`, in the
    /// spelling of their specifications.
    pub vary: Vec<&'static str>,
    /// What the policy or the client's hints changed, in words, for people.
    pub notes: Vec<String>,
}

/// Makes the choices.
///
/// # Errors
/// [`Error::NotAllowed`] where the policy is strict about sizes, qualities or formats.
pub(crate) fn resolve(
    recipe: &Recipe,
    request: &Request,
    policy: &Policy,
) -> Result<Resolved, Error> {
    let _ = (recipe, request, policy);
    todo!()
}
