//! `fleet.toml`, read: the spine is [`Fleet::parse`].

use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::Path;

use edge_resizer::Policy;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::delivery::Delivery;
use crate::merge::merge;
use crate::problem::{self, Problem};
use crate::section::{self, Section};
use crate::settings::Settings;
use crate::site::{self, Site};

/// All sites of a `fleet.toml`.
#[derive(Clone, Debug, PartialEq)]
pub struct Fleet {
    /// What all sites share.
    pub settings: Settings,
    /// In the order of the file; names and domains are unique, and there is at least one.
    pub sites: Vec<Site>,
}

/// Why a `fleet.toml` cannot be used; the text names file, line, column and what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FleetError {
    /// The file is not of the form; every problem is in the text.
    #[error("{0}")]
    Invalid(String),
    /// The file cannot be read.
    #[error("cannot read {path}")]
    Unreadable {
        /// The file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
}

impl Fleet {
    /// Reads a file.
    ///
    /// # Errors
    /// [`FleetError::Unreadable`], and as [`Fleet::parse`].
    pub fn read(path: &Path) -> Result<Self, FleetError> {
        let base_dir = path.parent().unwrap_or(Path::new(""));
        Self::parse(&read_text(path)?, base_dir, &path.display().to_string())
    }

    /// Reads a file's text; relative folders are in `base_dir`, problems in `file_name`.
    ///
    /// # Errors
    /// [`FleetError::Invalid`] with all problems at once.
    pub fn parse(text: &str, base_dir: &Path, file_name: &str) -> Result<Self, FleetError> {
        let mut problems = Vec::new();
        let sites = match tables(text, &mut problems) {
            Some(root) => read_sites(root, base_dir, text, &mut problems),
            None => Vec::new(),
        };
        if problems.is_empty() {
            Ok(Self { settings: Settings::default(), sites })
        } else {
            Err(FleetError::Invalid(problem::render(problems, file_name, text)))
        }
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

/// Reads a file of one brand's rules: the keys of `images`, without a site around them.
///
/// # Errors
/// [`FleetError`].
pub fn read_policy(path: &Path) -> Result<Policy, FleetError> {
    let name = path.display().to_string();
    let text = read_text(path)?;
    let mut problems = Vec::new();
    let policy = tables(&text, &mut problems).and_then(|root| {
        let images = Spanned::new(root.span(), DeValue::Table(root.into_inner()));
        site::read_policy(Some(images), None, &mut problems)
    });
    policy
        .filter(|_| problems.is_empty())
        .ok_or_else(|| FleetError::Invalid(problem::render(problems, &name, &text)))
}

fn read_text(path: &Path) -> Result<String, FleetError> {
    fs::read_to_string(path)
        .map_err(|source| FleetError::Unreadable { path: path.display().to_string(), source })
}

/// The file as tables with places. What a broken file would hold is not guessed at.
fn tables<'i>(text: &'i str, problems: &mut Vec<Problem>) -> Option<Spanned<DeTable<'i>>> {
    let (root, errors) = DeTable::parse_recoverable(text);
    problems.extend(errors.iter().map(|error| Problem::from_toml(error, 0..0)));
    errors.is_empty().then_some(root)
}

/// Reads the tables from the top.
fn read_sites(
    root: Spanned<DeTable<'_>>,
    base_dir: &Path,
    text: &str,
    problems: &mut Vec<Problem>,
) -> Vec<Site> {
    let mut file = Section::new(root);
    let defaults = read_defaults(file.take("defaults"), problems);
    let tables = file.take("sites").map(|value| section::list(value, problems));
    file.end(problems);

    let tables = tables.unwrap_or_default();
    if tables.is_empty() {
        let problem = Problem::new(0..0, "there are no sites");
        problems.push(problem.with_hint("add `[[sites]]` with `name`, `domains` and `origin`"));
    }
    let mut unique = Unique { text, seen: BTreeMap::new() };
    tables
        .into_iter()
        .filter_map(|table| {
            let section = Section::of(table, problems)?;
            read_site(section, defaults.clone(), base_dir, &mut unique, problems)
        })
        .collect()
}

/// What every site starts from: the `images` table, for now.
fn read_defaults<'i>(
    value: Option<Spanned<DeValue<'i>>>,
    problems: &mut Vec<Problem>,
) -> Option<Spanned<DeValue<'i>>> {
    let mut section = Section::of(value?, problems)?;
    let images = section.take("images");
    section.end(problems);
    images
}

fn read_site<'i>(
    mut section: Section<'i>,
    defaults: Option<Spanned<DeValue<'i>>>,
    base_dir: &Path,
    unique: &mut Unique<'_>,
    problems: &mut Vec<Problem>,
) -> Option<Site> {
    let name = section.require("name", "\"aurora\"", problems);
    let domains = section.require("domains", "[\"shop.example\"]", problems);
    let origin = section.require("origin", "{ folder = \"photos\" }", problems);
    let images = merge(defaults, section.take("images"));
    section.end(problems);

    let name = name.and_then(|value| site::read_name(value, unique, problems));
    let domains = domains.map(|value| site::read_domains(value, unique, problems));
    let origin = origin.and_then(|value| site::read_origin(value, base_dir, problems));
    let images = site::read_policy(images, name.as_deref(), problems);
    Some(Site {
        name: name?,
        domains: domains?,
        origin: origin?,
        images: images?,
        delivery: Delivery::default(),
    })
}

/// What may stand in a file only once, and where it stands.
pub(crate) struct Unique<'t> {
    text: &'t str,
    seen: BTreeMap<(&'static str, String), usize>,
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
        let line = problem::line_number(self.text, span.start);
        if let Some(first) = self.seen.insert((what, value.to_owned()), line) {
            let problem = Problem::new(span.clone(), format!("{what} `{value}` is taken"));
            problems.push(problem.with_hint(format!("it is used on line {first}")));
        }
    }
}

#[cfg(test)]
mod tests;
