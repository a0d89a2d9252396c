//! Requests that nobody thought of.

use std::cell::Cell;

use edge_resizer::policy::{Dialects, Parsing, Signing, SigningKey, Sizing, SourceRules};
use edge_resizer::recipe::{Format, QualityNumber, options};
use edge_resizer::sign::sign;
use edge_resizer::{Policy, Request};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestRunner};

use crate::agreement::{Agreement, HOST, compare, store};
use crate::engine::Engine;

/// At least; `PROPTEST_CASES` asks for more.
const CASES: u32 = 10_000;

/// Values that some option takes, nearly takes, or does not.
const VALUES: &[&str] = &[
    "0",
    "1",
    "4",
    "07",
    "50",
    "80",
    "100",
    "101",
    "320",
    "400",
    "641",
    "1200",
    "5760",
    "9000",
    "4294967295",
    "4294967296",
    "99999999999999999999",
    "0.5",
    ".25",
    "1.",
    "1.50",
    "2.33339",
    "429497",
    "1e3",
    "-1",
    "+90",
    "90",
    "270",
    "360",
    "45",
    "auto",
    "true",
    "false",
    "cover",
    "crop",
    "pad",
    "scale-down",
    "squeeze",
    "center",
    "left",
    "top",
    "face",
    "0.5x0.2",
    "1x1",
    "2x0",
    "0.3x",
    "high",
    "low",
    "medium-high",
    "webp",
    "avif",
    "jpeg",
    "jpg",
    "png-force",
    "gif",
    "json",
    "svg",
    "baseline-jpeg",
    "auto-jpeg",
    "auto-avif",
    "fast",
    "keep",
    "none",
    "copyright",
    "redirect",
    "h",
    "hv",
    "interpolate",
    "generate",
    "fff",
    "#FF8800",
    "ff880080",
    "ffff",
    "red",
    "rgb(1,2,3)",
    "rgb(1 2 3 / 50%)",
    "(",
    "border",
    "1;2;3;4",
    "0.1;0;5;0.25",
    "1;2",
    "320;640;960",
    "640;;320;",
    "card",
    "plain",
    "unknown",
    "constructor",
    "",
    " 7 ",
    "7 7",
    "a=b",
];

const ACCEPTS: &[&str] = &[
    "",
    "*/*",
    "image/*",
    "image/webp",
    "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8",
    "image/avif;q=0.5,image/webp;q=0.6,image/jpg",
    "image/webp;q=0.8,image/jpeg;q=0.80",
    "image/avif;q=0,image/webp ; Q = 0.2",
    "IMAGE/AVIF;Q=1.000, Image/WebP;q=1.001",
    ",,;,image/webp;level=1;q=0.2,,",
    "image/avif;q=.5,image/webp;q=0.",
];

/// Segments of paths and names of files.
const SEGMENTS: &[&str] = &[
    "photos",
    "a",
    "",
    ".",
    "..",
    "cdn-cgi",
    "image",
    "_variants",
    "..a",
    "gr%C3%BCn",
    "%ff",
    "%2e%2e",
    "a%2Fb",
    "a%5Cb",
    "%00",
    "%zz",
    "a+b,c=d",
    "[1]",
    "~!$&'()*;:@",
    "%25",
    "%E2%82%AC",
    "https:",
    "http%3A",
];
const BASES: &[&str] = &[
    "cup",
    "",
    "cup.png",
    "a_b",
    "cup_400x400",
    "cup_x",
    "cup_0x7",
    "cup_medium",
    "cup_crop_top",
    "cup.progressive",
    "cup@2x",
    "%C3%BC",
    "cup_toString",
    "a%2Fb",
    "a.b",
];
const SUFFIXES: &[&str] = &[
    "",
    "_400x400",
    "_640x",
    "_x320",
    "_9999x1",
    "_00x4",
    "_grande",
    "_pico",
    "_master",
    "_original",
    "_100x100_crop_center",
    "_crop_left",
    "_200x_crop_middle",
    "_300x200@2x",
    "_64x64_crop_top@3x",
    "@2x",
    ".progressive",
    "_32x32.progressive",
];
const EXTENSIONS: &[&str] = &[
    ".jpg",
    ".JPG",
    ".png",
    ".png.webp",
    ".jpeg.jpg",
    ".gif",
    ".svg",
    ".avif.avif",
    ".txt",
    "",
    ".jp%67",
];
const PARAMETERS: &[&str] = &[
    "width",
    "height",
    "crop",
    "crop_left",
    "format",
    "pad_color",
    "quality",
    "scale",
    "v",
    "utm_id",
    "x",
    "WIDTH",
    "w%69dth",
];

