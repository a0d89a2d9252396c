//! The examples in `cloudformation/examples` are what the fleet beside them becomes.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use cloudformation::{Assignment, Catalog, Stack, athena, render};
use fleet::Fleet;
use log_athena::{FleetLogs, Location, Setup};

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
        .chain([&by_athena(&fleet)])
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

/// What the fleet's logs need to be asked by Athena, raw ones and compacted ones.
fn by_athena(fleet: &Fleet) -> Stack {
    let logs = FleetLogs {
        account: "111122223333".to_owned(),
        compacted: Some(Location::parse("s3://brands-days-111122223333/cdn").unwrap()),
        tenants: vec!["E0123456789ABC".to_owned()],
        ..FleetLogs::default()
    };
    let setup = Setup::of_fleet(fleet, &logs).unwrap_or_else(|error| panic!("{error}"));
    let tables = setup.catalog().unwrap();
    let tables = tables.iter().map(|table| serde_json::to_value(table).unwrap()).collect();
    let catalog = Catalog { database: setup.database, tables, cutoff: 1 << 40 };
    athena(&catalog, &fleet.settings)
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
