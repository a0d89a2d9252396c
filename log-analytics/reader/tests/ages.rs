//! Logs of every age and shape give the rows that they hold, and tell of the lines that are none.
#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::io::Write;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int32Type, Int64Type, TimestampMillisecondType};
use arrow_array::{Array, ArrayRef, RecordBatch};
use log_reader::{Column, LogFile, RAW, REQUESTS, Raw, ReadError, Reading, Tally, Text};

/// 2026-11-23 07:06:53 UTC in milliseconds.
const THEN: i64 = 1_795_417_613_000;

const FEW: [Column; 5] = [Column::Ts, Column::Host, Column::Path, Column::Query, Column::Bytes];

/// The rows of a file, each as a person would write it down.
fn rows(file: &mut LogFile) -> Result<Vec<String>, ReadError> {
    let mut rows = Vec::new();
    while let Some(batch) = file.next_batch()? {
        rows.extend((0..batch.num_rows()).map(|row| row_of(&batch, row)));
    }
    Ok(rows)
}

fn row_of(batch: &RecordBatch, row: usize) -> String {
    let cells = batch.columns().iter().map(|column| cell_of(column, row));
    cells.collect::<Vec<_>>().join(" | ")
}

fn cell_of(column: &ArrayRef, row: usize) -> String {
    if column.is_null(row) {
        "NULL".to_owned()
    } else if let Some(column) = column.as_string_view_opt() {
        column.value(row).to_owned()
    } else if let Some(column) = column.as_primitive_opt::<Int32Type>() {
        column.value(row).to_string()
    } else if let Some(column) = column.as_primitive_opt::<Int64Type>() {
        column.value(row).to_string()
    } else if let Some(column) = column.as_primitive_opt::<Float64Type>() {
        column.value(row).to_string()
    } else {
        column.as_primitive::<TimestampMillisecondType>().value(row).to_string()
    }
}

fn read_bytes(bytes: &[u8], reading: Reading) -> (Result<Vec<String>, ReadError>, Tally) {
    let text = Text::of_file(bytes.to_vec()).expect("the file begins well");
    let mut file = LogFile::new("a.gz", text, Arc::new(reading));
    let rows = rows(&mut file);
    (rows, file.tally().clone())
}

fn read(log: &str) -> (Vec<String>, Tally) {
    let (rows, tally) = read_bytes(log.as_bytes(), Reading::of(&FEW));
    (rows.expect("the file is read to its end"), tally)
}

#[test]
fn the_header_says_where_columns_stand() {
    let log = "#Version: 1.0\n\
        #Fields: cs-uri-query date x-host-header sc-bytes time cs-uri-stem\n\
        w=3\t2026-11-23\tShop.example:443\t10\t07:06:53\t/a%2520b.jpg\r\n\
        -\t2026-11-23\tshop.example\t-\t07:06:54\t/\n";
    let (rows, tally) = read(log);
    let want = [
        format!("{THEN} | shop.example | /a b.jpg | w=3 | 10"),
        format!("{} | shop.example | / | NULL | NULL", THEN + 1000),
    ];
    assert_eq!(rows, want);
    assert_eq!((tally.rows, tally.bad_lines), (2, 0));
}

#[test]
fn every_width_of_legacy_logs_is_read_without_a_header() {
    for width in [12, 15, 18, 19, 20, 23, 24, 26, 33, 34, 35] {
        let mut cells = vec!["-"; width];
        (cells[0], cells[1], cells[3]) = ("2026-11-23", "07:06:53", "10");
        (cells[6], cells[7]) = ("d1.cloudfront.net", "/a");
        if width > 15 {
            cells[15] = "shop.example";
        }
        let host = if width > 15 { "shop.example" } else { "d1.cloudfront.net" };
        // With and without a tab behind the last column, with and without the last line end.
        for end in ["\n", "\r\n", "\t\n", ""] {
            let (rows, tally) = read(&format!("{}{end}", cells.join("\t")));
            assert_eq!(rows, [format!("{THEN} | {host} | /a | NULL | 10")], "{width}{end:?}");
            assert_eq!(tally.bad_lines, 0);
        }
    }
}

#[test]
fn real_time_logs_have_hosts_swapped_and_the_query_in_the_stem() {
    let mut cells = vec!["-"; 40];
    cells[0] = "1795417613.125";
    (cells[5], cells[8], cells[9], cells[13]) =
        ("10", "shop.example", "/a?w=3", "d1.cloudfront.net");
    let (rows, _) = read(&cells.join("\t"));
    assert_eq!(rows, [format!("{} | shop.example | /a | w=3 | 10", THEN + 125)]);
}

