//! Compacted days hold every request once, whatever order, number and luck their files came with.
#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use log_analytics::{
    Answer, BUILT_IN, CompactError, Compaction, CompactionSummary, Format, Local, LocalError,
    Question, REOPEN, Report, SORT_MEMORY, Step, find, render,
};
use log_reader::{Knowledge, Privacy};
use proptest::prelude::*;
use tempfile::TempDir;

const HEADER: &str = "#Version: 1.0\n#Fields: date time x-edge-location sc-bytes c-ip cs-method \
    cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) cs-uri-query x-edge-request-id \
    x-host-header time-to-first-byte x-edge-result-type sc-content-type\n";

/// The day that most requests are of.
const DAY: &str = "2026-11-23";

/// A request of a corpus whose truth is the list itself.
#[derive(Clone, Debug)]
struct Request {
    number: u32,
    /// Seconds from the day's midnight; a few are of the next day.
    second: u32,
}

impl Request {
    fn site(&self) -> String {
        format!("shop-{}.example", self.number * 7 % 5)
    }

    fn bytes(&self) -> u32 {
        1000 + self.number * 31 % 977
    }

    fn line(&self) -> String {
        let Self { number, second } = self;
        let day = 23 + second / 86_400;
        let (hour, minute, rest) = (second / 3600 % 24, second / 60 % 60, second % 60);
        format!(
            "2026-11-{day}\t{hour:02}:{minute:02}:{rest:02}\tFRA56-P{}\t{}\t203.0.113.{}\tGET\t\
             d1.cloudfront.net\t/p/{}.jpg\t200\t-\tMozilla/5.0%20Firefox/{}\tw=3\tid-{number:06}==\t\
             {}\t0.0{:02}\t{}\timage/avif\n",
            number % 3,
            self.bytes(),
            number % 200,
            number % 40,
            100 + number % 9,
            self.site(),
            number % 90,
            if number % 4 == 0 { "Miss" } else { "Hit" },
        )
    }
}

/// Requests over the day, and some after its midnight.
fn requests(count: u32) -> Vec<Request> {
    let second = |number: u32| {
        if number % 50 == 49 { 86_400 + number % 300 } else { number * 7919 % 86_400 }
    };
    (0..count).map(|number| Request { number, second: second(number) }).collect()
}

/// A file as CloudFront would name it, by the hour of its first request.
fn write(folder: &Path, name: &str, requests: &[Request]) -> PathBuf {
    let hour = requests.first().map_or(0, |it| it.second / 3600 % 24);
    let path = folder.join(format!("E2EXAMPLE12345.{DAY}-{hour:02}.{name}"));
    let lines: String = requests.iter().map(Request::line).collect();
    fs::create_dir_all(folder).unwrap();
    fs::write(&path, HEADER.to_owned() + &lines).unwrap();
    path
}

fn local(places: &[&Path]) -> Local {
    let places: Vec<String> = places.iter().map(|it| it.display().to_string()).collect();
    let salts: log_reader::Salts = Arc::new(|_: &str| [7; 32]);
    let privacy = Privacy { salts: Some(salts), ..Privacy::default() };
    Local {
        inputs: find(&places).expect("files"),
        knowledge: Arc::new(Knowledge { privacy, ..Knowledge::default() }),
        delimiter: None,
        names: None,
        strict: false,
        threads: 2,
    }
}

fn compaction(from: &Path, to: &Path) -> Compaction {
    Compaction {
        local: local(&[from]),
        destination: to.to_owned(),
        reopen: REOPEN,
        memory: SORT_MEMORY,
        now: "2026-11-24T01:00:00Z".parse().unwrap(),
        on_step: Arc::new(|_| {}),
    }
}

fn later(compaction: Compaction, hours: i64) -> Compaction {
    Compaction { now: compaction.now + SignedDuration::from_hours(hours), ..compaction }
}

fn run(compaction: Compaction) -> Result<CompactionSummary, CompactError> {
    tokio::runtime::Runtime::new().expect("a runtime").block_on(compaction.run())
}