fn name_of_option() -> impl Strategy<Value = String> {
    let known: Vec<String> = options()
        .iter()
        .flat_map(|row| [Some(row.name), row.alias])
        .flatten()
        .map(str::to_owned)
        .collect();
    let often = ["w", "h", "width", "height", "q", "f", "fit", "dpr", "gravity"].map(str::to_owned);
    prop_oneof![
        4 => select(often.to_vec()),
        4 => select(known),
        1 => select(vec!["Width".to_owned(), "wdth".to_owned(), String::new(), "__proto__".to_owned()]),
    ]
}

/// A part of a URL in which some characters are percent-encoded that need not be.
fn spelled(text: &str, encode: bool) -> String {
    let text = text.replace(['/', '?', '#'], "");
    if encode {
        utf8_percent_encode(&text, NON_ALPHANUMERIC).to_string()
    } else {
        text.replace(' ', "%20").replace('"', "%22")
    }
}

fn option_list() -> impl Strategy<Value = String> {
    let value = prop_oneof![
        3 => (1..3_000_u32).prop_map(|number| number.to_string()),
        4 => select(VALUES).prop_map(str::to_owned),
        1 => "[!-~]{0,6}",
    ];
    let option = (name_of_option(), value, 0..12_u8).prop_map(|(name, value, how)| match how {
        0 => spelled(&format!("{name}={value}"), true),
        1 => format!("%20{name}%20={}", spelled(&value, false)),
        2 => name,
        _ => format!("{name}={}", spelled(&value.replace('#', "%23"), false)),
    });
    vec(option, 1..7).prop_map(|options| options.join(","))
}

fn file() -> impl Strategy<Value = String> {
    (vec(select(SEGMENTS), 0..3), select(BASES), select(SUFFIXES), select(EXTENSIONS)).prop_map(
        |(mut segments, base, suffix, extension)| {
            let name = format!("{base}{suffix}{extension}");
            segments.push(&name);
            segments.join("/")
        },
    )
}

fn path() -> impl Strategy<Value = String> {
    let adapter = prop_oneof![8 => Just(""), 1 => Just("flow/"), 1 => Just("/")];
    let remote = select(vec![
        "https://cdn.example/",
        "http:/eu.shop.example:81/",
        "HTTPS://CDN.example/a/../",
        "https%3A%2F%2Fcdn.example%2F",
        "https://evil.example/",
        "https://u@cdn.example/",
        "https://cdn.example",
    ]);
    let source = prop_oneof![
        6 => file(),
        1 => (remote, file()).prop_map(|(remote, file)| format!("{remote}{file}")),
        1 => "[!-~]{0,12}".prop_map(|text| text.replace(['?', '#'], "")),
    ];
    prop_oneof![
        6 => (adapter, option_list(), source)
            .prop_map(|(adapter, list, source)| format!("/cdn-cgi/image/{adapter}{list}/{source}")),
        6 => file().prop_map(|file| format!("/{file}")),
        1 => "/[!-~]{0,16}".prop_map(|text| text.replace(['?', '#'], "")),
    ]
}

fn query() -> impl Strategy<Value = Option<String>> {
    let value = prop_oneof![
        3 => select(VALUES).prop_map(|value| spelled(value, false).replace('&', "")),
        2 => (1..7_000_u32).prop_map(|number| number.to_string()),
    ];
    let pair = (select(PARAMETERS), value, 0..8_u8).prop_map(|(name, value, how)| match how {
        0 => name.to_owned(),
        _ => format!("{name}={value}"),
    });
    option::of(vec(pair, 0..5).prop_map(|pairs| pairs.join("&")))
}

fn headers() -> impl Strategy<Value = Vec<(&'static str, String)>> {
    let number = || {
        select(vec![
            "0", "0.05", "1", "1.5", "2", "2.625", "4", "x", "", "320", "411.4", "5000", "1e2",
        ])
    };
    let hint = prop_oneof![
        (
            select(vec![
                "sec-ch-dpr",
                "dpr",
                "sec-ch-width",
                "width",
                "sec-ch-viewport-width",
                "rtt",
                "downlink"
            ]),
            number().prop_map(str::to_owned)
        ),
        Just(("save-data", "ON".to_owned())),
        select(vec!["4g", "3g", "2g"]).prop_map(|text| ("ect", text.to_owned())),
        select(vec!["Mozilla/5.0 Mobile", "curl"]).prop_map(|text| ("user-agent", text.to_owned())),
    ];
    let accept = select(ACCEPTS).prop_map(|text| ("accept", text.to_owned()));
    (vec(accept, 0..3), vec(hint, 0..4)).prop_map(|(accepts, hints)| [accepts, hints].concat())
}

