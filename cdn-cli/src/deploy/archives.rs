//! Archives of functions, put where Lambda reads them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cloudformation::Ask;
use sha2::{Digest as _, Sha256};

use crate::aws::Store;
use crate::hex::hex;
use crate::plan::Desired;

/// Which archive a stack gets.
#[derive(Clone, Debug, Default)]
pub(crate) struct Archives {
    by_stack: BTreeMap<String, Archive>,
}

/// An archive in a bucket.
#[derive(Clone, Debug)]
struct Archive {
    bucket: String,
    key: String,
    sha256: String,
}

/// File names of archives, and a word of the names of the stacks that they are for.
const FILES: [(&str, &str); 3] = [
    ("lambda-edge.zip", "-edge"),
    ("image-lambda-aarch64.zip", "-images"),
    ("image-lambda-x86_64.zip", "-images"),
];

impl Archives {
    /// Puts the archives of a folder into the bucket of state, each under its digest.
    pub(crate) async fn upload(
        folder: &Path,
        stacks: &[Desired],
        store: &Store,
    ) -> anyhow::Result<Self> {
        let mut by_stack = BTreeMap::new();
        for stack in stacks.iter().filter(|stack| asks(stack)) {
            let file = FILES
                .iter()
                .filter(|(_, word)| stack.name.contains(word))
                .map(|(name, _)| folder.join(name))
                .find(|path| path.is_file());
            let Some(file) = file else { continue };
            let bytes = fs::read(&file).with_context(|| format!("reading {}", file.display()))?;
            let digest = Sha256::digest(&bytes);
            let key = format!("archives/{}.zip", hex(&digest));
            store.put(&key, bytes).await?;
            let bucket = store.bucket().to_owned();
            let archive = Archive { bucket, key, sha256: STANDARD.encode(digest) };
            by_stack.insert(stack.name.clone(), archive);
        }
        Ok(Self { by_stack })
    }

    /// The value of a parameter that asks for an archive.
    pub(crate) fn get(&self, stack: &str, ask: &Ask) -> Option<String> {
        let archive = self.by_stack.get(stack)?;
        match ask {
            Ask::ArchiveBucket => Some(archive.bucket.clone()),
            Ask::ArchiveKey => Some(archive.key.clone()),
            Ask::ArchiveSha256 => Some(archive.sha256.clone()),
            _ => None,
        }
    }
}

fn asks(stack: &Desired) -> bool {
    stack.asks.values().any(|ask| *ask == Ask::ArchiveKey)
}
