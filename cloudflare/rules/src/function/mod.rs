//! The functions of the language.

mod encoding;
mod items;
mod json;
mod network;
mod replace;
mod table;
mod text;

use std::fmt;

use crate::field::Counterpart;
use crate::kind::Type;
use crate::pattern::Pattern;
use crate::value::Value;

/// A function of the language.
#[derive(Debug)]
pub struct Function {
    /// Its name.
    pub name: &'static str,
    /// What it takes, in order.
    pub parameters: &'static [Parameter],
    /// Whether the last parameter may be given any number of times.
    pub repeats_last: bool,
    /// What it gives.
    pub returns: Returns,
    /// What that is, in one sentence.
    pub summary: &'static str,
    /// What does the same at CloudFront.
    pub counterpart: Counterpart,
    pub(crate) copes: Copes,
    /// `None` for what cannot be known.
    pub(crate) apply: fn(&Arguments<'_>) -> Option<Value>,
}

/// One thing that a function takes.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// What it is called.
    pub name: &'static str,
    /// What it may be.
    pub accepts: &'static [Accepts],
    /// How it has to be written.
    pub form: Form,
    /// Whether it may be left out.
    pub is_optional: bool,
    /// Where it is an integer that is written out: the least and the greatest.
    pub range: Option<(i64, i64)>,
}

/// What an argument may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepts {
    /// A value of one type.
    Of(Type),
    /// An array of anything.
    AnyArray,
    /// A map of anything.
    AnyMap,
}

/// How an argument has to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Any way.
    Any,
    /// As a value that is written out.
    Literal,
    /// As a field, or as what another function gives: not written out.
    Field,
}

/// The type of what a function gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Returns {
    /// One type.
    Always(Type),
    /// That of the first argument.
    SameAsFirst,
}

/// What a function gives an answer for; for what it does not, the answer is missing or unknown too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Copes {
    Neither,
    Missing,
    Unknown,
}

/// The arguments of one call.
pub(crate) struct Arguments<'a> {
    pub(crate) values: &'a [Value],
    pub(crate) pattern: Option<&'a Pattern>,
}

/// All functions, by name.
pub fn functions() -> &'static [Function] {
    table::FUNCTIONS
}

/// The function of a name.
pub(crate) fn find(name: &str) -> Option<&'static Function> {
    functions().iter().find(|function| function.name == name)
}

impl Function {
    /// How it is called: `ends_with(source, substring)`.
    pub fn signature(&self) -> String {
        let mut shown = String::new();
        for (index, parameter) in self.parameters.iter().enumerate() {
            let (open, close) = if parameter.is_optional { ("[", "]") } else { ("", "") };
            let separator = if index > 0 { ", " } else { "" };
            shown.extend([open, separator, parameter.name, close]);
        }
        let more = if self.repeats_last { ", …" } else { "" };
        format!("{}({shown}{more})", self.name)
    }

    /// The fewest and the most arguments; `None` for any number.
    pub fn count(&self) -> (usize, Option<usize>) {
        let least = self.parameters.iter().filter(|parameter| !parameter.is_optional).count();
        (least, (!self.repeats_last).then_some(self.parameters.len()))
    }

    /// What the argument at a place, from 0, has to be.
    pub(crate) fn parameter(&self, index: usize) -> Option<&'static Parameter> {
        let last = self.parameters.last().filter(|_| self.repeats_last);
        self.parameters.get(index).or(last)
    }

    /// Whether it gathers what `[*]` gives, in place of being called for each.
    pub(crate) fn takes_items(&self) -> bool {
        matches!(self.name, "all" | "any")
    }
}

impl Accepts {
    /// Whether a value of this type is accepted.
    pub(crate) fn fits(self, kind: Type) -> bool {
        match self {
            Self::Of(own) => own == kind,
            Self::AnyArray => matches!(kind, Type::Array(_)),
            Self::AnyMap => matches!(kind, Type::Map(_)),
        }
    }
}

impl fmt::Display for Accepts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Of(kind) => f.write_str(&kind.with_article()),
            Self::AnyArray => f.write_str("an array"),
            Self::AnyMap => f.write_str("a map"),
        }
    }
}

impl Arguments<'_> {
    pub(crate) fn get(&self, index: usize) -> Option<&Value> {
        self.values.get(index)
    }

    pub(crate) fn text(&self, index: usize) -> Option<&[u8]> {
        match self.get(index)? {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn integer(&self, index: usize) -> Option<i64> {
        match self.get(index)? {
            Value::Integer(integer) => Some(*integer),
            _ => None,
        }
    }

    pub(crate) fn array(&self, index: usize) -> Option<&[Value]> {
        match self.get(index)? {
            Value::Array(items) => Some(items),
            _ => None,
        }
    }
}
