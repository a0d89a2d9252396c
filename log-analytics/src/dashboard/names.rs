//! File names of sites. A site may be called what the host of a request was, so anything.

use std::collections::{HashMap, HashSet};

use sha2::{Digest as _, Sha256};

/// Letters of a site's own name in a file's.
const LONGEST: usize = 80;

/// The file of each site.
#[derive(Debug, Default)]
pub(super) struct Names {
    files: Vec<String>,
    places: HashMap<String, usize>,
}

impl Names {
    pub(super) fn of<'a>(sites: impl Iterator<Item = Option<&'a str>>) -> Self {
        let mut names = Self::default();
        let mut taken = HashSet::new();
        for site in sites {
            let mut file = file_of(site);
            if !taken.insert(file.clone()) {
                file = format!("{file}-{}", names.files.len());
                taken.insert(file.clone());
            }
            if let Some(site) = site {
                names.places.insert(site.to_owned(), names.files.len());
            }
            names.files.push(file);
        }
        names
    }

    /// The path of a site's page, by its place.
    pub(super) fn path(&self, nth: usize) -> Option<String> {
        self.files.get(nth).map(|file| format!("sites/{file}.html"))
    }

    /// The path of a site's page, by its name.
    pub(super) fn link(&self, site: &str) -> Option<String> {
        self.path(*self.places.get(site)?)
    }
}

/// Letters, digits, `-` and single dots as they are; a name with anything else has a hash behind it, so
/// that two of them stay two.
fn file_of(site: Option<&str>) -> String {
    let Some(site) = site else { return "no-host".to_owned() };
    let plain: String =
        site.chars()
            .take(LONGEST)
            .map(|c| {
                if c.is_ascii_lowercase() || c.is_ascii_digit() || ".-".contains(c) {
                    c
                } else {
                    '-'
                }
            })
            .collect();
    let is_same = plain == site && !plain.starts_with(['.', '-']) && !plain.ends_with('.');
    if is_same && !plain.contains("..") && !plain.is_empty() && plain != "no-host" {
        return plain;
    }
    let hash = Sha256::digest(site.as_bytes());
    let hash = u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]]);
    let plain = plain.replace("..", "-");
    format!("{}-{hash:08x}", plain.trim_matches(['.', '-']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_name_is_a_file_of_its_own_in_the_folder() {
        let sites =
            ["www.a-1.example", "", ".", "..", "../../etc", "A", "a", "no-host", "ä", "<b>"];
        let names = Names::of(sites.iter().map(|site| Some(*site)).chain([None]));
        let paths: Vec<String> = (0..=sites.len()).filter_map(|nth| names.path(nth)).collect();
        assert_eq!(paths[0], "sites/www.a-1.example.html");
        assert_eq!(paths[6], "sites/a.html");
        assert_eq!(paths[10], "sites/no-host.html");
        assert_eq!(names.link("A").as_ref(), Some(&paths[5]));
        assert_eq!(paths.iter().collect::<HashSet<_>>().len(), 11, "{paths:?}");
        for path in paths {
            let file = path.strip_prefix("sites/").unwrap_or_default();
            assert!(!file.contains(['/', '\\']) && !file.contains(".."), "{path}");
        }
    }
}
