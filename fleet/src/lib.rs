//! What a site is: its domains, where its originals are, its image policy. Read from `fleet.toml`.
//!
//! ```text
//! files -> tables with their places in the files    files, sources
//!       -> defaults < groups < site                 layers, stack, merge
//!       -> sites whose every value is legal         file, site, origins, check
//!       -> what keeps their caches warm             warm
//!       or every problem at once, underlined        problem
//! ```
//!
//! ```
//! let text = r#"
//! [defaults.images]
//! widths = [320, 640, 1280]
//!
//! [[sites]]
//! name = "aurora"
//! domains = ["aurora.example", "www.aurora.example"]
//! origin = { folder = "aurora" }
//! images = { quality = { avif = 60 } }
//! "#;
//! let fleet = fleet::Fleet::parse(text, "/srv/shops".as_ref(), "fleet.toml")?;
//! assert_eq!(fleet.sites[0].images.widths, [320, 640, 1280]);
//! assert_eq!(fleet.sites[0].origin, fleet::Origin::Folder("/srv/shops/aurora".into()));
//! # Ok::<(), fleet::FleetError>(())
//! ```

mod check;
pub mod delivery;
mod explain;
mod file;
mod files;
mod layers;
pub mod lint;
mod merge;
mod origins;
mod problem;
#[cfg(feature = "schema")]
mod schema;
mod section;
mod settings;
mod site;
mod sources;
mod stack;
mod starter;
mod tree;
mod warm;
mod written;

pub use delivery::{Delivery, MARKETING_PARAMETERS};
pub use explain::{ExplainError, Overridden, Provenance};
pub use file::{Fleet, FleetError, read_policy};
pub use files::FleetFiles;
pub use layers::Layer;
pub use problem::{FileProblem, nearest};
#[cfg(feature = "schema")]
pub use schema::schema;
pub use settings::Settings;
pub use site::{Origin, Site};
pub use sources::FilePlace;
pub use starter::STARTER;
pub use warm::{Warm, WarmAfter, WarmEncoding, WarmFormat};
