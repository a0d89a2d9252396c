//! `cargo xtask test`: everything that has to hold, cheapest first.

use std::path::{Path, PathBuf};

use anyhow::Context;
use xshell::{Shell, cmd};

use crate::cli::TestOptions;
use crate::conformance;
use crate::exit::{Exit, say};
use crate::needs::{self, FAKECLOUD, Provided};
use crate::peers::missing_for_aom;
use crate::place::{Place, program};
use crate::steps::{self, Outcome, Step};

/// Sets of features apart from the default that somebody builds: the recipe language alone (log
/// and warm tools), the main module of WASM, `cargo dev`, and commands that need no AWS.
const FEATURE_SETS: [&[&str]; 6] = [
    &["--package", "edge-resizer", "--no-default-features"],
    &["--package", "edge-resizer", "--no-default-features", "--features", "transform"],
    &["--package", "cdn-cli", "--no-default-features", "--features", "dev"],
    &["--package", "cdn-cli", "--no-default-features", "--features", "migrate"],
    &["--package", "cdn-cli", "--no-default-features", "--features", "tables"],
    &["--package", "cdn-cli", "--no-default-features", "--features", "warm"],
];

/// What the default leaves out and every step has, so that nothing is compiled twice.
const FEATURES: [&str; 2] = ["--features", "edge-resizer-native/lambda"];

/// The crate with an SQL engine is built and tested by itself: what the engine asks of common
/// dependencies would have all others compiled anew in each step.
const ENGINE: &str = "log-analytics";

/// Runs every step, up to the first that fails.
pub(crate) fn run(place: &Place, options: TestOptions) -> Exit {
    let mut steps = vec![
        step("format", "cargo fmt --all", || format(place)),
        step("lints", "mend what clippy says above", || lints(place)),
        step("licenses and bans", "see .cargo/deny.toml for what is allowed and why", || {
            licenses(place)
        }),
        step(
            "unit and crate tests",
            "run the failed test alone by its name, as cargo says",
            || unit_tests(place),
        ),
        step("questions to logs", "cargo test --package log-analytics runs these alone", || {
            engine(place, options.fast)
        }),
        step("two engines", "cargo xtask conformance runs this alone", || conformance::step(place)),
        step("documentation", "mend the links and examples named above", || documentation(place)),
    ];
    if options.fast {
        say(
            "--fast: libaom and the suites with servers, browsers and second implementations are left out",
        );
    } else {
        steps.push(step(
            "AVIF by libaom",
            "cargo test --package edge-resizer --features aom codec runs these alone",
            || libaom(place),
        ));
        steps.push(step(
            "suites with real peers",
            "cargo test --package tests --test NAME runs one suite alone",
            || suites(place, options.install),
        ));
    }
    steps::run(steps)
}

fn step<'a>(
    name: &'static str,
    advice: &'static str,
    work: impl FnOnce() -> anyhow::Result<Outcome> + 'a,
) -> Step<'a> {
    Step { name, advice, work: Box::new(work) }
}

fn format(Place { shell, .. }: &Place) -> anyhow::Result<Outcome> {
    cmd!(shell, "cargo fmt --all --check")
        .run()
        .context("where rustfmt itself is missing: rustup component add rustfmt")?;
    Ok(Outcome::Passed)
}

fn lints(Place { shell, .. }: &Place) -> anyhow::Result<Outcome> {
    cmd!(
        shell,
        "cargo clippy --workspace --exclude {ENGINE} {FEATURES...} --all-targets -- -D warnings"
    )
    .run()
    .context("where clippy itself is missing: rustup component add clippy")?;
    for features in FEATURE_SETS {
        cmd!(shell, "cargo clippy {features...} -- -D warnings").run()?;
    }
    Ok(Outcome::Passed)
}

fn licenses(Place { shell, .. }: &Place) -> anyhow::Result<Outcome> {
    if program("cargo-deny").is_none() {
        let how = "no cargo-deny here; cargo install cargo-deny --locked";
        return Ok(Outcome::Skipped(how.to_owned()));
    }
    cmd!(shell, "cargo deny check licenses bans sources").run()?;
    Ok(Outcome::Passed)
}

fn unit_tests(place: &Place) -> anyhow::Result<Outcome> {
    let shell = &place.shell;
    let _tools = needs::fakecloud_folder(place)?.map(|path| shell.push_env(FAKECLOUD, path));
    cmd!(shell, "cargo test --workspace --exclude {ENGINE} {FEATURES...} --exclude tests").run()?;
    Ok(Outcome::Passed)
}

