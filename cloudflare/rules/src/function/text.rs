//! Functions of texts.

use super::Arguments;
use crate::value::Value;

pub(super) fn ends_with(arguments: &Arguments<'_>) -> Option<Value> {
    Some(Value::Boolean(arguments.text(0)?.ends_with(arguments.text(1)?)))
}

pub(super) fn starts_with(arguments: &Arguments<'_>) -> Option<Value> {
    Some(Value::Boolean(arguments.text(0)?.starts_with(arguments.text(1)?)))
}

pub(super) fn lower(arguments: &Arguments<'_>) -> Option<Value> {
    Some(Value::Text(arguments.text(0)?.to_ascii_lowercase()))
}

pub(super) fn upper(arguments: &Arguments<'_>) -> Option<Value> {
    Some(Value::Text(arguments.text(0)?.to_ascii_uppercase()))
}

pub(super) fn remove_bytes(arguments: &Arguments<'_>) -> Option<Value> {
    let (text, removed) = (arguments.text(0)?, arguments.text(1)?);
    Some(Value::Text(text.iter().filter(|byte| !removed.contains(byte)).copied().collect()))
}

pub(super) fn remove_query_args(arguments: &Arguments<'_>) -> Option<Value> {
    let mut names = Vec::new();
    for index in 1..arguments.values.len() {
        names.push(arguments.text(index)?);
    }
    let name_of =
        |pair: &[u8]| pair.split(|byte| *byte == b'=').next().unwrap_or_default().to_vec();
    let pairs = arguments.text(0)?.split(|byte| *byte == b'&');
    let kept: Vec<_> = pairs.filter(|pair| !names.contains(&name_of(pair).as_slice())).collect();
    Some(Value::Text(kept.join(&b'&')))
}

pub(super) fn substring(arguments: &Arguments<'_>) -> Option<Value> {
    let text = arguments.text(0)?;
    let place = |place: i64| {
        let from_end = text.len().saturating_sub(usize::try_from(place.unsigned_abs()).ok()?);
        let from_start = usize::try_from(place).unwrap_or(from_end);
        Some(from_start.min(text.len()))
    };
    let start = place(arguments.integer(1)?)?;
    let end = match arguments.get(2) {
        Some(_) => place(arguments.integer(2)?)?,
        None => text.len(),
    };
    Some(Value::text(text.get(start..end).unwrap_or_default()))
}

pub(super) fn to_string(arguments: &Arguments<'_>) -> Option<Value> {
    match arguments.get(0)? {
        Value::Boolean(boolean) => Some(Value::text(boolean.to_string())),
        Value::Integer(integer) => Some(Value::text(integer.to_string())),
        Value::Address(address) => Some(Value::text(address.to_string())),
        _ => None,
    }
}
