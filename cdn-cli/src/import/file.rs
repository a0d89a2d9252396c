//! Sites as a fleet file that is good.

use std::path::Path;

use anyhow::bail;
use fleet::FleetFiles;

use super::lines::Line;
use super::origins::label;
use super::{Documents, Lines, site};

/// Keys that are a site's own.
const OWN: [&str; 3] = ["name", "domains", "groups"];

/// A fleet file, and what it does not say of the distributions.
#[derive(Debug)]
pub(crate) struct Imported {
    /// The file.
    pub(crate) text: String,
    /// What could not be imported, by site.
    pub(crate) told: Vec<(String, Vec<String>)>,
}

/// Writes the distributions as the sites of a fleet file. What all sites say alike is said once, in
/// `[defaults]`; what the fleet language refuses is a comment.
///
/// # Errors
/// Where a distribution is none of one site, or a key that a site has to have is refused.
pub(crate) fn fleet_file(documents: &Documents) -> anyhow::Result<Imported> {
    let mut sites: Vec<(String, Lines)> = Vec::new();
    for distribution in &documents.distributions {
        let name = name(&distribution.config, &distribution.id, &sites);
        let lines = site::lines(distribution, documents, &name)?;
        sites.push((name, lines));
    }
    let text = loop {
        let (text, places) = write(&sites);
        let files = FleetFiles::of_text(&text, Path::new(""), "fleet.toml")?;
        let Some(problem) = files.problems().into_iter().next() else { break text };
        let Some((site, line)) =
            places.get(problem.place.line.saturating_sub(1)).copied().flatten()
        else {
            bail!("the import made a file that is not good: {}", problem.message);
        };
        demote(&mut sites[site].1, line, &problem.message)?;
    };
    let told =
        sites.iter().map(|(name, lines)| (name.clone(), lines.told().map(str::to_owned).collect()));
    let told = told.collect();
    Ok(Imported { text, told })
}

/// Makes a comment of a line that the fleet language refuses.
fn demote(lines: &mut Lines, line: usize, message: &str) -> anyhow::Result<()> {
    let Some(refused) = lines.all_mut().get_mut(line) else {
        bail!("the import made a file that is not good: {message}");
    };
    match refused {
        Line::Key(path, _) if !OWN.contains(&path[0].as_str()) && path[0] != "origin" => {
            *refused = Line::NotImported(format!("{}: {message}", refused.text()));
            Ok(())
        }
        _ => bail!("{}: {message}", refused.text()),
    }
}

/// By the first domain, as people call a shop; by the id where there is none.
fn name(config: &serde_json::Value, id: &str, taken: &[(String, Lines)]) -> String {
    let aliases = config.pointer("/Aliases/Items").and_then(serde_json::Value::as_array);
    let aliases = aliases.into_iter().flatten().filter_map(serde_json::Value::as_str);
    let plain = aliases.map(|it| it.trim_start_matches("*.").trim_start_matches("www.")).next();
    let label = label(plain.map_or(id, |domain| domain.split('.').next().unwrap_or(domain)));
    let is_free = |name: &str| !taken.iter().any(|(other, _)| other == name);
    let numbered = (2..).map(|number| format!("{label}-{number}"));
    std::iter::once(label.clone()).chain(numbered).find(|name| is_free(name)).unwrap_or(label)
}

/// The file, and for each of its lines the site and the line of it that stands there; what stands in
/// the defaults is every site's, so it is told as the first's.
fn write(sites: &[(String, Lines)]) -> (String, Vec<Option<(usize, usize)>>) {
    let mut text = Text::default();
    text.push(
        "# Imported by `cdn-cli init`. What could not be imported stands where it would be.",
        None,
    );
    let shared: Vec<&Line> = match sites {
        [(_, first), others @ ..] if !others.is_empty() => {
            first.all().iter().filter(|line| is_shared(line, others)).collect()
        }
        _ => Vec::new(),
    };
    if !shared.is_empty() {
        text.push("\n[defaults]", None);
        for (place, line) in sites[0].1.all().iter().enumerate() {
            if shared.contains(&line) {
                text.push(&line.text(), Some((0, place)));
            }
        }
    }
    for (site, (_, lines)) in sites.iter().enumerate() {
        text.push("\n[[sites]]", None);
        for (place, line) in lines.all().iter().enumerate() {
            if !shared.contains(&line) {
                text.push(&line.text(), Some((site, place)));
            }
        }
    }
    (text.text, text.places)
}

/// Whether a line of a site is one of all. `{name}` means something else in the defaults.
fn is_shared(line: &Line, others: &[(String, Lines)]) -> bool {
    let Line::Key(path, value) = line else { return false };
    !OWN.contains(&path[0].as_str())
        && !value.to_string().contains("{name}")
        && others.iter().all(|(_, lines)| lines.all().contains(line))
}

#[derive(Default)]
struct Text {
    text: String,
    places: Vec<Option<(usize, usize)>>,
}

impl Text {
    fn push(&mut self, line: &str, place: Option<(usize, usize)>) {
        for line in line.split('\n') {
            self.text.push_str(line);
            self.text.push('\n');
            self.places.push(place);
        }
    }
}
