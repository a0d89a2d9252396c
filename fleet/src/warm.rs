//! What keeps the caches of a fleet warm from within AWS: the table `[warm]`.

mod check;

use std::collections::HashSet;

use jiff::ToSpan as _;
use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};
use toml::Spanned;
use toml::de::DeValue;

use crate::problem::Problem;
use crate::section;
use crate::tree::Tree;

/// When caches are warmed, with what, where and how fast.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Warm {
    /// Only these sites. Default: all.
    pub sites: Vec<String>,
    /// When it is done again and again, as `EventBridge` Scheduler writes it: `rate(6 hours)` or
    /// `cron(0 5 * * ? *)`. Default: never.
    pub schedule: Option<String>,
    /// Minutes at which everything has to be hot, `2026-11-27T00:00`: a sale. Default: none.
    pub at: Vec<String>,
    /// Minutes before each of `at` that it begins. Default: 60.
    pub lead: u32,
    /// The time zone of `schedule` and `at`, `Europe/Berlin`. Default: `UTC`.
    pub timezone: String,
    /// What else it is done after. Default: nothing.
    pub after: Vec<WarmAfter>,
    /// Sitemaps, `https://…` or `s3://bucket/key`. Default: those that each site's robots.txt names.
    pub sitemaps: Vec<String>,
    /// URLs beside the sitemaps, or in their place. Default: none.
    pub urls: Vec<String>,
    /// Read so many pages of sitemaps for what they show. Default: 1000.
    pub follow: u32,
    /// Formats to ask for negotiated pictures in. Default: all.
    pub formats: Vec<WarmFormat>,
    /// Encodings to ask for texts in. Default: all.
    pub encodings: Vec<WarmEncoding>,
    /// Whether originals are warmed in the widths and presets of their shop too. Default: `true`.
    pub expand: bool,
    /// Edge locations, `FRA60-P1`, the heaviest first. Default: a list that comes along.
    pub locations: Vec<String>,
    /// Only locations of these AWS or price regions. Default: all.
    pub regions: Vec<String>,
    /// Ask wherever the hosts' names lead, in the place of locations. Default: `false`.
    pub direct: bool,
    /// Requests a second to each location, of all workers together. Default: 20.
    pub rate: f64,
    /// Bytes a second from each location, of all workers together. Default: any number.
    pub byte_rate: Option<f64>,
    /// Requests a second to each origin, of all workers together. Default: 20.
    pub origin_rate: f64,
    /// Requests of a run, at the most. Default: any number.
    pub max_requests: Option<u64>,
    /// Bytes of a run, at the most. Default: any number.
    pub max_bytes: Option<u64>,
    /// Dollars of a run, at the most, by CloudFront's prices at the locations: a plan above it is not
    /// begun, and a run that reaches it ends. Default: any number.
    pub max_cost: Option<f64>,
    /// The percentage of targets that is asked for again, to see that it is there. Default: 100.
    pub verify: f64,
    /// How many slices are worked on at once, 2 to 1000. Default: 4.
    pub workers: u32,
    /// Targets in a slice, 1 to 10,000. Default: 1000.
    pub slice: u32,
    /// Whom to ask about the warmer, in its User-Agent: a page or an address. Default: nobody.
    pub contact: Option<String>,
    /// The SNS topic of us-east-1 that is told of slices that failed. Default: none, nobody is told.
    pub topic: Option<String>,
}

/// What caches are warmed after.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum WarmAfter {
    /// A site was deployed.
    Deploy,
    /// Something was invalidated: that is warmed. It takes a trail of `CloudTrail`.
    Purge,
    /// A sitemap was put into a bucket of originals that sends its events to `EventBridge`.
    Sitemap,
}

/// A format of pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum WarmFormat {
    /// AVIF.
    Avif,
    /// WebP, for browsers without AVIF.
    Webp,
    /// JPEG or PNG, for browsers with neither.
    Basic,
}

/// An encoding of texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum WarmEncoding {
    /// Brotli.
    Br,
    /// gzip.
    Gzip,
}

impl Default for Warm {
    fn default() -> Self {
        Self {
            sites: Vec::new(),
            schedule: None,
            at: Vec::new(),
            lead: 60,
            timezone: "UTC".to_owned(),
            after: Vec::new(),
            sitemaps: Vec::new(),
            urls: Vec::new(),
            follow: 1_000,
            formats: vec![WarmFormat::Avif, WarmFormat::Webp, WarmFormat::Basic],
            encodings: vec![WarmEncoding::Br, WarmEncoding::Gzip],
            expand: true,
            locations: Vec::new(),
            regions: Vec::new(),
            direct: false,
            rate: 20.0,
            byte_rate: None,
            origin_rate: 20.0,
            max_requests: None,
            max_bytes: None,
            max_cost: None,
            verify: 100.0,
            workers: 4,
            slice: 1_000,
            contact: None,
            topic: None,
        }
    }
}

impl Warm {
    /// When it begins for each of `at`: in the time zone, as `2026-11-26T23:00:00`.
    pub fn begins(&self) -> Vec<String> {
        let begin = |at: &String| {
            let at: DateTime = at.parse().ok()?;
            let begin = at.checked_sub(i64::from(self.lead).minutes()).ok()?;
            Some(begin.strftime("%Y-%m-%dT%H:%M:%S").to_string())
        };
        self.at.iter().filter_map(begin).collect()
    }
}

/// Reads the table `[warm]` of a fleet with these sites.
pub(crate) fn read(
    value: &Spanned<DeValue<'_>>,
    sites: &HashSet<&str>,
    problems: &mut Vec<Problem>,
) -> Option<Warm> {
    let warm = section::read_all::<Warm>(value.clone(), problems)?;
    let table = value.get_ref().as_table()?;
    check::check(&warm, Tree::new(table, value.span()), sites, problems);
    Some(warm)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_begins_before_it_has_to_be_hot() {
        let at = vec!["2026-11-27T00:00".to_owned(), "2026-03-01T00:30:00".to_owned()];
        let warm = Warm { at, lead: 90, ..Warm::default() };
        assert_eq!(warm.begins(), ["2026-11-26T22:30:00", "2026-02-28T23:00:00"]);
    }
}
