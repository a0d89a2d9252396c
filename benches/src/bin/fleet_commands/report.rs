//! The figures as Markdown.

use std::fmt::Write as _;

use crate::commands::Results;

/// The whole report.
pub(crate) fn markdown(results: &Results, machine: &[String], rounds: usize) -> String {
    let Results { sites, file, state, figures } = results;
    let mut text = "# A fleet of many sites\n\n".to_owned();
    for line in machine {
        push(&mut text, format_args!("- {line}"));
    }
    push(
        &mut text,
        format_args!(
            "- The fleet: {sites} sites, none like another, {:.1} MB of TOML with everything written \
             out; a state of {:.1} MB\n- Rounds: {rounds}, in turn; the figures are medians",
            *file as f64 / 1e6,
            *state as f64 / 1e6
        ),
    );
    text.push_str(
        "\nMade by `cargo xtask fleet`. Each run is a process of the released program: *CPU* is the time \
         of all\nits threads, user and system, *memory* its peak, as the kernel tells at its end. \
         `render` writes its\ntemplates to a folder; `plan` reads the state of a deployed fleet from \
         `.cdn-cli/deployed.json`.\n\n\
         | command | CPU | at most | wall | memory | at most | |\n|---|---|---|---|---|---|---|\n",
    );
    for it in figures {
        let met = if it.is_met() { "met" } else { "**missed**" };
        push(
            &mut text,
            format_args!(
                "| `{}` | {:.2} s | {:.0} s | {:.2} s | {:.0} MB | 200 MB | {met} |",
                it.name, it.cpu, it.target, it.wall, it.peak
            ),
        );
    }
    text
}

fn push(text: &mut String, line: std::fmt::Arguments<'_>) {
    // A string takes all that is written to it.
    let _ = writeln!(text, "{line}");
}
