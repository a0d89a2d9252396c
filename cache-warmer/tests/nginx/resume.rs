//! A run that is killed goes on, and asks again at most for what was in flight.

use std::env;
use std::path::Path;
use std::process::Stdio;

use cache_warmer::{
    Client, ClientOptions, Dns, JournalFolder, Names, Places, Plan, Report, Settings, Shop,
    SpoolWriter, Variants, Wanted, warm,
};
use url::Url;

use crate::origin::Origin;

/// Names the folder of a run that is to be killed.
const FOLDER: &str = "CACHE_WARMER_KILLED_RUN";
const CONCURRENCY: usize = 8;
const TARGETS: u64 = 1_200;

async fn run(folder: &Path) -> Report {
    let folder = JournalFolder::new(folder).unwrap();
    let (plan, spool) = folder.unfinished().unwrap().expect("a plan was left");
    let resolver = Dns::new(Some(([127, 0, 0, 1], 9).into())).unwrap();
    let names = Names::new(Box::new(resolver), [].into());
    let client = Client::new(&ClientOptions::default(), names).unwrap();
    let settings = Settings { concurrency: CONCURRENCY, ..Settings::default() };
    warm(plan, spool, client, settings, Some(&folder), Box::new(|_| ())).await.unwrap()
}

/// Writes a plan that nobody has begun.
fn prepare(folder: &Path, base: &str) {
    let shop = Shop {
        name: "shop".to_owned(),
        hosts: vec!["127.0.0.1".to_owned()],
        policy: edge_resizer::Policy::default(),
    };
    let variants = Variants::new(vec![shop], &[], Wanted::default());
    let journal = JournalFolder::new(folder).unwrap();
    let mut writer = SpoolWriter::create(&journal.targets()).unwrap();
    for picture in 0..TARGETS / 3 {
        let url = format!("{base}/cdn-cgi/image/width=9,format=auto/{picture}.jpg");
        for (target, key) in variants.of(&Url::parse(&url).unwrap()).unwrap() {
            writer.add(&target, key).unwrap();
        }
    }
    let spool = writer.finish().unwrap();
    journal.begin(&Plan::new(&spool, Places::Direct, None, 0.0)).unwrap();
}

/// Does nothing by itself: the test below starts it as a process of its own.
#[tokio::test(flavor = "multi_thread")]
async fn the_run_that_is_killed() {
    if let Some(folder) = env::var_os(FOLDER) {
        run(Path::new(&folder)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_asked_again_but_what_was_in_flight() {
    let origin = Origin::start().await;
    let folder = tempfile::tempdir().unwrap();
    prepare(folder.path(), &format!("http://{}", origin.address));
    let mut child = tokio::process::Command::new(env::current_exe().unwrap())
        .args(["--exact", "resume::the_run_that_is_killed"])
        .env(FOLDER, folder.path())
        .stdout(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    origin.reached(400).await;
    child.kill().await.unwrap();
    let before = origin.requests();
    assert!(u64::from(before) < TARGETS, "it was over before it was killed");
    let report = run(folder.path()).await;
    assert!(report.is_hot_enough(1.0), "{:?}", report.problems);
    let counts = origin.counts.lock().unwrap();
    assert_eq!(counts.len() as u64, TARGETS);
    assert!(counts.values().all(|count| *count <= 2));
    let twice = counts.values().filter(|count| **count == 2).count();
    assert!(twice <= CONCURRENCY, "{twice} were asked for twice");
}
