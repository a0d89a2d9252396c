//! `cdn-cli warm` against `cdn-cli dev`, both in this process, over real connections.

#![expect(clippy::unwrap_used, reason = "clippy's leave for tests does not reach their helpers")]

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;

use cache_warmer::{Outcome, Report};
use cdn_cli::{DevOptions, DevServer, ExitStatus, Io, Stream, run};
use tempfile::TempDir;
use tokio::sync::oneshot;

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples").join(name)
}

/// The shops of the example, served.
struct Dev {
    address: SocketAddr,
    data: TempDir,
    stop: Option<oneshot::Sender<()>>,
    server: Option<JoinHandle<()>>,
}

impl Dev {
    fn start() -> Self {
        let data = tempfile::tempdir().unwrap();
        let options = DevOptions {
            fleet: example("fleet.toml"),
            listen: ([127, 0, 0, 1], 0).into(),
            data: data.path().to_owned(),
        };
        let (tell, told) = std::sync::mpsc::channel();
        let (stop, stopped) = oneshot::channel::<()>();
        let server = std::thread::spawn(move || {
            let runtime = tokio::runtime::Runtime::new().unwrap();
            runtime.block_on(async {
                let server = DevServer::bind(&options).await.unwrap();
                tell.send(server.address()).unwrap();
                server.serve_until(async { stopped.await.unwrap_or(()) }).await.unwrap();
            });
        });
        let address = told.recv().unwrap();
        Self { address, data, stop: Some(stop), server: Some(server) }
    }

    fn base(&self, site: &str) -> String {
        format!("http://{site}.localhost:{}", self.address.port())
    }

    /// Ends it; the lines of a site's access log.
    fn log_of(mut self, site: &str) -> Vec<String> {
        self.stop.take().unwrap().send(()).unwrap();
        self.server.take().unwrap().join().unwrap();
        let mut lines = Vec::new();
        for file in fs::read_dir(self.data.path().join("logs").join(site)).unwrap() {
            let bytes = fs::read(file.unwrap().path()).unwrap();
            let mut text = String::new();
            let mut reader = flate2::read::MultiGzDecoder::new(bytes.as_slice());
            std::io::Read::read_to_string(&mut reader, &mut text).unwrap();
            lines.extend(text.lines().filter(|line| !line.starts_with('#')).map(str::to_owned));
        }
        lines
    }
}

