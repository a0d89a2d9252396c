//! The files of a fleet: the main one, and those that it includes.

use std::collections::HashSet;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::file::FleetError;
use crate::problem::Problem;
use crate::section;
use crate::sources::Sources;

/// The files of a fleet as they were read, from which [`crate::Fleet`], explanations and findings
/// are made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FleetFiles {
    pub(crate) sources: Sources,
    /// Where relative folders of sites are.
    pub(crate) base_dir: PathBuf,
    /// What is wrong with `include`.
    pub(crate) problems: Vec<Problem>,
}

const PATTERN_HINT: &str = "a path relative to this file, in which `*` stands for any name";

impl FleetFiles {
    /// Reads the main file and all that it includes.
    ///
    /// # Errors
    /// [`FleetError::Unreadable`]; what is wrong inside the files is told when they are used.
    pub fn read(path: &Path) -> Result<Self, FleetError> {
        let base_dir = path.parent().unwrap_or(Path::new(""));
        let text = read_text(path)?;
        Self::with_includes(Sources::new(path.display().to_string(), path.into(), text), base_dir)
    }

    /// As [`FleetFiles::read`], of a main file whose text is there and that lies in `base_dir`.
    ///
    /// # Errors
    /// [`FleetError::Unreadable`] of an included file.
    pub fn of_text(text: &str, base_dir: &Path, file_name: &str) -> Result<Self, FleetError> {
        Self::with_includes(Sources::new(file_name, base_dir.join(file_name), text), base_dir)
    }

    /// The paths of all files, the main one first.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.sources.files().iter().map(|file| file.path.as_path())
    }

    fn with_includes(mut sources: Sources, base_dir: &Path) -> Result<Self, FleetError> {
        let mut problems = Vec::new();
        let mut seen = HashSet::from([true_path(&sources.main().path)]);
        for path in included(&sources.main().text, base_dir, &mut problems) {
            if seen.insert(true_path(&path)) {
                let text = read_text(&path)?;
                sources.push(path.display().to_string(), path, text);
            }
        }
        Ok(Self { sources, base_dir: base_dir.to_owned(), problems })
    }
}

/// A file's text.
pub(crate) fn read_text(path: &Path) -> Result<String, FleetError> {
    fs::read_to_string(path)
        .map_err(|source| FleetError::Unreadable { path: path.display().to_string(), source })
}

/// The files that `include` names, pattern by pattern, each pattern's in the order of their names.
fn included(text: &str, base_dir: &Path, problems: &mut Vec<Problem>) -> Vec<PathBuf> {
    let (mut root, _) = DeTable::parse_recoverable(text);
    let Some(patterns) = root.get_mut().remove("include") else { return Vec::new() };
    let patterns = section::list(patterns, problems);
    patterns.into_iter().flat_map(|pattern| matches(pattern, base_dir, problems)).collect()
}

fn matches(
    pattern: Spanned<DeValue<'_>>,
    base_dir: &Path,
    problems: &mut Vec<Problem>,
) -> Vec<PathBuf> {
    let span = pattern.span();
    let Some(pattern) = section::read::<String>(pattern, problems) else { return Vec::new() };
    // The folder's own name is no pattern.
    let folder = glob::Pattern::escape(&base_dir.display().to_string());
    let whole = Path::new(&folder).join(&pattern).display().to_string();
    let found = match glob::glob(&whole) {
        Ok(found) => found.filter_map(Result::ok).filter(|path| path.is_file()).collect::<Vec<_>>(),
        Err(error) => {
            let message = format!("`{pattern}` is not a pattern: {}", error.msg);
            problems.push(Problem::new(span, message).with_hint(PATTERN_HINT));
            return Vec::new();
        }
    };
    if found.is_empty() {
        problems.push(nothing_found(&pattern, span, base_dir));
    }
    found
}

fn nothing_found(pattern: &str, span: Range<usize>, base_dir: &Path) -> Problem {
    let folder = if base_dir.as_os_str().is_empty() { Path::new(".") } else { base_dir };
    let hint = format!("{PATTERN_HINT}; it was looked for in {}", folder.display());
    Problem::new(span, format!("no file matches `{pattern}`")).with_hint(hint)
}

/// The same for the same file, by whatever path it is named.
fn true_path(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}
