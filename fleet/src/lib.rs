//! What a site is: its domains, where its originals are, its image policy. Read from `fleet.toml`.

mod file;
mod site;

pub use file::{Fleet, FleetError};
pub use site::{Origin, Site};
