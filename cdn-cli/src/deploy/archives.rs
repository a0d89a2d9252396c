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
    bytes: Vec<u8>,
}

/// File names of archives, and how the names of the stacks end that they are for.
const FILES: [(&str, &str); 4] = [
    ("lambda-edge.zip", "-edge"),
    ("image-lambda-aarch64.zip", "-images"),
    ("image-lambda-x86_64.zip", "-images"),
    ("warm-lambda-aarch64.zip", "-warm"),
];

impl Archives {
    /// Reads the archives of a folder that stacks ask for; they are to lie in that bucket, each under
    /// its digest.
    pub(crate) fn read(folder: &Path, stacks: &[Desired], bucket: &str) -> anyhow::Result<Self> {
        let mut by_stack = BTreeMap::new();
        for stack in stacks.iter().filter(|stack| asks(stack)) {
            let file = FILES
                .iter()
                .filter(|(_, end)| stack.name.ends_with(end))
                .map(|(name, _)| folder.join(name))
                .find(|path| path.is_file());
            let Some(file) = file else { continue };
            let bytes = fs::read(&file).with_context(|| format!("reading {}", file.display()))?;
            let digest = Sha256::digest(&bytes);
            let key = format!("archives/{}.zip", hex(&digest));
            let sha256 = STANDARD.encode(digest);
            let archive = Archive { bucket: bucket.to_owned(), key, sha256, bytes };
            by_stack.insert(stack.name.clone(), archive);
        }
        Ok(Self { by_stack })
    }

    /// Says in the stacks which archives they get, so that a plan knows of another one.
    pub(crate) fn name_in(&self, stacks: &mut [Desired]) {
        for stack in stacks {
            for (name, ask) in &stack.asks {
                if let Some(value) = self.get(&stack.name, ask) {
                    stack.parameters.insert(name.clone(), value);
                }
            }
            stack.asks.retain(|name, _| !stack.parameters.contains_key(name));
        }
    }

    /// Puts them into the bucket of state.
    pub(crate) async fn upload(&self, store: &Store) -> anyhow::Result<()> {
        for archive in self.by_stack.values() {
            store.put(&archive.key, archive.bytes.clone()).await?;
        }
        Ok(())
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
