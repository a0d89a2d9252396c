//! `cdn-cli images explain`: how a URL is understood, and what of it is not.

use edge_resizer::recipe::{AutoFallback, Format, FormatRequest};
use edge_resizer::{Dialect, Error, Explanation, Issue};
use serde::Serialize;

use super::issues;
use super::rules;
use super::url::{Target, URL_HINT};
use crate::cli::{ExplainArgs, WIDTH};
use crate::exit::ExitStatus;
use crate::hints::Hinted;
use crate::printer::{Io, Stream, wrap};

/// An explanation as `--json` prints it.
#[derive(Serialize)]
struct Report<'a> {
    url: &'a str,
    dialect: &'static str,
    source: String,
    recipe: String,
    resolved: String,
    formats: Vec<&'static str>,
    cache_key: &'a str,
    vary: &'a [&'static str],
    notes: &'a [String],
    issues: Vec<ReportIssue<'a>>,
}

/// An issue as `--json` prints it.
#[derive(Serialize)]
struct ReportIssue<'a> {
    option: &'a str,
    kind: String,
    message: &'a str,
    hint: Option<&'a str>,
    start: usize,
    end: usize,
}

/// Explains.
pub(crate) fn run(args: &ExplainArgs, io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
    let target = Target::parse(&args.url)?;
    let policy = rules::policy(&args.rules, target.host.as_deref())?;
    let request = target.request(&args.accept, &args.headers)?;
    let url = &target.path_and_query;
    match edge_resizer::explain(&request, &policy) {
        Ok(Some(explanation)) if args.json => {
            io.stdout.line(serde_json::to_string_pretty(&Report::of(&explanation, url))?)?;
        }
        Ok(Some(explanation)) => print(&explanation, url, &mut io.stdout)?,
        Ok(None) if args.json => io.stdout.line("null")?,
        Ok(None) => {
            io.stdout.line("It asks for no transformed picture: the origin answers as it is.")?;
        }
        Err(error) => {
            if let Error::Strict(issues) = &error {
                issues::print(issues, url, &mut io.stderr)?;
            }
            return Err(refused(&error));
        }
    }
    Ok(ExitStatus::Done)
}

/// The answer that the request would get, as an error.
pub(crate) fn refused(error: &Error) -> anyhow::Error {
    let code = error.code().map_or_else(String::new, |code| format!(", code {code}"));
    let status = error.status().as_u16();
    let message = format!("refused with status {status}{code}: {}", error.public_message());
    match error {
        Error::Unauthorized(_) => Hinted::error(message, "`cdn-cli images sign` makes signed URLs"),
        Error::BadUrl { .. } => Hinted::error(message, URL_HINT),
        _ => anyhow::Error::msg(message),
    }
}

fn print(explanation: &Explanation, url: &str, out: &mut Stream<'_>) -> anyhow::Result<()> {
    let resolved = &explanation.resolved;
    let or = |text: String, empty: &str| if text.is_empty() { empty.to_owned() } else { text };
    let rows = [
        ("Dialect", dialect_name(explanation.dialect).to_owned()),
        ("Source", explanation.source.to_string()),
        ("Asked for", or(explanation.recipe.to_string(), "nothing")),
        ("Made", or(resolved.recipe.to_string(), "the original")),
        ("Format", formats(resolved.recipe.format).join(", else ")),
        ("Cache key", explanation.variant_key.clone()),
        ("Vary", or(resolved.vary.join(", "), "nothing")),
    ];
    for (label, value) in rows {
        print_row(label, &value, out)?;
    }
    for note in &resolved.notes {
        print_row("Note", note, out)?;
    }
    if !explanation.issues.is_empty() {
        out.line("")?;
    }
    issues::print(&explanation.issues, url, out)?;
    Ok(())
}

/// A label and its value, wrapped at spaces and after commas.
fn print_row(label: &str, value: &str, out: &mut Stream<'_>) -> anyhow::Result<()> {
    const LABEL: usize = 11;
    let mut label = label;
    for line in wrap(value, WIDTH - LABEL) {
        out.line(format_args!("{label:LABEL$}{line}"))?;
        label = "";
    }
    Ok(())
}

/// What may be sent, best first, in words.
fn formats(format: Option<FormatRequest>) -> Vec<&'static str> {
    match format {
        None => vec!["the source's own"],
        Some(FormatRequest::Exactly(format)) => vec![format_name(format)],
        Some(FormatRequest::BaselineJpeg) => vec!["JPEG without progressive scans"],
        Some(FormatRequest::Json) => vec!["a description in JSON"],
        Some(FormatRequest::Auto { fallback }) => vec![fallback_name(fallback)],
        Some(FormatRequest::Negotiated(accepted)) => {
            [(accepted.avif, Format::Avif), (accepted.webp, Format::Webp)]
                .into_iter()
                .filter(|(is_accepted, _)| *is_accepted)
                .map(|(_, format)| format_name(format))
                .chain([fallback_name(accepted.fallback)])
                .collect()
        }
    }
}

const fn fallback_name(fallback: AutoFallback) -> &'static str {
    match fallback {
        AutoFallback::JpegOrPng => "JPEG (PNG where transparency must survive)",
        AutoFallback::Jpeg => "JPEG",
    }
}

const fn format_name(format: Format) -> &'static str {
    match format {
        Format::Avif => "AVIF",
        Format::Webp => "WebP",
        Format::Jpeg => "JPEG",
        Format::Png => "PNG",
        Format::Gif => "GIF",
        _ => "another format",
    }
}

const fn dialect_name(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Cloudflare => "Cloudflare",
        Dialect::Shopify => "Shopify",
        _ => "another",
    }
}

impl<'a> Report<'a> {
    fn of(explanation: &'a Explanation, url: &'a str) -> Self {
        let resolved = &explanation.resolved;
        Self {
            url,
            dialect: dialect_name(explanation.dialect),
            source: explanation.source.to_string(),
            recipe: explanation.recipe.to_string(),
            resolved: resolved.recipe.to_string(),
            formats: formats(resolved.recipe.format),
            cache_key: &explanation.variant_key,
            vary: &resolved.vary,
            notes: &resolved.notes,
            issues: explanation.issues.iter().map(ReportIssue::of).collect(),
        }
    }
}

impl<'a> ReportIssue<'a> {
    fn of(issue: &'a Issue) -> Self {
        Self {
            option: &issue.option,
            kind: format!("{:?}", issue.kind).to_ascii_lowercase(),
            message: &issue.message,
            hint: issue.hint.as_deref(),
            start: issue.span.start,
            end: issue.span.end,
        }
    }
}
