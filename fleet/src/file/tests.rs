use std::collections::BTreeMap;
use std::path::Path;

use edge_resizer::Policy;
use edge_resizer::policy::{Dialects, Limits, Sizing};

use super::*;
use crate::delivery::{Connection, DeliveryOrigin, Place};

fn parse(text: &str) -> Result<Fleet, FleetError> {
    Fleet::parse(text, Path::new("/srv"), "fleet.toml")
}

/// The problems of a text, exactly as they are shown.
fn problems(text: &str) -> String {
    parse(text).expect_err(text).to_string()
}

#[test]
fn sites_are_read_over_the_defaults() {
    let fleet = parse(
        r#"
        [defaults.images]
        widths = [320, 640]
        limits = { frames = 10, output_side = 4096 }

        [[sites]]
        name = "aurora"
        domains = ["aurora.example", "www.aurora.example"]
        origin = { folder = "aurora/files" }

        [[sites]]
        name = "borealis"
        domains = []
        origin = { s3 = { bucket = "b", prefix = "p/" } }
        [sites.images]
        brand = "north"
        widths = [100]
        sizing = "strict"
        limits.frames = 20
        dialects.shopify = false

        [[sites]]
        name = "c"
        domains = ["xn--grn-1na.example"]
        origin.http = { url = "https://shop.example/base", allow_private = true }
        "#,
    )
    .unwrap();
    let [aurora, borealis, c] = fleet.sites.as_slice() else { panic!("{:?}", fleet.sites) };
    let limits = Limits { frames: 10, output_side: 4096, ..Limits::default() };
    assert_eq!(
        aurora,
        &Site {
            name: "aurora".into(),
            domains: vec!["aurora.example".into(), "www.aurora.example".into()],
            origin: Origin::Folder("/srv/aurora/files".into()),
            images: Policy {
                brand: "aurora".into(),
                widths: vec![320, 640],
                limits,
                ..Policy::default()
            },
            delivery: Delivery {
                origins: BTreeMap::from([(
                    "default".into(),
                    DeliveryOrigin {
                        place: Place::Public(Origin::Folder("/srv/aurora/files".into())),
                        connection: Connection::default(),
                    }
                )]),
                ..Delivery::default()
            },
        }
    );
    assert_eq!(
        borealis.origin,
        Origin::S3 {
            bucket: "b".into(),
            prefix: "p/".into(),
            region: None,
            endpoint: None,
            replicas: BTreeMap::new(),
        }
    );
    assert_eq!(
        borealis.images,
        Policy {
            brand: "north".into(),
            widths: vec![100],
            sizing: Sizing::Strict,
            limits: Limits { frames: 20, ..limits },
            dialects: Dialects { shopify: false, ..Dialects::default() },
            ..Policy::default()
        }
    );
    assert_eq!(
        c.origin,
        Origin::Http { url: "https://shop.example/base".into(), allow_private: true }
    );
    assert_eq!(fleet.site("c"), Some(c));
    assert_eq!(fleet.site("d"), None);
    for (host, want) in [
        ("www.aurora.example", Some(aurora)),
        ("borealis.localhost", Some(borealis)),
        ("borealis", None),
        ("localhost", None),
        ("example", None),
    ] {
        assert_eq!(fleet.site_of_host(host), want, "{host}");
    }
}

#[test]
fn an_absolute_folder_stays() {
    let text = r#"sites = [{ name = "a", domains = [], origin = { folder = "/data" } }]"#;
    assert_eq!(parse(text).unwrap().sites[0].origin, Origin::Folder("/data".into()));
}

#[test]
fn all_problems_are_told_at_once() {
    let text = r#"[defaults.images]
widht = [320]
sizing = "snapp"

[[sites]]
name = "Aurora"
domain = ["aurora.example"]
origin = { foldr = "a" }

[[sites]]
name = "b"
domains = ["b.example", "B.example", "b.example"]
origin = { http = { url = "ftp://b.example" } }
images = { quality = { jpeg = 0, webp = "high" } }

[[sites]]
name = "b"
domains = "c.example"
origin = { s3 = { bucket = "c", regoin = "eu-west-1" } }
"#;
    assert_eq!(problems(text), include_str!("problems.txt").trim_end());
}

