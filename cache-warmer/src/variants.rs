//! From a URL to what browsers ask for at it: recipe variants, formats, encodings.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::Arc;

use edge_resizer::{Policy, Request, SourceRef, Step, accept, host_name};
use http::header::ACCEPT;
use siphasher::sip128::{Hasher128 as _, SipHasher13};
use url::Url;

use crate::purged::{self, Purged};
use crate::wish::Wish;

/// A shop of the fleet, as far as the warmer has to know it.
#[derive(Clone, Debug)]
pub struct Shop {
    /// Its name in the fleet.
    pub name: String,
    /// The hosts under which it answers, in lower case and without ports.
    pub hosts: Vec<String>,
    /// Its rules for pictures.
    pub policy: Policy,
}

/// Which variants are wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Wishes for pictures whose format is negotiated. Default: AVIF, WebP and basic.
    pub pictures: Vec<Wish>,
    /// Wishes for texts. Default: Brotli and gzip.
    pub texts: Vec<Wish>,
    /// Whether an original is warmed in the widths and presets of its shop too. Default: yes.
    pub originals_as_variants: bool,
}

impl Default for Wanted {
    fn default() -> Self {
        Self {
            pictures: vec![Wish::Avif, Wish::Webp, Wish::Basic],
            texts: vec![Wish::Brotli, Wish::Gzip],
            originals_as_variants: true,
        }
    }
}

/// One request that a browser would make.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Target {
    /// The URL, without a fragment.
    pub url: String,
    /// What is asked for at it.
    pub wish: Wish,
}

impl fmt::Display for Target {
    /// As a line of a spooled list, without its end.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.wish.label(), self.url)
    }
}

/// What the answer is kept under, as 128 bits: two targets of one key are answered by one object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CacheKey(u128);

/// A host that is no shop's, and that nobody has allowed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{host}` is no host of the fleet")]
pub struct ForeignHost {
    /// The host.
    pub host: String,
}

/// Makes targets of URLs.
#[derive(Clone, Debug)]
pub struct Variants {
    shops: HashMap<String, Arc<Known>>,
    allowed: HashSet<String>,
    wanted: Wanted,
    /// `None` where everything is to be warmed.
    purged: Option<Purged>,
}

/// A shop whose URLs are read.
#[derive(Debug)]
struct Known {
    name: String,
    /// Without its keys: a signature is the edge's to verify, and its answer tells what has expired.
    policy: Policy,
    is_signed: bool,
}

/// Extensions of pictures.
const PICTURES: [&str; 9] = ["avif", "bmp", "gif", "heic", "jpeg", "jpg", "png", "tiff", "webp"];
/// Extensions of what is compressed already: it is the same for every encoding.
const COMPRESSED: [&str; 12] =
    ["br", "gz", "ico", "mov", "mp3", "mp4", "ogg", "pdf", "webm", "woff", "woff2", "zip"];

impl Variants {
    /// For the shops of a fleet, and for other hosts that were allowed by name.
    pub fn new(shops: Vec<Shop>, allowed: &[String], wanted: Wanted) -> Self {
        let shops = shops.into_iter().flat_map(|shop| {
            let Shop { name, hosts, policy } = shop;
            let is_signed = policy.signing.is_some();
            let policy = Policy { signing: None, ..policy };
            let known = Arc::new(Known { name, policy, is_signed });
            hosts.into_iter().map(move |host| (host, Arc::clone(&known)))
        });
        let allowed = allowed.iter().map(|host| host_name(host)).collect();
        Self { shops: shops.collect(), allowed, wanted, purged: None }
    }

    /// Makes targets only of what was taken out of the caches of these shops.
    #[must_use]
    pub fn only(self, purged: Purged) -> Self {
        Self { purged: Some(purged), ..self }
    }

    /// The requests for a URL, and what their answers are kept under.
    ///
    /// # Errors
    /// [`ForeignHost`], where the URL leads away from what may be warmed.
    pub fn of(&self, url: &Url) -> Result<Vec<(Target, CacheKey)>, ForeignHost> {
        let host = host_name(url.host_str().unwrap_or_default());
        let mut url = url.clone();
        url.set_fragment(None);
        match self.shops.get(&host) {
            Some(shop) => Ok(self.of_shop(shop, &url)),
            None if !self.allowed.contains(&host) => Err(ForeignHost { host }),
            // What was purged was so at the shops alone.
            None if self.purged.is_some() => Ok(Vec::new()),
            None => Ok(self.of_stranger(&url)),
        }
    }

    fn of_shop(&self, shop: &Known, url: &Url) -> Vec<(Target, CacheKey)> {
        let mut urls = vec![url.clone()];
        if self.wanted.originals_as_variants && is_original(url, shop) {
            urls.extend(variants_of_original(url, &shop.policy));
        }
        let meant = urls.iter().filter(|url| self.is_meant(shop, url));
        meant.flat_map(|url| self.of_one(shop, url)).collect()
    }

