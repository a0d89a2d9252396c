//! `cdn-cli images transform`: files in, files out; the spine is [`run`].

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::{io, mem, num, thread};

use edge_resizer::policy::SourceRules;
use edge_resizer::{Error, Issue, IssueKind, Job, Policy, Step};

use super::explain::refused;
use super::output::{Output, Writer};
use super::picture::{self, Input};
use super::report::{Done, Outcome, Report};
use super::url::{Target, URL_HINT};
use super::{issues, rules};
use crate::cli::TransformArgs;
use crate::exit::ExitStatus;
use crate::hints::Hinted;
use crate::printer::Io;
use crate::progress::Progress;

/// Transforms every input.
pub(crate) fn run(args: &TransformArgs, io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
    let target = args.url.as_deref().map(Target::parse).transpose()?;
    let host = target.as_ref().and_then(|target| target.host.as_deref());
    let policy = on_own_files(rules::policy(&args.rules, host)?, target.as_ref());
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
    let mut report = Report::new(args, told, inputs.len());
    let progress = Progress::new(inputs.len(), io.stderr.is_terminal && !args.quiet);
    batch.run(&inputs, &progress, |input, outcome| report.tell(input, outcome, io))?;
    drop(progress);
    report.end(io)
}

/// The rules for files that are the caller's own: the sizes and formats hold, but nothing need be
/// signed, and any file is a source, whatever source a URL names.
fn on_own_files(policy: Policy, target: Option<&Target>) -> Policy {
    let hosts = target.and_then(Target::source_host).into_iter().collect();
    let sources = SourceRules { hosts, ..SourceRules::default() };
    Policy { signing: None, sources, ..policy }
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
    Hinted::error("the URL asks for no transformed picture", URL_HINT)
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

impl Batch<'_> {
    /// Works on all cores, and tells the outcomes in the order of the inputs.
    fn run(
        &self,
        inputs: &[Input],
        progress: &Progress,
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
            Output::Stdout => {
                return Ok(Done { bytes_out: picture.bytes.len(), picture, path: None });
            }
            Output::File(path) => path.clone(),
            Output::Folder(folder) => folder.join(file_name(input, picture.extension)),
        };
        self.writer.write(&path, &picture.bytes)?;
        if let Some(warning) = misnamed(&path, picture.extension) {
            picture.warnings.push(warning);
        }
        // Outcomes wait for those before them; their bytes need not.
        let bytes_out = mem::take(&mut picture.bytes).len();
        Ok(Done { picture, bytes_out, path: Some(path) })
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
