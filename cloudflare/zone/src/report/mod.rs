//! The report of an import: for people in Markdown and HTML, for machines in JSON.

mod html;
mod markdown;

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

use crate::translate::Import;
use crate::verdict::{Finding, Verdict};

/// A report.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    import: &'a Import,
}

/// How much was translated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Coverage {
    /// Things with a verdict.
    pub all: usize,
    /// Those that do the same.
    pub translated: usize,
    /// Those that do nearly the same.
    pub changed: usize,
    /// Those that need nothing.
    pub no_op: usize,
    /// Those that somebody has to look at.
    pub manual: usize,
}

impl Coverage {
    /// The part that nobody has to look at, 0 to 100 percent, rounded down to a tenth; 100 of nothing.
    pub fn percent(self) -> f64 {
        if self.all == 0 {
            return 100.0;
        }
        let tenths = (self.all - self.manual) * 1_000 / self.all;
        tenths as f64 / 10.0
    }

    fn of<'f>(findings: impl IntoIterator<Item = &'f Finding>) -> Self {
        let mut coverage = Self::default();
        for finding in findings {
            coverage.all += 1;
            *match finding.verdict {
                Verdict::Translated { .. } => &mut coverage.translated,
                Verdict::Changed { .. } => &mut coverage.changed,
                Verdict::NoOp { .. } => &mut coverage.no_op,
                Verdict::Manual { .. } => &mut coverage.manual,
            } += 1;
        }
        coverage
    }
}

impl<'a> Report<'a> {
    /// The report of an import.
    pub fn of(import: &'a Import) -> Self {
        Self { import }
    }

    /// How much of everything was translated.
    pub fn coverage(&self) -> Coverage {
        Coverage::of(&self.import.findings)
    }

    /// The same without the items of redirect lists, which can be many.
    pub fn coverage_of_rules(&self) -> Coverage {
        Coverage::of(self.import.findings.iter().filter(|it| it.feature.key != "bulk-redirect"))
    }

    /// The same zone by zone, by name; what is the account's is under the empty name.
    pub fn zones(&self) -> BTreeMap<&'a str, Coverage> {
        let mut zones: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
        for finding in &self.import.findings {
            zones.entry(&finding.zone).or_default().push(finding);
        }
        zones.into_iter().map(|(zone, findings)| (zone, Coverage::of(findings))).collect()
    }

    /// For people who read text.
    pub fn markdown(&self) -> String {
        markdown::page(*self)
    }

    /// For people: one page that asks for nothing else.
    pub fn html(&self) -> String {
        html::page(*self)
    }

    /// For machines.
    pub fn json(&self) -> Value {
        let of = |coverage: Coverage| {
            let mut value = serde_json::to_value(coverage).unwrap_or_default();
            value["percent"] = json!(coverage.percent());
            value
        };
        let zones: BTreeMap<_, _> =
            self.zones().into_iter().map(|(zone, coverage)| (zone, of(coverage))).collect();
        let findings: Vec<Value> = self.import.findings.iter().map(finding).collect();
        let unread: Vec<Value> = self
            .import
            .unread
            .iter()
            .map(|it| json!({ "file": it.place.file, "pointer": it.place.pointer, "why": it.why }))
            .collect();
        json!({
            "coverage": of(self.coverage()),
            "coverage_of_rules": of(self.coverage_of_rules()),
            "zones": zones,
            "sites": self.import.sites.iter().map(|site| json!({
                "name": site.name, "zone": site.zone, "domains": site.domains,
            })).collect::<Vec<_>>(),
            "findings": findings,
            "records": self.import.records,
            "unread": unread,
        })
    }

    fn import(self) -> &'a Import {
        self.import
    }
}

fn finding(finding: &Finding) -> Value {
    let mut value = serde_json::to_value(&finding.verdict).unwrap_or_default();
    value["zone"] = json!(finding.zone);
    value["feature"] = json!(finding.feature.key);
    value["grade"] = json!(finding.feature.grade);
    value["id"] = json!(finding.id);
    value["label"] = json!(finding.label);
    value["file"] = json!(finding.place.file);
    value["pointer"] = json!(finding.place.pointer);
    if let Some(share) = finding.share {
        value["share"] = json!(share);
    }
    value
}

/// A heading for a zone.
fn heading(zone: &str) -> &str {
    if zone.is_empty() { "the account" } else { zone }
}

/// A part of the traffic as people read it.
fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

/// The findings of a zone, the gravest first; verdicts of one word keep their order.
fn by_gravity<'f>(findings: &'f [Finding], zone: &str) -> Vec<&'f Finding> {
    let mut found: Vec<&Finding> = findings.iter().filter(|it| it.zone == zone).collect();
    found.sort_by_key(|it| match it.verdict {
        Verdict::Manual { .. } => 0,
        Verdict::Changed { .. } => 1,
        Verdict::Translated { .. } => 2,
        Verdict::NoOp { .. } => 3,
    });
    found
}