fn engine(place: &Place, is_fast: bool) -> anyhow::Result<Outcome> {
    let shell = &place.shell;
    let browser = if is_fast { Vec::new() } else { needs::browser(place)? };
    let _env: Vec<_> = browser.iter().map(|(name, path)| shell.push_env(name, path)).collect();
    let _tools = needs::fakecloud_folder(place)?.map(|path| shell.push_env(FAKECLOUD, path));
    // Together, so that DataFusion is compiled once; and as most will have the command.
    let both = ["--package", ENGINE, "--package", "cdn-cli", "--features", "cdn-cli/athena"];
    cmd!(shell, "cargo clippy {both...} --all-targets -- -D warnings").run()?;
    // Of the command only what it has with these features and without them not.
    let mut tests = vec!["athena".to_owned(), "logs".to_owned()];
    for entry in shell.read_dir(Path::new(ENGINE).join("tests"))? {
        if entry.extension().is_some_and(|extension| extension == "rs") {
            tests.extend(entry.file_stem().map(|stem| stem.to_string_lossy().into_owned()));
        }
    }
    let tests = tests.iter().flat_map(|name| ["--test", name]);
    cmd!(shell, "cargo test {both...} --lib").args(tests).run()?;
    let _flags = shell.push_env("RUSTDOCFLAGS", "-D warnings");
    cmd!(shell, "cargo doc {both...} --no-deps").run()?;
    Ok(Outcome::Passed)
}

fn documentation(Place { shell, .. }: &Place) -> anyhow::Result<Outcome> {
    let _flags = shell.push_env("RUSTDOCFLAGS", "-D warnings");
    cmd!(shell, "cargo doc --workspace --exclude {ENGINE} {FEATURES...} --no-deps").run()?;
    Ok(Outcome::Passed)
}

/// The feature that needs more than Rust and a C compiler.
fn libaom(Place { shell, .. }: &Place) -> anyhow::Result<Outcome> {
    if let Some(missing) = missing_for_aom() {
        let how =
            format!("no {missing} here (Debian: {missing}), so the feature `aom` is not built");
        return Ok(Outcome::Skipped(how));
    }
    let package = ["--package", "edge-resizer", "--features", "aom"];
    cmd!(shell, "cargo clippy {package...} --all-targets -- -D warnings").run()?;
    cmd!(shell, "cargo test {package...} --lib codec").run()?;
    Ok(Outcome::Passed)
}

fn suites(place: &Place, install: bool) -> anyhow::Result<Outcome> {
    let variables = match needs::provide(place, install)? {
        Provided::All(variables) => variables,
        Provided::Missing => return Ok(Outcome::Missing),
    };
    let shell = &place.shell;
    let _env: Vec<_> = variables.iter().map(|(name, path)| shell.push_env(name, path)).collect();
    // All of it within the workspace: of a package alone, cargo would unify fewer features and
    // compile half of the dependencies again. First what the suites start as a process of its own.
    cmd!(shell, "cargo build --workspace --exclude {ENGINE} {FEATURES...} --bin edge-lambda")
        .run()?;
    let suites = suite_names(shell)?.into_iter().flat_map(|name| ["--test".to_owned(), name]);
    cmd!(shell, "cargo test --workspace --exclude {ENGINE} {FEATURES...} {suites...}").run()?;
    let in_node = ["--package", "cloudformation", "--features", "node-tests"];
    cmd!(shell, "cargo clippy {in_node...} --all-targets -- -D warnings").run()?;
    cmd!(shell, "cargo test {in_node...} --test viewer node").run()?;
    cmd!(shell, "cargo test {in_node...} --test templates linters").run()?;
    let with_nginx = ["--package", "cache-warmer", "--features", "nginx-tests"];
    cmd!(shell, "cargo clippy {with_nginx...} --all-targets -- -D warnings").run()?;
    cmd!(shell, "cargo test {with_nginx...} --test nginx").run()?;
    Ok(Outcome::Passed)
}

/// The suites of `tests/tests`: a file each, or a folder with a `main.rs`.
fn suite_names(shell: &Shell) -> anyhow::Result<Vec<String>> {
    let entries = shell.read_dir("tests/tests")?;
    let is_suite = |path: &&PathBuf| {
        path.extension().is_some_and(|extension| extension == "rs") || path.join("main.rs").exists()
    };
    let name = |path: &PathBuf| Some(path.file_stem()?.to_str()?.to_owned());
    Ok(entries.iter().filter(is_suite).filter_map(name).collect())
}
