//! Where things are: the workspace, cargo's target folder, programs.

use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use serde::Deserialize;
use xshell::{Shell, cmd};

/// The workspace as a task sees it.
pub(crate) struct Place {
    /// A shell that stands in the workspace's root.
    pub(crate) shell: Shell,
    /// The workspace's root.
    pub(crate) root: PathBuf,
    /// Cargo's target folder, wherever the environment or a configuration puts it.
    pub(crate) target: PathBuf,
}

/// What is read of cargo's own account.
#[derive(Deserialize)]
struct Metadata {
    target_directory: PathBuf,
}

impl Place {
    /// Finds the workspace that this program was built from.
    pub(crate) fn find(shell: Shell) -> anyhow::Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .ok_or_else(|| anyhow!("xtask has no parent folder"))?
            .to_owned();
        shell.change_dir(&root);
        let metadata = cmd!(shell, "cargo metadata --no-deps --format-version 1 --offline")
            .quiet()
            .ignore_stderr()
            .read()
            .context("asking cargo where its target folder is")?;
        let Metadata { target_directory: target } =
            serde_json::from_str(&metadata).context("reading what cargo says of it")?;
        Ok(Self { shell, root, target })
    }
}

/// The program with this name on the `PATH`.
pub(crate) fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_is_not_there_is_not_found() {
        assert_eq!(program("no-program-has-this-name"), None);
    }
}
