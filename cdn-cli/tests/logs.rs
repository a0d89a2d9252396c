//! `cdn-cli logs`: the program itself, on logs that look like CloudFront's.

#![expect(clippy::unwrap_used, reason = "clippy's leave for tests does not reach their helpers")]

#[path = "shared/emulator.rs"]
mod emulator;

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Output;

use assert_cmd::Command;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;
use tempfile::TempDir;

use emulator::Cloud;

const FIELDS: &str = "date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem \
    sc-status cs(Referer) cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type \
    x-edge-request-id x-host-header cs-protocol cs-bytes time-taken";

fn line(second: u32, site: &str, path: &str, status: u16, result: &str) -> String {
    format!(
        "2026-11-23\t07:06:{second:02}\tFRA56-P1\t1000\t203.0.113.{second}\tGET\t\
         d1.cloudfront.net\t{path}\t{status}\t-\tMozilla/5.0%20Firefox/140.0\t-\t-\t{result}\t\
         id{second}==\t{site}\thttps\t100\t0.012\n"
    )
}

/// A folder with a file of each site: of one plain, of the other packed.
fn logs() -> TempDir {
    let folder = TempDir::new().unwrap();
    let header = format!("#Version: 1.0\n#Fields: {FIELDS}\n");
    let one = [line(1, "a.example", "/", 200, "Hit"), line(2, "a.example", "/x", 404, "Error")];
    fs::write(folder.path().join("E2A.2026-11-23-07.a"), header.clone() + &one.concat()).unwrap();
    let other: String =
        (10..20).map(|second| line(second, "b.example", "/p.jpg", 200, "Miss")).collect();
    let file = fs::File::create(folder.path().join("E2B.2026-11-23-07.b.gz")).unwrap();
    let mut packed = GzEncoder::new(file, Compression::default());
    packed.write_all((header + &other).as_bytes()).unwrap();
    packed.finish().unwrap();
    folder
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::cargo_bin("cdn-cli").unwrap();
    command.arg("logs").args(arguments).env("NO_PROXY", "127.0.0.1");
    for name in ["AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"] {
        command.env_remove(name);
    }
    command
}

fn run(arguments: &[&str]) -> Output {
    command(arguments).output().unwrap()
}

/// Lines end as those of CSV do not.
fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).replace("\r\n", "\n")
}

fn place(folder: &Path) -> &str {
    folder.to_str().unwrap()
}

/// The rows of an answer in JSON.
fn rows(output: &Output) -> Vec<Value> {
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_report_counts_every_row_of_every_file() {
    let logs = logs();
    let output = run(&["report", "traffic", place(logs.path()), "--format", "json"]);
    let requests = |rows: &[Value]| rows.iter().map(|row| row["requests"].as_u64().unwrap()).sum();
    let all: u64 = requests(&rows(&output));
    assert_eq!(all, 12);
    assert!(text(&output.stderr).starts_with("12 rows of 2 files"), "{}", text(&output.stderr));

    let output =
        run(&["report", "traffic", place(logs.path()), "--site", "a.example", "--format", "json"]);
    let of_one: u64 = requests(&rows(&output));
    assert_eq!(of_one, 2);
}

#[test]
fn the_standard_input_is_a_log_too() {
    let logs = logs();
    let packed = fs::read(logs.path().join("E2B.2026-11-23-07.b.gz")).unwrap();
    let sql = "SELECT count(*) AS n, sum(bytes) AS bytes FROM requests";
    let output =
        command(&["sql", sql, "-", "--format", "csv"]).write_stdin(packed).output().unwrap();
    assert_eq!(text(&output.stdout), "n,bytes\n10,10000\n", "{}", text(&output.stderr));
}

#[test]
fn every_format_has_the_answer() {
    let logs = logs();
    let sql = "SELECT site, count(*) AS requests FROM requests GROUP BY site ORDER BY site";
    let of = |format: &str| run(&["sql", sql, place(logs.path()), "--format", format]).stdout;
    assert_eq!(text(&of("csv")), "site,requests\na.example,2\nb.example,10\n");
    for format in ["table", "markdown", "html", "json"] {
        let answer = text(&of(format));
        assert!(answer.contains("b.example") && answer.contains("10"), "{format}: {answer}");
    }
    assert!(of("parquet").starts_with(b"PAR1"));
    let file = logs.path().join("answer.csv");
    run(&["sql", sql, place(&logs.path().join("*.gz")), "--format", "csv", "-o", place(&file)]);
    assert_eq!(text(&fs::read(file).unwrap()), "site,requests\nb.example,10\n");
}

#[test]
fn a_check_that_does_not_hold_ends_with_1() {
    let logs = logs();
    let check = |check| {
        let output = run(&["report", "sites", place(logs.path()), "--check", check]);
        (output.status.code(), text(&output.stderr))
    };
    let (code, told) = check("requests >= 1");
    assert_eq!(code, Some(0), "{told}");
    let (code, told) = check("requests >= 3");
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("does not hold"), "{told}");
    let (code, told) = check("wishes >= 3");
    assert_eq!(code, Some(2), "{told}");
}

