//! Where pictures are written: whole or not at all, and never over an original.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use anyhow::Context as _;

use super::picture::Input;
use crate::files::replace;
use crate::hints::Hinted;

/// Where the pictures go.
#[derive(Debug)]
pub(crate) enum Output {
    /// To standard output.
    Stdout,
    /// Into one file.
    File(PathBuf),
    /// Into a folder, each under its own name with the extension of what was made.
    Folder(PathBuf),
}

impl Output {
    /// What `-o` means for these inputs.
    ///
    /// # Errors
    /// Where several pictures would go into one file.
    pub(crate) fn of(path: &Path, inputs: &[Input]) -> anyhow::Result<Self> {
        let is_folder = path.is_dir() || path.as_os_str().as_encoded_bytes().ends_with(b"/");
        match (path.as_os_str() == "-", is_folder || inputs.len() > 1) {
            (true, _) if inputs.len() == 1 => Ok(Self::Stdout),
            (true, _) => Err(Hinted::error(
                format!("{} pictures do not fit into standard output", inputs.len()),
                "give a folder: -o FOLDER/",
            )),
            (false, true) if path.is_file() => Err(Hinted::error(
                format!("{} is a file, and there are {} pictures", path.display(), inputs.len()),
                "give a folder: -o FOLDER/",
            )),
            (false, true) => Ok(Self::Folder(path.to_owned())),
            (false, false) => Ok(Self::File(path.to_owned())),
        }
    }

    /// The extension that the output's name asks for, in lower case.
    pub(crate) fn extension(&self) -> Option<String> {
        let Self::File(path) = self else { return None };
        Some(path.extension()?.to_str()?.to_ascii_lowercase())
    }
}

/// Writes files; knows what must not be written over.
#[derive(Debug)]
pub(crate) struct Writer {
    originals: BTreeSet<PathBuf>,
    written: Mutex<BTreeSet<PathBuf>>,
}

impl Writer {
    /// A writer that keeps these originals.
    pub(crate) fn new(inputs: &[Input]) -> Self {
        let originals = inputs.iter().filter_map(Input::path).filter_map(|p| p.canonicalize().ok());
        Self { originals: originals.collect(), written: Mutex::default() }
    }

    /// Writes the bytes under this name; where that fails, what was there before is still there.
    ///
    /// # Errors
    /// Where the file is an original, was written already, or cannot be.
    pub(crate) fn write(&self, path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
        let real = real_path(path).with_context(|| format!("writing {}", path.display()))?;
        if self.originals.contains(&real) {
            return Err(Hinted::error(
                format!("{} is an original and stays as it is", path.display()),
                "give another name, or a folder, with -o",
            ));
        }
        // The lock is held for an insertion alone, which leaves nothing half done.
        let is_new =
            self.written.lock().unwrap_or_else(PoisonError::into_inner).insert(real.clone());
        if !is_new {
            anyhow::bail!("{} was written already, from another original", path.display());
        }
        replace(&real, bytes).with_context(|| format!("writing {}", path.display()))
    }
}

/// The one name of a file, whether it is there yet or not; its folder is made. A link is followed:
/// what it leads to will be written, the link stays.
fn real_path(path: &Path) -> io::Result<PathBuf> {
    if let Ok(real) = path.canonicalize() {
        return Ok(real);
    }
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    fs::create_dir_all(folder)?;
    Ok(folder.canonicalize()?.join(path.file_name().unwrap_or_default()))
}
