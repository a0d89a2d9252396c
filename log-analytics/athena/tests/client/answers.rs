//! Answers as they come: typed, whole, and from the object.

use std::future::pending;

use arrow_array::cast::AsArray as _;
use arrow_array::types::{
    Date32Type, Decimal128Type, Float64Type, Int32Type, Int64Type, TimestampMillisecondType,
};
use arrow_schema::{DataType, TimeUnit};
use log_athena::client::Question;
use serde_json::json;

use crate::front::Front;
use crate::script::Script;

pub(crate) fn question(sql: &str) -> Question {
    Question { sql: sql.to_owned(), seed: [7; 16], ..Question::default() }
}

#[tokio::test]
async fn an_answer_is_typed_and_null_is_not_an_empty_text() {
    let mut script = Script::answered(
        &[
            ("site", "varchar"),
            ("requests", "bigint"),
            ("small", "smallint"),
            ("share", "double"),
            ("usd", "decimal"),
            ("day", "date"),
            ("at", "timestamp"),
            ("ok", "boolean"),
            ("many", "array"),
        ],
        &[
            &[
                Some("aurora"),
                Some("9007199254740993"),
                Some("-7"),
                Some("0.25"),
                Some("12.50"),
                Some("2026-11-23"),
                Some("2026-11-23 07:06:53.250"),
                Some("true"),
                Some("[1, 2]"),
            ],
            &[
                Some(""),
                None,
                None,
                Some("NaN"),
                Some("-0.05"),
                Some("1969-12-31"),
                None,
                Some("false"),
                None,
            ],
            &[Some("a \"b\",\nc"), Some("0"), Some("1"), None, None, None, None, None, Some("[]")],
        ],
    );
    script.columns[4] = ("usd", "decimal", 10, 2);
    let front = Front::with("FROM requests", script).await;
    let (athena, _) = front.athena();
    let sql = "SELECT * FROM requests";
    let answer = athena.ask(&question(sql), &|_| {}, pending()).await.unwrap();
    let types: Vec<DataType> =
        answer.schema.fields().iter().map(|it| it.data_type().clone()).collect();
    assert_eq!(
        types,
        [
            DataType::Utf8,
            DataType::Int64,
            DataType::Int32,
            DataType::Float64,
            DataType::Decimal128(10, 2),
            DataType::Date32,
            DataType::Timestamp(TimeUnit::Millisecond, None),
            DataType::Boolean,
            DataType::Utf8,
        ]
    );
    let [batch] = &answer.batches[..] else { panic!("{}", answer.batches.len()) };
    let texts = |nth: usize| batch.column(nth).as_string::<i32>().iter().collect::<Vec<_>>();
    assert_eq!(texts(0), [Some("aurora"), Some(""), Some("a \"b\",\nc")]);
    assert_eq!(texts(8), [Some("[1, 2]"), None, Some("[]")]);
    // Beyond what a double can tell apart.
    let requests = batch.column(1).as_primitive::<Int64Type>();
    assert_eq!(requests.iter().collect::<Vec<_>>(), [Some(9_007_199_254_740_993), None, Some(0)]);
    let small = batch.column(2).as_primitive::<Int32Type>();
    assert_eq!(small.iter().collect::<Vec<_>>(), [Some(-7), None, Some(1)]);
    let share: Vec<Option<f64>> = batch.column(3).as_primitive::<Float64Type>().iter().collect();
    assert!(share[0] == Some(0.25) && share[1].is_some_and(f64::is_nan) && share[2].is_none());
    let usd = batch.column(4).as_primitive::<Decimal128Type>();
    assert_eq!(usd.iter().collect::<Vec<_>>(), [Some(1_250), Some(-5), None]);
    let day = batch.column(5).as_primitive::<Date32Type>();
    assert_eq!(day.iter().collect::<Vec<_>>(), [Some(20_780), Some(-1), None]);
    let at = batch.column(6).as_primitive::<TimestampMillisecondType>();
    assert_eq!(at.iter().collect::<Vec<_>>(), [Some(1_795_417_613_250), None, None]);
    let ok = batch.column(7).as_boolean();
    assert_eq!(ok.iter().collect::<Vec<_>>(), [Some(true), Some(false), None]);
    assert_eq!(answer.bill.bytes, 20 << 20);
    assert!((answer.bill.dollars - 5.0 * 20.0 / f64::from(1 << 20)).abs() < 1e-12);
    assert_eq!(answer.bill.queued.as_millis(), 340);
}

