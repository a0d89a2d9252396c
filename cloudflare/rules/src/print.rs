//! The canonical text of an expression.

use std::fmt::{self, Display, Formatter, Write as _};

use crate::expression::{Comparison, Expression, Index, Item, Literal, Logical, Node, Order};
use crate::parse::MAX_HASHES;

/// The words for operators, one space around them, no parentheses that change nothing.
impl Display for Expression {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.node {
            Node::Logical(operator, terms) => logical(*operator, terms, f),
            Node::Not(inner) => {
                f.write_str("not ")?;
                grouped(inner, matches!(inner.node, Node::Logical(..)), f)
            }
            Node::Compare(left, comparison) => write!(f, "{left} {comparison}"),
            Node::Access(base, indexes) => {
                write!(f, "{base}")?;
                indexes.iter().try_for_each(|index| write!(f, "{index}"))
            }
            Node::Field(field) => f.write_str(field.name),
            Node::UnknownField(name) => f.write_str(name),
            Node::Call(call) => function(call.function.name, &call.arguments, f),
            Node::UnknownCall(name, arguments) => function(name, arguments, f),
            Node::Literal(literal) => write!(f, "{literal}"),
        }
    }
}

impl Display for Comparison {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Order(order, literal) => write!(f, "{order} {literal}"),
            Self::BitwiseAnd(integer) => write!(f, "bitwise_and {integer}"),
            Self::Contains(bytes) => {
                f.write_str("contains ")?;
                text(bytes, f)
            }
            Self::Matches(pattern) => {
                f.write_str("matches ")?;
                regex(&pattern.text(), f)
            }
            Self::Wildcard(wildcard) => {
                f.write_str(if wildcard.is_strict() { "strict wildcard " } else { "wildcard " })?;
                text(wildcard.text(), f)
            }
            Self::OneOf(items) => {
                f.write_str("in {")?;
                separated(items, " ", f)?;
                f.write_char('}')
            }
            Self::InList(name) => write!(f, "in ${name}"),
        }
    }
}

impl Display for Order {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Equal => "eq",
            Self::NotEqual => "ne",
            Self::Less => "lt",
            Self::LessOrEqual => "le",
            Self::Greater => "gt",
            Self::GreaterOrEqual => "ge",
        })
    }
}

impl Display for Logical {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Or => "or",
            Self::Xor => "xor",
            Self::And => "and",
        })
    }
}

impl Display for Index {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Item(item) => write!(f, "[{item}]"),
            Self::Each => f.write_str("[*]"),
            Self::Key(key) => {
                f.write_char('[')?;
                text(key, f)?;
                f.write_char(']')
            }
        }
    }
}

impl Display for Item {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::One(literal) => write!(f, "{literal}"),
            Self::Integers(from, to) => write!(f, "{from}..{to}"),
            Self::Addresses(from, to) => write!(f, "{from}..{to}"),
        }
    }
}

impl Display for Literal {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boolean(boolean) => write!(f, "{boolean}"),
            Self::Integer(integer) => write!(f, "{integer}"),
            Self::Text(bytes) => text(bytes, f),
            Self::Address(address) => write!(f, "{address}"),
            Self::Network(network) => write!(f, "{network}"),
        }
    }
}

/// The signs `#` that a raw string of this text needs on either side; `None` where that is more
/// than are allowed.
pub(crate) fn hashes_for(text: &str) -> Option<usize> {
    let behind_quotes = text.split('"').skip(1);
    let longest = behind_quotes.map(|rest| rest.len() - rest.trim_start_matches('#').len() + 1);
    Some(longest.max().unwrap_or(0)).filter(|hashes| *hashes <= MAX_HASHES)
}

fn logical(operator: Logical, terms: &[Expression], f: &mut Formatter<'_>) -> fmt::Result {
    for (index, term) in terms.iter().enumerate() {
        if index > 0 {
            write!(f, " {operator} ")?;
        }
        let is_looser = matches!(&term.node, Node::Logical(own, _) if *own <= operator);
        grouped(term, is_looser, f)?;
    }
    Ok(())
}

fn grouped(inner: &Expression, needs_group: bool, f: &mut Formatter<'_>) -> fmt::Result {
    if needs_group { write!(f, "({inner})") } else { write!(f, "{inner}") }
}

fn function(name: &str, arguments: &[Expression], f: &mut Formatter<'_>) -> fmt::Result {
    write!(f, "{name}(")?;
    separated(arguments, ", ", f)?;
    f.write_char(')')
}

fn separated(parts: &[impl Display], between: &str, f: &mut Formatter<'_>) -> fmt::Result {
    for (index, part) in parts.iter().enumerate() {
        f.write_str(if index > 0 { between } else { "" })?;
        write!(f, "{part}")?;
    }
    Ok(())
}

/// A string: raw where it has a backslash or quotation mark and no other character that needs an
/// escape.
fn text(bytes: &[u8], f: &mut Formatter<'_>) -> fmt::Result {
    if let Ok(text) = std::str::from_utf8(bytes)
        && text.contains(['\\', '"'])
        && !text.contains(char::is_control)
        && let Some(hashes) = hashes_for(text)
    {
        return raw(text, hashes, f);
    }
    f.write_char('"')?;
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '"' | '\\' => write!(f, "\\{c}")?,
                c if c.is_ascii_control() => write!(f, "\\x{:02x}", u32::from(c))?,
                c => f.write_char(c)?,
            }
        }
        chunk.invalid().iter().try_for_each(|byte| write!(f, "\\x{byte:02x}"))?;
    }
    f.write_char('"')
}

/// A regular expression: raw where quotation marks would read it otherwise.
fn regex(pattern: &str, f: &mut Formatter<'_>) -> fmt::Result {
    if pattern.contains(['\\', '"', '[']) {
        return raw(pattern, hashes_for(pattern).unwrap_or(MAX_HASHES), f);
    }
    write!(f, "\"{pattern}\"")
}

fn raw(text: &str, hashes: usize, f: &mut Formatter<'_>) -> fmt::Result {
    let hashes = "#".repeat(hashes);
    write!(f, "r{hashes}\"{text}\"{hashes}")
}
