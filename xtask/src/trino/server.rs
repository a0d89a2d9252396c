//! A server of one process: coordinator and worker in one, on the loopback interface, 2 GB of memory.

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};
use xshell::cmd;

use super::client::Client;
use super::release::Release;
use crate::exit::say;
use crate::place::Place;

/// A start takes 15 seconds on two cores that have nothing else to do.
const PATIENCE: Duration = Duration::from_mins(3);

/// What Java 17 has to leave open to a server that was written for Java 11.
const OPEN: [&str; 4] = ["java.lang", "java.net", "java.nio", "sun.nio.ch"];

/// A server that answers.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Running {
    /// `http://127.0.0.1:` and its port
    pub(crate) url: String,
    /// Its process.
    pub(crate) pid: u32,
}

impl Running {
    /// The server that was kept, where it still answers.
    pub(crate) fn find(place: &Place) -> anyhow::Result<Option<Self>> {
        let Ok(text) = fs::read_to_string(note(place)) else { return Ok(None) };
        let kept: Self = serde_json::from_str(&text)
            .with_context(|| format!("reading {}", note(place).display()))?;
        Ok(kept.client().is_ready().then_some(kept))
    }

    pub(crate) fn client(&self) -> Client {
        Client::new(self.url.clone())
    }

    /// Ends its process, and forgets it.
    pub(crate) fn stop(&self, place: &Place) -> anyhow::Result<()> {
        let pid = self.pid.to_string();
        cmd!(place.shell, "kill {pid}").quiet().run()?;
        fs::remove_file(note(place))?;
        Ok(())
    }
}

/// Where it is noted which server was kept.
fn note(place: &Place) -> PathBuf {
    place.target.join("trino/kept.json")
}

/// How long a server is to be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stays {
    /// Until this program ends, by Ctrl-C too.
    ForNow,
    /// Until it is told to end.
    On,
}

/// A server that ends with this value.
#[derive(Debug)]
pub(crate) struct Server {
    child: Option<Child>,
    running: Running,
}

impl Server {
    /// Starts one with nothing in its catalog, and waits until it answers.
    pub(crate) fn start(place: &Place, release: &Release, stays: Stays) -> anyhow::Result<Self> {
        let folder = place.target.join("trino");
        // Tables are notes about files elsewhere: those of the last run go, the files stay.
        for part in ["etc", "data", "catalog"] {
            let part = folder.join(part);
            if part.exists() {
                fs::remove_dir_all(&part)?;
            }
        }
        let port = free_port()?;
        configure(&folder, release, port)?;
        let log = folder.join("server.log");
        let mut command = command(&folder, release, &File::create(&log)?)?;
        if stays == Stays::On {
            of_its_own(&mut command);
        }
        let child = command.spawn().context("starting java")?;
        let running = Running { url: format!("http://127.0.0.1:{port}"), pid: child.id() };
        let mut server = Self { child: Some(child), running };
        server.wait().with_context(|| format!("starting the server, see {}", log.display()))?;
        Ok(server)
    }

    pub(crate) fn running(&self) -> &Running {
        &self.running
    }

    /// Lets it go on, and notes which it is.
    pub(crate) fn keep(mut self, place: &Place) -> anyhow::Result<Running> {
        fs::write(note(place), serde_json::to_vec(&self.running)?)?;
        self.child = None;
        Ok(self.running.clone())
    }

    fn wait(&mut self) -> anyhow::Result<()> {
        let client = self.running.client();
        let begin = Instant::now();
        while !client.is_ready() {
            if let Some(child) = &mut self.child
                && let Some(status) = child.try_wait()?
            {
                bail!("it ended with {status}");
            }
            if begin.elapsed() > PATIENCE {
                bail!("no answer within {} seconds", PATIENCE.as_secs());
            }
            sleep(Duration::from_millis(250));
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let Some(mut child) = self.child.take() else { return };
        if let Err(error) = child.kill().and_then(|()| child.wait()) {
            say(format_args!("process {} does not end: {error}", child.id()));
        }
    }
}

/// A port that nobody listens on at this moment.
fn free_port() -> std::io::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

fn configure(folder: &Path, release: &Release, port: u16) -> anyhow::Result<()> {
    let etc = folder.join("etc");
    let catalogs = etc.join("catalog");
    fs::create_dir_all(&catalogs)?;
    let config = format!(
        "coordinator=true\n\
         node-scheduler.include-coordinator=true\n\
         http-server.http.port={port}\n\
         discovery-server.enabled=true\n\
         discovery.uri=http://127.0.0.1:{port}\n\
         query.max-memory=1GB\n\
         query.max-memory-per-node=1GB\n\
         query.max-total-memory-per-node=1200MB\n\
         catalog.config-dir={}\n\
         plugin.dir={}\n",
        catalogs.display(),
        release.folder.join("plugin").display()
    );
    fs::write(etc.join("config.properties"), config)?;
    let connector = release.connector;
    // Athena finds Parquet's columns by their names too, where this would count them.
    let hive = format!(
        "connector.name={connector}\n\
         hive.metastore=file\n\
         hive.metastore.catalog.dir=file://{}\n\
         hive.metastore.user=xtask\n\
         hive.non-managed-table-writes-enabled=true\n\
         hive.recursive-directories=true\n\
         hive.parquet.use-column-names=true\n\
         hive.storage-format=PARQUET\n\
         hive.security=allow-all\n",
        folder.join("catalog").display()
    );
    fs::write(catalogs.join("hive.properties"), hive)?;
    fs::write(etc.join("log.properties"), "io.prestosql=WARN\nio.trino=WARN\n")?;
    Ok(())
}

fn command(folder: &Path, release: &Release, log: &File) -> anyhow::Result<Command> {
    let etc = folder.join("etc");
    let mut command = Command::new("java");
    // It writes a log of its own below where it stands.
    command.current_dir(folder);
    command.arg("-cp").arg(release.folder.join("lib").join("*"));
    command.args(["-Xmx2G", "-XX:+ExitOnOutOfMemoryError", "-Djdk.attach.allowAttachSelf=true"]);
    // Days and hours have to be those of the logs, and Athena's.
    command.arg("-Duser.timezone=UTC");
    command.args(OPEN.map(|package| format!("--add-opens=java.base/{package}=ALL-UNNAMED")));
    command.args(["-Dnode.environment=xtask", "-Dnode.id=xtask"]);
    command.args(["-Dnode.bind-ip=127.0.0.1", "-Dnode.internal-address=127.0.0.1"]);
    command.arg(format!("-Dnode.data-dir={}", folder.join("data").display()));
    command.arg(format!("-Dconfig={}", etc.join("config.properties").display()));
    command.arg(format!("-Dlog.levels-file={}", etc.join("log.properties").display()));
    command.arg(release.main);
    command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log.try_clone()?);
    Ok(command)
}

/// A terminal's Ctrl-C is not for a process of another group.
#[cfg(unix)]
fn of_its_own(command: &mut Command) {
    use std::os::unix::process::CommandExt as _;
    command.process_group(0);
}

#[cfg(not(unix))]
fn of_its_own(_: &mut Command) {}