#[test]
fn what_cannot_be_understood_is_counted_kept_and_in_strict_mode_an_error() {
    let logs = logs();
    let bad =
        format!("#Fields: {FIELDS}\n2026-11-23\t07:06\n{}", line(3, "c.example", "/", 200, "Hit"));
    fs::write(logs.path().join("E2C.2026-11-23-07.c"), bad).unwrap();
    let quarantine = logs.path().join("quarantine.tsv");
    let sql = "SELECT count(*) AS n FROM requests";
    let from = place(&logs.path().join("E2*")).to_owned();
    let arguments = ["sql", sql, &from, "--format", "csv", "--quarantine", place(&quarantine)];
    let output = run(&arguments);
    assert_eq!(text(&output.stdout), "n\n13\n");
    let told = text(&output.stderr);
    assert!(told.contains("1 lines that cannot be understood"), "{told}");
    let kept = fs::read_to_string(&quarantine).unwrap();
    assert_eq!(kept.lines().count(), 2, "{kept}");
    assert!(kept.contains("E2C.2026-11-23-07.c\t2\t"), "{kept}");
    fs::remove_file(&quarantine).unwrap();

    let output = run(&[&arguments[..], &["--strict"]].concat());
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(text(&output.stdout), "");
    assert!(text(&output.stderr).contains("E2C.2026-11-23-07.c"), "{}", text(&output.stderr));
    assert!(fs::read_to_string(&quarantine).unwrap().contains("E2C"));
}

#[test]
fn mistakes_are_told_with_what_to_do() {
    let logs = logs();
    for (arguments, want) in [
        (vec!["report", "trafic", place(logs.path())], "there is no report `trafic`"),
        (vec!["report", "traffic", "/nowhere/at-all"], "no file of logs is at /nowhere/at-all"),
        (vec!["report", "traffic", place(logs.path()), "--from", "soon"], "soon"),
        (vec!["sql", "SELECT nothing FROM requests", place(logs.path())], "nothing"),
        (vec!["sql", "DELETE FROM requests", place(logs.path())], "DML not supported"),
    ] {
        let output = run(&arguments);
        let told = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {told}");
        assert!(told.starts_with("error: ") && told.contains(want), "{arguments:?}: {told}");
        assert_eq!(text(&output.stdout), "", "{arguments:?}");
    }
}

#[test]
fn addresses_are_cut_unless_a_reason_is_given() {
    let logs = logs();
    let sql = "SELECT min(client_ip) AS address FROM requests WHERE site = 'a.example'";
    let cut = run(&["sql", sql, place(logs.path()), "--format", "csv"]);
    assert_eq!(text(&cut.stdout), "address\n203.0.0.0\n", "{}", text(&cut.stderr));
    assert!(!text(&cut.stdout).contains("113"));
    let arguments = ["sql", sql, place(logs.path()), "--format", "csv", "--full-ip", "incident 7"];
    let whole = run(&arguments);
    assert_eq!(text(&whole.stdout), "address\n203.0.113.1\n", "{}", text(&whole.stderr));
    assert!(text(&whole.stderr).contains("addresses were read whole: incident 7"));
}

#[test]
fn days_answer_as_the_logs_that_they_were_made_of() {
    let logs = logs();
    let days = TempDir::new().unwrap();
    let compacted = run(&["compact", place(logs.path()), place(days.path()), "--json"]);
    assert_eq!(compacted.status.code(), Some(0), "{}", text(&compacted.stderr));
    let told: Value = serde_json::from_slice(&compacted.stdout).unwrap();
    assert_eq!(told["rows"], 12);
    for report in ["traffic", "sites", "errors"] {
        let of = |from: &Path| rows(&run(&["report", report, place(from), "--format", "json"]));
        assert_eq!(of(days.path()), of(logs.path()), "{report}");
    }
    let both = run(&[
        "sql",
        "SELECT count(*) AS n FROM requests",
        place(logs.path()),
        place(days.path()),
        "--format",
        "csv",
    ]);
    assert_eq!(text(&both.stdout), "n\n12\n", "{}", text(&both.stderr));
}

#[test]
fn a_dashboard_is_a_folder_of_pages_that_are_all_there() {
    let logs = logs();
    let output = run(&["dashboard", place(logs.path()), "-o", place(&logs.path().join("pages"))]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let first = text(&output.stdout).trim().to_owned();
    let page = fs::read_to_string(&first).unwrap();
    let links: Vec<&str> =
        page.split("href=\"sites/").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(links.len() >= 2, "{links:?}");
    for link in links {
        assert!(Path::new(&first).with_file_name("sites").join(link).is_file(), "{link}");
    }
}

#[test]
fn a_folder_that_is_no_dashboard_is_not_replaced() {
    let logs = logs();
    let root = TempDir::new().unwrap();
    let pages = root.path().join("pages");
    let write = || run(&["dashboard", place(logs.path()), "-o", place(&pages)]);
    assert_eq!(write().status.code(), Some(0));
    fs::write(pages.join("sites/gone.html"), "of a site that is no more").unwrap();
    assert_eq!(write().status.code(), Some(0));
    assert!(!pages.join("sites/gone.html").exists());
    fs::write(pages.join("notes.txt"), "mine").unwrap();
    let refused = write();
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused.stderr).contains("notes.txt is in it"), "{}", text(&refused.stderr));
    assert_eq!(fs::read_to_string(pages.join("notes.txt")).unwrap(), "mine");
    let mut there: Vec<_> =
        fs::read_dir(root.path()).unwrap().map(|it| it.unwrap().path()).collect();
    there.sort();
    assert_eq!(there, [root.path().join(".pages.lock"), pages]);
}

