//! Renders a fleet of many varied sites, says what that took, and writes the templates where a folder
//! is named:
//!
//! ```sh
//! cargo run --release -p cloudformation --example render-fleet -- 500 /tmp/templates
//! ```

#![expect(clippy::print_stdout, reason = "it is what the example is for")]

#[path = "../tests/templates/fleets.rs"]
mod fleets;

use std::time::Instant;
use std::{env, error, fs, path};

use cloudformation::{Assignment, Rendered, render};

fn main() -> Result<(), Box<dyn error::Error>> {
    let mut arguments = env::args().skip(1);
    let count = arguments.next().map_or(Ok(500), |count| count.parse())?;
    let mut fleet = fleets::varied(count);
    // The features of this fleet are more varied than any real one's.
    for quota in ["cache-policies", "origin-request-policies", "response-headers-policies"] {
        fleet.settings.quotas.insert(quota.to_owned(), 200);
    }
    fleet.settings.quotas.insert("tenant-distributions".to_owned(), 200);
    let start = Instant::now();
    let rendered = render(&fleet, &Assignment::default())?;
    let rendering = start.elapsed();
    let start = Instant::now();
    let bytes: usize = rendered.stacks.iter().map(|stack| stack.template.to_yaml().len()).sum();
    let stacks = rendered.stacks.len();
    println!("{count} sites, {stacks} stacks: rendered in {} ms", rendering.as_millis());
    println!("{bytes} bytes of YAML written in {} ms", start.elapsed().as_millis());
    println!("most memory: {}", peak_memory().unwrap_or_default());
    match arguments.next() {
        Some(folder) => write(&rendered, path::Path::new(&folder)),
        None => Ok(()),
    }
}

fn write(rendered: &Rendered, folder: &path::Path) -> Result<(), Box<dyn error::Error>> {
    fs::create_dir_all(folder)?;
    for stack in &rendered.stacks {
        let file = folder.join(&stack.name).with_extension("yaml");
        fs::write(file, stack.template.to_yaml())?;
    }
    Ok(())
}

/// The most memory that this process had, as Linux tells.
fn peak_memory() -> Option<String> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().to_owned())
}
