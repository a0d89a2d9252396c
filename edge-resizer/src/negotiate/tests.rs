use proptest::prelude::*;

use http::{HeaderMap, HeaderName, HeaderValue};

use super::*;
use crate::dialect;
use crate::recipe::{QualityNumber, strategies};

fn recipe(options: &str) -> Recipe {
    let options = if options.is_empty() { "anim=true" } else { options };
    let request = Request::get(&format!("/cdn-cgi/image/{options}/a.jpg"));
    let parsed = dialect::parse(&request, &Policy::default()).unwrap().unwrap();
    parsed.readings[0].recipe.clone()
}

/// A request with headers, `name: value` to a line.
fn request(headers: &str) -> Request {
    let pairs = headers.lines().filter_map(|line| line.split_once(':'));
    let headers: HeaderMap = pairs
        .map(|(name, value)| {
            let name: HeaderName = name.trim().parse().unwrap();
            (name, HeaderValue::from_str(value.trim()).unwrap())
        })
        .collect();
    Request { headers, ..Request::get("/") }
}

fn resolved(options: &str, headers: &str, policy: &Policy) -> Resolved {
    resolve(&recipe(options), &request(headers), policy).unwrap()
}

fn qualities(numbers: &[u8]) -> Vec<QualityNumber> {
    numbers.iter().map(|number| QualityNumber::new(*number).unwrap()).collect()
}

fn heeding_hints() -> Policy {
    Policy { client_hints: true, ..Policy::default() }
}

#[test]
fn auto_becomes_what_the_client_accepts() {
    for (options, accept, want) in [
        ("format=auto", "image/avif,image/webp", "format=auto-avif-webp"),
        ("format=auto", "image/webp", "format=auto-webp"),
        ("format=auto", "image/avif", "format=auto-avif"),
        ("format=auto", "*/*", "format=auto-none"),
        ("format=auto-jpeg", "image/avif,image/webp", "format=auto-avif-webp-jpeg"),
        ("format=auto-jpeg", "*/*", "format=auto-none-jpeg"),
    ] {
        let resolved = resolved(options, &format!("accept: {accept}"), &Policy::default());
        assert_eq!(resolved.recipe.to_string(), want, "{options} {accept}");
        assert_eq!(resolved.vary, ["Accept"], "{options} {accept}");
    }
}

#[test]
fn vary_names_nothing_that_did_not_matter() {
    let everything = "accept: image/avif\ndpr: 2\nwidth: 300\nsave-data: on\nuser-agent: Mobi";
    for options in ["", "width=400", "format=webp", "format=json", "format=auto-webp"] {
        let resolved = resolved(options, everything, &Policy::default());
        assert!(resolved.vary.is_empty(), "{options}: {:?}", resolved.vary);
    }
    let jpeg_only = Policy { formats: vec![Format::Jpeg], ..Policy::default() };
    let resolved = resolved("format=auto", everything, &jpeg_only);
    assert_eq!(resolved.recipe.to_string(), "format=auto-none");
    assert!(resolved.vary.is_empty());
}

#[test]
fn formats_that_are_not_allowed_become_auto_or_are_refused() {
    let formats = vec![Format::Webp, Format::Png];
    let snap = Policy { formats: formats.clone(), ..Policy::default() };
    let strict = Policy { formats, sizing: Sizing::Strict, ..Policy::default() };
    for (options, want, allowed) in [
        ("format=auto", "format=auto-webp", true),
        ("format=avif", "format=auto-webp", false),
        ("format=jpeg", "format=auto-webp", false),
        ("format=baseline-jpeg", "format=auto-webp", false),
        ("format=webp", "format=webp", true),
        ("format=json", "format=json", true),
        ("format=auto-avif-webp", "format=auto-webp", true),
        ("", "", true),
    ] {
        let accept = "accept: image/avif,image/webp";
        let snapped = resolved(options, accept, &snap);
        assert_eq!(snapped.recipe.to_string(), want, "{options}");
        assert_eq!(snapped.notes.is_empty(), allowed, "{options}");
        let refused = resolve(&recipe(options), &request(accept), &strict);
        assert_eq!(refused.is_ok(), allowed, "{options}");
        if let Err(error) = refused {
            assert!(matches!(error, Error::NotAllowed { option: "format", .. }), "{error}");
        }
    }
}

