//! What each fuzz target does with its input: the project's own claims about hostile bytes, as
//! assertions. The targets in `tests/fuzz` and the replay of their corpora both run these.

use std::ops::ControlFlow;

use bytes::Bytes;
use edge_resizer::policy::{Limits, Policy};
use edge_resizer::{
    Fetched, Request, Response, Source, SourceFormat, Step, accept, explain, sniff as sniff_source,
};

/// What is done with an input; panics where a claim does not hold.
pub type Target = fn(&[u8]);

/// Every target by its name.
pub const TARGETS: [(&str, Target); 12] = [
    ("cloudflare_url", cloudflare_url),
    ("shopify_url", shopify_url),
    ("accept_header", accept_header),
    ("sniff", sniff),
    ("decode_jpeg", decode_jpeg),
    ("decode_png", decode_png),
    ("decode_webp", decode_webp),
    ("decode_gif", decode_gif),
    ("decode_avif", decode_avif),
    ("decode_bmp", decode_bmp),
    ("decode_tiff", decode_tiff),
    ("sanitize_svg", sanitize_svg),
];

/// Leaves panics that the pipeline catches, which are other people's decoders giving up, to the
/// pipeline: the fuzzer's own hook aborts on every panic, its wrapper on those that get out.
pub fn keep_caught_panics_quiet() {
    std::panic::set_hook(Box::new(|_| {}));
}

/// Options of Cloudflare's language.
pub fn cloudflare_url(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    url(&format!("/cdn-cgi/image/{text}"));
}

/// A path and query of Shopify's language.
pub fn shopify_url(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    url(&format!("/{text}"));
}

/// Whatever a URL says: issues point into it, and the recipe read from it is written and read back
/// to the same.
fn url(url: &str) {
    let Ok(Some(explained)) = explain(&Request::get(url), &Policy::default()) else { return };
    for issue in &explained.issues {
        let target = url.get(issue.span.clone());
        assert_eq!(target, Some(issue.option.as_str()), "{issue:?} in {url:?}");
    }
    let canonical = explained.recipe.to_string();
    // A recipe that asks for nothing has no text, and a URL without options is none: a default
    // stands for it.
    let options = if canonical.is_empty() { "anim=true" } else { &canonical };
    let again = format!("/cdn-cgi/image/{options}/photo.jpg");
    let read = explain(&Request::get(&again), &Policy::default());
    let read = read.ok().flatten().map(|explained| explained.recipe.to_string());
    assert_eq!(read.as_deref(), Some(canonical.as_str()), "from {url:?}");
}

/// `Accept` beside a URL that leaves the format to it.
pub fn accept_header(bytes: &[u8]) {
    let Ok(value) = http::HeaderValue::from_bytes(bytes) else { return };
    let mut request = Request::get("/cdn-cgi/image/width=40,format=auto/photo.jpg");
    request.headers.insert(http::header::ACCEPT, value);
    assert!(matches!(accept(&request, &Policy::default()), Step::Fetch(_)));
}

/// The header readers alone: what they let through is within the limits.
pub fn sniff(bytes: &[u8]) {
    let limits = Limits::default();
    let Ok(info) = sniff_source(bytes, &limits) else { return };
    let (width, height) = (info.stored.width, info.stored.height);
    // The size of an SVG is no number of pixels.
    if info.format != SourceFormat::Svg {
        assert!(width > 0 && height > 0, "{info:?}");
    }
    assert!(width.max(height) <= limits.source_side && info.frames <= limits.frames, "{info:?}");
}

/// JPEG, at full size to WebP and scaled while it is decoded to JPEG.
pub fn decode_jpeg(bytes: &[u8]) {
    decode(bytes, SourceFormat::Jpeg, "format=webp,fast=true,quality=20");
    decode(bytes, SourceFormat::Jpeg, "width=13,format=jpeg");
}

/// PNG.
pub fn decode_png(bytes: &[u8]) {
    decode(bytes, SourceFormat::Png, "width=16,format=png");
}

/// WebP, still and moving.
pub fn decode_webp(bytes: &[u8]) {
    decode(bytes, SourceFormat::Webp, "width=16,format=png");
}

/// GIF, moving.
pub fn decode_gif(bytes: &[u8]) {
    decode(bytes, SourceFormat::Gif, "width=16,format=gif");
}

/// AVIF.
pub fn decode_avif(bytes: &[u8]) {
    decode(bytes, SourceFormat::Avif, "width=16,format=png");
}

/// BMP.
pub fn decode_bmp(bytes: &[u8]) {
    decode(bytes, SourceFormat::Bmp, "width=16,format=png");
}

/// TIFF.
pub fn decode_tiff(bytes: &[u8]) {
    decode(bytes, SourceFormat::Tiff, "width=16,format=png");
}

/// SVG: what is delivered has no script and refers to nothing outside.
pub fn sanitize_svg(bytes: &[u8]) {
    let Some(response) = transform(bytes, SourceFormat::Svg, "width=16") else { return };
    if response.status == 200 {
        let text = String::from_utf8_lossy(&response.body).to_ascii_lowercase();
        assert!(!text.contains("<script") && !text.contains("javascript:"), "{text}");
    }
}

/// From bytes to an answer: never a 5xx, and what is delivered as made is a picture again.
fn decode(bytes: &[u8], format: SourceFormat, options: &str) {
    let Some(response) = transform(bytes, format, options) else { return };
    assert!(!response.status.is_server_error(), "{}", response.status);
    let fell_back = response.headers.contains_key("x-resizer-fallback");
    if response.status == 200 && !fell_back {
        assert!(sniff_source(&response.body, &limits()).is_ok(), "the answer is no picture");
    }
}

/// `None` where the bytes are not of this format, whose target this is.
fn transform(bytes: &[u8], format: SourceFormat, options: &str) -> Option<Response> {
    let policy = Policy { limits: limits(), ..Policy::default() };
    if sniff_source(bytes, &policy.limits).ok()?.format != format {
        return None;
    }
    let request = Request::get(&format!("/cdn-cgi/image/{options}/photo"));
    let Step::Fetch(job) = accept(&request, &policy) else { return None };
    let source = Source { bytes: Bytes::copy_from_slice(bytes), ..Source::default() };
    let found = Fetched::Found { index: 0, source };
    Some(job.finish(found, &mut |_| ControlFlow::Continue(())))
}

/// Small, so that many inputs are tried in a second.
fn limits() -> Limits {
    Limits {
        source_pixels: 1 << 16,
        source_side: 4_096,
        frames: 8,
        animation_pixels: 1 << 18,
        output_side: 512,
        ..Limits::default()
    }
}
