//! What CloudFormation says it will do, held against what the plan said.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::aws::ResourceChange;

/// Kinds of resources that must never be made anew: shoppers would be without them meanwhile.
const IRREPLACEABLE: [&str; 4] = [
    "AWS::CloudFront::ConnectionGroup",
    "AWS::CloudFront::Distribution",
    "AWS::CloudFront::DistributionTenant",
    "AWS::S3::Bucket",
];

/// Why a change set is not put into effect.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    /// A resource would be made anew.
    #[error("CloudFormation would replace {resource} ({kind})")]
    Replacement {
        /// Its name in the template.
        resource: String,
        /// Its type.
        kind: String,
    },
    /// A resource would go that stays by the plan, or that shoppers need.
    #[error("CloudFormation would remove {resource} ({kind})")]
    Removal {
        /// Its name in the template.
        resource: String,
        /// Its type.
        kind: String,
    },
    /// A resource would change of which the plan says nothing.
    #[error("CloudFormation would {action} {resource} ({kind}), which the plan does not say")]
    Unplanned {
        /// What would happen.
        action: String,
        /// Its name in the template.
        resource: String,
        /// Its type.
        kind: String,
    },
}

/// Whether a change set does what the templates say, and nothing that is an outage. A resource may
/// be called modified that is the same in both: CloudFormation does so where something it refers
/// to changes.
pub(crate) fn check(
    changes: &[ResourceChange],
    before: Option<&Value>,
    after: &Value,
) -> Result<(), Refusal> {
    let resources = |template: Option<&Value>| -> BTreeMap<String, String> {
        let all = template.and_then(|template| template.get("Resources")?.as_object());
        let kind = |resource: &Value| {
            resource.get("Type").and_then(Value::as_str).unwrap_or("").to_owned()
        };
        all.into_iter().flatten().map(|(name, resource)| (name.clone(), kind(resource))).collect()
    };
    let (before, after) = (resources(before), resources(Some(after)));
    for change in changes {
        let (resource, kind) = (change.resource.clone(), change.kind.clone());
        let is_irreplaceable = IRREPLACEABLE.contains(&kind.as_str());
        if is_irreplaceable && change.action == "Remove" {
            return Err(Refusal::Removal { resource, kind });
        }
        if is_irreplaceable && change.replacement == "True" {
            return Err(Refusal::Replacement { resource, kind });
        }
        let is_planned = match change.action.as_str() {
            "Add" => after.contains_key(&resource) && !before.contains_key(&resource),
            "Remove" => before.contains_key(&resource) && !after.contains_key(&resource),
            _ => after.contains_key(&resource) && before.contains_key(&resource),
        };
        if !is_planned {
            let action = change.action.to_lowercase();
            return Err(Refusal::Unplanned { action, resource, kind });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn change(resource: &str, kind: &str, action: &str, replacement: &str) -> ResourceChange {
        let text = str::to_owned;
        ResourceChange {
            resource: text(resource),
            kind: text(kind),
            action: text(action),
            replacement: text(replacement),
        }
    }

    fn template(names: &[(&str, &str)]) -> Value {
        let resources: serde_json::Map<String, Value> = names
            .iter()
            .map(|(name, kind)| ((*name).to_owned(), json!({ "Type": kind })))
            .collect();
        json!({ "Resources": resources })
    }

    const DISTRIBUTION: &str = "AWS::CloudFront::Distribution";

    #[test]
    fn what_the_plan_says_may_happen() {
        let before = template(&[("D", DISTRIBUTION), ("A", "AWS::CloudWatch::Alarm")]);
        let after = template(&[("D", DISTRIBUTION), ("R", "AWS::Route53::RecordSet")]);
        for (change, want) in [
            (change("D", DISTRIBUTION, "Modify", "False"), None),
            // The emulator, and CloudFormation where a value is known late only.
            (change("D", DISTRIBUTION, "Modify", "Conditional"), None),
            (change("D", DISTRIBUTION, "Modify", "True"), Some("would replace D")),
            (change("D", DISTRIBUTION, "Remove", ""), Some("would remove D")),
            (change("A", "AWS::CloudWatch::Alarm", "Remove", ""), None),
            (change("R", "AWS::Route53::RecordSet", "Add", ""), None),
            (change("R", "AWS::Route53::RecordSet", "Modify", "False"), Some("would modify R")),
            (change("X", "AWS::IAM::Role", "Add", ""), Some("would add X")),
            (change("D", DISTRIBUTION, "Add", ""), Some("would add D")),
        ] {
            let told = check(std::slice::from_ref(&change), Some(&before), &after).err();
            let told = told.map(|refusal| refusal.to_string());
            assert_eq!(told.is_some(), want.is_some(), "{change:?}: {told:?}");
            if let (Some(told), Some(want)) = (&told, want) {
                assert!(told.contains(want), "{told}");
            }
        }
    }

    #[test]
    fn a_new_stack_may_have_everything_it_says() {
        let after = template(&[("D", DISTRIBUTION)]);
        assert_eq!(check(&[change("D", DISTRIBUTION, "Add", "")], None, &after), Ok(()));
        assert!(check(&[change("E", DISTRIBUTION, "Add", "")], None, &after).is_err());
    }
}
