//! The one table of what Cloudflare has and what becomes of it: verdicts refer to its rows, and the
//! documentation is made of it.

mod rules;
mod settings;
mod things;

use serde::Serialize;

/// Something that a zone can have.
#[derive(Debug, PartialEq, Eq)]
pub struct Feature {
    /// `setting ssl`, `phase http_ratelimit`: what verdicts refer to.
    pub key: &'static str,
    /// What people call it.
    pub name: &'static str,
    /// How much of it CloudFront has.
    pub grade: Grade,
    /// What becomes of it.
    pub how: &'static str,
    /// What becomes of a setting that is on and needs no code.
    pub(crate) plain: Plain,
}

/// How much of a feature CloudFront has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Grade {
    /// All of it.
    Lossless,
    /// Some of it, or nearly the same.
    Partial,
    /// Nothing.
    Impossible,
}

/// What becomes of something that is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Plain {
    /// Code looks at it.
    Coded,
    /// Nothing has to be done; `how` says why.
    Idle,
    /// Somebody has to do what `how` says.
    Lost,
}

/// Every feature: settings, then rules by phase, then the rest.
pub fn features() -> impl Iterator<Item = &'static Feature> {
    settings::FEATURES.iter().chain(rules::FEATURES).chain(things::FEATURES)
}

/// The feature of a key; the row of what is not known where there is none.
pub(crate) fn feature(key: &str) -> &'static Feature {
    features().find(|feature| feature.key == key).unwrap_or(&UNKNOWN)
}

/// What is in no row.
pub(crate) const UNKNOWN: Feature = Feature {
    key: "unknown",
    name: "What this table does not know",
    grade: Grade::Impossible,
    how: "look at it by hand: it is not known here",
    plain: Plain::Lost,
};

impl Grade {
    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Lossless => "lossless",
            Self::Partial => "partial",
            Self::Impossible => "not possible",
        }
    }
}

/// A row whose verdicts code decides.
const fn coded(key: &'static str, name: &'static str, grade: Grade, how: &'static str) -> Feature {
    Feature { key, name, grade, how, plain: Plain::Coded }
}

/// A row of what needs nothing.
const fn idle(key: &'static str, name: &'static str, how: &'static str) -> Feature {
    Feature { key, name, grade: Grade::Partial, how, plain: Plain::Idle }
}

/// A row of what somebody has to do.
const fn lost(key: &'static str, name: &'static str, how: &'static str) -> Feature {
    Feature { key, name, grade: Grade::Impossible, how, plain: Plain::Lost }
}
