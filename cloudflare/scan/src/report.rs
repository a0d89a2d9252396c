//! What was found, counted.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::document::Document;
use crate::judge::{Difference, Judgement, Verdict, judge};
use crate::text::{MASK, Reading, read};

/// Places that are shown of a thing that is in many.
const EXAMPLES: usize = 3;

/// Gathers documents.
#[derive(Debug, Default)]
pub struct Report {
    documents: usize,
    references: usize,
    urls: BTreeMap<String, Seen>,
    unread: Vec<String>,
    skipped: BTreeMap<String, usize>,
}

/// A URL, and where it stands.
#[derive(Debug)]
struct Seen {
    judgement: Judgement,
    count: usize,
    places: Vec<Place>,
}

/// Where something stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The name of the document.
    pub document: String,
    /// The line, from 1.
    pub line: usize,
    /// The URL; what a template fills in is `{…}`.
    pub url: String,
}

/// The result.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Summary {
    /// Texts that were read.
    pub documents: usize,
    /// Times that a picture was named.
    pub references: usize,
    /// Different URLs among them.
    pub urls: usize,
    /// By service, the most used first.
    pub services: Vec<ServiceCount>,
    /// Options that do not do what they did, the most used first.
    pub differences: Vec<DifferenceCount>,
    /// What is not answered, the most used first.
    pub unsupported: Vec<Unsupported>,
    /// Widths in pixels that are asked for, ascending.
    pub widths: Vec<WidthCount>,
    /// Hosts from which originals are fetched, ascending.
    pub source_hosts: Vec<String>,
    /// Hosts of the URLs, the most used first.
    pub hosts: Vec<HostCount>,
    /// What was not read, and why.
    pub unread: Vec<String>,
}

/// Different URLs of a service.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ServiceCount {
    /// Its name.
    pub service: String,
    /// URLs that mean the same.
    pub supported: usize,
    /// URLs of which an option differs.
    pub differs: usize,
    /// URLs that are not answered.
    pub unsupported: usize,
    /// URLs of files as they are.
    pub plain: usize,
    /// Times that they are named.
    pub references: usize,
}

/// An option that does not do what it did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DifferenceCount {
    /// As it was written.
    pub option: String,
    /// `unsupported`, `unknown`, `malformed`, `clamped`.
    pub kind: String,
    /// What is the matter.
    pub message: String,
    /// Different URLs that have it.
    pub urls: usize,
    /// Some of them.
    pub examples: Vec<Place>,
}

/// URLs that are not answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unsupported {
    /// Whose they are.
    pub service: String,
    /// Why, and what to do.
    pub reason: String,
    /// How many.
    pub urls: usize,
    /// Some of them.
    pub examples: Vec<Place>,
}

/// A width.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct WidthCount {
    /// Pixels.
    pub width: u32,
    /// Different URLs that ask for it.
    pub urls: usize,
}

/// A host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HostCount {
    /// Its name.
    pub host: String,
    /// Different URLs on it.
    pub urls: usize,
}

impl Report {
    /// Reads a document, and gives what it leads to.
    pub fn add(&mut self, document: &Document) -> Reading {
        let reading = read(document);
        self.documents += 1;
        for found in &reading.found {
            self.add_url(&found.url, &document.name, found.line);
        }
        if let Some(problem) = &reading.problem {
            self.unread.push(format!("{}: {problem}", document.name));
        }
        reading
    }

    /// Notes what could not be read.
    pub fn unread(&mut self, what: String) {
        self.unread.push(what);
    }

    /// Notes one of many that were left out for the same reason.
    pub fn skipped(&mut self, reason: &str) {
        *self.skipped.entry(reason.to_owned()).or_default() += 1;
    }

    fn add_url(&mut self, url: &str, document: &str, line: usize) {
        let Some(judgement) = judge(url) else { return };
        let shown = shown(url);
        let seen = self.urls.entry(shown.clone());
        let seen = seen.or_insert(Seen { judgement, count: 0, places: Vec::new() });
        self.references += 1;
        seen.count += 1;
        if seen.places.len() < EXAMPLES {
            seen.places.push(Place { document: document.to_owned(), line, url: shown });
        }
    }

    /// The result.
    pub fn finish(self) -> Summary {
        let left_out = self.skipped.iter().map(|(reason, count)| format!("{reason}: {count}"));
        let unread = self.unread.iter().cloned().chain(left_out).collect();
        let seen: Vec<&Seen> = self.urls.values().collect();
        Summary {
            documents: self.documents,
            references: self.references,
            urls: seen.len(),
            services: services(&seen),
            differences: differences(&seen),
            unsupported: unsupported(&seen),
            widths: widths(&seen),
            source_hosts: source_hosts(&seen),
            hosts: hosts(&seen),
            unread,
        }
    }
}

