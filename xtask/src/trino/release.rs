//! The server's files.
//!
//! The release is the last before the project took the name Trino (351 is the first under it), and it
//! runs on Java 11 to 17; those from 436 on do not. It lacks what came since: `contains(cidr, address)`
//! and `version()` are examples.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use xshell::cmd;

use crate::exit::say;
use crate::place::{Place, program};

const ARTIFACT: &str = "io.prestosql:presto-server:350:tar.gz";
/// The archive, and the folder in it.
const NAME: &str = "presto-server-350";
/// The one connector that is used, of forty.
const CONNECTOR_PLUGIN: &str = "hive-hadoop2";

/// What differs between releases before and after the name was changed.
#[derive(Clone, Debug)]
pub(crate) struct Release {
    /// The unpacked server: `lib` and `plugin`.
    pub(crate) folder: PathBuf,
    /// Its name with its version.
    pub(crate) name: &'static str,
    /// The class that is run.
    pub(crate) main: &'static str,
    /// The name of the connector for files with a metastore.
    pub(crate) connector: &'static str,
}

/// Gets the server with Maven's own client, unless it is there.
pub(crate) fn provide(place: &Place) -> anyhow::Result<Release> {
    ensure!(program("java").is_some(), "no java here (Debian: openjdk-17-jre-headless)");
    let release = Release::of(place);
    if !release.folder.is_dir() {
        fetch(place, &place.target.join("tools"))
            .context("getting the server from Maven Central")?;
    }
    Ok(release)
}

impl Release {
    /// The server, where it was got before and there is something to run it with.
    pub(crate) fn found(place: &Place) -> Option<Self> {
        let release = Self::of(place);
        (release.folder.is_dir() && program("java").is_some()).then_some(release)
    }

    fn of(place: &Place) -> Self {
        let folder = place.target.join("tools").join(NAME);
        Self {
            folder,
            name: "PrestoSQL 350",
            main: "io.prestosql.server.PrestoServer",
            connector: "hive-hadoop2",
        }
    }
}

fn fetch(place: &Place, tools: &Path) -> anyhow::Result<()> {
    ensure!(program("mvn").is_some(), "no mvn here (Debian: maven)");
    say(format_args!("getting {ARTIFACT}, 500 MB"));
    // What is half there must not be taken for the whole the next time.
    let half = tools.join(format!("{NAME}.part"));
    fs::create_dir_all(&half)?;
    let shell = &place.shell;
    let to = format!("-DoutputDirectory={}", half.display());
    cmd!(shell, "mvn --batch-mode --quiet dependency:copy -Dartifact={ARTIFACT} {to}").run()?;
    let archive = half.join(format!("{NAME}.tar.gz"));
    cmd!(shell, "tar --extract --gzip --file {archive} --directory {half}").run()?;
    // Files that several plugins have are links to one of them, so all were unpacked first.
    keep_only(CONNECTOR_PLUGIN, &half.join(NAME).join("plugin"))?;
    fs::rename(half.join(NAME), tools.join(NAME))?;
    fs::remove_dir_all(&half)?;
    Ok(())
}

/// Every plugin that is there is loaded, whether it is used or not.
fn keep_only(plugin: &str, plugins: &Path) -> std::io::Result<()> {
    for entry in fs::read_dir(plugins)? {
        let entry = entry?;
        if entry.file_name() != plugin {
            fs::remove_dir_all(entry.path())?;
        }
    }
    Ok(())
}