#[tokio::test]
async fn a_long_answer_is_read_from_the_object() {
    let rows: Vec<Vec<Option<String>>> =
        (0..25_000).map(|nth| vec![Some(nth.to_string()), Some(format!("/p/{nth}"))]).collect();
    let script = Script { rows, ..Script::answered(&[("n", "bigint"), ("path", "varchar")], &[]) };
    let front = Front::with("SELECT", script).await;
    let (athena, _) = front.athena();
    let answer = athena.ask(&question("SELECT n, path"), &|_| {}, pending()).await.unwrap();
    let numbers = answer.batches.iter().flat_map(|it| {
        it.column(0).as_primitive::<Int64Type>().iter().flatten().collect::<Vec<_>>()
    });
    assert!(numbers.eq(0..25_000));
    // The columns' types alone are asked for by the call that has a thousand rows a page.
    let pages = front.asked("GetQueryResults");
    assert_eq!(pages, [json!({ "QueryExecutionId": "q-0", "MaxResults": 1 })]);
}

#[tokio::test]
async fn an_object_that_breaks_off_is_read_again() {
    let front = Front::with("SELECT", Script::one()).await;
    front.world().breaks = 2;
    let (athena, slept) = front.athena();
    let answer = athena.ask(&question("SELECT 1"), &|_| {}, pending()).await.unwrap();
    assert_eq!(answer.batches[0].column(0).as_primitive::<Int64Type>().value(0), 1);
    assert_eq!(slept.all().len(), 3, "one look, two attempts more");
}

#[tokio::test]
async fn an_answer_that_athena_keeps_is_read_page_by_page() {
    let rows: Vec<Vec<Option<String>>> = (0..10).map(|nth| vec![Some(nth.to_string())]).collect();
    let front = Front::with("SELECT", Script { rows, ..Script::one() }).await;
    front.world().keeps_answers = true;
    let (athena, _) = front.athena();
    let answer = athena.ask(&question("SELECT 1"), &|_| {}, pending()).await.unwrap();
    let numbers = answer.batches[0].column(0).as_primitive::<Int64Type>();
    assert!(numbers.values().iter().copied().eq(0..10));
    assert!(front.asked("GetQueryResults").len() > 3);
}

#[tokio::test]
async fn words_of_the_catalog_have_no_header() {
    let script = Script {
        kind: "UTILITY",
        ..Script::answered(&[("tab_name", "string")], &[&[Some("raw")], &[Some("requests")]])
    };
    let front = Front::with("SHOW TABLES", script.seen(&[("SUCCEEDED", 0)])).await;
    let (athena, _) = front.athena();
    let answer = athena.ask(&question("SHOW TABLES"), &|_| {}, pending()).await.unwrap();
    let names = answer.batches[0].column(0).as_string::<i32>();
    assert_eq!(names.iter().flatten().collect::<Vec<_>>(), ["raw", "requests"]);
    assert!(answer.bill.dollars == 0.0);
}

#[tokio::test]
async fn no_rows_are_an_answer() {
    let front = Front::with("SELECT", Script::answered(&[("n", "bigint")], &[])).await;
    let (athena, _) = front.athena();
    let answer = athena.ask(&question("SELECT 1"), &|_| {}, pending()).await.unwrap();
    assert_eq!(answer.batches.iter().map(arrow_array::RecordBatch::num_rows).sum::<usize>(), 0);
    assert_eq!(answer.schema.field(0).name(), "n");
}

#[tokio::test]
async fn a_value_that_is_none_of_its_type_is_told() {
    let script = Script::answered(&[("status", "integer")], &[&[Some("000x")]]);
    let front = Front::with("SELECT", script).await;
    let (athena, _) = front.athena();
    let error = athena.ask(&question("SELECT 1"), &|_| {}, pending()).await.unwrap_err();
    assert_eq!(error.to_string(), "reading the answer: `000x` in the column `status` is no Int32");
}
