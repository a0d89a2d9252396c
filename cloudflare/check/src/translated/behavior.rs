//! Which behavior a path has.

use cloudflare_rules::Request;
use fleet::Site;
use fleet::delivery::{Behavior, CacheProfile, ImageShape, Methods, Place, ViewerProtocol};

use crate::outcome::{Outcome, Refusal, absolute, with_query};

/// A behavior, ready to be asked.
pub(super) struct BehaviorModel {
    pub(super) pattern: Pattern,
    pub(super) behavior: Behavior,
    pub(super) profile: CacheProfile,
    /// Whether the core that makes pictures stands behind it.
    pub(super) is_of_pictures: bool,
    methods: Methods,
}

/// A path pattern: `*` is any characters, `?` any one; case counts
/// (<https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html>).
pub(super) struct Pattern(Vec<u8>);

/// The behaviors of a site, in the order in which CloudFront tries them.
pub(super) fn all(site: &Site) -> Vec<BehaviorModel> {
    let delivery = &site.delivery;
    let behaviors = delivery.behaviors_in_order(&site.images).into_iter();
    let models = behaviors.map(|(pattern, behavior)| {
        let own = delivery.caches.get(&behavior.cache).cloned();
        let profile = own.or_else(|| CacheProfile::built_in(&behavior.cache));
        let origin = delivery.origins.get(&behavior.origin);
        let is_bucket =
            origin.is_some_and(|it| matches!(it.place, Place::Public(fleet::Origin::S3 { .. })));
        let is_of_pictures = behavior.cache == "images" && delivery.image_shape != ImageShape::Off;
        // Nobody writes to buckets, nor to pictures.
        let methods = match behavior.methods {
            Methods::All if is_bucket || is_of_pictures => Methods::ReadOptions,
            methods => methods,
        };
        BehaviorModel {
            pattern: Pattern(pattern.into_bytes()),
            profile: profile.unwrap_or_default(),
            is_of_pictures,
            methods,
            behavior,
        }
    });
    models.collect()
}

impl BehaviorModel {
    /// What comes of HTTP without encryption, where it is not answered.
    pub(super) fn protocol(&self, request: &Request) -> Option<Outcome> {
        if request.is_https {
            return None;
        }
        match self.behavior.protocol {
            ViewerProtocol::Both => None,
            ViewerProtocol::Https => Some(Outcome::Refused(Refusal::Blocked)),
            ViewerProtocol::Redirect => {
                let is_read = matches!(request.method.as_str(), "GET" | "HEAD");
                let url = absolute(&request.path, true, &request.host);
                Some(Outcome::Redirected {
                    status: if is_read { 301 } else { 307 },
                    location: with_query(&url, &request.query),
                })
            }
        }
    }

    /// What comes of a method that it has not.
    pub(super) fn method(&self, request: &Request) -> Option<Outcome> {
        let own: &[&str] = match self.methods {
            Methods::Read => &["GET", "HEAD"],
            Methods::ReadOptions => &["GET", "HEAD", "OPTIONS"],
            Methods::All => &["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"],
        };
        let is_own = own.contains(&request.method.as_str());
        (!is_own).then_some(Outcome::Refused(Refusal::Method))
    }
}

impl Pattern {
    pub(super) fn matches(&self, path: &str) -> bool {
        glob(&self.0, path.as_bytes())
    }
}

fn glob(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut of) = (0, 0);
    // Where the last star stands, and what it has taken so far.
    let mut star: Option<(usize, usize)> = None;
    while at < text.len() {
        match pattern.get(of) {
            Some(b'*') => {
                star = Some((of, at));
                of += 1;
            }
            Some(byte) if *byte == b'?' || *byte == text[at] => {
                at += 1;
                of += 1;
            }
            _ => match star {
                Some((place, taken)) => {
                    star = Some((place, taken + 1));
                    of = place + 1;
                    at = taken + 1;
                }
                None => return false,
            },
        }
    }
    pattern[of..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_paths() {
        for (pattern, path, want) in [
            ("*", "/", true),
            ("/a/*", "/a/", true),
            ("/a/*", "/a", false),
            ("/a*", "/a", true),
            ("*.jpg", "/a/b.jpg", true),
            ("*.jpg", "/a/b.JPG", false),
            ("*.jpg", "/.jpg", true),
            ("/a?c", "/abc", true),
            ("/a?c", "/ac", false),
            ("/a*b*c", "/axxbyyc", true),
            ("/a*b*c", "/axxbyy", false),
            ("/a", "/a", true),
            ("/*", "/x", true),
        ] {
            let matched = Pattern(pattern.as_bytes().to_vec()).matches(path);
            assert_eq!(matched, want, "{pattern} {path}");
        }
    }
}