fn ask(local: &Local, sql: &str) -> Result<Answer, LocalError> {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(local.ask(&Question { sql: sql.to_owned() }))
}

fn csv(local: &Local, sql: &str) -> String {
    let answer = ask(local, sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    render(&Report::default(), &answer, Format::Csv).expect("cells").replace("\r\n", "\n")
}

/// Requests and bytes by day and site.
const TOTALS: &str = "SELECT day, site, count(*) AS n, sum(bytes) AS b FROM requests \
    GROUP BY 1, 2 ORDER BY 1, 2";

/// The same, counted.
fn truth(requests: &[Request]) -> String {
    let mut sums: BTreeMap<(u32, String), (u32, u32)> = BTreeMap::new();
    for request in requests {
        let sum = sums.entry((request.second / 86_400, request.site())).or_default();
        *sum = (sum.0 + 1, sum.1 + request.bytes());
    }
    let line = |((day, site), (n, b)): ((u32, String), (u32, u32))| {
        format!("2026-11-{},{site},{n},{b}\n", 23 + day)
    };
    "day,site,n,b\n".to_owned() + &sums.into_iter().map(line).collect::<String>()
}

/// All files of a folder with what they hold.
fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(contents(&path));
        } else {
            files.insert(path.clone(), fs::read(&path).unwrap());
        }
    }
    files
}

/// The files of days alone, by their places in the folder.
fn days(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let is_day = |path: &Path| path.extension().is_some_and(|it| it == "parquet");
    let place = |path: &Path| path.strip_prefix(folder).unwrap().to_owned();
    let all = contents(folder).into_iter().filter(|(path, _)| is_day(path));
    all.map(|(path, bytes)| (place(&path), bytes)).collect()
}

/// One in ten a day late, one in twenty twice.
#[test]
fn late_and_repeated_rows_count_once() {
    let folder = TempDir::new().unwrap();
    let (logs, to) = (folder.path().join("logs"), folder.path().join("days"));
    let all = requests(4000);
    let is_late = |it: &&Request| it.number % 10 == 3;
    let on_time: Vec<Request> = all.iter().filter(|it| !is_late(it)).cloned().collect();
    for (nth, chunk) in on_time.chunks(500).enumerate() {
        let again = chunk.iter().filter(|it| it.number % 20 == 4).cloned();
        write(&logs, &nth.to_string(), &chunk.iter().cloned().chain(again).collect::<Vec<_>>());
    }
    let first = run(compaction(&logs, &to)).unwrap();
    assert_eq!((first.rows, first.duplicates, first.late_rows), (3600, 200, 0));
    assert_eq!(csv(&local(&[&to]), TOTALS), truth(&on_time));

    let late: Vec<Request> = all.iter().filter(is_late).cloned().collect();
    // Files of the first delivery come once more, under another name.
    write(&logs, "late-1", &late[..200]);
    write(&logs, "late-2", &late[150..]);
    write(&logs, "again", &on_time[..100]);
    assert_eq!(
        csv(&local(&[&logs, &to]), "SELECT count(DISTINCT request_id) AS n FROM requests"),
        "n\n4000\n"
    );
    let second = run(later(compaction(&logs, &to), 24)).unwrap();
    assert_eq!((second.files, second.known_files), (3, 8));
    assert_eq!((second.rows, second.duplicates, second.late_rows), (400, 150, 400));
    assert_eq!(csv(&local(&[&to]), TOTALS), truth(&all));
    // What is compacted is not read once more.
    assert_eq!(csv(&local(&[&logs, &to]), TOTALS), truth(&all));
    assert_eq!(
        csv(
            &local(&[&logs, &to.join(format!("day={DAY}"))]),
            "SELECT count(DISTINCT day) AS n FROM requests"
        ),
        "n\n1\n"
    );

    let before = contents(folder.path());
    let third = run(later(compaction(&logs, &to), 25)).unwrap();
    assert_eq!((third.files, third.rows, third.days.len()), (0, 0, 0));
    assert!(before == contents(folder.path()), "nothing new, and files were written");
}

