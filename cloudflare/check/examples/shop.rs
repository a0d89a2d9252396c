//! The shop of the tests, imported and checked, with the times that it takes; with a folder as the
//! argument its answers and its traffic are written there, for `cdn-cli import check`.
//!
//! ```sh
//! cargo run --release -p zone-check --example shop
//! cargo run -p zone-check --example shop -- /tmp/shop
//! ```

#![expect(clippy::print_stdout, reason = "it is there to print")]
#![expect(clippy::unwrap_used, reason = "an example that fails shows where")]

#[path = "../../zone/tests/zones/shop.rs"]
mod shop;
#[path = "../../zone/tests/zones/table.rs"]
#[expect(dead_code, reason = "helpers of the translator's tests, of which a part is used here")]
mod table;
#[path = "../tests/check/traffic.rs"]
mod traffic;

use std::path::Path;
use std::time::Instant;

use cloudflare_zone::{Report, Requests, fleet_text, read, translate};
use zone_check::{Check, visits};

/// Requests that are compared.
const REQUESTS: usize = 100_000;

fn main() {
    if let Some(folder) = std::env::args().nth(1) {
        return write(Path::new(&folder));
    }
    let files = shop::shop();
    let list = traffic::shop_list(REQUESTS, 1);
    let start = Instant::now();
    let export = read(&files);
    let import = translate(&export, &Requests::new());
    let text = fleet_text(&import.sites);
    let imported = start.elapsed();
    let report = Report::of(&import);
    println!(
        "imported in {:.2} s, {:.1} % of all and {:.1} % of the rules covered",
        imported.as_secs_f64(),
        report.coverage().percent(),
        report.coverage_of_rules().percent()
    );
    let fleet = fleet::Fleet::parse(&text, Path::new("/srv"), "fleet.toml").unwrap();
    let start = Instant::now();
    let visits = visits(&list).unwrap();
    let report = Check::new(&export, &import, &fleet).unwrap().run(&visits, &|| ()).unwrap();
    println!(
        "checked {} requests in {:.1} s: {} agree, {} are explained, {} are not",
        report.requests,
        start.elapsed().as_secs_f64(),
        report.agreed,
        report.explained,
        report.unexplained()
    );
}

fn write(folder: &Path) {
    let answers = folder.join("answers");
    std::fs::create_dir_all(&answers).unwrap();
    for file in shop::shop() {
        std::fs::write(answers.join(file.name), file.text).unwrap();
    }
    std::fs::write(folder.join("urls.txt"), traffic::shop_list(REQUESTS, 1)).unwrap();
}
