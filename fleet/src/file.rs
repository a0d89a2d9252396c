//! `fleet.toml`, read: the spine is [`FleetFiles::fleet`].

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::path::Path;

use edge_resizer::Policy;
use toml::Spanned;
use toml::de::DeValue;

use crate::check;
use crate::delivery::Delivery;
use crate::files::{self, FleetFiles};
use crate::layers::{self, Layers, Table};
use crate::origins;
use crate::problem::{self, FileProblem, Problem};
use crate::section::{self, Section};
use crate::settings::Settings;
use crate::site::{self, Origin, Site};
use crate::sources::Sources;
use crate::stack::Stack;
use crate::warm::{self, Warm};

/// All sites of a `fleet.toml`.
#[derive(Clone, Debug, PartialEq)]
pub struct Fleet {
    /// What all sites share.
    pub settings: Settings,
    /// What keeps their caches warm from within AWS; `None` where nothing does.
    pub warm: Option<Warm>,
    /// In the order of the files; names and domains are unique, and there is at least one.
    pub sites: Vec<Site>,
}

/// Why a `fleet.toml` cannot be used; the text names file, line, column and what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FleetError {
    /// A file is not of the form; every problem of all files is in the text.
    #[error("{0}")]
    Invalid(String),
    /// A file cannot be read.
    #[error("cannot read {path}")]
    Unreadable {
        /// The file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
}

impl Fleet {
    /// Reads a file, and those that it includes.
    ///
    /// # Errors
    /// [`FleetError::Unreadable`], and as [`Fleet::parse`].
    pub fn read(path: &Path) -> Result<Self, FleetError> {
        FleetFiles::read(path)?.fleet()
    }

    /// Reads a file's text; relative folders and included files are in `base_dir`, problems in
    /// `file_name`.
    ///
    /// # Errors
    /// [`FleetError::Invalid`] with all problems at once, [`FleetError::Unreadable`] of an included
    /// file.
    pub fn parse(text: &str, base_dir: &Path, file_name: &str) -> Result<Self, FleetError> {
        FleetFiles::of_text(text, base_dir, file_name)?.fleet()
    }

    /// The site of that name.
    pub fn site(&self, name: &str) -> Option<&Site> {
        self.sites.iter().find(|site| site.name == name)
    }

    /// The site that answers under a host name (in lower case, without its port): one of its
    /// domains, or `<name>.localhost`.
    pub fn site_of_host(&self, host: &str) -> Option<&Site> {
        let local = host.strip_suffix(".localhost");
        self.sites.iter().find(|site| {
            site.domains.iter().any(|domain| domain == host) || local == Some(&site.name)
        })
    }
}

impl FleetFiles {
    /// The sites with everything decided.
    ///
    /// # Errors
    /// [`FleetError::Invalid`] with all problems of all files at once.
    pub fn fleet(&self) -> Result<Fleet, FleetError> {
        self.resolve()
            .map_err(|problems| FleetError::Invalid(problem::render(problems, &self.sources)))
    }

    /// All that is wrong, as data; nothing where [`FleetFiles::fleet`] gives a fleet.
    pub fn problems(&self) -> Vec<FileProblem> {
        let problems = self.resolve().err().unwrap_or_default();
        problem::located(problems, &self.sources)
    }

    fn resolve(&self) -> Result<Fleet, Vec<Problem>> {
        let mut problems = Vec::new();
        let layers = Layers::read(self, &mut problems);
        let mut unique = Unique { sources: &self.sources, seen: HashMap::new() };
        let mut sites = Vec::with_capacity(layers.sites.len());
        for table in &layers.sites {
            let stack = Stack::of(table, &layers, &mut problems);
            sites.push(read_site(&stack.merged, &self.base_dir, &mut unique, &mut problems));
        }
        check_unused_groups(&layers, &self.base_dir, &mut problems);
        let names: HashSet<_> = sites.iter().map(|site| site.name.as_str()).collect();
        let warm = layers.warm.and_then(|value| warm::read(&value, &names, &mut problems));
        if problems.is_empty() {
            Ok(Fleet { settings: layers.settings, warm, sites })
        } else {
            Err(problems)
        }
    }
}

