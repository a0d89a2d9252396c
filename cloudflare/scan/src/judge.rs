//! What becomes of a picture's URL behind an edge-resizer.

use edge_resizer::recipe::Width;
use edge_resizer::{Dialect, Explanation, Issue, IssueKind, Policy, Request, SourceRef};

use crate::address::Address;
use crate::service::{CLOUDFLARE, PLAIN, SHOPIFY, Service, Treatment};
use crate::text::MASK;

/// A URL judged.
#[derive(Clone, Debug)]
pub struct Judgement {
    /// Whose language it is in.
    pub service: &'static Service,
    /// The host that it names; empty where it is the page's own.
    pub host: String,
    /// What becomes of it.
    pub verdict: Verdict,
    /// The width in pixels that it asks for, times its density.
    pub width: Option<u32>,
    /// The other host that its original is fetched from.
    pub source_host: Option<String>,
}

/// What becomes of a URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The file is delivered as it is.
    Plain,
    /// It means the same.
    Supported,
    /// It is answered, but what these ask for is not as it was.
    Differs(Vec<Difference>),
    /// It is not answered with the picture: why, and what to do.
    Unsupported(String),
}

/// An option that does not do what it did.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Difference {
    /// As it was written.
    pub option: String,
    /// `unsupported`, `unknown`, `malformed`, `clamped`.
    pub kind: String,
    /// What is the matter.
    pub message: String,
}

/// Judges the URL of a picture; `None` where it is none: `data:`, a fragment, nothing.
pub fn judge(url: &str) -> Option<Judgement> {
    let address = Address::parse(url)?;
    let known = Service::of(&address);
    let treatment = known.map_or(Treatment::Plain, |service| service.treatment);
    let host = address.host.clone();
    if let (Some(service), Treatment::Rewrite(advice)) = (known, treatment) {
        let verdict = Verdict::Unsupported(advice.to_owned());
        return Some(Judgement { service, host, verdict, width: None, source_host: None });
    }
    let as_is = || {
        let service = known.unwrap_or(&PLAIN);
        let (verdict, host) = (Verdict::Plain, host.clone());
        Judgement { service, host, verdict, width: None, source_host: None }
    };
    Some(match explain(&address, "1") {
        Ok(None) => as_is(),
        Ok(Some(explanation)) => Judgement {
            service: known.unwrap_or(service_of(explanation.dialect)),
            host: host.clone(),
            verdict: verdict(&explanation.issues),
            width: width(&address, &explanation),
            source_host: source_host(&explanation),
        },
        Err(reason) => Judgement { verdict: Verdict::Unsupported(reason), ..as_is() },
    })
}

/// What the edge-resizer makes of it; what a template fills in is `filling`.
fn explain(address: &Address<'_>, filling: &str) -> Result<Option<Explanation>, String> {
    let filled = |text: &str| text.replace(MASK, filling);
    let path = filled(address.path);
    let slash = if path.starts_with('/') { "" } else { "/" };
    let query = address.query.map(|query| format!("?{}", filled(query))).unwrap_or_default();
    let request = Request::get(&format!("{slash}{path}{query}"));
    let mut policy = Policy::default();
    if let Some(host) = remote(&path) {
        policy.sources.hosts.push(host);
    }
    edge_resizer::explain(&request, &policy).map_err(|error| {
        format!("{}: answered with {}", error.public_message(), error.status().as_u16())
    })
}

/// The host of a source that stands as a URL in the path.
fn remote(path: &str) -> Option<String> {
    let at = path.find("/http")? + 1;
    let source = path[at..].replace("%3A", ":").replace("%3a", ":");
    let source = source.replace("%2F", "/").replace("%2f", "/");
    let rest = source.strip_prefix("https:").or_else(|| source.strip_prefix("http:"))?;
    let authority = rest.trim_start_matches('/').split(['/', '?']).next()?;
    Some(authority.split(':').next().unwrap_or_default().to_ascii_lowercase())
}

fn service_of(dialect: Dialect) -> &'static Service {
    if dialect == Dialect::Cloudflare { &CLOUDFLARE } else { &SHOPIFY }
}

