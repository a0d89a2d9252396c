//! A site while it is made.

use std::collections::BTreeMap;

use fleet::Origin;
use fleet::delivery::{
    Connection, Delivery, DeliveryOrigin, DnsHost, KeyPart, Place, RedirectRule, ResponseHeaders,
    ViewerProtocol, WafRule, Zone,
};
use regex::Regex;

use crate::condition::{Condition, Region, Subject, regions_of};
use crate::verdict::Outcome;
use crate::zone::Rule;

/// A site of the fleet file.
#[derive(Clone, Debug, PartialEq)]
pub struct Site {
    /// Its name, a label.
    pub name: String,
    /// The zone that it was made of.
    pub zone: String,
    /// Its domains.
    pub domains: Vec<String>,
    /// How it is delivered, its origins with it; `default` is among them.
    pub delivery: Delivery,
}

/// Paths that belong to one shopper.
pub(super) const PERSONAL: [&str; 3] = ["/account", "/cart", "/checkout"];

/// Extensions that Cloudflare keeps without a rule, as far as they get a behavior here:
/// <https://developers.cloudflare.com/cache/concepts/default-cache-behavior/>. A distribution has no
/// room for all 56.
pub(super) const EXTENSIONS: [&str; 14] = [
    "avif", "css", "eot", "gif", "ico", "jpeg", "jpg", "js", "png", "svg", "ttf", "webp", "woff",
    "woff2",
];

/// The name of the origin that every path has that no rule sends elsewhere.
pub(super) const DEFAULT: &str = "default";

/// A site that rules add to.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) name: String,
    pub(super) zone: String,
    pub(super) hosts: Vec<String>,
    pub(super) delivery: Delivery,
    /// What rules say of paths, in the order in which they are heard.
    pub(super) layers: Vec<Layer>,
    /// Where things come from: URL.
    pub(super) origin: String,
    /// Records that the origin needs, with what they lead to.
    pub(super) origin_addresses: Vec<(String, String)>,
    /// The entry of the ledger that tells what is kept without a rule.
    pub(super) default_cache: Option<usize>,
    /// Whether a pool tells its server a `Host` of its own.
    pub(super) has_told_host: bool,
    /// Rules of the web ACL that Cloudflare asks behind the custom ones.
    pub(super) late_rules: Vec<WafRule>,
    /// Whether pictures are made.
    pub(super) is_image_resizing: bool,
    /// Query in the key without a rule.
    pub(super) query: KeyPart,
    pub(super) protocol: ViewerProtocol,
    /// What the rules that redirect look for, in their order.
    redirect_patterns: Vec<Regex>,
    /// Whether every request is redirected.
    pub(super) is_redirected: bool,
    /// Rewrites, in the order of the site's.
    pub(super) rewritings: Vec<Rewriting>,
    /// The host and the target of the item of a list that redirects a path or a pattern.
    pub(super) listed: BTreeMap<String, (String, String)>,
    /// Whether rewrites are of the path, and of the query.
    pub(super) rewritten_parts: Option<[bool; 2]>,
    /// What rules of the web ACL are about.
    pub(super) fire_conditions: Vec<Condition>,
}

/// A rewrite, as it is asked for paths.
#[derive(Clone, Debug)]
pub(super) struct Rewriting {
    /// Its entry in the ledger.
    pub(super) number: usize,
    pub(super) condition: Condition,
    pub(super) pattern: Regex,
    /// The pattern as it is written, where it is one with wildcards.
    pub(super) path: Option<String>,
    pub(super) to: String,
}

/// What a rule says of some paths.
#[derive(Clone, Debug)]
pub(super) struct Layer {
    /// Its entry in the ledger.
    pub(super) number: usize,
    pub(super) condition: Condition,
    pub(super) changes: Vec<Change>,
    /// Of page rules the first that matches counts alone.
    pub(super) is_page_rule: bool,
    /// Whether it is about nothing but files, for which a lifetime may outrank the origin.
    pub(super) is_of_files: bool,
    /// Whether it is about nothing but personal pages, which are never kept otherwise.
    pub(super) is_personal: bool,
}

/// A change of what happens to a path.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Change {
    /// Whether answers may be kept at all.
    Keep(bool),
    /// How long, where they are kept.
    Lifetime(Lifetime),
    Query(KeyPart),
    KeyHeaders(Vec<String>),
    KeyCookies(Vec<String>),
    /// Another server, by its URL; the port that an earlier rule said stays.
    Origin(String),
    /// Another port of the server.
    Port(u16),
    /// The origin is told its own name as `Host`.
    OwnHost,
    /// A header of requests to the origin.
    OriginHeader(String, String),
    /// A header of answers.
    Header(String, String),
    Protocol(ViewerProtocol),
    Compress(bool),
}

impl Change {
    /// Whether it is about what is kept, and nothing else.
    pub(super) const fn is_of_cache(&self) -> bool {
        matches!(
            self,
            Self::Keep(_)
                | Self::Lifetime(_)
                | Self::Query(_)
                | Self::KeyHeaders(_)
                | Self::KeyCookies(_)
        )
    }
}

/// How long answers are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lifetime {
    /// As the origin says; where it says nothing, so many seconds.
    AsOriginSays(u64),
    /// So many seconds, whatever the origin says.
    For(u64),
}

/// A rule that is about a site.
pub(super) struct Applied<'a> {
    pub(super) rule: &'a Rule,
    /// Its filter, host known.
    pub(super) condition: Condition,
    /// Its place in the ledger.
    pub(super) number: usize,
}

