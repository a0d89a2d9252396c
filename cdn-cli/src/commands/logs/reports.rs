//! `cdn-cli logs reports`.

use log_analytics::{BUILT_IN, Report};
use serde::Serialize;

use crate::cli::{ReportsArgs, WIDTH};
use crate::exit::ExitStatus;
use crate::hints::Hinted;
use crate::printer::{Io, wrap};

/// A report as `--json` prints it.
#[derive(Serialize)]
struct Row {
    name: String,
    title: String,
    about: String,
    parameters: Vec<String>,
}

/// Lists, or prints one.
pub(crate) fn run(args: &ReportsArgs, io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
    if let Some(name) = &args.name {
        let found = BUILT_IN.iter().find(|(its, _)| its == name);
        let (_, text) = found.ok_or_else(|| {
            Hinted::error(
                format!("there is no report `{name}`"),
                "`cdn-cli logs reports` lists them",
            )
        })?;
        write!(io.stdout.writer, "{text}")?;
        return Ok(ExitStatus::Done);
    }
    let rows = BUILT_IN.iter().map(|(name, text)| Ok(Row::of(Report::parse(name, text)?)));
    let rows = rows.collect::<anyhow::Result<Vec<Row>>>()?;
    if args.json {
        io.stdout.line(serde_json::to_string_pretty(&rows)?)?;
        return Ok(ExitStatus::Done);
    }
    for row in rows {
        io.stdout.line(format!("{:<10}  {}", row.name, row.title))?;
        for line in wrap(&row.about, WIDTH - 12) {
            io.stdout.line(format!("            {line}"))?;
        }
        io.stdout.line(format!("            with {}", row.parameters.join(", ")))?;
    }
    Ok(ExitStatus::Done)
}

impl Row {
    fn of(report: Report) -> Self {
        let parameters = report.parameters.into_iter().map(|parameter| parameter.name).collect();
        Self { name: report.name, title: report.title, about: report.about, parameters }
    }
}