    fn is_meant(&self, shop: &Known, url: &Url) -> bool {
        let Some(purged) = &self.purged else { return true };
        let picture = asked(url, Wish::Avif, &shop.policy);
        let known = picture.as_ref().map(|picture| purged::Known {
            edge_path: &picture.edge_path,
            sources: &picture.sources,
        });
        purged.takes(url, known.as_ref())
    }

    fn of_one(&self, shop: &Known, url: &Url) -> Vec<(Target, CacheKey)> {
        let wishes = match asked(url, Wish::Avif, &shop.policy) {
            Some(variant) if variant.is_negotiated => &self.wanted.pictures,
            Some(_) => return vec![target(url, Wish::Plain, &shop.policy, &shop.name)],
            None => return self.of_stranger(url),
        };
        let mut targets: Vec<(Target, CacheKey)> = Vec::with_capacity(wishes.len());
        for wish in wishes {
            let next = target(url, *wish, &shop.policy, &shop.name);
            if targets.iter().all(|(_, key)| *key != next.1) {
                targets.push(next);
            }
        }
        targets
    }

    /// What is known of a URL by its look alone.
    fn of_stranger(&self, url: &Url) -> Vec<(Target, CacheKey)> {
        let extension = extension(url);
        let is = |list: &[&str]| list.contains(&extension.as_str());
        let plain = [Wish::Plain];
        let wishes: &[Wish] =
            if is(&PICTURES) || is(&COMPRESSED) { &plain } else { &self.wanted.texts };
        let of = |wish: &Wish| {
            let key = CacheKey::of(&[url.as_str(), wish.label()]);
            (Target { url: url.to_string(), wish: *wish }, key)
        };
        wishes.iter().map(of).collect()
    }
}

impl CacheKey {
    fn of(parts: &[&str]) -> Self {
        let mut hasher = SipHasher13::new();
        for part in parts {
            std::hash::Hasher::write(&mut hasher, part.as_bytes());
            // No part has it, so that two keys never run into one another.
            std::hash::Hasher::write_u8(&mut hasher, 0);
        }
        Self(hasher.finish128().as_u128())
    }

    pub(crate) fn bits(self) -> u128 {
        self.0
    }
}

/// How a URL of a picture is understood.
struct Asked {
    edge_path: String,
    is_negotiated: bool,
    /// Where the original may be.
    sources: Vec<String>,
}

/// What a picture's URL asks for of a browser of this kind; `None` of what is no variant.
fn asked(url: &Url, wish: Wish, policy: &Policy) -> Option<Asked> {
    let mut request = Request::get(&url[url::Position::BeforePath..url::Position::AfterQuery]);
    request.headers.insert(ACCEPT, http::HeaderValue::from_static(wish.accept()));
    let Step::Fetch(job) = accept(&request, policy) else { return None };
    let place = |source: &SourceRef| match source {
        SourceRef::Path(path) => path.encoded(),
        SourceRef::Remote(remote) => remote.uri().to_string(),
    };
    Some(Asked {
        sources: job.sources().map(place).collect(),
        edge_path: job.edge_path(&policy.brand),
        is_negotiated: job.vary().any(|header| header.eq_ignore_ascii_case("accept")),
    })
}

fn target(url: &Url, wish: Wish, policy: &Policy, shop: &str) -> (Target, CacheKey) {
    let path = asked(url, wish, policy).map_or_else(|| url.to_string(), |asked| asked.edge_path);
    (Target { url: url.to_string(), wish }, CacheKey::of(&[shop, &path]))
}

/// Whether a URL names a picture as it was uploaded, of which variants may be made.
fn is_original(url: &Url, shop: &Known) -> bool {
    let rules = &shop.policy.sources.paths;
    let path = url.path().trim_start_matches('/');
    let is_below = |prefix: &String| path.starts_with(prefix.trim_start_matches('/'));
    let is_source = rules.is_empty() || rules.iter().any(is_below);
    !shop.is_signed
        && url.query().is_none()
        && PICTURES.contains(&extension(url).as_str())
        && is_source
        && asked(url, Wish::Avif, &shop.policy).is_none()
}

/// An original in the widths and presets of its shop, as URLs of a language that the shop speaks.
fn variants_of_original(url: &Url, policy: &Policy) -> Vec<Url> {
    if !policy.dialects.cloudflare {
        let widths = policy.widths.iter().filter(|width| **width > 0);
        let of = |width: &u32| {
            let mut url = url.clone();
            url.set_query(Some(&format!("width={width}")));
            url
        };
        return widths.map(of).collect();
    }
    let presets = policy.presets.keys().map(|name| format!("preset={name}"));
    let widths = policy.widths.iter().filter(|width| **width > 0);
    let widths = widths.map(|width| format!("width={width},format=auto"));
    let of = |options: String| {
        let mut variant = url.clone();
        variant.set_path(&format!("/cdn-cgi/image/{options}{}", url.path()));
        variant
    };
    presets.chain(widths).map(of).collect()
}

fn extension(url: &Url) -> String {
    let name = url.path().rsplit('/').next().unwrap_or_default();
    name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).unwrap_or_default()
}

#[cfg(test)]
mod tests;
