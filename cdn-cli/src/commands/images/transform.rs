//! `cdn-cli images transform`: files in, files out; the spine is [`run`].

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::{io, num, thread};

use edge_resizer::policy::SourceRules;
use edge_resizer::{Error, Issue, IssueKind, Job, Policy, Step};
use serde::Serialize;

use super::explain::refused;
use super::output::{Output, Writer};
use super::picture::{self, Input, Picture};
use super::url::Target;
use super::{issues, rules};
use crate::cli::TransformArgs;
use crate::exit::ExitStatus;
use crate::hints::{self, Hinted};
use crate::printer::{Io, bytes};
use crate::progress::Progress;

/// Transforms every input.
pub(crate) fn run(args: &TransformArgs, io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
    let target = args.url.as_deref().map(Target::parse).transpose()?;
    let host = target.as_ref().and_then(|target| target.host.as_deref());
    let policy = on_own_files(rules::policy(&args.rules, host)?);
    let inputs = inputs(args, &policy, io)?;
    let output = Output::of(&args.output, &inputs)?;
    if args.json && matches!(output, Output::Stdout) {
        return Err(Hinted::error(
            "the picture and --json both want standard output",
            "write the picture to a file: -o FILE",
        ));
    }
    let target = match target {
        Some(target) => target,
        None => target_of_flags(args, &inputs, &output)?,
    };
    let (job, told) = job(args, &target, &policy, io)?;
    let batch = Batch { job: &job, policy: &policy, output: &output, writer: Writer::new(&inputs) };
    let mut report = Report { args, told, count: inputs.len(), totals: Totals::default() };
    let mut progress = Progress::new(inputs.len(), io.stderr.is_terminal && !args.quiet);
    batch.run(&inputs, &mut progress, |input, outcome| report.tell(input, outcome, io))?;
    progress.end();
    report.end(io)
}

/// The rules for files that are the caller's own: the sizes and formats hold, but nothing need be
/// signed, and any file is a source.
fn on_own_files(policy: Policy) -> Policy {
    Policy { signing: None, sources: SourceRules::default(), ..policy }
}

fn inputs(args: &TransformArgs, policy: &Policy, io: &mut Io<'_>) -> anyhow::Result<Vec<Input>> {
    if args.inputs.iter().filter(|input| is_stdin(input)).count() > 1 {
        anyhow::bail!("standard input, `-`, can be read only once");
    }
    args.inputs
        .iter()
        .map(|path| {
            if !is_stdin(path) {
                return Ok(Input::File(path.clone()));
            }
            picture::read_within(&mut *io.stdin, &policy.limits)
                .map(Input::Stdin)
                .map_err(|error| error.context("reading standard input"))
        })
        .collect()
}

fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// The flags as a URL of Cloudflare's dialect. The output's extension names the format, where no
/// flag does.
fn target_of_flags(
    args: &TransformArgs,
    inputs: &[Input],
    output: &Output,
) -> anyhow::Result<Target> {
    const EXTENSIONS: [(&str, &str); 6] = [
        ("avif", "avif"),
        ("gif", "gif"),
        ("jpeg", "jpeg"),
        ("jpg", "jpeg"),
        ("png", "png"),
        ("webp", "webp"),
    ];
    let mut options = args.options.pairs();
    if !options.iter().any(|(name, _)| *name == "format") {
        let extension = output.extension();
        let named = EXTENSIONS.iter().find(|(known, _)| Some(*known) == extension.as_deref());
        options.extend(named.map(|(_, format)| ("format", *format)));
    }
    if options.is_empty() {
        return Err(Hinted::error(
            "it is not said what to do",
            "give an option such as --width 400, a --url, or a name with an extension to -o",
        ));
    }
    let name = inputs.first().and_then(Input::path).and_then(Path::file_name);
    Ok(Target::of_options(&options, name.and_then(|name| name.to_str()).unwrap_or("stdin")))
}

/// The work that the URL asks for, the same for every input; and what was already said about it.
fn job(
    args: &TransformArgs,
    target: &Target,
    policy: &Policy,
    io: &mut Io<'_>,
) -> anyhow::Result<(Box<Job>, Vec<Issue>)> {
    let request = target.request(&args.accept, &[])?;
    let issues = match edge_resizer::explain(&request, policy) {
        Ok(Some(explanation)) => explanation.issues,
        Ok(None) => return Err(no_transformation()),
        Err(Error::Strict(issues)) if args.url.is_none() => return Err(bad_flags(&issues)),
        Err(error) => {
            if let Error::Strict(issues) = &error {
                issues::print(issues, &target.path_and_query, &mut io.stderr)?;
            }
            return Err(refused(&error));
        }
    };
    if args.url.is_some() {
        issues::print(&issues, &target.path_and_query, &mut io.stderr)?;
    } else {
        check_flags(&issues, io)?;
    }
    match edge_resizer::accept(&request, policy) {
        Step::Fetch(job) => Ok((job, issues)),
        Step::Respond(answer) => anyhow::bail!("{}", picture::refusal(&answer)),
        Step::Pass => Err(no_transformation()),
    }
}

