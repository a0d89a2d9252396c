//! What is compiled into a program, and the texts that its licenses want to be passed on with it.
//!
//! | file | has |
//! |---|---|
//! | `packages.txt` | a line for each package: name, version, license |
//! | `LICENSES.txt` | every text in the packages' sources, once, with the packages that it is of |
//! | `LICENSES-rust.html` | what Rust says of its standard library |

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::Deserialize;
use xshell::cmd;

use crate::exit::say;
use crate::place::Place;

/// How the names of files with such texts begin, in lower case.
const BEGINNINGS: [&str; 7] =
    ["copying", "copyright", "licence", "license", "notice", "patents", "unlicense"];

/// Endings of files that begin so and are something else.
const OTHERS: [&str; 8] = [".c", ".h", ".html", ".json", ".py", ".rs", ".sh", ".toml"];

/// A package as `cargo metadata` has it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
struct Package {
    name: String,
    version: String,
    license: Option<String>,
    authors: Vec<String>,
    manifest_path: PathBuf,
    /// Where it is from; none for a member of the workspace.
    source: Option<String>,
}

/// Writes the files into `folder`, about what `selection` (arguments of cargo) builds for `target`.
pub(crate) fn write(
    place: &Place,
    selection: &[&str],
    target: &str,
    folder: &Path,
) -> anyhow::Result<()> {
    let packages = packages(place, selection, target)?;
    let lines: String = packages.iter().map(line).collect();
    fs::write(folder.join("packages.txt"), lines)?;
    let mut found = Vec::new();
    for package in &packages {
        let texts = texts_of(place, package)
            .with_context(|| format!("looking for the license of {}", package.name))?;
        found.push((package, texts));
    }
    fs::write(folder.join("LICENSES.txt"), compose(&found))?;
    standard_library(place, folder)
}

/// The packages that are compiled in, by name.
fn packages(place: &Place, selection: &[&str], target: &str) -> anyhow::Result<BTreeSet<Package>> {
    #[derive(Deserialize)]
    struct Metadata {
        packages: Vec<Package>,
    }
    let shell = &place.shell;
    // Macros run in the compiler, and stay there.
    let edges = ["--edges", "normal,no-proc-macro", "--prefix", "none", "--format", "{p}"];
    let tree = cmd!(shell, "cargo tree --quiet {selection...} --target {target} {edges...}");
    let tree = tree.quiet().read()?;
    let compiled_in: BTreeSet<_> = tree.lines().filter_map(name_and_version).collect();
    let format = ["--format-version", "1", "--all-features", "--filter-platform", target];
    let metadata = cmd!(shell, "cargo metadata {format...}").quiet().ignore_stderr().read()?;
    let Metadata { packages } = serde_json::from_str(&metadata).context("reading its metadata")?;
    let is_in = |package: &Package| {
        compiled_in.contains(&(package.name.as_str(), package.version.as_str()))
    };
    Ok(packages.into_iter().filter(is_in).collect())
}

/// Of a line `serde v1.0.228 (*)`.
fn name_and_version(line: &str) -> Option<(&str, &str)> {
    let mut words = line.split(' ');
    Some((words.next()?, words.next()?.strip_prefix('v')?))
}

fn line(Package { name, version, license, .. }: &Package) -> String {
    format!("{name} v{version} {}\n", license.as_deref().unwrap_or_default()).replace(" \n", "\n")
}

/// The texts in a package's sources, those of what it brings along included.
fn texts_of(place: &Place, package: &Package) -> anyhow::Result<Vec<String>> {
    let files = match package.manifest_path.parent().filter(|_| package.source.is_some()) {
        Some(folder) => files_below(folder)?,
        // Our own are in the workspace's root, once for all members.
        None => place.shell.read_dir(&place.root)?,
    };
    let mut texts = Vec::new();
    for file in files.into_iter().filter(|file| file.is_file() && is_license(file)) {
        texts.push(String::from_utf8_lossy(&fs::read(file)?).into_owned());
    }
    Ok(texts)
}

/// The files in a folder and in those below, in order.
fn files_below(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)?.map(|entry| Ok(entry?.path()));
    let mut entries: Vec<PathBuf> = entries.collect::<anyhow::Result<_>>()?;
    entries.sort();
    let mut files = Vec::new();
    for entry in entries {
        // A link would be a second way to a file, or none.
        if entry.is_symlink() {
        } else if entry.is_dir() {
            files.extend(files_below(&entry)?);
        } else {
            files.push(entry);
        }
    }
    Ok(files)
}

