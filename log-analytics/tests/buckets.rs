//! Logs in buckets: an answer is the same as from a folder, and what is of another time is not fetched.
#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::object_store::memory::InMemory;
use datafusion::object_store::path::Path as ObjectPath;
use datafusion::object_store::{ObjectStoreExt as _, PutPayload};
use jiff::Timestamp;
use log_analytics::{
    Bucket, Compaction, Format, Input, InputError, Local, Question, REOPEN, Report, SORT_MEMORY,
    find, find_beside, render,
};
use tempfile::TempDir;
use tokio::runtime::Runtime;

const ALL: (i64, i64) = (i64::MIN, i64::MAX);

const HEADER: &str = "#Version: 1.0\n#Fields: date time cs-method cs-uri-stem sc-status sc-bytes \
    x-edge-request-id x-host-header\n";

const QUESTION: &str = "SELECT day, path, status, bytes, site FROM requests ORDER BY day, path";

/// A folder of logs of two months, named as each kind of delivery names its files.
fn logs(folder: &Path) -> Vec<PathBuf> {
    let file = |name: &str, day: &str, path: &str| {
        let place = folder.join(name);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        let row = format!("{day}\t07:06:53\tGET\t{path}\t200\t42\tid{path}==\ta.example\n");
        fs::write(&place, HEADER.to_owned() + &row).unwrap();
        place
    };
    vec![
        file("flat/E2EXAMPLE12345.2026-11-23-07.a1.gz", "2026-11-23", "/flat-23"),
        file("flat/E2EXAMPLE12345.2026-12-01-07.a2.gz", "2026-12-01", "/flat-1"),
        file("E2EXAMPLE12345/2026/11/23/07/b1.gz", "2026-11-23", "/folders-23"),
        file("E2EXAMPLE12345/2026/12/01/07/b2.gz", "2026-12-01", "/folders-1"),
        file("other/notes.log", "2026-11-23", "/no-date"),
        file("other/_temporary/x.log", "2026-11-23", "/hidden"),
    ]
}

/// A bucket that holds what a folder holds.
fn bucket(folder: &Path, files: &[PathBuf], runtime: &Runtime) -> Bucket {
    let store = InMemory::new();
    for file in files {
        let key = file.strip_prefix(folder).unwrap().to_str().unwrap();
        let content = PutPayload::from(fs::read(file).unwrap());
        runtime.block_on(store.put(&ObjectPath::parse(key).unwrap(), content)).unwrap();
    }
    Bucket { name: "logs".to_owned(), store: Arc::new(store) }
}

fn local(inputs: Vec<Input>) -> Local {
    Local {
        inputs,
        knowledge: Arc::default(),
        delimiter: None,
        names: None,
        strict: false,
        threads: 2,
    }
}

fn csv(local: &Local, sql: &str, runtime: &Runtime) -> String {
    let answer = runtime.block_on(local.ask(&Question { sql: sql.to_owned() })).expect(sql);
    assert_eq!(answer.summary.noteworthy, [], "{sql}");
    render(&Report::default(), &answer, Format::Csv).unwrap()
}

fn keys(found: &[Input]) -> Vec<&str> {
    let mut keys: Vec<&str> =
        found.iter().map(|input| input.name.strip_prefix("s3://logs/").unwrap()).collect();
    keys.sort_unstable();
    keys
}

fn millis(text: &str) -> i64 {
    text.parse::<Timestamp>().unwrap().as_millisecond()
}

#[test]
fn an_answer_is_the_same_as_from_a_folder() {
    let (folder, runtime) = (TempDir::new().unwrap(), Runtime::new().unwrap());
    let files = logs(folder.path());
    let bucket = bucket(folder.path(), &files, &runtime);
    let objects = runtime.block_on(bucket.find("", ALL)).unwrap();
    let there = local(find_beside(objects, &[]).unwrap());
    let here = local(find(&[folder.path().display().to_string()]).unwrap());
    assert_eq!(there.inputs.len(), 5);
    let answer = csv(&there, QUESTION, &runtime);
    assert_eq!(answer.lines().count(), 6);
    assert_eq!(answer, csv(&here, QUESTION, &runtime));
}