#[test]
fn dpr_is_folded() {
    for (options, want) in [
        ("width=100,dpr=2", "width=200"),
        ("width=100,height=33,dpr=1.5", "width=150,height=50"),
        ("height=1,dpr=0.1", "height=1"),
        ("width=4294967295,dpr=3", "width=4294967295"),
        ("dpr=2", ""),
        ("dpr=2,trim=10;0.1;0;3", "trim.top=20,trim.right=0.1,trim.bottom=0,trim.left=6"),
        ("dpr=2,trim.width=9", "trim.width=18"),
        ("dpr=2,trim.border.keep=3", "trim=border,trim.border.keep=6"),
        ("dpr=2,border.width=1", "border.color=000000,border.width=2"),
        ("dpr=0.1,border.top=1", "border.color=000000,border.top=1"),
        ("dpr=3,blur=5", "blur=5"),
    ] {
        assert_eq!(resolved(options, "", &Policy::default()).recipe.to_string(), want, "{options}");
    }
}

#[test]
fn hints_are_heeded_where_the_policy_says_so() {
    let hints = heeding_hints();
    for (options, headers, want) in [
        ("width=100", "sec-ch-dpr: 2", "width=200"),
        ("width=100", "dpr: 2.5", "width=250"),
        ("width=100", "sec-ch-dpr: 2\ndpr: 3", "width=200"),
        ("width=100", "dpr: 9", "width=300"),
        ("width=100", "dpr: 0.001", "width=10"),
        ("width=100", "dpr: abc", "width=100"),
        ("width=100", "dpr: 0", "width=100"),
        ("width=100,dpr=2", "dpr: 3", "width=200"),
        ("height=100", "dpr: 2", "height=200"),
        ("width=100,trim.left=5", "dpr: 2", "width=200,trim.left=5"),
        ("trim.left=5", "dpr: 2", "trim.left=5"),
        ("width=4000", "dpr: 3", "width=4000"),
        ("", "sec-ch-width: 333", "width=333"),
        ("", "width: 333\ndpr: 2", "width=333"),
        ("", "width: 99999", "width=8192"),
        ("", "width: 0", ""),
        ("height=50", "width: 333", "height=50"),
        ("width=50", "width: 333", "width=50"),
    ] {
        assert_eq!(
            resolved(options, headers, &hints).recipe.to_string(),
            want,
            "{options} {headers}"
        );
        let deaf = resolved(options, headers, &Policy::default());
        assert_eq!(deaf.recipe, resolved(options, "", &Policy::default()).recipe, "{options}");
    }
    assert_eq!(resolved("width=100", "", &hints).vary, ["Sec-CH-DPR", "DPR"]);
    assert_eq!(resolved("", "", &hints).vary, ["Sec-CH-Width", "Width"]);
    assert!(resolved("width=100,dpr=2", "", &hints).vary.is_empty());
}

