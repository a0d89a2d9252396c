//! `cdn-cli fleet lint`: what is allowed and yet unwise.

use fleet::FleetFiles;
use fleet::lint::{Finding, Severity, junit, sarif};

use crate::cli::{Deny, LintArgs, LintFormat, WIDTH};
use crate::exit::ExitStatus;
use crate::printer::{Io, Stream, wrap};

/// Sites of a finding that are named.
const NAMED: usize = 3;

/// Looks.
pub(crate) fn run(args: &LintArgs, io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
    let findings = FleetFiles::read(&args.file.fleet)?.lint()?;
    let least = match args.deny {
        Deny::Error => Severity::Error,
        Deny::Warning => Severity::Warning,
        Deny::Note => Severity::Note,
    };
    let format = if args.json { LintFormat::Json } else { args.format };
    match format {
        LintFormat::Text => print(&findings, &mut io.stdout)?,
        LintFormat::Json => io.stdout.line(serde_json::to_string_pretty(&findings)?)?,
        LintFormat::Sarif => io.stdout.line(serde_json::to_string_pretty(&sarif(&findings))?)?,
        LintFormat::Junit => write!(io.stdout.writer, "{}", junit(&findings, least))?,
    }
    io.stderr.line(summary(&findings))?;
    let is_denied = findings.iter().any(|finding| finding.severity >= least);
    Ok(if is_denied { ExitStatus::No } else { ExitStatus::Done })
}

fn print(findings: &[Finding], out: &mut Stream<'_>) -> anyhow::Result<()> {
    for finding in findings {
        let Finding { rule, severity, message, place, hint, .. } = finding;
        out.line(format_args!("{place}: {}: {message} [{rule}]", severity.name()))?;
        if !finding.sites.is_empty() {
            let sites = sites(&finding.sites);
            out.line(format_args!("  sites: {sites}"))?;
        }
        let mut label = "  hint: ";
        for line in wrap(hint, WIDTH - label.len()) {
            out.line(format_args!("{label}{line}"))?;
            label = "        ";
        }
    }
    Ok(())
}

/// The first names, and how many there are beside them.
fn sites(names: &[String]) -> String {
    let named = names[..names.len().min(NAMED)].join(", ");
    match names.len().saturating_sub(NAMED) {
        0 => named,
        1 => format!("{named} and 1 other"),
        others => format!("{named} and {others} others"),
    }
}

fn summary(findings: &[Finding]) -> String {
    let count = |severity| findings.iter().filter(|it| it.severity == severity).count();
    let counted = |severity: Severity| match count(severity) {
        1 => format!("1 {}", severity.name()),
        count => format!("{count} {}s", severity.name()),
    };
    [Severity::Error, Severity::Warning, Severity::Note].map(counted).join(", ")
}
