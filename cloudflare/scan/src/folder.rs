//! The documents of a folder: a theme, or a site that was built.

use std::fs;
use std::io;
use std::path::Path;

use walkdir::{DirEntry, WalkDir};

use crate::document::{Document, Kind};
use crate::report::Report;

/// Bytes of a file beyond which it is none that a person wrote.
const MOST_BYTES: u64 = 16 * 1024 * 1024;

/// Reads every text below a folder, in the order of the names, and what is hidden or installed
/// (`node_modules`) left out.
///
/// # Errors
/// Where the folder cannot be listed. A file that cannot be read is noted in the report.
pub fn scan(folder: &Path, report: &mut Report) -> io::Result<()> {
    let entries = WalkDir::new(folder).sort_by_file_name().into_iter();
    for entry in entries.filter_entry(|entry| entry.depth() == 0 || is_of_the_site(entry)) {
        let entry = entry.map_err(unlisted)?;
        let name = entry.path().strip_prefix(folder).unwrap_or(entry.path()).to_string_lossy();
        let kind = Kind::of_file(&name).filter(|_| entry.file_type().is_file());
        let Some(kind) = kind else { continue };
        match text_of(&entry) {
            Ok(text) => {
                report.add(&Document { name: name.replace('\\', "/"), kind, text });
            }
            Err(reason) => report.unread(format!("{name}: {reason}")),
        }
    }
    Ok(())
}

/// What is the matter with a folder, without the folder's name.
fn unlisted(error: walkdir::Error) -> io::Error {
    error.into_io_error().unwrap_or_else(|| io::Error::other("its links go in a circle"))
}

fn is_of_the_site(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    !name.starts_with('.') && name != "node_modules"
}

fn text_of(entry: &DirEntry) -> Result<String, String> {
    let size = entry.metadata().map_err(|error| error.to_string())?.len();
    if size > MOST_BYTES {
        return Err(format!("{size} bytes, more than {MOST_BYTES}"));
    }
    let bytes = fs::read(entry.path()).map_err(|error| error.to_string())?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