#[test]
fn reports_are_the_same_over_logs_and_over_days() {
    let folder = TempDir::new().unwrap();
    let (logs, to) = (folder.path().join("logs"), folder.path().join("days"));
    for (nth, chunk) in requests(1000).chunks(300).enumerate() {
        write(&logs, &nth.to_string(), chunk);
    }
    run(compaction(&logs, &to)).unwrap();
    for (name, text) in BUILT_IN {
        let sql = Report::parse(name, text).unwrap().bound(&[]).unwrap();
        assert_eq!(csv(&local(&[&logs]), &sql), csv(&local(&[&to]), &sql), "{name}");
    }
    let answer = ask(&local(&[&to]), "SELECT site FROM requests WHERE day = '2026-11-24'").unwrap();
    assert_eq!((answer.summary.files, answer.summary.rows > 0), (1, true));
    let sql = "SELECT * FROM requests ORDER BY request_id LIMIT 200";
    assert_eq!(csv(&local(&[&logs]), sql), csv(&local(&[&to]), sql));
}

#[test]
fn a_small_memory_gives_the_same_days() {
    let folder = TempDir::new().unwrap();
    let logs = folder.path().join("logs");
    for (nth, chunk) in requests(20_000).chunks(5000).enumerate() {
        write(&logs, &nth.to_string(), chunk);
    }
    let (large, small) = (folder.path().join("large"), folder.path().join("small"));
    run(compaction(&logs, &large)).unwrap();
    run(Compaction { memory: 32 << 20, ..compaction(&logs, &small) }).unwrap();
    assert!(days(&large) == days(&small));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]
    #[test]
    fn however_rows_are_split_the_days_are_the_same(splits in proptest::collection::vec((0_u32..300, 0_usize..3), 1..6)) {
        let folder = TempDir::new().unwrap();
        let all = requests(300);
        // The file that a row is from is one of its columns, so it goes with the request.
        let files = |folder: &Path, which: &dyn Fn(u32) -> bool| {
            for (nth, chunk) in all.chunks(60).enumerate().filter(|(nth, _)| which(u32::try_from(*nth).unwrap())) {
                write(folder, &nth.to_string(), chunk);
            }
        };
        let (logs, whole, split) = (folder.path().join("logs"), folder.path().join("whole"), folder.path().join("split"));
        files(&logs, &|_| true);
        run(compaction(&logs, &whole)).unwrap();
        fs::remove_dir_all(&logs).unwrap();
        for (nth, (salt, runs)) in splits.iter().enumerate() {
            files(&logs, &|file| (file + salt) % 5 <= u32::try_from(*runs).unwrap());
            run(later(compaction(&logs, &split), i64::try_from(nth).unwrap())).unwrap();
        }
        files(&logs, &|_| true);
        run(later(compaction(&logs, &split), 20)).unwrap();
        prop_assert!(days(&whole) == days(&split));
    }
}

/// What a child process does that is killed at a step.
#[test]
fn child_of_the_next_test() {
    let Ok(place) = std::env::var("COMPACTION_CHILD") else { return };
    let (folder, step) = place.rsplit_once(':').unwrap();
    let (folder, last) = (Path::new(folder), step.parse::<usize>().unwrap());
    let steps = std::sync::atomic::AtomicUsize::new(0);
    let on_step = Arc::new(move |_: Step| {
        if steps.fetch_add(1, std::sync::atomic::Ordering::SeqCst) == last {
            let me = std::process::id().to_string();
            Command::new("kill").args(["-9", &me]).status().unwrap();
        }
    });
    let compaction = compaction(&folder.join("logs"), &folder.join("days"));
    run(Compaction { on_step, ..later(compaction, 2) }).unwrap();
}

