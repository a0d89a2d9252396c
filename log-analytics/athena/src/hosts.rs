//! Whose host it is, for a view over raw logs: a map inside of its SQL.

use std::collections::BTreeMap;

use log_reader::Column;

/// The sites of a fleet by their domains, `*.shop.example` among them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hosts {
    by_domain: BTreeMap<String, HostSite>,
}

/// What is told of a site.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HostSite {
    /// Its name in the fleet file.
    pub name: String,
    /// The brand.
    pub brand: Option<String>,
    /// The first of its groups.
    pub group: Option<String>,
    /// Whom it belongs to.
    pub owner: Option<String>,
}

/// What stands between a domain and its value: no name has a control character.
const BETWEEN: char = '\t';
/// What stands between pairs: one has a line of its own.
const AFTER: char = '\n';

impl Hosts {
    /// Makes a site known under a domain.
    pub fn insert(&mut self, domain: &str, site: HostSite) {
        self.by_domain.insert(domain.to_ascii_lowercase(), site);
    }

    /// What the view has in a column of a host that `host` computes; `None` for other columns, and
    /// where nothing is known.
    pub(crate) fn sql(&self, column: Column, host: &str) -> Option<String> {
        let found = match column {
            Column::Site => self.lookup(host, |site| Some(&site.name))?,
            Column::Brand => self.lookup(host, |site| site.brand.as_ref())?,
            Column::SiteGroup => self.lookup(host, |site| site.group.as_ref())?,
            Column::Owner => self.lookup(host, |site| site.owner.as_ref())?,
            _ => return None,
        };
        let mut choices = found;
        if column == Column::Site {
            choices.push(host.to_owned());
        }
        Some(match choices.as_slice() {
            [one] => one.clone(),
            many => format!("coalesce({})", many.join(", ")),
        })
    }

    /// The value of a host, then that of its wildcard.
    fn lookup(
        &self,
        host: &str,
        value: impl Fn(&HostSite) -> Option<&String>,
    ) -> Option<Vec<String>> {
        let is_clean = |text: &String| !text.contains([BETWEEN, AFTER]);
        let pair = |(domain, site): (&String, &HostSite)| {
            let value = value(site).filter(|value| !value.is_empty() && is_clean(value))?;
            is_clean(domain).then(|| format!("{domain}{BETWEEN}{value}"))
        };
        let pairs: Vec<String> = self.by_domain.iter().filter_map(pair).collect();
        if pairs.is_empty() {
            return None;
        }
        // A literal, since an ARRAY of Athena's has at most 127 items; the engine reads it once.
        let text = pairs.join(&AFTER.to_string()).replace('\'', "''");
        let map = format!("split_to_map('{text}', '{AFTER}', '{BETWEEN}')");
        let mut choices = vec![format!("element_at({map}, {host})")];
        if pairs.iter().any(|pair| pair.starts_with("*.")) {
            let wildcard = format!("'*' || substr({host}, strpos({host}, '.'))");
            choices.push(format!("element_at({map}, {wildcard})"));
        }
        Some(choices)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_is_found_by_its_host_its_wildcard_or_is_the_host() {
        let mut hosts = Hosts::default();
        assert_eq!(hosts.sql(Column::Site, "h"), None);
        hosts.insert(
            "*.Aurora.example",
            HostSite { name: "o'aurora".to_owned(), ..HostSite::default() },
        );
        hosts.insert("vega.example", HostSite { name: "vega".to_owned(), ..HostSite::default() });
        let map = "split_to_map('*.aurora.example\to''aurora\nvega.example\tvega', '\n', '\t')";
        let want = format!(
            "coalesce(element_at({map}, h), element_at({map}, '*' || substr(h, strpos(h, '.'))), h)"
        );
        assert_eq!(hosts.sql(Column::Site, "h"), Some(want));
        assert_eq!(hosts.sql(Column::Brand, "h"), None);
    }
}
