//! What CloudFront allows: bytes of code, and work.

use cloudformation::viewer::{CODE_LIMIT, SiteExtras, ViewerFunction, pairs};
use edge_resizer::{Policy, Request};
use fleet::delivery::{QueryPart, RedirectRule};

use crate::agreement::{HOST, site, store};
use crate::engine::Engine;

#[test]
fn the_code_keeps_the_limit() {
    for function in ViewerFunction::ALL {
        let code = function.code().unwrap();
        assert!(code.len() <= CODE_LIMIT, "{} bytes", code.len());
        assert_eq!(code, function.code().unwrap(), "it is the same at every call");
        assert!(code.contains("async function handler(") && !code.contains("export"));
        eprintln!("{function:?}: {} bytes of {CODE_LIMIT}", code.len());
    }
}

/// Syntax that the runtime does not document:
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html>.
#[test]
fn the_code_has_no_newer_syntax() {
    for code in ViewerFunction::ALL.map(|function| function.code().unwrap()) {
        for newer in
            ["?.", "??", "...", "=>{await", " of ", "catch{", "**=", "||=", "&&=", "class "]
        {
            let at = code.find(newer);
            assert_eq!(at, None, "{newer}: {:?}", at.and_then(|at| code.get(at..at + 40)));
        }
    }
}

/// Calls and turns of loops: the same on every machine. CloudFront tells its own measure, the share
/// of the millisecond that is allowed, only of a function that is deployed. Node without its compiler
/// (`--jitless`) takes about a tenth of a millisecond for a thousand of them.
#[test]
fn work_is_bounded() {
    const MOST: u64 = 1_500;
    let policy: Policy = toml::from_str(
        "widths = [320, 640, 960, 1280, 1920]\nclient_hints = true\nsigning = { keys = ['k', 'l'] }",
    )
    .unwrap();
    let plain = Engine::new(&store(&Policy::default()));
    let strict = Engine::new(&store(&policy));
    let key = edge_resizer::policy::SigningKey::new("l");
    let signed =
        edge_resizer::sign::sign("/cdn-cgi/image/width=400,format=auto/photos/cup.jpg", None, &key);
    let accept = "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8";
    for (engine, url) in [
        (&plain, "/page?utm_source=mail&a=1"),
        (&plain, "/photos/cup.jpg"),
        (&plain, "/cdn-cgi/image/width=640,quality=80,fit=cover,format=auto/photos/cup.jpg"),
        (&plain, "/photos/cup_400x400_crop_center@2x.progressive.jpg?v=1700000000"),
        (&plain, "/photos/cup.jpg?width=400&height=400&crop=center&v=1700000000"),
        (&strict, &signed),
    ] {
        let mut request = Request::get(url);
        request.headers.insert("accept", accept.parse().unwrap());
        let steps = engine.steps(HOST, &request);
        assert!(steps <= MOST, "{url}: {steps}");
        assert!(steps > 10, "{url}: {steps}, so nothing was counted");
        eprintln!("{steps:>5} {url}");
    }
    let rules: Vec<_> = (0..50)
        .map(|number| RedirectRule {
            path: format!("/old-{number}/*/*"),
            regex: None,
            ignore_case: false,
            when: None,
            to: format!("/new-{number}/${{2}}/${{1}}"),
            status: 301,
            query: QueryPart::Keep,
        })
        .collect();
    for rules in [Vec::new(), rules] {
        let mut site = site(&Policy::default());
        site.delivery.redirect_rules = rules;
        let pairs = pairs(&site, &SiteExtras::default()).unwrap();
        let pages = Engine::of(ViewerFunction::Pages, &pairs);
        for url in ["/old-49/a/b?utm_source=mail", "/page?utm_source=mail&a=1"] {
            let steps = pages.steps(HOST, &Request::get(url));
            assert!((11..=MOST).contains(&steps), "{url}: {steps}");
            eprintln!("{steps:>5} {url}, {} rules", site.delivery.redirect_rules.len());
        }
    }
}
