//! Page rules: the first that matches counts, alone. Rules of the newer products outrank it.

use cloudflare_rules::Request;
use cloudflare_zone::{PageRule, Zone};
use regex::{Regex, RegexBuilder};
use serde_json::Value;

use super::{Heard, Stage};
use crate::outcome::{Outcome, absolute, with_query};

/// The page rules of a zone that are in force.
pub(super) struct PageRules<'e> {
    pages: Vec<Page<'e>>,
}

/// A page rule.
pub(super) struct Page<'e> {
    pub(super) rule: &'e PageRule,
    pattern: Regex,
}

impl<'e> PageRules<'e> {
    pub(super) fn new(zone: &'e Zone) -> Self {
        let pages = zone.page_rules.iter().filter(|rule| rule.is_active);
        let pages = pages.filter_map(|rule| Some(Page { rule, pattern: pattern(&rule.pattern)? }));
        Self { pages: pages.collect() }
    }

    /// The one that counts.
    pub(super) fn of(&'e self, request: &Request) -> Option<&'e Page<'e>> {
        let url = url(request);
        self.pages.iter().find(|page| page.pattern.is_match(&url))
    }

    pub(super) fn near(&'e self, request: &Request, heard: &mut Vec<Heard<'e>>) {
        let url = url(request);
        for page in self.pages.iter().filter(|page| page.pattern.is_match(&url)) {
            for stage in [
                Stage::Scheme,
                Stage::Redirect,
                Stage::Origin,
                Stage::Caching,
                Stage::ResponseHeaders,
                Stage::RequestHeaders,
            ] {
                heard.push(Heard { place: &page.rule.place, stage });
            }
        }
    }
}

impl<'e> Page<'e> {
    /// The value of an action that it has.
    pub(super) fn action(&self, id: &str) -> Option<&'e Value> {
        self.rule.actions.iter().find(|(action, _)| action == id).map(|(_, value)| value)
    }

    /// A number, as it is written in either way.
    pub(super) fn seconds(&self, id: &str) -> Option<u64> {
        let value = self.action(id)?;
        value.as_u64().or_else(|| value.as_str()?.parse().ok())
    }

    pub(super) fn redirect(
        &self,
        request: &Request,
        heard: &mut Vec<Heard<'e>>,
    ) -> Option<Outcome> {
        let forward = self.action("forwarding_url")?;
        heard.push(Heard { place: &self.rule.place, stage: Stage::Redirect });
        let mut target = forward.get("url").and_then(Value::as_str).unwrap_or_default().to_owned();
        let url = url(request);
        let captures = self.pattern.captures(&url)?;
        for number in (1..captures.len()).rev() {
            let text = captures.get(number).map_or("", |it| it.as_str());
            target = target.replace(&format!("${number}"), text);
        }
        let status = forward.get("status_code").and_then(Value::as_u64).unwrap_or(302);
        Some(Outcome::Redirected {
            status: u16::try_from(status).unwrap_or(302),
            location: absolute(&target, request.is_https, &request.host),
        })
    }
}

fn url(request: &Request) -> String {
    let (path, query) = match &request.original {
        Some((path, query)) => (path, query),
        None => (&request.path, &request.query),
    };
    let scheme = if request.is_https { "https" } else { "http" };
    with_query(&format!("{scheme}://{}{path}", request.host), query)
}

/// A pattern of a URL; case does not count in it, and without a scheme it is about both.
fn pattern(text: &str) -> Option<Regex> {
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) => (format!("{}://", starred(scheme)), rest),
        None if text.starts_with('*') => (String::new(), text),
        None => ("https?://".to_owned(), text),
    };
    // `shop.example` is its first page; `*.php` may end a host or a path.
    let slash = match rest {
        rest if rest.contains('/') || rest.ends_with('*') => "",
        rest if rest.starts_with('*') => "/?",
        _ => "/",
    };
    let pattern = format!("^{scheme}{}{slash}$", starred(rest));
    RegexBuilder::new(&pattern).case_insensitive(true).build().ok()
}

fn starred(text: &str) -> String {
    let pieces: Vec<_> = text.split('*').map(regex::escape).collect();
    pieces.join("(.*?)")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_of_urls() {
        for (text, url, want) in [
            ("shop.example/a/*", "https://shop.example/A/b", true),
            ("shop.example/a/*", "http://shop.example/a/", true),
            ("http://shop.example/*", "https://shop.example/a", false),
            ("*shop.example/a", "https://www.shop.example/a", true),
            ("shop.example/a", "https://www.shop.example/a", false),
            ("shop.example/a", "https://shop.example/a?b", false),
            ("shop.example", "https://shop.example/", true),
            ("*.php", "https://shop.example/a.php", true),
            ("shop.example/a.b", "https://shop.example/axb", false),
        ] {
            assert_eq!(pattern(text).unwrap().is_match(url), want, "{text} {url}");
        }
    }
}
