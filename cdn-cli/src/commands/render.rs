//! `cdn-cli render`: the templates of a fleet, a file each.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::Context as _;
use cloudformation::{Assignment, Rendered, Stack, StackKind, render};
use fleet::Fleet;

use crate::cli::RenderArgs;
use crate::exit::ExitStatus;
use crate::hints::Hinted;
use crate::printer::{Io, bytes};

/// Writes the templates of the sites that were named, and of all that they need.
pub(crate) fn run(args: &RenderArgs, io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
    let fleet = Fleet::read(&args.fleet)?;
    let rendered = of_fleet(&fleet, args.state.as_deref())?;
    let stacks = chosen(&rendered, &args.sites)?;
    match &args.output {
        Some(folder) => write_all(&stacks, folder, io)?,
        None => print_all(&stacks, io)?,
    }
    if let Some(file) = &args.state {
        let text = serde_json::to_string_pretty(&rendered.assignment)?;
        fs::write(file, text + "\n").with_context(|| format!("writing {}", file.display()))?;
    }
    Ok(ExitStatus::Done)
}

/// Renders a fleet over the assignment in a file, where there is one.
pub(super) fn of_fleet(fleet: &Fleet, state: Option<&Path>) -> anyhow::Result<Rendered> {
    let previous = state.map(read_state).transpose()?.unwrap_or_default();
    Ok(render(fleet, &previous)?)
}

/// A file that is not there yet is a fleet of which nothing is deployed.
fn read_state(file: &Path) -> anyhow::Result<Assignment> {
    match fs::read_to_string(file) {
        Ok(text) => serde_json::from_str(&text)
            .with_context(|| format!("reading the assignment in {}", file.display())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Assignment::default()),
        Err(error) => Err(error).with_context(|| format!("reading {}", file.display())),
    }
}

/// The stacks of the sites with these names, and those that must be there before; all of them where
/// nobody is named.
fn chosen<'a>(rendered: &'a Rendered, sites: &[String]) -> anyhow::Result<Vec<&'a Stack>> {
    let stacks = &rendered.stacks;
    if sites.is_empty() {
        return Ok(stacks.iter().collect());
    }
    let mut wanted = BTreeSet::new();
    for site in sites {
        let kind = StackKind::Site(site.clone());
        let stack = stacks.iter().find(|stack| stack.kind == kind).ok_or_else(|| {
            Hinted::error(format!("there is no site `{site}`"), "cdn-cli render writes all of them")
        })?;
        wanted.insert(stack.name.as_str());
    }
    // Backwards: whoever needs a stack comes after it.
    for stack in stacks.iter().rev() {
        if wanted.contains(stack.name.as_str()) {
            wanted.extend(stack.after.iter().map(String::as_str));
        }
    }
    Ok(stacks.iter().filter(|stack| wanted.contains(stack.name.as_str())).collect())
}

fn write_all(stacks: &[&Stack], folder: &Path, io: &mut Io<'_>) -> anyhow::Result<()> {
    fs::create_dir_all(folder)
        .with_context(|| format!("making the folder {}", folder.display()))?;
    for stack in stacks {
        let file = folder.join(format!("{}.yaml", stack.name));
        let text = stack.template.to_yaml();
        fs::write(&file, &text).with_context(|| format!("writing {}", file.display()))?;
        io.stdout.line(format_args!("{:>8}  {}", bytes(text.len()), file.display()))?;
    }
    Ok(())
}

/// As documents of one stream, each with its stack's name before it.
fn print_all(stacks: &[&Stack], io: &mut Io<'_>) -> anyhow::Result<()> {
    for stack in stacks {
        let Stack { name, region, template, .. } = stack;
        io.stdout.line(format_args!("---\n# {name} in {region}"))?;
        write!(io.stdout.writer, "{}", template.to_yaml())?;
    }
    Ok(())
}