#[test]
fn problems_are_worded_for_people() {
    const SITE: &str = "[[sites]]\nname = \"a\"\ndomains = []\n";
    for (text, want) in [
        ("", "1:1: there are no sites"),
        ("sites = []", "1:1: there are no sites"),
        ("sites = 5", "1:9: expected a list, found integer"),
        ("sites = [5]", "1:10: expected a table, found integer"),
        ("defaults = 5", "1:12: expected a table, found integer"),
        ("site = 1", "1:1: unknown key `site`"),
        ("[[sites]", "1:9: unclosed array table, expected `]`"),
        ("a = \nb = ", "1:5: "),
        ("a = 1\na = 2", "2:1: duplicate key"),
        ("ä = 1", "1:1: "),
        (&format!("{SITE}origin = {{ }}"), "4:10: an origin is a table with one key"),
        (&format!("{SITE}origin = \"f\""), "4:10: an origin is a table with one key"),
        (
            &format!("{SITE}origin = {{ folder = 5 }}"),
            "4:21: expected a path in quotes, found integer `5`",
        ),
        (&format!("{SITE}origin.s3 = {{ }}"), "4:13: `bucket` is missing"),
        (&format!("{SITE}origin.s3 = {{ bucket = \"\" }}"), "4:1: the bucket has no name"),
        (
            // The user info is not shown.
            &format!("{SITE}origin.http = {{ url = \"http://u:p@h\" }}"),
            "4:1: the URL cannot be an origin\n  |\n4 | origin.http = { url = \"************\" }",
        ),
        (
            &format!("{SITE}origin.folder = \"f\"\nimages.widths = [-1]"),
            "5:18: expected a whole number, 0 or more, found integer `-1`",
        ),
        (
            &format!("{SITE}origin.folder = \"f\"\nimages.limits = 5"),
            "5:17: expected a table, found integer `5`",
        ),
        (
            &format!("{SITE}origin.folder = \"f\"\n[sites.images.signing]\n"),
            "5:1: `keys` is missing",
        ),
    ] {
        let told = problems(text);
        assert!(told.contains(&format!("\n\nfleet.toml:{want}")), "{text:?}: {told}");
    }
}

#[test]
fn names_and_domains_are_host_names() {
    let long = "a".repeat(64);
    for (name, domain) in [
        ("-a", "a..example"),
        ("a-", "a.example."),
        ("a_b", "https://a.example"),
        ("", ""),
        ("a.b", "a.example:80"),
        ("ä", "ä.example"),
        (long.as_str(), long.as_str()),
        ("a b", "*.example"),
    ] {
        let text = format!(
            "sites = [{{ name = \"{name}\", domains = [\"{domain}\"], origin.folder = \"f\" }}]"
        );
        let told = problems(&text);
        assert!(told.contains(&format!("`{name}` cannot be a site's name")), "{told}");
        assert!(told.contains(&format!("`{domain}` is not a domain")), "{told}");
    }
}

#[test]
fn a_mistake_in_the_defaults_is_told_once() {
    let site = |name| format!("[[sites]]\nname='{name}'\ndomains=[]\norigin.folder='f'\n");
    let text = format!("[defaults.images]\nsvg = 1\n{}{}", site("a"), site("b"));
    assert!(problems(&text).starts_with("fleet.toml has a problem\n"), "{}", problems(&text));
}

#[test]
fn secrets_are_not_shown() {
    let text = "[defaults.images.signing]\nkeys = [\"hush-hush\", 5]\n[[sites]]\nname='a'\n\
                domains=[]\norigin.folder='f'\n";
    let told = problems(text);
    assert!(told.contains("keys = [\"*********\", 5]"), "{told}");
    assert!(!told.contains("hush"), "{told}");
}

#[test]
fn a_missing_file_is_named() {
    let error = Fleet::read(Path::new("no/fleet.toml")).unwrap_err();
    assert_eq!(error.to_string(), "cannot read no/fleet.toml");
    assert!(std::error::Error::source(&error).is_some());
}
