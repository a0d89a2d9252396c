//! The examples in `cloudformation/examples` are what the fleet beside them becomes.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use cloudformation::{Assignment, render};
use fleet::Fleet;

/// The folder of the examples.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples")
}

#[test]
fn the_examples_are_current() {
    let fleet = Fleet::read(&folder().join("fleet.toml")).unwrap_or_else(|error| panic!("{error}"));
    let rendered = render(&fleet, &Assignment::default()).unwrap_or_else(|error| panic!("{error}"));
    let want: BTreeMap<_, _> = rendered
        .stacks
        .iter()
        .map(|stack| (format!("{}.yaml", stack.name), stack.template.to_yaml()))
        .collect();
    let found = found();
    if found == want {
        return;
    }
    if std::env::var_os("UPDATE").is_some() {
        update(&found, &want);
        panic!("the examples are written anew: look at what changed");
    }
    let changed: Vec<_> = want
        .keys()
        .chain(found.keys())
        .filter(|name| found.get(*name) != want.get(*name))
        .collect();
    panic!("not current: {changed:?}; UPDATE=1 writes them anew");
}

fn found() -> BTreeMap<String, String> {
    let entries = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let templates = entries.filter(|path| path.extension().is_some_and(|name| name == "yaml"));
    let read = |path: PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        (name, fs::read_to_string(path).unwrap())
    };
    templates.map(read).collect()
}

fn update(found: &BTreeMap<String, String>, want: &BTreeMap<String, String>) {
    for name in found.keys() {
        fs::remove_file(folder().join(name)).unwrap();
    }
    for (name, text) in want {
        fs::write(folder().join(name), text).unwrap();
    }
}
