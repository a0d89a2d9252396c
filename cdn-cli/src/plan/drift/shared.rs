//! Policies that sites share: a change of one is told as a change of the sites that use it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::plan::links::{export_name, exports};
use crate::plan::references::Exports;
use crate::plan::{Deployed, SITE_TAG};

/// Kinds that are compared where they are used.
const LOOKED_THROUGH: [&str; 4] = [
    "AWS::CloudFront::CachePolicy",
    "AWS::CloudFront::OriginAccessControl",
    "AWS::CloudFront::OriginRequestPolicy",
    "AWS::CloudFront::ResponseHeadersPolicy",
];

/// What is behind the name of an export on the live side.
const AS_IT_IS: &str = " as it is";

/// The shared stacks of which something was changed.
#[derive(Debug, Default)]
pub(super) struct Shared {
    /// Their templates as they are, each export under its live name.
    changed: BTreeMap<String, Value>,
    /// The exports that lead to something else than what was applied.
    exports: BTreeSet<String>,
}

impl Shared {
    pub(super) fn of(deployed: &BTreeMap<String, Deployed>, now: &BTreeMap<String, Value>) -> Self {
        let mut shared = Self::default();
        for stack in deployed.values().filter(|stack| is_looked_through(stack)) {
            let Some(template) = now.get(&stack.name).filter(|it| **it != stack.template) else {
                continue;
            };
            shared.exports.extend(exports(&stack.name, template));
            shared.changed.insert(stack.name.clone(), with_live_exports(template, &stack.name));
        }
        shared
    }

    /// What references lead to, as it is.
    pub(super) fn live<'t>(&'t self, deployed: &'t BTreeMap<String, Deployed>) -> Exports<'t> {
        let applied = deployed.values().map(|stack| (stack.name.as_str(), &stack.template));
        let changed = self.changed.iter().map(|(name, template)| (name.as_str(), template));
        Exports::of(applied.chain(changed))
    }

    /// A template whose references lead to what is live.
    pub(super) fn with_live_references(&self, template: &Value) -> Value {
        match template {
            Value::Object(map) => map
                .iter()
                .map(|(key, inner)| {
                    let name = inner.as_str().filter(|_| key == "Fn::ImportValue");
                    let inner = match name.filter(|name| self.exports.contains(*name)) {
                        Some(name) => format!("{name}{AS_IT_IS}").into(),
                        None => self.with_live_references(inner),
                    };
                    (key.clone(), inner)
                })
                .collect(),
            Value::Array(items) => {
                items.iter().map(|item| self.with_live_references(item)).collect()
            }
            other => other.clone(),
        }
    }
}

/// Whether the stack's changes are told at the sites that use it.
pub(super) fn is_looked_through(stack: &Deployed) -> bool {
    let resources = stack.template.get("Resources").and_then(Value::as_object);
    let mut kinds = resources.into_iter().flatten().filter_map(|(_, it)| it.get("Type")?.as_str());
    !stack.tags.contains_key(SITE_TAG) && kinds.all(|kind| LOOKED_THROUGH.contains(&kind))
}

/// A template that exports under the names of the live side.
fn with_live_exports(template: &Value, stack: &str) -> Value {
    let mut template = template.clone();
    let outputs = template.get_mut("Outputs").and_then(Value::as_object_mut);
    for output in outputs.into_iter().flat_map(serde_json::Map::values_mut) {
        if let Some(name) = export_name(output, stack) {
            output["Export"]["Name"] = format!("{name}{AS_IT_IS}").into();
        }
    }
    template
}
