//! The shop that nobody has, imported.

use cloudflare_zone::{Report, Requests, Verdict, fleet_text, read, translate};
use cloudformation::{Assignment, render};

use crate::shop::shop;
use crate::table::{fleet, import, table};

#[test]
fn the_shop_becomes_sites() {
    let import = import(&shop());
    let fleet = fleet(&import);
    let names: Vec<_> =
        fleet.sites.iter().map(|site| (site.name.as_str(), site.domains.clone())).collect();
    assert_eq!(
        names,
        [
            ("shop", vec!["shop.example".to_owned()]),
            ("shop-static", vec!["static.shop.example".to_owned()]),
            ("shop-www", vec!["www.shop.example".to_owned()]),
        ]
    );
    // Nothing of the redirects is to be read: there are 3,000 more of the same.
    let short = |text: String| {
        let lines =
            text.lines().filter(|line| !line.starts_with("\"/p/") && !line.starts_with("\"/old-"));
        lines.collect::<Vec<_>>().join("\n")
    };
    insta::assert_snapshot!("shop_fleet", short(fleet_text(&import.sites)));
    let mut short = import;
    short
        .findings
        .retain(|it| it.feature.key != "bulk-redirect" && !it.label.starts_with("redirect-"));
    insta::assert_snapshot!("shop_verdicts", table(&short));
}

#[test]
fn the_shop_is_covered_and_renders() {
    let import = import(&shop());
    let report = Report::of(&import);
    assert_eq!(report.coverage().all, 3_154);
    assert!(report.coverage().percent() > 99.0, "{:?}", report.coverage());
    assert!(report.coverage_of_rules().percent() > 90.0, "{:?}", report.coverage_of_rules());
    let rendered = render(&fleet(&import), &Assignment::default()).unwrap();
    let pairs: usize = rendered.pairs.values().map(Vec::len).sum();
    assert!(pairs > 3_000, "{pairs} pairs");
}

#[test]
fn what_is_left_has_its_part_of_the_traffic() {
    let requests = Requests::from([
        ("https://shop.example/blog/one".to_owned(), 30),
        ("https://shop.example/shop/two".to_owned(), 10),
        ("https://shop.example/".to_owned(), 60),
    ]);
    let mut files = shop();
    for file in &mut files {
        // Neither can be said by wildcards.
        let lower = "lower(http.request.uri.path)";
        file.text = file.text.replace(
            "blog.example\\\", http.request.uri.path",
            &format!("blog.example\\\", {lower}"),
        );
        file.text = file
            .text
            .replace("regex_replace(http.request.uri.path, \\\"^/shop/\\\", \\\"/\\\")", lower);
    }
    let import = translate(&read(&files), &requests);
    let manual = import.findings.iter().filter(|it| matches!(it.verdict, Verdict::Manual { .. }));
    let shares: Vec<_> = manual
        .filter_map(|it| it.share.filter(|share| *share > 0.0).map(|share| (it.id.as_str(), share)))
        .collect();
    assert_eq!(shares, [("blog", 0.3), ("rewrite", 0.1)]);
}
