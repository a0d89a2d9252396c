use proptest::prelude::*;

use crate::Error;
use crate::dialect::{self, Dialect, IssueKind, Parsed};
use crate::policy::Policy;
use crate::request::Request;
use crate::source_ref::SourceRefError;

fn parse(url: &str) -> Result<Option<Parsed>, Error> {
    dialect::parse(&Request::get(url), &Policy::default())
}

fn parsed(url: &str) -> Parsed {
    let parsed = parse(url).unwrap().unwrap_or_else(|| panic!("{url} is not claimed"));
    assert_eq!(parsed.dialect, Dialect::Shopify, "{url}");
    for issue in &parsed.issues {
        assert_eq!(url.get(issue.span.clone()), Some(issue.option.as_str()), "{url}: {issue:?}");
    }
    parsed
}

/// Source and recipe of every reading.
fn readings(url: &str) -> Vec<(String, String)> {
    let readings = parsed(url).readings;
    readings.into_iter().map(|r| (r.source.to_string(), r.recipe.to_string())).collect()
}

fn pair(source: &str, recipe: &str) -> (String, String) {
    (source.to_owned(), recipe.to_owned())
}

#[test]
fn plain_and_other_paths_are_not_claimed() {
    for url in [
        "/",
        "/a.jpg",
        "/a.jpg?",
        "/a.jpg?v=1&utm_source=x",
        "/a.jpg?Width=4",
        "/a.html?width=4",
        "/a?width=4",
        "/jpg?width=4",
        "/.jpg?width=4",
        "/a.jpg/?width=4",
        "/shirt_20000x.jpg",
        "/shirt_0x.jpg",
        "/shirt_x.jpg",
        "/shirt_12a.jpg",
        "/_400x.jpg",
        "/logo@2x.png",
        "/shirt_crop_middle.jpg",
        "/shirt_small.css",
        "/a_400x.jpg/b.css",
    ] {
        assert_eq!(parse(url), Ok(None), "{url}");
    }
}

#[test]
fn queries_are_read() {
    for (query, want) in [
        ("width=400", "width=400,format=auto"),
        ("height=400", "height=400,format=auto"),
        ("width=400&utm_source=x", "width=400,format=auto"),
        ("width=400&height=300", "width=400,height=300,format=auto"),
        ("width=400&height=300&crop=center", "width=400,height=300,fit=crop,format=auto"),
        ("width=400&height=300&crop=top", "width=400,height=300,fit=crop,gravity=top,format=auto"),
        ("width=400&crop=top", "width=400,format=auto"),
        (
            "width=400&height=300&pad_color=abc",
            "width=400,height=300,fit=pad,enlarge=false,format=auto,background=aabbcc",
        ),
        (
            "width=400&height=300&pad_color=%23a1b2c3",
            "width=400,height=300,fit=pad,enlarge=false,format=auto,background=a1b2c3",
        ),
        ("width=400&pad_color=abc", "width=400,format=auto"),
        (
            "width=400&height=300&crop=left&pad_color=abc",
            "width=400,height=300,fit=crop,gravity=left,format=auto",
        ),
        ("width=400&format=jpg", "width=400,format=auto-jpeg"),
        ("format=pjpg", "format=auto-jpeg"),
        ("width=400&format=webp", "width=400,format=auto"),
        ("width=400&quality=50", "width=400,quality=50,format=auto"),
        ("width=400&quality=5", "width=400,quality=10,format=auto"),
        ("width=400&scale=2", "width=400,dpr=2,format=auto"),
        ("width=400&scale=9", "width=400,dpr=3,format=auto"),
        ("scale=2", "format=auto"),
        ("width=9999", "width=5760,format=auto"),
        ("width=0", "format=auto"),
        ("width=abc&height=3", "height=3,format=auto"),
        ("width=4&width=5", "width=4,format=auto"),
        ("width=%34%30", "width=40,format=auto"),
        (
            "crop=region&crop_left=10&crop_top=20&crop_width=300&crop_height=400&width=100",
            "width=100,format=auto,trim.top=20,trim.left=10,trim.width=300,trim.height=400",
        ),
        (
            "crop=region&crop_left=10&crop_width=300&width=100&height=51&scale=1.5",
            "width=150,height=77,format=auto,trim.left=10,trim.width=300",
        ),
        ("crop=region&width=100&scale=2", "width=100,dpr=2,format=auto"),
        ("crop_left=10&width=100", "width=100,format=auto"),
    ] {
        let url = format!("/cdn/shop/files/a.JPG?{query}");
        assert_eq!(readings(&url), [pair("/cdn/shop/files/a.JPG", want)], "{query}");
    }
}

