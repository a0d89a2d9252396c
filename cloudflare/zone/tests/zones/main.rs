//! Zones as a whole, through the crate's public surface.

#![expect(clippy::unwrap_used, reason = "clippy's leave for tests does not reach their helpers")]

mod documentation;
mod merging;
mod properties;
mod reading;
mod recorded;
mod shop;
mod shops;
mod table;
mod traps;
