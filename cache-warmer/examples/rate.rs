//! How fast a list is warmed from one server, and in how much memory: `rate BASE COUNT [CONCURRENCY]`
//! asks for `BASE/0.bin`, `BASE/1.bin` and so on, through HTTP/1.1, each once.

#![expect(clippy::print_stdout, reason = "what it prints is its result")]

use std::env;
use std::error::Error;
use std::fs;
use std::time::Instant;

use cache_warmer::{
    Client, ClientOptions, Dns, JournalFolder, Names, Places, Plan, Settings, SpoolWriter,
    Variants, Wanted, warm,
};
use url::Url;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let base = arguments.next().ok_or("the first argument is the base of the URLs")?;
    let count: u64 = arguments.next().ok_or("the second is how many")?.parse()?;
    let concurrency = arguments.next().map_or(Ok(64), |text| text.parse())?;

    let folder = env::temp_dir().join("cache-warmer-rate");
    let _ = fs::remove_dir_all(&folder);
    let journal = JournalFolder::new(&folder)?;
    let host = Url::parse(&base)?.host_str().unwrap_or_default().to_owned();
    let variants = Variants::new(
        Vec::new(),
        &[host],
        Wanted { texts: vec![cache_warmer::Wish::Plain], ..Wanted::default() },
    );

    let begun = Instant::now();
    let mut writer = SpoolWriter::create(&journal.targets())?;
    for number in 0..count {
        for (target, key) in variants.of(&Url::parse(&format!("{base}/{number}.bin"))?)? {
            writer.add(&target, key)?;
        }
    }
    let spool = writer.finish()?;
    println!("planned {} targets in {:.2} s, {}", spool.count(), seconds(begun), memory());

    let plan = Plan::new(&spool, Places::Direct, None, 0.0);
    let names = Names::new(Box::new(Dns::new(None)?), [].into());
    let options = ClientOptions { http2: false, ..ClientOptions::default() };
    let settings = Settings { concurrency, ..Settings::default() };
    let client = Client::new(&options, names)?;
    let begun = Instant::now();
    let report = warm(plan, spool, client, settings, Some(&journal), Box::new(|_| ())).await?;
    let rate = report.requests as f64 / seconds(begun);
    println!("{} requests, {rate:.0} a second, {}", report.requests, memory());
    println!("{:?} {:?}", report.outcomes, report.problems);
    Ok(())
}

fn seconds(since: Instant) -> f64 {
    since.elapsed().as_secs_f64()
}

/// The most memory that the process has had, as Linux tells.
fn memory() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    format!("peak {}", line.map_or("unknown", str::trim))
}
