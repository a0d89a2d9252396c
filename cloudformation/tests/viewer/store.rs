//! The pairs of the store and their limits.

use cloudformation::viewer::{
    KEY_LIMIT, PairsError, Redirect, RedirectStatus, SiteExtras, VALUE_LIMIT, ViewerFunction,
    pairs, redirect_key,
};
use edge_resizer::{Policy, Request};
use fleet::Site;
use fleet::delivery::QueryPart;

use crate::agreement::{HOST, SITE, site};
use crate::engine::Engine;
use crate::event::{Answer, value};

/// A brand as large as those of the examples are.
fn brand(number: usize) -> Site {
    let name = format!("brand-{number:03}");
    let toml = "
        widths = [160, 320, 480, 640, 768, 960, 1200, 1600, 2048]
        qualities = [50, 65, 80, 90]
        client_hints = true
        save_data = true
    ";
    let mut images: Policy = toml::from_str(toml).unwrap();
    for (name, options) in [
        ("card", "width=400,height=400,fit=pad,background=auto,margin=6,format=auto"),
        ("zoom", "width=2048,quality=high,format=auto"),
        ("hero", "width=1600,height=700,fit=cover,gravity=auto,format=auto"),
        ("thumb", "w=160,h=160,fit=crop,f=auto,sharpen=1"),
        ("swatch", "trim=border,width=80,height=80,fit=cover,f=auto"),
    ] {
        images.presets.insert(name.to_owned(), options.to_owned());
    }
    images.sources.hosts = vec![format!("cdn.{name}.example"), "*.shopify.example".to_owned()];
    images.sources.paths = vec!["/photos/".to_owned(), "/cdn/shop/".to_owned()];
    let keys = ["new", "old"].map(|age| format!("{age}-{}", "k".repeat(40)));
    images.signing = Some(edge_resizer::policy::Signing {
        keys: keys.into_iter().map(edge_resizer::policy::SigningKey::new).collect(),
    });
    let domains = vec![format!("www.{name}.example"), format!("{name}.example")];
    Site { name, domains, images, ..site(&Policy::default()) }
}

#[test]
fn two_hundred_brands_fit_in_a_store() {
    /// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html>.
    const STORE_LIMIT: usize = 5 * 1024 * 1024;
    let extras = SiteExtras { client_headers: true, redirects: vec![redirect("/a", "/b")] };
    let all: Vec<_> = (0..200).flat_map(|number| pairs(&brand(number), &extras).unwrap()).collect();
    assert_eq!(all.len(), 200 * 4);
    for pair in &all {
        assert!(pair.key.len() <= KEY_LIMIT && pair.value.len() <= VALUE_LIMIT, "{}", pair.key);
    }
    let bytes: usize = all.iter().map(|pair| pair.key.len() + pair.value.len()).sum();
    assert!(bytes * 10 < STORE_LIMIT, "{bytes}");
    // Any of them is found.
    let engine = Engine::new(&all);
    let request = Request::get("/page.html");
    let Answer::Request { uri, .. } = engine.answer("www.brand-123.example", &request) else {
        panic!("a response")
    };
    assert_eq!(uri, "/page.html");
    let line = engine.answer("brand-199.example", &Request::get("/a")).line();
    assert_eq!(line, "301 /b");
}

#[test]
fn rules_that_are_too_long_say_what_to_shorten() {
    let mut images = Policy { widths: (1..100).collect(), ..Policy::default() };
    for number in 0..40 {
        images.presets.insert(format!("preset-{number}"), "w=400,h=400,fit=cover".to_owned());
    }
    let error = pairs(&site(&images), &SiteExtras::default()).unwrap_err();
    let PairsError::RulesTooLong { largest: "presets", bytes, .. } = error else {
        panic!("{error}")
    };
    assert!(bytes > VALUE_LIMIT);
    let text = error.to_string();
    assert!(text.contains("shorten presets") && text.contains("`atelier`"), "{text}");
}

#[test]
fn names_that_are_too_long_are_told() {
    let long = Site { domains: vec!["a".repeat(KEY_LIMIT)], ..site(&Policy::default()) };
    let error = pairs(&long, &SiteExtras::default()).unwrap_err();
    assert!(matches!(error, PairsError::KeyTooLong { .. }), "{error}");
}

