//! The logs that both engines are asked about.

use std::fs;
use std::path::Path;

use log_corpus::{Corpus, Format};

/// Lines of a corpus: each format has files, and the smallest shops have rows.
pub(crate) const LINES: u64 = 20_000;

/// Writes them below a folder.
pub(crate) fn write(formats: &[Format], broken_share: f64, folder: &Path) {
    let corpus =
        Corpus { lines: LINES, formats: formats.to_vec(), broken_share, ..Corpus::default() };
    for file in corpus.plan().files() {
        let path = folder.join(&file.name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a writable folder");
        fs::write(path, &file.bytes).expect("a writable folder");
    }
}
