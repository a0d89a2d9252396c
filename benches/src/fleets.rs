//! Fleets of many sites, of which none is like another: those of the templates' own tests, as files.

#[path = "../../cloudformation/tests/templates/fleets.rs"]
mod varied;

use std::fmt::Write as _;

use fleet::delivery::{Delivery, KeyPart, Mode, PriceClass};
use serde_json::Value;

/// Quotas that a fleet needs whose features are more varied than any real one's.
const RAISED: [&str; 4] = [
    "cache-policies",
    "origin-request-policies",
    "response-headers-policies",
    "tenant-distributions",
];

/// A fleet file of so many sites with everything written out, some 5 kB for each.
///
/// # Panics
/// Panics where a site cannot be written as TOML, which the tests of the templates would see too.
pub fn fleet_file(sites: usize) -> String {
    let mut text = "[fleet]\nname = \"brands\"\n\n[fleet.quotas]\n".to_owned();
    for quota in RAISED {
        // A string takes all that is written to it.
        let _ = writeln!(text, "{quota} = 1000");
    }
    let tables = varied::varied(sites).sites.into_iter().map(|mut site| {
        if site.delivery.mode == Mode::Tenant {
            make_legal(&mut site.delivery);
        }
        let written = Value::Object(site.written());
        toml_of(written).unwrap_or_else(|| panic!("{} is a table", site.name))
    });
    let sites =
        toml::Table::from_iter([("sites".to_owned(), toml::Value::Array(tables.collect()))]);
    text + "\n" + &sites.to_string()
}

/// Takes out what the templates of a tenant can hold and a fleet file refuses: CloudFront does, too.
fn make_legal(tenant: &mut Delivery) {
    tenant.price_class = PriceClass::All;
    tenant.ipv6 = true;
    for profile in tenant.caches.values_mut() {
        if let KeyPart::AllBut(names) = &profile.cookies {
            profile.cookies = KeyPart::Named(names.clone());
        }
    }
}

/// The same fleet with a header more on every site.
pub fn with_another_header(file: &str) -> String {
    format!("[defaults.headers.custom]\nX-Release = \"2\"\n\n{file}")
}

/// TOML has no null: what is left out is left out.
fn toml_of(value: Value) -> Option<toml::Value> {
    match value {
        Value::Null => None,
        Value::Bool(it) => Some(it.into()),
        Value::Number(it) => {
            it.as_i64().map(toml::Value::from).or_else(|| it.as_f64().map(Into::into))
        }
        Value::String(it) => Some(it.into()),
        Value::Array(items) => {
            Some(toml::Value::Array(items.into_iter().filter_map(toml_of).collect()))
        }
        Value::Object(table) => {
            let pairs = table.into_iter().filter_map(|(key, value)| Some((key, toml_of(value)?)));
            Some(toml::Value::Table(pairs.collect()))
        }
    }
}
