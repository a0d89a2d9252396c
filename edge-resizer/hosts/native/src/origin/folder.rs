//! Originals in a folder.

use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use std::time::UNIX_EPOCH;

use edge_resizer::SourceFailure;

use super::{OriginPath, Original, media_type};
use crate::error::SetupError;

/// A folder that nothing leads out of: no `..`, and no symbolic link.
#[derive(Clone, Debug)]
pub(super) struct FolderOrigin {
    /// Absolute, and free of symbolic links.
    root: PathBuf,
}

impl FolderOrigin {
    pub(super) fn new(site: &str, root: &Path) -> Result<Self, SetupError> {
        let usable = fs::canonicalize(root).and_then(|root| fs::read_dir(&root).map(|_| root));
        match usable {
            Ok(root) => Ok(Self { root }),
            Err(source) => {
                Err(SetupError::Folder { site: site.to_owned(), path: root.to_owned(), source })
            }
        }
    }

    pub(super) async fn get(
        &self,
        path: &OriginPath,
        limit: u64,
    ) -> Result<Original, SourceFailure> {
        let (origin, file) = (self.clone(), path.file().into_owned());
        let read = tokio::task::spawn_blocking(move || origin.read(&file, limit));
        // It fails only where reading panicked.
        read.await.unwrap_or(Err(SourceFailure::Unreachable))
    }

    fn read(&self, file: &str, limit: u64) -> Result<Original, SourceFailure> {
        let path = self.locate(file)?;
        let opened = File::open(path).map_err(|error| failure(&error))?;
        let metadata = opened.metadata().map_err(|error| failure(&error))?;
        if !metadata.is_file() {
            return Err(SourceFailure::NotFound);
        }
        Ok(Original {
            bytes: read_within(&opened, metadata.len(), limit)?.into(),
            media_type: media_type::of_name(file).map(str::to_owned),
            etag: Some(etag(&metadata)),
            last_modified: None,
            cache_control: None,
        })
    }

    /// Where a file really is, if that is inside of the folder.
    fn locate(&self, file: &str) -> Result<PathBuf, SourceFailure> {
        let file = Path::new(file);
        // A leading `/` would replace the root.
        if file.components().any(|component| !matches!(component, Component::Normal(_))) {
            return Err(SourceFailure::NotFound);
        }
        let path = fs::canonicalize(self.root.join(file)).map_err(|error| match error.kind() {
            io::ErrorKind::PermissionDenied => SourceFailure::Denied,
            // A name that is too long, a file where a folder should be, a loop of links.
            _ => SourceFailure::NotFound,
        })?;
        // Opening waits for a writer where it is a pipe, so look first.
        if path.starts_with(&self.root) && path.is_file() {
            Ok(path)
        } else {
            Err(SourceFailure::NotFound)
        }
    }
}

/// Reads a file that may grow while it is read.
fn read_within(file: &File, length: u64, limit: u64) -> Result<Vec<u8>, SourceFailure> {
    let too_large = SourceFailure::TooLarge { limit };
    if length > limit {
        return Err(too_large);
    }
    let mut bytes = Vec::with_capacity(usize::try_from(length).map_err(|_| too_large)?);
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(|error| failure(&error))?;
    if bytes.len() as u64 > limit { Err(too_large) } else { Ok(bytes) }
}

/// Length and time of the last change, in nanoseconds. A file can change and keep both, so the tag
/// is weak.
fn etag(metadata: &Metadata) -> String {
    let modified = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    let modified = modified.unwrap_or_default().as_nanos();
    format!("W/\"{:x}-{modified:x}\"", metadata.len())
}