#[test]
fn auto_widths_are_picked() {
    let phone = "user-agent: Mozilla/5.0 (Linux; Android 14) Mobile Safari/537.36";
    let desktop = "user-agent: Mozilla/5.0 (X11; Linux x86_64)";
    let list = "width=auto,wbreakpoints=300;600;900,wmobile=111,wdesktop=222";
    for (options, headers, want) in [
        ("width=auto", phone, "width=768"),
        ("width=auto", desktop, "width=1200"),
        ("width=auto", "", "width=1200"),
        (list, phone, "width=111"),
        (list, desktop, "width=222"),
        ("width=auto,dpr=2", desktop, "width=2400"),
        ("width=auto", "sec-ch-viewport-width: 100", "width=320"),
        ("width=auto", "sec-ch-viewport-width: 320", "width=320"),
        ("width=auto", "sec-ch-viewport-width: 320.5", "width=768"),
        ("width=auto", "sec-ch-viewport-width: 400\nsec-ch-dpr: 2", "width=960"),
        ("width=auto", "sec-ch-viewport-width: 5000", "width=1200"),
        (list, "sec-ch-viewport-width: 5000", "width=900"),
        (list, "sec-ch-viewport-width: 301", "width=600"),
        (list, "sec-ch-viewport-width: 0", "width=222"),
        ("width=auto,wdesktop=99999", desktop, "width=8192"),
    ] {
        let recipe = resolved(options, headers, &heeding_hints()).recipe.to_string();
        assert_eq!(recipe, want, "{options} {headers}");
    }
    let by_window = resolved("width=auto", "sec-ch-viewport-width: 9", &heeding_hints());
    assert_eq!(by_window.vary, ["Sec-CH-Viewport-Width", "Sec-CH-DPR", "DPR"]);
    let deaf = resolved("width=auto", "sec-ch-viewport-width: 9", &Policy::default());
    assert_eq!((deaf.recipe.to_string().as_str(), deaf.vary), ("width=1200", vec!["User-Agent"]));
}

#[test]
fn slow_connections_get_their_quality() {
    for (headers, slow) in [
        ("", false),
        ("save-data: on", true),
        ("save-data: ON", true),
        ("save-data: off", false),
        ("rtt: 150", false),
        ("rtt: 151", true),
        ("rtt: many", false),
        ("ect: 4g", false),
        ("ect: 3g", true),
        ("ect: 2g", true),
        ("ect: slow-2g", true),
        ("downlink: 5", false),
        ("downlink: 4.95", true),
        ("downlink: 0", true),
        ("downlink: 10\nrtt: 50\nect: 4g", false),
        ("downlink: 10\nrtt: 50\nect: 4g\nsave-data: on", true),
    ] {
        let resolved = resolved("quality=90,scq=30", headers, &Policy::default());
        let want = if slow { "quality=30" } else { "quality=90" };
        assert_eq!(resolved.recipe.to_string(), want, "{headers}");
        assert_eq!(resolved.vary, ["Save-Data", "RTT", "ECT", "Downlink"], "{headers}");
    }
}

#[test]
fn the_policy_may_save_data_where_the_url_does_not() {
    let saving = Policy { save_data: true, ..Policy::default() };
    for (options, want) in [
        ("", "quality=low"),
        ("quality=90", "quality=low"),
        ("quality=50", "quality=50"),
        ("quality=low", "quality=low"),
        ("scq=70", "quality=70"),
    ] {
        let saved = resolved(options, "save-data: on", &saving).recipe.to_string();
        assert_eq!(saved, want, "{options}");
    }
    assert!(resolved("quality=90", "save-data: on", &Policy::default()).vary.is_empty());
}

#[test]
fn widths_and_qualities_snap() {
    let policy = Policy {
        widths: vec![800, 0, 400, 1_600],
        qualities: qualities(&[50, 80]),
        ..Policy::default()
    };
    for (options, want) in [
        ("width=400", "width=400"),
        ("width=401", "width=800"),
        ("width=1", "width=400"),
        ("width=9000", "width=1600"),
        ("width=200,height=100", "width=400,height=200"),
        ("width=3200,height=1", "width=1600,height=1"),
        ("width=600,height=4294967295", "width=800,height=4294967295"),
        ("width=400,dpr=2", "width=800"),
        ("width=300,dpr=2", "width=800"),
        ("height=123", "height=123"),
        ("", ""),
        ("quality=50", "quality=50"),
        ("quality=51", "quality=80"),
        ("quality=100", "quality=80"),
        ("quality=high", "quality=high"),
    ] {
        assert_eq!(resolved(options, "", &policy).recipe.to_string(), want, "{options}");
    }
}

