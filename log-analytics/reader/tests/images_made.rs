//! What functions logged of pictures, however the lines were brought here.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::fmt::Write as _;
use std::io::Write as _;

use arrow_array::cast::AsArray as _;
use arrow_array::types::{Int32Type, Int64Type, TimestampMillisecondType};
use arrow_array::{Array as _, RecordBatch};
use flate2::Compression;
use flate2::write::GzEncoder;
use log_reader::{FunctionLog, IMAGES_MADE, Tally, Text};
use serde_json::{Value, json};

/// As the function behind a function URL wrote it, in its own test.
const FUNCTION_URL: &str = include_str!("functions/function-url.jsonl");
/// As the function at the edge writes it.
const EDGE: &str = include_str!("functions/edge.jsonl");

fn read(bytes: Vec<u8>) -> (Vec<RecordBatch>, Tally, Vec<String>) {
    let mut log = FunctionLog::new("a.gz", Text::of_file(bytes).unwrap());
    let mut batches = Vec::new();
    while let Some(batch) = log.next_batch().unwrap() {
        batches.push(batch);
    }
    let bad = log.take_bad().iter().map(ToString::to_string).collect();
    (batches, log.tally().clone(), bad)
}

/// Original format and bytes, format and bytes of each picture.
fn pictures(batches: &[RecordBatch]) -> Vec<String> {
    let mut all = Vec::new();
    for batch in batches {
        let column = |name: &str| batch.column_by_name(name).unwrap();
        let text = |name: &str, row: usize| column(name).as_string::<i32>().value(row).to_owned();
        let number = |name: &str, row: usize| column(name).as_primitive::<Int64Type>().value(row);
        all.extend((0..batch.num_rows()).map(|row| {
            let (from, of) = (text("original_format", row), number("original_bytes", row));
            let (to, bytes) = (text("format", row), number("bytes", row));
            format!("{from} {of} {to} {bytes}")
        }));
    }
    all
}

const OF_FUNCTION_URL: [&str; 3] = ["jpeg 888 jpeg 574", "jpeg 888 jpeg 574", "jpeg 888 webp 244"];

#[test]
fn a_picture_is_a_row_with_all_that_was_logged() {
    let (batches, tally, bad) = read([FUNCTION_URL, EDGE].concat().into());
    assert_eq!(bad, [""; 0]);
    assert_eq!((tally.rows, tally.others), (4, 2), "`Ready` and an error are no pictures");
    let batch = &batches[0];
    let names: Vec<&str> = IMAGES_MADE.iter().map(|(name, ..)| *name).collect();
    let schema = batch.schema();
    assert_eq!(schema.fields().iter().map(|it| it.name().as_str()).collect::<Vec<_>>(), names);
    let column = |name: &str| batch.column_by_name(name).unwrap();
    let text = |name: &str, row| column(name).as_string::<i32>().value(row).to_owned();
    let at = column("ts").as_primitive::<TimestampMillisecondType>().value(3);
    assert_eq!(at, 1_795_484_402_118);
    let of_text =
        ["site", "recipe", "original_format", "format", "stored", "file"].map(|it| text(it, 2));
    assert_eq!(of_text, ["shop", "width=40,format=auto-webp", "jpeg", "webp", "yes", "a.gz"]);
    let width = column("width").as_primitive::<Int32Type>();
    assert_eq!((width.value(2), width.is_null(3)), (40, true));
}