fn no_transformation() -> anyhow::Error {
    Hinted::error(
        "the URL asks for no transformed picture",
        "write it like `/cdn-cgi/image/width=400/photos/a.jpg`",
    )
}

/// A URL may be anybody's, and is forgiven; a flag is the person's own, and one that cannot be used
/// is an error. What has an effect all the same is worth a warning.
fn check_flags(issues: &[Issue], io: &mut Io<'_>) -> anyhow::Result<()> {
    let is_useless =
        |issue: &&Issue| matches!(issue.kind, IssueKind::Malformed | IssueKind::Unknown);
    let useless: Vec<_> = issues.iter().filter(is_useless).cloned().collect();
    if !useless.is_empty() {
        return Err(bad_flags(&useless));
    }
    for issue in issues {
        issues::warn(&format!("--{}: {}", issue.option, issue.message), &mut io.stderr)?;
    }
    Ok(())
}

fn bad_flags(issues: &[Issue]) -> anyhow::Error {
    let lines: Vec<_> =
        issues.iter().map(|issue| format!("--{}: {}", issue.option, issue.message)).collect();
    let hint = match issues.iter().find_map(|issue| issue.hint.as_ref()) {
        Some(better) => format!("write --{better}"),
        None => "`cdn-cli images options` lists what there is".to_owned(),
    };
    Hinted::error(lines.join("; "), hint)
}

/// What is the same for every input.
struct Batch<'a> {
    job: &'a Job,
    policy: &'a Policy,
    output: &'a Output,
    writer: Writer,
}

/// A picture and where it was written; `None` for standard output.
struct Done {
    picture: Picture,
    path: Option<PathBuf>,
}

type Outcome = anyhow::Result<Done>;

impl Batch<'_> {
    /// Works on all cores, and tells the outcomes in the order of the inputs.
    fn run(
        &self,
        inputs: &[Input],
        progress: &mut Progress,
        mut tell: impl FnMut(&Input, Outcome) -> io::Result<()>,
    ) -> io::Result<()> {
        let next = AtomicUsize::new(0);
        let (sender, outcomes) = mpsc::channel();
        let cores = thread::available_parallelism().map_or(1, num::NonZeroUsize::get);
        thread::scope(|scope| {
            for _ in 0..cores.min(inputs.len()) {
                let (next, sender) = (&next, sender.clone());
                scope.spawn(move || {
                    while let Some((place, input)) = take_next(next, inputs) {
                        if sender.send((place, self.one(input))).is_err() {
                            // Nobody listens any more: the rest need not be done.
                            break;
                        }
                    }
                });
            }
            drop(sender);
            let mut early = BTreeMap::new();
            let mut waiting = inputs.iter().enumerate();
            let mut due = waiting.next();
            for (place, outcome) in outcomes {
                progress.step();
                early.insert(place, outcome);
                while let Some((place, input)) = due
                    && let Some(outcome) = early.remove(&place)
                {
                    progress.hide_while(|| tell(input, outcome))?;
                    due = waiting.next();
                }
            }
            Ok(())
        })
    }

    fn one(&self, input: &Input) -> Outcome {
        let mut picture = picture::make(self.job, input, &self.policy.limits)?;
        let path = match self.output {
            Output::Stdout => return Ok(Done { picture, path: None }),
            Output::File(path) => path.clone(),
            Output::Folder(folder) => folder.join(file_name(input, picture.extension)),
        };
        self.writer.write(&path, &picture.bytes)?;
        if let Some(warning) = misnamed(&path, picture.extension) {
            picture.warnings.push(warning);
        }
        Ok(Done { picture, path: Some(path) })
    }
}

fn take_next<'a>(next: &AtomicUsize, inputs: &'a [Input]) -> Option<(usize, &'a Input)> {
    let place = next.fetch_add(1, Ordering::Relaxed);
    Some((place, inputs.get(place)?))
}

/// The input's name with another extension.
fn file_name(input: &Input, extension: &str) -> PathBuf {
    let stem = input.path().and_then(Path::file_stem).unwrap_or("stdin".as_ref());
    let mut name = stem.to_owned();
    name.push(".");
    name.push(extension);
    name.into()
}

/// What to say where a file's name promises another format.
fn misnamed(path: &Path, extension: &str) -> Option<String> {
    let named = path.extension()?.to_str()?.to_ascii_lowercase();
    let is_same = named == extension
        || matches!((named.as_str(), extension), ("jpeg", "jpg") | ("tif", "tiff"));
    (!is_same).then(|| format!("{} holds {}", path.display(), extension.to_ascii_uppercase()))
}

/// One line of `--json`.
#[derive(Serialize)]
struct Line<'a> {
    input: &'a str,
    #[serde(flatten)]
    result: LineResult<'a>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum LineResult<'a> {
    Failed {
        error: String,
    },
    Done {
        output: Option<&'a Path>,
        bytes_in: usize,
        bytes_out: usize,
        width: Option<u32>,
        height: Option<u32>,
        format: &'a str,
        recipe: &'a str,
        fallback: Option<&'a str>,
        warnings: &'a [String],
        ms: u64,
    },
}

