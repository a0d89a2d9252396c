//! `cdn-cli import explain`.

use cloudflare_zone::{Explained, explain};

use crate::cli::ImportExplainArgs;
use crate::exit::ExitStatus;
use crate::hints::Hinted;
use crate::printer::Io;

/// Explains an expression.
pub(super) fn run(args: &ImportExplainArgs, io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
    let explained = explain(&args.expression, args.host.as_deref()).map_err(|issue| {
        let shown = issue.render(&args.expression, crate::cli::WIDTH - 4);
        Hinted::error(
            shown.trim_end().to_owned(),
            "what the language has: docs/rules-language.md; quote the whole expression for the shell",
        )
    })?;
    if args.json {
        io.stdout.line(serde_json::to_string_pretty(&explained)?)?;
        return Ok(ExitStatus::Done);
    }
    show(&explained, io)?;
    Ok(ExitStatus::Done)
}

fn show(explained: &Explained, io: &mut Io<'_>) -> anyhow::Result<()> {
    io.stdout.line(format_args!("expression  {}", explained.canonical))?;
    io.stdout
        .line(format_args!("type        {}", explained.kind.as_deref().unwrap_or("not known")))?;
    if let Some(asks) = &explained.asks {
        io.stdout.line(format_args!("asks        {asks}"))?;
    }
    match &explained.behaviors {
        Some(Ok(patterns)) if patterns.is_empty() => io.stdout.line("behaviors   *")?,
        Some(Ok(patterns)) => {
            io.stdout.line(format_args!("behaviors   {}", patterns.join("  ")))?;
        }
        Some(Err(why)) => io.stdout.line(format_args!("behaviors   none: {why}"))?,
        None => {}
    }
    match &explained.firewall {
        Some(Ok(when)) => io.stdout.line(format_args!("firewall    when = {when}"))?,
        Some(Err(why)) => io.stdout.line(format_args!("firewall    none: {why}"))?,
        None => {}
    }
    io.stdout.line("")?;
    io.stdout.line(explained.tree.trim_end())?;
    for issue in &explained.issues {
        io.stdout.line("")?;
        io.stdout.line(issue.trim_end())?;
    }
    Ok(())
}