/// Reads a file of one brand's rules: the keys of `images`, without a site around them.
///
/// # Errors
/// [`FleetError`].
pub fn read_policy(path: &Path) -> Result<Policy, FleetError> {
    let text = files::read_text(path)?;
    let mut problems = Vec::new();
    let policy = layers::tables(&text, 0, &mut problems).and_then(|root| {
        let images = Spanned::new(root.span(), DeValue::Table(root.into_inner()));
        site::read_policy(Some(images), None, &mut problems)
    });
    policy.filter(|_| problems.is_empty()).ok_or_else(|| {
        let sources = Sources::new(path.display().to_string(), path.to_owned(), text);
        FleetError::Invalid(problem::render(problems, &sources))
    })
}

/// Reads a site of its layers' sum; one that has problems is read as far as it goes, so that all of
/// them are found.
fn read_site(
    merged: &Table<'_>,
    base_dir: &Path,
    unique: &mut Unique<'_>,
    problems: &mut Vec<Problem>,
) -> Site {
    let mut section = Section::new(merged.clone());
    let name = section.require("name", "\"aurora\"", problems);
    let domains = section.require("domains", "[\"shop.example\"]", problems);
    let origin = section.require("origin", "{ folder = \"photos\" }", problems);
    let origins = section.take("origins");
    let images = section.take("images");
    let delivery = section.rest(&Delivery::KEYS, problems);

    let name = name.and_then(|value| site::read_name(value, unique, problems));
    let domains = domains.map(|value| site::read_domains(value, unique, problems));
    let origins = origins::read(origin, origins, base_dir, problems);
    let images = site::read_policy(images, name.as_deref(), problems);
    let delivery = section::read_all::<Delivery>(delivery, problems);
    let default = origins.get(origins::DEFAULT);
    let site = Site {
        name: name.unwrap_or_default(),
        domains: domains.unwrap_or_default(),
        origin: default.map_or_else(|| Origin::Folder(base_dir.to_owned()), origins::for_hosts),
        images: images.unwrap_or_default(),
        delivery: Delivery { origins, ..delivery.unwrap_or_default() },
    };
    check::site(&site, merged, problems);
    site
}

/// A group that no site is in is read over the defaults: what it says must be of the form, though
/// it need not be whole.
fn check_unused_groups(layers: &Layers<'_>, base_dir: &Path, problems: &mut Vec<Problem>) {
    for (_, table) in layers.unused_groups() {
        let mut found = Vec::new();
        let mut section = Section::new(table.clone());
        // Told as what they are already.
        let _ = layers::SITE_ALONE.map(|key| section.take(key));
        origins::read(section.take("origin"), section.take("origins"), base_dir, &mut found);
        site::read_policy(section.take("images"), None, &mut found);
        section::read_all::<Delivery>(section.rest(&Delivery::KEYS, &mut found), &mut found);
        problems.extend(found.into_iter().filter(|problem| !problem.is_about_missing()));
    }
}

/// What may stand in the files only once, and where it stands.
pub(crate) struct Unique<'s> {
    sources: &'s Sources,
    seen: HashMap<(&'static str, String), usize>,
}

impl Unique<'_> {
    /// Notes a value; a problem where it was noted before.
    pub(crate) fn claim(
        &mut self,
        what: &'static str,
        value: &str,
        span: &Range<usize>,
        problems: &mut Vec<Problem>,
    ) {
        let Some(first) = self.seen.insert((what, value.to_owned()), span.start) else { return };
        let place = self.sources.place(first);
        let hint = if place.file == self.sources.file_at(span.start).name {
            format!("it is used on line {}", place.line)
        } else {
            format!("it is used in {} on line {}", place.file, place.line)
        };
        let problem = Problem::new(span.clone(), format!("{what} `{value}` is taken"));
        problems.push(problem.with_hint(hint));
    }
}

#[cfg(test)]
mod tests;
