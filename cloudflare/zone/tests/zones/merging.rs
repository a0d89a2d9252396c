//! A new import beside a file that people changed.

use cloudflare_zone::{Conflict, fleet_text, merge};

use crate::shop::shop;
use crate::table::import;

const BASE: &str = "[[sites]]\nname = \"a\"\ndomains = [\"a.example\"]\nhttp3 = false\n\n[sites.redirects]\n\"/x\" = \"/y\"\n";

#[test]
fn what_cloudflare_changed_follows_and_hand_edits_stay() {
    let own = "# Ours.\n[[sites]]\nname = \"a\" # the first\ndomains = [\"a.example\", \"b.example\"]\nhttp3 = false\nwave = 0\n\n[sites.redirects]\n\"/x\" = \"/y\"\n\"/mine\" = \"/z\"\n";
    let new = BASE
        .replace("http3 = false\n", "")
        .replace("\"/x\" = \"/y\"", "\"/x\" = \"/y\"\n\"/new\" = \"/n\"");
    let merged = merge(BASE, own, &new).unwrap();
    assert_eq!(
        merged.text,
        "# Ours.\n[[sites]]\nname = \"a\" # the first\ndomains = [\"a.example\", \"b.example\"]\nwave = 0\n\n[sites.redirects]\n\"/x\" = \"/y\"\n\"/mine\" = \"/z\"\n\"/new\" = \"/n\"\n"
    );
    assert_eq!(merged.changed, ["sites.a.http3", "sites.a.redirects./new"]);
    assert_eq!(merged.conflicts, []);
}

#[test]
fn what_both_changed_stays_and_is_told() {
    let own = BASE.replace("\"/y\"", "\"/ours\"");
    let new = BASE.replace("\"/y\"", "\"/theirs\"");
    let merged = merge(BASE, &own, &new).unwrap();
    assert_eq!(merged.text, own);
    let imported = Some("\"/theirs\"".to_owned());
    assert_eq!(merged.conflicts, [Conflict { key: "sites.a.redirects./x".to_owned(), imported }]);
}

#[test]
fn sites_come_and_go() {
    let two = format!("{BASE}\n[[sites]]\nname = \"b\"\ndomains = [\"b.example\"]\n");
    let merged = merge(BASE, BASE, &two).unwrap();
    assert_eq!((merged.text.as_str(), merged.changed), (two.as_str(), vec!["sites.b".to_owned()]));
    let back = merge(&two, &two, BASE).unwrap();
    assert_eq!((back.text.as_str(), back.changed), (BASE, vec!["sites.b".to_owned()]));
    let edited = two.replace("\"b.example\"", "\"c.example\"");
    let kept = merge(&two, &edited, BASE).unwrap();
    assert_eq!(kept.text, edited);
    assert_eq!(kept.conflicts, [Conflict { key: "sites.b".to_owned(), imported: None }]);
}

#[test]
fn a_change_of_one_setting_is_a_change_of_one_line() {
    let mut files = shop();
    let before = fleet_text(&import(&files).sites);
    let own = before.replace(
        "[[sites]]\nname = \"shop\"\n",
        "[[sites]]\nname = \"shop\"\nwave = 0 # a canary\n",
    );
    let settings = files.iter_mut().find(|file| file.name.contains("settings")).unwrap();
    settings.text = settings.text.replace("\"1.2\"", "\"1.3\"");
    let merged = merge(&before, &own, &fleet_text(&import(&files).sites)).unwrap();
    assert_eq!(merged.conflicts, []);
    assert_eq!(merged.changed, ["sites.shop.tls", "sites.shop-static.tls", "sites.shop-www.tls"]);
    let (old, new): (Vec<_>, Vec<_>) = (own.lines().collect(), merged.text.lines().collect());
    let added: Vec<_> = new.iter().filter(|line| !old.contains(line)).collect();
    assert_eq!(added, [&"tls = \"TLSv1.3_2025\""; 3]);
    assert_eq!(new.len(), old.len() + 3);
}
