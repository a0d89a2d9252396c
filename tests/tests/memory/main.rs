//! The worst that the default policy allows, made by a process that is given no more memory than the
//! formula of `docs/security.md` says.
//!
//! The limit is the system's (`RLIMIT_DATA`), so that what C code takes counts too: an allocation
//! beyond it fails, and with it the process, or the format.
#![cfg(target_os = "linux")]
#![expect(clippy::expect_used, reason = "a suite ends where its own set-up fails")]

mod forge;

use std::process::{Command, Output};

use bytes::Bytes;
use edge_resizer::policy::Limits;
use rustix::process::{Resource, Rlimit, setrlimit};
use tests::exchange::{header, render};
use tests::parallel;

/// Bytes for each pixel of the source; of an animation, of all frames at the larger of its sizes.
const OF_SOURCE: u64 = 16;
/// Bytes for each pixel of the output; of an animation, of one frame.
const OF_OUTPUT: u64 = 64;
/// The same where the output is AVIF, whose encoder keeps what it has coded of a tile until its end.
const OF_AVIF: u64 = 320;
/// What is there without any picture, and what does not grow with one.
const FIXED: u64 = 128 << 20;

/// A request that costs as much as one of its kind can.
struct Worst {
    name: &'static str,
    source: fn() -> Vec<u8>,
    options: &'static str,
    /// Pixels of the source and of the output, as they count for these.
    pixels: (u64, u64),
}

const fn square(side: u64) -> u64 {
    side * side
}

/// `source_pixels`.
const STILL: u64 = square(forge::SIDE as u64);
/// `animation_pixels`.
const MOVING: u64 = forge::FRAMES as u64 * square(forge::FRAME_SIDE as u64);
/// `output_side`.
const LARGE: u64 = square(8_192);

const WORST: [Worst; 12] = [
    // The largest sources, of which every pixel is needed.
    still("PNG", forge::plain_png, "width=320,format=webp"),
    still("interlaced PNG", forge::interlaced_png, "width=320,format=webp"),
    still("progressive JPEG", forge::progressive_jpeg, "trim.left=1,width=320,format=webp"),
    still("TIFF", forge::deep_tiff, "width=320,format=webp"),
    still("WebP", forge::large_webp, "width=320,format=webp"),
    still("GIF", forge::large_gif, "width=320,anim=false,format=webp"),
    Worst {
        name: "AVIF",
        source: forge::avif,
        options: "width=320,format=webp",
        pixels: (square(forge::AVIF_SIDE as u64), square(320)),
    },
    // The longest animations.
    moving("long GIF", forge::long_gif, "width=222,format=webp"),
    moving("long WebP", forge::long_webp, "width=222,format=gif"),
    // The largest output, and those with most in them for their size: to make one of noise as large
    // as it may be takes too long.
    Worst {
        name: "to WebP",
        source: forge::small,
        options: "width=8192,height=8192,fit=cover,format=webp",
        pixels: (square(64), LARGE),
    },
    noise("noise to WebP", "quality=100,format=webp"),
    noise("noise to AVIF", "quality=100,format=avif"),
];

const fn still(name: &'static str, source: fn() -> Vec<u8>, options: &'static str) -> Worst {
    Worst { name, source, options, pixels: (STILL, square(320)) }
}

const fn moving(name: &'static str, source: fn() -> Vec<u8>, options: &'static str) -> Worst {
    Worst { name, source, options, pixels: (MOVING, square(222)) }
}

const fn noise(name: &'static str, options: &'static str) -> Worst {
    let pixels = square(forge::NOISE_SIDE as u64);
    Worst { name, source: forge::noise_png, options, pixels: (pixels, pixels) }
}

impl Worst {
    /// The media type that is asked for.
    fn media_type(&self) -> String {
        let (_, format) = self.options.split_once("format=").expect("a format is asked for");
        format!("image/{format}")
    }

    /// What its answer may take, in bytes: the formula of `docs/security.md`.
    fn allowed(&self, source_bytes: usize) -> u64 {
        let (source, output) = self.pixels;
        let of_output = if self.options.ends_with("avif") { OF_AVIF } else { OF_OUTPUT };
        source_bytes as u64 + OF_SOURCE * source + of_output * output + FIXED
    }
}

#[test]
fn the_worst_that_is_allowed_is_answered_in_the_memory_that_is_documented() {
    assert!(STILL == limits().source_pixels && forge::SIDE <= limits().source_side);
    assert!(forge::FRAMES == limits().frames && MOVING <= limits().animation_pixels);
    assert_eq!(LARGE, square(limits().output_side.into()));
    let failures = parallel::map(WORST.iter().collect(), |worst: &Worst| {
        let source = (worst.source)();
        assert!(source.len() as u64 <= limits().source_bytes, "{}", worst.name);
        let allowed = worst.allowed(source.len());
        let output = in_process(worst, &source, allowed);
        let told = String::from_utf8_lossy(&output.stdout);
        let answer = told.lines().find_map(|line| line.split_once(ANSWER)).unwrap_or_default().1;
        println!("{:<18} {:>5} MB allowed: {answer}", worst.name, allowed / 1_000_000);
        let want = format!("200 {} none ", worst.media_type());
        (!answer.starts_with(&want)).then(|| {
            let error = String::from_utf8_lossy(&output.stderr);
            format!("{}: {}: {answer}\n{error}", worst.name, output.status)
        })
    });
    let failures: Vec<String> = failures.into_iter().flatten().collect();
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

#[test]
fn less_memory_is_not_enough() {
    // An interlaced picture is decoded as a whole, into 4 bytes a pixel.
    let worst = still("interlaced PNG", forge::interlaced_png, "width=320,format=webp");
    let output = in_process(&worst, &(worst.source)(), 3 * STILL);
    assert!(!output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

fn limits() -> Limits {
    Limits::default()
}

/// Before what the child tells: status, media type, fallback, and its largest size.
const ANSWER: &str = "answer: ";
const REQUEST: &str = "MEMORY_TEST_REQUEST";
const SOURCE: &str = "MEMORY_TEST_SOURCE";
const LIMIT: &str = "MEMORY_TEST_LIMIT";

/// Has this program answer a request in a process of its own.
fn in_process(worst: &Worst, source: &[u8], bytes: u64) -> Output {
    let folder = tempfile::tempdir().expect("a folder for the source");
    let path = folder.path().join("source");
    std::fs::write(&path, source).expect("the source can be written");
    Command::new(std::env::current_exe().expect("this program has a path"))
        .args(["--exact", "child", "--nocapture", "--test-threads=1"])
        .env(REQUEST, format!("/cdn-cgi/image/{}/photos/a.jpg", worst.options))
        .env(SOURCE, &path)
        .env(LIMIT, bytes.to_string())
        .output()
        .expect("this program can be started")
}

/// Answers the request in its environment; without one there is nothing to do.
#[test]
fn child() {
    let (Ok(url), Ok(limit)) = (std::env::var(REQUEST), std::env::var(LIMIT)) else { return };
    let limit = limit.parse().expect("a number");
    let path = std::env::var(SOURCE).expect("the source's path");
    let source = Bytes::from(std::fs::read(path).expect("the source can be read"));
    setrlimit(Resource::Data, Rlimit { current: Some(limit), maximum: Some(limit) })
        .expect("a limit can be lowered");
    let response = render(&url, None, &source);
    let header = |name| header(&response, name).unwrap_or("none");
    let status = response.status.as_u16();
    let peak = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = peak.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default();
    let (media_type, fallback) = (header("content-type"), header("x-resizer-fallback"));
    println!("{ANSWER}{status} {media_type} {fallback} {peak}");
}
