//! Reports that come along, over small logs whose answers are known by counting.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::fs;
use std::sync::Arc;

use log_analytics::{Format, Local, Question, Report, find, render};
use tempfile::TempDir;

const HEADER: &str = "#Version: 1.0\n#Fields: date time x-edge-location x-host-header cs-method \
    cs-uri-stem cs-uri-query sc-status sc-bytes c-ip cs(User-Agent) cs(Referer) x-edge-result-type \
    x-edge-response-result-type x-edge-detailed-result-type sc-content-type\n";

/// A request, with what is the same in most tests.
#[derive(Clone)]
struct Row {
    at: String,
    pop: &'static str,
    path: &'static str,
    query: &'static str,
    status: u16,
    bytes: u64,
    address: &'static str,
    agent: &'static str,
    referrer: &'static str,
    result: &'static str,
    detailed: &'static str,
    content_type: &'static str,
}

impl Default for Row {
    fn default() -> Self {
        Self {
            at: "2026-11-23\t07:00:00".to_owned(),
            pop: "FRA56-P1",
            path: "/a/1.jpg",
            query: "-",
            status: 200,
            bytes: 1_000,
            address: "192.0.2.1",
            agent: "-",
            referrer: "-",
            result: "Hit",
            detailed: "Hit",
            content_type: "image/jpeg",
        }
    }
}

impl Row {
    fn line(&self) -> String {
        let Self { at, pop, path, query, status, bytes, address, agent, referrer, .. } = self;
        let Self { result, detailed, content_type, .. } = self;
        format!(
            "{at}\t{pop}\twww.a.example\tGET\t{path}\t{query}\t{status:03}\t{bytes}\t{address}\t{agent}\t{referrer}\t{result}\t{result}\t{detailed}\t{content_type}\n"
        )
    }
}

/// The answer of a report over rows, as CSV without the carriage returns.
fn csv(name: &str, given: &[(&str, &str)], rows: &[Row]) -> String {
    let folder = TempDir::new().unwrap();
    let lines: String = rows.iter().map(Row::line).collect();
    fs::write(folder.path().join("log"), HEADER.to_owned() + &lines).unwrap();
    let local = Local {
        inputs: find(&[folder.path().display().to_string()]).unwrap(),
        knowledge: Arc::default(),
        delimiter: None,
        names: None,
        strict: false,
        threads: 2,
    };
    let report = Report::built_in(name).unwrap().unwrap();
    let given: Vec<(String, String)> =
        given.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let question = Question { sql: report.bound(&given).unwrap() };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let answer = runtime.block_on(local.ask(&question)).unwrap_or_else(|it| panic!("{name}: {it}"));
    render(&report, &answer, Format::Csv).unwrap().replace("\r\n", "\n")
}

fn row() -> Row {
    Row::default()
}

#[test]
fn an_answer_of_the_shield_is_no_fault_of_the_origin() {
    let rows = [
        Row { detailed: "OriginShieldHit", ..row() },
        Row { status: 502, result: "Error", detailed: "OriginDnsError", ..row() },
        Row { status: 404, result: "Error", detailed: "Error", ..row() },
        Row { status: 0, result: "Error", detailed: "ClientHungUpRequest", ..row() },
    ];
    assert_eq!(
        csv("errors", &[], &rows),
        "fault,status,detailed_result,requests,percent,sites\n\
         client abort,,ClientHungUpRequest,1,33.33,1\n\
         origin,502,OriginDnsError,1,33.33,1\n\
         viewer,404,Error,1,33.33,1\n"
    );
    assert_eq!(
        csv("availability", &[], &rows),
        "site,eligible,failed,availability,budget_used\nwww.a.example,2,1,50.0,50000.0\n"
    );
    assert_eq!(
        csv("errors-hourly", &[], &rows),
        "step,fault,requests\n\
         2026-11-23 07:00:00,client abort,1\n\
         2026-11-23 07:00:00,origin,1\n\
         2026-11-23 07:00:00,viewer,1\n"
    );
}

#[test]
fn parts_of_a_shop_have_hit_ratios_of_their_own() {
    let rows = [
        row(),
        Row { result: "Miss", detailed: "Miss", bytes: 3_000, ..row() },
        Row { path: "/index.html", result: "RefreshHit", detailed: "RefreshHit", ..row() },
    ];
    let head = "part,requests,bytes,cacheable,bytes_ratio,offload,misses\n";
    assert_eq!(
        csv("cache-paths", &[], &rows),
        format!("{head}/a/,2,4000,50.0,25.0,50.0,1\n/,1,1000,100.0,100.0,0.0,0\n")
    );
    assert_eq!(
        csv("cache-paths", &[("by", "extension")], &rows),
        format!("{head}.jpg,2,4000,50.0,25.0,50.0,1\n.html,1,1000,100.0,100.0,0.0,0\n")
    );
    assert_eq!(
        csv("cache-paths", &[("by", "behavior")], &rows),
        format!("{head}not logged,3,5000,66.67,40.0,33.33,1\n")
    );
}

