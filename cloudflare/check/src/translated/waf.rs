//! The web ACL of a site: lists of addresses, then rules in their order. Limits of rates and the
//! rules that AWS manages need more than a request.

use cloudflare_rules::Request;
use fleet::Site;
use fleet::delivery::{Condition, NamedMatch, TextMatch, TextTest, WafAction, WafMode};
use ipnet::IpNet;
use regex::bytes::{Regex, RegexBuilder};

use crate::error::CheckError;
use crate::outcome::Refusal;

/// A web ACL, its conditions taken apart.
pub(super) struct WebAcl {
    rules: Vec<(WafAction, When)>,
}

enum When {
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
    Path(Test),
    Query(Test),
    Method(Test),
    /// What is not there passes no test.
    Header(String, Option<Test>),
    Cookie(String, Option<Test>),
    Argument(String, Option<Test>),
    Addresses(Vec<IpNet>),
    Countries(Vec<String>),
    Systems(Vec<u32>),
}

struct Test {
    kind: Kind,
    ignores_case: bool,
}

enum Kind {
    Is(Vec<u8>),
    Starts(Vec<u8>),
    Ends(Vec<u8>),
    Contains(Vec<u8>),
    Matches(Regex),
}

impl WebAcl {
    pub(super) fn new(site: &Site) -> Result<Self, CheckError> {
        let waf = &site.delivery.waf;
        let mut rules = Vec::new();
        if !waf.enabled || waf.arn.is_some() {
            return Ok(Self { rules });
        }
        let problem = |rule: &str, reason: String| CheckError::WebAcl {
            site: site.name.clone(),
            rule: rule.to_owned(),
            reason,
        };
        for (name, blocks, action) in
            [("allow", &waf.allow, WafAction::Allow), ("block", &waf.block, WafAction::Block)]
        {
            let when = networks(blocks).map_err(|reason| problem(name, reason))?;
            rules.push((action, When::Addresses(when)));
        }
        rules.push((WafAction::Block, When::Countries(waf.block_countries.clone())));
        for rule in &waf.rules {
            let when = when(&rule.when).map_err(|reason| problem(&rule.name, reason))?;
            rules.push((rule.action, when));
        }
        if waf.mode == WafMode::Count {
            rules.retain(|(action, _)| *action == WafAction::Allow);
        }
        Ok(Self { rules })
    }

    /// How a request is refused, if it is.
    pub(super) fn refusal(&self, request: &Request) -> Option<Refusal> {
        for (action, when) in &self.rules {
            if *action == WafAction::Count || !when.holds(request) {
                continue;
            }
            return match action {
                WafAction::Allow | WafAction::Count => None,
                WafAction::Block => Some(Refusal::Blocked),
                WafAction::Captcha => Some(Refusal::Puzzled),
                WafAction::Challenge => Some(Refusal::Challenged),
            };
        }
        None
    }
}

fn networks(blocks: &[String]) -> Result<Vec<IpNet>, String> {
    let read = |it: &String| it.parse().map_err(|_| format!("`{it}` is no block of addresses"));
    blocks.iter().map(read).collect()
}

fn when(condition: &Condition) -> Result<When, String> {
    let each = |parts: &[Condition]| parts.iter().map(when).collect::<Result<Vec<_>, _>>();
    let named = |of: &NamedMatch| {
        let value = of.value.as_ref().map(test).transpose()?;
        Ok::<_, String>((of.name.clone(), value))
    };
    Ok(match condition {
        Condition::All(parts) => When::All(each(parts)?),
        Condition::Any(parts) => When::Any(each(parts)?),
        Condition::Not(part) => When::Not(Box::new(when(part)?)),
        Condition::Path(text) => When::Path(test(text)?),
        Condition::Query(text) => When::Query(test(text)?),
        Condition::Method(text) => When::Method(test(text)?),
        Condition::Header(of) => named(of).map(|(name, value)| When::Header(name, value))?,
        Condition::Cookie(of) => named(of).map(|(name, value)| When::Cookie(name, value))?,
        Condition::Argument(of) => named(of).map(|(name, value)| When::Argument(name, value))?,
        Condition::Addresses(blocks) => When::Addresses(networks(blocks)?),
        Condition::Countries(codes) => When::Countries(codes.clone()),
        Condition::AutonomousSystems(numbers) => When::Systems(numbers.clone()),
    })
}

