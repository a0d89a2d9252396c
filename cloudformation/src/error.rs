//! Why there are no templates.

use std::fmt;

use crate::quota::Quota;
use crate::viewer::CodeError;

/// Why there are no templates; all that is wrong of its kind is told at once.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RenderError {
    /// The viewer function has no code.
    #[error(transparent)]
    Code(#[from] CodeError),
    /// AWS's quotas do not suffice; all of them are here, those that do suffice too.
    #[error("{}", lines(.0.iter().filter(|quota| !quota.suffices()).map(Quota::complaint)))]
    Quotas(Vec<Quota>),
    /// The settings of the fleet.
    #[error("{what}; {hint}")]
    Settings {
        /// What is wrong.
        what: String,
        /// What to do.
        hint: String,
    },
    /// CloudFront cannot deliver these sites as they are.
    #[error("{}", lines(.0))]
    Sites(Vec<SiteProblem>),
}

/// What of a site cannot be deployed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteProblem {
    /// The site's name.
    pub site: String,
    /// What is wrong, with the key of `fleet.toml`.
    pub what: String,
    /// What to do.
    pub hint: String,
}

impl fmt::Display for SiteProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "site `{}`: {}; {}", self.site, self.what, self.hint)
    }
}

fn lines(items: impl IntoIterator<Item = impl fmt::Display>) -> String {
    items.into_iter().map(|item| item.to_string()).collect::<Vec<_>>().join("\n")
}
