//! A site in the form in which a file would say it, with everything decided.

use serde_json::{Map, Value, json};

use crate::delivery::{DeliveryOrigin, Place};
use crate::origins::DEFAULT;
use crate::problem::is_secret;
use crate::site::Site;

/// What stands in place of a secret.
pub(crate) const MASK: &str = "********";

impl Site {
    /// The site as the keys of a fleet file with all their values, secrets masked; `null` is what is
    /// left out.
    ///
    /// ```
    /// let text = r#"sites = [{ name = "a", domains = [], origin = { folder = "f" } }]"#;
    /// let fleet = fleet::Fleet::parse(text, "/srv".as_ref(), "fleet.toml")?;
    /// let written = fleet.sites[0].written();
    /// assert_eq!(written["origin"]["folder"], "/srv/f");
    /// assert_eq!(written["headers"]["nosniff"], true);
    /// # Ok::<(), fleet::FleetError>(())
    /// ```
    pub fn written(&self) -> Map<String, Value> {
        let mut table = object(&self.delivery);
        table.insert("name".to_owned(), json!(self.name));
        table.insert("domains".to_owned(), json!(self.domains));
        table.insert("images".to_owned(), json!(self.images));
        let origins = &self.delivery.origins;
        let written = |origin| Value::Object(written_origin(origin));
        table.insert("origin".to_owned(), origins.get(DEFAULT).map_or(Value::Null, written));
        let others = origins.iter().filter(|(name, _)| *name != DEFAULT);
        let others = others.map(|(name, origin)| (name.clone(), written(origin))).collect();
        table.insert("origins".to_owned(), Value::Object(others));
        let mut path = Vec::new();
        mask(&mut table, &mut path);
        table
    }
}

/// The place's key, and beside it those of the connection.
fn written_origin(origin: &DeliveryOrigin) -> Map<String, Value> {
    let mut table = object(&origin.connection);
    match &origin.place {
        Place::Public(origin) => table.extend(object(origin)),
        Place::Vpc { arn, host } => {
            table.insert("vpc".to_owned(), json!({ "arn": arn, "host": host }));
        }
    }
    table
}

/// A struct as a table: no type of a site is anything else, and none has keys that are not texts.
fn object(value: &impl serde::Serialize) -> Map<String, Value> {
    match serde_json::to_value(value) {
        Ok(Value::Object(table)) => table,
        _ => Map::new(),
    }
}

fn mask(table: &mut Map<String, Value>, path: &mut Vec<String>) {
    for (key, value) in table {
        path.push(key.clone());
        let names: Vec<_> = path.iter().map(String::as_str).collect();
        match value {
            Value::Object(inner) => mask(inner, path),
            Value::Array(items) if is_secret(&names) => items.fill(json!(MASK)),
            Value::String(_) if is_secret(&names) => *value = json!(MASK),
            _ => {}
        }
        path.pop();
    }
}
