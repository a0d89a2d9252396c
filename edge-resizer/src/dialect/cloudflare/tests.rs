use proptest::prelude::*;

use crate::Error;
use crate::dialect::{self, Dialect, IssueKind, Parsed};
use crate::policy::Policy;
use crate::request::Request;
use crate::source_ref::SourceRefError;

fn policy() -> Policy {
    let presets = [
        ("card", "width=400,height=400,fit=cover,format=auto"),
        ("flat", "trim=border,q=70"),
        ("odd", "width=abc,preset=card,nosuch=1,height=9"),
    ];
    let presets = presets.map(|(name, options)| (name.to_owned(), options.to_owned())).into();
    Policy { presets, ..Policy::default() }
}

fn parse(url: &str) -> Result<Option<Parsed>, Error> {
    dialect::parse(&Request::get(url), &policy())
}

fn parsed(url: &str) -> Parsed {
    let parsed = parse(url).unwrap().unwrap_or_else(|| panic!("{url} is not claimed"));
    assert_eq!(parsed.dialect, Dialect::Cloudflare, "{url}");
    for issue in &parsed.issues {
        assert_eq!(url.get(issue.span.clone()), Some(issue.option.as_str()), "{url}: {issue:?}");
    }
    parsed
}

/// The recipe's text for options.
fn recipe(options: &str) -> String {
    parsed(&format!("/cdn-cgi/image/{options}/a.jpg")).readings[0].recipe.to_string()
}

fn source(url: &str) -> String {
    parsed(url).readings[0].source.to_string()
}

#[test]
fn other_paths_are_not_claimed() {
    for url in [
        "/",
        "/cdn-cgi/image",
        "/cdn-cgi/images/width=4/a.jpg",
        "/CDN-CGI/image/width=4/a.jpg",
        "/shop/cdn-cgi/image/width=4/a.jpg",
        "//cdn-cgi/image/width=4/a.jpg",
        "/a.jpg?x=/cdn-cgi/image/width=4/b.jpg",
    ] {
        assert_eq!(parse(url), Ok(None), "{url}");
    }
}

#[test]
fn urls_without_options_or_source_are_refused() {
    for url in [
        "/cdn-cgi/image/",
        "/cdn-cgi/image//",
        "/cdn-cgi/image//a.jpg",
        "/cdn-cgi/image/width=4",
        "/cdn-cgi/image/width=4/",
        "/cdn-cgi/image/,/a.jpg",
        "/cdn-cgi/image/photos/a.jpg",
        "/cdn-cgi/image/fastly/a.jpg",
        "/cdn-cgi/image/fastly/width=4",
    ] {
        assert!(matches!(parse(url), Err(Error::BadUrl { .. })), "{url}");
    }
}

#[test]
fn sources_that_lead_elsewhere_are_refused() {
    for (source, want) in [
        ("../a.jpg", SourceRefError::DotSegment),
        ("a/%2e%2e/b.jpg", SourceRefError::DotSegment),
        ("%ff.jpg", SourceRefError::NotUtf8),
        ("https://user:password@host/a.jpg", SourceRefError::NotHttp),
        ("https://", SourceRefError::NotHttp),
        ("https:/", SourceRefError::NotHttp),
        ("https%3A%2F%2Fuser%40host%2Fa.jpg", SourceRefError::NotHttp),
    ] {
        let url = format!("/cdn-cgi/image/width=4/{source}");
        assert_eq!(parse(&url), Err(Error::InvalidSource(want)), "{url}");
    }
}