fn policy() -> impl Strategy<Value = Policy> {
    let widths = select(vec![vec![], vec![320, 640, 1_280], vec![800, 0, 401, 401], vec![0]]);
    let qualities = select(vec![vec![], vec![80], vec![90, 40, 65]]);
    let formats = select(vec![
        Format::ALL.to_vec(),
        vec![Format::Webp, Format::Jpeg],
        vec![Format::Jpeg, Format::Png],
        vec![Format::Avif],
        vec![],
    ]);
    let switches = any::<(bool, bool)>();
    let rare = (0..8_u8, 0..6_u8, 0..8_u8, 0..6_u8, select(vec![8_192, 700, 0]));
    (widths, qualities, formats, switches, rare).prop_map(
        |(
            widths,
            qualities,
            formats,
            (client_hints, save_data),
            (strict, sizing, langs, paths, side),
        )| {
            let mut policy = Policy {
                widths,
                qualities: qualities
                    .into_iter()
                    .map(|quality: u8| QualityNumber::new(quality).unwrap())
                    .collect(),
                formats,
                client_hints,
                save_data,
                parsing: if strict == 0 { Parsing::Strict } else { Parsing::Lenient },
                sizing: if sizing == 0 { Sizing::Strict } else { Sizing::Snap },
                dialects: Dialects { cloudflare: langs != 0, shopify: langs != 1 },
                sources: SourceRules {
                    paths: if paths == 0 {
                        vec!["/photos/".to_owned(), "a".to_owned()]
                    } else {
                        vec![]
                    },
                    hosts: vec!["CDN.example".to_owned(), "*.shop.example".to_owned()],
                },
                ..Policy::default()
            };
            policy.limits.output_side = side;
            for (name, text) in [
                ("card", "w=400,h=400,fit=cover,q=85,background=red,trim=border"),
                ("plain", "fit=pad,dpr=2,f=auto,brightness=2,slow-connection-quality=30"),
            ] {
                policy.presets.insert(name.to_owned(), text.to_owned());
            }
            policy
        },
    )
}