impl Summary {
    /// Lines for the `images` of a site in `fleet.toml`; empty where nothing is to be said.
    pub fn fleet_lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if !self.widths.is_empty() {
            let widths: Vec<_> = self.widths.iter().map(|it| it.width.to_string()).collect();
            lines.push("[sites.images]".to_owned());
            lines.push(format!("widths = [{}]", widths.join(", ")));
        }
        if !self.source_hosts.is_empty() {
            let hosts: Vec<_> =
                self.source_hosts.iter().map(|host| format!("\"{host}\"")).collect();
            lines.push("[sites.images.sources]".to_owned());
            lines.push(format!("hosts = [{}]", hosts.join(", ")));
        }
        lines
    }

    /// Whether every URL is answered as it was.
    pub fn is_covered(&self) -> bool {
        self.differences.is_empty() && self.unsupported.is_empty()
    }
}

fn shown(url: &str) -> String {
    url.replace(MASK, "{…}")
}

fn services(seen: &[&Seen]) -> Vec<ServiceCount> {
    let mut counts: BTreeMap<&str, ServiceCount> = BTreeMap::new();
    for it in seen {
        let name = it.judgement.service.name;
        let count = counts.entry(name).or_default();
        name.clone_into(&mut count.service);
        count.references += it.count;
        *match it.judgement.verdict {
            Verdict::Plain => &mut count.plain,
            Verdict::Supported => &mut count.supported,
            Verdict::Differs(_) => &mut count.differs,
            Verdict::Unsupported(_) => &mut count.unsupported,
        } += 1;
    }
    most_first(counts.into_values(), |count| count.references)
}

fn differences(seen: &[&Seen]) -> Vec<DifferenceCount> {
    let mut counts: BTreeMap<&Difference, Vec<&Seen>> = BTreeMap::new();
    for it in seen {
        let Verdict::Differs(differences) = &it.judgement.verdict else { continue };
        let distinct: BTreeSet<_> = differences.iter().collect();
        for difference in distinct {
            counts.entry(difference).or_default().push(it);
        }
    }
    let counted = counts.into_iter().map(|(difference, seen)| DifferenceCount {
        option: shown(&difference.option),
        kind: difference.kind.clone(),
        message: difference.message.clone(),
        urls: seen.len(),
        examples: examples(&seen),
    });
    most_first(counted, |count| count.urls)
}

fn unsupported(seen: &[&Seen]) -> Vec<Unsupported> {
    let mut counts: BTreeMap<(&str, &str), Vec<&Seen>> = BTreeMap::new();
    for it in seen {
        if let Verdict::Unsupported(reason) = &it.judgement.verdict {
            counts.entry((it.judgement.service.name, reason)).or_default().push(it);
        }
    }
    let counted = counts.into_iter().map(|((service, reason), seen)| Unsupported {
        service: service.to_owned(),
        reason: reason.to_owned(),
        urls: seen.len(),
        examples: examples(&seen),
    });
    most_first(counted, |count| count.urls)
}

fn examples(seen: &[&Seen]) -> Vec<Place> {
    seen.iter().filter_map(|it| it.places.first()).take(EXAMPLES).cloned().collect()
}

fn widths(seen: &[&Seen]) -> Vec<WidthCount> {
    let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
    for width in seen.iter().filter_map(|it| it.judgement.width) {
        *counts.entry(width).or_default() += 1;
    }
    counts.into_iter().map(|(width, urls)| WidthCount { width, urls }).collect()
}

fn source_hosts(seen: &[&Seen]) -> Vec<String> {
    let hosts = seen.iter().filter_map(|it| it.judgement.source_host.clone());
    hosts.collect::<BTreeSet<_>>().into_iter().collect()
}

fn hosts(seen: &[&Seen]) -> Vec<HostCount> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for host in seen.iter().map(|it| it.judgement.host.as_str()).filter(|host| !host.is_empty()) {
        *counts.entry(host).or_default() += 1;
    }
    let counted = counts.into_iter().map(|(host, urls)| HostCount { host: host.to_owned(), urls });
    most_first(counted, |count| count.urls)
}

/// The largest count first; equal ones stay in their order.
fn most_first<T>(all: impl Iterator<Item = T>, count: impl Fn(&T) -> usize) -> Vec<T> {
    let mut all: Vec<T> = all.collect();
    all.sort_by_key(|it| std::cmp::Reverse(count(it)));
    all
}