#[test]
fn json_and_other_delimiters_are_the_same_rows() {
    let want = format!("{} | shop.example | /a | w=3 | 10", THEN + 125);
    let json = r#"{"date":"2026-11-23","timestamp(ms)":"1795417613125","x-host-header":"shop.example","cs-uri-stem":"/a","cs-uri-query":"w=3","sc-bytes":"10","sc-content-len":"-"}
not json
{"timestamp(ms)":1795417613125,"x-host-header":"shop.example","cs-uri-stem":"/a","cs-uri-query":"w=3","sc-bytes":10}
"#;
    let (rows, tally) = read(json);
    assert_eq!(rows, [want.clone(), want.clone()]);
    assert_eq!((tally.bad_lines, tally.bad[0].line), (1, 2));

    let cells = ["1795417613125", "shop.example", "/a", "w=3", "10"];
    let names = ["timestamp(ms)", "x-host-header", "cs-uri-stem", "cs-uri-query", "sc-bytes"];
    for delimiter in [",", "|", ";", " ", "\t"] {
        let (rows, _) = read(&format!("#Fields: {}\n{}\n", names.join(" "), cells.join(delimiter)));
        assert_eq!(rows, [want.as_str()], "{delimiter}");
    }
    let reading = Reading {
        delimiter: Some(b"::|".to_vec()),
        names: Some(names.map(str::to_owned).to_vec()),
        ..Reading::of(&FEW)
    };
    let (rows, _) = read_bytes(cells.join("::|").as_bytes(), reading);
    assert_eq!(rows.unwrap(), [want]);
}

#[test]
fn a_delimiter_for_files_without_a_header_leaves_the_others_alone() {
    let log = "#Fields: date time cs-uri-stem\n2026-11-23\t07:06:53\t/a\n";
    let reading = Reading { delimiter: Some(b";".to_vec()), ..Reading::of(&[Column::Path]) };
    let (rows, _) = read_bytes(log.as_bytes(), reading);
    assert_eq!(rows.unwrap(), ["/a"]);
}

#[test]
fn repeated_headers_change_the_layout_in_mid_file() {
    let log = "#Fields: date time cs-uri-stem\n2026-11-23\t07:06:53\t/a\n\
        #Version: 1.0\n#Fields: date time sc-bytes cs-uri-stem\n2026-11-23\t07:06:53\t10\t/b\n";
    let (rows, _) = read(log);
    let want =
        [format!("{THEN} | NULL | /a | NULL | NULL"), format!("{THEN} | NULL | /b | NULL | 10")];
    assert_eq!(rows, want);
}

#[test]
fn streaming_logs_are_recognised_and_counted() {
    let log = "#Version: 1.0\n\
        #Fields: date time x-edge-location c-ip x-event sc-bytes x-cf-status x-cf-client-id\n\
        2010-03-12\t23:51:20\tSEA4\t192.0.2.147\tconnect\t2014\tOK\tbfd8\n";
    let (rows, tally) = read(log);
    assert_eq!((rows.len(), tally.streaming, tally.bad_lines), (0, 1, 0));
}

#[test]
fn bad_lines_are_told_with_number_and_reason() {
    let mut log = b"#Fields: date time cs-uri-stem\n\
        2026-11-23\t07:06:53\t/a\n\
        2026-11-23\t07:06\n\
        \n\
        2026-11-23\t25:06:53\t/b\n\
        2026-11-23\t07:06:53\t/c\td\n\
        2026-11-23\t07:06:53\t/\xff\n\
        2026-11-23\t07:06:53\t/z\n"
        .to_vec();
    log.extend(b"2026-11-23\t07");
    let (rows, tally) = read_bytes(&log, Reading::of(&[Column::Path]));
    assert_eq!(rows.unwrap(), ["/a", "/z"]);
    let told = |bad: &log_reader::BadLine| format!("{}: {}", bad.line, bad.reason);
    let mut told: Vec<String> = tally.bad.iter().map(told).collect();
    told.sort();
    let want = [
        "3: 2 columns of 3: the line is cut off",
        "5: date and time are none",
        "6: 4 columns where there are 3",
        "7: bytes that are no UTF-8",
        "9: 2 columns of 3: the line is cut off",
    ];
    assert_eq!(told, want);
    assert_eq!((tally.rows, tally.bad_lines), (2, 5));
}

#[test]
fn a_file_that_is_no_log_is_an_error() {
    let (rows, _) = read_bytes(b"<html>\nnothing", Reading::of(&FEW));
    let error = rows.expect_err("this is no log").to_string();
    let want =
        "this is no access log of CloudFront: no `#Fields` line, and a first line of 1 columns";
    assert_eq!(error, want);
}

