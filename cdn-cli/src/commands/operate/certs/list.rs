//! `cdn-cli certs list`: which certificate covers which site, and until when.

use fleet::Site;
use jiff::Timestamp;
use serde::Serialize;

use super::survey::{Found, Source, survey};
use crate::cli::CertsListArgs;
use crate::commands::fleet::table;
use crate::commands::operate::session::Session;
use crate::cutover::certificate::advice;
use crate::exit::ExitStatus;
use crate::plan::count;
use crate::printer::{Io, wrap};

/// Seconds of a day.
const DAY: i64 = 86_400;

/// A site and its certificate, in words.
#[derive(Debug, Serialize)]
struct Line<'s> {
    site: &'s str,
    domains: &'s [String],
    certificate: Option<String>,
    source: Source,
    status: String,
    expires: Option<Timestamp>,
    days: Option<i64>,
    renewed_by_acm: bool,
    renewal: Option<String>,
    used_by: Vec<String>,
    uncovered: Vec<String>,
    failure: Option<String>,
}

/// Prints the certificates.
pub(crate) async fn run(args: &CertsListArgs, io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
    let session = Session::open(&args.fleet).await?;
    let found = survey(&session, &session.sites(&args.sites)?).await?;
    let within = i64::from(args.expires_within.unwrap_or(0));
    let now = Timestamp::now();
    let mut lines: Vec<Line<'_>> = found.iter().map(|found| line(found, now)).collect();
    if args.expires_within.is_some() {
        lines.retain(|line| line.is_bad(within) || line.status == "pending-validation");
    }
    let is_bad = lines.iter().any(|line| line.is_bad(within));
    if args.json {
        io.stdout.line(serde_json::to_string_pretty(&lines)?)?;
    } else {
        print(&lines, io)?;
    }
    Ok(if args.exit_code && is_bad { ExitStatus::No } else { ExitStatus::Done })
}

impl Line<'_> {
    /// Whether there is none that works, or not for long.
    fn is_bad(&self, within: i64) -> bool {
        match self.status.as_str() {
            "not-wanted" | "pending-validation" => false,
            "issued" => !self.uncovered.is_empty() || self.days.is_some_and(|days| days <= within),
            _ => true,
        }
    }
}

fn line<'s>(found: &Found<'s>, now: Timestamp) -> Line<'s> {
    let Site { name, domains, .. } = found.site;
    let absent = if found.source == Source::NotWanted { "not-wanted" } else { "none" };
    let Some(detail) = &found.detail else {
        return Line {
            site: name,
            domains,
            certificate: None,
            source: found.source,
            status: absent.to_owned(),
            expires: None,
            days: None,
            renewed_by_acm: false,
            renewal: None,
            used_by: Vec::new(),
            uncovered: Vec::new(),
            failure: None,
        };
    };
    let certificate = &detail.certificate;
    // An emulator, or ACM before the issue, may name a day that means nothing yet.
    let expires = certificate.expires.filter(|_| !certificate.is_pending());
    Line {
        site: name,
        domains,
        certificate: Some(certificate.arn.clone()),
        source: found.source,
        status: certificate.status.clone(),
        expires,
        days: expires.map(|it| (it.as_second() - now.as_second()).div_euclid(DAY)),
        renewed_by_acm: certificate.is_renewed,
        renewal: detail.renewal.clone(),
        used_by: detail.used_by.clone(),
        uncovered: certificate.uncovered(domains).into_iter().map(str::to_owned).collect(),
        failure: detail.failure.clone(),
    }
}

fn print(lines: &[Line<'_>], io: &mut Io<'_>) -> anyhow::Result<()> {
    let heading = ["SITE", "STATUS", "DAYS", "RENEWED", "FROM", "USED BY", "CERTIFICATE"];
    let mut rows = vec![heading.map(str::to_owned)];
    rows.extend(lines.iter().map(row));
    for line in table::lines(&rows) {
        io.stdout.line(line)?;
    }
    for line in lines {
        for remark in remarks(line) {
            for text in wrap(&format!("{}: {remark}", line.site), crate::cli::WIDTH) {
                io.stderr.line(text)?;
            }
        }
    }
    let without = lines.iter().filter(|line| line.status == "none").count();
    if without > 0 {
        let sites = count(without, "site");
        io.stderr.line(format_args!("{sites} without a certificate: `cdn-cli certs request`"))?;
    }
    Ok(())
}

fn row(line: &Line<'_>) -> [String; 7] {
    let id = line.certificate.as_deref().and_then(|arn| arn.rsplit('/').next());
    // What is in ACM is there, whatever the source of a site without one is called.
    let is_there = line.certificate.is_some() || line.source == Source::Stack;
    let from = if is_there { line.source.words() } else { "-" };
    let renewed = match (&line.certificate, &line.renewal, line.renewed_by_acm) {
        (None, _, _) => "-",
        (_, Some(renewal), _) => renewal,
        (_, None, true) => "by ACM",
        (_, None, false) => "no",
    };
    [
        line.site.to_owned(),
        line.status.clone(),
        line.days.map_or_else(|| "-".to_owned(), |days| days.to_string()),
        renewed.to_owned(),
        from.to_owned(),
        line.used_by.len().to_string(),
        id.unwrap_or("-").to_owned(),
    ]
}

/// What is wrong with a certificate that is there.
fn remarks(line: &Line<'_>) -> Vec<String> {
    let mut remarks = Vec::new();
    if !line.uncovered.is_empty() {
        remarks.push(format!("the certificate does not cover {}", line.uncovered.join(", ")));
    }
    if let Some(reason) = &line.failure {
        remarks.push(format!("{reason}: {}", advice(reason)));
    }
    remarks
}