#[test]
fn a_version_in_digits_stays_with_the_source() {
    for (query, source) in [
        ("v=1709&width=400&utm_source=x", "/a.jpg?v=1709"),
        ("width=400&v=1709", "/a.jpg?v=1709"),
        ("width=400&v=1&v=2", "/a.jpg?v=1"),
        ("width=400&v=", "/a.jpg"),
        ("width=400&v=abc", "/a.jpg"),
        ("width=400&v=123456789012345678901", "/a.jpg"),
        ("width=400&vv=1", "/a.jpg"),
    ] {
        let want = [pair(source, "width=400,format=auto")];
        assert_eq!(readings(&format!("/a.jpg?{query}")), want, "{query}");
    }
}

#[test]
fn suffixes_are_read() {
    for (name, stripped, want) in [
        ("a_400x.jpg", "a.jpg", "width=400,format=auto"),
        ("a_x300.jpg", "a.jpg", "height=300,format=auto"),
        ("a_400x300.jpg", "a.jpg", "width=400,height=300,format=auto"),
        ("a_9999x.jpg", "a.jpg", "width=5760,format=auto"),
        (
            "a_500x500_crop_center@2x.progressive.jpg",
            "a.jpg",
            "width=500,height=500,fit=crop,dpr=2,format=auto",
        ),
        ("a_768x_crop_center@2x.progressive.jpg", "a.jpg", "width=768,dpr=2,format=auto"),
        ("a_450x.progressive.webp.jpg", "a.webp", "width=450,format=auto-jpeg"),
        (
            "a_400x400_crop_top@3x.png",
            "a.png",
            "width=400,height=400,fit=crop,gravity=top,dpr=3,format=auto",
        ),
        ("a_400x%402x.png", "a.png", "width=400,dpr=2,format=auto"),
        ("a_pico.jpg", "a.jpg", "width=16,height=16,format=auto"),
        ("a_icon.jpg", "a.jpg", "width=32,height=32,format=auto"),
        ("a_thumb.jpg", "a.jpg", "width=50,height=50,format=auto"),
        ("a_small.jpg", "a.jpg", "width=100,height=100,format=auto"),
        ("a_compact.jpg", "a.jpg", "width=160,height=160,format=auto"),
        ("a_medium.jpg", "a.jpg", "width=240,height=240,format=auto"),
        ("a_large.jpg", "a.jpg", "width=480,height=480,format=auto"),
        ("a_grande.jpg", "a.jpg", "width=600,height=600,format=auto"),
        ("a_original.jpg", "a.jpg", "format=auto"),
        ("a_master.jpg", "a.jpg", "format=auto"),
        (
            "a_large_crop_left.jpg",
            "a.jpg",
            "width=480,height=480,fit=crop,gravity=left,format=auto",
        ),
        ("a_b_c_400x.jpg", "a_b_c.jpg", "width=400,format=auto"),
        ("a_100x_400x.jpg", "a_100x.jpg", "width=400,format=auto"),
        ("a.png.jpg", "a.png", "format=auto-jpeg"),
        ("a_400x.png.jpg", "a.png", "width=400,format=auto-jpeg"),
        ("a_400x.jpg.webp", "a.jpg", "width=400,format=auto"),
        ("a_400x.jpg.avif", "a.jpg", "width=400,format=auto"),
        ("a_400x.jpg.png", "a.jpg", "width=400,format=auto"),
        ("a.b_400x.tiff", "a.b.tiff", "width=400,format=auto"),
        ("gr%C3%BCn_400x.jpg", "gr%C3%BCn.jpg", "width=400,format=auto"),
    ] {
        let want = [
            pair(&format!("/p/{stripped}"), want),
            pair(&format!("/p/{}", name.replace("%40", "@")), "format=auto"),
        ];
        assert_eq!(readings(&format!("/p/{name}")), want, "{name}");
    }
}

#[test]
fn a_file_may_be_named_like_a_suffix() {
    let want =
        [pair("/photo.jpg", "width=2000,format=auto"), pair("/photo_2000x.jpg", "format=auto")];
    assert_eq!(readings("/photo_2000x.jpg"), want);
    let want = [
        pair("/photo.jpg", "width=400,format=auto"),
        pair("/photo_2000x.jpg", "width=400,format=auto"),
    ];
    assert_eq!(readings("/photo_2000x.jpg?width=400"), want);
}

