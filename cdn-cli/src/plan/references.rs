//! References from a site's stack to what sites share, looked through.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::links::{export_name, outputs};

/// What the shared stacks of one side export, as the properties of the resource behind it.
#[derive(Debug, Default)]
pub(crate) struct Exports<'t> {
    resources: BTreeMap<String, &'t Value>,
}

impl<'t> Exports<'t> {
    /// Reads the outputs of stacks, by their names and templates.
    pub(crate) fn of(stacks: impl Iterator<Item = (&'t str, &'t Value)>) -> Self {
        let mut resources = BTreeMap::new();
        for (stack, template) in stacks {
            for output in outputs(template) {
                let resource = output.get("Value").and_then(target);
                let behind = resource.and_then(|name| template.get("Resources")?.get(name));
                if let (Some(name), Some(behind)) = (export_name(output, stack), behind) {
                    resources.insert(name, behind);
                }
            }
        }
        Self { resources }
    }

    /// What an `Fn::ImportValue` leads to, without the name that says by a hash what is in it;
    /// `None` for anything else, and where nobody exports it.
    pub(crate) fn behind(&self, value: &Value) -> Option<Value> {
        let name = value.get("Fn::ImportValue")?.as_str()?;
        let resource = self.resources.get(name)?;
        let mut properties = resource.get("Properties")?.clone();
        drop_names(&mut properties);
        Some(json!({ "Type": resource.get("Type")?, "Properties": properties }))
    }
}

/// The resource that an output tells of.
fn target(value: &Value) -> Option<&str> {
    let attribute = value.get("Fn::GetAtt");
    value
        .get("Ref")
        .or_else(|| attribute.and_then(|parts| parts.get(0)))
        .and_then(Value::as_str)
        .or_else(|| attribute.and_then(Value::as_str).and_then(|text| text.split('.').next()))
}

/// Takes out the name of a shared object: of itself, or of its one `…Config`.
fn drop_names(properties: &mut Value) {
    let Some(map) = properties.as_object_mut() else { return };
    map.remove("Name");
    map.remove("Comment");
    for (key, inner) in map {
        if key.ends_with("Config")
            && let Some(inner) = inner.as_object_mut()
        {
            inner.remove("Name");
            inner.remove("Comment");
        }
    }
}
