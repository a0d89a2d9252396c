//! A corpus as files of a folder, written by all cores at once.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Instant, SystemTime};

use anyhow::{Context, ensure};
use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};
use jiff::civil::Date;
use log_corpus::{Corpus, CorpusFile, Format, Plan, Truth};

/// Writes access logs made up by chance into a folder, and what is in them to standard output, as JSON.
#[derive(Debug, Parser)]
#[command(name = "log-corpus", version)]
struct Args {
    /// The folder; made where it is not there
    #[arg(long)]
    out: PathBuf,
    /// What chance begins with
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Lines of all files, headers aside
    #[arg(long, default_value_t = 100_000)]
    lines: u64,
    /// Files
    #[arg(long, default_value_t = 60)]
    files: usize,
    /// Shops
    #[arg(long, default_value_t = 200)]
    sites: usize,
    /// The first day, on which the sale is
    #[arg(long, default_value = "2026-11-27")]
    first_day: Date,
    /// Days
    #[arg(long, default_value_t = 1)]
    days: usize,
    /// Formats, dealt to hours in turn, or all [example: legacy-33,v2,v2-json,real-time]
    #[arg(long, value_delimiter = ',', default_value = "all", value_parser = format_named)]
    formats: Vec<Formats>,
    /// Share of files that are delivered hours late, 0 to 1
    #[arg(long, default_value_t = 0.1)]
    late: f64,
    /// Share of lines that repeat a row, 0 to 1
    #[arg(long, default_value_t = 0.02)]
    duplicates: f64,
    /// Share of lines that are no rows, 0 to 1
    #[arg(long, default_value_t = 0.001)]
    broken: f64,
    /// How hard gzip tries, 1 to 12
    #[arg(long, default_value_t = 6, value_parser = clap::value_parser!(u8).range(1..=12))]
    level: u8,
}

/// One format or all of them.
#[derive(Clone, Debug)]
struct Formats(Vec<Format>);

fn format_named(name: &str) -> Result<Formats, String> {
    if name == "all" {
        return Ok(Formats(Format::ALL.to_vec()));
    }
    let found = Format::ALL.into_iter().find(|format| format.name() == name);
    found.map(|format| Formats(vec![format])).ok_or_else(|| {
        let names: Vec<String> = Format::ALL.into_iter().map(Format::name).collect();
        format!("no such format; there are all, {}", names.join(", "))
    })
}

/// Runs the program of these arguments, its own name first.
pub(crate) fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args = match Args::try_parse_from(args) {
        Ok(args) => args,
        Err(message) => {
            // Printing fails only where nobody listens any more.
            let _ = message.print();
            return if message.use_stderr() { ExitCode::from(2) } else { ExitCode::SUCCESS };
        }
    };
    match write(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("error: {error:#}"));
            ExitCode::from(2)
        }
    }
}

fn write(args: Args) -> anyhow::Result<()> {
    for share in [args.late, args.duplicates, args.broken] {
        ensure!((0.0..=1.0).contains(&share), "a share is between 0 and 1, and {share} is not");
    }
    let corpus = Corpus {
        seed: args.seed,
        sites: args.sites,
        first_day: args.first_day,
        days: args.days,
        lines: args.lines,
        files: args.files,
        formats: args.formats.into_iter().flat_map(|it| it.0).collect(),
        late_share: args.late,
        duplicate_share: args.duplicates,
        broken_share: args.broken,
        level: args.level,
    };
    let plan = corpus.plan();
    let begin = Instant::now();
    let written = by_all_cores(&plan, &args.out)?;
    say(&written.line(begin.elapsed().as_secs_f64()));
    let truth = serde_json::to_string_pretty(&written.truth)?;
    match writeln!(std::io::stdout(), "{truth}") {
        // Whoever listened has heard enough.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        result => Ok(result?),
    }
}

/// What was written.
#[derive(Default)]
struct Written {
    truth: Truth,
    bytes: u64,
    text_bytes: u64,
}

impl Written {
    fn add(&mut self, file: &CorpusFile) {
        self.truth += &file.truth;
        self.bytes += file.bytes.len() as u64;
        self.text_bytes += file.text_bytes;
    }

    fn line(&self, seconds: f64) -> String {
        let lines = self.truth.rows + self.truth.broken_lines();
        format!(
            "{lines} lines in {} files: {:.0} MB of text, {:.0} MB packed, in {seconds:.1} s, \
             {:.0} lines a second",
            self.truth.files,
            self.text_bytes as f64 / 1e6,
            self.bytes as f64 / 1e6,
            lines as f64 / seconds
        )
    }
}

/// Each thread takes the next file that nobody has taken.
fn by_all_cores(plan: &Plan, folder: &Path) -> anyhow::Result<Written> {
    let next = AtomicUsize::new(0);
    let bar = progress(plan.len() as u64);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        let worker = || {
            let mut written = Written::default();
            while let Some(file) = plan.file(next.fetch_add(1, Ordering::Relaxed)) {
                put(folder, &file)?;
                written.add(&file);
                bar.inc(1);
            }
            anyhow::Ok(written)
        };
        let workers: Vec<_> = (0..cores).map(|_| scope.spawn(worker)).collect();
        let mut all = Written::default();
        for worker in workers {
            let Ok(written) = worker.join() else { anyhow::bail!("a thread came to a bad end") };
            let written = written?;
            all.truth += &written.truth;
            all.bytes += written.bytes;
            all.text_bytes += written.text_bytes;
        }
        bar.finish_and_clear();
        Ok(all)
    })
}

/// The file in the folder, with the time of its delivery.
fn put(folder: &Path, file: &CorpusFile) -> anyhow::Result<()> {
    let path = folder.join(&file.name);
    let parent = path.parent().unwrap_or(folder);
    fs::create_dir_all(parent).with_context(|| format!("making {}", parent.display()))?;
    let writing = || format!("writing {}", path.display());
    let mut to = File::create(&path).with_context(writing)?;
    to.write_all(&file.bytes).with_context(writing)?;
    to.set_modified(SystemTime::from(file.delivered)).with_context(writing)
}

fn progress(files: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} files, {eta} left");
    ProgressBar::new(files).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

#[expect(clippy::print_stderr, reason = "the one place where this program speaks")]
fn say(line: &str) {
    eprintln!("{line}");
}
