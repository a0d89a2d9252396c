//! Why nothing can be compared.

/// Why a zone and a site cannot be compared.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CheckError {
    /// The viewer function does not run.
    #[error("running the viewer function: {0}")]
    Function(String),
    /// What the viewer function reads of a site cannot be made.
    #[error("making what the viewer function knows of `{site}`: {reason}")]
    Store {
        /// The site.
        site: String,
        /// Why.
        reason: String,
    },
    /// A rule of a site's web ACL that AWS WAF would not take.
    #[error("reading the rule `{rule}` of the web ACL of `{site}`: {reason}")]
    WebAcl {
        /// The site.
        site: String,
        /// The rule.
        rule: String,
        /// What is wrong with it.
        reason: String,
    },
}