fn failure(error: &io::Error) -> SourceFailure {
    match error.kind() {
        io::ErrorKind::PermissionDenied => SourceFailure::Denied,
        io::ErrorKind::NotFound => SourceFailure::NotFound,
        _ => SourceFailure::Unreachable,
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    fn get(origin: &FolderOrigin, path: &str, limit: u64) -> Result<Original, SourceFailure> {
        origin.read(&OriginPath::of_request(path, None).unwrap().file(), limit)
    }

    fn tree() -> (TempDir, FolderOrigin) {
        let dir = TempDir::new().unwrap();
        let root = dir.path().join("shop");
        fs::create_dir_all(root.join("photos")).unwrap();
        fs::write(dir.path().join("secret.txt"), "secret").unwrap();
        fs::write(root.join("index.html"), "<p>shop").unwrap();
        fs::write(root.join("photos/grün 1.jpg"), "0123456789").unwrap();
        let origin = FolderOrigin::new("shop", &root).unwrap();
        (dir, origin)
    }

    #[test]
    fn files_are_found_with_what_their_names_say() {
        let (_dir, origin) = tree();
        for (path, bytes, media_type) in [
            ("/", "<p>shop", "text/html; charset=utf-8"),
            ("/photos/gr%C3%BCn%201.jpg", "0123456789", "image/jpeg"),
            ("/photos//gr%C3%BCn%201.jpg", "0123456789", "image/jpeg"),
        ] {
            let original = get(&origin, path, 10).unwrap();
            assert_eq!(original.bytes, bytes, "{path}");
            assert_eq!(original.media_type.as_deref(), Some(media_type), "{path}");
        }
    }

    #[test]
    fn the_tag_changes_with_the_file() {
        let (dir, origin) = tree();
        let path = dir.path().join("shop/index.html");
        let before = get(&origin, "/", 100).unwrap().etag;
        assert_eq!(get(&origin, "/", 100).unwrap().etag, before);
        fs::write(&path, "<p>shops").unwrap();
        assert_ne!(get(&origin, "/", 100).unwrap().etag, before);
    }

    #[test]
    fn what_is_not_there_or_no_file_is_not_found() {
        let (_dir, origin) = tree();
        let long = format!("/{}", "x".repeat(5_000));
        for path in ["/missing.jpg", "/photos", "/photos/", "/index.html/a.jpg", &long] {
            assert_eq!(get(&origin, path, 100).unwrap_err(), SourceFailure::NotFound, "{path}");
        }
    }

    #[test]
    fn nothing_leads_out_of_the_folder() {
        let (_dir, origin) = tree();
        for path in ["/../secret.txt", "/photos/../../secret.txt", "/%2e%2e/secret.txt", "/..%2fx"]
        {
            assert!(OriginPath::of_request(path, None).is_err(), "{path}");
        }
        // Should a path ever get past the parser:
        let secret = origin.root.parent().unwrap().join("secret.txt");
        for file in ["../secret.txt", "photos/../../secret.txt", secret.to_str().unwrap(), "/", ""]
        {
            assert_eq!(origin.read(file, 100).unwrap_err(), SourceFailure::NotFound, "{file}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn symbolic_links_are_followed_only_inside_of_the_folder() {
        use std::os::unix::fs::symlink;
        let (dir, origin) = tree();
        symlink("photos/grün 1.jpg", origin.root.join("inside.jpg")).unwrap();
        symlink("../secret.txt", origin.root.join("outside.jpg")).unwrap();
        symlink(dir.path(), origin.root.join("up")).unwrap();
        symlink("loop", origin.root.join("loop")).unwrap();
        assert_eq!(get(&origin, "/inside.jpg", 100).unwrap().bytes, "0123456789");
        for path in ["/outside.jpg", "/up/secret.txt", "/loop"] {
            assert_eq!(get(&origin, path, 100).unwrap_err(), SourceFailure::NotFound, "{path}");
        }
    }

    #[test]
    fn files_over_the_limit_are_refused() {
        let (_dir, origin) = tree();
        let path = "/photos/gr%C3%BCn%201.jpg";
        assert_eq!(get(&origin, path, 9).unwrap_err(), SourceFailure::TooLarge { limit: 9 });
        assert!(get(&origin, path, 10).is_ok());
        assert!(get(&origin, path, u64::MAX).is_ok());
    }

    #[test]
    fn a_site_without_its_folder_does_not_start() {
        let (dir, _) = tree();
        for path in [dir.path().join("missing"), dir.path().join("secret.txt")] {
            let error = FolderOrigin::new("shop", &path).unwrap_err();
            assert!(error.to_string().contains("shop"), "{error}");
        }
    }
}