#[test]
fn hosts_are_found_in_every_spelling() {
    let engine = Engine::new(&crate::agreement::store(&Policy::default()));
    let request = Request::get("/cdn-cgi/image/w=4/a.jpg");
    for (host, known) in [
        (HOST, true),
        ("SHOP.Example", true),
        ("shop.example:443", true),
        ("shop.example.", true),
        ("shop.example.:8080", true),
        ("shop.example:", true),
        ("shop.example:x", false),
        ("www.shop.example", false),
        ("", false),
        ("constructor", false),
        ("__proto__", false),
    ] {
        let line = engine.answer(host, &request).line();
        let want = if known { "/_variants/atelier/a.jpg/width=4" } else { &request.path };
        assert_eq!(line, want, "{host}");
    }
}

fn redirect(from: &str, to: &str) -> Redirect {
    Redirect {
        from: from.to_owned(),
        to: to.to_owned(),
        status: RedirectStatus::default(),
        query: QueryPart::default(),
    }
}

#[test]
fn redirects_keep_the_query() {
    let long = format!("/{}", "long/".repeat(120));
    let extras = SiteExtras {
        redirects: vec![
            redirect("/old", "/new"),
            redirect("/old%20shirt", "https://other.example/shirt?color=red"),
            redirect("/gone.jpg", "/new.jpg"),
            Redirect {
                status: RedirectStatus::TemporarySameMethod,
                ..redirect("/cart", "/basket")
            },
            redirect(&long, "/short"),
            Redirect { query: QueryPart::Drop, ..redirect("/plain", "/p?a=1") },
        ],
        ..SiteExtras::default()
    };
    let pairs = pairs(&site(&Policy::default()), &extras).unwrap();
    assert!(pairs.iter().any(|pair| pair.key == redirect_key(SITE, &long)));
    let engines = ViewerFunction::ALL.map(|function| Engine::of(function, &pairs));
    for (url, want) in [
        ("/old", "301 /new"),
        ("/old?a=1&b", "301 /new?a=1&b"),
        ("/old%20shirt?size=m", "301 https://other.example/shirt?color=red&size=m"),
        ("/gone.jpg?width=400", "301 /new.jpg?width=400"),
        ("/cart", "307 /basket"),
        (&long, "301 /short"),
        ("/plain?b=2", "301 /p?a=1"),
        ("/OLD", "/OLD"),
        ("/old/", "/old/"),
    ] {
        for engine in &engines {
            assert_eq!(engine.answer(HOST, &Request::get(url)).line(), want, "{url}");
        }
    }
}

#[test]
fn redirects_that_lead_nowhere_are_refused() {
    for (from, to) in [
        ("old", "/new"),
        ("/old?x", "/new"),
        ("/old", "new"),
        ("/old", "javascript:alert(1)"),
        ("/old", "/new\r\nset-cookie: x"),
        ("/old", "/new#top"),
        ("/ü", "/new"),
    ] {
        let extras = SiteExtras { redirects: vec![redirect(from, to)], ..SiteExtras::default() };
        let error = pairs(&site(&Policy::default()), &extras).unwrap_err();
        assert!(matches!(error, PairsError::Redirect { .. }), "{from} {to}");
    }
}

#[test]
fn advertisers_parameters_are_dropped() {
    let engine = Engine::new(&crate::agreement::store(&Policy::default()));
    for (url, want) in [
        ("/page?utm_source=x&b=1&gclid=2&a=2", "/page?b=1&a=2"),
        ("/page?FBCLID=1&msclkid=2&_ga=3&mc_eid=4&srsltid=5", "/page"),
        ("/page?glid=1&utm=2&clid=3&a_gclid=4", "/page?a_gclid=4&clid=3&glid=1&utm=2"),
        ("/a.jpg?utm_source=x", "/_requests/atelier/a.jpg"),
        ("/a.jpg?utm_source=x&width=4", "/_variants/atelier/a.jpg/width=4,format=auto-none"),
    ] {
        let line = engine.answer(HOST, &Request::get(url)).line();
        // The order of an object's fields is not kept by the test.
        let sorted = |line: &str| {
            let (path, query) = line.split_once('?').unwrap_or((line, ""));
            let mut pairs: Vec<_> = query.split('&').map(str::to_owned).collect();
            pairs.sort_unstable();
            (path.to_owned(), pairs)
        };
        assert_eq!(sorted(&line), sorted(want), "{url}");
    }
}

