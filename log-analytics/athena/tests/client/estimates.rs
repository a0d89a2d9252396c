//! What a question will read, by what lies in S3.

use log_athena::client::{Doubt, Estimate};
use log_athena::lint::{Emptiness, no_rows};
use log_athena::{Compacted, Location, Period};

use crate::catalog::raw;
use crate::front::Front;

fn november(from: &str, to: &str) -> Period {
    let moment = |text: &str| Some(text.parse().expect("a time"));
    Period { from: moment(from), to: moment(to) }
}

#[tokio::test]
async fn the_hours_of_a_period_are_counted_and_no_others() {
    let front = Front::start().await;
    // An hour has two files of each site; sizes tell which were counted.
    for (site, size) in [("aurora", 1), ("vega", 1_000)] {
        for hour in 0..24 {
            for nth in 0..2 {
                let key = format!("v2/{site}/2026/11/23/{hour:02}/x{nth}.gz");
                front.put("shops-logs", &key, size);
            }
        }
    }
    // Names that Athena passes over, another site, and another table.
    front.put("shops-logs", "v2/aurora/2026/11/23/10/_tmp.gz", 1_000_000);
    front.put("shops-logs", "v2/aurora/2026/11/23/10/.part.gz", 1_000_000);
    front.put("shops-logs", "v2/harbor/2026/11/23/10/x.gz", 1_000_000);
    front.put("shops-logs", "v2-old/aurora/2026/11/23/10/x.gz", 1_000_000);
    let (athena, _) = front.athena();
    // From 10 to 12, and an hour around: rows may stand in the file of a neighbor.
    let period = november("2026-11-23T10:00:00", "2026-11-23T12:00:00");
    let estimate = athena.estimate(&[raw()], &period).await.unwrap();
    let want = Estimate { bytes: 4 * 2 * 1_001, files: 4 * 2 * 2, doubts: Vec::new() };
    assert_eq!(estimate, want);
    let all = athena.estimate(&[raw()], &Period::default()).await.unwrap();
    assert_eq!((all.bytes, all.files), (24 * 2 * 1_001, 24 * 2 * 2));
    assert!(!all.is_open());
}

#[tokio::test]
async fn what_is_not_known_is_told() {
    let front = Front::start().await;
    for day in 21..26 {
        let key = format!("days/day=2026-11-{day}/requests.parquet");
        front.put("shops-days", &key, 1 << 30);
    }
    front.put_as("shops-days", "days/day=2026-11-22/old.parquet", 1 << 40, "GLACIER");
    let table = Compacted {
        name: "compacted".to_owned(),
        location: Location::parse("s3://shops-days/days").unwrap(),
        from: "2026-01-01".to_owned(),
    }
    .table();
    let (athena, _) = front.athena();
    let period = november("2026-11-22T00:00:00", "2026-11-24T00:00:00");
    let estimate = athena.estimate(&[table], &period).await.unwrap();
    let name = || "compacted".to_owned();
    assert_eq!(
        estimate.doubts,
        [Doubt::Columns { table: name() }, Doubt::Archived { table: name(), files: 1 }]
    );
    assert_eq!((estimate.bytes, estimate.files), (2 << 30, 2));
    assert!((estimate.dollars() - 5.0 * 2.0 / 1024.0).abs() < 1e-9);
}

#[tokio::test]
async fn a_table_without_rows_is_explained_by_what_lies_there() {
    let front = Front::start().await;
    let (athena, _) = front.athena();
    let today = jiff::civil::date(2026, 11, 23);
    let keys = athena.some_keys(&raw()).await.unwrap();
    assert!(matches!(no_rows(&raw(), &keys, today), Emptiness::NoFiles { .. }));
    front.put("shops-logs", "v2/DistributionId=E1/year=2026/month=11/x.gz", 5);
    let keys = athena.some_keys(&raw()).await.unwrap();
    assert_eq!(
        no_rows(&raw(), &keys, today).to_string(),
        "there are files such as v2/DistributionId=E1/year=2026/month=11/x.gz, but the table looks \
         into s3://shops-logs/v2/${folder}/${dt}/"
    );
}
