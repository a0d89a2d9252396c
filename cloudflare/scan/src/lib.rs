//! Finds the picture URLs of a theme or a site, and says which of them an edge-resizer understands.
//!
//! ```text
//! folder::documents, site::crawl   a folder or a site -> Document (name, kind, text), one at a time
//! text::read                       Document -> the pictures it names, with their lines, and its links
//! judge                            a picture's URL -> whose language, and supported | differs | unsupported
//! Report::add, Report::finish      counts, examples, and the widths in use for `fleet.toml`
//! ```
//!
//! Only [`site`] and [`folder`] do I/O. What a template fills in later (`{{ … }}`, `${…}`) is shown as
//! `{…}` and counts as some text: `/cdn-cgi/image/width=400/{…}` still tells its options.
//!
//! ```
//! use site_scan::{Document, Kind, Report};
//!
//! let mut report = Report::default();
//! let text = r#"<img src="/cdn-cgi/image/width=400,zoom=0.5/a.jpg">"#.to_owned();
//! report.add(&Document { name: "index.html".to_owned(), kind: Kind::Html, text });
//! let summary = report.finish();
//! assert_eq!(summary.services[0].differs, 1);
//! assert_eq!(summary.differences[0].option, "zoom=0.5");
//! assert_eq!(summary.widths[0].width, 400);
//! ```

mod document;
mod text;

mod address;
mod judge;
mod service;

mod report;

pub mod folder;
pub mod site;

pub use document::{Document, Kind};
pub use judge::{Difference, Judgement, Verdict, judge};
pub use report::{
    DifferenceCount, HostCount, Place, Report, ServiceCount, Summary, Unsupported, WidthCount,
};
pub use service::Service;
pub use text::{Found, Link, Reading, read};
pub use url::Url;
