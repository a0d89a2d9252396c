use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::plan::Risk;

fn stack(config: &Value) -> Value {
    json!({ "Resources": { "Distribution": {
        "Type": "AWS::CloudFront::Distribution",
        "Properties": { "DistributionConfig": config },
    } } })
}

/// Every change between two distributions as `field: before -> after`.
fn told(before: &Value, after: &Value) -> Vec<String> {
    let (before, after) = (stack(before), stack(after));
    let none = Exports::default();
    let text =
        |value: Option<Value>| value.map_or_else(|| "nothing".to_owned(), |it| it.to_string());
    changes((&before, &none), (&after, &none))
        .into_iter()
        .map(|change| {
            let field = change.field.replace("DistributionConfig.", "");
            format!("{field}: {} -> {}", text(change.before), text(change.after))
        })
        .collect()
}

#[test]
fn fields_are_compared_one_by_one() {
    let behavior = |path: &str, ttl: u32| json!({ "PathPattern": path, "TTL": ttl });
    for (before, after, want) in [
        (json!({ "A": 1 }), json!({ "A": 1 }), vec![]),
        (json!({ "A": 1 }), json!({ "A": 2 }), vec!["A: 1 -> 2"]),
        (json!({}), json!({ "A": true }), vec!["A: nothing -> true"]),
        (json!({ "A": { "B": 1 } }), json!({}), vec![r#"A: {"B":1} -> nothing"#]),
        // An entry is found by what names it, wherever it stands.
        (
            json!({ "L": [behavior("/a", 1), behavior("/b", 2)] }),
            json!({ "L": [behavior("/new", 9), behavior("/a", 1), behavior("/b", 3)] }),
            vec!["L[/b].TTL: 2 -> 3", r#"L[/new]: nothing -> {"PathPattern":"/new","TTL":9}"#],
        ),
        // Behaviors count in their order.
        (
            json!({ "L": [behavior("/a", 1), behavior("/b", 2)] }),
            json!({ "L": [behavior("/b", 2), behavior("/a", 1)] }),
            vec![r#"L (order): ["/a","/b"] -> ["/b","/a"]"#],
        ),
        (
            json!({ "Aliases": ["a", "b"] }),
            json!({ "Aliases": ["b", "c"] }),
            vec![r#"Aliases[a]: "a" -> nothing"#, r#"Aliases[c]: nothing -> "c""#],
        ),
        // A list of numbers has no names.
        (json!({ "L": [1, 1] }), json!({ "L": [1] }), vec!["L: [1,1] -> [1]"]),
        (
            json!({ "A": { "Ref": "X" } }),
            json!({ "A": { "Ref": "Y" } }),
            vec![r#"A: {"Ref":"X"} -> {"Ref":"Y"}"#],
        ),
    ] {
        assert_eq!(told(&before, &after), want, "{before} -> {after}");
    }
}

#[test]
fn a_reference_is_looked_through() {
    let shared = |hash: &str, ttl: u32| {
        json!({
            "Resources": { "Policy": { "Type": "AWS::CloudFront::CachePolicy", "Properties": {
                "CachePolicyConfig": { "Name": format!("static-{hash}"), "DefaultTTL": ttl },
            } } },
            "Outputs": { "Id": {
                "Value": { "Ref": "Policy" },
                "Export": { "Name": format!("static-{hash}:id") },
            } },
        })
    };
    let user = |hash: &str| {
        stack(&json!({ "CachePolicyId": { "Fn::ImportValue": format!("static-{hash}:id") } }))
    };
    let (old, new, same) = (shared("a", 60), shared("b", 90), shared("c", 60));
    let sides = [&old, &new, &same].map(|template| Exports::of(std::iter::once(("s", template))));

    let found = changes((&user("a"), &sides[0]), (&user("b"), &sides[1]));
    let [change] = found.as_slice() else { panic!("{found:?}") };
    assert!(change.field.ends_with("CachePolicyConfig.DefaultTTL"), "{}", change.field);
    assert_eq!((change.risk, &change.before), (Risk::Ttl, &Some(json!(60))));

    // Another copy of the same is no change to shoppers.
    assert_eq!(changes((&user("a"), &sides[0]), (&user("c"), &sides[2])), []);
}

#[test]
fn a_resource_of_another_type_is_another_resource() {
    let resource = |kind: &str| json!({ "Resources": { "R": { "Type": kind } } });
    let none = Exports::default();
    let found = changes(
        (&resource("AWS::CloudFront::Distribution"), &none),
        (&resource("AWS::S3::Bucket"), &none),
    );
    assert_eq!(found.len(), 1);
}

/// Any JSON, small.
fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (0..4u8).prop_map(Value::from),
        "[ab]{0,2}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(
                prop_oneof![
                    Just("Id".to_owned()),
                    Just("Name".to_owned()),
                    "[AB]".prop_map(|it| it)
                ],
                inner,
                0..4
            )
            .prop_map(|map| map.into_iter().collect::<Value>()),
        ]
    })
}

/// Nothing and null are the same to CloudFormation.
fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(map) => map
            .iter()
            .filter(|(_, inner)| !inner.is_null())
            .map(|(key, inner)| (key.clone(), without_nulls(inner)))
            .collect(),
        Value::Array(items) => items.iter().map(without_nulls).collect(),
        other => other.clone(),
    }
}

proptest! {
    #[test]
    fn there_is_a_change_where_there_is_a_difference(before in anything(), after in anything()) {
        let none = Exports::default();
        let [old, new] = [&before, &after].map(stack);
        let is_same = without_nulls(&old) == without_nulls(&new);
        let found = changes((&old, &none), (&new, &none));
        prop_assert_eq!(found.is_empty(), is_same, "{:?}", found);
    }
}