/// What all of it came to.
#[derive(Debug, Default)]
struct Totals {
    done: usize,
    failed: usize,
    with_warnings: usize,
    bytes_in: usize,
    bytes_out: usize,
}

/// Tells what happens: data to standard output, the rest to standard error.
struct Report<'a> {
    args: &'a TransformArgs,
    /// Said once for all pictures, before the first.
    told: Vec<Issue>,
    count: usize,
    totals: Totals,
}

impl Report<'_> {
    fn tell(&mut self, input: &Input, outcome: Outcome, io: &mut Io<'_>) -> io::Result<()> {
        match outcome {
            Ok(done) => self.tell_done(input, &done, io),
            Err(error) => self.tell_failed(input, error, io),
        }
    }

    fn tell_failed(
        &mut self,
        input: &Input,
        error: anyhow::Error,
        io: &mut Io<'_>,
    ) -> io::Result<()> {
        self.totals.failed += 1;
        let name = input.name();
        if self.args.json {
            let error = error.chain().map(ToString::to_string).collect::<Vec<_>>().join(": ");
            print_line(&Line { input: &name, result: LineResult::Failed { error } }, io)?;
        }
        let error = error.context(format!("{name} was not transformed"));
        write!(io.stderr.writer, "{}", hints::render(&error))
    }

    fn tell_done(&mut self, input: &Input, done: &Done, io: &mut Io<'_>) -> io::Result<()> {
        let Done { picture, path } = done;
        let name = input.name();
        self.totals.add(picture);
        if self.args.json {
            let result = LineResult::Done {
                output: path.as_deref(),
                bytes_in: picture.source_bytes,
                bytes_out: picture.bytes.len(),
                width: picture.size.map(|(width, _)| width),
                height: picture.size.map(|(_, height)| height),
                format: &picture.media_type,
                recipe: &picture.recipe,
                fallback: picture.fallback.as_deref(),
                warnings: &picture.warnings,
                ms: u64::try_from(picture.took.as_millis()).unwrap_or(u64::MAX),
            };
            print_line(&Line { input: &name, result }, io)?;
        }
        if path.is_none() {
            io.stdout.writer.write_all(&picture.bytes)?;
            io.stdout.writer.flush()?;
        }
        for warning in picture.warnings.iter().filter(|warning| !self.is_told(warning)) {
            issues::warn(&format!("{name}: {warning}"), &mut io.stderr)?;
        }
        if let Some(reason) = &picture.fallback {
            let message = format!("{name}: not what was asked for: {reason}");
            issues::warn(&message, &mut io.stderr)?;
        }
        if self.count == 1 && !self.args.quiet {
            io.stderr.line(one_line(picture, path.as_deref()))?;
        }
        Ok(())
    }

    /// Whether the warning is one of those about the URL.
    fn is_told(&self, warning: &str) -> bool {
        self.told.iter().any(|issue| {
            // In a header a quote becomes an apostrophe.
            format!("{}: {}", issue.option, issue.message).replace(['"', '\\'], "'") == warning
        })
    }

    fn end(self, io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
        let totals = &self.totals;
        if self.count > 1 && !self.args.quiet {
            io.stderr.line(totals.sentence())?;
        }
        Ok(match totals {
            Totals { failed: 1.., .. } => ExitStatus::Error,
            Totals { with_warnings: 1.., .. } if self.args.check => ExitStatus::No,
            _ => ExitStatus::Done,
        })
    }
}

impl Totals {
    fn add(&mut self, picture: &Picture) {
        self.done += 1;
        self.with_warnings +=
            usize::from(picture.fallback.is_some() || !picture.warnings.is_empty());
        self.bytes_in = self.bytes_in.saturating_add(picture.source_bytes);
        self.bytes_out = self.bytes_out.saturating_add(picture.bytes.len());
    }

    fn sentence(&self) -> String {
        let mut text =
            format!("{} done, {} -> {}", self.done, bytes(self.bytes_in), bytes(self.bytes_out));
        if self.with_warnings > 0 {
            text.push_str(&format!("; {} with warnings", self.with_warnings));
        }
        if self.failed > 0 {
            text.push_str(&format!("; {} failed", self.failed));
        }
        text
    }
}

fn one_line(picture: &Picture, path: Option<&Path>) -> String {
    let name = path.map_or_else(|| "-".to_owned(), |path| path.display().to_string());
    let size =
        picture.size.map_or_else(String::new, |(width, height)| format!("{width}x{height}, "));
    format!(
        "{name}: {size}{}, {} -> {}, {} ms",
        picture.media_type,
        bytes(picture.source_bytes),
        bytes(picture.bytes.len()),
        picture.took.as_millis()
    )
}

fn print_line(line: &Line<'_>, io: &mut Io<'_>) -> io::Result<()> {
    let text = serde_json::to_string(line).map_err(io::Error::other)?;
    io.stdout.line(text)
}
