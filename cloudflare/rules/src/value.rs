//! What an expression gives for a request.

use std::collections::BTreeMap;
use std::net::IpAddr;

/// The value of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// True or false.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// Bytes, most often text.
    Text(Vec<u8>),
    /// An IP address.
    Address(IpAddr),
    /// Values of one type, unknown ones among them.
    Array(Vec<Self>),
    /// Values under texts.
    Map(BTreeMap<Vec<u8>, Self>),
    /// The value of a key or index that is not there. Comparing it gives false.
    Missing,
    /// There is a value, but what is known of the request does not tell it.
    Unknown,
}

/// Whether a filter matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Truth {
    /// It matches.
    True,
    /// It does not.
    False,
    /// That depends on something that is not known.
    Unknown,
}

impl Value {
    /// A text.
    pub fn text(text: impl AsRef<[u8]>) -> Self {
        Self::Text(text.as_ref().to_vec())
    }

    /// An array of texts.
    pub fn texts<T: AsRef<[u8]>>(texts: impl IntoIterator<Item = T>) -> Self {
        Self::Array(texts.into_iter().map(Self::text).collect())
    }

    /// What it says as the answer of a filter. What is missing is false, and what is no boolean
    /// unknown.
    pub fn truth(&self) -> Truth {
        match self {
            Self::Boolean(boolean) => (*boolean).into(),
            Self::Missing => Truth::False,
            _ => Truth::Unknown,
        }
    }

    /// The value behind an index of an array.
    pub(crate) fn item(self, index: u32) -> Self {
        match self {
            Self::Array(mut items) if (index as usize) < items.len() => {
                items.swap_remove(index as usize)
            }
            Self::Array(_) | Self::Missing => Self::Missing,
            _ => Self::Unknown,
        }
    }

    /// The value under a key of a map.
    pub(crate) fn key(self, key: &[u8]) -> Self {
        match self {
            Self::Map(mut map) => map.remove(key).unwrap_or(Self::Missing),
            Self::Missing => Self::Missing,
            _ => Self::Unknown,
        }
    }

    /// Whether it or anything in it is unknown.
    pub(crate) fn holds_unknown(&self) -> bool {
        match self {
            Self::Unknown => true,
            Self::Array(items) => items.iter().any(Self::holds_unknown),
            Self::Map(map) => map.values().any(Self::holds_unknown),
            _ => false,
        }
    }
}

impl Truth {
    /// True if both are, false if one is not.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::False, _) | (_, Self::False) => Self::False,
            (Self::True, Self::True) => Self::True,
            _ => Self::Unknown,
        }
    }

    /// True if one is, false if neither is.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        self.not().and(other.not()).not()
    }

    /// True if exactly one is.
    #[must_use]
    pub fn xor(self, other: Self) -> Self {
        match (self, other) {
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            (one, other) => (one != other).into(),
        }
    }

    /// The opposite.
    #[must_use]
    #[expect(clippy::should_implement_trait, reason = "it stands beside `and`, `or` and `xor`")]
    pub fn not(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
        }
    }
}

impl From<bool> for Truth {
    fn from(truth: bool) -> Self {
        if truth { Self::True } else { Self::False }
    }
}

impl From<Truth> for Value {
    fn from(truth: Truth) -> Self {
        match truth {
            Truth::True => Self::Boolean(true),
            Truth::False => Self::Boolean(false),
            Truth::Unknown => Self::Unknown,
        }
    }
}