#[test]
fn sources_are_found() {
    for (rest, want) in [
        ("a.jpg", "/a.jpg"),
        ("photos/a.jpg?v=1&w=2", "/photos/a.jpg?v=1&w=2"),
        ("/photos/a.jpg", "/photos/a.jpg"),
        ("photos%2Fa%20b.jpg", "/photos/a%20b.jpg"),
        ("a,b=c.jpg", "/a,b=c.jpg"),
        ("cdn-cgi/image/width=9/a.jpg", "/cdn-cgi/image/width=9/a.jpg"),
        ("https://cdn.example/a.jpg", "https://cdn.example/a.jpg"),
        ("http://cdn.example/a.jpg?v=1", "http://cdn.example/a.jpg?v=1"),
        ("https:/cdn.example/a.jpg", "https://cdn.example/a.jpg"),
        ("HTTPS://cdn.example/a.jpg", "https://cdn.example/a.jpg"),
        ("https%3A%2F%2Fcdn.example%2Fa%2520b.jpg", "https://cdn.example/a%20b.jpg"),
        ("https%3a%2f%2fcdn.example%2fa%20b.jpg", "https://cdn.example/a%20b.jpg"),
        ("https:%2F%2Fcdn.example/a.jpg", "https://cdn.example/a.jpg"),
        ("https%3A%2F%2Fcdn.example%2Fa.jpg%3Fx%3D1?v=2", "https://cdn.example/a.jpg?x=1&v=2"),
    ] {
        assert_eq!(source(&format!("/cdn-cgi/image/width=4/{rest}")), want, "{rest}");
    }
}

#[test]
fn an_adapter_may_stand_before_the_options() {
    for adapter in ["fastly", "akamai", "flow"] {
        let url = format!("/cdn-cgi/image/{adapter}/width=4/photos/a.jpg");
        assert_eq!(source(&url), "/photos/a.jpg", "{url}");
    }
}

#[test]
fn options_are_read_forgivingly() {
    for (options, want) in [
        ("width=4", "width=4"),
        (
            "w=4,h=3,f=webp,q=9,g=top,fit=crop",
            "width=4,height=3,fit=crop,gravity=top,quality=9,format=webp",
        ),
        (",width=4,,height=3,", "width=4,height=3"),
        ("width=4,%20height=3", "width=4,height=3"),
        ("width%3D4%2Cheight%3D3", "width=4,height=3"),
        ("width=4,width=5", "width=4"),
        ("w=4,width=5", "width=5"),
        ("width=5,w=4", "width=5"),
        ("w=4,w=5", "width=4"),
        ("width=abc,height=3", "height=3"),
        ("width=0,height=-3,dpr=0", ""),
        ("width,height=3", "height=3"),
        ("nosuch=1,width=4", "width=4"),
        ("width=99999999999", "width=4294967295"),
        ("dpr=5", "dpr=3"),
        ("dpr=0.01", "dpr=0.1"),
        ("quality=0", "quality=1"),
        ("quality=300", "quality=100"),
        ("q=medium-low", "quality=medium-low"),
        ("blur=1000,sharpen=11,brightness=256", "blur=250,brightness=255,sharpen=10"),
        ("brightness=0,contrast=0,gamma=0,saturation=0", "saturation=0"),
        ("gravity=2x0.5,fit=cover", "fit=cover,gravity=1x0.5"),
        ("gravity=face", ""),
        ("upscale=interpolate", ""),
        ("anim=false,onerror=redirect,metadata=keep", "anim=false,metadata=keep,onerror=redirect"),
        ("flip=vh,rotate=45", ""),
        ("background=rgb(1%2C2%2C3),width=4", "width=4,background=010203"),
        ("background=rgb(240%2040%20145)", "background=f02891"),
        ("background=rgb(1,width=4", "width=4"),
        ("trim=10;20;30;40", "trim.top=10,trim.right=20,trim.bottom=30,trim.left=40"),
        ("trim=10;20;30", ""),
        ("trim.left=0.1,trim.width=50", "trim.left=0.1,trim.width=50"),
        ("trim=1;2;3;4,trim.top=9", "trim.top=9,trim.right=2,trim.bottom=3,trim.left=4"),
        ("trim=border,trim.top=9", "trim=border"),
        ("trim.top=9,trim.border.keep=1", "trim.top=9"),
        ("trim.border.tolerance=300", "trim=border,trim.border.tolerance=255"),
        ("trim.border.color=auto", "trim=border"),
        ("wbreakpoints=9;x,width=auto", "width=auto"),
        ("width=auto,wmobile=3,wdesktop=4", "width=auto,wmobile=3,wdesktop=4"),
        ("border.color=red,border.width=2", "border.color=ff0000,border.width=2"),
    ] {
        assert_eq!(recipe(options), want, "{options}");
    }
}

