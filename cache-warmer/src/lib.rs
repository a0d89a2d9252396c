//! Fills a CDN's caches before shoppers arrive, location by location, and proves that they are full.
//!
//! ```text
//! sitemaps, lists, pages      source     -> URLs
//! URL                         variants   -> targets: what browsers ask for, under the edge's own keys
//! targets                     spool      on disk, each once
//! from URLs to there          gather     fetching what leads to more; all, or what was purged
//! targets, locations          plan       -> waves: shield, regional caches, edges; an estimate
//! a plan                      run        THE SPINE: paced requests, each judged, journaled, verified
//!   a request                 fetch      to the location's addresses, with the shop's name
//!   how fast                  pace       limits, and giving way
//!   an answer                 judge      -> outcome: hit, warmed, ... failed, and why
//! answers of many runs        part       added up
//! all answers                 report     JSON, JUnit, a page
//! ```
//!
//! The spine is [`warm`].

mod cities;
mod fetch;
mod gather;
mod histogram;
mod journal;
mod judge;
mod ledger;
mod location;
mod names;
mod outcome;
mod pace;
mod part;
mod placing;
mod plan;
mod purged;
mod reading;
mod report;
mod run;
pub mod source;
mod spool;
mod tls;
mod variants;
mod wish;

pub use cities::City;
pub use fetch::{Answer, Client, ClientOptions, Connection, FetchError, Lane};
pub use gather::{Gatherer, Notes, Sitemap};
pub use journal::{Entry, Journal, JournalError, JournalFolder};
pub use judge::{Meant, judge};
pub use ledger::Progress;
pub use location::{Location, LocationError, LocationId, NoLocationId, covering};
pub use names::{Dns, Names, Pinned, Resolve, Resolved};
pub use outcome::{Cause, Outcome, Pass, Verdict};
pub use pace::{Feedback, Limits, Pace};
pub use part::{Part, Stop};
pub use placing::Placing;
pub use plan::{Assumed, Estimate, Fills, Places, Plan, Price, Wave};
pub use purged::Purged;
pub use reading::{GatherError, ReadError};
pub use report::{Cell, Example, Problem, Report, Tally};
pub use run::{Budget, Settings, WarmError, Watch, next_round, warm, warm_part};
pub use spool::{Spool, SpoolWriter, Targets};
pub use tls::TlsError;
pub use variants::{CacheKey, ForeignHost, Shop, Target, Variants, Wanted};
pub use wish::Wish;