#[test]
fn the_query_outranks_the_suffix_for_each_parameter() {
    let readings = readings("/a_400x300_crop_top@2x.jpg?width=100&scale=3");
    let want = [
        pair("/a.jpg", "width=100,height=300,fit=crop,gravity=top,dpr=3,format=auto"),
        pair("/a_400x300_crop_top@2x.jpg", "width=100,dpr=3,format=auto"),
    ];
    assert_eq!(readings, want);
}

#[test]
fn issues_say_what_is_the_matter_and_where() {
    use IssueKind as K;
    for (url, option, kind, message, hint) in [
        (
            "/a.jpg?width=abc",
            "width=abc",
            K::Malformed,
            "expected a whole number from 1 to 5760",
            None,
        ),
        ("/a.jpg?width=", "width=", K::Malformed, "expected a whole number from 1 to 5760", None),
        ("/a.jpg?width=0", "width=0", K::Malformed, "expected a whole number from 1 to 5760", None),
        (
            "/a.jpg?v=1&width=9999",
            "width=9999",
            K::Clamped,
            "is not from 1 to 5760, taken as 5760",
            None,
        ),
        ("/a_9999x.jpg", "a_9999x.jpg", K::Clamped, "is not from 1 to 5760, taken as 5760", None),
        (
            "/a.jpg?format=jpeg",
            "format=jpeg",
            K::Malformed,
            "expected one of jpg, pjpg",
            Some("format=jpg"),
        ),
        (
            "/a.jpg?format=webp",
            "format=webp",
            K::NoEffect,
            "the format is negotiated with the client",
            None,
        ),
        (
            "/a.jpg?width=4&crop=centre&height=3",
            "crop=centre",
            K::Malformed,
            "expected one of center, top, bottom, left, right, region",
            Some("crop=center"),
        ),
        ("/a.jpg?crop=top&width=4", "crop=top", K::NoEffect, "needs both width and height", None),
        (
            "/a.jpg?crop=region&width=4",
            "crop=region",
            K::NoEffect,
            "needs one of crop_left, crop_top, crop_width, crop_height",
            None,
        ),
        (
            "/a.jpg?crop_left=1&width=4",
            "crop_left=1",
            K::NoEffect,
            "only `crop=region` heeds it",
            None,
        ),
        (
            "/a.jpg?pad_color=red",
            "pad_color=red",
            K::Malformed,
            "expected 3 or 6 hexadecimal digits",
            None,
        ),
        (
            "/a.jpg?pad_color=fff&width=3",
            "pad_color=fff",
            K::NoEffect,
            "needs both width and height",
            None,
        ),
        ("/a.jpg?scale=2", "scale=2", K::NoEffect, "needs width or height", None),
        ("/a.jpg?width=3&width=4", "width=4", K::Duplicate, "repeats `width`", None),
    ] {
        let issues = parsed(url).issues;
        let [issue] = issues.as_slice() else { panic!("{url}: {issues:?}") };
        assert_eq!(
            (issue.option.as_str(), issue.kind, issue.message.as_str(), issue.hint.as_deref()),
            (option, kind, message, hint),
            "{url}"
        );
    }
}

#[test]
fn other_parameters_are_no_issues() {
    assert!(parsed("/a.jpg?v=1&utm_source=x&width=4&fbclid=%ff&&=").issues.is_empty());
}

#[test]
fn paths_that_lead_elsewhere_are_refused() {
    for (url, want) in [
        ("/../a.jpg?width=4", SourceRefError::DotSegment),
        ("/%2e%2e/a_400x.jpg", SourceRefError::DotSegment),
        ("/..%2Fa_400x.jpg", SourceRefError::DotSegment),
        ("/%ff_400x.jpg", SourceRefError::NotUtf8),
        ("/a%00_400x.jpg", SourceRefError::BadCharacter),
    ] {
        assert_eq!(parse(url), Err(Error::InvalidSource(want)), "{url}");
    }
}

proptest! {
    #[test]
    fn no_url_panics_and_every_span_is_true(
        name in "[a-z]{0,3}(_[0-9]{0,5}x[0-9]{0,5}|_small|_crop_[a-z]{0,6}|@2x|\\.progressive|%[0-9a-f]{1,2}|ü|\\.){0,4}\\.(jpg|png|svg)(\\.jpg)?",
        query in "((width|height|crop|crop_left|pad_color|scale|format|quality|v)=?[0-9a-f%.]{0,4}(top|region)?&?){0,6}",
    ) {
        let url = format!("/p/{name}?{query}");
        if let Ok(Some(parsed)) = parse(&url) {
            prop_assert!((1..=2).contains(&parsed.readings.len()));
            for issue in &parsed.issues {
                prop_assert_eq!(url.get(issue.span.clone()), Some(issue.option.as_str()));
            }
        }
    }
}