#[test]
fn presets_stand_below_the_options_beside_them() {
    for (options, want) in [
        ("preset=card", "width=400,height=400,fit=cover,format=auto"),
        ("w=800,preset=card,format=webp", "width=800,height=400,fit=cover,format=webp"),
        ("preset=flat", "quality=70,trim=border"),
        ("preset=flat,trim.top=1", "quality=70,trim.top=1"),
        ("preset=odd", "height=9"),
        ("preset=nosuch,width=4", "width=4"),
    ] {
        assert_eq!(recipe(options), want, "{options}");
    }
}

#[test]
fn issues_say_what_is_the_matter_and_where() {
    use IssueKind as K;
    for (options, option, kind, message, hint) in [
        ("w=4,widht=400", "widht=400", K::Unknown, "no such option", Some("width")),
        ("colour=red", "colour=red", K::Unknown, "no such option", None),
        (
            "h=3,width=abc",
            "width=abc",
            K::Malformed,
            "expected a whole number of pixels, 1 or more, or `auto`",
            None,
        ),
        (
            "h=3,width%3Dabc",
            "width%3Dabc",
            K::Malformed,
            "expected a whole number of pixels, 1 or more, or `auto`",
            None,
        ),
        (
            "w=4,%20fit=covr%20",
            "fit=covr",
            K::Malformed,
            "expected one of scale-down, contain, cover, crop, aspect-crop, pad, squeeze, scale-up",
            Some("fit=cover"),
        ),
        (
            "q=hihg",
            "q=hihg",
            K::Malformed,
            "expected 1 to 100, high, medium-high, medium-low, low or auto",
            None,
        ),
        (
            "q=hig",
            "q=hig",
            K::Malformed,
            "expected 1 to 100, high, medium-high, medium-low, low or auto",
            Some("quality=high"),
        ),
        ("w=4,anim", "anim", K::Malformed, "has no value", None),
        ("dpr=5", "dpr=5", K::Clamped, "is not from 0.1 to 3, taken as 3", None),
        ("width=4,w=5", "w=5", K::Duplicate, "repeats `width`", None),
        ("w=5,width=4", "w=5", K::Duplicate, "outranked by `width`", None),
        ("width=4,fit=cover", "fit=cover", K::NoEffect, "cover needs both width and height", None),
        (
            "w=4,gravity=left",
            "gravity=left",
            K::NoEffect,
            "only a `fit` that crops heeds it: cover, crop, aspect-crop",
            None,
        ),
        ("w=4,wmobile=3", "wmobile=3", K::NoEffect, "only `width=auto` heeds it", None),
        ("gravity=face", "gravity=face", K::Unsupported, "faces are not looked for", None),
        ("zoom=1", "zoom=1", K::Unsupported, "is not supported", None),
        ("face-zoom=1", "face-zoom=1", K::Unsupported, "is not supported", None),
        ("segment=foreground", "segment=foreground", K::Unsupported, "is not supported", None),
        ("draw=x", "draw=x", K::Unsupported, "is not supported", None),
        (
            "origin-auth=share-publicly",
            "origin-auth=share-publicly",
            K::Unsupported,
            "is not supported",
            None,
        ),
        ("upscale=generate", "upscale=generate", K::Unsupported, "pictures are interpolated", None),
        ("f=svg", "f=svg", K::Unsupported, "svg is passed on, never made", None),
        ("preset=crad", "preset=crad", K::Malformed, "no such preset", None),
        ("preset=cart", "preset=cart", K::Malformed, "no such preset", Some("preset=card")),
        (
            "trim=border,trim.top=9",
            "trim.top=9",
            K::NoEffect,
            "has no effect with `trim=border`",
            None,
        ),
    ] {
        let issues = parsed(&format!("/cdn-cgi/image/{options}/a.jpg?x=1")).issues;
        let [issue] = issues.as_slice() else { panic!("{options}: {issues:?}") };
        assert_eq!(
            (issue.option.as_str(), issue.kind, issue.message.as_str(), issue.hint.as_deref()),
            (option, kind, message, hint),
            "{options}"
        );
    }
}

