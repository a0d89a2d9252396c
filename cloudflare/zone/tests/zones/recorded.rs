//! Answers that were recorded of zones that people have.

use std::fs;
use std::path::Path;

use cloudflare_zone::{SavedFile, fleet_text};

use crate::table::{fleet, import, table};

#[test]
fn every_recorded_folder_has_its_verdicts() {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder = workspace.join("../shared/data/cloudflare");
    let Ok(entries) = fs::read_dir(&folder) else {
        println!("no recorded answers at {}: nothing is imported", folder.display());
        return;
    };
    let mut folders: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    for folder in folders {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let import = import(&files(&folder));
        if !import.sites.is_empty() {
            fleet(&import);
        }
        let text = format!("{}\n{}", table(&import), fleet_text(&import.sites));
        insta::assert_snapshot!(name, text);
    }
}

fn files(folder: &Path) -> Vec<SavedFile> {
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
    paths.sort();
    let file = |path: &std::path::PathBuf| SavedFile {
        name: path.file_name().unwrap().to_string_lossy().into_owned(),
        text: fs::read_to_string(path).unwrap(),
    };
    paths.iter().map(file).collect()
}