/// How a command line ends, and what it says.
fn cdn_cli(arguments: &[&str], input: &str) -> (ExitStatus, String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut stdin = input.as_bytes();
    let mut io =
        Io { stdin: &mut stdin, stdout: Stream::plain(&mut out), stderr: Stream::plain(&mut err) };
    let status = run([&["cdn-cli"], arguments].concat(), &mut io);
    (status, String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
}

#[test]
fn the_example_shop_is_hot_after_its_sitemap_was_warmed() {
    let dev = Dev::start();
    let (fleet, sitemap) = (example("fleet.toml"), example("shop/sitemap.xml"));
    let (fleet, sitemap) = (fleet.to_str().unwrap(), sitemap.to_str().unwrap());
    let base = dev.base("atelier");
    let arguments = ["warm", "atelier", "--fleet", fleet, "--direct", "--base", &base];
    // AVIF takes a debug build too long.
    let more = ["--sitemap", sitemap, "--formats", "webp,basic", "--json", "--require", "97%"];
    let (status, out, err) = cdn_cli(&[&arguments[..], &more].concat(), "");
    assert_eq!(status, ExitStatus::Done, "{out}{err}");
    let report: Report = serde_json::from_str(&out).unwrap();
    // The page says no lifetime, and `dev` keeps none without: for Brotli and for gzip.
    assert_eq!(report.outcomes, [(Outcome::Hit, report.targets - 2), (Outcome::Warmed, 2)].into());
    let left: Vec<&str> =
        report.problems.iter().flat_map(|it| &it.examples).map(|it| it.url.as_str()).collect();
    assert_eq!(left, [format!("{base}/"), format!("{base}/")]);
    assert!(report.targets > 80, "{}", report.targets);
    let log = dev.log_of("atelier");
    let misses = log.iter().filter(|line| line.split('\t').any(|field| field == "Miss")).count();
    // The page was read before, to find its pictures, and asked for twice in vain.
    assert!(misses as u64 <= report.targets + 3, "{misses} misses for {} targets", report.targets);
    assert!(log.len() as u64 > 2 * report.targets, "both passes are in the log");
}

#[test]
fn hosts_of_others_are_left_out_and_nothing_left_is_an_error() {
    let fleet = example("fleet.toml");
    let arguments = ["warm", "atelier", "--fleet", fleet.to_str().unwrap(), "--direct"];
    let arguments = [&arguments[..], &["--urls", "-"]].concat();
    let (status, out, err) = cdn_cli(&arguments, "https://other.example/\nmailto:a@b.example\n");
    assert_eq!((status, out.as_str()), (ExitStatus::Error, ""));
    assert_eq!(
        err,
        "left out: `mailto:a@b.example` is no address of the web\n\
         left out: 1 of other.example, which is no host of the sites that are warmed; \
         --allow-host other.example warms it\n\
         error: nothing was found that could be warmed\n\
         \n\
         hint: name a sitemap, a list or a page: --sitemap, --urls, --list, --page\n"
    );
}

#[test]
fn what_is_not_there_is_a_no() {
    let dev = Dev::start();
    let fleet = example("fleet.toml");
    let base = dev.base("atelier");
    let arguments = ["warm", "atelier", "--fleet", fleet.to_str().unwrap(), "--direct"];
    let arguments = [&arguments[..], &["--base", &base, "--list", "-", "--encodings", "gzip"]];
    let list = "url,variants,weight\nhttps://atelier.example/not-there.css,1,2.5\n";
    let (status, out, _) = cdn_cli(&arguments.concat(), list);
    assert_eq!(status, ExitStatus::No);
    let base = &base;
    assert_eq!(
        out,
        format!(
            "LOCATION  WISH  TARGETS  HOT  ORIGIN  BEFORE  AFTER\n\
             direct    gzip  1        0 %  1       -       -\n\
             1 missing: take it off the list, or put the file where it is looked for\n  \
             direct {base}/not-there.css: 404\n\
             0 % hot: 1 missing\n"
        )
    );
}

#[test]
fn a_plan_says_waves_prices_and_what_ends_too_early() {
    let fleet = example("fleet.toml");
    let arguments = ["warm", "plan", "atelier", "--fleet", fleet.to_str().unwrap()];
    let more = ["--urls", "-", "--locations", "FRA60-P1,IAD89-P1,DUB2-C1", "--shield"];
    let more = [&more[..], &["eu-west-1", "--rate", "10", "--at", "2999-01-01T00:00:00Z"]].concat();
    let urls = "https://atelier.example/cdn-cgi/image/width=320,format=auto/photos/vase.jpg\n";
    let (status, out, err) = cdn_cli(&[&arguments[..], &more].concat(), urls);
    assert_eq!((status, err.as_str()), (ExitStatus::Done, ""));
    let lines: Vec<_> = out.lines().collect();
    assert_eq!(
        lines[..6],
        [
            "3 targets at 3 places: 18 requests, about 1.08 MB, less than $0.01",
            "at least 0 s at this rate",
            "wave 1: the shield, from the origin: DUB2-C1",
            "wave 2: regional caches: FRA60-P1 IAD89-P1",
            "  europe: less than $0.01",
            "  us: less than $0.01",
        ]
    );
    assert!(lines[6].starts_with("atelier: pictures warmed now end at "), "{out}");
    assert_eq!(lines.len(), 7);
}

#[test]
fn a_plan_above_its_limit_does_not_start() {
    let fleet = example("fleet.toml");
    let arguments = ["warm", "atelier", "--fleet", fleet.to_str().unwrap(), "--urls", "-"];
    let more = ["--locations", "FRA60-P1", "--distribution", "d1", "--max-cost", "0.000001"];
    let urls = "https://atelier.example/cdn-cgi/image/width=320,format=auto/photos/vase.jpg\n";
    let (status, out, err) = cdn_cli(&[&arguments[..], &more].concat(), urls);
    assert_eq!((status, out.as_str()), (ExitStatus::Error, ""));
    assert_eq!(
        err,
        "3 targets at one place: 6 requests, about 360 kB, less than $0.01\n\
         error: the plan would cost less than $0.01, above --max-cost 0.000001\n\
         \n\
         hint: fewer locations (--cover 95%), fewer variants (--formats) or a sample in\n      \
         the second pass (--verify-sample 5%) cost less\n"
    );
}