#[test]
fn issues_stand_in_the_order_of_the_url() {
    let issues = parsed("/cdn-cgi/image/blur=x,width=4,nosuch=1,w=5,fit=pad/a.jpg").issues;
    let options: Vec<_> = issues.iter().map(|issue| issue.option.as_str()).collect();
    assert_eq!(options, ["blur=x", "nosuch=1", "w=5", "fit=pad"]);
}

#[test]
fn issues_of_a_preset_point_at_its_name() {
    let issues = parsed("/cdn-cgi/image/w=1,preset=odd/a.jpg").issues;
    let said: Vec<_> = issues.iter().map(|issue| issue.message.as_str()).collect();
    assert!(issues.iter().all(|issue| issue.option == "preset=odd"), "{issues:?}");
    assert_eq!(
        said,
        [
            "in the preset, `nosuch=1`: no such option",
            "in the preset, `width=abc`: expected a whole number of pixels, 1 or more, or `auto`",
            "in the preset, `preset=card`: a preset names no other preset",
        ]
    );
}

#[test]
fn a_url_without_fault_has_no_issues() {
    for options in [
        "width=400,height=300,fit=cover,gravity=0.5x0.2,dpr=2,quality=80,format=auto",
        "w=400,upscale=interpolate,onerror=redirect,compression=fast,anim=true,metadata=none",
        "width=auto,wbreakpoints=320;768,wmobile=320,wdesktop=768,scq=50",
        "trim=border,trim.border.color=%23fff,trim.border.tolerance=5,trim.border.keep=1",
    ] {
        let issues = parsed(&format!("/cdn-cgi/image/{options}/a.jpg")).issues;
        assert!(issues.is_empty(), "{options}: {issues:?}");
    }
}

/// Text near to options: names, values and separators in any order.
fn near_options() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        proptest::sample::select(vec![
            "width",
            "w",
            "fit",
            "trim",
            "trim.top",
            "trim.border.color",
            "border.top",
            "format",
            "gravity",
            "preset",
            "dpr",
            "background",
            "wbreakpoints",
            "q",
            "=",
            "=",
            "=",
            ",",
            ",",
            ";",
            "auto",
            "border",
            "cover",
            "card",
            "odd",
            "rgb(",
            ")",
            "0.5x0.5",
            "400",
            "1;2;3;4",
            "%",
            "%2C",
            "%3D",
            "%ff",
            " ",
            "/",
            "?",
            "ü",
        ])
        .prop_map(str::to_owned),
        "[ -~]{0,4}",
    ];
    proptest::collection::vec(piece, 0..20).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn no_url_panics_and_every_span_is_true(options in near_options(), rest in "\\PC{0,12}") {
        let url = format!("/cdn-cgi/image/{options}/{rest}");
        if let Ok(Some(parsed)) = parse(&url) {
            for issue in &parsed.issues {
                prop_assert_eq!(url.get(issue.span.clone()), Some(issue.option.as_str()));
            }
            let starts: Vec<_> = parsed.issues.iter().map(|issue| issue.span.start).collect();
            prop_assert!(starts.is_sorted());
            let again = recipe(&format!("{},anim=true", parsed.readings[0].recipe));
            prop_assert_eq!(again, parsed.readings[0].recipe.to_string());
        }
    }
}
