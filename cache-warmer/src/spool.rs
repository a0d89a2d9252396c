//! What is to be warmed, on disk: a line a target, each target once.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::variants::{CacheKey, Target};
use crate::wish::Wish;

/// Parts of the set of keys: a part that grows is copied alone.
const PARTS: usize = 64;

/// The keys that were seen. Memory: 17 bytes for each of as many places as there are, which are the
/// next power of two above 8/7 of the keys in each of 64 parts: 36 MB for a million keys at the most.
#[derive(Debug)]
struct Seen {
    parts: Vec<HashSet<u128>>,
}

impl Seen {
    fn new() -> Self {
        Self { parts: vec![HashSet::new(); PARTS] }
    }

    fn is_new(&mut self, key: CacheKey) -> bool {
        let bits = key.bits();
        let part = usize::try_from(bits % PARTS as u128).unwrap_or(0);
        self.parts.get_mut(part).is_some_and(|part| part.insert(bits))
    }
}

/// A list of targets that is being written.
#[derive(Debug)]
pub struct SpoolWriter {
    path: PathBuf,
    file: BufWriter<File>,
    seen: Seen,
    count: u64,
    counts: [u64; Wish::ALL.len()],
    pictures: u64,
}

/// A list of targets on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spool {
    path: PathBuf,
    count: u64,
    pictures: u64,
}

impl SpoolWriter {
    /// Begins an empty list in a file.
    ///
    /// # Errors
    /// Where the file cannot be made.
    pub fn create(path: &Path) -> io::Result<Self> {
        let file = BufWriter::new(File::create(path)?);
        let counts = [0; Wish::ALL.len()];
        Ok(Self { path: path.to_owned(), file, seen: Seen::new(), count: 0, counts, pictures: 0 })
    }

    /// Adds a target, unless one of its key is there.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn add(&mut self, target: &Target, key: CacheKey) -> io::Result<()> {
        if !self.seen.is_new(key) {
            return Ok(());
        }
        writeln!(self.file, "{target}")?;
        self.count += 1;
        self.pictures += u64::from(target.wish.is_of_a_picture());
        if let Some(place) = Wish::ALL.iter().position(|wish| *wish == target.wish) {
            self.counts[place] += 1;
        }
        Ok(())
    }

    /// How many targets there are of each wish that occurs.
    pub fn counts(&self) -> impl Iterator<Item = (Wish, u64)> {
        Wish::ALL.into_iter().zip(self.counts).filter(|(_, count)| *count > 0)
    }

    /// Ends the list.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn finish(mut self) -> io::Result<Spool> {
        self.file.flush()?;
        self.file.get_ref().sync_data()?;
        Ok(Spool { path: self.path, count: self.count, pictures: self.pictures })
    }
}

impl Spool {
    /// A list that an earlier run left.
    ///
    /// # Errors
    /// Where the file cannot be read, or holds anything else.
    pub fn open(path: &Path) -> io::Result<Self> {
        let mut spool = Self { path: path.to_owned(), count: 0, pictures: 0 };
        for target in spool.targets()? {
            spool.count += 1;
            spool.pictures += u64::from(target?.wish.is_of_a_picture());
        }
        Ok(spool)
    }

    /// How many targets there are.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// How many of them are pictures whose format is negotiated.
    pub fn pictures(&self) -> u64 {
        self.pictures
    }

    /// The targets in their order. Memory: one target and a buffer.
    ///
    /// # Errors
    /// Where the file cannot be opened.
    pub fn targets(&self) -> io::Result<Targets> {
        Ok(Targets { lines: BufReader::new(File::open(&self.path)?), line: String::new() })
    }
}

/// Reads a list of targets.
#[derive(Debug)]
pub struct Targets {
    lines: BufReader<File>,
    line: String,
}

impl Iterator for Targets {
    type Item = io::Result<Target>;

    fn next(&mut self) -> Option<Self::Item> {
        self.line.clear();
        match self.lines.read_line(&mut self.line) {
            Ok(0) => None,
            Ok(_) => Some(parsed(self.line.trim_end())),
            Err(error) => Some(Err(error)),
        }
    }
}

fn parsed(line: &str) -> io::Result<Target> {
    let target = line
        .split_once(' ')
        .and_then(|(label, url)| Some(Target { wish: Wish::named(label)?, url: url.to_owned() }));
    target.ok_or_else(|| {
        io::Error::new(io::ErrorKind::InvalidData, format!("`{line}` is no line of a spooled list"))
    })
}
