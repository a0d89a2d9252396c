//! What holds for every traffic.

use std::collections::BTreeMap;

use fleet::Fleet;
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::prices::GB;
use super::traffic::Row;
use super::*;

const ASSUMED: Assumed = Assumed { cache_hit_ratio: 90, image_milliseconds: 500 };

/// Four shops of every kind that the prices tell apart.
const FLEET: &str = r#"
    [fleet]
    region = "us-east-1"
    [defaults]
    certificate = "none"
    origin = { http = { url = "https://origin.example" }, region = "eu-central-1" }
    [[sites]]
    name = "a"
    domains = ["a.example"]
    [[sites]]
    name = "b"
    domains = ["b.example"]
    image_shape = "lambda-edge"
    price_class = "100"
    [[sites]]
    name = "c"
    domains = ["c.example", "c.other.example"]
    image_shape = "off"
    waf = { enabled = false }
    [[sites]]
    name = "d"
    domains = ["d.example"]
    mode = "tenant"
    logs = { format = "parquet" }
"#;

fn fleet() -> Fleet {
    Fleet::parse(FLEET, "".as_ref(), "fleet.toml").unwrap()
}

fn prices() -> Prices {
    Prices::built_in().unwrap()
}

fn of(rows: &[Row]) -> Estimate {
    let mut traffic: BTreeMap<String, Traffic> = BTreeMap::new();
    for row in rows {
        traffic.entry(row.site.clone()).or_default().add(row);
    }
    estimate(&fleet(), &traffic, ASSUMED, &prices())
}

fn row() -> impl Strategy<Value = Row> {
    let regions: Vec<String> = prices().cloudfront.regions.into_keys().collect();
    let amounts = (0..1_000_000_000_000_u64, 0..10_000_000_000_000_000_u64, 0..1_000_000_000_u64);
    (prop::sample::select(vec!["a", "b", "c", "d"]), prop::sample::select(regions), amounts)
        .prop_map(|(site, region, (requests, bytes, made))| Row {
            site: site.to_owned(),
            region,
            requests,
            bytes,
            image_misses: Some(made),
            image_bytes: Some(bytes / 100),
            invalidations: made / 1_000,
            ..Row::default()
        })
}

proptest! {
    #[test]
    fn lines_add_up(rows in prop::collection::vec(row(), 0..12)) {
        let estimate = of(&rows);
        let of_lines = |lines: &Lines| lines.lines.iter().filter_map(|it| it.dollars).sum::<Decimal>();
        for site in &estimate.sites {
            prop_assert_eq!(of_lines(&site.lines), site.total);
        }
        let sites: Decimal = estimate.sites.iter().map(|site| site.total).sum();
        prop_assert_eq!(sites + of_lines(&estimate.shared), estimate.total);
        prop_assert!(estimate.total >= Decimal::ZERO, "{}", estimate.total);
    }

    #[test]
    fn more_traffic_never_costs_less(
        rows in prop::collection::vec(row(), 1..8),
        more in row(),
        at in 0..8_usize,
    ) {
        let at = at % rows.len();
        let mut grown = rows.clone();
        grown[at].requests += more.requests;
        grown[at].bytes += more.bytes;
        grown[at].image_misses = Some(rows[at].image_misses.unwrap() + more.image_misses.unwrap());
        prop_assert!(of(&grown).total >= of(&rows).total);
    }

    #[test]
    fn a_tier_begins_at_the_price_where_the_last_one_ends(tier in 0..6_usize, beyond in 1..GB) {
        let prices = prices().cloudfront;
        let border = prices.transfer_tiers[tier] * GB;
        for region in prices.regions.values() {
            let step = prices.transfer(region, border + beyond) - prices.transfer(region, border);
            // What is beyond costs the next tier's price, and a millionth for rounding.
            let want = region.transfer[tier + 1] * Decimal::from(beyond) / Decimal::from(GB);
            prop_assert!((step - want).abs() <= Decimal::new(1, 6), "{step} {want}");
        }
    }
}

/// Figures that can be done on paper.
#[test]
fn a_month_as_the_price_page_would_have_it() {
    let row = Row {
        site: "c".to_owned(),
        region: "europe".to_owned(),
        requests: 25_000_000,
        bytes: 60 * 1_024 * GB,
        ..Row::default()
    };
    let estimate = of(&[row]);
    let lines = |lines: &Lines| {
        let line = |line: &Line| (line.what, line.dollars.map(|it| it.normalize().to_string()));
        lines.lines.iter().map(line).collect::<Vec<_>>()
    };
    let dollars = |text: &str| Some(text.to_owned());
    // 61,440 GB at 0.085; 2,500 times 0.012; 25 times 0.10; 2.5 million by the shield, 250 times 0.009.
    assert_eq!(
        lines(&estimate.sites[0].lines),
        [
            ("transfer", dollars("5222.4")),
            ("requests", dollars("30")),
            ("functions", dollars("2.5")),
            ("function stores", None),
            ("origin shield", dollars("2.25")),
            ("access logs", dollars("0")),
        ]
    );
    // 10,240 at 0.085 and 40,960 at 0.080 and 10,240 at 0.060, less all at 0.085; 1,024 at 0.085;
    // 1,000 times 0.012; twice 0.10.
    assert_eq!(
        lines(&estimate.shared),
        [
            ("transfer, lower tiers", dollars("-460.8")),
            ("transfer, always free", dollars("-87.04")),
            ("requests, always free", dollars("-12")),
            ("functions, always free", dollars("-0.2")),
        ]
    );
    assert_eq!(estimate.total.normalize().to_string(), "4697.11");
}

