//! What is run, and what came of it.

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, ensure};
use benches::runs::{self, Run};

use crate::Args;
use crate::server::Server;

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Client {
    /// `cdn-cli warm`: each URL of the list once.
    Ours,
    /// The same, noting each answer in a journal before the next request.
    OursWithJournal,
    /// `wrk` with so many threads: one URL again and again.
    Wrk(u8),
}

impl Client {
    pub(crate) const ALL: [Self; 4] =
        [Self::Ours, Self::Wrk(1), Self::OursWithJournal, Self::Wrk(2)];

    pub(crate) fn name(self) -> String {
        match self {
            Self::Ours => "`cdn-cli warm`".to_owned(),
            Self::OursWithJournal => "`cdn-cli warm --journal`".to_owned(),
            Self::Wrk(threads) => format!("`wrk -t {threads}`"),
        }
    }
}

/// A run of a client.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Figures {
    /// Requests a second, while requests were made.
    pub(crate) rate: f64,
    /// Requests.
    pub(crate) requests: u64,
    /// What the process took, the reading of the list included.
    pub(crate) run: Run,
}

/// All runs, by client in the order of [`Client::ALL`], a round after the other.
pub(crate) struct Results(pub(crate) Vec<(Client, Vec<Figures>)>);

/// Seconds that `wrk` asks for.
const SECONDS: &str = "15s";

/// The part of our report that counts.
#[derive(serde::Deserialize)]
struct Report {
    seconds: f64,
    requests: u64,
    outcomes: std::collections::BTreeMap<String, u64>,
}

/// Runs each client so many times, in turn.
pub(crate) fn all(args: &Args) -> anyhow::Result<Results> {
    let folder = tempfile::tempdir()?;
    let server = Server::start(folder.path())?;
    fs::write(folder.path().join("fleet.toml"), FLEET)?;
    list(&folder.path().join("urls.txt"), &server.base, args.urls)?;
    let mut results: Vec<(Client, Vec<Figures>)> =
        Client::ALL.into_iter().map(|client| (client, Vec::new())).collect();
    for round in 1..=args.rounds {
        for (client, figures) in &mut results {
            let one = once(*client, args, folder.path(), &server.base);
            figures.push(one.with_context(|| format!("round {round} of {}", client.name()))?);
        }
    }
    Ok(Results(results))
}

/// `cdn-cli warm` knows no list without a fleet.
const FLEET: &str = "
[[sites]]
name = \"shop\"
domains = [\"shop.example\"]
origin = { http = { url = \"https://origin.shop.example\" } }
";

fn list(file: &Path, base: &str, urls: u64) -> anyhow::Result<()> {
    let mut file = BufWriter::new(File::create(file)?);
    for number in 0..urls {
        writeln!(file, "{base}/files/{number}.bin")?;
    }
    Ok(file.flush()?)
}

fn once(client: Client, args: &Args, folder: &Path, base: &str) -> anyhow::Result<Figures> {
    let told = folder.join("told");
    let journal = folder.join("journal");
    if journal.exists() {
        fs::remove_dir_all(&journal)?;
    }
    let mut command = match client {
        Client::Wrk(threads) => {
            let mut command = Command::new("wrk");
            command.args(["--threads", &threads.to_string(), "--duration", SECONDS]);
            command.args(["--connections", &args.connections.to_string()]);
            command.arg(format!("{base}/files/1.bin"));
            command
        }
        Client::Ours | Client::OursWithJournal => {
            let mut command = Command::new(args.ours.canonicalize()?);
            command.args(["warm", "--urls", "urls.txt", "--direct", "--allow-host", "127.0.0.1"]);
            // Paced, at more than it reaches; asked for once, as `wrk` does.
            command.args(["--http1", "--rate", "1000000", "--verify-sample", "0", "--json"]);
            command.args(["--encodings", "gzip"]);
            command.args(["--concurrency", &args.connections.to_string()]);
            if client == Client::OursWithJournal {
                command.arg("--journal").arg(&journal);
            }
            command
        }
    };
    command.current_dir(folder).stdin(Stdio::null()).stdout(File::create(&told)?);
    let run = runs::run(&mut command)?;
    let text = fs::read_to_string(&told)?;
    let (rate, requests) = match client {
        Client::Wrk(_) => of_wrk(&text).with_context(|| format!("wrk says:\n{text}"))?,
        Client::Ours | Client::OursWithJournal => {
            let report: Report = serde_json::from_str(&text).context("reading our report")?;
            let hits = report.outcomes.get("hit").copied().unwrap_or_default();
            ensure!(hits == args.urls, "{hits} of {} were hits", args.urls);
            (report.requests as f64 / report.seconds, report.requests)
        }
    };
    Ok(Figures { rate, requests, run })
}

/// Its rate, and how many requests it made; none where one of them failed.
fn of_wrk(text: &str) -> Option<(f64, u64)> {
    if text.contains("Non-2xx") || text.contains("Socket errors") {
        return None;
    }
    let rate = text.lines().find_map(|line| line.strip_prefix("Requests/sec:"))?;
    let requests = text.lines().find_map(|line| line.trim().split_once(" requests in "))?.0;
    Some((rate.trim().parse().ok()?, requests.parse().ok()?))
}
