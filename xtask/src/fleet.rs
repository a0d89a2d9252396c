//! `cargo xtask fleet`: the commands that read a fleet, on 500 sites.

use xshell::cmd;

use crate::cli::FleetOptions;
use crate::exit::{Exit, say};
use crate::place::Place;

/// Builds the program as it is released, without what only `dev` needs, and runs it.
pub(crate) fn run(place: &Place, options: FleetOptions) -> anyhow::Result<Exit> {
    let shell = &place.shell;
    let features = ["--no-default-features", "--features", "deploy"];
    cmd!(shell, "cargo build --release --package cdn-cli {features...}").run()?;
    let built = place.target.join("release/cdn-cli");
    // Laid where the next build does not replace it.
    let program = place.target.join("fleet-commands-cdn-cli");
    std::fs::copy(built.with_extension(std::env::consts::EXE_EXTENSION), &program)?;
    let report = if options.quick {
        place.target.join("fleet.md")
    } else {
        place.root.join("benches/results/fleet.md")
    };
    let rounds = if options.quick { "1" } else { "9" };
    let ours = ["--package", "benches", "--features", "fleet", "--bin", "fleet-commands"];
    cmd!(shell, "cargo run --release {ours...} -- --program {program} --report {report}")
        .args(["--rounds", rounds])
        .run()?;
    say(format_args!("wrote {}", report.display()));
    Ok(Exit::Done)
}
