//! `cargo xtask peers warm`: a long list warmed, beside a load generator.

use anyhow::ensure;
use xshell::cmd;

use crate::cli::WarmPeerOptions;
use crate::exit::{Exit, say};
use crate::place::{Place, program};

/// Ours against `wrk`, at the same nginx.
pub(crate) fn run(place: &Place, options: WarmPeerOptions) -> anyhow::Result<Exit> {
    ensure!(program("wrk").is_some(), "no wrk here (Debian: wrk)");
    let shell = &place.shell;
    let features = ["--no-default-features", "--features", "warm"];
    cmd!(shell, "cargo build --release --package cdn-cli {features...}").run()?;
    let built = place.target.join("release/cdn-cli");
    // Laid where the next build does not replace it.
    let ours = place.target.join("peers-warm-cdn-cli");
    std::fs::copy(built.with_extension(std::env::consts::EXE_EXTENSION), &ours)?;
    let report = if options.quick {
        place.target.join("warm.md")
    } else {
        place.root.join("benches/results/warm.md")
    };
    let size = if options.quick { ["--urls", "50000", "--rounds", "1"] } else { FULL };
    let bench = ["--package", "benches", "--features", "warm", "--bin", "peer-warm"];
    cmd!(shell, "cargo run --release {bench...} -- --ours {ours} --report {report}")
        .args(size)
        .run()?;
    say(format_args!("wrote {}", report.display()));
    Ok(Exit::Done)
}

const FULL: [&str; 4] = ["--urls", "1000000", "--rounds", "7"];
