//! The least that any engine has to do: inflate the files.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use anyhow::{Context as _, ensure};
use libdeflater::Decompressor;

/// As many files at once as the engines are given threads.
const THREADS: usize = 2;

/// Inflates every file below a folder, each as a whole, and throws the text away.
pub(crate) fn inflate_all(folder: &Path) -> anyhow::Result<()> {
    let files = files_below(folder)?;
    ensure!(!files.is_empty(), "no files below {}", folder.display());
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        let workers: Vec<_> = (0..THREADS).map(|_| scope.spawn(|| work(&files, &next))).collect();
        workers.into_iter().try_for_each(|worker| {
            worker.join().unwrap_or_else(|_| Err(anyhow::anyhow!("a worker panicked")))
        })
    })
}

fn work(files: &[PathBuf], next: &AtomicUsize) -> anyhow::Result<()> {
    let (mut inflate, mut text) = (Decompressor::new(), Vec::new());
    while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
        let packed = fs::read(file)?;
        let length = length_of_text(&packed).with_context(|| format!("{}", file.display()))?;
        text.resize(length.max(text.len()), 0);
        inflate
            .gzip_decompress(&packed, &mut text[..length])
            .with_context(|| format!("{}", file.display()))?;
    }
    Ok(())
}

/// The last four bytes of a gzip member tell the length of its text (RFC 1952, section 2.3.1).
fn length_of_text(packed: &[u8]) -> anyhow::Result<usize> {
    let (_, last) = packed.split_last_chunk().context("too short for gzip")?;
    Ok(usize::try_from(u32::from_le_bytes(*last))?)
}

/// Every file, in the order of their names.
pub(crate) fn files_below(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("{}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            files.append(&mut files_below(&path)?);
        } else {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
