//! The folder of a dashboard: there as a whole, the old one or the new one.
//!
//! ```text
//! pages -> a folder beside it                       .dashboard.new
//!       -> the old one put aside                    .dashboard.old
//!       -> the new one in its place; the old one is deleted
//! ```
//!
//! What a run that was ended left behind is put in order by the next one. Two runs at once would mix their
//! pages: the second one hears so from a lock, `.dashboard.lock`, which stays.

use std::ffi::OsStr;
use std::fs::{self, File, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use log_analytics::{GENERATOR, Page};

use crate::hints::Hinted;

/// The fleet's page.
const INDEX: &str = "index.html";
/// The folder of the sites' pages.
const SITES: &str = "sites";

/// Where a dashboard is, or is to be.
pub(super) struct Folder {
    place: PathBuf,
    /// The new one, until it is whole.
    new: PathBuf,
    /// The old one, while it is replaced.
    old: PathBuf,
    /// Held until the end.
    _lock: File,
}

impl Folder {
    /// A place that has a dashboard, or nothing.
    pub(super) fn at(place: &Path) -> anyhow::Result<Self> {
        // Behind a link it is the folder that is replaced.
        let place = fs::canonicalize(place).unwrap_or_else(|_| place.to_owned());
        let Some(name) = place.file_name() else {
            return Err(Hinted::error(
                format!("{} has no name that a folder could be renamed to", place.display()),
                "name the folder itself: -o dashboard",
            ));
        };
        let beside = |what: &str| {
            let mut its = std::ffi::OsString::from(".");
            its.push(name);
            its.push(what);
            place.with_file_name(its)
        };
        let lock = locked(&beside(".lock"), &place)?;
        let folder = Self { new: beside(".new"), old: beside(".old"), place, _lock: lock };
        folder.put_in_order()?;
        if let Some(foreign) = folder.what_is_foreign()? {
            return Err(Hinted::error(
                format!("{} is no dashboard, or not only: {foreign}", folder.place.display()),
                "a dashboard is replaced as a whole: name another folder, or move that away",
            ));
        }
        Ok(folder)
    }

    /// Puts the pages in place of those that are there.
    pub(super) fn replace(&self, pages: &[Page]) -> anyhow::Result<()> {
        self.write(pages).with_context(|| format!("writing {}", self.new.display()))?;
        let moving = || format!("putting {} in its place", self.place.display());
        if self.place.exists() {
            fs::rename(&self.place, &self.old).with_context(moving)?;
        }
        fs::rename(&self.new, &self.place).with_context(moving)?;
        remove(&self.old).with_context(|| format!("deleting {}", self.old.display()))
    }

    fn write(&self, pages: &[Page]) -> io::Result<()> {
        remove(&self.new)?;
        fs::create_dir_all(self.new.join(SITES))?;
        for page in pages {
            let mut file = File::create(self.new.join(&page.path))?;
            file.write_all(page.text.as_bytes())?;
            // A rename may reach the disk before what it is about.
            file.sync_all()?;
        }
        Ok(())
    }

    /// A run that was ended between two renames has left the old one aside.
    fn put_in_order(&self) -> anyhow::Result<()> {
        if !self.old.exists() {
            return Ok(());
        }
        let ordered = if self.place.exists() {
            remove(&self.old)
        } else {
            fs::rename(&self.old, &self.place)
        };
        ordered.with_context(|| format!("putting {} in order", self.old.display()))
    }

    /// What is there and is no page of a dashboard.
    fn what_is_foreign(&self) -> anyhow::Result<Option<String>> {
        let reading = || format!("reading {}", self.place.display());
        if !self.place.exists() {
            return Ok(None);
        }
        if !self.place.is_dir() {
            return Ok(Some("it is a file".to_owned()));
        }
        let names = names_in(&self.place).with_context(reading)?;
        if names.is_empty() {
            return Ok(None);
        }
        if let Some(other) = names.iter().find(|name| *name != INDEX && *name != SITES) {
            return Ok(Some(format!("{other} is in it")));
        }
        let is_page = |name: &String| Path::new(name).extension() == Some(OsStr::new("html"));
        let sites = self.place.join(SITES);
        let pages = if sites.is_dir() { names_in(&sites).with_context(reading)? } else { vec![] };
        if let Some(other) = pages.iter().find(|name| !is_page(name)) {
            return Ok(Some(format!("{SITES}/{other} is in it")));
        }
        let index = fs::read_to_string(self.place.join(INDEX)).unwrap_or_default();
        let is_ours = index.contains(GENERATOR);
        Ok((!is_ours).then(|| format!("{INDEX} is not by this command")))
    }
}

/// The lock, for this run alone.
fn locked(file: &Path, place: &Path) -> anyhow::Result<File> {
    let locking = || format!("locking {}", file.display());
    if let Some(parent) = file.parent() {
        fs::create_dir_all(parent).with_context(locking)?;
    }
    let lock = File::create(file).with_context(locking)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(Hinted::error(
            format!("another run is writing {}", place.display()),
            "wait until it has ended, or name another folder",
        )),
        Err(TryLockError::Error(error)) => Err(error).with_context(locking),
    }
}