#[test]
fn keys_folders_and_patterns_select() {
    let (folder, runtime) = (TempDir::new().unwrap(), Runtime::new().unwrap());
    let bucket = bucket(folder.path(), &logs(folder.path()), &runtime);
    for (wanted, want) in [
        ("other/notes.log", vec!["other/notes.log"]),
        ("other", vec!["other/notes.log"]),
        ("other/", vec!["other/notes.log"]),
        ("flat/*.2026-11-*.gz", vec!["flat/E2EXAMPLE12345.2026-11-23-07.a1.gz"]),
        (
            "E2EXAMPLE12345/2026/*/*/07/b?.gz",
            vec!["E2EXAMPLE12345/2026/11/23/07/b1.gz", "E2EXAMPLE12345/2026/12/01/07/b2.gz"],
        ),
    ] {
        let found = runtime.block_on(bucket.find(wanted, ALL)).unwrap();
        assert_eq!(keys(&found), want, "{wanted}");
    }
    for wanted in ["nothing/", "flat/*.zst", "fla"] {
        let error = runtime.block_on(bucket.find(wanted, ALL)).unwrap_err();
        assert_eq!(error.to_string(), format!("no file of logs is at s3://logs/{wanted}"));
    }
    let error = runtime.block_on(bucket.find("a[", ALL)).unwrap_err();
    assert!(matches!(error, InputError::Pattern { .. }), "{error}");
}

#[test]
fn what_is_hidden_is_read_where_it_is_named() {
    let (folder, runtime) = (TempDir::new().unwrap(), Runtime::new().unwrap());
    let mut files = logs(folder.path());
    for name in ["_logs/a.log", "_logs/.DS_Store", "other/_SUCCESS", "2026/[$LATEST]0a/b.log"] {
        let place = folder.path().join(name);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(&place, HEADER).unwrap();
        files.push(place);
    }
    let bucket = bucket(folder.path(), &files, &runtime);
    let here = |wanted: &str| find(&[folder.path().join(wanted).display().to_string()]);
    for (wanted, want) in [
        ("other/*", vec!["other/notes.log"]),
        ("other/**/*", vec!["other/notes.log"]),
        ("other/_*", vec!["other/_SUCCESS", "other/_temporary/x.log"]),
        ("other/_temporary/", vec!["other/_temporary/x.log"]),
        ("other/_SUCCESS", vec!["other/_SUCCESS"]),
        ("_logs", vec!["_logs/a.log"]),
        ("2026/[$LATEST]0a/", vec!["2026/[$LATEST]0a/b.log"]),
    ] {
        // A pattern of keys is about objects, and not about folders.
        if wanted != "other/_*" {
            assert_eq!(
                keys(&runtime.block_on(bucket.find(wanted, ALL)).unwrap()),
                want,
                "{wanted}"
            );
        }
        let found = here(wanted).unwrap();
        let names = found.iter().map(|input| {
            let path = input.place.path().unwrap().strip_prefix(folder.path()).unwrap();
            path.to_str().unwrap().to_owned()
        });
        assert_eq!(names.collect::<Vec<_>>(), want, "{wanted}");
    }
    fs::remove_file(folder.path().join("_logs/a.log")).unwrap();
    let told = |error: InputError| error.to_string().split_once(": ").unwrap().1.to_owned();
    let want = "1 that begin with `.` or `_`, or lie in such a folder, are passed over";
    assert_eq!(told(here("_logs").unwrap_err()), want);
    let gone = ObjectPath::from("_logs/a.log");
    runtime.block_on(bucket.store.delete(&gone)).unwrap();
    let error = runtime.block_on(bucket.find("_logs/", ALL)).unwrap_err().to_string();
    assert!(error.ends_with(want), "{error}");
}

#[test]
fn what_is_of_another_time_is_not_even_listed() {
    let (folder, runtime) = (TempDir::new().unwrap(), Runtime::new().unwrap());
    let bucket = bucket(folder.path(), &logs(folder.path()), &runtime);
    let december = (millis("2026-12-01T00:00:00Z"), millis("2027-01-01T00:00:00Z"));
    let found = runtime.block_on(bucket.find("", december)).unwrap();
    let of_december = [
        "E2EXAMPLE12345/2026/12/01/07/b2.gz",
        "flat/E2EXAMPLE12345.2026-12-01-07.a2.gz",
        "other/notes.log",
    ];
    assert_eq!(keys(&found), of_december);
    // A time of which nothing is there is no error, a place where nothing is there is one.
    let past = (millis("2020-01-01T00:00:00Z"), millis("2020-02-01T00:00:00Z"));
    assert_eq!(keys(&runtime.block_on(bucket.find("flat/", past)).unwrap()), [""; 0]);
    assert!(runtime.block_on(bucket.find("nothing/", past)).is_err());
}

