//! The folder: its places, its locks, and how what was made takes its place.

use std::collections::BTreeMap;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use super::{DaysError, Manifest, io};

/// What is beside the days; readers of Hive's layout pass over what begins with `_`.
const NOTES: &str = "_compaction";

/// The file of a day's rows within the day's folder.
pub(crate) const DAY_FILE: &str = "requests.parquet";

/// A folder of compacted days. As long as this lives, nothing in it changes its place.
#[derive(Debug)]
pub struct DaysFolder {
    root: PathBuf,
    /// Shared by readers, for one alone while files are moved.
    _swap: Option<File>,
}

/// Where a day's rows are, seen from the folder.
pub(crate) fn day_file(day: &str) -> PathBuf {
    Path::new(&format!("day={day}")).join(DAY_FILE)
}

/// Where a group's manifest is, seen from [`NOTES`].
fn manifest_file(group: &str) -> PathBuf {
    Path::new("manifest").join(format!("{group}.json"))
}

impl DaysFolder {
    /// Whether a folder is one of compacted days.
    pub fn is_at(path: &Path) -> bool {
        path.join(NOTES).is_dir()
    }

    /// The folder that a file is a day of.
    pub fn of_file(file: &Path) -> Option<&Path> {
        let day = file.parent()?;
        day.file_name()?.to_str()?.strip_prefix("day=")?;
        day.parent().filter(|root| Self::is_at(root))
    }

    /// Opens a folder to read it.
    ///
    /// # Errors
    /// Where its lock cannot be had.
    pub fn open(root: &Path) -> Result<Self, DaysError> {
        let path = root.join(NOTES).join("swap");
        let swap = File::open(&path).map_err(io(&path))?;
        swap.lock_shared().map_err(io(&path))?;
        Ok(Self { root: root.to_owned(), _swap: Some(swap) })
    }

    /// Where it is.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The days and their files.
    ///
    /// # Errors
    /// Where the folder cannot be read.
    pub fn days(&self) -> Result<BTreeMap<String, PathBuf>, DaysError> {
        let mut days = BTreeMap::new();
        for place in [self.root.clone(), self.commit()] {
            for entry in entries(&place)? {
                let name = entry.file_name().map(|name| name.to_string_lossy().into_owned());
                let day = name.as_deref().and_then(|name| name.strip_prefix("day="));
                let file = entry.join(DAY_FILE);
                if let Some(day) = day.filter(|_| file.is_file()) {
                    days.insert(day.to_owned(), file);
                }
            }
        }
        Ok(days)
    }

    /// What is known of a group of sources, and of the day that it is called after.
    pub(crate) fn manifest(&self, group: &str) -> Result<Manifest, DaysError> {
        let file = manifest_file(group);
        let committed = self.commit().join(&file);
        let in_place = self.root.join(NOTES).join(&file);
        let path = if committed.exists() { committed } else { in_place };
        Manifest::read(&path)
    }

    fn commit(&self) -> PathBuf {
        self.root.join(NOTES).join("commit")
    }
}

/// A folder that is being written to, by nobody else.
#[derive(Debug)]
pub(crate) struct Workshop {
    pub(crate) folder: DaysFolder,
    _lock: File,
}

impl Workshop {
    /// Takes the lock, puts in place what a compaction before this one had committed, and clears away
    /// what it had not.
    pub(crate) fn begin(root: &Path) -> Result<Self, DaysError> {
        let notes = root.join(NOTES);
        fs::create_dir_all(&notes).map_err(io(&notes))?;
        let lock = lock(&notes.join("lock"))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(DaysError::Busy { folder: root.display().to_string() });
            }
            Err(TryLockError::Error(error)) => return Err(io(&notes.join("lock"))(error)),
        }
        let folder = DaysFolder { root: root.to_owned(), _swap: None };
        let workshop = Self { folder, _lock: lock };
        crate::days::folder::lock(&workshop.swap())?;
        workshop.put_in_place()?;
        workshop.clear()?;
        Ok(workshop)
    }

    /// Where something is put together that is of no worth after a crash.
    pub(crate) fn scratch(&self) -> PathBuf {
        self.folder.root.join(NOTES).join("work")
    }

    /// Where is put together what the next commit is of.
    pub(crate) fn next(&self) -> PathBuf {
        self.scratch().join("next")
    }

    /// Adds a manifest to what the next commit is of.
    pub(crate) fn stage(&self, group: &str, manifest: &Manifest) -> Result<(), DaysError> {
        manifest.write(&self.next().join(manifest_file(group)))
    }

    /// Makes true what was put together, and puts it in place.
    pub(crate) fn commit(&self) -> Result<(), DaysError> {
        synced(&self.next())?;
        let commit = self.folder.commit();
        fs::rename(self.next(), &commit).map_err(io(&commit))?;
        sync(&self.folder.root.join(NOTES))
    }

    /// Puts what is committed in its place: the days first, and then the manifests.
    pub(crate) fn put_in_place(&self) -> Result<(), DaysError> {
        let commit = self.folder.commit();
        if !commit.is_dir() {
            return Ok(());
        }
        let swap = lock(&self.swap())?;
        swap.lock().map_err(io(&self.swap()))?;
        for entry in entries(&commit)? {
            let name = entry.file_name().unwrap_or_default();
            let place = match name.to_str() {
                Some("manifest") => continue,
                _ => self.folder.root.join(name),
            };
            moved(&entry, &place)?;
        }
        moved(&commit.join("manifest"), &self.folder.root.join(NOTES).join("manifest"))?;
        sync(&self.folder.root)?;
        fs::remove_dir_all(&commit).map_err(io(&commit))
    }

    /// Forgets what was put together.
    pub(crate) fn clear(&self) -> Result<(), DaysError> {
        let scratch = self.scratch();
        if scratch.exists() {
            fs::remove_dir_all(&scratch).map_err(io(&scratch))?;
        }
        fs::create_dir_all(self.next()).map_err(io(&scratch))
    }

    fn swap(&self) -> PathBuf {
        self.folder.root.join(NOTES).join("swap")
    }
}

fn lock(path: &Path) -> Result<File, DaysError> {
    File::options().create(true).append(true).open(path).map_err(io(path))
}

/// What is in a folder, by name; nothing where there is none.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, DaysError> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let entries = fs::read_dir(folder)
        .and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, _>>());
    let mut entries = entries.map_err(io(folder))?;
    entries.sort();
    Ok(entries)
}

/// Moves the files of a folder into another one.
fn moved(from: &Path, to: &Path) -> Result<(), DaysError> {
    fs::create_dir_all(to).map_err(io(to))?;
    for file in entries(from)? {
        let place = to.join(file.file_name().unwrap_or_default());
        fs::rename(&file, &place).map_err(io(&place))?;
    }
    sync(to)
}

/// Has all of a folder written to the disk.
fn synced(folder: &Path) -> Result<(), DaysError> {
    for entry in entries(folder)? {
        if entry.is_dir() { synced(&entry)? } else { sync(&entry)? }
    }
    sync(folder)
}

fn sync(path: &Path) -> Result<(), DaysError> {
    File::open(path).and_then(|file| file.sync_all()).map_err(io(path))
}