#[test]
fn a_strict_policy_refuses_what_the_url_names_but_not_what_the_client_adds() {
    let policy = Policy {
        widths: vec![400, 800],
        qualities: qualities(&[50, 80]),
        sizing: Sizing::Strict,
        client_hints: true,
        ..Policy::default()
    };
    for (options, option) in [
        ("width=401", "width"),
        ("width=300,dpr=2", "width"),
        ("quality=81", "quality"),
        ("quality=80,scq=20", "quality"),
    ] {
        let error = resolve(&recipe(options), &request(""), &policy).unwrap_err();
        assert!(
            matches!(&error, Error::NotAllowed { option: named, .. } if *named == option),
            "{options}: {error}"
        );
    }
    for (options, headers, want) in [
        ("width=200,dpr=2", "", "width=400"),
        ("width=400", "dpr: 1.5", "width=800"),
        ("", "width: 500", "width=800"),
        ("width=auto", "", "width=800"),
        ("height=77", "dpr: 2", "height=154"),
    ] {
        assert_eq!(resolved(options, headers, &policy).recipe.to_string(), want, "{options}");
    }
}

fn policies() -> impl Strategy<Value = Policy> {
    let lists = (
        proptest::collection::vec(0..3_000_u32, 0..4),
        proptest::collection::vec((1..=100_u8).prop_map(|n| QualityNumber::new(n).unwrap()), 0..4),
        proptest::sample::subsequence(Format::ALL.to_vec(), 0..=Format::ALL.len()),
    );
    (lists, any::<(bool, bool, bool)>()).prop_map(
        |((widths, qualities, formats), (strict, client_hints, save_data))| Policy {
            widths,
            qualities,
            formats,
            sizing: if strict { Sizing::Strict } else { Sizing::Snap },
            client_hints,
            save_data,
            ..Policy::default()
        },
    )
}

fn headers() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        proptest::sample::select(vec![
            "accept: image/avif,image/webp,*/*;q=0.8",
            "save-data: on",
            "ect: 3g",
            "user-agent: Mobi",
        ])
        .prop_map(str::to_owned),
        (
            "(dpr|sec-ch-dpr|width|sec-ch-width|sec-ch-viewport-width|rtt|downlink|accept)",
            "[ -~]{0,8}|[0-9]{1,12}(\\.[0-9]{1,5})?"
        )
            .prop_map(|(name, value)| format!("{name}: {value}")),
    ];
    proptest::collection::vec(line, 0..6).prop_map(|lines| lines.join("\n"))
}

proptest! {
    #[test]
    fn what_is_resolved_is_allowed_and_stays(
        recipe in strategies::recipe(),
        policy in policies(),
        headers in headers(),
    ) {
        let Ok(resolved) = resolve(&recipe, &request(&headers), &policy) else {
            prop_assert_eq!(policy.sizing, Sizing::Strict);
            return Ok(());
        };
        let once = &resolved.recipe;
        prop_assert_eq!(once.dpr, Decimal::ONE);
        prop_assert_eq!(once.slow_quality, None);
        prop_assert_ne!(once.width, Some(Width::Auto));
        if let Some(Width::Pixels(pixels)) = once.width
            && policy.widths.iter().any(|width| *width != 0)
        {
            prop_assert!(policy.widths.contains(&pixels.get()), "{pixels}");
        }
        let again = resolve(&recipe, &request(&headers), &policy);
        prop_assert_eq!(again.as_ref(), Ok(&resolved), "deterministic");
        let twice = resolve(once, &request(""), &policy).map(|twice| twice.recipe);
        prop_assert_eq!(twice.as_ref(), Ok(once), "idempotent");
    }
}
