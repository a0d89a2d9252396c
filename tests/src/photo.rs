//! Real photos.

use std::path::{Path, PathBuf};
use std::{fs, io};

use bytes::Bytes;

/// A photo on disk.
#[derive(Clone, Debug)]
pub struct Photo {
    /// The file's name, with its extension.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
    /// The whole file.
    pub bytes: Bytes,
}

/// The workspace's root.
pub fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the package lies in the workspace")
}

/// All photos, by name: of the collection beside the checkout, `../shared/data/photos`, with every
/// kind of profile, orientation and channel layout; where that is absent, of the example shop.
///
/// # Panics
/// Where neither can be read.
pub fn all() -> Vec<Photo> {
    let collection = workspace().join("../shared/data/photos");
    let shop = workspace().join("examples/shop/photos");
    if let Ok(photos) = folder(&collection) {
        return photos;
    }
    #[expect(clippy::print_stdout, reason = "whoever reads a test's output should know")]
    {
        println!("no photos at {}: those of the example shop are used", collection.display());
    }
    folder(&shop).unwrap_or_else(|error| panic!("no photos at {}: {error}", shop.display()))
}

fn folder(path: &Path) -> io::Result<Vec<Photo>> {
    let mut photos = Vec::new();
    for entry in fs::read_dir(path)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let is_photo = ["jpg", "jpeg", "png", "gif", "webp", "avif", "tiff", "bmp"]
            .iter()
            .any(|extension| path.extension().is_some_and(|own| own == *extension));
        if is_photo {
            photos.push(Photo { name, bytes: fs::read(&path)?.into(), path });
        }
    }
    photos.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(photos)
}
