//! The JSON Schema of fleet files (draft 2020-12), made of the types that read them.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

use crate::delivery::{Connection, Delivery};
use crate::origins::Vpc;
use crate::settings::Settings;
use crate::site::Origin;
use crate::warm::Warm;

/// The JSON Schema of fleet files, for editors: keys with what they mean, and what they may be.
///
/// It says less than [`crate::FleetFiles::problems`]: no reference is followed and no limit of
/// CloudFront known. And since any layer may hold a part of a table, nothing is required but a
/// site's name and domains.
///
/// ```
/// assert_eq!(fleet::schema()["$schema"], "https://json-schema.org/draft/2020-12/schema");
/// ```
pub fn schema() -> Value {
    let settings = SchemaSettings::draft2020_12();
    let mut generator = settings.for_deserialize().into_generator();
    let origin = origin(&mut generator);
    let layer = layer(&mut generator);
    let site = site(&layer);
    let fleet = reference::<Settings>(&mut generator);
    let warm = reference::<Warm>(&mut generator);
    let mut definitions = Value::Object(generator.take_definitions(true));
    forget_required(&mut definitions);
    let mut definitions = definitions.as_object().cloned().unwrap_or_default();
    definitions.insert("Layer".to_owned(), Value::Object(layer));
    definitions.insert("Site".to_owned(), Value::Object(site));
    definitions.insert("SiteOrigin".to_owned(), Value::Object(origin));
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A fleet of shops",
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "include": {
                "description": "Patterns of other files with `sites` and `groups`, relative to \
                                this one.",
                "type": "array",
                "items": { "type": "string" },
            },
            "fleet": fleet,
            "warm": warm,
            "defaults": { "$ref": "#/$defs/Layer" },
            "groups": {
                "description": "What some sites have in common, by names that sites list.",
                "type": "object",
                "additionalProperties": { "$ref": "#/$defs/Layer" },
            },
            "sites": { "type": "array", "items": { "$ref": "#/$defs/Site" } },
        },
        "$defs": definitions,
    })
}

fn reference<T: JsonSchema>(generator: &mut SchemaGenerator) -> Value {
    generator.subschema_for::<T>().to_value()
}

/// The properties of a type's schema.
fn properties(schema: &Schema) -> Map<String, Value> {
    schema.get("properties").and_then(Value::as_object).cloned().unwrap_or_default()
}

fn object(description: &str, properties: &Map<String, Value>) -> Map<String, Value> {
    let schema = json!({
        "description": description,
        "type": "object",
        "additionalProperties": false,
        "properties": properties,
    });
    schema.as_object().cloned().unwrap_or_default()
}

/// An origin: the keys of places beside those of the connection.
fn origin(generator: &mut SchemaGenerator) -> Map<String, Value> {
    let mut keys = properties(&Connection::json_schema(generator));
    let places = Origin::json_schema(generator);
    let variants = places.get("oneOf").and_then(Value::as_array).cloned().unwrap_or_default();
    for variant in variants {
        let variant = variant.as_object().cloned().unwrap_or_default();
        let place = variant.get("properties").and_then(Value::as_object).cloned();
        keys.extend(place.unwrap_or_default());
    }
    keys.insert("vpc".to_owned(), reference::<Vpc>(generator));
    forget_required_of(&mut keys);
    object(
        "Where things are (one of `folder`, `s3`, `http`, `vpc`), and how they are asked for.",
        &keys,
    )
}

/// What defaults and groups hold.
fn layer(generator: &mut SchemaGenerator) -> Map<String, Value> {
    let mut keys = properties(&Delivery::json_schema(generator));
    keys.remove("groups");
    keys.insert("images".to_owned(), reference::<edge_resizer::Policy>(generator));
    keys.insert("origin".to_owned(), json!({ "$ref": "#/$defs/SiteOrigin" }));
    let others = json!({
        "description": "Other origins, by names that behaviors and failovers use.",
        "type": "object",
        "additionalProperties": { "$ref": "#/$defs/SiteOrigin" },
    });
    keys.insert("origins".to_owned(), others);
    forget_required_of(&mut keys);
    object("What sites have unless a higher layer says otherwise.", &keys)
}

fn site(layer: &Map<String, Value>) -> Map<String, Value> {
    let keys = layer.get("properties").and_then(Value::as_object).cloned();
    let mut keys = keys.unwrap_or_default();
    let own = json!({
        "name": {
            "description": "Its short name: lower-case letters, digits and `-`.",
            "type": "string",
            "pattern": "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$",
        },
        "domains": {
            "description": "Host names under which it answers.",
            "type": "array",
            "items": { "type": "string" },
        },
        "groups": {
            "description": "The groups it belongs to, in order: a later one outranks an earlier \
                            one.",
            "type": "array",
            "items": { "type": "string" },
        },
    });
    keys.extend(own.as_object().cloned().unwrap_or_default());
    let mut site = object("One brand shop.", &keys);
    site.insert("required".to_owned(), json!(["name", "domains"]));
    site
}

/// Takes out what is required: another layer may hold it.
fn forget_required(schema: &mut Value) {
    match schema {
        Value::Object(table) => {
            if table.get("required").is_some_and(Value::is_array) {
                table.remove("required");
            }
            forget_required_of(table);
        }
        Value::Array(items) => items.iter_mut().for_each(forget_required),
        _ => {}
    }
}

fn forget_required_of(table: &mut Map<String, Value>) {
    table.values_mut().for_each(forget_required);
}