fn request(path: String, query: Option<String>, headers: &[(&'static str, String)]) -> Request {
    let mut request = Request { path, query, ..Request::get("") };
    for (name, value) in headers {
        // Only lists are ever sent in several lines.
        if *name == "accept" || !request.headers.contains_key(*name) {
            request.headers.append(*name, value.parse().unwrap());
        }
    }
    request
}

/// Has the policy ask for a signature, and signs the request, or nearly.
fn demand_signature(policy: &mut Policy, request: &mut Request, how: u8) {
    let keys = ["new", "old"].map(SigningKey::new);
    let url = match &request.query {
        Some(query) => format!("{}?{query}", request.path),
        None => request.path.clone(),
    };
    let (url, now) = match how {
        0 => (url, 0),
        1 => (sign(&url, Some(100), &keys[1]), 101),
        2 => (sign(&url, Some(100), &keys[0]), 100),
        _ => (sign(&url, None, &keys[1]), 0),
    };
    policy.signing = Some(Signing { keys: keys.to_vec() });
    *request = Request { headers: request.headers.clone(), now, ..Request::get(&url) };
}

/// Whether a URL has something in it of which `docs/viewer-function.md` says that it is handed over.
fn has_reason(request: &Request, policy: &Policy) -> bool {
    let url = format!("{}?{}", request.path, request.query.as_deref().unwrap_or_default());
    let url = percent_decode_str(&url).decode_utf8_lossy().to_lowercase();
    let said = [
        "trim",
        "border.",
        "background",
        "preset",
        "auto-",
        "crop_",
        "crop=region",
        "_crop",
        "http",
    ];
    said.iter().any(|reason| url.contains(reason))
        || policy.parsing == Parsing::Strict
        // A height beside a width of this kind has a ratio that JavaScript's numbers are too short for.
        || ["4294967295", "4294967296", "999999"].iter().any(|long| url.contains(long))
}

#[test]
fn every_request_is_answered_as_the_core_does() {
    let engine = Engine::new(&[]);
    let [canonical, leftover, other] = [Cell::new(0), Cell::new(0), Cell::new(0)];
    let strategy = (path(), query(), headers(), policy(), 0..16_u8);
    TestRunner::new(config())
        .run(&strategy, |(path, query, headers, mut policy, signed)| {
            let mut request = request(path, query, &headers);
            if signed < 4 {
                demand_signature(&mut policy, &mut request, signed);
            }
            // What the parser of HTTP would not let through is none of the function's requests.
            let line = format!("{}?{}", request.path, request.query.as_deref().unwrap_or_default());
            prop_assume!(line.parse::<http::Uri>().is_ok());
            engine.set_store(&store(&policy));
            let answer = engine.answer(HOST, &request);
            let agreed = compare(&request, &policy, &answer);
            let count = match &agreed {
                Ok(Agreement::Canonical) => &canonical,
                Ok(Agreement::Leftover) => &leftover,
                Ok(_) => &other,
                Err(fault) => {
                    return Err(TestCaseError::fail(format!("{fault}\n{}", answer.line())));
                }
            };
            count.set(count.get() + 1);
            let explained = agreed != Ok(Agreement::Leftover) || has_reason(&request, &policy);
            prop_assert!(explained, "left to the core for no reason that is documented");
            Ok(())
        })
        .unwrap();
    let [canonical, leftover, other] = [canonical.get(), leftover.get(), other.get()];
    eprintln!("{canonical} canonical, {leftover} left to the core, {other} others");
    assert!(canonical > CASES / 5, "too few pictures among them: {canonical}");
    // The odd options, which are handed over, are picked as often as the others here.
    assert!(leftover * 3 < canonical * 2, "{leftover} of {canonical}");
}

/// What pages ask for: options that the function reads, with values that they take.
#[test]
fn what_pages_ask_for_is_never_left_to_the_core() {
    let engine = Engine::new(&[]);
    let option = prop_oneof![
        (1..6_000_u32).prop_map(|side| format!("width={side}")),
        (1..6_000_u32).prop_map(|side| format!("h={side}")),
        (1..=100_u32).prop_map(|quality| format!("q={quality}")),
        (1..=30_u32).prop_map(|tenths| format!("dpr={}.{}", tenths / 10, tenths % 10)),
        "background=(auto|(%23)?([0-9a-fA-F]{6}|[0-9a-f]{3,4}))",
        "gravity=0\\.[0-9]{1,4}x(1|0|0?\\.[0-9]{1,5})",
        select(vec![
            "fit=cover",
            "fit=scale-down",
            "fit=pad",
            "fit=crop",
            "f=auto",
            "format=auto",
            "f=webp",
            "f=jpeg",
            "gravity=auto",
            "g=top",
            "sharpen=1",
            "metadata=none",
            "anim=false",
            "onerror=redirect",
            "quality=high",
            "slow-connection-quality=50",
            "width=auto",
            "trim=border",
            "blur=20",
            "preset=plain",
            "margin=6",
            "rotate=90",
        ])
        .prop_map(str::to_owned),
    ];
    let options = vec(option, 1..7).prop_map(|options| options.join(","));
    let name = "[a-z]{1,8}([-_][a-z0-9]{1,4})?";
    let file = (name, name, select(vec!["jpg", "png", "webp", "gif", "JPG"]))
        .prop_map(|(folder, name, extension)| format!("{folder}/{name}.{extension}"));
    let cloudflare = (options, file.clone())
        .prop_map(|(options, file)| (format!("/cdn-cgi/image/{options}/{file}"), None));
    let suffix = select(vec!["_400x400", "_640x", "_x320", "_grande", "_64x64_crop_top@2x"]);
    let suffixed = (name, suffix, select(vec![".jpg", ".png", ".jpg.webp"]))
        .prop_map(|(name, suffix, extension)| (format!("/files/{name}{suffix}{extension}"), None));
    let asked =
        (file, 1..5_000_u32, option::of(select(vec!["&height=300&crop=center", "&scale=2"])))
            .prop_map(|(file, width, more)| {
                let query = format!("width={width}{}&v=1700000000", more.unwrap_or_default());
                (format!("/{file}"), Some(query))
            });
    let strategy = (prop_oneof![cloudflare, suffixed, asked], headers(), policy());
    TestRunner::new(config())
        .run(&strategy, |((path, query), headers, policy)| {
            let policy = Policy {
                sizing: Sizing::Snap,
                dialects: Dialects::default(),
                sources: SourceRules::default(),
                parsing: Parsing::Lenient,
                ..policy
            };
            let request = request(path, query, &headers);
            engine.set_store(&store(&policy));
            let answer = engine.answer(HOST, &request);
            prop_assert_eq!(compare(&request, &policy, &answer), Ok(Agreement::Canonical));
            Ok(())
        })
        .unwrap();
}

fn config() -> Config {
    let default = Config::default();
    let cases = default.cases.max(CASES);
    Config { cases, max_global_rejects: cases, failure_persistence: None, ..default }
}
