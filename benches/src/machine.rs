//! Where and when the figures were taken.

use std::process::Command;

/// A line each: date, machine, and of what of ours, in which version.
pub fn describe(ours: &str) -> Vec<String> {
    let cpu = line_of("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown CPU".to_owned());
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let memory = line_of("/proc/meminfo", "MemTotal")
        .and_then(|text| text.trim_end_matches(" kB").parse::<u64>().ok())
        .map_or_else(|| "unknown memory".to_owned(), |kb| format!("{:.0} GB", kb as f64 / 1e6));
    let commit = output(
        "git",
        &["-C", env!("CARGO_MANIFEST_DIR"), "describe", "--always", "--dirty", "--abbrev=10"],
    );
    vec![
        format!("Date: {}", output("date", &["-u", "+%Y-%m-%d"])),
        format!("Machine: {cpu}, {cores} cores, {memory}, {}", std::env::consts::ARCH),
        format!(
            "Ours: {ours} {} ({commit}), {}, release profile",
            env!("CARGO_PKG_VERSION"),
            output("rustc", &["--version"])
        ),
    ]
}

fn line_of(file: &str, key: &str) -> Option<String> {
    let text = std::fs::read_to_string(file).ok()?;
    let line = text.lines().find(|line| line.starts_with(key))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

fn output(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    let text = output.ok().and_then(|output| String::from_utf8(output.stdout).ok());
    text.map_or_else(|| "unknown".to_owned(), |text| text.trim().to_owned())
}