#[test]
fn a_parameter_that_splits_the_key_is_found() {
    let asked = |query, result| Row { query, result, detailed: result, ..row() };
    let large = |query| Row { bytes: 9_000, ..asked(query, "Miss") };
    let rows = [
        asked("utm_source=a&v=1", "Miss"),
        asked("utm_source=b&v=1", "Miss"),
        asked("utm_source=c&v=1", "Miss"),
        asked("utm_source=c&v=1", "Hit"),
        large("utm_source=a&v=2"),
    ];
    // Without utm_source two keys are left, of which each has to miss once. Without v, source a has
    // one key for two pictures of unlike sizes.
    assert_eq!(
        csv("fragmentation", &[], &rows),
        "site,parameter,requests,keys,keys_without,hit_percent,hit_percent_without,misses_saved,alike_percent,fleet_toml\n\
         www.a.example,utm_source,5,4,2,20.0,60.0,2,100.0,\"query = { all_but = [\"\"utm_source\"\"] }\"\n\
         www.a.example,v,5,4,3,20.0,40.0,1,0.0,\"query = { all_but = [\"\"v\"\"] }\"\n"
    );
}

#[test]
fn who_asks_too_much_is_listed_with_a_rule() {
    let rows: Vec<Row> = (0..50)
        .map(|nth| Row {
            address: "203.0.113.9",
            agent: "evil%22\\1",
            status: if nth % 2 == 0 { 403 } else { 200 },
            ..row()
        })
        .chain([row()])
        .collect();
    let text = csv("attacks", &[("rate", "50")], &rows);
    let (head, rest) = text.split_once('\n').unwrap();
    assert_eq!(
        head,
        "site,network,agent,peak_minute,requests,minutes,refused_percent,paths_of_a_minute,a_path,rule"
    );
    let rest = rest.replace("\"\"", "\"");
    let rule =
        rest.split_once(",\"{").map(|(_, rule)| format!("{{{}", rule.trim_end_matches("\"\n")));
    assert!(
        rest.starts_with("www.a.example,203.0.0.0,\"evil\"\\1\",50,50,1,50.0,1,/a/1.jpg,"),
        "{rest}"
    );
    let rule: serde_json::Value = serde_json::from_str(&rule.unwrap()).unwrap();
    let limit = &rule["Statement"]["RateBasedStatement"];
    assert_eq!(limit["Limit"], 50);
    assert_eq!(limit["ScopeDownStatement"]["ByteMatchStatement"]["SearchString"], "evil\"\\1");
    assert_eq!(csv("attacks", &[("rate", "51")], &rows), format!("{head}\n"));
}

#[test]
fn an_hour_unlike_the_others_is_found() {
    let hours = (0..96).flat_map(|hour| {
        // Every day is alike but for one hour of the last; nights are quiet, which is usual.
        let count = if hour == 90 {
            300
        } else if hour % 24 < 6 {
            4
        } else {
            40 + hour % 3
        };
        (0..count).map(move |nth| Row {
            at: format!("2026-11-{:02}\t{:02}:00:{:02}", 20 + hour / 24, hour % 24, nth % 60),
            ..row()
        })
    });
    assert_eq!(
        csv("anomalies", &[], &hours.collect::<Vec<_>>()),
        "site,step,what,value,usual,score,season\n\
         www.a.example,2026-11-23 18:00:00,requests,300,40.0,41.1,hour of the day\n"
    );
}

#[test]
fn bytes_and_requests_have_the_price_of_their_region() {
    let gigabyte = Row { bytes: 1 << 30, ..row() };
    let rows = [
        gigabyte.clone(),
        Row { pop: "NRT20-C4", referrer: "https://thief.example.org/page", ..gigabyte.clone() },
        Row { pop: "QQQ1-C1", referrer: "https://shop.a.example/", ..gigabyte },
    ];
    assert_eq!(
        csv("cost", &[], &rows),
        "site,region,requests,bytes,usd\n\
         www.a.example,japan,1,1073741824,0.114\n\
         www.a.example,europe,1,1073741824,0.085\n\
         www.a.example,,1,1073741824,\n"
    );
    assert_eq!(
        csv("hotlinks", &[], &rows),
        "site,referrer_host,requests,bytes,usd\n\
         www.a.example,thief.example.org,1,1073741824,0.114\n"
    );
    assert_eq!(
        csv("traffic-regions", &[], &rows),
        "site,region,requests,bytes,origin_requests\n\
         www.a.example,europe,1,1073741824,0\n\
         www.a.example,japan,1,1073741824,0\n\
         www.a.example,us,1,1073741824,0\n"
    );
}

#[test]
fn prices_are_those_of_the_table() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../cdn-cli/src/cost/prices.toml");
    let table: toml::Table = fs::read_to_string(file).unwrap().parse().unwrap();
    let regions = table["cloudfront"]["regions"].as_table().unwrap();
    for name in ["cost", "hotlinks"] {
        let sql = Report::built_in(name).unwrap().unwrap().sql;
        for (region, prices) in regions {
            let gigabyte = prices["transfer"][0].as_str().unwrap();
            let requests = prices["https_10k"].as_str().unwrap();
            let row = format!("('{region}', {gigabyte}e0, {requests}e0)");
            assert!(sql.contains(&row), "{name}: {row}");
        }
    }
}

#[test]
fn pictures_that_are_too_large_are_found() {
    let rows = [
        Row { bytes: 600_000, ..row() },
        Row { bytes: 200_000, path: "/cdn-cgi/image/width=1600/b.jpg", ..row() },
        Row { bytes: 160_000, path: "/c.jpg", ..row() },
        Row { bytes: 140_000, path: "/d.jpg", ..row() },
    ];
    assert_eq!(
        csv("oversize", &[], &rows),
        "place,site,path,image_format,image_width,requests,bytes,mean_bytes,wasted\n\
         1,www.a.example,/a/1.jpg,jpeg,,1,600000,600000,450000\n\
         2,www.a.example,/c.jpg,jpeg,,1,160000,160000,10000\n"
    );
}
