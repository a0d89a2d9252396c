//! What is written is read again as the same table; what is no statement is an error, never a panic.

use log_athena::{Folders, RawFormat, RawLogs, Table, create_table, parse_table};
use proptest::prelude::*;

use crate::samples::{compacted, hourly, version_1, version_2};

fn formats() -> impl Strategy<Value = RawFormat> {
    prop::sample::select(vec![
        RawFormat::W3c,
        RawFormat::Plain,
        RawFormat::Json,
        RawFormat::Parquet,
    ])
}

fn folders() -> impl Strategy<Value = Folders> {
    prop_oneof![
        Just(Folders::None),
        Just(Folders::Any),
        prop::collection::vec("[a-z0-9/-]{1,12}", 1..5).prop_map(Folders::Listed),
    ]
}

proptest! {
    #[test]
    fn a_table_is_what_its_statement_says(format in formats(), folders in folders(), name in "[a-z][a-z0-9_]{0,20}") {
        let logs = RawLogs { layout: hourly(folders), ..version_2(&name, format) };
        let table = logs.table();
        prop_assert_eq!(parse_table(&create_table(&table, "cdn")).unwrap(), table);
    }

    #[test]
    fn any_text_of_a_property_survives(value in "\\PC{0,40}", tab in "[\t\n\r'\"\\\\`a]{0,8}") {
        let mut table = compacted().table();
        table.parameters.insert("comment".to_owned(), format!("{value}{tab}"));
        prop_assert_eq!(parse_table(&create_table(&table, "cdn")).unwrap(), table);
    }

    #[test]
    fn no_text_panics(text in "(CREATE|EXTERNAL|TABLE|ROW|FORMAT|SERDE|LOCATION|[(),'\"`<>=;a \\\\é\n]){0,60}") {
        let _any = parse_table(&text);
        let _any = parse_table(&format!("CREATE EXTERNAL TABLE t (a int) {text}"));
    }

    #[test]
    fn a_catalogs_answer_is_the_table_again(format in formats(), folders in folders()) {
        let table = RawLogs { layout: hourly(folders), ..version_2("raw", format) }.table();
        let json = serde_json::to_string(&table).unwrap();
        prop_assert_eq!(serde_json::from_str::<Table>(&json).unwrap(), table);
    }
}

#[test]
fn a_flat_table_is_what_its_statement_says() {
    let table = version_1("raw").table();
    assert_eq!(parse_table(&create_table(&table, "cdn")).unwrap(), table);
}

#[test]
fn an_error_names_its_line() {
    for (sql, want) in [
        ("SELECT 1", "line 1: `SELECT` where CREATE EXTERNAL TABLE is needed"),
        ("CREATE EXTERNAL TABLE t (\n a int\n b int)", "line 3: `b` where `,` or `)` is needed"),
        ("CREATE TABLE t (a int)\nLOCATION s3", "line 2: `s3` where a text in quotes is needed"),
        ("CREATE TABLE t (a int)\nLOCATION 's3", "line 2: ' is not closed"),
        ("CREATE TABLE t (a int", "line 1: `the end` where `,` or `)` is needed"),
    ] {
        assert_eq!(parse_table(sql).unwrap_err().to_string(), want);
    }
}
