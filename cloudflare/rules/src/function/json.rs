//! Functions that look into JSON.

use serde_json::Value as Json;

use super::Arguments;
use crate::value::Value;

/// Missing where there is no integer; `42.0` is none.
pub(super) fn lookup_integer(arguments: &Arguments<'_>) -> Option<Value> {
    lookup(arguments, |found| found.as_i64().map(Value::Integer))
}

/// Missing where there is no string.
pub(super) fn lookup_string(arguments: &Arguments<'_>) -> Option<Value> {
    lookup(arguments, |found| found.as_str().map(Value::text))
}

/// What is made of the place that the keys lead to.
fn lookup(arguments: &Arguments<'_>, make: fn(&Json) -> Option<Value>) -> Option<Value> {
    let document = serde_json::from_slice::<Json>(arguments.text(0)?).ok();
    let mut found = document.as_ref();
    for key in &arguments.values[1..] {
        found = match key {
            Value::Text(key) => std::str::from_utf8(key).ok().and_then(|key| found?.get(key)),
            Value::Integer(index) => usize::try_from(*index).ok().and_then(|it| found?.get(it)),
            _ => return None,
        };
    }
    Some(found.and_then(make).unwrap_or(Value::Missing))
}
