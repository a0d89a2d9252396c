//! Which behaviors a site has in the end, and in which order CloudFront tries them.
//!
//! CloudFront takes the first pattern that matches, so the order is part of what a site is. Beside
//! what the file says stand the behaviors that every shop needs and nobody should have to remember:
//!
//! | pattern | what happens | why |
//! |---|---|---|
//! | `/cdn-cgi/image/*` and the paths of originals | cache `images`, read only | pictures are made once |
//! | `/cart*`, `/checkout*`, `/account*` | cache `never`, every method, all is forwarded | one shopper's page must not be another's |
//! | `*` | cache `origin`, every method, all is forwarded | kept only where the origin says so |
//!
//! Each gives way to a behavior that the file writes for the same pattern, and all but `*` go where
//! the file says `enabled = false`.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use edge_resizer::Policy;

use super::{Behavior, Delivery, ImageShape, Methods};

/// The pattern of every path that no other matches.
pub const EVERY_PATH: &str = "*";

/// Where Cloudflare's language of picture URLs lives.
const CLOUDFLARE_IMAGES: &str = "/cdn-cgi/image/*";

/// Paths of a shop whose answers belong to one shopper. The wildcard takes in `/cart.js` and
/// `/checkouts/…`; that it takes in `/cartoons` too costs a cache hit and nothing else.
pub const PERSONAL_PATHS: [&str; 3] = ["/account*", "/cart*", "/checkout*"];

/// Keys of the query by which marketing tells visits apart. They say nothing about the answer: in a
/// cache key each of them makes a copy of a page for each click.
///
/// A name that ends in `*` stands for all that begin so.
///
/// | keys | whose |
/// |---|---|
/// | `utm_*`, `gclid`, `gclsrc`, `gbraid`, `wbraid`, `dclid`, `gad_*`, `srsltid`, `_ga`, `_gl` | Google |
/// | `fbclid`, `igshid` | Meta |
/// | `msclkid` | Microsoft |
/// | `mc_cid`, `mc_eid` | Mailchimp |
/// | `ttclid`, `twclid`, `li_fat_id`, `epik`, `ScCid`, `rdt_cid` | TikTok, X, LinkedIn, Pinterest, Snapchat, Reddit |
/// | `yclid`, `ysclid` | Yandex |
/// | `_hsenc`, `_hsmi`, `hsCtaTracking`, `mkt_tok`, `_kx`, `klaviyo*`, `vero_id`, `s_kwcid` | HubSpot, Marketo, Klaviyo, Vero, Adobe |
/// | `irclickid`, `cjevent`, `awc`, `zanpid`, `wickedid`, `oly_*` | affiliates and newsletters |
pub const MARKETING_PARAMETERS: [&str; 37] = [
    "ScCid",
    "_ga",
    "_gl",
    "_hsenc",
    "_hsmi",
    "_kx",
    "awc",
    "cjevent",
    "dclid",
    "epik",
    "fbclid",
    "gad_*",
    "gbraid",
    "gclid",
    "gclsrc",
    "hsCtaTracking",
    "igshid",
    "irclickid",
    "klaviyo*",
    "li_fat_id",
    "mc_cid",
    "mc_eid",
    "mkt_tok",
    "msclkid",
    "oly_*",
    "rdt_cid",
    "s_kwcid",
    "srsltid",
    "ttclid",
    "twclid",
    "utm_*",
    "vero_id",
    "wbraid",
    "wickedid",
    "yclid",
    "ysclid",
    "zanpid",
];

/// Whether marketing alone has a use for that key of the query; case does not count.
pub fn is_marketing_parameter(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    MARKETING_PARAMETERS.iter().map(|known| known.to_ascii_lowercase()).any(|known| {
        known.strip_suffix('*').map_or(name == known, |prefix| name.starts_with(prefix))
    })
}

impl Delivery {
    /// The behaviors of the site in the order in which CloudFront tries them, `*` last: those of the
    /// file and the built-in ones that the file neither overrides nor disables.
    ///
    /// First come the patterns with an `order`, lowest first; then those without a wildcard; then
    /// the others, the one with the longer text before its first wildcard first.
    ///
    /// Pictures have behaviors of their own where [`ImageShape`] is not `off`: `/cdn-cgi/image/*`
    /// where the policy reads Cloudflare's URLs, and the paths of its originals (`/photos/` as
    /// `/photos/*`) where it reads Shopify's. A policy without such paths reads Shopify's URLs in
    /// `cdn-cli dev` alone: CloudFront cannot tell its pictures from pages by a path.
    pub fn behaviors_in_order(&self, images: &Policy) -> Vec<(String, Behavior)> {
        let mut behaviors = built_in(self.image_shape, images);
        behaviors.extend(self.behaviors.clone());
        // Without its last resort a distribution cannot be.
        let last = behaviors.remove(EVERY_PATH).filter(|behavior| behavior.enabled);
        let mut ordered: Vec<_> =
            behaviors.into_iter().filter(|(_, behavior)| behavior.enabled).collect();
        ordered.sort_by(|(a, left), (b, right)| place(a, left).cmp(&place(b, right)));
        ordered.push((EVERY_PATH.to_owned(), last.unwrap_or_else(every_path)));
        ordered
    }
}

/// What is there without being written.
fn built_in(shape: ImageShape, images: &Policy) -> BTreeMap<String, Behavior> {
    let personal = PERSONAL_PATHS.map(|pattern| (pattern.to_owned(), personal()));
    let mut behaviors = BTreeMap::from(personal);
    if shape != ImageShape::Off {
        behaviors.extend(image_patterns(images).map(|pattern| (pattern, pictures())));
    }
    behaviors
}