/// Ways on which CloudWatch hands lines on.
#[test]
fn a_line_is_the_same_however_it_was_brought() {
    let lines: Vec<&str> = FUNCTION_URL.lines().collect();
    let each = |write: &dyn Fn(&str) -> String| {
        lines.iter().fold(String::new(), |mut text, line| {
            writeln!(text, "{}", write(line)).unwrap();
            text
        })
    };
    let events = || lines.iter().map(|line| json!({ "timestamp": 1, "message": line }));
    let subscription = |events: Vec<Value>| json!({ "messageType": "DATA_MESSAGE", "logGroup": "/aws/lambda/f", "logEvents": events });
    let halves: Vec<Value> = events().collect();
    let (first, second) = halves.split_at(2);
    let filtered = json!({ "events": events().collect::<Vec<_>>(), "searchedLogStreams": [] });
    for (what, text) in [
        ("an export", each(&|line| format!("2026-11-24T01:32:21.467Z {line}"))),
        (
            "aws logs tail",
            each(&|line| {
                format!("2026-11-24T01:32:21.467000+00:00 2026/11/24/[$LATEST]0a1b {line}")
            }),
        ),
        (
            "text of Node's",
            each(&|line| format!("2026-11-24T01:32:21.467Z\tee11-22\tINFO\t{line}")),
        ),
        ("text of the AWS CLI", each(&|line| format!("EVENTS\t37\t179\tstream\t{line}\t1795"))),
        ("JSON of Lambda's", each(&|line| json!({ "level": "INFO", "message": line }).to_string())),
        ("filter-log-events", serde_json::to_string_pretty(&filtered).unwrap()),
        ("the same on a line", filtered.to_string()),
        (
            "subscriptions, one behind the other",
            subscription(first.to_vec()).to_string() + &subscription(second.to_vec()).to_string(),
        ),
        ("line ends of Windows", FUNCTION_URL.replace('\n', "\r\n")),
    ] {
        let (batches, tally, bad) = read(text.clone().into_bytes());
        assert_eq!(pictures(&batches), OF_FUNCTION_URL, "{what}: {text}");
        assert_eq!((tally.rows, bad), (3, Vec::new()), "{what}");
        let mut packed = GzEncoder::new(Vec::new(), Compression::default());
        packed.write_all(text.as_bytes()).unwrap();
        assert_eq!(pictures(&read(packed.finish().unwrap()).0), OF_FUNCTION_URL, "{what}, packed");
    }
}

#[test]
fn what_cannot_be_read_is_told_and_what_is_of_others_is_counted() {
    let line = FUNCTION_URL.lines().nth(1).unwrap();
    let cut = &line[..line.len() - 40];
    let mut text = format!("START RequestId: 1 Version: 7\n\n{cut}\n");
    for (name, value) in [("bytes", json!(-1)), ("site", json!(7)), ("timestamp", json!("now"))] {
        let mut changed: Value = serde_json::from_str(line).unwrap();
        changed[name] = value;
        writeln!(text, "{changed}").unwrap();
    }
    let pretty = serde_json::to_string_pretty(&json!({ "original_bytes": 7 })).unwrap();
    writeln!(text, "{pretty}").unwrap();
    // Whoever may choose a URL must not make a picture of it.
    let forged = json!({ "message": "Gone", "url": line, "original_bytes": 1 });
    writeln!(text, "{forged}\n{}", json!({ "message": "Answered", "status": 404 })).unwrap();
    let mut bytes = text.into_bytes();
    bytes.extend(b"\xff original_bytes\n");
    let (batches, tally, bad) = read(bytes);
    assert_eq!((batches.len(), tally.rows, tally.bad_lines), (0, 0, 6));
    assert!(bad[0].starts_with("line 3: no JSON object: EOF while parsing"), "{bad:?}");
    assert_eq!(
        bad[1..],
        [
            "line 4: a picture without a `bytes` that can be read",
            "line 5: a picture without a `site` that can be read",
            "line 6: a picture without a `timestamp` that can be read",
            "line 8: a part of an object that stands on several lines",
            "line 12: bytes that are no UTF-8",
        ]
    );
    assert_eq!(tally.others, 5, "START, two braces, what is forged and what was not found");
}

#[test]
fn access_logs_have_no_pictures_and_functions_no_requests() {
    let access = "#Fields: date time sc-bytes\n2026-11-23\t07:06:53\t1024\n";
    let (batches, tally, bad) = read(access.into());
    assert_eq!((batches.len(), tally.others, bad.len()), (0, 2, 0));
    let reading = log_reader::Reading::of(&[log_reader::Column::Bytes]);
    let text = Text::of_file(FUNCTION_URL.into()).unwrap();
    let mut file = log_reader::LogFile::new("a", text, std::sync::Arc::new(reading));
    let error = file.next_batch().unwrap_err().to_string();
    assert!(error.contains("the table `images_made`"), "{error}");
}
