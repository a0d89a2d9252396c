//! The types that values of the language have.

use std::fmt;

/// The type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// `true` or `false`.
    Boolean,
    /// A whole number of 64 bits with a sign.
    Integer,
    /// Any bytes, most often text; the documentation calls it String or Bytes.
    Text,
    /// An IPv4 or IPv6 address.
    Address,
    /// Values of one type in an order.
    Array(&'static Self),
    /// Values of one type under texts.
    Map(&'static Self),
}

impl Type {
    /// An array of strings.
    pub(crate) const TEXTS: Self = Self::Array(&Self::Text);
    /// A map of arrays of strings, as headers, cookies and arguments are.
    pub(crate) const MULTIMAP: Self = Self::Map(&Self::TEXTS);
    /// What comparing each item of an array gives.
    pub(crate) const BOOLEANS: Self = Self::Array(&Self::Boolean);

    /// The type of an item of an array or of a map's value.
    pub fn element(self) -> Option<Self> {
        match self {
            Self::Array(element) | Self::Map(element) => Some(*element),
            Self::Boolean | Self::Integer | Self::Text | Self::Address => None,
        }
    }

    /// The array of values of this type; `None` for what no function gives per item.
    pub(crate) fn array_of(self) -> Option<Self> {
        match self {
            Self::Boolean => Some(Self::BOOLEANS),
            Self::Integer => Some(Self::Array(&Self::Integer)),
            Self::Text => Some(Self::TEXTS),
            Self::Address => Some(Self::Array(&Self::Address)),
            Self::Array(Self::Text) => Some(Self::Array(&Self::TEXTS)),
            Self::Array(_) | Self::Map(_) => None,
        }
    }

    /// The name with its article, `an integer`.
    pub(crate) fn with_article(self) -> String {
        let article = match self {
            Self::Integer | Self::Address | Self::Array(_) => "an",
            Self::Boolean | Self::Text | Self::Map(_) => "a",
        };
        format!("{article} {self}")
    }

    fn plural(self) -> String {
        match self {
            Self::Address => "IP addresses".to_owned(),
            Self::Array(element) => format!("arrays of {}", element.plural()),
            Self::Map(element) => format!("maps of {}", element.plural()),
            Self::Boolean | Self::Integer | Self::Text => format!("{self}s"),
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boolean => f.write_str("boolean"),
            Self::Integer => f.write_str("integer"),
            Self::Text => f.write_str("string"),
            Self::Address => f.write_str("IP address"),
            Self::Array(element) => write!(f, "array of {}", element.plural()),
            Self::Map(element) => write!(f, "map of {}", element.plural()),
        }
    }
}
