//! What a site says, checked beyond its form: names that lead nowhere, CloudFront's limits, words
//! that contradict each other.
//!
//! Limits are those of
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html>
//! where nothing else is said.

mod access;
mod behaviors;
mod caches;
mod countries;
mod domains;
mod firewall;
mod header_names;
mod headers;
mod logs;
pub(crate) mod names;
mod origins;
mod pages;
mod tenant;
mod url_rules;

use crate::layers::Table;
use crate::problem::Problem;
use crate::site::Site;
use crate::tree::Tree;

/// Finds all that is wrong with a site; `merged` knows where it stands.
pub(crate) fn site(site: &Site, merged: &Table<'_>, problems: &mut Vec<Problem>) {
    let tree = Tree::new(merged.get_ref(), merged.span());
    let mut check = Check { site, tree, problems };
    domains::check(&mut check);
    origins::check(&mut check);
    behaviors::check(&mut check);
    caches::check(&mut check);
    headers::check(&mut check);
    pages::check(&mut check);
    url_rules::check(&mut check);
    access::check(&mut check);
    firewall::check(&mut check);
    logs::check(&mut check);
    tenant::check(&mut check);
}

/// A site under check.
struct Check<'a, 't> {
    site: &'a Site,
    tree: Tree<'a, 't>,
    problems: &'a mut Vec<Problem>,
}

impl<'a> Check<'a, '_> {
    /// A problem with a value.
    fn value(&mut self, path: &[&str], message: impl Into<String>, hint: impl Into<String>) {
        let problem = Problem::new(self.tree.value(path), message);
        self.problems.push(problem.with_hint(hint));
    }

    /// A problem with a key.
    fn key(&mut self, path: &[&str], message: impl Into<String>, hint: impl Into<String>) {
        let problem = Problem::new(self.tree.key(path), message);
        self.problems.push(problem.with_hint(hint));
    }

    /// A value that has to be one of these.
    fn choice(&mut self, path: &[&str], wrong: &str, known: impl Iterator<Item = &'a str>) {
        self.problems.push(Problem::unknown_choice(self.tree.value(path), wrong, known));
    }

    /// More entries than there may be.
    fn count(&mut self, path: &[&str], what: &str, count: usize, most: usize) {
        if count > most {
            let message = format!("{count} {what} are more than {most}");
            self.value(path, message, format!("CloudFront takes at most {most}"));
        }
    }

    /// A number that has to be in a range.
    fn range(&mut self, path: &[&str], number: u32, least: u32, most: u32) {
        if !(least..=most).contains(&number) {
            let message = format!("{number} is not from {least} to {most}");
            self.value(path, message, format!("CloudFront takes {least} to {most}"));
        }
    }
}
