//! The value of an expression for a request.

use std::cmp::Ordering;
use std::net::IpAddr;

use crate::expression::{Call, Comparison, Expression, Index, Item, Literal, Logical, Node, Order};
use crate::field::Field;
use crate::function::{Arguments, Copes};
use crate::request::Request;
use crate::value::{Truth, Value};

/// What an expression gives for a request.
pub(crate) fn value(expression: &Expression, request: &Request) -> Value {
    match &expression.node {
        Node::Logical(operator, terms) => logical(*operator, terms, request),
        Node::Not(inner) => negated(value(inner, request)),
        Node::Compare(left, comparison) => {
            let left_value = value(left, request);
            let compare = |value: &Value| compare(value, comparison, request).into();
            if left.is_spread() { each(&left_value, compare) } else { compare(&left_value) }
        }
        Node::Access(base, indexes) => accessed(value(base, request), indexes),
        Node::Field(field) => read(field, request),
        Node::Call(call) => called(call, request),
        Node::UnknownField(_) | Node::UnknownCall(..) => Value::Unknown,
        Node::Literal(literal) => written(literal),
    }
}

/// A field's value: what the request says of it by name, or what is made of its other parts.
fn read(field: &Field, request: &Request) -> Value {
    let field = field.canonical();
    let said = request.facts.get(field.name);
    said.cloned().unwrap_or_else(|| field.read(request))
}

fn written(literal: &Literal) -> Value {
    match literal {
        Literal::Boolean(boolean) => Value::Boolean(*boolean),
        Literal::Integer(integer) => Value::Integer(*integer),
        Literal::Text(text) => Value::Text(text.clone()),
        Literal::Address(address) => Value::Address(*address),
        Literal::Network(_) => Value::Unknown,
    }
}

/// What is behind indexes. `[*]` gives the array of what the indexes behind it give for each item;
/// an item that has nothing there is left out.
fn accessed(base: Value, indexes: &[Index]) -> Value {
    let Some((index, rest)) = indexes.split_first() else { return base };
    let items = match (index, base) {
        (Index::Item(item), base) => return accessed(base.item(*item), rest),
        (Index::Key(key), base) => return accessed(base.key(key), rest),
        (Index::Each, Value::Array(items)) => items,
        (Index::Each, Value::Map(map)) => map.into_values().collect(),
        (Index::Each, Value::Missing) => return Value::Missing,
        (Index::Each, _) => return Value::Unknown,
    };
    let is_nested = rest.contains(&Index::Each);
    let mut found = Vec::new();
    for item in items {
        match accessed(item, rest) {
            Value::Missing => {}
            Value::Array(inner) if is_nested => found.extend(inner),
            item => found.push(item),
        }
    }
    Value::Array(found)
}

/// What comparing each item of an array gives: of an unknown array not even how many there are.
fn each(items: &Value, compare: impl Fn(&Value) -> Value) -> Value {
    match items {
        Value::Array(items) => Value::Array(items.iter().map(compare).collect()),
        Value::Missing => Value::Array(Vec::new()),
        _ => Value::Unknown,
    }
}

fn called(call: &Call, request: &Request) -> Value {
    let Some((first, rest)) = call.arguments.split_first() else { return Value::Unknown };
    let takes_items = call.function.takes_items();
    let rest: Vec<_> = rest.iter().map(|argument| value(argument, request)).collect();
    let apply = |first: Value| {
        let mut values = vec![first];
        values.extend(rest.iter().cloned());
        applied(call, &values)
    };
    let first_value = value(first, request);
    if !first.is_spread() || takes_items {
        return apply(first_value);
    }
    let Value::Array(items) = first_value else { return missing_or_unknown(&first_value) };
    let mut results: Vec<_> = items.into_iter().map(apply).collect();
    // One of which nothing is known may be missing: then the others stand elsewhere.
    if results.contains(&Value::Unknown) {
        return Value::Unknown;
    }
    results.retain(|result| *result != Value::Missing);
    Value::Array(results)
}

fn missing_or_unknown(value: &Value) -> Value {
    if *value == Value::Missing { Value::Missing } else { Value::Unknown }
}

fn applied(call: &Call, values: &[Value]) -> Value {
    let copes = call.function.copes;
    if copes != Copes::Unknown && values.iter().any(Value::holds_unknown) {
        return Value::Unknown;
    }
    if copes == Copes::Neither && values.contains(&Value::Missing) {
        return Value::Missing;
    }
    let arguments = Arguments { values, pattern: call.pattern.as_ref() };
    (call.function.apply)(&arguments).unwrap_or(Value::Unknown)
}

