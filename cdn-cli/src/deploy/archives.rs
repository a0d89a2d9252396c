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

/// An archive, and where in the bucket it is kept.
#[derive(Clone, Debug)]
struct Archive {
    bytes: Vec<u8>,
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
    /// Reads the archives of a folder for the stacks that ask for one, each under its digest.
    pub(crate) fn read(folder: &Path, stacks: &[Desired], bucket: &str) -> anyhow::Result<Self> {
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
            let sha256 = STANDARD.encode(digest);
            let archive = Archive { bytes, bucket: bucket.to_owned(), key, sha256 };
            by_stack.insert(stack.name.clone(), archive);
        }
        Ok(Self { by_stack })
    }

    /// Gives each stack its archive: what was asked for is said, so that a plan shows it.
    pub(crate) fn give(&self, stacks: &mut [Desired]) {
        for stack in stacks {
            let Some(archive) = self.by_stack.get(&stack.name) else { continue };
            for (name, ask) in std::mem::take(&mut stack.asks) {
                match archive.value(&ask) {
                    Some(value) => drop(stack.parameters.insert(name, value)),
                    None => drop(stack.asks.insert(name, ask)),
                }
            }
        }
    }

    /// Puts them into the bucket of state, where Lambda reads them.
    pub(crate) async fn upload(&self, store: &Store) -> anyhow::Result<()> {
        for archive in self.by_stack.values() {
            store.put(&archive.key, archive.bytes.clone()).await?;
        }
        Ok(())
    }
}

impl Archive {
    /// The value of a parameter that asks for an archive.
    fn value(&self, ask: &Ask) -> Option<String> {
        match ask {
            Ask::ArchiveBucket => Some(self.bucket.clone()),
            Ask::ArchiveKey => Some(self.key.clone()),
            Ask::ArchiveSha256 => Some(self.sha256.clone()),
            _ => None,
        }
    }
}

fn asks(stack: &Desired) -> bool {
    stack.asks.values().any(|ask| *ask == Ask::ArchiveKey)
}