impl Applied<'_> {
    /// Behaviors know no method, so that what is said of `GET` holds for all; and in their patterns
    /// case counts.
    pub(super) fn heed_method(&self, outcome: &mut Outcome) {
        if self.condition.has_method() {
            outcome.change("what it says of GET holds for every method");
        }
        self.heed_case(outcome);
    }

    /// In patterns of behaviors case counts.
    pub(super) fn heed_case(&self, outcome: &mut Outcome) {
        let mut ignores_case = false;
        self.condition.leaves(&mut |leaf| {
            // An extension is in lower case, whatever the path is.
            ignores_case |= matches!(leaf, Condition::Text(Subject::Extension, _))
                || matches!(leaf, Condition::Text(_, test) if test.ignores_case);
        });
        if ignores_case {
            outcome.change("case counts in CloudFront's patterns");
        }
    }

    /// What it says of paths, as a layer of the site.
    pub(super) fn layer(&self, changes: Vec<Change>) -> Layer {
        Layer::new(self.number, self.condition.clone(), changes)
    }
}

impl Layer {
    /// What a filter about paths says of them.
    pub(super) fn new(number: usize, condition: Condition, changes: Vec<Change>) -> Self {
        let regions = regions_of(&condition).unwrap_or_default();
        let all = |is: &dyn Fn(&Region) -> bool| !regions.is_empty() && regions.iter().all(is);
        Self {
            number,
            changes,
            is_page_rule: false,
            is_of_files: all(&|region| region.is_of_files(&EXTENSIONS)),
            is_personal: all(&|region| PERSONAL.iter().any(|path| region.begins_with(path))),
            condition,
        }
    }
}

impl Layer {
    /// Whether it is about a path that came, which the origin is asked for as `target`: page rules
    /// see the first, all others the second.
    pub(super) fn is_heard(&self, came: &str, target: &str) -> bool {
        let path = if self.is_page_rule { came } else { target };
        self.condition.holds_for(path) == Some(true)
    }
}

impl Rewriting {
    /// What is in front of the path and what stands there then, where nothing else is changed.
    pub(super) fn prefixes(&self) -> Option<(&str, &str)> {
        let before = self.path.as_deref()?.strip_suffix('*')?;
        let after = self.to.strip_suffix("${1}")?;
        (!before.contains('*') && !after.contains("${")).then_some((before, after))
    }
}

impl Draft {
    pub(super) fn new(name: String, zone: &str, hosts: Vec<String>, origin: String) -> Self {
        let dns = Zone { name: zone.to_owned(), id: None, host: DnsHost::Cloudflare };
        // Cloudflare adds no header of its own accord.
        let headers = ResponseHeaders { nosniff: false, ..ResponseHeaders::default() };
        let delivery = Delivery {
            headers,
            zone: Some(dns).filter(|dns| {
                dns.name.contains('.') && hosts.iter().all(|it| it.ends_with(&dns.name))
            }),
            client_headers: true,
            ..Delivery::default()
        };
        Self {
            name,
            zone: zone.to_owned(),
            hosts,
            delivery,
            layers: Vec::new(),
            origin,
            origin_addresses: Vec::new(),
            default_cache: None,
            has_told_host: false,
            late_rules: Vec::new(),
            is_image_resizing: false,
            query: KeyPart::All,
            protocol: ViewerProtocol::default(),
            redirect_patterns: Vec::new(),
            is_redirected: false,
            rewritings: Vec::new(),
            listed: BTreeMap::new(),
            rewritten_parts: None,
            fire_conditions: Vec::new(),
        }
    }

    /// Rules about URLs that there are.
    pub(super) fn url_rules(&self) -> usize {
        self.delivery.redirect_rules.len() + self.delivery.rewrites.len()
    }

    /// Adds a redirect of a pattern behind the others.
    pub(super) fn add_redirect_rule(&mut self, rule: RedirectRule) {
        let Some(pattern) = rule.rule().compiled() else { return };
        self.is_redirected |= rule.path == "*" && rule.regex.is_none() && rule.when.is_none();
        self.redirect_patterns.push(pattern);
        self.delivery.redirect_rules.push(rule);
    }

    /// The first rule that redirects a path, perhaps where something else is so too.
    pub(super) fn earlier_rule(&self, path: &str) -> Option<&RedirectRule> {
        let at = self.redirect_patterns.iter().position(|pattern| pattern.is_match(path))?;
        self.delivery.redirect_rules.get(at)
    }

    /// A host of it; rules do not tell its hosts apart.
    pub(super) fn host(&self) -> &str {
        self.hosts.first().map_or("", String::as_str)
    }

    /// A key of it, as it is told to people.
    pub(super) fn key(&self, key: &str) -> String {
        format!("{}.{key}", self.name)
    }

    /// The connection of the default origin, to change.
    pub(super) fn connection(&mut self) -> &mut Connection {
        let url = self.origin.clone();
        let origin = self.delivery.origins.entry(DEFAULT.to_owned());
        &mut origin.or_insert_with(|| server(&url)).connection
    }

    /// The site, all said.
    pub(super) fn site(mut self) -> Site {
        self.connection();
        let Self { name, zone, hosts, delivery, .. } = self;
        Site { name, zone, domains: hosts, delivery }
    }
}

/// A web server as an origin.
pub(super) fn server(url: &str) -> DeliveryOrigin {
    let place = Place::Public(Origin::Http { url: url.to_owned(), allow_private: false });
    DeliveryOrigin {
        place,
        connection: Connection { headers: BTreeMap::new(), ..Connection::default() },
    }
}

/// A text as a label: lower-case letters, digits and `-`, at most 63.
pub(super) fn label(text: &str) -> String {
    let legal = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let plain: String = text.chars().map(legal).collect();
    let words: Vec<&str> = plain.split('-').filter(|word| !word.is_empty()).collect();
    let label: String = words.join("-").chars().take(60).collect();
    let label = label.trim_end_matches('-');
    if label.is_empty() { "site".to_owned() } else { label.to_owned() }
}
