//! Templates as YAML, read again by a reader of other people's.

use cloudformation::{Assignment, render};
use fleet::Fleet;
use proptest::prelude::*;
use saphyr::{LoadableYamlNode as _, Scalar, Yaml};
use serde_json::{Map, Value, json};

use super::fleets;

#[test]
fn what_is_written_is_read_again() {
    let mut fleet = fleets::varied(60);
    for quota in ["cache-policies", "response-headers-policies", "tenant-distributions"] {
        fleet.settings.quotas.insert(quota.to_owned(), 500);
    }
    check(&fleet);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_again(
        text in prop_oneof![any::<String>(), "[ \\n\\t:#'\"\\\\a-c1-2.~!&*%@|>{}-]{0,12}", "[ -~\\n]{150,200}"],
    ) {
        let mut site = fleets::site("shop", 2);
        site.delivery.headers.csp = Some(text.clone());
        site.delivery.headers.custom.insert("X-Text".to_owned(), text);
        check(&fleets::fleet([site]));
    }
}

/// Reads every template of a fleet.
fn check(fleet: &Fleet) {
    let rendered = render(fleet, &Assignment::default()).unwrap_or_else(|error| panic!("{error}"));
    for stack in &rendered.stacks {
        let text = stack.template.to_yaml();
        let documents =
            Yaml::load_from_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        let [document] = documents.as_slice() else { panic!("{} documents", documents.len()) };
        assert_eq!(json(document), stack.template.to_json(), "{text}");
    }
}

/// The document with the short forms of functions written out.
fn json(node: &Yaml<'_>) -> Value {
    match node {
        Yaml::Mapping(map) => map
            .iter()
            .map(|(key, value)| (key.as_str().unwrap().to_owned(), json(value)))
            .collect::<Map<_, _>>()
            .into(),
        Yaml::Sequence(items) => items.iter().map(json).collect(),
        Yaml::Value(Scalar::String(text)) => text.as_ref().into(),
        Yaml::Value(Scalar::Boolean(value)) => (*value).into(),
        Yaml::Value(Scalar::Integer(number)) => (*number).into(),
        Yaml::Value(Scalar::FloatingPoint(number)) => number.into_inner().into(),
        Yaml::Tagged(tag, argument) => function(&tag.suffix, &json(argument)),
        other => panic!("{other:?}"),
    }
}

fn function(tag: &str, argument: &Value) -> Value {
    match tag {
        "Ref" => json!({ "Ref": argument }),
        "GetAtt" => {
            let (resource, name) = argument.as_str().unwrap().split_once('.').unwrap();
            json!({ "Fn::GetAtt": [resource, name] })
        }
        other => json!({ format!("Fn::{other}"): argument }),
    }
}
