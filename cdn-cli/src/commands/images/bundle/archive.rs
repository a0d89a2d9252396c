//! Archives that are the same for the same files, whenever and wherever they are made.

use std::collections::BTreeMap;
use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// Files on their way into an archive, by name.
#[derive(Debug, Default)]
pub(super) struct Archive(BTreeMap<String, Entry>);

#[derive(Debug)]
struct Entry {
    bytes: Vec<u8>,
    executable: bool,
}

impl Archive {
    /// Adds a file; one of that name is replaced.
    pub(super) fn add(&mut self, name: impl Into<String>, bytes: Vec<u8>) {
        self.0.insert(name.into(), Entry { bytes, executable: false });
    }

    /// Adds a program.
    pub(super) fn add_program(&mut self, name: impl Into<String>, bytes: Vec<u8>) {
        self.0.insert(name.into(), Entry { bytes, executable: true });
    }

    /// The files, in the order of their names.
    pub(super) fn files(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.0.iter().map(|(name, entry)| (name.as_str(), entry.bytes.as_slice()))
    }

    /// The archive: files in the order of their names, all of one time, without owners.
    pub(super) fn into_zip(self) -> zip::result::ZipResult<Vec<u8>> {
        /// The best that deflate does; an archive is packed once and unpacked at every cold start.
        const LEVEL: i64 = 9;
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(LEVEL))
            // The earliest that the format knows: 1980-01-01.
            .last_modified_time(DateTime::default());
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, Entry { bytes, executable }) in self.0 {
            let mode = if executable { 0o755 } else { 0o644 };
            zip.start_file(name, options.unix_permissions(mode))?;
            zip.write_all(&bytes)?;
        }
        Ok(zip.finish()?.into_inner())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    fn archive(names: &[&str]) -> Archive {
        let mut archive = Archive::default();
        for name in names {
            archive.add(*name, name.repeat(1000).into_bytes());
        }
        archive.add_program("bootstrap", b"program".to_vec());
        archive
    }

    #[test]
    fn the_same_files_are_the_same_bytes() {
        let one = archive(&["b.mjs", "a.wasm"]).into_zip().unwrap();
        let other = archive(&["a.wasm", "b.mjs"]).into_zip().unwrap();
        assert_eq!(one, other);
        assert_ne!(one, archive(&["a.wasm"]).into_zip().unwrap());
    }

    #[test]
    fn files_come_out_as_they_went_in() {
        let bytes = archive(&["a.wasm"]).into_zip().unwrap();
        let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        let names: Vec<_> = zip.file_names().map(|name| name.unwrap().into_owned()).collect();
        assert_eq!(names, ["a.wasm", "bootstrap"]);
        let mut text = String::new();
        zip.by_name("a.wasm").unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "a.wasm".repeat(1000));
        let mode = zip.by_name("bootstrap").unwrap().unix_mode().unwrap();
        assert_eq!(mode & 0o777, 0o755, "{mode:o}");
    }
}
