//! Where things are: the workspace, cargo's target folder, programs.

use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
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
        let target = json_text(&metadata, "target_directory")
            .ok_or_else(|| anyhow!("cargo metadata names no target_directory"))?;
        Ok(Self { shell, root, target: target.into() })
    }
}

/// The text of the first `"key":"text"` in cargo's compact JSON, in which a path is escaped by
/// nothing but backslashes. (A JSON parser would be the largest thing in this program.)
fn json_text(json: &str, key: &str) -> Option<String> {
    let (_, rest) = json.split_once(&format!("\"{key}\":\""))?;
    let (text, _) = rest.split_once('"')?;
    Some(text.replace("\\\\", "\\"))
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
    fn text_is_found_in_json() {
        let json = r#"{"version":1,"target_directory":"C:\\work\\target","metadata":null}"#;
        assert_eq!(json_text(json, "target_directory").as_deref(), Some(r"C:\work\target"));
        assert_eq!(json_text(json, "workspace_root"), None);
        assert_eq!(json_text("", "workspace_root"), None);
    }

    #[test]
    fn a_program_that_is_not_there_is_not_found() {
        assert_eq!(program("no-program-has-this-name"), None);
    }
}
