//! Saved answers on disk.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use cloudflare_zone::SavedFile;

/// All files of folders, however deep, in the order of their names.
pub(super) fn files(paths: &[PathBuf]) -> anyhow::Result<Vec<SavedFile>> {
    let mut found = Vec::new();
    for path in paths {
        add(path, &mut found)?;
    }
    Ok(found)
}

fn add(path: &Path, found: &mut Vec<SavedFile>) -> anyhow::Result<()> {
    let name = path.display().to_string();
    let metadata = fs::metadata(path).with_context(|| format!("reading {name}"))?;
    if metadata.is_dir() {
        let entries = fs::read_dir(path).with_context(|| format!("reading {name}"))?;
        let entries: Result<Vec<_>, _> = entries.map(|entry| entry.map(|it| it.path())).collect();
        let mut entries = entries.with_context(|| format!("reading {name}"))?;
        entries.sort();
        return entries.iter().try_for_each(|entry| add(entry, found));
    }
    let is_hidden = path.file_name().is_some_and(|it| it.to_string_lossy().starts_with('.'));
    if is_hidden {
        return Ok(());
    }
    let bytes = fs::read(path).with_context(|| format!("reading {name}"))?;
    // What is no text is told as no JSON.
    found.push(SavedFile { name, text: String::from_utf8_lossy(&bytes).into_owned() });
    Ok(())
}