#[test]
fn savings_are_read_from_what_functions_logged() {
    let made =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../log-analytics/reader/tests/functions");
    let output = run(&["report", "image-savings", place(&made), "--format", "csv"]);
    assert_eq!(
        text(&output.stdout),
        "site,original_format,format,pictures,original_bytes,bytes,saved_bytes,saved_percent\n\
         shop,png,avif,1,4321,1300,3021,69.91\n\
         shop,jpeg,webp,1,888,244,644,72.52\n\
         shop,jpeg,jpeg,2,1776,1148,628,35.36\n"
    );
    let told = text(&output.stderr);
    assert!(
        told.starts_with("4 rows of 2 files, ") && told.contains("; 2 lines of other"),
        "{told}"
    );
    let page = run(&["report", "image-savings", place(&made), "--format", "html"]);
    assert!(text(&page.stdout).contains("<dt>Lines of other things</dt><dd>2</dd>"));
    let none =
        run(&["report", "image-savings", place(&made), "--site", "other", "--format", "csv"]);
    assert_eq!(text(&none.stdout).lines().count(), 1);

    // Either table tells what of the other's files it does not read.
    let access = logs();
    let output = run(&["report", "image-savings", place(access.path())]);
    assert!(text(&output.stderr).contains("none of a picture that was made"));
    let output = run(&["report", "traffic", place(&made), "--format", "csv"]);
    assert!(text(&output.stderr).contains("the table `images_made`"), "{}", text(&output.stderr));
}

#[test]
fn a_column_that_is_not_there_is_told_with_the_one_that_is() {
    let logs = logs();
    let ask = |sql: &str| text(&run(&["sql", sql, place(logs.path())]).stderr);
    assert_eq!(
        ask("SELECT stauts FROM requests"),
        "error: there is no column `stauts`\n\nhint: did you mean `status`? docs/logs.md lists the \
         columns of `requests` and\n      `images_made`\n"
    );
    assert_eq!(
        ask("SELECT r.zzz FROM requests r WHERE status = 200"),
        "error: there is no column `r.zzz`\n\nhint: docs/logs.md lists the columns of `requests` and \
         `images_made`\n"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_answers_as_the_folder_it_was_copied_from() {
    let Some(cloud) = Cloud::start().await else { return };
    let logs = logs();
    // The first test to install a provider wins, and any of them will do.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::new();
    let put = async |path: &str, content: Vec<u8>| {
        // The emulator knows by the header that S3 is meant; it proves no signature.
        let scope = "Credential=test/20261123/us-east-1/s3/aws4_request";
        let signed = format!("AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=0");
        let request = client.put(format!("{}/{path}", cloud.endpoint)).body(content);
        let answer = request.header("Authorization", signed).send().await.unwrap();
        answer.error_for_status().unwrap();
    };
    put("shop-logs", Vec::new()).await;
    for entry in fs::read_dir(logs.path()).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        put(&format!("shop-logs/cdn/2026/11/23/{name}"), fs::read(entry.path()).unwrap()).await;
    }
    let broken = b"\x1f\x8bnothing that can be read".to_vec();
    put("shop-logs/cdn/2026/10/01/E2A.2026-10-01-07.broken.gz", broken).await;

    let asked = |arguments: &[&str]| {
        let with_account = ["--endpoint-url", &cloud.endpoint];
        command(&[arguments, &with_account].concat())
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test")
            .env("AWS_REGION", "us-east-1")
            .output()
            .unwrap()
    };
    let here = rows(&run(&["report", "sites", place(logs.path()), "--format", "json"]));
    for from in ["s3://shop-logs/cdn/2026/11/", "s3://shop-logs/cdn/2026/11/*/*.2026-11-23-*"] {
        let there = asked(&["report", "sites", from, "--format", "json"]);
        assert_eq!(rows(&there), here, "{from}");
    }
    // What is of another time is not even opened.
    let there =
        asked(&["report", "sites", "s3://shop-logs/", "--from", "2026-11-01", "--format", "json"]);
    assert_eq!(rows(&there), here);
    assert!(text(&there.stderr).starts_with("12 rows of 2 files"), "{}", text(&there.stderr));

    let missing = asked(&["report", "sites", "s3://nobody-has-this/"]);
    let told = text(&missing.stderr);
    assert_eq!(missing.status.code(), Some(2), "{told}");
    assert!(
        told.starts_with("error: s3://nobody-has-this/: NoSuchBucket: ")
            && told.contains("s3:ListBucket"),
        "{told}"
    );
}
