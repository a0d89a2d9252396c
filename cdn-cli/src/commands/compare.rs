//! `cdn-cli compare`: two hosts of one site, side by side on the wire.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use site_compare::{
    Accept, AllowRules, Error, Order, Regex, Report, SideOrder, Target, compare, from_list,
    from_sitemaps, report,
};

use crate::cli::{Browser, CompareArgs, CompareFormat};
use crate::exit::ExitStatus;
use crate::hints::Hinted;
use crate::printer::Io;
use crate::progress::Progress;

/// Compares.
pub(crate) fn run(args: &CompareArgs, io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
    let order = order(args)?;
    let rules = rules(args.allow.as_deref())?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let is_watched = io.stderr.is_terminal;
    let report = runtime.block_on(async {
        let targets = targets(args, &order, io).await?;
        let progress = Progress::of(targets.len(), "URLs", is_watched);
        compare(&order, &targets, &rules, || progress.step()).await.map_err(hinted)
    })?;
    write(&report, args, io)?;
    for reason in &report.unused_rules {
        io.stderr.line(format_args!("this rule allowed nothing: {reason}"))?;
    }
    io.stderr.line(report::summary(&report))?;
    Ok(if report.is_same() { ExitStatus::Done } else { ExitStatus::No })
}

fn order(args: &CompareArgs) -> anyhow::Result<Order> {
    let (reach, sameness) = (&args.reach, &args.sameness);
    let side = |base: &site_compare::Url, resolve: &[_]| SideOrder {
        base: base.clone(),
        resolve: resolve.to_vec(),
    };
    let mut order =
        Order::of(side(&args.old, &reach.resolve_old), side(&args.new, &reach.resolve_new));
    order.accepts = reach.accept.iter().map(|browser| browser.accept()).collect();
    order.more_headers = sameness.headers.iter().map(|name| name.to_ascii_lowercase()).collect();
    order.ignored_headers = sameness.ignore.iter().map(|name| name.to_ascii_lowercase()).collect();
    order.text.normalize = sameness.normalize;
    let mask = |text: &String| Regex::new(text).with_context(|| format!("reading --mask {text}"));
    order.text.masks = sameness.mask.iter().map(mask).collect::<Result<_, _>>()?;
    order.least_score = sameness.score;
    order.repeat = reach.repeat.max(1);
    order.timeout = Duration::from_secs(reach.timeout);
    order.at_once = reach.at_once;
    order.pause = reach.rate.map_or(Duration::ZERO, |rate| Duration::from_secs(1) / rate);
    if let Some(file) = &reach.ca {
        let pem = fs::read(file).with_context(|| format!("reading {}", file.display()))?;
        order.certificates = Some(pem);
    }
    Ok(order)
}

fn rules(file: Option<&Path>) -> anyhow::Result<AllowRules> {
    let Some(file) = file else { return Ok(AllowRules::default()) };
    let reading = || format!("reading {}", file.display());
    let text = fs::read_to_string(file).with_context(reading)?;
    AllowRules::parse(&text).with_context(reading)
}

/// All that is asked for, the lists first.
async fn targets(
    args: &CompareArgs,
    order: &Order,
    io: &mut Io<'_>,
) -> anyhow::Result<Vec<Target>> {
    let mut targets = Vec::new();
    for file in &args.urls {
        let name = if is_stdin(file) { "standard input".into() } else { file.to_string_lossy() };
        let reading = || format!("reading the URLs of {name}");
        let text = read(file, io).with_context(reading)?;
        targets
            .extend(from_list(&text, &args.old, &args.new).map_err(hinted).with_context(reading)?);
    }
    if !args.sitemap.is_empty() {
        targets.extend(from_sitemaps(order, &args.sitemap).await.map_err(hinted)?);
    }
    if targets.is_empty() {
        return Err(Hinted::error("there is no URL to ask for", "a list has a URL on each line"));
    }
    Ok(targets)
}

fn is_stdin(file: &Path) -> bool {
    file.as_os_str() == "-"
}

fn read(file: &Path, io: &mut Io<'_>) -> std::io::Result<String> {
    if !is_stdin(file) {
        return fs::read_to_string(file);
    }
    let mut text = String::new();
    io.stdin.read_to_string(&mut text)?;
    Ok(text)
}

fn write(report: &Report, args: &CompareArgs, io: &mut Io<'_>) -> anyhow::Result<()> {
    let text = match args.chosen() {
        CompareFormat::Text => report::text(report),
        CompareFormat::Json => report::json(report)? + "\n",
        CompareFormat::Junit => report::junit(report),
        CompareFormat::Html => report::html(report)?,
    };
    match &args.output {
        Some(file) => fs::write(file, text).with_context(|| format!("writing {}", file.display())),
        None => Ok(write!(io.stdout.writer, "{text}")?),
    }
}

/// An error with advice, where there is some.
fn hinted(error: Error) -> anyhow::Error {
    let hint = match &error {
        Error::Base(_) => "write it like https://shop.example",
        Error::BadLines(_) => {
            "a line is a path that begins with `/`, or a URL on one of the two sides"
        }
        Error::NoAddress { .. } => "--resolve-old and --resolve-new take HOST=ADDRESS",
        Error::Certificates(_) => "--ca takes a file of certificates in PEM",
        _ => return error.into(),
    };
    Hinted::error(error.to_string(), hint)
}

impl Browser {
    const fn accept(self) -> Accept {
        match self {
            Self::Avif => Accept::Avif,
            Self::Webp => Accept::Webp,
            Self::Jpeg => Accept::Jpeg,
        }
    }
}
