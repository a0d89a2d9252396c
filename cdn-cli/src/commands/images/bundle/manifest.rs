//! What an archive says of itself.

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::archive::Archive;
use crate::hex::hex;

/// `manifest.json`.
#[derive(Serialize)]
struct Manifest<'a> {
    version: &'static str,
    files: Vec<FileLine<'a>>,
    /// Packages that were compiled in, with their versions and licenses.
    packages: Vec<&'a str>,
}

#[derive(Serialize)]
struct FileLine<'a> {
    name: &'a str,
    bytes: usize,
    sha256: String,
}

/// Adds the manifest of what is in the archive; `packages` has a line for each that was compiled in.
pub(super) fn add(archive: &mut Archive, packages: &str) -> serde_json::Result<()> {
    let files = archive
        .files()
        .map(|(name, bytes)| FileLine { name, bytes: bytes.len(), sha256: sha256(bytes) })
        .collect();
    let packages = packages.lines().filter(|line| !line.is_empty()).collect();
    let manifest = Manifest { version: env!("CARGO_PKG_VERSION"), files, packages };
    let mut text = serde_json::to_vec_pretty(&manifest)?;
    text.push(b'\n');
    archive.add("manifest.json", text);
    Ok(())
}

/// The SHA-256 of bytes, in hexadecimal digits.
pub(super) fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}