/// The patterns of the paths under which pictures are made.
fn image_patterns(images: &Policy) -> impl Iterator<Item = String> {
    let cloudflare = images.dialects.cloudflare.then(|| CLOUDFLARE_IMAGES.to_owned());
    let prefixes = images.sources.paths.iter().filter(|_| images.dialects.shopify);
    cloudflare.into_iter().chain(prefixes.map(|prefix| format!("{prefix}*")))
}

fn pictures() -> Behavior {
    Behavior { cache: "images".to_owned(), ..Behavior::default() }
}

fn personal() -> Behavior {
    Behavior { cache: "never".to_owned(), ..every_path() }
}

fn every_path() -> Behavior {
    Behavior { methods: Methods::All, forward_all: true, ..Behavior::default() }
}

/// By what patterns are sorted: the order that the file gives, else how special a pattern is, and at
/// last its text, so that the order is always the same.
fn place<'a>(
    pattern: &'a str,
    behavior: &Behavior,
) -> (u32, bool, Reverse<usize>, Reverse<usize>, &'a str) {
    let wildcard = pattern.find(['*', '?']);
    let literal = wildcard.unwrap_or(pattern.len());
    let order = behavior.order.unwrap_or(u32::MAX);
    (order, wildcard.is_some(), Reverse(literal), Reverse(pattern.len()), pattern)
}

#[cfg(test)]
mod tests {
    use edge_resizer::policy::{Dialects, SourceRules};

    use super::*;

    fn photos() -> Policy {
        let sources = SourceRules { paths: vec!["/photos/".into()], ..SourceRules::default() };
        Policy { sources, ..Policy::default() }
    }

    fn patterns(delivery: &Delivery, images: &Policy) -> Vec<String> {
        delivery.behaviors_in_order(images).into_iter().map(|(pattern, _)| pattern).collect()
    }

    #[test]
    fn a_shop_is_safe_without_a_word() {
        let behaviors = Delivery::default().behaviors_in_order(&photos());
        let told: Vec<_> = behaviors
            .iter()
            .map(|(pattern, it)| (pattern.as_str(), it.cache.as_str(), it.methods, it.forward_all))
            .collect();
        assert_eq!(
            told,
            [
                ("/cdn-cgi/image/*", "images", Methods::Read, false),
                ("/checkout*", "never", Methods::All, true),
                ("/account*", "never", Methods::All, true),
                ("/photos/*", "images", Methods::Read, false),
                ("/cart*", "never", Methods::All, true),
                ("*", "origin", Methods::All, true),
            ]
        );
    }

    #[test]
    fn pictures_follow_the_policy_and_the_shape() {
        let shopify_alone =
            Policy { dialects: Dialects { cloudflare: false, shopify: true }, ..photos() };
        let cloudflare_alone =
            Policy { dialects: Dialects { cloudflare: true, shopify: false }, ..photos() };
        let off = Delivery { image_shape: ImageShape::Off, ..Delivery::default() };
        for (delivery, policy, want) in [
            (&Delivery::default(), &shopify_alone, vec!["/photos/*"]),
            (&Delivery::default(), &cloudflare_alone, vec!["/cdn-cgi/image/*"]),
            (&Delivery::default(), &Policy::default(), vec!["/cdn-cgi/image/*"]),
            (&off, &photos(), vec![]),
        ] {
            let mut pictures = patterns(delivery, policy);
            pictures.retain(|it| it != "*" && !PERSONAL_PATHS.contains(&it.as_str()));
            assert_eq!(pictures, want);
        }
    }

    #[test]
    fn the_file_overrides_disables_and_orders() {
        let of = |order, enabled| Behavior { order, enabled, ..Behavior::default() };
        let behaviors = BTreeMap::from([
            ("/robots.txt".to_owned(), of(None, true)),
            ("*.css".to_owned(), of(Some(2), true)),
            ("/assets/*".to_owned(), of(Some(1), true)),
            ("/a?".to_owned(), of(None, true)),
            ("/cart*".to_owned(), of(None, false)),
            ("/account*".to_owned(), of(None, true)),
            ("*".to_owned(), Behavior { cache: "static".to_owned(), ..of(None, true) }),
        ]);
        let delivery = Delivery { behaviors, image_shape: ImageShape::Off, ..Delivery::default() };
        let behaviors = delivery.behaviors_in_order(&Policy::default());
        let patterns: Vec<_> = behaviors.iter().map(|(pattern, _)| pattern.as_str()).collect();
        assert_eq!(
            patterns,
            ["/assets/*", "*.css", "/robots.txt", "/checkout*", "/account*", "/a?", "*"]
        );
        assert_eq!(behaviors[4].1, Behavior::default());
        assert_eq!(behaviors[6].1.cache, "static");
    }

    #[test]
    fn a_distribution_has_a_last_resort() {
        let none = Behavior { enabled: false, ..Behavior::default() };
        let behaviors = BTreeMap::from([("*".to_owned(), none)]);
        let delivery = Delivery { behaviors, ..Delivery::default() };
        let last = delivery.behaviors_in_order(&Policy::default()).pop();
        assert_eq!(last, Some(("*".to_owned(), every_path())));
    }

    #[test]
    fn marketing_is_known_by_name_and_prefix() {
        for (name, want) in [
            ("utm_source", true),
            ("UTM_Campaign", true),
            ("gclid", true),
            ("sccid", true),
            ("gad_source", true),
            ("page", false),
            ("utm", false),
            ("gclid2", false),
            ("", false),
        ] {
            assert_eq!(is_marketing_parameter(name), want, "{name}");
        }
        assert!(MARKETING_PARAMETERS.is_sorted());
    }
}