#[test]
fn rows_outside_the_time_are_counted_and_not_read() {
    let log = "#Fields: date time\n\
        2026-11-22\t23:59:59\n2026-11-23\t00:00:00\n2026-11-24\t00:00:00\n";
    let midnight = THEN - THEN % 86_400_000;
    let between = (midnight, midnight + 86_400_000);
    let reading = Reading { between, ..Reading::of(&[Column::Day]) };
    let (rows, tally) = read_bytes(log.as_bytes(), reading);
    assert_eq!(rows.unwrap(), ["2026-11-23"]);
    assert_eq!((tally.rows, tally.outside), (1, 2));
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    out.write_all(text).unwrap();
    out.finish().unwrap()
}

/// A log of 5,000 lines.
fn long_log() -> Vec<u8> {
    let lines = (0..5000).map(|n| format!("2026-11-23\t07:06:53\t/{n}\n"));
    let header = "#Fields: date time cs-uri-stem\n".to_owned();
    std::iter::once(header).chain(lines).collect::<String>().into_bytes()
}

#[test]
fn gzip_of_many_members_zstd_and_plain_are_the_same() {
    let log = long_log();
    // A member may end in the middle of a line.
    let members: Vec<u8> = log.chunks(1003).flat_map(gzip).collect();
    let mut padded = gzip(&log);
    padded.extend([0; 512]);
    let zstd = |text: &[u8]| zstd::encode_all(text, 1).unwrap();
    let frames = [zstd(&log[..77]), zstd(&log[77..])].concat();
    for bytes in [gzip(&log), members, padded, zstd(&log), frames, log.clone()] {
        let (rows, tally) = read_bytes(&bytes, Reading::of(&[Column::Path]));
        let rows = rows.unwrap();
        assert_eq!((rows.len(), tally.bad_lines), (5000, 0));
        assert_eq!((rows[0].as_str(), rows[4999].as_str()), ("/0", "/4999"));
    }
}

#[test]
fn a_damaged_gzip_gives_what_comes_before_the_damage() {
    let whole = gzip(&long_log());
    let text = Text::of_file(whole[..whole.len() / 2].to_vec()).unwrap();
    let mut file = LogFile::new("a.gz", text, Arc::new(Reading::of(&[Column::Path])));
    let mut count = 0;
    let error = loop {
        match file.next_batch() {
            Ok(Some(batch)) => count += batch.num_rows(),
            Ok(None) => panic!("the damage was not told"),
            Err(error) => break error,
        }
    };
    assert!(count > 1000, "{count} rows");
    assert!(matches!(error, ReadError::Io(_)), "{error}");
}

#[test]
fn what_the_view_has_is_the_same_whichever_columns_are_read() {
    let mut cells: Vec<String> = RAW[..35].iter().map(|it| it.name.to_owned()).collect();
    for (raw, value) in [
        (Raw::Date, "2026-11-23"),
        (Raw::Time, "07:06:53"),
        (Raw::UriStem, "/cdn-cgi/image/width=320,format=auto/shoe.JPG"),
        (Raw::UserAgent, "Mozilla/5.0%20(X11)%20Firefox/140.0"),
        (Raw::Referer, "https://Shop.example/p?q=secret"),
        (Raw::ContentType, "image/JPEG%3B%20q=1"),
        (Raw::ClientIp, "203.0.113.77"),
        (Raw::Status, "000"),
    ] {
        value.clone_into(&mut cells[raw as usize]);
    }
    let log = cells.join("\t");
    let all: Vec<Column> = REQUESTS.iter().map(|it| it.column).collect();
    let together = read_bytes(log.as_bytes(), Reading::of(&all)).0.unwrap();
    let alone =
        |&column: &Column| read_bytes(log.as_bytes(), Reading::of(&[column])).0.unwrap().remove(0);
    let apart: Vec<String> = all.iter().map(alone).collect();
    assert_eq!(together, [apart.join(" | ")]);
    for (name, want) in [
        ("status", "NULL"),
        ("extension", "jpg"),
        ("image_width", "320"),
        ("image_format", "jpeg"),
        ("content_type", "image/jpeg"),
        ("browser", "Firefox"),
        ("device", "desktop"),
        ("referrer", "https://Shop.example/p"),
        ("referrer_host", "shop.example"),
        ("client_ip", "203.0.0.0"),
        ("visitor", "NULL"),
        ("file", "a.gz"),
    ] {
        assert_eq!(apart[Column::named(name).unwrap() as usize], want, "{name}");
    }
}
