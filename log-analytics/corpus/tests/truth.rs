//! A corpus is the same every time, and what it says of itself is what a reader finds in it.
#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Read as _;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Int32Type, Int64Type};
use arrow_array::{Array, RecordBatch};
use log_corpus::{Corpus, CorpusFile, Format, Truth};
use log_reader::{Column, LogFile, Reading, Reason, Text};
use proptest::prelude::*;
use sha2::{Digest, Sha256};

const COLUMNS: [Column; 5] =
    [Column::Host, Column::Bytes, Column::Status, Column::RequestId, Column::DetailedResult];

/// What the reader counts.
#[derive(Debug, Default, PartialEq, Eq)]
struct Counted {
    rows: u64,
    truncated: u64,
    not_utf8: u64,
    timeless: u64,
    hosts: BTreeMap<String, (u64, u64)>,
    statuses: BTreeMap<u16, u64>,
    details: BTreeMap<String, u64>,
    ids: BTreeSet<String>,
    rows_without_id: u64,
}

impl Counted {
    fn read(&mut self, file: CorpusFile) {
        let text = Text::of_file(file.bytes).expect("the file begins well");
        let mut log = LogFile::new(file.name, text, Arc::new(Reading::of(&COLUMNS)));
        while let Some(batch) = log.next_batch().expect("the file is read to its end") {
            (0..batch.num_rows()).for_each(|row| self.row(&batch, row));
        }
        self.rows += log.tally().rows;
        assert_eq!(log.tally().unknown, Vec::<String>::new());
        for bad in log.take_bad() {
            match bad.reason {
                Reason::Columns { .. } | Reason::Json(_) => self.truncated += 1,
                Reason::NotUtf8 => self.not_utf8 += 1,
                Reason::Time => self.timeless += 1,
                // Of functions' logs alone.
                Reason::Field(_) | Reason::Spread => panic!("{bad:?}"),
            }
        }
    }

    fn row(&mut self, batch: &RecordBatch, row: usize) {
        let text = |column: usize| {
            let column = batch.column(column).as_string_view();
            column.is_valid(row).then(|| column.value(row).to_owned())
        };
        let host = self.hosts.entry(text(0).expect("every row has a host")).or_default();
        host.0 += 1;
        host.1 += u64::try_from(batch.column(1).as_primitive::<Int64Type>().value(row)).unwrap();
        let status = batch.column(2).as_primitive::<Int32Type>();
        let status = if status.is_null(row) { 0 } else { status.value(row) };
        *self.statuses.entry(status.try_into().unwrap()).or_default() += 1;
        match text(3) {
            Some(id) => drop(self.ids.insert(id)),
            None => self.rows_without_id += 1,
        }
        if let Some(detail) = text(4) {
            *self.details.entry(detail).or_default() += 1;
        }
    }
}

/// Holds the truth against what the reader counts.
fn compare(truth: &Truth, counted: &Counted) {
    assert_eq!(counted.rows, truth.rows);
    let broken = truth.broken;
    assert_eq!(
        (counted.truncated, counted.not_utf8, counted.timeless),
        (broken.truncated, broken.not_utf8, broken.timeless)
    );
    let hosts = truth.hosts.iter().map(|(host, sums)| (host.clone(), (sums.rows, sums.bytes)));
    assert_eq!(counted.hosts, hosts.collect());
    assert_eq!(counted.statuses, truth.statuses);
    let details = truth.details.iter().map(|(detail, rows)| ((*detail).to_owned(), *rows));
    assert_eq!(counted.details, details.collect());
    assert_eq!(counted.ids.len() as u64, truth.ids);
    assert_eq!(counted.rows_without_id, truth.rows_without_id);
}

fn small() -> Corpus {
    Corpus { lines: 12_000, duplicate_share: 0.1, broken_share: 0.02, ..Corpus::default() }
}

