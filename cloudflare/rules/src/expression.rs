//! The tree of an expression.

use std::ops::Range;

use ipnet::IpNet;

use crate::field::Field;
use crate::function::Function;
use crate::kind::Type;
use crate::pattern::{Pattern, Wildcard};
use crate::value::Value;
use crate::{check, evaluate};
use crate::{issue::Issue, request::Request, value::Truth};

/// An expression of the Rules language: a filter, or a value that a transform rule writes.
///
/// Two are equal where they mean the same text, wherever it stands: places do not count. Its
/// [`Display`](std::fmt::Display) is the canonical text.
#[derive(Clone, Debug)]
pub struct Expression {
    /// What it is.
    pub node: Node,
    /// The bytes of the text that it was read from.
    pub span: Range<usize>,
}

/// What an expression is made of.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// Two or more terms, joined by one operator; no term is a join by the same operator.
    Logical(Logical, Vec<Expression>),
    /// `not`.
    Not(Box<Expression>),
    /// A value and what it is compared with.
    Compare(Box<Expression>, Comparison),
    /// Items of an array or a map, `[…]` behind a field or call; one index or more.
    Access(Box<Expression>, Vec<Index>),
    /// A field of the table.
    Field(&'static Field),
    /// A call of a function of the table.
    Call(Call),
    /// A field that the table does not have; its value is unknown.
    UnknownField(String),
    /// A call of a function that the table does not have; its value is unknown.
    UnknownCall(String, Vec<Expression>),
    /// A value written out.
    Literal(Literal),
}

/// A call of a known function.
#[derive(Clone, Debug)]
pub struct Call {
    /// The function.
    pub function: &'static Function,
    /// Its arguments, as many as were written.
    pub arguments: Vec<Expression>,
    /// What `regex_replace` and `wildcard_replace` look for, ready for use.
    pub(crate) pattern: Option<Pattern>,
}

/// What joins terms, from loose to tight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Logical {
    /// `or`, `||`.
    Or,
    /// `xor`, `^^`.
    Xor,
    /// `and`, `&&`.
    And,
}

/// What is between brackets behind a field or a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Index {
    /// `[0]`, an item of an array.
    Item(u32),
    /// `["name"]`, the value of a map.
    Key(Vec<u8>),
    /// `[*]`, every item in turn.
    Each,
}

/// The right side of a comparison, with its operator.
#[derive(Clone, Debug, PartialEq)]
pub enum Comparison {
    /// `eq`, `ne`, `lt`, `le`, `gt`, `ge`.
    Order(Order, Literal),
    /// `bitwise_and`, `&`: whether the two have a bit in common.
    BitwiseAnd(i64),
    /// `contains`.
    Contains(Vec<u8>),
    /// `matches`, `~`.
    Matches(Pattern),
    /// `wildcard` and `strict wildcard`.
    Wildcard(Wildcard),
    /// `in {…}`.
    OneOf(Vec<Item>),
    /// `in $name`: the list's name without the dollar sign.
    InList(String),
}

/// How two values are ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// `eq`, `==`.
    Equal,
    /// `ne`, `!=`.
    NotEqual,
    /// `lt`, `<`.
    Less,
    /// `le`, `<=`.
    LessOrEqual,
    /// `gt`, `>`.
    Greater,
    /// `ge`, `>=`.
    GreaterOrEqual,
}

/// A value written out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Literal {
    /// `true` or `false`.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// What a quoted or raw string, or bytes as `aa:bb`, say.
    Text(Vec<u8>),
    /// An IP address.
    Address(std::net::IpAddr),
    /// A network, `10.0.0.0/8`; its host bits are zero.
    Network(IpNet),
}

/// One element of `in {…}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// One value, or the addresses of a network.
    One(Literal),
    /// `1..5`, both ends included.
    Integers(i64, i64),
    /// `10.0.0.1..10.0.0.9`, both ends included and of one family.
    Addresses(std::net::IpAddr, std::net::IpAddr),
}

impl Expression {
    /// The type of its value; `None` where something unknown is in the way.
    ///
    /// Items that `[*]` spreads and nothing gathers are of the items' type.
    pub fn kind(&self) -> Option<Type> {
        check::shape(self, &mut Vec::new()).kind
    }

    /// Everything that is wrong with it, in the order of the text: unknown names, types that do not
    /// fit, arguments that are not allowed. An expression may be evaluated all the same; what is
    /// wrong is unknown then.
    pub fn check(&self) -> Vec<Issue> {
        check::issues(self)
    }

    /// As [`check`](Self::check), and that it is true or false, as the filter of a rule has to be.
    pub fn check_filter(&self) -> Vec<Issue> {
        check::filter_issues(self)
    }

    /// Its value for a request.
    pub fn evaluate(&self, request: &Request) -> Value {
        evaluate::value(self, request)
    }

    /// Whether the request matches it as the filter of a rule.
    pub fn matches(&self, request: &Request) -> Truth {
        evaluate::value(self, request).truth()
    }

    /// Calls `visit` with this and with every expression inside it, each before its parts.
    pub fn walk<'a>(&'a self, visit: &mut impl FnMut(&'a Self)) {
        visit(self);
        for part in self.parts() {
            part.walk(visit);
        }
    }

    /// The expressions that it is directly made of.
    pub fn parts(&self) -> &[Self] {
        match &self.node {
            Node::Logical(_, parts) | Node::UnknownCall(_, parts) => parts,
            Node::Call(call) => &call.arguments,
            Node::Not(part) | Node::Compare(part, _) | Node::Access(part, _) => {
                std::slice::from_ref(part)
            }
            Node::Field(_) | Node::UnknownField(_) | Node::Literal(_) => &[],
        }
    }

    /// Whether it stands for every item of an array in turn: an access with `[*]`.
    pub fn is_spread(&self) -> bool {
        matches!(&self.node, Node::Access(_, indexes) if indexes.contains(&Index::Each))
    }

    /// The terms of one operator, those of `left` and `right` by the same operator among them.
    pub(crate) fn joined(operator: Logical, left: Self, right: Self) -> Self {
        let span = left.span.start..right.span.end;
        let mut terms = left.terms_of(operator);
        terms.extend(right.terms_of(operator));
        Self { node: Node::Logical(operator, terms), span }
    }

    fn terms_of(self, operator: Logical) -> Vec<Self> {
        match self.node {
            Node::Logical(own, terms) if own == operator => terms,
            node => vec![Self { node, span: self.span }],
        }
    }
}

impl PartialEq for Expression {
    fn eq(&self, other: &Self) -> bool {
        self.node == other.node
    }
}

impl PartialEq for Call {
    fn eq(&self, other: &Self) -> bool {
        self.function.name == other.function.name && self.arguments == other.arguments
    }
}

impl Literal {
    /// Its type; a network has none, since no value is one.
    pub fn kind(&self) -> Option<Type> {
        match self {
            Self::Boolean(_) => Some(Type::Boolean),
            Self::Integer(_) => Some(Type::Integer),
            Self::Text(_) => Some(Type::Text),
            Self::Address(_) => Some(Type::Address),
            Self::Network(_) => None,
        }
    }
}

impl Item {
    /// The type of the values that it holds.
    pub fn kind(&self) -> Type {
        match self {
            Self::One(Literal::Boolean(_)) => Type::Boolean,
            Self::One(Literal::Integer(_)) | Self::Integers(..) => Type::Integer,
            Self::One(Literal::Text(_)) => Type::Text,
            Self::One(Literal::Address(_) | Literal::Network(_)) | Self::Addresses(..) => {
                Type::Address
            }
        }
    }
}