fn verdict(issues: &[Issue]) -> Verdict {
    // Repeated and futile options did nothing where the URL comes from either.
    let did_nothing = |kind| matches!(kind, IssueKind::Duplicate | IssueKind::NoEffect);
    let differences: Vec<_> =
        issues.iter().filter(|issue| !did_nothing(issue.kind)).map(difference).collect();
    if differences.is_empty() { Verdict::Supported } else { Verdict::Differs(differences) }
}

fn difference(issue: &Issue) -> Difference {
    Difference {
        option: issue.option.clone(),
        kind: format!("{:?}", issue.kind).to_ascii_lowercase(),
        message: issue.message.clone(),
    }
}

/// The width that a URL asks for; none where a template fills it in, which another filling shows.
fn width(address: &Address<'_>, explanation: &Explanation) -> Option<u32> {
    let width = pixels(explanation)?;
    let other = explain(address, "2").ok().flatten()?;
    (pixels(&other) == Some(width)).then_some(width)
}

fn pixels(explanation: &Explanation) -> Option<u32> {
    let Some(Width::Pixels(width)) = explanation.recipe.width else { return None };
    let dense = f64::from(width.get()) * explanation.recipe.dpr.to_f64();
    #[expect(clippy::cast_possible_truncation, reason = "saturates")]
    #[expect(clippy::cast_sign_loss, reason = "neither factor is negative")]
    Some(dense.round() as u32)
}

fn source_host(explanation: &Explanation) -> Option<String> {
    match &explanation.source {
        SourceRef::Remote(remote) => Some(remote.host()),
        SourceRef::Path(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(url: &str) -> String {
        let Some(found) = judge(url) else { return "nothing".to_owned() };
        let width = found.width.map(|width| format!(" {width}")).unwrap_or_default();
        let verdict = match found.verdict {
            Verdict::Plain => "plain".to_owned(),
            Verdict::Supported => "supported".to_owned(),
            Verdict::Differs(all) => {
                let options: Vec<_> =
                    all.iter().map(|it| format!("{} {}", it.kind, it.option)).collect();
                format!("differs in {}", options.join(", "))
            }
            Verdict::Unsupported(reason) => format!("unsupported, {reason}"),
        };
        let host = found.source_host.map(|host| format!(" from {host}")).unwrap_or_default();
        format!("{}: {verdict}{width}{host}", found.service.name)
    }

    #[test]
    fn urls_are_judged() {
        for (url, want) in [
            ("/cdn-cgi/image/width=400,format=auto/a.jpg", "Cloudflare: supported 400"),
            ("/cdn-cgi/image/w=400,dpr=2/a.jpg", "Cloudflare: supported 800"),
            (
                "/cdn-cgi/image/w=400,gravity=face/a.jpg",
                "Cloudflare: differs in unsupported gravity=face 400",
            ),
            ("/cdn-cgi/image/w=40,q=900/a.jpg", "Cloudflare: differs in clamped q=900 40"),
            (
                "/cdn-cgi/image/w=4/https://b.example/a.jpg",
                "Cloudflare: supported 4 from b.example",
            ),
            ("/cdn-cgi/image/a.jpg", "Cloudflare: unsupported, "),
            ("/cdn/shop/files/a_400x@2x.jpg?v=1", "Shopify: supported 800"),
            ("https://cdn.shopify.com/s/files/1/a.jpg?v=1", "Shopify: plain"),
            ("/photos/a.jpg?width=300", "Shopify: supported 300"),
            ("/photos/a.jpg", "plain: plain"),
            ("https://b.imgix.net/a.jpg?w=4", "imgix: unsupported, "),
            ("data:image/png;base64,AA", "nothing"),
        ] {
            assert!(told(url).starts_with(want), "{url}: {}", told(url));
        }
    }

    #[test]
    fn what_a_template_fills_in_is_no_width() {
        let url = |text: &str| text.replace('~', &MASK.to_string());
        for (text, want) in [
            ("/cdn-cgi/image/width=400/~", "Cloudflare: supported 400"),
            ("/cdn-cgi/image/width=~00,quality=80/a.jpg", "Cloudflare: supported"),
            ("/cdn/shop/~_200x.jpg", "Shopify: supported 200"),
        ] {
            assert_eq!(told(&url(text)), want, "{text}");
        }
    }
}