fn test(text: &TextMatch) -> Result<Test, String> {
    let bytes = |text: &str| text.as_bytes().to_vec();
    let kind = match text.test().ok_or("it has not one test")? {
        TextTest::Is(text) => Kind::Is(bytes(text)),
        TextTest::StartsWith(text) => Kind::Starts(bytes(text)),
        TextTest::EndsWith(text) => Kind::Ends(bytes(text)),
        TextTest::Contains(text) => Kind::Contains(bytes(text)),
        TextTest::Matches(pattern) => {
            let regex = RegexBuilder::new(pattern).unicode(false).build();
            Kind::Matches(regex.map_err(|error| error.to_string())?)
        }
    };
    Ok(Test { kind, ignores_case: text.ignore_case })
}

impl Test {
    fn passes(&self, text: &str) -> bool {
        let lower;
        let text = if self.ignores_case {
            lower = text.to_ascii_lowercase();
            lower.as_bytes()
        } else {
            text.as_bytes()
        };
        match &self.kind {
            Kind::Is(want) => text == want.as_slice(),
            Kind::Starts(want) => text.starts_with(want),
            Kind::Ends(want) => text.ends_with(want),
            Kind::Contains(want) => {
                want.is_empty() || text.windows(want.len()).any(|it| it == want.as_slice())
            }
            Kind::Matches(regex) => regex.is_match(text),
        }
    }
}

impl When {
    fn holds(&self, request: &Request) -> bool {
        let passes =
            |test: &Option<Test>, text: &str| test.as_ref().is_none_or(|test| test.passes(text));
        match self {
            Self::All(parts) => parts.iter().all(|it| it.holds(request)),
            Self::Any(parts) => parts.iter().any(|it| it.holds(request)),
            Self::Not(part) => !part.holds(request),
            Self::Path(test) => test.passes(&request.path),
            Self::Query(test) => test.passes(&request.query),
            Self::Method(test) => test.passes(&request.method),
            Self::Header(name, test) if name.eq_ignore_ascii_case("host") => {
                passes(test, &request.host)
            }
            Self::Header(name, test) => {
                let own = request.headers.iter().filter(|(own, _)| own.eq_ignore_ascii_case(name));
                let values: Vec<_> = own.map(|(_, value)| value.as_str()).collect();
                !values.is_empty() && passes(test, &values.join(","))
            }
            Self::Cookie(name, test) => {
                let cookies = request.headers.iter().filter(|(own, _)| own == "cookie");
                let mut pairs =
                    cookies.flat_map(|(_, value)| value.split(';')).filter_map(|pair| {
                        let pair = pair.trim();
                        Some(pair.split_once('=').unwrap_or((pair, "")))
                            .filter(|_| !pair.is_empty())
                    });
                pairs.any(|(own, value)| own == name && passes(test, value))
            }
            Self::Argument(name, test) => {
                let pairs = request.query.split('&').filter(|pair| !pair.is_empty());
                let mut pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
                pairs.any(|(own, value)| own.eq_ignore_ascii_case(name) && passes(test, value))
            }
            Self::Addresses(networks) => request
                .address
                .is_some_and(|address| networks.iter().any(|network| network.contains(&address))),
            Self::Countries(codes) => {
                request.country.as_ref().is_some_and(|country| codes.contains(country))
            }
            Self::Systems(numbers) => {
                let own = request.autonomous_system.and_then(|it| u32::try_from(it).ok());
                own.is_some_and(|own| numbers.contains(&own))
            }
        }
    }
}