#[test]
fn killed_at_any_step_nothing_is_lost_and_nothing_twice() {
    let folder = TempDir::new().unwrap();
    let (logs, to) = (folder.path().join("logs"), folder.path().join("days"));
    let all = requests(600);
    let (want_to, first) = (folder.path().join("want"), folder.path().join("first"));
    write(&first, "1", &all[..200]);
    for (nth, chunk) in all.chunks(200).enumerate() {
        write(&logs, &(nth + 1).to_string(), chunk);
    }
    run(compaction(&logs, &want_to)).unwrap();
    for step in 0.. {
        if to.exists() {
            fs::remove_dir_all(&to).unwrap();
        }
        // One file is there already, so that days are merged too.
        let begun = Compaction {
            local: local(&[&logs.join(first_name(&first))]),
            ..compaction(&logs, &to)
        };
        run(begun).unwrap();
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["child_of_the_next_test", "--exact"])
            .env("COMPACTION_CHILD", format!("{}:{step}", folder.path().display()))
            .output()
            .unwrap();
        assert_eq!(csv(&local(&[&logs, &to]), TOTALS), truth(&all), "killed at step {step}");
        run(later(compaction(&logs, &to), 3)).unwrap();
        assert_eq!(csv(&local(&[&to]), TOTALS), truth(&all), "killed at step {step}");
        assert!(days(&to) == days(&want_to), "killed at step {step}");
        if child.status.success() {
            assert!(step > 5, "{step} steps");
            return;
        }
    }
}

fn first_name(folder: &Path) -> PathBuf {
    fs::read_dir(folder).unwrap().next().unwrap().unwrap().file_name().into()
}

#[test]
fn a_damaged_file_is_held_back_until_it_is_whole() {
    let folder = TempDir::new().unwrap();
    let (logs, to) = (folder.path().join("logs"), folder.path().join("days"));
    let all = requests(400);
    write(&logs, "1", &all[..200]);
    let damaged = write(&logs, "2", &all[200..]);
    let whole = zstd::encode_all(&fs::read(&damaged).unwrap()[..], 1).unwrap();
    fs::write(&damaged, &whole[..whole.len() / 2]).unwrap();
    let parquet = logs.join("E2EXAMPLE12345.2026-11-23-03.x.parquet");
    fs::write(&parquet, b"PAR1 and no footer").unwrap();
    let summary = run(compaction(&logs, &to)).unwrap();
    let held: Vec<&str> = summary.held_back.iter().map(|it| it.file.as_str()).collect();
    assert_eq!(held, [parquet.to_str().unwrap(), damaged.to_str().unwrap()]);
    assert!(summary.held_back.iter().all(|it| it.why.starts_with("not read to its end: ")));
    assert_eq!((summary.files, summary.rows), (1, 200));

    fs::write(&damaged, whole).unwrap();
    fs::remove_file(parquet).unwrap();
    let summary = run(compaction(&logs, &to)).unwrap();
    assert_eq!((summary.held_back.len(), summary.files, summary.rows), (0, 1, 200));
    assert_eq!(csv(&local(&[&to]), TOTALS), truth(&all));
}

