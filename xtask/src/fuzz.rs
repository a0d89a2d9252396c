//! `cargo xtask fuzz`: every target for a while, its corpus unpacked before and packed after.
//!
//! The packed corpora in `tests/fuzz/corpora` are what `cargo xtask test` replays. An input that made
//! a target fail stays in `fuzz/artifacts` of the target folder; once mended, adding it to the corpus
//! (copy it into `fuzz/corpus/TARGET`, run this again) keeps it mended.

use std::path::Path;

use anyhow::{Context, bail};
use xshell::cmd;

use crate::cli::FuzzOptions;
use crate::exit::{Exit, say};
use crate::place::{Place, program};

/// Bytes of the largest input: what matters in a picture's header fits well within.
const LONGEST_INPUT: &str = "16384";

/// Runs the targets named, or all, one after the other.
pub(crate) fn run(place: &Place, options: &FuzzOptions) -> anyhow::Result<Exit> {
    if program("cargo-fuzz").is_none() {
        bail!("no cargo-fuzz here; cargo install cargo-fuzz --locked");
    }
    let targets = match options.targets.as_slice() {
        [] => targets(place)?,
        named => named.to_vec(),
    };
    for target in targets {
        say(format_args!("\n{target}, for {} minutes", options.minutes));
        fuzz(place, &target, options.minutes)?;
    }
    Ok(Exit::Done)
}

/// The targets, by the files that hold them.
fn targets(Place { shell, .. }: &Place) -> anyhow::Result<Vec<String>> {
    let files = shell.read_dir("tests/fuzz/targets")?;
    let name = |file: &Path| Some(file.file_stem()?.to_str()?.to_owned());
    Ok(files.iter().filter_map(|file| name(file)).collect())
}

fn fuzz(place: &Place, target: &str, minutes: u64) -> anyhow::Result<()> {
    let shell = &place.shell;
    let work = place.target.join("fuzz");
    let (corpus, minimised) = (work.join("corpus").join(target), work.join("minimised"));
    let packed = place.root.join(format!("tests/fuzz/corpora/{target}.tar.gz"));
    shell.create_dir(&corpus)?;
    if packed.is_file() {
        cmd!(shell, "tar --extract --gzip --file {packed} --directory {corpus}").run()?;
    }
    // A stable compiler with the sanitizers that it calls unstable.
    let _unstable = shell.push_env("RUSTC_BOOTSTRAP", "1");
    let _target = shell.push_env("CARGO_TARGET_DIR", work.join("target"));
    let artifacts = format!("-artifact_prefix={}/", work.join("artifacts").display());
    shell.create_dir(work.join("artifacts"))?;
    let longest = format!("-max_len={LONGEST_INPUT}");
    let time = format!("-max_total_time={}", minutes * 60);
    // re_rav1d 0.1.3 loses 48 bytes with each picture that it gives back.
    let leaks = if target == "decode_avif" { "detect_leaks=0" } else { "detect_leaks=1" };
    let _leaks = shell.push_env("ASAN_OPTIONS", leaks);
    let limits = ["-rss_limit_mb=2048", "-timeout=20", "-print_final_stats=1"];
    let run = ["fuzz", "run", "--fuzz-dir", "tests/fuzz"];
    cmd!(shell, "cargo {run...} {target} {corpus} -- {longest} {time} {limits...} {artifacts}")
        .run()
        .with_context(|| format!("an input fails {target}; it lies in fuzz/artifacts"))?;
    // What covers the same as the whole corpus, and no more.
    shell.remove_path(&minimised)?;
    shell.create_dir(&minimised)?;
    cmd!(shell, "cargo {run...} {target} -- -merge=1 {longest} {limits...} {minimised} {corpus}")
        .run()?;
    // Sorted, and without times and owners, so that the same corpus gives the same file.
    let sorted = ["--sort=name", "--owner=0", "--group=0", "--mtime=@0", "--mode=0644"];
    cmd!(shell, "tar --create --gzip --file {packed} {sorted...} --directory {minimised} .")
        .run()?;
    Ok(())
}
