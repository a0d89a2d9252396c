//! What the files say, layer by layer: defaults, groups, sites.

use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::ops::Range;

use serde::{Serialize, Serializer};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::files::FleetFiles;
use crate::problem::Problem;
use crate::section::{self, Section};
use crate::settings::{self, Settings};
use crate::sources;

/// Where in the order of layers a value stands: what is later here outranks what is earlier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Layer {
    /// No file says it.
    BuiltIn,
    /// `[defaults]`.
    Defaults,
    /// `[groups.NAME]`.
    Group(String),
    /// The site's own table.
    Site,
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BuiltIn => f.write_str("built in"),
            Self::Defaults => f.write_str("defaults"),
            Self::Group(name) => write!(f, "groups.{name}"),
            Self::Site => f.write_str("site"),
        }
    }
}

impl Serialize for Layer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A table with its place.
pub(crate) type Table<'t> = Spanned<DeTable<'t>>;

/// The tables of all files.
pub(crate) struct Layers<'t> {
    /// The table `[fleet]`.
    pub(crate) settings: Settings,
    /// The table `[warm]`, which is read when the sites are known.
    pub(crate) warm: Option<Spanned<DeValue<'t>>>,
    /// The table `[defaults]`.
    pub(crate) defaults: Option<Table<'t>>,
    /// The tables `[groups.NAME]`.
    pub(crate) groups: BTreeMap<String, Table<'t>>,
    /// The tables `[[sites]]`, file after file.
    pub(crate) sites: Vec<Table<'t>>,
}

const SITES_HINT: &str = "add `[[sites]]` with `name`, `domains` and `origin`";
const INCLUDED_HINT: &str = "an included file holds `[[sites]]` and `[groups.NAME]` alone";
/// Keys that are a site's own.
pub(crate) const SITE_ALONE: [&str; 3] = ["domains", "groups", "name"];

impl<'t> Layers<'t> {
    /// Reads the tables of all files, which are not looked into.
    pub(crate) fn read(files: &'t FleetFiles, problems: &mut Vec<Problem>) -> Self {
        problems.extend(files.problems.iter().cloned());
        let mut layers = Self {
            settings: Settings::default(),
            warm: None,
            defaults: None,
            groups: BTreeMap::new(),
            sites: Vec::new(),
        };
        let mut is_whole = true;
        let before = problems.len();
        for file in files.sources.files() {
            match tables(&file.text, file.base, problems) {
                Some(root) if file.base == 0 => layers.read_main(root, problems),
                Some(root) => layers.read_included(root, problems),
                None => is_whole = false,
            }
        }
        // What a broken file would hold is not guessed at, nor what `sites` means that is no list.
        let has_odd_sites = problems[before..].iter().any(|it| it.message.contains("expected a "));
        if layers.sites.is_empty() && is_whole && !has_odd_sites {
            problems.push(Problem::new(0..0, "there are no sites").with_hint(SITES_HINT));
        }
        layers
    }

    fn read_main(&mut self, root: Table<'t>, problems: &mut Vec<Problem>) {
        let mut file = Section::new(root);
        file.take("include");
        if let Some(value) = file.take("fleet") {
            self.settings = settings::read(&value, problems);
        }
        self.warm = file.take("warm");
        self.defaults = file.take("defaults").and_then(|value| table(value, problems));
        if let Some(defaults) = &self.defaults {
            refuse_keys_of_sites(defaults, problems);
        }
        self.read_groups(file.take("groups"), problems);
        self.read_sites(file.take("sites"), problems);
        file.end(problems);
    }

    fn read_included(&mut self, root: Table<'t>, problems: &mut Vec<Problem>) {
        let mut file = Section::new(root);
        for key in ["defaults", "fleet", "include", "warm"] {
            if let Some(key) = file.take_key(key) {
                let message = format!("`{}` stands in the main file alone", key.get_ref());
                problems.push(Problem::new(key.span(), message).with_hint(INCLUDED_HINT));
            }
        }
        self.read_groups(file.take("groups"), problems);
        self.read_sites(file.take("sites"), problems);
        file.end(problems);
    }