#[test]
fn a_day_closes_and_its_salt_goes_with_it() {
    let folder = TempDir::new().unwrap();
    let (logs, to) = (folder.path().join("logs"), folder.path().join("days"));
    let salts = folder.path().join("days.salts");
    let all: Vec<Request> = requests(90).into_iter().filter(|it| it.second < 86_400).collect();
    write(&logs, "1", &all[..40]);
    run(compaction(&logs, &to)).unwrap();
    let kept = fs::read_to_string(&salts).unwrap();
    assert_eq!(kept, format!("{DAY} {}\n", "07".repeat(32)));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(&salts).unwrap().permissions().mode() & 0o777, 0o600);
    }
    // A later run has other salts of its own, and takes that of the day.
    fs::write(&salts, kept.replace("07", "08")).unwrap();
    write(&logs, "2", &all[40..60]);
    run(later(compaction(&logs, &to), 24)).unwrap();
    let of =
        |file: &str| format!("SELECT min(visitor) AS v FROM requests WHERE file LIKE '%.{file}'");
    let eights: log_reader::Salts = Arc::new(|_: &str| [8; 32]);
    let privacy = Privacy { salts: Some(eights), ..Privacy::default() };
    let raw = local(&[&logs]);
    let raw = Local { knowledge: Arc::new(Knowledge { privacy, ..Knowledge::default() }), ..raw };
    assert_eq!(csv(&local(&[&to]), &of("2")), csv(&raw, &of("2")));

    // It was compacted an hour after its end: 48 hours behind that it is closed.
    let late = write(&logs, "3", &all[60..]);
    let summary = run(later(compaction(&logs, &to), 48)).unwrap();
    assert_eq!(summary.held_back.len(), 1);
    assert_eq!(summary.held_back[0].file, late.display().to_string());
    let why = "has rows of 2026-11-23, which took none any more from 2026-11-26T01:00:00Z on";
    assert_eq!(summary.held_back[0].why, why);
    assert!(!salts.exists());
    assert_eq!(csv(&local(&[&logs, &to]), TOTALS), truth(&all));
    let longer = SignedDuration::from_hours(72);
    let summary = run(Compaction { reopen: longer, ..later(compaction(&logs, &to), 48) }).unwrap();
    assert_eq!((summary.held_back.len(), summary.rows), (0, all.len() as u64 - 60));
}

#[test]
fn two_at_once_are_one_too_many() {
    let folder = TempDir::new().unwrap();
    let (logs, to) = (folder.path().join("logs"), folder.path().join("days"));
    write(&logs, "1", &requests(10));
    run(compaction(&logs, &to)).unwrap();
    let lock = fs::File::open(to.join("_compaction/lock")).unwrap();
    lock.lock().unwrap();
    let error = run(compaction(&logs, &to)).expect_err("it is locked").to_string();
    assert_eq!(error, format!("another compaction into {} is running", to.display()));
    lock.unlock().unwrap();
    run(compaction(&logs, &to)).unwrap();
    let error = run(compaction(&to, &folder.path().join("more"))).expect_err("days").to_string();
    let day = to.join(format!("day={DAY}/requests.parquet"));
    assert_eq!(error, format!("{} holds days that are compacted already", day.display()));
}

#[test]
fn what_a_day_lacks_is_told() {
    let folder = TempDir::new().unwrap();
    let (logs, to) = (folder.path().join("logs"), folder.path().join("days"));
    let at = |number: u32, hour: u32| Request { number, second: hour * 3600 };
    // 0 and 5 are of one site, 1 of another.
    write(&logs, "1", &[at(0, 2), at(5, 6), at(10, 4), at(1, 9)]);
    let summary = run(compaction(&logs, &to)).unwrap();
    let day = &summary.days[DAY];
    assert_eq!((day.rows, day.sites, day.rows_without_id), (4, 2, 0));
    assert_eq!(day.missing_hours, BTreeMap::from([("shop-0.example".to_owned(), vec![3, 5])]));
    let now: Timestamp = "2026-11-24T01:00:00Z".parse().unwrap();
    assert_eq!(day.first_compacted, now);
}

#[test]
fn in_strict_mode_a_bad_line_ends_it_and_is_told() {
    let folder = TempDir::new().unwrap();
    let (logs, to) = (folder.path().join("logs"), folder.path().join("days"));
    let file = write(&logs, "1", &requests(10));
    let text = fs::read_to_string(&file).unwrap() + "2026-11-23\t07\n";
    fs::write(&file, text).unwrap();
    let compaction = compaction(&logs, &to);
    let strict =
        Compaction { local: Local { strict: true, ..compaction.local.clone() }, ..compaction };
    let Err(CompactError::Strict(LocalError::Bad { problem, summary })) = run(strict) else {
        panic!("a bad line");
    };
    let want = "line 13: 2 columns of 17: the line is cut off";
    assert_eq!(problem, format!("{}: {want}", file.display()));
    assert_eq!(summary.bad[0].1.to_string(), want);
    assert_eq!(days(&to).len(), 0);
}