/// The names of what is in a folder, in their order.
fn names_in(folder: &Path) -> io::Result<Vec<String>> {
    let name =
        |entry: io::Result<fs::DirEntry>| Ok(entry?.file_name().to_string_lossy().into_owned());
    let mut names = fs::read_dir(folder)?.map(name).collect::<io::Result<Vec<_>>>()?;
    names.sort();
    Ok(names)
}

/// Deletes a folder, where there is one.
fn remove(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(path: &str, text: &str) -> Page {
        Page { path: path.to_owned(), text: format!("{GENERATOR}{text}") }
    }

    fn write(root: &Path, text: &str) {
        let pages = [page("sites/a.html", text), page(INDEX, text)];
        Folder::at(&root.join("pages")).unwrap().replace(&pages).unwrap();
    }

    fn index(root: &Path) -> String {
        fs::read_to_string(root.join("pages/index.html")).unwrap()
    }

    #[test]
    fn pages_are_replaced_as_a_whole() {
        let root = tempfile::tempdir().unwrap();
        write(root.path(), "one");
        fs::write(root.path().join("pages/sites/gone.html"), "").unwrap();
        write(root.path(), "two");
        assert!(index(root.path()).ends_with("two"));
        assert!(!root.path().join("pages/sites/gone.html").exists());
        assert_eq!(names_in(root.path()).unwrap(), [".pages.lock", "pages"]);
    }

    #[test]
    fn what_a_run_left_behind_is_put_in_order() {
        let root = tempfile::tempdir().unwrap();
        write(root.path(), "one");
        // Ended while the new pages were written: the old ones are whole.
        fs::create_dir(root.path().join(".pages.new")).unwrap();
        fs::write(root.path().join(".pages.new/index.html"), "half").unwrap();
        assert!(index(root.path()).ends_with("one"));
        // Ended between the renames.
        fs::rename(root.path().join("pages"), root.path().join(".pages.old")).unwrap();
        Folder::at(&root.path().join("pages")).unwrap();
        assert!(index(root.path()).ends_with("one"));
        write(root.path(), "two");
        assert!(index(root.path()).ends_with("two"));
        assert_eq!(names_in(root.path()).unwrap(), [".pages.lock", "pages"]);
    }

    #[test]
    fn two_runs_do_not_mix_their_pages() {
        let root = tempfile::tempdir().unwrap();
        let first = Folder::at(&root.path().join("pages")).unwrap();
        let error = Folder::at(&root.path().join("pages")).err().unwrap().to_string();
        assert!(error.starts_with("another run is writing "), "{error}");
        drop(first);
        assert!(Folder::at(&root.path().join("pages")).is_ok());
    }

    #[test]
    fn what_is_no_dashboard_stays() {
        for (file, text, want) in [
            ("notes.txt", "", "notes.txt is in it"),
            ("index.html", "<h1>My shop", "index.html is not by this command"),
            ("sites/logo.png", "", "sites/logo.png is in it"),
        ] {
            let root = tempfile::tempdir().unwrap();
            if file != "index.html" {
                write(root.path(), "one");
            }
            let pages = root.path().join("pages");
            fs::create_dir_all(pages.join(SITES)).unwrap();
            fs::write(pages.join(file), text).unwrap();
            let error = Folder::at(&pages).err().unwrap().to_string();
            assert!(error.ends_with(want), "{error}");
            assert!(pages.join(file).exists());
        }
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("pages"), "").unwrap();
        let error = Folder::at(&root.path().join("pages")).err().unwrap().to_string();
        assert!(error.ends_with("it is a file"), "{error}");
    }
}