#[test]
fn plans_say_what_stands_against_them() {
    let rows = ["a", "b", "c", "d"].map(|site| Row {
        site: site.to_owned(),
        requests: 5_000_000,
        bytes: 900 * GB,
        ..Row::default()
    });
    let estimate = of(&rows);
    let told: Vec<_> = estimate.sites.iter().map(|site| site.plan.excluded.join("; ")).collect();
    let own = "it shares its viewer function and store with other sites, and a plan wants its own";
    let acl = "it shares its web ACL with other sites, and a plan wants its own";
    assert_eq!(
        told,
        [
            format!("{own}; {acl}"),
            "its pictures are made by Lambda@Edge: `image_shape = \"function-url\"` would do; "
                .to_owned()
                + &format!("{own}; {acl}"),
            format!("its domains are under several apex domains; {own}"),
            format!("it is a tenant of a shared distribution; {own}; {acl}"),
        ]
    );
    assert!(estimate.sites.iter().all(|site| site.plan.plan.as_deref() == Some("Pro")));
}

#[test]
fn a_site_alone_may_have_a_plan() {
    let text = "[[sites]]\nname = \"a\"\ndomains = [\"a.example\"]\n\
                origin = { http = { url = \"https://o.example\" } }\nimage_shape = \"off\"\n";
    let fleet = Fleet::parse(text, "".as_ref(), "fleet.toml").unwrap();
    let mut traffic = Traffic::default();
    traffic.add(&Row { requests: 9_000_000, bytes: 2_000 * GB, ..Row::default() });
    let traffic = BTreeMap::from([("a".to_owned(), traffic)]);
    let estimate = estimate(&fleet, &traffic, ASSUMED, &prices());
    let plan = &estimate.sites[0].plan;
    assert_eq!((plan.verdict, plan.plan.as_deref()), (Verdict::Cheaper, Some("Pro")));
    assert_eq!(plan.month, Some(Decimal::from(15)));
}

#[test]
fn a_file_is_csv_or_json() {
    let csv = "site,region,requests,bytes\na,europe,10,20\na,us,1,2\n b , , 5 , 6 \n";
    let json = r#"[{"site":"a","region":"europe","requests":10,"bytes":20},
                   {"site":"a","requests":1,"bytes":2},{"site":"b","requests":5,"bytes":6}]"#;
    let from_csv = read(csv, &prices()).unwrap();
    assert_eq!(from_csv, read(json, &prices()).unwrap());
    assert_eq!(from_csv["a"].regions["us"], (1, 2));
    for (text, want) in [
        ("site,region,requests\na,mars,1\n", "row 1: there is no region `mars`"),
        ("site,requests\n,1\n", "row 1 names no site"),
        ("site,request\na,1\n", "reading it as CSV"),
        ("[{]", "reading it as JSON"),
    ] {
        let error = read(text, &prices()).unwrap_err().to_string();
        assert!(error.starts_with(want), "{error}");
    }
}

#[test]
fn quantities_and_sizes_have_units() {
    for (text, want) in [("250000", 250_000), ("800k", 800_000), ("2.5M", 2_500_000)] {
        assert_eq!(quantity(text), Ok(want), "{text}");
    }
    for (text, want) in [("12", 12), ("400GB", 400_000_000_000), ("1.5 TiB", 1_649_267_441_664)] {
        assert_eq!(size(text), Ok(want), "{text}");
    }
    for text in ["", "-1", "x", "1e", "99999999999999999999TB"] {
        assert!(size(text).is_err() && quantity(text).is_err(), "{text}");
    }
}

#[test]
fn every_table_says_where_it_holds_and_how_old_it_is_or_that_nobody_knows() {
    let sources = Prices::built_in().unwrap().sources();
    for source in &sources {
        assert!(source.page.starts_with("https://"), "{}", source.of);
        assert!(!source.region.is_empty(), "{}", source.of);
        assert!(source.is_undated() || source.as_of.starts_with("20"), "{}", source.of);
    }
    let undated = sources.iter().filter(|source| source.is_undated()).map(|source| source.of);
    let want = ["transfer, requests", "Origin Shield", "Lambda@Edge", "Lambda", "logs", "S3"];
    assert_eq!(undated.collect::<Vec<_>>(), want);
}