#[test]
fn the_same_seed_gives_the_same_files_on_every_machine() {
    let mut digest = Sha256::new();
    for file in small().plan().files() {
        digest.update(&file.name);
        digest.update(file.delivered.as_second().to_le_bytes());
        // The text, since another version of the packer may give other bytes.
        let mut text = Vec::new();
        if file.bytes.starts_with(&[0x1f, 0x8b]) {
            flate2::read::MultiGzDecoder::new(&file.bytes[..]).read_to_end(&mut text).unwrap();
        } else {
            text.clone_from(&file.bytes);
        }
        assert_eq!(text.len() as u64, file.text_bytes, "{}", file.name);
        digest.update(text);
    }
    let mut hex = String::new();
    digest.finalize().iter().for_each(|byte| write!(hex, "{byte:02x}").unwrap());
    assert_eq!(hex, "ddb8eee818b20321ff55824d52347f9dcfb5ffe0dea3e1ebb461b1fa5b7f8770");
}

#[test]
fn files_are_the_same_in_whatever_order_they_are_written() {
    let plan = small().plan();
    let forward: Vec<CorpusFile> = plan.files().collect();
    for nth in (0..plan.len()).rev() {
        assert_eq!(plan.file(nth).as_ref(), forward.get(nth));
    }
    assert_eq!(plan.file(plan.len()), None);
    let other = Corpus { seed: 2, ..small() }.plan();
    assert!(other.files().zip(&forward).all(|(one, two)| one.bytes != two.bytes));
}

#[test]
fn a_reader_finds_what_is_there_in_every_format() {
    for format in Format::ALL {
        let corpus = Corpus { formats: vec![format], lines: 6_000, files: 6, ..small() };
        let (mut truth, mut counted) = (Truth::default(), Counted::default());
        for file in corpus.plan().files() {
            truth += &file.truth;
            counted.read(file);
        }
        compare(&truth, &counted);
        assert_eq!(truth.rows + truth.broken_lines(), 6_000, "{format:?}");
        assert!(truth.broken.truncated > 0 && truth.broken.not_utf8 > 0, "{format:?}");
        assert!(truth.broken.timeless > 0 && truth.repeated_rows > 400, "{format:?}");
    }
}

#[test]
fn all_sites_and_all_kinds_of_results_are_there() {
    let plan = Corpus { formats: vec![Format::V2], lines: 30_000, ..small() }.plan();
    let mut truth = Truth::default();
    plan.files().for_each(|file| truth += &file.truth);
    let hosts: BTreeSet<&str> = plan.hosts().collect();
    assert_eq!(hosts.len(), 200);
    assert!(truth.hosts.keys().all(|host| hosts.contains(host.as_str())));
    let missing: Vec<&str> =
        DETAILS.into_iter().filter(|it| !truth.details.contains_key(it)).collect();
    assert_eq!(missing, Vec::<&str>::new());
    for status in
        [0, 101, 200, 204, 206, 301, 302, 304, 400, 403, 404, 416, 429, 500, 502, 503, 504]
    {
        assert!(truth.statuses.contains_key(&status), "{status}");
    }
    assert_eq!((truth.files, truth.late_files), (60, 6));
}

/// The detailed result types that CloudFront's documentation names, and those of functions.
const DETAILS: [&str; 38] = [
    "AbortedOrigin",
    "CapacityExceeded",
    "ClientCommError",
    "ClientGeoBlocked",
    "ClientHungUpRequest",
    "Error",
    "FunctionExecutionError",
    "FunctionGeneratedResponse",
    "FunctionThrottledError",
    "FunctionValidationError",
    "Hit",
    "InvalidRequest",
    "InvalidRequestBlocked",
    "InvalidRequestCertificate",
    "InvalidRequestHeader",
    "InvalidRequestMethod",
    "LambdaExecutionError",
    "LambdaGeneratedResponse",
    "LambdaLimitExceeded",
    "LambdaValidationError",
    "LimitExceeded",
    "Miss",
    "MissGeneratedResponse",
    "OriginCommError",
    "OriginConnectError",
    "OriginContentRangeLengthError",
    "OriginDnsError",
    "OriginError",
    "OriginHeaderTooBigError",
    "OriginInvalidResponseError",
    "OriginReadError",
    "OriginShieldHit",
    "OriginWriteError",
    "OriginZeroSizeObjectError",
    "Redirect",
    "RefreshHit",
    "SlowReaderOriginError",
    "TeapotGeneratedResponse",
];

