//! What `cargo xtask` wrote about a program: its packages, and the texts of their licenses.

use std::fs;
use std::path::Path;

use anyhow::Context as _;

use super::archive::Archive;

/// How the names of the files with licenses begin.
const LICENSES: &str = "LICENSES";

/// Adds the licenses in `folder`; gives the list of packages, a line for each. Either may be missing.
pub(super) fn add(archive: &mut Archive, folder: &Path) -> anyhow::Result<String> {
    let mut packages = String::new();
    let context = || format!("reading the folder {}", folder.display());
    for entry in fs::read_dir(folder).with_context(context)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let read = || fs::read(&path).with_context(|| format!("reading {}", path.display()));
        if name.starts_with(LICENSES) {
            archive.add(name, read()?);
        } else if name == "packages.txt" {
            packages = String::from_utf8_lossy(&read()?).into_owned();
        }
    }
    Ok(packages)
}
