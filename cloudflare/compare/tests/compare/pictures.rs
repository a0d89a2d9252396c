//! Pictures: the same to the eye or not.

use std::ops::ControlFlow;

use axum::body::Body;
use axum::http::Response;
use edge_resizer::{Fetched, Policy, Request, Source, Step, accept};
use site_compare::{Accept, report};

use crate::server::{Answer, answer, compared, told};

const SIDE: u16 = 96;

/// A soft pattern, in one of two turns.
fn pixels(is_other: bool) -> Vec<u8> {
    let side = usize::from(SIDE);
    // Up and down again, softly enough for every encoder.
    let wave = |at: usize, half: usize| {
        let place = at % (2 * half);
        u8::try_from(28 + place.min(2 * half - place) * 200 / half).unwrap()
    };
    let pixel = |at: usize| {
        let (x, y) = (at % side, at / side);
        let (x, y) = if is_other { (y + 30, x) } else { (x, y) };
        [wave(x, 27), wave(y, 43), wave(x + y, 66)]
    };
    (0..side * side).flat_map(pixel).collect()
}

fn jpeg(is_other: bool, quality: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    let encoder = jpeg_encoder::Encoder::new(&mut bytes, quality);
    encoder.encode(&pixels(is_other), SIDE, SIDE, jpeg_encoder::ColorType::Rgb).unwrap();
    bytes
}

/// What the edge-resizer makes of the pattern.
fn made(options: &str) -> Vec<u8> {
    let request = Request::get(&format!("/cdn-cgi/image/{options}/a.jpg"));
    let Step::Fetch(job) = accept(&request, &Policy::default()) else { panic!("no job") };
    let source = Source { bytes: jpeg(false, 95).into(), ..Source::default() };
    let found = Fetched::Found { index: 0, source };
    job.finish(found, &mut |_| ControlFlow::Continue(())).body.to_vec()
}

fn picture(media_type: &str, bytes: Vec<u8>) -> Response<Body> {
    answer(200, &[("content-type", media_type)], bytes)
}

#[tokio::test]
async fn pictures_are_compared_by_what_they_look_like() {
    let original = || picture("image/jpeg", jpeg(false, 95));
    let told = told(&[
        ("/again.jpg", original, || picture("image/jpeg", jpeg(false, 85))),
        ("/other.jpg", original, || picture("image/jpeg", jpeg(true, 95))),
        ("/format.jpg", original, || picture("image/webp", made("format=webp,quality=90"))),
        ("/size.jpg", original, || picture("image/jpeg", made("width=48"))),
        ("/page.jpg", original, || answer(200, &[("content-type", "text/html")], "sorry")),
        ("/short.jpg", original, || picture("image/jpeg", jpeg(false, 85)[..900].to_vec())),
    ])
    .await;
    let score = regex::Regex::new(r"(at least 70 -> )-?[\d.]+").unwrap();
    insta::assert_snapshot!(score.replace_all(&told, "${1}SCORE"), @r"
    /other.jpg (avif)
      score: at least 70 -> SCORE
    /format.jpg (avif)
      format: JPEG -> WebP
    /size.jpg (avif)
      size: 96x96 -> 48x48
    /page.jpg (avif)
      content-type: image/jpeg -> text/html
      body: 3734 bytes -> 5 bytes, not the same from byte 1 on
    /short.jpg (avif)
      score: at least 70 -> SCORE
    ");
}

#[tokio::test]
async fn the_score_is_a_matter_of_taste() {
    let original = || picture("image/jpeg", jpeg(false, 95));
    let rough = || picture("image/jpeg", jpeg(false, 10));
    for (least_score, want) in [(-100.0, true), (99.9, false)] {
        let answers = [("/a.jpg", original as Answer, rough as Answer)];
        let report = compared(&answers, |order| order.least_score = least_score, "").await;
        assert_eq!(report.is_same(), want, "{least_score}");
    }
}

#[tokio::test]
async fn each_kind_of_browser_is_asked_for() {
    let old = || picture("image/jpeg", jpeg(false, 95));
    let new = || picture("image/webp", made("format=webp,quality=90"));
    let report = compared(
        &[("/a.jpg", old, new), ("/cdn-cgi/image/w=4/a", old, old), ("/page", old, old)],
        |order| order.accepts = vec![Accept::Avif, Accept::Webp, Accept::Jpeg],
        "[[allow]]\nreason = 'newer'\nwhat = 'format'\nnew = 'WebP'",
    )
    .await;
    let asked: Vec<_> = report.compared.iter().map(|it| (it.url.as_str(), it.accept)).collect();
    let of = |url, accept| (url, Some(accept));
    assert_eq!(
        asked,
        [
            of("/a.jpg", "avif"),
            of("/a.jpg", "webp"),
            of("/a.jpg", "jpeg"),
            of("/cdn-cgi/image/w=4/a", "avif"),
            of("/cdn-cgi/image/w=4/a", "webp"),
            of("/cdn-cgi/image/w=4/a", "jpeg"),
            ("/page", None),
        ]
    );
    insta::assert_snapshot!(report::text(&report), @r"
    /a.jpg (avif)
      format: JPEG -> WebP (allowed: newer)
    /a.jpg (webp)
      format: JPEG -> WebP (allowed: newer)
    /a.jpg (jpeg)
      format: JPEG -> WebP (allowed: newer)
    ");
}
