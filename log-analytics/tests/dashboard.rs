//! The dashboard of many sites, and the page of a report, from logs that name what they should not.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]
#![expect(clippy::print_stderr, reason = "a test that is skipped says so")]

mod browser;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use log_analytics::{Dashboard, Local, Page, Question, Report, Watch, find, page};
use tempfile::TempDir;

const HEADER: &str = "#Version: 1.0\n#Fields: date time x-edge-location x-host-header cs-method \
    cs-uri-stem sc-status sc-bytes cs(Referer) x-edge-result-type x-edge-response-result-type \
    x-edge-detailed-result-type time-to-first-byte time-taken sc-content-type\n";

const HOSTILE: &str = "</script><script>alert(1)</script>";

/// Two days of some sites, each a tenth less busy than the one before; some requests of each go wrong. The
/// last site and one of its paths have names that must not get out of a page.
fn logs(folder: &Path, sites: usize) {
    for hour in 0..48_usize {
        let mut lines = HEADER.to_owned();
        for site in 0..sites {
            let host = if site + 1 == sites {
                HOSTILE.to_owned()
            } else {
                format!("www.shop-{site:03}.example")
            };
            for nth in 0..(40 * (24 - hour.abs_diff(24)) / (site + 4)).max(1) {
                writeln!(lines, "{}", line(hour, &host, site * 31 + nth)).unwrap();
            }
        }
        let name = format!("E2EXAMPLE12345.2026-11-{:02}-{:02}.a", 27 + hour / 24, hour % 24);
        fs::write(folder.join(name), lines).unwrap();
    }
}

fn line(hour: usize, host: &str, nth: usize) -> String {
    let (status, result, detail) = match nth % 97 {
        0 => (502, "Error", "OriginConnectError"),
        1 | 2 => (404, "Error", "Error"),
        3 => (200, "Hit", "OriginShieldHit"),
        it if it < 20 => (200, "Miss", "Miss"),
        _ => (200, "Hit", "Hit"),
    };
    let kind = ["image/avif", "image/webp", "image/jpeg", "text/html"][nth % 4];
    let path = match nth % 13 {
        0 => "/<img src=x onerror=alert(2)>.jpg".to_owned(),
        it => format!("/products/{it}/photo-{}.jpg", nth % 7),
    };
    let slow = if result == "Hit" { nth % 50 } else { 200 + nth % 400 };
    format!(
        "2026-11-{:02}\t{:02}:{:02}:00\t{}-P1\t{host}\tGET\t{path}\t{status}\t{}\thttps://{host}/page\t{result}\t{result}\t{detail}\t0.{slow:03}\t0.{slow:03}\t{kind}",
        27 + hour / 24,
        hour % 24,
        nth % 60,
        ["FRA56", "IAD79", "NRT20"][nth % 3],
        1_000 + nth * 37 % 90_000,
    )
}

fn local(folder: &Path) -> Local {
    Local {
        inputs: find(&[folder.display().to_string()]).unwrap(),
        knowledge: Arc::default(),
        delimiter: None,
        names: None,
        strict: false,
        threads: 2,
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Runtime::new().unwrap()
}

fn pages(local: &Local) -> Vec<Page> {
    let dashboard = Dashboard::new().unwrap();
    let questions = dashboard.questions(&[]).unwrap();
    let answers = runtime().block_on(local.ask_all(&questions, &Watch::default())).unwrap();
    dashboard.pages(99.9, &answers).unwrap()
}

#[test]
fn every_site_has_a_page_and_every_link_leads_to_one() {
    let folder = TempDir::new().unwrap();
    logs(folder.path(), 200);
    let pages = pages(&local(folder.path()));
    let by_path: BTreeMap<&str, &str> =
        pages.iter().map(|page| (page.path.as_str(), page.text.as_str())).collect();
    assert_eq!((pages.len(), by_path.len()), (201, 201));
    assert_eq!(pages.last().map(|page| page.path.as_str()), Some("index.html"));
    let links = by_path["index.html"].split("href=\"sites/").skip(1);
    let links: Vec<&str> = links.filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(links.len(), 200);
    for link in links {
        assert!(by_path.contains_key(format!("sites/{link}").as_str()), "{link}");
    }
    for (path, text) in by_path {
        assert!(!text.contains("<script>alert") && !text.contains("<img"), "{path}");
        assert!(!text.contains(" style=") && !text.contains(" onclick="), "{path}");
    }
}

#[test]
fn the_same_logs_give_the_same_pages_read_by_any_number_of_threads() {
    let folder = TempDir::new().unwrap();
    logs(folder.path(), 12);
    let two = local(folder.path());
    let one = Local { threads: 1, ..two.clone() };
    assert_eq!(pages(&two), pages(&one));
}

#[test]
fn questions_asked_together_read_once_and_answer_as_alone() {
    let folder = TempDir::new().unwrap();
    logs(folder.path(), 5);
    let local = local(folder.path());
    let all = ["traffic", "sites", "errors", "latency", "top", "misses", "images"];
    let questions: Vec<Question> = all
        .iter()
        .map(|name| Report::built_in(name).unwrap().unwrap().bound(&[]).unwrap())
        .map(|sql| Question { sql })
        .collect();
    let together = runtime().block_on(local.ask_all(&questions, &Watch::default())).unwrap();
    for ((name, question), answer) in all.iter().zip(&questions).zip(&together) {
        let alone = runtime().block_on(local.ask(question)).unwrap();
        let text = |answer| {
            log_analytics::render(&Report::default(), answer, log_analytics::Format::Csv).unwrap()
        };
        assert_eq!(text(answer), text(&alone), "{name}");
        assert_eq!(answer.summary.files, 48, "{name}");
    }
    let twice = "SELECT 1 FROM requests AS a JOIN requests AS b ON a.path = b.path";
    let error = runtime()
        .block_on(local.ask_all(&[Question { sql: twice.to_owned() }], &Watch::default()))
        .map(drop);
    assert_eq!(
        error.map_err(|error| error.to_string()),
        Err("question 0 reads `requests` more than once, which can only be asked alone".to_owned())
    );
}

#[test]
fn pages_open_in_a_browser_without_a_complaint() {
    let Some(browser) = browser::Browser::find() else { return };
    let folder = TempDir::new().unwrap();
    logs(folder.path(), 200);
    let local = local(folder.path());
    let site = browser.folder();
    for page in pages(&local) {
        browser::write(&site.join("dashboard").join(&page.path), &page.text);
    }
    for name in ["traffic", "availability", "top", "errors-hourly", "busy-hours"] {
        let report = Report::built_in(name).unwrap().unwrap();
        let given = [("site".to_owned(), "%".to_owned())];
        let question = Question { sql: report.bound(&given).unwrap() };
        let answer = runtime().block_on(local.ask(&question)).unwrap();
        let text = page(&report, &given, &answer).unwrap();
        browser::write(&site.join("reports").join(format!("{name}.html")), &text);
    }
    browser.run("pages.mjs");
}
