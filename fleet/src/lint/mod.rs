//! What is allowed and yet unwise in a shop: a table of rules ([`RULES`]), each a function over a
//! site.
//!
//! A finding names the place that it is about. What defaults or a group bring about is found once,
//! with all sites that it concerns.

mod cache;
mod edge;
mod images;
mod report;
mod rules;
mod whole;

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Serialize;
use toml::Spanned;

use crate::file::{Fleet, FleetError};
use crate::files::FleetFiles;
use crate::layers::Layers;
use crate::site::Site;
use crate::sources::FilePlace;
use crate::stack::Stack;
use crate::tree::Tree;

pub use report::{junit, sarif};
pub use rules::RULES;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// It could be better.
    Note,
    /// It will cost money, speed or safety.
    Warning,
    /// A shopper may see what is somebody else's, or nothing at all.
    Error,
}

impl Severity {
    /// Its name, as SARIF has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// What is looked for.
#[derive(Debug)]
pub struct Rule {
    /// Its name, `cart-cached`.
    pub id: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// What it looks for, in a few words.
    pub what: &'static str,
    /// Why it matters.
    pub why: &'static str,
    /// What to do.
    pub hint: &'static str,
    /// Looks.
    check: Check,
}

/// How a rule looks.
#[derive(Debug)]
enum Check {
    /// At a site.
    Site(fn(&mut Look<'_, '_>)),
    /// At all of them together.
    Fleet(fn(&mut Whole<'_, '_>)),
}

/// What a rule found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The rule's name.
    pub rule: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// What was found.
    pub message: String,
    /// Where: the value, or the defaults where no file has the value.
    #[serde(flatten)]
    pub place: FilePlace,
    /// The sites that it concerns, in the order of the files; none where it is the whole fleet.
    pub sites: Vec<String>,
    /// What to do.
    pub hint: &'static str,
}

/// A site that a rule looks at.
struct Look<'a, 't> {
    site: &'a Site,
    tree: Tree<'a, 't>,
    found: Vec<(Option<Range<usize>>, String)>,
}

impl Look<'_, '_> {
    /// Something about the value under a path, or that it is nowhere.
    fn at(&mut self, path: &[&str], message: impl Into<String>) {
        let is_there = self.tree.get(&path[..1]).is_some();
        self.found.push((is_there.then(|| self.tree.value(path)), message.into()));
    }

    /// Something about a key.
    fn at_key(&mut self, path: &[&str], message: impl Into<String>) {
        self.found.push((Some(self.tree.key(path)), message.into()));
    }
}

/// All sites, for a rule that looks at them together.
struct Whole<'a, 't> {
    fleet: &'a Fleet,
    layers: &'a Layers<'t>,
    found: Vec<(Range<usize>, String)>,
}

/// A place, the rule's place in the table, and what it says.
type Key = (usize, usize, String);

impl FleetFiles {
    /// Looks at all sites with every rule. In the order of the files.
    ///
    /// # Errors
    /// As [`FleetFiles::fleet`].
    pub fn lint(&self) -> Result<Vec<Finding>, FleetError> {
        let fleet = self.fleet()?;
        let layers = Layers::read(self, &mut Vec::new());
        // What no file says could stand in the defaults.
        let nowhere = layers.defaults.as_ref().or(layers.sites.first()).map_or(0..0, Spanned::span);
        let mut found: BTreeMap<Key, Vec<String>> = BTreeMap::new();
        for (site, table) in fleet.sites.iter().zip(&layers.sites) {
            let stack = Stack::of(table, &layers, &mut Vec::new());
            let tree = Tree::new(stack.merged.get_ref(), stack.merged.span());
            for (span, rule, message) in look(site, tree) {
                let start = span.unwrap_or_else(|| nowhere.clone()).start;
                found.entry((start, rule, message)).or_default().push(site.name.clone());
            }
        }
        for (span, rule, message) in look_at_all(&fleet, &layers) {
            found.entry((span.start, rule, message)).or_default();
        }
        let findings = found.into_iter().map(|((start, rule, message), sites)| {
            let Rule { id, severity, hint, .. } = RULES[rule];
            let place = self.sources.place(start);
            Finding { rule: id, severity, message, place, sites, hint }
        });
        Ok(findings.collect())
    }
}

fn look(site: &Site, tree: Tree<'_, '_>) -> Vec<(Option<Range<usize>>, usize, String)> {
    let mut all = Vec::new();
    for (rule, Rule { check, .. }) in RULES.iter().enumerate() {
        let Check::Site(check) = check else { continue };
        let mut look = Look { site, tree, found: Vec::new() };
        check(&mut look);
        all.extend(look.found.into_iter().map(|(span, message)| (span, rule, message)));
    }
    all
}

fn look_at_all(fleet: &Fleet, layers: &Layers<'_>) -> Vec<(Range<usize>, usize, String)> {
    let mut all = Vec::new();
    for (rule, Rule { check, .. }) in RULES.iter().enumerate() {
        let Check::Fleet(check) = check else { continue };
        let mut whole = Whole { fleet, layers, found: Vec::new() };
        check(&mut whole);
        all.extend(whole.found.into_iter().map(|(span, message)| (span, rule, message)));
    }
    all
}
