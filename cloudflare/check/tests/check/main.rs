//! Zones and the sites that they become, asked for the same, through the crate's public surface.

#![expect(clippy::unwrap_used, reason = "clippy's leave for tests does not reach their helpers")]

mod both;
mod properties;
mod rules;
#[path = "../../../zone/tests/zones/shop.rs"]
mod shop;
mod shop_traffic;
#[path = "../../../zone/tests/zones/table.rs"]
#[expect(dead_code, reason = "helpers of the translator's tests, of which a part is used here")]
mod table;
mod traffic;