/// Terms joined; arrays are joined item by item, as far as the shortest has any.
fn logical(operator: Logical, terms: &[Expression], request: &Request) -> Value {
    let mut joined: Option<Value> = None;
    for term in terms {
        let next = value(term, request);
        let all = match joined {
            None => next,
            Some(before) => both(operator, before, next),
        };
        let decided = match operator {
            Logical::And => Some(Value::Boolean(false)),
            Logical::Or => Some(Value::Boolean(true)),
            Logical::Xor => None,
        };
        if decided.as_ref() == Some(&all) {
            return all;
        }
        joined = Some(all);
    }
    joined.unwrap_or(Value::Unknown)
}

fn both(operator: Logical, left: Value, right: Value) -> Value {
    match (left, right) {
        (Value::Array(left), Value::Array(right)) => {
            let pairs = left.into_iter().zip(right);
            Value::Array(pairs.map(|(left, right)| both(operator, left, right)).collect())
        }
        (left, right) => {
            let (left, right) = (left.truth(), right.truth());
            let joined = match operator {
                Logical::Or => left.or(right),
                Logical::Xor => left.xor(right),
                Logical::And => left.and(right),
            };
            joined.into()
        }
    }
}

fn negated(value: Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.into_iter().map(negated).collect()),
        value => value.truth().not().into(),
    }
}

/// Whether a comparison holds. Of a missing value none does, `ne` neither.
fn compare(value: &Value, comparison: &Comparison, request: &Request) -> Truth {
    if *value == Value::Missing {
        return Truth::False;
    }
    match (comparison, value) {
        (Comparison::Order(order, literal), value) => ordered(value, *order, literal),
        (Comparison::BitwiseAnd(bits), Value::Integer(integer)) => (integer & bits != 0).into(),
        (Comparison::Contains(part), Value::Text(text)) => contains(text, part).into(),
        (Comparison::Matches(pattern), Value::Text(text)) => matched(pattern, text),
        (Comparison::Wildcard(wildcard), Value::Text(text)) => matched(wildcard.pattern(), text),
        (Comparison::OneOf(items), value) => one_of(value, items),
        (Comparison::InList(name), value) => {
            request.lists.get(name).map_or(Truth::Unknown, |list| list.holds(value))
        }
        _ => Truth::Unknown,
    }
}

fn matched(pattern: &crate::Pattern, text: &[u8]) -> Truth {
    pattern.regex().map_or(Truth::Unknown, |regex| regex.is_match(text).into())
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    part.is_empty() || text.windows(part.len()).any(|window| window == part)
}

fn ordered(value: &Value, order: Order, literal: &Literal) -> Truth {
    let ordering = match (value, literal) {
        (Value::Boolean(left), Literal::Boolean(right)) => Some(left.cmp(right)),
        (Value::Integer(left), Literal::Integer(right)) => Some(left.cmp(right)),
        (Value::Text(left), Literal::Text(right)) => Some(left.cmp(right)),
        // Addresses of two families are not equal, and neither is less.
        (Value::Address(left), Literal::Address(right)) => {
            Some(left.cmp(right)).filter(|_| left.is_ipv4() == right.is_ipv4())
        }
        _ => return Truth::Unknown,
    };
    let Some(ordering) = ordering else { return (order == Order::NotEqual).into() };
    let holds = match order {
        Order::Equal => ordering == Ordering::Equal,
        Order::NotEqual => ordering != Ordering::Equal,
        Order::Less => ordering == Ordering::Less,
        Order::LessOrEqual => ordering != Ordering::Greater,
        Order::Greater => ordering == Ordering::Greater,
        Order::GreaterOrEqual => ordering != Ordering::Less,
    };
    holds.into()
}

fn one_of(value: &Value, items: &[Item]) -> Truth {
    items.iter().fold(Truth::False, |found, item| found.or(is_item(value, item)))
}

fn is_item(value: &Value, item: &Item) -> Truth {
    match (value, item) {
        (Value::Integer(integer), Item::Integers(from, to)) => {
            (from..=to).contains(&integer).into()
        }
        (Value::Address(address), Item::Addresses(from, to)) => {
            is_between(*address, *from, *to).into()
        }
        (Value::Address(address), Item::One(Literal::Network(network))) => {
            network.contains(address).into()
        }
        (value, Item::One(literal)) => ordered(value, Order::Equal, literal),
        _ => Truth::Unknown,
    }
}

fn is_between(address: IpAddr, from: IpAddr, to: IpAddr) -> bool {
    address.is_ipv4() == from.is_ipv4() && (from..=to).contains(&address)
}
