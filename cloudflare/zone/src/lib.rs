//! A zone of Cloudflare, as sites of a fleet file: every rule and every setting with its verdict.
//!
//! ```text
//! saved answers of the API -> Export      read: recognized by what they hold
//!                          -> Import      translate: sites, records, findings
//!                          -> fleet.toml  fleet_text; merge keeps what people changed in it
//!                          -> a report    report: Markdown, JSON, one page of HTML
//! ```
//!
//! Nothing is dropped in silence: what is not understood is in [`Export::unread`], and everything
//! else has exactly one [`Verdict`]. What becomes of what is one table, [`features`], of which
//! `docs/cloudflare.md` is made too. The crate neither reads files nor asks the API: its callers do.
//!
//! ```
//! use cloudflare_zone::{Requests, SavedFile, read, translate};
//!
//! let text = r#"{"success": true, "errors": [], "result": {"phase": "http_request_dynamic_redirect",
//!   "kind": "zone", "id": "1", "rules": [{"id": "2", "action": "redirect", "enabled": true,
//!   "expression": "http.request.full_uri wildcard \"http*://shop.example/old\"",
//!   "action_parameters": {"from_value": {"status_code": 301, "preserve_query_string": true,
//!   "target_url": {"value": "https://shop.example/new"}}}}]}}"#;
//! let export = read(&[SavedFile { name: "rules.json".into(), text: text.into() }]);
//! let import = translate(&export, &Requests::new());
//! assert_eq!(import.sites[0].delivery.redirect_rules[0].to, "/new");
//! assert_eq!(import.findings.last().map(|it| it.verdict.word()), Some("translated"));
//! ```

mod action;
mod phase;
mod read;
mod zone;

mod condition;
mod feature;
mod translate;
mod verdict;

mod explain;
mod fleet_text;
mod merge;
mod report;

pub use action::{
    Action, CacheKey, CacheSettings, HeaderChange, RateLimit, Redirect, Rewrite, Route,
    RouteOrigin, Skip, Text, Ttl, UriRewrite,
};
pub use explain::{Explained, explain};
pub use feature::{Feature, Grade, features};
pub use fleet_text::fleet_text;
pub use merge::{Conflict, Merged, merge};
pub use phase::Phase;
pub use read::{SavedFile, read};
pub use report::{Coverage, Report};
pub use translate::{Import, RecordChange, Requests, Site, translate};
pub use verdict::{Finding, Verdict};
pub use zone::{
    Account, Export, Filter, Kind, List, PageRule, Place, Record, Rule, Thing, Unread, Zone,
};
