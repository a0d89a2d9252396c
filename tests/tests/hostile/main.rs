//! Broken and malicious sources: a clear answer, in bounded memory, never a 5xx.
//!
//! Memory is measured, time is not: what allocates little and refuses from the header is quick.

#![expect(clippy::expect_used, reason = "a suite ends where its own set-up fails")]

mod forge;
mod peak;

use bytes::Bytes;
use edge_resizer::Response;
use tests::compare;
use tests::exchange::{header, render};
use tests::fixture::{first, fixture, gif, jpeg, lean_jpeg, noise, scene};
use tests::picture::Picture;
use tests::vips;

const MIB: usize = 1 << 20;

/// What a source is answered with.
#[derive(Clone, Copy, Debug)]
enum Want {
    /// This status and Cloudflare's number.
    Refused(u16, &'static str),
    /// A picture, or an error of the client's: anything but a panic or a 5xx.
    Anything,
}

struct Hostile {
    name: &'static str,
    make: fn() -> Vec<u8>,
    want: Want,
    /// Bytes that may be allocated at once, over the source itself.
    most: usize,
}

/// What is refused by its header allocates next to nothing.
const HEADER: usize = MIB;
/// What has to be looked into takes what its small pictures take.
const INSIDE: usize = 64 * MIB;

const NOT_AN_IMAGE: Want = Want::Refused(415, "9412");
const UNDECODABLE: Want = Want::Refused(422, "9416");
const TOO_LARGE: Want = Want::Refused(403, "9413");

const HOSTILE: [Hostile; 32] = {
    const fn hostile(
        name: &'static str,
        make: fn() -> Vec<u8>,
        want: Want,
        most: usize,
    ) -> Hostile {
        Hostile { name, make, want, most }
    }
    [
        // No pictures.
        hostile("empty", Vec::new, NOT_AN_IMAGE, HEADER),
        hostile("one byte", || vec![0xff], NOT_AN_IMAGE, HEADER),
        hostile("noise", || noise(1_000_000), NOT_AN_IMAGE, HEADER),
        hostile("zeros", || vec![0; 1_000_000], NOT_AN_IMAGE, HEADER),
        hostile("a page", || named("page.jpg"), NOT_AN_IMAGE, HEADER),
        hostile("JSON", || b"{\"error\":\"no such key\"}".to_vec(), NOT_AN_IMAGE, HEADER),
        // Headers that cannot be read.
        hostile("JPEG, then noise", || behind(b"\xff\xd8\xff", 5000), UNDECODABLE, HEADER),
        hostile("PNG, then noise", || behind(b"\x89PNG\r\n\x1a\n", 5000), UNDECODABLE, HEADER),
        hostile("GIF, then nothing", || b"GIF89a".to_vec(), UNDECODABLE, HEADER),
        hostile(
            "WebP, then noise",
            || behind(b"RIFF\0\x10\0\0WEBPVP8 ", 5000),
            UNDECODABLE,
            HEADER,
        ),
        hostile("AVIF, then nothing", || named("scene.avif")[..32].to_vec(), UNDECODABLE, HEADER),
        hostile("TIFF, then noise", || behind(b"II*\0", 5000), UNDECODABLE, HEADER),
        // Headers that are fine, and no row of pixels.
        hostile("JPEG without pixels", || named("header.jpg"), UNDECODABLE, INSIDE),
        hostile("PNG without pixels", png_without_pixels, UNDECODABLE, INSIDE),
        hostile("GIF without pixels", || gif(&[scene(64, 48)])[..30].to_vec(), UNDECODABLE, INSIDE),
        hostile("AVIF without pixels", || half(named("scene.avif")), UNDECODABLE, INSIDE),
        // Headers that promise too much.
        hostile("60,000 x 60,000 PNG", forge::png_header, TOO_LARGE, HEADER),
        hostile("60,000 x 60,000 JPEG", forge::jpeg_header, TOO_LARGE, HEADER),
        hostile("60,000 x 60,000 GIF", forge::gif_header, TOO_LARGE, HEADER),
        hostile("60,000 x 60,000 WebP", forge::webp_header, TOO_LARGE, HEADER),
        hostile("60,000 x 60,000 AVIF", forge::avif_header, TOO_LARGE, HEADER),
        hostile("60,000 x 60,000 BMP", forge::bmp_header, TOO_LARGE, HEADER),
        hostile("60,000 x 60,000 TIFF", forge::tiff_header, TOO_LARGE, HEADER),
        hostile("a million frames", forge::million_frames, TOO_LARGE, HEADER),
        // Little that becomes much.
        hostile("PNG profile bomb", forge::png_profile_bomb, Want::Anything, INSIDE),
        hostile("PNG text bomb", forge::png_text_bomb, Want::Anything, INSIDE),
        hostile("PNG pixel bomb", forge::png_pixel_bomb, Want::Anything, INSIDE),
        hostile("TIFF bomb", forge::tiff_bomb, Want::Anything, INSIDE),
        hostile("SVG of deep elements", forge::svg_depth, Want::Anything, INSIDE),
        hostile("SVG of entities", forge::svg_entities, Want::Anything, INSIDE),
        // Circles.
        hostile("TIFF in a circle", forge::tiff_circle, Want::Anything, INSIDE),
        hostile("EXIF in a circle", forge::exif_circle, Want::Anything, INSIDE),
    ]
};

fn named(name: &str) -> Vec<u8> {
    fixture(name).expect("a fixture").to_vec()
}

fn behind(magic: &[u8], count: u32) -> Vec<u8> {
    [magic, &noise(count)].concat()
}

fn half(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.truncate(bytes.len() / 2);
    bytes
}

fn png_without_pixels() -> Vec<u8> {
    let png = scene(64, 48).to_png();
    let pixels = png.windows(4).position(|kind| kind == b"IDAT").expect("a PNG has pixels");
    png[..pixels - 4].to_vec()
}

#[test]
fn hostile_sources_are_answered_clearly_in_little_memory() {
    let _alone = peak::alone();
    let mut wrong = Vec::new();
    for Hostile { name, make, want, most } in HOSTILE {
        let source = Bytes::from(make());
        for url in ["/cdn-cgi/image/width=320,format=webp/photos/a.jpg", "/photos/a_320x.jpg"] {
            let (response, bytes) = peak::of(|| render(url, None, &source));
            println!("{name:<28} {:>10} {bytes:>10} bytes", response.status.as_u16());
            wrong.extend(answered(want, &response).map(|what| format!("{name}: {url}: {what}")));
            if bytes > most {
                wrong.push(format!("{name}: {url}: {bytes} bytes at once, {most} are allowed"));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// What is wrong with an answer.
fn answered(want: Want, response: &Response) -> Option<String> {
    let status = response.status.as_u16();
    let code = header(response, "x-resizer-error");
    let right = match want {
        Want::Refused(want_status, want_code) => status == want_status && code == Some(want_code),
        Want::Anything => status < 500,
    };
    let text = String::from_utf8_lossy(&response.body[..response.body.len().min(100)]);
    (!right).then(|| format!("{status} {code:?} instead of {want:?}: {text}"))
}

/// A source that is cut, and how far its top rows may be from those of the whole.
struct Cut {
    name: &'static str,
    whole: fn() -> Vec<u8>,
    /// Shortens the whole so that this part of its pixels, in percent, is left.
    shorten: fn(Vec<u8>, usize) -> Vec<u8>,
    /// Part of the file that stands before the first row, or is needed to make one, in percent.
    lag: usize,
    /// Mean difference, in steps of 8 bits.
    mean: f64,
}

const CUTS: [Cut; 5] = [
    Cut { name: "JPEG", whole: || jpeg(&scene(1080, 720), 90), shorten: first, lag: 10, mean: 1.0 },
    // Every scan covers every row: what is missing is detail, everywhere.
    Cut {
        name: "progressive JPEG",
        whole: || lean_jpeg(&scene(1080, 720), 90),
        shorten: first,
        lag: 10,
        mean: 12.0,
    },
    Cut { name: "PNG", whole: || scene(1080, 720).to_png(), shorten: tail, lag: 10, mean: 1.0 },
    Cut { name: "GIF", whole: || gif(&[scene(540, 360)]), shorten: tail, lag: 10, mean: 1.0 },
    // The modes of all blocks come first, here they are half of the file.
    Cut { name: "WebP", whole: || named("scene.webp"), shorten: tail, lag: 60, mean: 1.0 },
];

fn tail(mut bytes: Vec<u8>, percent: usize) -> Vec<u8> {
    bytes.truncate(bytes.len() * percent / 100);
    bytes
}

#[test]
fn a_cut_source_is_shown_as_far_as_it_goes() {
    const URL: &str = "/cdn-cgi/image/width=540,format=png/photos/cut.jpg";
    let _alone = peak::alone();
    let mut wrong = Vec::new();
    for Cut { name, whole, shorten, lag, mean } in CUTS {
        let whole = whole();
        let reference = shown(&render(URL, None, &whole.clone().into()), &mut wrong, name);
        for percent in [25, 50, 75, 98].into_iter().filter(|percent| *percent > lag) {
            let name = format!("{name} of which {percent}% is left");
            let response = render(URL, None, &shorten(whole.clone(), percent).into());
            for (header_name, want) in
                [("warning", "ends early"), ("cache-control", "public, max-age=60")]
            {
                if !header(&response, header_name).is_some_and(|value| value.contains(want)) {
                    wrong.push(format!(
                        "{name}: {header_name} {:?}",
                        header(&response, header_name)
                    ));
                }
            }
            let (Some(picture), Some(reference)) =
                (shown(&response, &mut wrong, &name), &reference)
            else {
                continue;
            };
            let there = u32::try_from(percent - lag).expect("a percentage");
            let rows = reference.height * there / 100;
            let distance = compare::distance(&picture.top(rows), &reference.top(rows));
            if distance.mean > mean {
                wrong.push(format!("{name}: the upper {rows} rows are not right: {distance:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

fn shown(response: &Response, wrong: &mut Vec<String>, name: &str) -> Option<Picture> {
    if response.status != 200 {
        let text = String::from_utf8_lossy(&response.body);
        wrong.push(format!("{name}: {} {text}", response.status));
        return None;
    }
    match Picture::from_png(&response.body) {
        Ok(picture) if (picture.width, picture.height) == (540, 360) => Some(picture),
        Ok(picture) => {
            wrong.push(format!("{name}: {} x {}", picture.width, picture.height));
            None
        }
        Err(error) => {
            wrong.push(format!("{name}: {error:#}"));
            None
        }
    }
}

#[test]
fn damage_anywhere_neither_panics_nor_takes_much_memory() {
    const DAMAGES: u32 = 150;
    let _alone = peak::alone();
    let small = scene(96, 64);
    let png = small.to_png();
    let convert = |extension: &str| vips::convert(&png, extension).expect("vips makes a fixture");
    let sources = [
        ("jpg", jpeg(&small, 80)),
        ("gif", gif(&[small.clone(), small.clone()])),
        ("webp", convert("webp")),
        ("avif", convert("avif")),
        ("tiff", convert("tif")),
        ("svg", named("drawing.svg")),
        ("turned", named("turned-6.jpg")),
        ("png", png),
    ];
    for (name, source) in sources {
        for seed in 0..DAMAGES {
            let damaged = Bytes::from(damage(&source, seed));
            let url = format!("/cdn-cgi/image/width=48,format=jpeg/photos/{name}-{seed}.jpg");
            let (response, bytes) = peak::of(|| render(&url, None, &damaged));
            assert!(response.status.as_u16() < 500, "{url}: {}", response.status);
            assert!(bytes < INSIDE, "{url}: {bytes} bytes at once");
        }
    }
}

/// A few bytes replaced, one in two times among the first 200, where the headers are; every fourth
/// file cut as well.
fn damage(source: &[u8], seed: u32) -> Vec<u8> {
    let mut random = noise(64 * (seed + 1)).split_off(64 * seed as usize).into_iter();
    let mut byte = || random.next().unwrap_or_default();
    let mut bytes = source.to_vec();
    for _ in 0..=byte() % 6 {
        let range = if byte() % 2 == 0 { bytes.len().min(200) } else { bytes.len() };
        let place = (usize::from(u16::from_le_bytes([byte(), byte()])) * range) >> 16;
        bytes[place] = byte();
    }
    if byte() % 4 == 0 {
        bytes.truncate((bytes.len() * usize::from(byte())) >> 8);
    }
    bytes
}
