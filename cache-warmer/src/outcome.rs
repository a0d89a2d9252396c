//! What can become of a request: one outcome, and why it is not a better one.

use serde::{Deserialize, Serialize};

/// What became of a request, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It was in the cache.
    Hit,
    /// It was not, and is now.
    Warmed,
    /// It was, past its time.
    Stale,
    /// It is there, and a header keeps it out of caches.
    Uncacheable,
    /// Another location answered than the one that was meant.
    WrongLocation,
    /// It was refused: by a web ACL, a restriction by country, or the origin.
    Blocked,
    /// There is no such thing.
    Missing,
    /// It did not come, or is not what was asked for.
    Failed,
}

impl Outcome {
    /// All, best first.
    pub const ALL: [Self; 8] = [
        Self::Hit,
        Self::Warmed,
        Self::Stale,
        Self::Uncacheable,
        Self::WrongLocation,
        Self::Blocked,
        Self::Missing,
        Self::Failed,
    ];

    /// Its name in reports.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Hit => "hit",
            Self::Warmed => "warmed",
            Self::Stale => "stale",
            Self::Uncacheable => "uncacheable",
            Self::WrongLocation => "wrong location",
            Self::Blocked => "blocked",
            Self::Missing => "missing",
            Self::Failed => "failed",
        }
    }

    /// Its place in [`ALL`](Self::ALL).
    pub const fn index(self) -> usize {
        self as usize
    }

    /// Whether the cache has it now, as far as one answer tells.
    pub const fn is_good(self) -> bool {
        matches!(self, Self::Hit | Self::Warmed)
    }
}

/// Why an outcome is not a better one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// No connection was made.
    Connect,
    /// A header of the answer.
    Header,
    /// The second pass found it missing again, and no header says why.
    MissedAgain,
    /// Nothing in the answer tells of a cache.
    NoCache,
    /// It leads elsewhere.
    Redirect,
    /// The connection broke.
    Reset,
    /// Its status.
    Status,
    /// It took too long.
    Timeout,
    /// The certificate or the handshake.
    Tls,
    /// A `Content-Type` that was not asked for.
    Type,
}

impl Cause {
    /// What to do about it.
    pub const fn advice(self, outcome: Outcome) -> &'static str {
        match (outcome, self) {
            (Outcome::Blocked, _) => {
                "let the warmer pass: a rule of the web ACL that allows its User-Agent or address \
                 comes before those that limit rates"
            }
            (Outcome::Missing, _) => "take it off the list, or put the file where it is looked for",
            (Outcome::WrongLocation, _) => {
                "the location is gone or has moved: take a list of locations from newer logs"
            }
            (Outcome::Stale, _) => {
                "its time ends while it is being warmed: give it a longer max-age or s-maxage"
            }
            (_, Self::Connect) => "see whether the address answers, and from here",
            (_, Self::Header) => {
                "let the origin leave the header out for what is the same for everybody, or have \
                 a behavior that does not forward it"
            }
            (_, Self::MissedAgain) => {
                "it was asked for twice and kept neither time: see the minimum TTL of its \
                 behavior, and whether the cache key has what differs by request"
            }
            (_, Self::NoCache) => "nothing says whether a cache has it: is the host behind one?",
            (_, Self::Redirect) => "list the address that it leads to",
            (_, Self::Reset) => "see the origin's log for what breaks the connection",
            (_, Self::Status) => "see the origin's log; warm again when it is well",
            (_, Self::Timeout) => {
                "see what takes the origin so long; a lower rate or a longer timeout may do"
            }
            (_, Self::Tls) => "see whether the certificate covers the host, and who issued it",
            (_, Self::Type) => {
                "see what the origin answers there: `cdn-cli images explain` tells how a URL is read"
            }
        }
    }
}

/// What an answer means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// The outcome.
    pub outcome: Outcome,
    /// Why it is not a better one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<Cause>,
    /// The status, header or error that made it so; empty where there is nothing to say.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
}

impl Verdict {
    pub(crate) fn good(outcome: Outcome) -> Self {
        Self { outcome, cause: None, detail: String::new() }
    }

    pub(crate) fn bad(outcome: Outcome, cause: Cause, detail: impl Into<String>) -> Self {
        Self { outcome, cause: Some(cause), detail: detail.into() }
    }
}

/// Which time it is that a target is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pass {
    /// The one that fills.
    Fill,
    /// The one that looks whether it did.
    Verify,
}
