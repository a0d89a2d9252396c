//! What a cache policy keeps, for how long, by which key
//! (<https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Expiration.html>).

use cloudflare_rules::Request;
use fleet::delivery::KeyPart;

use super::behavior::BehaviorModel;
use crate::outcome::{COUNTRY, DEVICE, Key, SAID, Said, names_of};

/// Seconds that each answer is kept.
pub(super) fn seconds(behavior: &BehaviorModel, request: &Request) -> [Option<u64>; SAID.len()] {
    let profile = &behavior.profile;
    let is_read = matches!(request.method.as_str(), "GET" | "HEAD");
    SAID.map(|Said { max_age, is_private, .. }| {
        if profile.is_never() || !is_read {
            return None;
        }
        if is_private {
            return Some(profile.min_ttl).filter(|it| *it > 0);
        }
        let seconds = max_age
            .unwrap_or(profile.default_ttl)
            .clamp(profile.min_ttl, profile.max_ttl.max(profile.min_ttl));
        Some(seconds).filter(|it| *it > 0)
    })
}

/// The key of a request.
pub(super) fn key(behavior: &BehaviorModel, query: &str) -> Key {
    let profile = &behavior.profile;
    let mut key = Key { has_host: behavior.behavior.forward_all, ..Key::default() };
    let names = names_of(query).filter(|name| counts(&profile.query, name));
    key.query = names.map(str::to_owned).collect();
    for name in &profile.headers {
        let lower = name.to_ascii_lowercase();
        match lower.as_str() {
            "host" => key.has_host = true,
            "cloudfront-is-mobile-viewer" | "cloudfront-is-tablet-viewer" => {
                key.headers.insert(DEVICE.to_owned());
            }
            "cloudfront-viewer-country" => {
                key.headers.insert(COUNTRY.to_owned());
            }
            _ => {
                key.headers.insert(lower);
            }
        }
    }
    match &profile.cookies {
        KeyPart::None => {}
        KeyPart::All => {
            key.cookies.insert("every cookie".to_owned());
        }
        KeyPart::Named(names) => key.cookies.extend(names.iter().cloned()),
        KeyPart::AllBut(names) => {
            key.cookies.insert(format!("every cookie but {}", names.join(", ")));
        }
    }
    key
}

/// What of a query the origin gets where it gets no more than the key has.
pub(super) fn forwarded(behavior: &BehaviorModel, query: &str) -> String {
    let pairs = query.split('&').filter(|pair| {
        let name = pair.split('=').next().unwrap_or(pair);
        counts(&behavior.profile.query, name)
    });
    pairs.collect::<Vec<_>>().join("&")
}

fn counts(part: &KeyPart, name: &str) -> bool {
    match part {
        KeyPart::None => false,
        KeyPart::All => true,
        KeyPart::Named(names) => names.iter().any(|own| own == name),
        KeyPart::AllBut(names) => !names.iter().any(|own| own == name),
    }
}
