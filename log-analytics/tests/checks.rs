//! What every row has to hold, and answers as Parquet.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::sync::Arc;

use arrow_array::{Float64Array, Int64Array, RecordBatch, StringViewArray};
use arrow_schema::{DataType, Field, Schema};
use log_analytics::{Answer, Check, Report, Summary, Verdict, parquet};
use proptest::prelude::*;

/// An answer of three sites; the last one had no request that could be answered.
fn answer() -> Answer {
    let schema = Arc::new(Schema::new(vec![
        Field::new("site", DataType::Utf8View, true),
        Field::new("eligible", DataType::Int64, false),
        Field::new("availability", DataType::Float64, true),
    ]));
    let columns: Vec<arrow_array::ArrayRef> = vec![
        Arc::new(StringViewArray::from(vec!["a.example", "b.example", "c.example"])),
        Arc::new(Int64Array::from(vec![1_000, 200, 0])),
        Arc::new(Float64Array::from(vec![Some(99.95), Some(98.5), None])),
    ];
    let batch = RecordBatch::try_new(Arc::clone(&schema), columns).unwrap();
    Answer { schema, batches: vec![batch], summary: Summary::default() }
}

fn verdict(check: &str) -> Result<Verdict, String> {
    let check: Check =
        check.parse().map_err(|error: log_analytics::CheckError| error.to_string())?;
    check.verdict(&Report::default(), &answer()).map_err(|error| error.to_string())
}

#[test]
fn rows_that_do_not_hold_are_told() {
    for (check, want) in [
        ("eligible >= 0", ""),
        ("eligible != 1 and availability<=100", "site c.example: availability is NULL, not <= 100"),
        (
            "availability >= 99.9%",
            "site b.example: availability is 98.5, not >= 99.9\n\
             site c.example: availability is NULL, not >= 99.9",
        ),
        (
            "eligible > 100 AND availability < 99.9",
            "site a.example: availability is 99.95, not < 99.9\n\
             site c.example: eligible is 0, not > 100, availability is NULL, not < 99.9",
        ),
        (
            "eligible = 200",
            "site a.example: eligible is 1000, not = 200\nsite c.example: eligible is 0, not = 200",
        ),
    ] {
        let verdict = verdict(check).unwrap();
        assert_eq!(verdict.failures.join("\n"), want, "{check}");
        assert_eq!((verdict.rows, verdict.holds()), (3, want.is_empty()), "{check}");
    }
}

#[test]
fn what_cannot_be_checked_is_told() {
    let form = |text: &str| {
        Err(format!("`{text}` is no condition: write `column >= number`, several joined by `and`"))
    };
    for (check, want) in [
        ("", form("")),
        ("availability", form("availability")),
        ("availability >= high", form("availability >= high")),
        ("availability >= 1 and", form("")),
        (">= 1", form(">= 1")),
        ("a b >= 1", form("a b >= 1")),
        (
            "site = 1",
            Err("the answer has no column `site` to check: it has eligible, availability"
                .to_owned()),
        ),
    ] {
        assert_eq!(verdict(check), want, "{check}");
    }
}

#[test]
fn an_answer_without_rows_does_not_hold() {
    let check: Check = "availability >= 99.9".parse().unwrap();
    let empty = Answer { batches: Vec::new(), ..answer() };
    let verdict = check.verdict(&Report::default(), &empty).unwrap();
    assert_eq!((verdict.rows, verdict.holds()), (0, false));
}

#[test]
fn parquet_begins_and_ends_as_it_has_to() {
    let file = parquet(&answer()).unwrap();
    assert_eq!((&file[..4], &file[file.len() - 4..]), (&b"PAR1"[..], &b"PAR1"[..]));
    let reader = datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReader::try_new(
        bytes::Bytes::from(file),
        100,
    );
    let batches: Vec<RecordBatch> = reader.unwrap().map(Result::unwrap).collect();
    assert_eq!(batches, answer().batches);
}

proptest! {
    #[test]
    fn no_text_ends_the_program(text in "[a-z_<>=!0-9. %]{0,24}") {
        if let Ok(check) = text.parse::<Check>() {
            prop_assert_eq!(check.to_string().parse::<Check>().unwrap(), check);
        }
    }
}
