//! What CloudFormation's functions came to: `Ref`, `Fn::ImportValue`, `Fn::Sub`, `Fn::GetAtt`.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::plan::Deployed;
use crate::plan::links::export_name;

/// The values that the stacks of a fleet export, by the names of the exports.
pub(crate) fn exported(stacks: &BTreeMap<String, Deployed>) -> BTreeMap<String, String> {
    let mut values = BTreeMap::new();
    for stack in stacks.values() {
        let outputs = stack.template.get("Outputs").and_then(Value::as_object);
        for (key, output) in outputs.into_iter().flatten() {
            let name = export_name(output, &stack.name);
            if let (Some(name), Some(value)) = (name, stack.outputs.get(key)) {
                values.insert(name, value.clone());
            }
        }
    }
    values
}

/// What a stack's template refers to.
#[derive(Debug)]
pub(crate) struct References<'a> {
    /// The stack.
    pub(crate) stack: &'a Deployed,
    /// AWS's names of its resources, as far as they are known.
    pub(crate) ids: &'a BTreeMap<String, String>,
    /// What all stacks export.
    pub(crate) exports: &'a BTreeMap<String, String>,
    /// The account's number.
    pub(crate) account: &'a str,
}

impl References<'_> {
    /// What a function came to; `None` where that is not known.
    pub(crate) fn value(&self, function: &Value) -> Option<Value> {
        let (name, argument) = function.as_object()?.iter().next()?;
        let text = match name.as_str() {
            "Ref" => self.named(argument.as_str()?)?,
            "Fn::ImportValue" => self.exports.get(argument.as_str()?)?.clone(),
            "Fn::Sub" => self.filled(argument.as_str()?)?,
            "Fn::GetAtt" => self.attribute(argument)?,
            _ => return None,
        };
        Some(text.into())
    }

    /// The same with every function at every depth in the place of what it came to.
    ///
    /// # Errors
    /// The first that is not known.
    pub(crate) fn resolved(&self, value: &Value) -> Result<Value, Value> {
        match value {
            function if is_function(function) => {
                self.value(function).ok_or_else(|| function.clone())
            }
            Value::Object(map) => {
                map.iter().map(|(key, inner)| Ok((key.clone(), self.resolved(inner)?))).collect()
            }
            Value::Array(items) => items.iter().map(|item| self.resolved(item)).collect(),
            other => Ok(other.clone()),
        }
    }

    /// A live value as a template would have it: an id that is exported, by its export.
    pub(crate) fn in_words_of_templates(&self, live: &Value) -> Value {
        let is_its = |(_, value): &(&String, &String)| live.as_str() == Some(value.as_str());
        match self.exports.iter().find(is_its) {
            Some((name, value)) if !value.is_empty() => json!({ "Fn::ImportValue": name }),
            _ => live.clone(),
        }
    }

    fn named(&self, name: &str) -> Option<String> {
        match name {
            "AWS::AccountId" => Some(self.account.to_owned()),
            "AWS::Partition" => Some("aws".to_owned()),
            "AWS::Region" => Some(crate::plan::drift::REGION.to_owned()),
            "AWS::StackName" => Some(self.stack.name.clone()),
            "AWS::URLSuffix" => Some("amazonaws.com".to_owned()),
            _ => self.stack.parameters.get(name).or_else(|| self.ids.get(name)).cloned(),
        }
    }

    /// `arn:${AWS::Partition}:…` with the names filled in.
    fn filled(&self, text: &str) -> Option<String> {
        let mut filled = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            let (name, behind) = after.split_once('}')?;
            filled.push_str(before);
            filled.push_str(&self.named(name)?);
            rest = behind;
        }
        filled.push_str(rest);
        Some(filled)
    }

    /// `[X, Id]` or `X.Id`. Other attributes than the id are nowhere to be had.
    fn attribute(&self, argument: &Value) -> Option<String> {
        let (resource, attribute) = match argument {
            Value::String(text) => text.split_once('.')?,
            other => (other.get(0)?.as_str()?, other.get(1)?.as_str()?),
        };
        (attribute == "Id").then(|| self.ids.get(resource).cloned())?
    }
}

/// Whether a value is one of CloudFormation's functions.
pub(crate) fn is_function(value: &Value) -> bool {
    value.as_object().is_some_and(|map| {
        map.len() == 1 && map.keys().all(|key| key == "Ref" || key.starts_with("Fn::"))
    })
}
