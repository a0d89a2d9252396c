//! Templates: how one is put together, and what it is as text.

use serde_json::{Map, Value, json};

use crate::resources::{Resource, Text};
use crate::yaml;

/// A template of CloudFormation.
#[derive(Clone, Debug, PartialEq)]
pub struct Template(Value);

impl Template {
    /// As YAML, for people and for `aws cloudformation deploy`: the same bytes at every call.
    pub fn to_yaml(&self) -> String {
        yaml::write(&self.0)
    }

    /// As JSON.
    pub fn to_json(&self) -> Value {
        self.0.clone()
    }

    pub(crate) fn value(&self) -> &Value {
        &self.0
    }

    pub(crate) fn value_mut(&mut self) -> &mut Value {
        &mut self.0
    }

    /// Resources that it makes.
    pub fn resource_count(&self) -> usize {
        self.0["Resources"].as_object().map_or(0, Map::len)
    }
}

/// What becomes of a resource when it is taken out of its template or replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Removal {
    /// It is deleted.
    Delete,
    /// It stays, for it holds data or cannot be deleted at once.
    Retain,
}

/// A template that is being put together.
#[derive(Debug)]
pub(crate) struct Draft {
    description: String,
    parameters: Map<String, Value>,
    resources: Map<String, Value>,
    outputs: Map<String, Value>,
}

impl Draft {
    /// One without resources.
    pub(crate) fn new(description: impl Into<String>) -> Self {
        Self {
            description: description.into(),
            parameters: Map::new(),
            resources: Map::new(),
            outputs: Map::new(),
        }
    }

    /// Adds a resource that goes with its stack.
    pub(crate) fn resource<R: Resource>(&mut self, name: impl Into<String>, resource: &R) {
        self.resource_with(name, resource, Removal::Delete, &[]);
    }

    /// Adds a resource that stays when its stack goes.
    pub(crate) fn retained<R: Resource>(&mut self, name: impl Into<String>, resource: &R) {
        self.resource_with(name, resource, Removal::Retain, &[]);
    }

    /// Adds a resource that is made after others which it does not mention.
    pub(crate) fn resource_after<R: Resource>(
        &mut self,
        name: impl Into<String>,
        resource: &R,
        after: &[&str],
    ) {
        self.resource_with(name, resource, Removal::Delete, after);
    }

    fn resource_with<R: Resource>(
        &mut self,
        name: impl Into<String>,
        resource: &R,
        removal: Removal,
        after: &[&str],
    ) {
        let mut entry = json!({ "Type": R::TYPE, "Properties": value(resource) });
        if removal == Removal::Retain {
            entry["DeletionPolicy"] = "Retain".into();
            entry["UpdateReplacePolicy"] = "Retain".into();
        }
        if !after.is_empty() {
            entry["DependsOn"] = json!(after);
        }
        self.resources.insert(name.into(), entry);
    }

    /// Adds a parameter without a default: who deploys has to say it.
    pub(crate) fn parameter(&mut self, name: &str, description: &str) {
        self.parameters
            .insert(name.to_owned(), json!({ "Type": "String", "Description": description }));
    }

    /// Adds something that the stack tells.
    pub(crate) fn output(&mut self, name: &str, text: &Text) {
        self.outputs.insert(name.to_owned(), json!({ "Value": text }));
    }

    /// Adds something that the stack tells other stacks, under `<stack's name>:<what>`.
    pub(crate) fn export(&mut self, name: &str, what: &str, text: &Text) {
        let export = Text::filled(format!("${{AWS::StackName}}:{what}"));
        self.outputs
            .insert(name.to_owned(), json!({ "Value": text, "Export": { "Name": export } }));
    }

    /// The template as it is now.
    pub(crate) fn finish(self) -> Template {
        let mut template = json!({
            "AWSTemplateFormatVersion": "2010-09-09",
            "Description": self.description,
            "Resources": self.resources,
        });
        for (key, section) in [("Parameters", self.parameters), ("Outputs", self.outputs)] {
            if !section.is_empty() {
                template[key] = Value::Object(section);
            }
        }
        Template(template)
    }
}

/// A value of a template, without what is `None` or an empty list.
fn value(resource: &impl serde::Serialize) -> Value {
    // Serializing these types does not fail: their keys are texts, their numbers finite.
    prune(serde_json::to_value(resource).unwrap_or_default())
}

fn prune(value: Value) -> Value {
    let is_nothing = |value: &Value| value.is_null() || value.as_array().is_some_and(Vec::is_empty);
    match value {
        Value::Object(map) => {
            let kept = map.into_iter().filter(|(_, value)| !is_nothing(value));
            kept.map(|(key, value)| (key, prune(value))).collect()
        }
        Value::Array(items) => items.into_iter().map(prune).collect(),
        other => other,
    }
}
