//! Traffic of a shop by chance, the same for the same seed.

use std::fmt::{Arguments, Write as _};

use fastrand::Rng;

/// Requests of the shop that nobody has: pages, files, old paths, pictures, programs that try doors.
pub(crate) fn shop_list(count: usize, seed: u64) -> String {
    let mut rng = Rng::with_seed(seed);
    let lines: Vec<String> = (0..count).map(|_| request(&mut rng)).collect();
    lines.join("\n")
}

fn request(rng: &mut Rng) -> String {
    let host =
        ["shop.example", "shop.example", "shop.example", "www.shop.example", "static.shop.example"];
    let host = host[rng.usize(..host.len())];
    let scheme = if rng.u8(..) < 8 { "http" } else { "https" };
    let method = match rng.u8(..) {
        0..=229 => "GET",
        230..=235 => "HEAD",
        236..=248 => "POST",
        249..=250 => "PUT",
        251..=252 => "DELETE",
        253 => "OPTIONS",
        _ => "PURGE",
    };
    let mut text = format!("{method} {scheme}://{host}{}{}", path(rng), query(rng));
    for (name, values) in [
        ("User-Agent", &["Mozilla/5.0 (X11)", "Mozilla/5.0 (iPhone; Mobi)", "sqlmap/1.7", ""][..]),
        ("Cookie", &["session=1", "session=3", "logged_in=1; session=2", "evil=1", "a=b"]),
        ("Referer", &["https://shop.example/", "https://elsewhere.example/x"]),
        ("Accept", &["image/avif,image/webp,*/*", "*/*"]),
        ("X-Token", &["s3", "s4"]),
    ] {
        let is_there = rng.u8(..) < if name == "User-Agent" { 250 } else { 90 };
        if is_there {
            // The first is what most have.
            let at = if rng.u8(..) < 200 { 0 } else { rng.usize(..values.len()) };
            let value = values[at];
            put(&mut text, format_args!("\n  {name}: {value}"));
        }
    }
    if rng.u8(..) < 40 {
        let country = ["DE", "AQ", "US", "BV"];
        put(&mut text, format_args!("\n  @country {}", country[rng.usize(..country.len())]));
        let systems = [64_496, 64_497, 3_320];
        put(&mut text, format_args!("\n  @system {}", systems[rng.usize(..systems.len())]));
        let addresses = ["198.51.100.7", "198.51.100.8", "192.0.2.9", "203.0.113.4", "2001:db8::1"];
        put(&mut text, format_args!("\n  @address {}", addresses[rng.usize(..addresses.len())]));
    }
    text
}

fn put(text: &mut String, what: Arguments<'_>) {
    text.write_fmt(what).unwrap();
}

fn path(rng: &mut Rng) -> String {
    let number = rng.u32(..3_500);
    let word = ["vase", "chair", "lamp", "Table", "sofa-bed"][rng.usize(..5)];
    let file =
        ["css", "js", "woff2", "png", "jpg", "webp", "svg", "ico", "pdf", "JPG", "html", "json"];
    let extension = file[rng.usize(..file.len())];
    match rng.u8(..30) {
        0 => "/".to_owned(),
        1..=4 => format!("/products/{word}-{number}"),
        5..=7 => format!("/p/{number}.html"),
        8 => format!("/old-{}", number % 70),
        9..=11 => format!("/static/{word}.{extension}"),
        12 => format!("/static/live/{word}.{extension}"),
        13 => format!("/catalog-{}/{word}", number % 14),
        14 => format!("/catalog-{}/{word}.{extension}", number % 14),
        15 => format!("/cdn-cgi/image/width={},format=auto/photos/{word}.jpg", 100 + number),
        16 => format!("/photos/{word}-{number}.{extension}"),
        17 => format!("/api/{word}"),
        18 => format!("/search/{word}"),
        19 => ["/cart", "/cart.js", "/checkout/1", "/account/login"][rng.usize(..4)].to_owned(),
        20 => ["/login", "/admin", "/admin/users", "/hooks/pay", "/internal/x"][rng.usize(..5)]
            .to_owned(),
        21 => {
            ["/wp-login.php", "/xmlrpc.php", "/.env", "/x/.git/config"][rng.usize(..4)].to_owned()
        }
        22 => format!("/blog/{word}"),
        23 => format!("/shop/{word}"),
        24 => ["/sale", "/Sale", "/SALE", "/a", "/b", "/offers"][rng.usize(..6)].to_owned(),
        25 => ["/robots.txt", "/sitemap.xml", "/favicon.ico", "/feed", "/feed.xml"][rng.usize(..5)]
            .to_owned(),
        26 => format!("/downloads/{word}.{extension}"),
        27 => format!("/m/{word}"),
        28 => format!("/{word}.{extension}"),
        _ => format!("/{word}/{number}/"),
    }
}

fn query(rng: &mut Rng) -> String {
    if rng.u8(..) > 90 {
        return String::new();
    }
    let pair = |rng: &mut Rng| {
        [
            "q=1",
            "page=2",
            "sort=price",
            "utm_source=mail",
            "gclid=x",
            "v=12",
            "q=union select",
            "empty=",
        ][rng.usize(..8)]
        .replace(' ', "%20")
    };
    let pairs: Vec<String> = (0..=rng.usize(..3)).map(|_| pair(rng)).collect();
    format!("?{}", pairs.join("&"))
}