fn is_license(file: &Path) -> bool {
    let name = file.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let is_other = OTHERS.iter().any(|ending| name.ends_with(ending));
    let begins = BEGINNINGS.iter().filter_map(|beginning| name.strip_prefix(beginning));
    let mut rests = begins.filter(|rest| rest.is_empty() || rest.starts_with(['-', '_', '.']));
    rests.next().is_some() && !is_other
}

/// All texts, each once, with the packages that it is of; and what came without a text.
fn compose(found: &[(&Package, Vec<String>)]) -> String {
    const RULE: &str =
        "--------------------------------------------------------------------------------\n";
    let mut out = "The licenses of what this program is made of.\n".to_owned();
    // By their words: the same text is broken into lines in many ways.
    let mut sections: BTreeMap<Vec<&str>, (&str, BTreeSet<String>)> = BTreeMap::new();
    for (package, texts) in found {
        for text in texts {
            let words = text.split_whitespace().collect();
            let section = sections.entry(words).or_insert((text.as_str(), BTreeSet::new()));
            section.1.insert(format!("{} {}", package.name, package.version));
        }
    }
    let mut sections: Vec<_> = sections.into_values().map(|(text, of)| (of, text)).collect();
    sections.sort();
    for (of, text) in sections {
        let of: Vec<_> = of.into_iter().collect();
        let lines: Vec<_> = text.lines().map(str::trim_end).collect();
        // Writing to a String does not fail.
        let _ = write!(out, "\n{RULE}{}\n\n", of.join(", "));
        let _ = writeln!(out, "{}", lines.join("\n").trim_matches('\n'));
    }
    let bare: Vec<_> = found.iter().filter(|(_, texts)| texts.is_empty()).collect();
    if !bare.is_empty() {
        let _ = write!(out, "\n{RULE}Without a text of their own, under one of those above:\n\n");
    }
    for (package, _) in bare {
        let (line, authors) = (line(package), package.authors.join(", "));
        let by = if authors.is_empty() { authors } else { format!(", by {authors}") };
        let _ = writeln!(out, "{}{by}", line.trim_end());
    }
    out
}

/// The toolchain brings what its standard library's licenses want to be passed on.
fn standard_library(place: &Place, folder: &Path) -> anyhow::Result<()> {
    let sysroot = cmd!(place.shell, "rustc --print sysroot").quiet().read()?;
    let notice = Path::new(&sysroot).join("share/doc/rust/COPYRIGHT-library.html");
    if notice.is_file() {
        fs::copy(notice, folder.join("LICENSES-rust.html"))?;
    } else {
        say(format_args!("no {}: the bundle goes without it", notice.display()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, authors: &[&str]) -> Package {
        Package {
            name: name.to_owned(),
            version: "1.0.0".to_owned(),
            license: Some("MIT".to_owned()),
            authors: authors.iter().map(|&author| author.to_owned()).collect(),
            manifest_path: PathBuf::new(),
            source: None,
        }
    }

    #[test]
    fn licenses_are_known_by_their_names() {
        for (name, want) in [
            ("LICENSE", true),
            ("LICENSE-MIT", true),
            ("LICENSE-APACHE-2.0_WITH_LLVM-exception", true),
            ("LICENSE.httprouter", true),
            ("license.txt", true),
            ("COPYING", true),
            ("Patents.md", true),
            ("license.rs", false),
            ("notices", false),
            ("licensed.txt", false),
            ("README.md", false),
        ] {
            assert_eq!(is_license(Path::new(name)), want, "{name}");
        }
    }

    #[test]
    fn a_text_is_there_once_with_all_that_it_is_of() {
        let packages = ["a", "b", "c", "d"].map(|name| package(name, &["one", "two"]));
        let [a, b, c, d] = &packages;
        let found = [
            (a, vec!["Do as\r\nyou like.\n\n".to_owned(), "Tell them.".to_owned()]),
            (b, vec!["\n  Do as you\n  like.\n".to_owned()]),
            (c, vec!["Be  \nkind.".to_owned()]),
            (d, vec![]),
        ];
        let rule = "-".repeat(80);
        let want = format!(
            "The licenses of what this program is made of.\n\n{rule}\na 1.0.0\n\nTell them.\n\n\
             {rule}\na 1.0.0, b 1.0.0\n\nDo as\nyou like.\n\n{rule}\nc 1.0.0\n\nBe\nkind.\n\n\
             {rule}\nWithout a text of their own, under one of those above:\n\n\
             d v1.0.0 MIT, by one, two\n"
        );
        assert_eq!(compose(&found), want);
    }

    #[test]
    fn lines_of_a_tree_are_read() {
        assert_eq!(name_and_version("serde v1.0.228 (*)"), Some(("serde", "1.0.228")));
        assert_eq!(name_and_version(""), None);
        assert_eq!(line(&Package { license: None, ..package("a", &[]) }), "a v1.0.0\n");
    }
}