    fn read_groups(&mut self, groups: Option<Spanned<DeValue<'t>>>, problems: &mut Vec<Problem>) {
        let Some(groups) = groups.and_then(|value| table(value, problems)) else { return };
        for (name, value) in groups.into_inner() {
            let Some(group) = table(value, problems) else { continue };
            refuse_keys_of_sites(&group, problems);
            let taken = self.groups.contains_key(name.get_ref().as_ref());
            if taken {
                let message = format!("group `{}` is taken", name.get_ref());
                let hint = "a group is written once, whatever the file";
                problems.push(Problem::new(name.span(), message).with_hint(hint));
            } else {
                self.groups.insert(name.into_inner().into_owned(), group);
            }
        }
    }

    fn read_sites(&mut self, sites: Option<Spanned<DeValue<'t>>>, problems: &mut Vec<Problem>) {
        let sites = sites.map(|value| section::list(value, problems)).unwrap_or_default();
        self.sites.extend(sites.into_iter().filter_map(|value| table(value, problems)));
    }

    /// The groups that a site names, in its order; a name that no group has is a problem.
    pub(crate) fn groups_of(
        &self,
        site: &Table<'t>,
        problems: &mut Vec<Problem>,
    ) -> Vec<(String, &Table<'t>)> {
        let Some(value) = site.get_ref().get("groups") else { return Vec::new() };
        let mut found: Vec<(String, &Table<'t>)> = Vec::new();
        for item in section::list(value.clone(), problems) {
            let span = item.span();
            let Some(name) = section::read::<String>(item, problems) else { continue };
            match self.groups.get(&name) {
                Some(_) if found.iter().any(|(seen, _)| *seen == name) => {
                    problems.push(Problem::new(span, format!("group `{name}` is named twice")));
                }
                Some(group) => found.push((name, group)),
                None => problems.push(self.unknown_group(&name, span)),
            }
        }
        found
    }

    /// The groups that no site is in.
    pub(crate) fn unused_groups(&self) -> impl Iterator<Item = (&String, &Table<'t>)> {
        let used: HashSet<_> = self.sites.iter().flat_map(group_names).collect();
        self.groups.iter().filter(move |(name, _)| !used.contains(name.as_str()))
    }

    fn unknown_group(&self, name: &str, span: Range<usize>) -> Problem {
        let known = self.groups.keys().map(String::as_str);
        let hint = if self.groups.is_empty() {
            format!("write it: `[groups.{name}]`")
        } else {
            crate::problem::closest(name, known, "groups")
        };
        Problem::new(span, format!("there is no group `{name}`")).with_hint(hint)
    }
}

/// The file as tables with places in all files. What a broken file would hold is not guessed at.
pub(crate) fn tables<'t>(
    text: &'t str,
    base: usize,
    problems: &mut Vec<Problem>,
) -> Option<Table<'t>> {
    let (root, errors) = DeTable::parse_recoverable(text);
    problems.extend(errors.iter().map(|error| {
        let problem = Problem::from_toml(error, 0..0);
        Problem { span: sources::shifted(&problem.span, base), ..problem }
    }));
    errors.is_empty().then(|| sources::moved(root, base))
}

fn table<'t>(value: Spanned<DeValue<'t>>, problems: &mut Vec<Problem>) -> Option<Table<'t>> {
    Section::of(value, problems).map(Section::into_table)
}

fn group_names<'a>(site: &'a Table<'_>) -> impl Iterator<Item = &'a str> {
    let names = site.get_ref().get("groups").and_then(|value| value.get_ref().as_array());
    names.into_iter().flat_map(|names| names.iter()).filter_map(|name| name.get_ref().as_str())
}

fn refuse_keys_of_sites(layer: &Table<'_>, problems: &mut Vec<Problem>) {
    for key in SITE_ALONE {
        if let Some((key, _)) = layer.get_ref().get_key_value(key) {
            let message = format!("`{}` is a site's own", key.get_ref());
            let hint = "write it in `[[sites]]`: no two sites share it";
            problems.push(Problem::new(key.span(), message).with_hint(hint));
        }
    }
}