#[test]
fn compaction_takes_an_object_once() {
    let (folder, runtime) = (TempDir::new().unwrap(), Runtime::new().unwrap());
    let files = logs(folder.path());
    let bucket = bucket(folder.path(), &files, &runtime);
    let days = folder.path().join("days");
    let compact = || {
        let objects = runtime.block_on(bucket.find("", ALL)).unwrap();
        let compaction = Compaction {
            local: local(find_beside(objects, &[]).unwrap()),
            destination: days.clone(),
            reopen: REOPEN,
            memory: SORT_MEMORY,
            now: "2026-12-01T08:00:00Z".parse().unwrap(),
            on_step: Arc::new(|_| {}),
        };
        runtime.block_on(compaction.run()).unwrap()
    };
    let first = compact();
    assert_eq!((first.rows, first.known_files), (5, 0));
    let second = compact();
    assert_eq!((second.rows, second.known_files), (0, 5));
    let compacted = local(find(&[days.display().to_string()]).unwrap());
    let raw = local(find(&[folder.path().join("flat").display().to_string()]).unwrap());
    let sql = "SELECT path, status FROM requests WHERE path LIKE '/flat%' ORDER BY path";
    assert_eq!(csv(&compacted, sql, &runtime), csv(&raw, sql, &runtime));

    // The days as somebody synchronized them into the bucket.
    let mut synchronized: Vec<PathBuf> = glob::glob(&format!("{}/day=*/*", days.display()))
        .unwrap()
        .map(|file| file.unwrap())
        .collect();
    let synced = self::bucket(folder.path(), &synchronized, &runtime);
    let objects = runtime.block_on(synced.find("days/", ALL)).unwrap();
    let there = local(find_beside(objects.clone(), &[]).unwrap());
    assert_eq!(csv(&there, QUESTION, &runtime), csv(&compacted, QUESTION, &runtime));
    let one_day = "SELECT path FROM requests WHERE day = '2026-12-01' ORDER BY path";
    assert_eq!(csv(&there, one_day, &runtime), csv(&compacted, one_day, &runtime));

    // Beside logs nobody can tell which rows are in both.
    synchronized.extend(files);
    let mixed = self::bucket(folder.path(), &synchronized, &runtime);
    let objects = runtime.block_on(mixed.find("", ALL)).unwrap();
    let error = find_beside(objects, &[]).unwrap_err();
    assert!(matches!(error, InputError::Beside { .. }), "{error}");
    let logs = folder.path().join("flat").display().to_string();
    let objects = runtime.block_on(synced.find("days/", ALL)).unwrap();
    let error = find_beside(objects, &[logs]).unwrap_err();
    assert!(matches!(error, InputError::Beside { .. }), "{error}");
}

#[test]
fn an_object_that_cannot_be_fetched_is_told_and_the_others_are_read() {
    let (folder, runtime) = (TempDir::new().unwrap(), Runtime::new().unwrap());
    let files = logs(folder.path());
    let bucket = bucket(folder.path(), &files, &runtime);
    let objects = runtime.block_on(bucket.find("flat/", ALL)).unwrap();
    let gone = ObjectPath::from("flat/E2EXAMPLE12345.2026-11-23-07.a1.gz");
    runtime.block_on(bucket.store.delete(&gone)).unwrap();
    let there = local(find_beside(objects, &[]).unwrap());
    let sql = "SELECT count(*) AS n FROM requests";
    let answer = runtime.block_on(there.ask(&Question { sql: sql.to_owned() })).unwrap();
    assert_eq!(answer.summary.rows, 1);
    let told = &answer.summary.noteworthy[0];
    assert!(told.file.ends_with("a1.gz"), "{told:?}");
    assert!(told.error.as_deref().unwrap().contains("not found"), "{told:?}");
}
