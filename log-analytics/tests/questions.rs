//! Questions to small logs whose answers are known by counting.
#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::fs;
use std::path::Path;
use std::sync::Arc;

use log_analytics::{
    Answer, BUILT_IN, Format, Local, LocalError, Question, Report, ReportError, find, page, render,
};
use tempfile::TempDir;

const HEADER: &str = "#Version: 1.0\n#Fields: date time x-host-header cs-method cs-uri-stem \
    cs-uri-query sc-status sc-bytes x-edge-result-type x-edge-response-result-type \
    x-edge-detailed-result-type time-to-first-byte cs(User-Agent)\n";

fn line(time: &str, host: &str, path: &str, status: &str, bytes: u32, result: &str) -> String {
    format!(
        "2026-11-23\t{time}\t{host}\tGET\t{path}\t-\t{status}\t{bytes}\t{result}\t{result}\t{result}\t0.{bytes:03}\t-\n"
    )
}

/// Two files of two shops.
fn logs(folder: &Path) {
    let first = [
        line("07:00:00", "a.example", "/1", "200", 100, "Hit"),
        line("07:00:01", "a.example", "/2", "200", 200, "Miss"),
        line("07:30:00", "a.example", "/3", "503", 300, "Error"),
    ];
    let second = [
        line("08:00:00", "b.example", "/1", "200", 400, "RefreshHit"),
        line("08:00:00", "a.example", "/1%2520x", "000", 0, "Error"),
        "2026-11-23\t08\n".to_owned(),
    ];
    let write = |name: &str, lines: &[String]| {
        fs::write(folder.join(name), HEADER.to_owned() + &lines.concat()).unwrap();
    };
    write("E2EXAMPLE12345.2026-11-23-07.a", &first);
    write("E2EXAMPLE12345.2026-11-23-08.b", &second);
}

fn local(folder: &Path) -> Local {
    let inputs = find(&[folder.display().to_string()]).expect("two files");
    Local {
        inputs,
        knowledge: Arc::default(),
        delimiter: None,
        names: None,
        strict: false,
        threads: 2,
    }
}

fn ask(local: &Local, sql: &str) -> Result<Answer, LocalError> {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(local.ask(&Question { sql: sql.to_owned() }))
}

