//! Logs that CloudFront wrote as Parquet give the rows that the same logs as text give.
#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use datafusion::parquet::arrow::ArrowWriter;
use log_analytics::{Answer, Format, Local, Question, Report, find, render};
use tempfile::TempDir;

const NAMES: [&str; 8] = [
    "date",
    "time",
    "x-host-header",
    "cs(User-Agent)",
    "cs-uri-stem",
    "sc-bytes",
    "timestamp(ms)",
    "x-edge-request-id",
];

const ROWS: [[&str; 8]; 3] = [
    [
        "2026-11-23",
        "07:06:53",
        "a.example",
        "Mozilla/5.0%20Firefox/140.0",
        "/a%2520b.jpg",
        "10",
        "1795417613125",
        "1==",
    ],
    ["2026-11-23", "07:06:54", "b.example", "-", "/", "-", "1795417614000", "2=="],
    ["2026-11-24", "00:00:00", "a.example", "curl/8.0", "/%C3%A9", "7", "1795478400000", "3=="],
];

/// The rows as lines, and as Parquet: the same text in columns whose names have no brackets.
fn write(folder: &Path) {
    let lines: String = ROWS.iter().map(|row| row.join("\t") + "\n").collect();
    let header = format!("#Fields: {}\n", NAMES.join(" "));
    fs::create_dir_all(folder.join("text")).unwrap();
    fs::create_dir_all(folder.join("parquet")).unwrap();
    fs::write(folder.join("text/x.w3c"), header + &lines).unwrap();
    let name = |name: &str| name.replace(['(', '-'], "_").replace(')', "").to_lowercase();
    let columns = NAMES.iter().enumerate().map(|(place, of)| {
        let cells: StringArray = ROWS.iter().map(|row| Some(row[place])).collect();
        (name(of), Arc::new(cells) as ArrayRef)
    });
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let file = File::create(folder.join("parquet/x.parquet")).unwrap();
    let mut writer = ArrowWriter::try_new(file, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
}

fn ask(places: &[&Path], sql: &str) -> Answer {
    let places: Vec<String> = places.iter().map(|it| it.display().to_string()).collect();
    let local = Local {
        inputs: find(&places).expect("files"),
        knowledge: Arc::default(),
        delimiter: None,
        names: None,
        strict: false,
        threads: 2,
    };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(local.ask(&Question { sql: sql.to_owned() })).expect(sql)
}

fn csv(answer: &Answer) -> String {
    render(&Report::default(), answer, Format::Csv).expect("cells").replace("\r\n", "\n")
}

#[test]
fn its_rows_are_those_of_the_text() {
    let folder = TempDir::new().unwrap();
    write(folder.path());
    let (text, parquet) = (folder.path().join("text"), folder.path().join("parquet"));
    for sql in [
        "SELECT ts, day, host, path, bytes, browser, user_agent, request_id FROM requests ORDER BY ts",
        "SELECT count(*) AS n, sum(bytes) AS b FROM requests WHERE site = 'a.example'",
        "SELECT path FROM requests WHERE day = '2026-11-24'",
        "SELECT path FROM requests WHERE ts >= TIMESTAMP '2026-11-24 00:00:00'",
    ] {
        assert_eq!(csv(&ask(&[&parquet], sql)), csv(&ask(&[&text], sql)), "{sql}");
    }
    let both = ask(&[&parquet, &text], "SELECT count(*) AS n FROM requests");
    assert_eq!((csv(&both), both.summary.files, both.summary.rows), ("n\n6\n".to_owned(), 2, 6));
    let lacking = ask(&[&parquet], "SELECT max(status) AS s FROM requests");
    assert_eq!(csv(&lacking), "s\n\n");
    assert_eq!(lacking.summary.noteworthy[0].missing, ["status"]);
}

#[test]
fn a_damaged_file_is_told_and_the_others_are_read() {
    let folder = TempDir::new().unwrap();
    write(folder.path());
    let place = folder.path().join("parquet/x.parquet");
    let whole = fs::read(&place).unwrap();
    // Without its end, without its begin, and with pages that are none.
    let mut holed = whole.clone();
    let ends: [u8; 4] = whole[whole.len() - 8..whole.len() - 4].try_into().unwrap();
    let footer = whole.len() - 8 - usize::try_from(u32::from_le_bytes(ends)).unwrap();
    holed[4..footer].fill(0xff);
    for (nth, bytes) in [&whole[..whole.len() - 9], b"PAR1", &holed].into_iter().enumerate() {
        fs::write(folder.path().join(format!("parquet/y{nth}.parquet")), bytes).unwrap();
    }
    let answer = ask(&[folder.path()], "SELECT count(*) AS n, count(bytes) AS b FROM requests");
    assert_eq!(csv(&answer), "n,b\n6,4\n");
    let told = answer.summary.noteworthy.iter().filter(|file| file.error.is_some()).count();
    assert_eq!(told, 3);
}
