//! The pictures: those of the example shops, and the larger photos of `shared/data` where it is
//! laid beside the repository.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use edge_resizer::{Policy, sniff};

/// A source picture, in memory.
#[derive(Clone, Debug)]
pub struct Picture {
    /// Its file name.
    pub name: String,
    /// The whole file.
    pub bytes: Bytes,
    /// Pixels of a frame: benches give their speed in these.
    pub pixels: u64,
}

/// All pictures that were found.
#[derive(Clone, Debug)]
pub struct Corpus {
    pictures: Vec<Picture>,
}

/// Folders, from the repository's root.
const FOLDERS: [&str; 3] =
    ["examples/shop/photos", "examples/harbor/photos", "../shared/data/photos"];
const EXTENSIONS: [&str; 2] = ["jpg", "png"];

impl Corpus {
    /// Reads the pictures; says on standard error which folders are absent.
    pub fn read() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let mut pictures = Vec::new();
        for folder in FOLDERS {
            let found = files(&root.join(folder));
            if found.is_empty() {
                say(&format!("no pictures in {folder}: benches of them are left out"));
            }
            pictures.extend(found.iter().filter_map(|path| read(path)));
        }
        Self { pictures }
    }

    /// The pictures with these names, in this order; absent ones are left out.
    pub fn named<'a>(&'a self, names: &'a [&str]) -> impl Iterator<Item = &'a Picture> {
        names.iter().filter_map(|name| self.pictures.iter().find(|picture| picture.name == *name))
    }
}

/// The pictures of a folder by name, none where it cannot be read.
fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let is_picture = |path: &PathBuf| {
        path.extension().is_some_and(|extension| EXTENSIONS.iter().any(|known| extension == *known))
    };
    let mut paths: Vec<_> =
        entries.filter_map(|entry| Some(entry.ok()?.path())).filter(is_picture).collect();
    paths.sort();
    paths
}

/// A picture, where the file can be read and is one.
fn read(path: &Path) -> Option<Picture> {
    let bytes = Bytes::from(std::fs::read(path).ok()?);
    let info = sniff(&bytes, &Policy::default().limits).ok()?;
    Some(Picture {
        name: path.file_name()?.to_str()?.to_owned(),
        bytes,
        pixels: info.stored.pixels(),
    })
}

fn say(line: &str) {
    // A bench whose standard error is closed has nobody to tell.
    let _ = writeln!(std::io::stderr(), "{line}");
}