fn csv(local: &Local, sql: &str) -> String {
    let answer = ask(local, sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    let report = Report::default();
    render(&report, &answer, Format::Csv).expect("cells").replace("\r\n", "\n")
}

#[test]
fn rows_are_counted_and_bad_lines_told() {
    let folder = TempDir::new().unwrap();
    logs(folder.path());
    let local = local(folder.path());
    let answer = ask(&local, "SELECT count(*) AS n, count(status) AS s FROM requests").unwrap();
    let text = render(&Report::default(), &answer, Format::Csv).unwrap();
    assert_eq!(text, "n,s\r\n5,4\r\n");
    let summary = answer.summary;
    assert_eq!((summary.files, summary.rows, summary.bad_lines), (2, 5, 1));
    assert_eq!(summary.bad[0].1.to_string(), "line 5: 2 columns of 13: the line is cut off");
    let strict = Local { strict: true, ..local };
    let error = ask(&strict, "SELECT count(*) FROM requests").expect_err("a bad line");
    assert!(error.to_string().ends_with("line 5: 2 columns of 13: the line is cut off"), "{error}");
}

#[test]
fn every_report_that_comes_along_runs() {
    let folder = TempDir::new().unwrap();
    logs(folder.path());
    let local = local(folder.path());
    for (name, _) in BUILT_IN {
        let report = Report::built_in(name).unwrap().unwrap();
        let sql = report.bound(&[]).unwrap();
        let answer = ask(&local, &sql).unwrap_or_else(|error| panic!("{name}: {error}"));
        for format in
            [Format::Table, Format::Json, Format::Csv, Format::Markdown, Format::Prometheus]
        {
            assert!(!render(&report, &answer, format).unwrap().is_empty(), "{name}");
        }
        assert!(page(&report, &[], &answer).unwrap().contains("</html>"), "{name}");
        for (column, _) in &report.units {
            assert!(answer.schema.field_with_name(column).is_ok(), "{name}: {column}");
        }
        for column in report.chart.iter().skip(1) {
            assert!(answer.schema.field_with_name(column).is_ok(), "{name}: {column}");
        }
    }
}

#[test]
fn the_league_of_sites_is_right_in_every_format() {
    let folder = TempDir::new().unwrap();
    logs(folder.path());
    let report = Report::built_in("sites").unwrap().unwrap();
    let answer = ask(&local(folder.path()), &report.bound(&[]).unwrap()).unwrap();
    let written = |format| render(&report, &answer, format).unwrap();
    assert_eq!(
        written(Format::Table),
        "site       requests  bytes  hit_percent  errors_4xx  errors_5xx  ttfb_p95\n\
         a.example         4  600 B         25.0           0           1       0.3\n\
         b.example         1  400 B        100.0           0           0       0.4\n"
    );
    assert_eq!(
        written(Format::Json),
        "[{\"site\":\"a.example\",\"requests\":4,\"bytes\":600,\"hit_percent\":25.0,\"errors_4xx\":0,\
         \"errors_5xx\":1,\"ttfb_p95\":0.3},{\"site\":\"b.example\",\"requests\":1,\"bytes\":400,\
         \"hit_percent\":100.0,\"errors_4xx\":0,\"errors_5xx\":0,\"ttfb_p95\":0.4}]\n"
    );
    assert!(
        written(Format::Prometheus).contains(
            "# TYPE cdn_sites_requests gauge\ncdn_sites_requests{site=\"a.example\"} 4\n"
        )
    );
}

#[test]
fn parameters_are_bound_or_refused() {
    let folder = TempDir::new().unwrap();
    logs(folder.path());
    let local = local(folder.path());
    let report = Report::built_in("traffic").unwrap().unwrap();
    let given = |pairs: &[(&str, &str)]| {
        pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect::<Vec<_>>()
    };
    let eight = given(&[("from", "2026-11-23T08:00:00Z"), ("site", "a.%")]);
    let answer = ask(&local, &report.bound(&eight).unwrap()).unwrap();
    let text = render(&report, &answer, Format::Csv).unwrap();
    assert_eq!(
        text,
        "step,requests,bytes,hit_percent,errors_5xx\r\n2026-11-23 08:00:00,1,0,0.0,0\r\n"
    );
    // The file of seven o'clock may have a row of eight: it was opened, its rows were not of use.
    assert_eq!((answer.summary.files, answer.summary.outside), (2, 3));
    let error = report.bound(&given(&[("from", "yesterday")])).expect_err("no moment");
    assert_eq!(error.to_string(), "`yesterday` is no timestamp: from of `traffic`");
    let error = report.bound(&given(&[("form", "2026-11-23")])).expect_err("no parameter");
    assert_eq!(
        error.to_string(),
        "the report `traffic` has no parameter `form`: it has from, to, site"
    );
    let quoted = report.bound(&given(&[("site", "x' OR '1'='1")])).unwrap();
    assert!(quoted.contains("site LIKE 'x'' OR ''1''=''1'"), "{quoted}");
}

#[test]
fn trinos_functions_answer_as_trino_does() {
    let folder = TempDir::new().unwrap();
    logs(folder.path());
    let local = local(folder.path());
    for (sql, want) in [
        ("count_if(status = 200)", "3"),
        ("count_if(status = 200) FILTER (WHERE site = 'a.example')", "2"),
        ("max_by(path, bytes)", "/1"),
        ("min_by(path, bytes)", "/1 x"),
        ("approx_percentile(bytes, 0.5)", "200"),
        ("array_join(approx_percentile(bytes, ARRAY[0.2, 0.8]), ' ')", "0 300"),
        ("arbitrary(method)", "GET"),
        ("sum(if(status = 200, 1, 0))", "3"),
        ("max(mod(bytes, 7))", "6"),
        ("max(url_decode('a%20b+c'))", "a b c"),
        ("count(try(url_decode('%zz')))", "0"),
        ("max(url_extract_host('https://Shop.example:8443/a?b=c'))", "Shop.example"),
        ("max(url_extract_parameter('https://x.example/a?b=c%20d', 'b'))", "c d"),
        ("max(regexp_extract('abc123', '[a-z]+([0-9]+)'))", "abc123"),
        ("max(regexp_extract('abc123', '[a-z]+([0-9]+)', 1))", "123"),
        ("max(cardinality(split('a,b,c', ',')))", "3"),
        ("max(date_diff('minute', TIMESTAMP '2026-11-23 07:00:30', ts))", "59"),
        ("max(date_format(date_add('day', 1, ts), '%Y-%m-%d %H:%i'))", "2026-11-24 08:00"),
        ("max(hour(ts))", "8"),
        ("max(day_of_week(ts))", "1"),
    ] {
        let text = csv(&local, &format!("SELECT {sql} AS x FROM requests"));
        assert_eq!(text, format!("x\n{want}\n"), "{sql}");
    }
}

#[test]
fn a_question_changes_nothing() {
    let folder = TempDir::new().unwrap();
    logs(folder.path());
    let local = local(folder.path());
    for sql in [
        "CREATE TABLE t AS SELECT 1",
        "INSERT INTO requests SELECT * FROM requests",
        "COPY (SELECT 1) TO '/tmp/x.csv'",
        "DROP TABLE requests",
    ] {
        assert!(ask(&local, sql).is_err(), "{sql}");
    }
}

#[test]
fn headers_that_are_wrong_are_told() {
    for (text, want) in [
        (
            "-- param: x number = 1\nSELECT 1",
            "r:1: `number` is no type: timestamp, text, integer and double are",
        ),
        (
            "-- title: t\n-- param: x integer = one\nSELECT 1",
            "r:2: the default `one` is no integer",
        ),
        ("-- param: x\nSELECT 1", "r:1: a parameter is `name type = default; what it is`"),
        ("SELECT ?", "r: the SQL has 1 `?`, and `binds` names 0"),
    ] {
        assert_eq!(
            Report::parse("r", text).map_err(|it: ReportError| it.to_string()),
            Err(want.to_owned())
        );
    }
    let report = Report::parse("r", "SELECT '?' -- what?\n").unwrap();
    assert_eq!(report.bound(&[]).unwrap(), "SELECT '?' -- what?");
}