/// Behind the function nothing is verified again.
#[test]
fn nobody_else_writes_the_functions_paths() {
    let store = crate::agreement::store(&Policy::default());
    let engines = ViewerFunction::ALL.map(|function| Engine::of(function, &store));
    for path in [
        "/_variants/atelier/a.jpg/width=4",
        "/_requests/atelier/a.jpg",
        "/_variants/",
        "/_variants",
        "/%5Fvariants/atelier/a.jpg/width=4",
        "/%5fvari%61nts/atelier/a.jpg/width=4",
        "/%255Fvariants/a",
        "/%25255Fvariants/a",
        "//_variants/a",
        "/./_variants/a",
        "/%2e/_variants/a",
        "/%2F_requests/a",
        "/_VARIANTS/a",
        "/\\_variants/a",
        "/_variants%2fa",
        "/x/../_variants/a",
        "/x/%2e%2e/%2e%2e/_requests/a",
        "/x/..//_requests/a",
        "/cdn-cgi/image/w=4/../../../../_variants/atelier/a.jpg",
    ] {
        for (host, engine) in [HOST, "unknown.example"].into_iter().zip(&engines) {
            let answer = engine.answer(host, &Request::get(path));
            assert!(matches!(answer, Answer::Response { status: 404, .. }), "{path} {answer:?}");
        }
    }
    for path in ["/_variants2/a", "/a/_requests/b", "/variants/a", "/_variantsa"] {
        for engine in &engines {
            assert_eq!(engine.answer(HOST, &Request::get(path)).line(), path);
        }
    }
}

#[test]
fn without_rules_pictures_are_handed_over() {
    let known = |key: &str, value: &str| cloudformation::viewer::Pair {
        key: key.to_owned(),
        value: value.to_owned(),
    };
    let host = known("host:shop.example", SITE);
    for pairs in [vec![host.clone()], vec![host.clone(), known("site:atelier", "{broken")]] {
        let engine = Engine::new(&pairs);
        for (url, want) in [
            ("/cdn-cgi/image/w=4/a.jpg", "/_requests/atelier/cdn-cgi/image/w=4/a.jpg"),
            ("/a.jpg?width=4", "/_requests/atelier/a.jpg?width=4"),
            ("/page", "/page"),
        ] {
            assert_eq!(engine.answer(HOST, &Request::get(url)).line(), want);
        }
    }
}

#[test]
fn the_log_is_told_the_site_and_the_recipe() {
    let engine = Engine::new(&crate::agreement::store(&Policy::default()));
    engine.answer(HOST, &Request::get("/cdn-cgi/image/w=4,f=auto/a/b.jpg?x=1"));
    assert_eq!(engine.logged(), ["atelier width=4,format=auto-none"]);
    engine.answer(HOST, &Request::get("/page"));
    assert!(engine.logged().is_empty());
}

/// The cache's key has `Accept`: what the path tells already, or nobody asks for, is not to be in it.
#[test]
fn accept_is_brought_to_few_values() {
    let engine = Engine::new(&crate::agreement::store(&Policy::default()));
    let accept = "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8";
    for (url, accept, want) in [
        ("/cdn-cgi/image/w=4,f=auto/a.jpg", accept, None),
        ("/cdn-cgi/image/w=4,f=auto,background=red/a.jpg", accept, Some("image/avif,image/webp")),
        ("/cdn-cgi/image/w=4,f=auto,background=red/a.jpg", "image/webp,*/*", Some("image/webp")),
        ("/cdn-cgi/image/w=4,f=auto,background=red/a.jpg", "*/*", Some("image/*")),
        ("/page", accept, Some(accept)),
    ] {
        let mut request = Request::get(url);
        request.headers.insert("accept", accept.parse().unwrap());
        let answer = engine.answer(HOST, &request);
        let Answer::Request { headers, .. } = answer else { panic!("{answer:?}") };
        assert_eq!(value(&headers, "accept"), want, "{url} {accept}");
    }
}
