//! The keys of visitors of days that are still open, so that rows which come late get the names that
//! their visitors have. With the key goes the way back from a name to an address.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use log_reader::Salts;

use super::{DaysError, hex, io};

/// The salts kept beside a folder of compacted days.
#[derive(Clone, Debug)]
pub struct KeptSalts {
    path: PathBuf,
    /// By day, as hex digits in the file.
    by_day: Arc<Mutex<BTreeMap<String, [u8; 32]>>>,
}

impl KeptSalts {
    /// Reads the salts beside a folder; none where there is no such file.
    ///
    /// # Errors
    /// Where the file cannot be read, or is none of salts.
    pub fn beside(root: &Path) -> Result<Self, DaysError> {
        let mut name = root.file_name().unwrap_or_default().to_owned();
        name.push(".salts");
        let path = root.with_file_name(name);
        let by_day = match fs::read_to_string(&path) {
            Ok(text) => parsed(&text).ok_or_else(|| DaysError::Manifest {
                path: path.display().to_string(),
                problem: "this is no file of salts: a line is a day and 64 hex digits".to_owned(),
            })?,
            Err(error) if error.kind() == ErrorKind::NotFound => BTreeMap::new(),
            Err(error) => return Err(io(&path)(error)),
        };
        Ok(Self { path, by_day: Arc::new(Mutex::new(by_day)) })
    }

    /// The kept salt of a day, or else what `fresh` gives, which is then kept too.
    pub fn or_kept_from(&self, fresh: Salts) -> Salts {
        let by_day = Arc::clone(&self.by_day);
        Arc::new(move |day: &str| {
            let mut by_day = by_day.lock().unwrap_or_else(PoisonError::into_inner);
            *by_day.entry(day.to_owned()).or_insert_with(|| fresh(day))
        })
    }

    /// The kept salt of a day, or else what `fresh` gives.
    pub fn or(&self, fresh: Salts) -> Salts {
        let by_day = self.by_day.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Arc::new(move |day: &str| by_day.get(day).copied().unwrap_or_else(|| fresh(day)))
    }

    /// Deletes those of days that are not open any more, and writes the others down for this user alone.
    pub(crate) fn keep(&self, is_open: impl Fn(&str) -> bool) -> Result<(), DaysError> {
        let mut by_day = self.by_day.lock().unwrap_or_else(PoisonError::into_inner);
        by_day.retain(|day, _| is_open(day));
        let told = io(&self.path);
        if by_day.is_empty() {
            return match fs::remove_file(&self.path) {
                Err(error) if error.kind() != ErrorKind::NotFound => Err(told(error)),
                _ => Ok(()),
            };
        }
        let lines = by_day.iter().map(|(day, salt)| format!("{day} {}", hex(salt)));
        let text = lines.collect::<Vec<_>>().join(
            "
",
        ) + "
";
        written_alone(&self.path, &text).map_err(told)
    }
}

/// Writes a file that only this user can read, wholly or not at all.
fn written_alone(path: &Path, text: &str) -> std::io::Result<()> {
    if fs::read_to_string(path).is_ok_and(|there| there == text) {
        return Ok(());
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let aside = path.with_file_name(name);
    let mut file = only_for_me(&aside)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&aside, path)
}

#[cfg(unix)]
fn only_for_me(path: &Path) -> std::io::Result<File> {
    use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
    let file = File::options().create(true).write(true).truncate(true).mode(0o600).open(path)?;
    // One that a crash left has the mode that it had.
    file.set_permissions(fs::Permissions::from_mode(0o600))?;
    Ok(file)
}

#[cfg(not(unix))]
fn only_for_me(path: &Path) -> std::io::Result<File> {
    File::create(path)
}

fn parsed(text: &str) -> Option<BTreeMap<String, [u8; 32]>> {
    text.lines()
        .map(|line| line.split_once(' ').and_then(|(day, hex)| Some((day.to_owned(), salt(hex)?))))
        .collect()
}

fn salt(hex: &str) -> Option<[u8; 32]> {
    let byte = |at: usize| u8::from_str_radix(hex.get(2 * at..2 * at + 2)?, 16).ok();
    let bytes: Vec<u8> = (0..32).map(byte).collect::<Option<_>>()?;
    (hex.len() == 64).then(|| bytes.try_into().ok()).flatten()
}
