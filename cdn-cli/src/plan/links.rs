//! Which stacks need which: by the values that one exports and another imports.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::Deployed;

/// The exports that a template imports.
pub(crate) fn imports(template: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    collect(template, &mut |key, value| {
        if key == "Fn::ImportValue" {
            found.extend(value.as_str().map(str::to_owned));
        }
    });
    found
}

/// The exports that a stack offers.
pub(crate) fn exports(stack: &str, template: &Value) -> BTreeSet<String> {
    outputs(template).filter_map(|output| export_name(output, stack)).collect()
}

/// The outputs of a template.
pub(super) fn outputs(template: &Value) -> impl Iterator<Item = &Value> {
    let outputs = template.get("Outputs").and_then(Value::as_object);
    outputs.into_iter().flat_map(Map::values)
}

/// The name under which an output is exported: a text, in which the stack's own name may stand.
pub(super) fn export_name(output: &Value, stack: &str) -> Option<String> {
    let name = output.pointer("/Export/Name")?;
    let text = name.as_str().or_else(|| name.get("Fn::Sub")?.as_str())?;
    Some(text.replace("${AWS::StackName}", stack))
}

/// The exports that a template imports and that nobody offers.
pub(crate) fn missing_exports(template: &Value, there: &BTreeMap<String, Deployed>) -> Vec<String> {
    let offered: BTreeSet<String> =
        there.values().flat_map(|stack| exports(&stack.name, &stack.template)).collect();
    imports(template).into_iter().filter(|name| !offered.contains(name)).collect()
}

/// Calls `visit` with every key and its value, at every depth.
fn collect(value: &Value, visit: &mut impl FnMut(&str, &Value)) {
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                visit(key, inner);
                collect(inner, visit);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, visit)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn imports_are_found_at_every_depth() {
        let template =
            json!({ "a": [{ "Fn::ImportValue": "x" }, { "b": { "Fn::ImportValue": "y" } }] });
        assert_eq!(imports(&template).into_iter().collect::<Vec<_>>(), ["x", "y"]);
    }

    #[test]
    fn exports_are_those_of_outputs() {
        let template = json!({ "Outputs": {
            "A": { "Value": 1, "Export": { "Name": "x" } },
            "B": { "Value": 2 },
            "C": { "Value": 3, "Export": { "Name": { "Fn::Sub": "${AWS::StackName}:id" } } },
        } });
        assert_eq!(exports("s", &template).into_iter().collect::<Vec<_>>(), ["s:id", "x"]);
        assert!(exports("s", &json!({})).is_empty());
    }
}