#[test]
fn a_row_that_comes_again_stands_in_its_own_file_or_the_other_of_the_hour() {
    let corpus = Corpus { formats: vec![Format::V2], duplicate_share: 0.3, ..small() };
    let files: Vec<CorpusFile> = corpus.plan().files().collect();
    for pair in files.chunks(2) {
        let (mut truth, mut counted) = (Truth::default(), Counted::default());
        for file in pair {
            truth += &file.truth;
            counted.read(file.clone());
        }
        compare(&truth, &counted);
        assert_eq!(truth.ids, truth.requests());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn whatever_is_asked_for_the_truth_is_true(
        seed in any::<u64>(),
        sites in 0_usize..500,
        days in 0_usize..4,
        lines in 0_u64..1_500,
        files in 0_usize..12,
        first_format in 0..Format::ALL.len(),
        late_share in 0.0..1.0_f64,
        duplicate_share in 0.0..1.0_f64,
        broken_share in 0.0..0.5_f64,
    ) {
        let formats = Format::ALL[first_format..].to_vec();
        let corpus = Corpus {
            seed, sites, days, lines, files, formats, late_share, duplicate_share, broken_share,
            level: 1, ..Corpus::default()
        };
        let (mut truth, mut counted) = (Truth::default(), Counted::default());
        let mut names = BTreeSet::new();
        for file in corpus.plan().files() {
            truth += &file.truth;
            prop_assert!(names.insert(file.name.clone()), "{}", file.name);
            counted.read(file);
        }
        compare(&truth, &counted);
        let all = if files == 0 { 0 } else { lines.max(files as u64) };
        prop_assert_eq!(truth.rows + truth.broken_lines(), all);
    }
}

/// Thousandths of a file's rows that have something in each column.
fn filled(columns: &[Column]) -> Vec<usize> {
    let corpus = Corpus { formats: vec![Format::V2], broken_share: 0.0, ..small() };
    let mut filled = vec![0; columns.len()];
    for file in corpus.plan().files() {
        let text = Text::of_file(file.bytes).expect("the file begins well");
        let mut log = LogFile::new(file.name, text, Arc::new(Reading::of(columns)));
        while let Some(batch) = log.next_batch().expect("the file is read to its end") {
            for (sum, column) in filled.iter_mut().zip(batch.columns()) {
                *sum += column.len() - column.null_count();
            }
        }
    }
    filled.into_iter().map(|sum| sum * 1000 / 12_000).collect()
}

#[test]
fn a_reader_understands_what_rows_tell() {
    let shares = [
        (Column::ImageRecipe, 500..700),
        (Column::ImageWidth, 500..700),
        (Column::ImageFormat, 500..800),
        (Column::ViewerResponseLog, 500..700),
        (Column::Browser, 900..950),
        (Column::Bot, 50..100),
        (Column::ReferrerHost, 800..950),
        (Column::ForwardedFor, 20..60),
        (Column::Query, 200..700),
        (Column::Cookie, 20..200),
        (Column::ClientIp, 1000..1001),
        (Column::Asn, 1000..1001),
        (Column::Country, 1000..1001),
        (Column::Path, 990..1001),
        (Column::OriginFbl, 100..400),
    ];
    let columns = shares.clone().map(|(column, _)| column);
    for ((column, share), filled) in shares.iter().zip(filled(&columns)) {
        assert!(share.contains(&filled), "{column:?}: {filled} of 1,000");
    }
}
