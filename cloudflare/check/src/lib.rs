//! A zone of Cloudflare and the site that it became, asked for the same: every request on which they
//! do not agree, and the verdict that says so.
//!
//! ```text
//! a list, a log      -> visits                     read
//! visit -> the zone  -> outcome   phases in Cloudflare's order, its defaults      original
//!       -> the site  -> outcome   web ACL, behavior, viewer function, policies    translated
//! two outcomes       -> differences                differ
//! a difference       -> the verdict that says so   explain
//! all of them        -> groups, each with a count  report
//! ```
//!
//! Both sides are models of documented behavior, but for two parts that really run: the viewer
//! function, in `QuickJS`, as it is deployed; and the pairs of its store, as they are written to it.
//! The side of Cloudflare is made of the rules as the API tells them and shares no code with their
//! translation. What neither side can know is left out: scores of bots, rules that Cloudflare and AWS
//! manage, how many requests came before. To read the code, begin with [`Check::run`].
//!
//! ```
//! use cloudflare_zone::{Requests, SavedFile, fleet_text, read, translate};
//! use zone_check::{Check, visits};
//!
//! let zone = r#"{"success": true, "errors": [], "result": {"id": "z", "name": "shop.example",
//!   "status": "active", "name_servers": []}}"#;
//! let records = r#"{"success": true, "errors": [], "result": [{"id": "1", "name": "shop.example",
//!   "type": "CNAME", "content": "origin.servers.example", "proxied": true, "ttl": 1}]}"#;
//! let export = read(&[("zone.json", zone), ("dns.json", records)]
//!     .map(|(name, text)| SavedFile { name: name.into(), text: text.into() }));
//! let import = translate(&export, &Requests::new());
//! let fleet = fleet::Fleet::parse(&fleet_text(&import.sites), "/srv".as_ref(), "fleet.toml")?;
//! let visits = visits("https://shop.example/about\nPOST https://shop.example/orders\n")?;
//! let report = Check::new(&export, &import, &fleet)?.run(&visits, &|| ())?;
//! assert_eq!((report.requests, report.unexplained()), (2, 0));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod read;
mod visit;

mod outcome;

mod original;

mod translated;

mod differ;
mod explain;

mod error;
mod report;
mod run;

pub use differ::Aspect;
pub use error::CheckError;
pub use read::{BadVisit, visits, visits_of_logpush};
pub use report::{Explained, Group, Report};
pub use run::Check;
pub use visit::Visit;
