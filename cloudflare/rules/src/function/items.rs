//! Functions of arrays and maps.

use super::Arguments;
use crate::value::{Truth, Value};

/// Missing where there is no array, true where none of its items is false.
pub(super) fn all(arguments: &Arguments<'_>) -> Option<Value> {
    gathered(arguments, Truth::True, Truth::and)
}

/// Missing where there is no array, true where one of its items is.
pub(super) fn any(arguments: &Arguments<'_>) -> Option<Value> {
    gathered(arguments, Truth::False, Truth::or)
}

fn gathered(
    arguments: &Arguments<'_>,
    empty: Truth,
    join: fn(Truth, Truth) -> Truth,
) -> Option<Value> {
    match arguments.get(0)? {
        Value::Array(items) => Some(items.iter().map(Value::truth).fold(empty, join).into()),
        Value::Missing => Some(Value::Missing),
        _ => None,
    }
}

/// Leaves out what is missing; of nothing but that the result is missing too.
pub(super) fn concat(arguments: &Arguments<'_>) -> Option<Value> {
    let mut joined = None;
    for value in arguments.values.iter().filter(|value| **value != Value::Missing) {
        joined = Some(match (joined, value) {
            (None, Value::Text(_) | Value::Array(_)) => value.clone(),
            (Some(Value::Text(before)), Value::Text(text)) => {
                Value::Text([&before[..], text].concat())
            }
            (Some(Value::Array(before)), Value::Array(items)) => {
                Value::Array([&before[..], items].concat())
            }
            _ => return None,
        });
    }
    Some(joined.unwrap_or(Value::Missing))
}

pub(super) fn has_key(arguments: &Arguments<'_>) -> Option<Value> {
    match arguments.get(0)? {
        Value::Map(map) => Some(Value::Boolean(map.contains_key(arguments.text(1)?))),
        _ => None,
    }
}

pub(super) fn has_value(arguments: &Arguments<'_>) -> Option<Value> {
    let wanted = arguments.get(1)?;
    let has = |item: &Value| match item {
        Value::Array(items) => items.contains(wanted),
        item => item == wanted,
    };
    match arguments.get(0)? {
        Value::Array(items) => Some(Value::Boolean(items.iter().any(has))),
        Value::Map(map) => Some(Value::Boolean(map.values().any(has))),
        _ => None,
    }
}

pub(super) fn join(arguments: &Arguments<'_>) -> Option<Value> {
    let mut texts = Vec::new();
    for item in arguments.array(0)? {
        let Value::Text(text) = item else { return None };
        texts.push(text.as_slice());
    }
    Some(Value::Text(texts.join(arguments.text(1)?)))
}

pub(super) fn len(arguments: &Arguments<'_>) -> Option<Value> {
    let length = match arguments.get(0)? {
        Value::Text(text) => text.len(),
        Value::Array(items) => items.len(),
        _ => return None,
    };
    i64::try_from(length).ok().map(Value::Integer)
}

pub(super) fn split(arguments: &Arguments<'_>) -> Option<Value> {
    let (mut rest, separator) = (arguments.text(0)?, arguments.text(1)?);
    let limit = usize::try_from(arguments.integer(2)?).ok().filter(|limit| *limit > 0)?;
    if separator.is_empty() {
        return None;
    }
    let mut parts = Vec::new();
    while parts.len() + 1 < limit
        && let Some(at) = rest.windows(separator.len()).position(|window| window == separator)
    {
        parts.push(&rest[..at]);
        rest = &rest[at + separator.len()..];
    }
    parts.push(rest);
    Some(Value::texts(parts))
}
