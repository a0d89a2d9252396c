//! What stands for a site at `CloudFront`.

use serde::Serialize;

/// Whose caches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Target {
    /// A distribution, by its id.
    Distribution(String),
    /// A tenant, by its id.
    Tenant(String),
}

impl Target {
    /// The id.
    pub(crate) fn id(&self) -> &str {
        match self {
            Self::Distribution(id) | Self::Tenant(id) => id,
        }
    }
}
