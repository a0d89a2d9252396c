//! Files and compacted days beside each other: no row is read twice.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Input, InputError, Named, Place, file, io};
use crate::days::{DaysFolder, Known, day_file, group_of};

/// The files without those whose rows are in the days that are among them, and days from where their
/// rows are now.
pub(super) fn without_compacted(found: Vec<Input>) -> Result<Vec<Input>, InputError> {
    if let Some(day) = found.iter().find(|input| input.is_day_object())
        && let Some(other) = found.iter().find(|input| !is_beside(input, day))
    {
        return Err(InputError::Beside { day: day.name.clone(), other: other.name.clone() });
    }
    let mut folders = Folders::default();
    let mut once = Vec::with_capacity(found.len());
    for input in found {
        let Some(path) = input.place.path().map(Path::to_owned) else {
            once.push(input);
            continue;
        };
        if DaysFolder::is_at(&path) {
            once.extend(folders.open(&path)?.all()?);
        } else if let Some(root) = DaysFolder::of_file(&path) {
            once.push(folders.open(root)?.only(&path)?.unwrap_or(input));
        } else {
            once.push(input);
        }
    }
    once.sort_by(|a, b| a.name.cmp(&b.name));
    once.dedup_by(|a, b| a.place.path().is_some() && a.place.path() == b.place.path());
    let mut failed = None;
    once.retain(|input| match folders.have(input) {
        Ok(is_there) => !is_there,
        Err(error) => {
            failed.get_or_insert(error);
            true
        }
    });
    failed.map_or(Ok(once), Err)
}

/// Whether a file is a compacted day of the same folder of a bucket as another one.
fn is_beside(input: &Input, day: &Input) -> bool {
    let root = |input: &Input| {
        let mut parts = input.name.rsplitn(3, '/');
        parts.nth(2).map(str::to_owned)
    };
    input.is_day_object() && root(input) == root(day)
}

/// The folders of compacted days that are read.
#[derive(Default)]
struct Folders {
    by_root: BTreeMap<PathBuf, Folder>,
}

/// A folder, its days, and those of its sources that were looked for.
struct Folder {
    of: Arc<DaysFolder>,
    days: BTreeMap<String, PathBuf>,
    known: HashMap<String, Known>,
}

impl Folders {
    fn open(&mut self, root: &Path) -> Result<&Folder, InputError> {
        if !self.by_root.contains_key(root) {
            let folder = Arc::new(DaysFolder::open(root)?);
            let days = folder.days()?;
            let opened = Folder { of: folder, days, known: HashMap::new() };
            self.by_root.insert(root.to_owned(), opened);
        }
        Ok(&self.by_root[root])
    }

    /// Whether the rows of a file are in one of the folders.
    fn have(&mut self, input: &Input) -> Result<bool, InputError> {
        if matches!(input.place, Place::Pipe) || input.days.is_some() {
            return Ok(false);
        }
        for folder in self.by_root.values_mut() {
            if folder.has(input)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

impl Folder {
    fn all(&self) -> Result<Vec<Input>, InputError> {
        self.days.iter().map(|(day, path)| self.day(day, path)).collect()
    }

    /// The day that has its place there.
    fn only(&self, place: &Path) -> Result<Option<Input>, InputError> {
        let its = self.days.iter().find(|(day, _)| place == self.of.root().join(day_file(day)));
        its.map(|(day, path)| self.day(day, path)).transpose()
    }

    /// A day, called by its place and read from where it is now.
    fn day(&self, day: &str, path: &Path) -> Result<Input, InputError> {
        let about = path.metadata().map_err(|source| io(path, source))?;
        let there = file(path, &about);
        let name = self.of.root().join(day_file(day)).display().to_string();
        let named = Named::of(&name);
        Ok(Input { name, named, days: Some(Arc::clone(&self.of)), ..there })
    }

    fn has(&mut self, input: &Input) -> Result<bool, InputError> {
        let group = group_of(input);
        if !self.known.contains_key(&group) {
            let sources = self.of.manifest(&group)?.sources;
            self.known.insert(group.clone(), sources.into_iter().collect());
        }
        Ok(self.known[&group].has(input)?)
    }
}
