//! Who imports what: templates are drafted with the names of shared objects in them, and linked when
//! it is known which copy of an object each of them uses.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::resources::SHARED;

/// The shared objects that a draft uses.
pub(crate) fn objects(template: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    visit(template, &mut |key, argument| {
        if key == SHARED
            && let Some(object) = argument[0].as_str()
        {
            found.insert(object.to_owned());
        }
    });
    found
}

/// The stacks whose exports a template imports: an export's name begins with its stack's.
pub(crate) fn imported_stacks(template: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    visit(template, &mut |key, argument| {
        let name = argument.as_str().filter(|_| key == "Fn::ImportValue");
        if let Some((stack, _)) = name.and_then(|name| name.split_once(':')) {
            found.insert(stack.to_owned());
        }
    });
    found
}

/// Puts in the place of every shared object the export of the stack that `stack_of` names for it.
pub(crate) fn link(value: &mut Value, stack_of: &impl Fn(&str) -> String) {
    match value {
        Value::Object(map) => {
            if let Some([object, what]) =
                map.get(SHARED).and_then(Value::as_array).map(Vec::as_slice)
            {
                let stack = stack_of(object.as_str().unwrap_or_default());
                let what = what.as_str().unwrap_or_default();
                *value = json!({ "Fn::ImportValue": format!("{stack}:{what}") });
                return;
            }
            map.values_mut().for_each(|value| link(value, stack_of));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| link(item, stack_of)),
        _ => {}
    }
}

fn visit(value: &Value, see: &mut impl FnMut(&str, &Value)) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                see(key, value);
                visit(value, see);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| visit(item, see)),
        _ => {}
    }
}
