//! What is asked for: pages, assets, originals, pictures in two languages, calls and probes, each with
//! its type and length. A URL has the same length every time.

use crate::agents::Takes;
use crate::draw::{Draw, mixed};
use crate::places::member;
use crate::sites::{Dialect, Site};

/// The sort of a target.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Kind {
    #[default]
    Page,
    Asset,
    Original,
    Picture,
    Api,
    Probe,
    /// A WebSocket, of which logs tell no path.
    Socket,
}

/// A target. Path and query are as a browser sends them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Target {
    pub(crate) kind: Kind,
    pub(crate) path: String,
    pub(crate) query: String,
    /// The path pattern of the cache behavior.
    pub(crate) behavior: &'static str,
    /// Empty where nothing is sent.
    pub(crate) content_type: &'static str,
    /// Bytes of the body.
    pub(crate) length: u64,
    /// Whether it is not there.
    pub(crate) is_missing: bool,
    /// What the viewer-response function logs of a picture: `img=avif;w=640;src=812345`, that is the
    /// format that was sent, the width that was asked for in px, and the original's bytes.
    pub(crate) log_data: String,
    /// The rank of the product that a picture shows.
    rank: u32,
}

const WIDTHS: [u32; 16] =
    [160, 320, 320, 480, 640, 640, 640, 640, 750, 828, 828, 1080, 1080, 1200, 1600, 2000];
const NOUNS: [&str; 12] = [
    "shirt", "vase", "lamp", "jacket", "mug", "chair", "scarf", "bowl", "boots", "table", "rug",
    "basket",
];
const MATERIALS: [&str; 10] =
    ["linen", "oak", "wool", "clay", "brass", "cotton", "leather", "glass", "denim", "ash%20wood"];
const PROBES: [&str; 8] = [
    "/wp-login.php",
    "/.env",
    "/xmlrpc.php",
    "/.git/config",
    "/admin/login",
    "/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php",
    "/cgi-bin/.%2e/.%2e/etc/passwd",
    "/api/v1/users?id=1%27%20OR%20%271",
];

impl Target {
    /// Something that a visitor or crawler of the site asks for.
    pub(crate) fn of(draw: &mut Draw, site: &Site, takes: Takes, is_person: bool) -> Self {
        match draw.below(1000) {
            0..90 => page(draw, site, is_person),
            90..250 => asset(draw, site),
            250..300 => original(draw, site),
            300..340 => api(draw, site),
            340 if is_person => {
                Self { kind: Kind::Socket, length: 2_000, behavior: "/live", ..Self::default() }
            }
            _ => picture(draw, site, takes),
        }
    }

    /// Something that is looked for by those who mean no good.
    pub(crate) fn probe(draw: &mut Draw) -> Self {
        let probe = *draw.one_of(&PROBES);
        let (path, query) = probe.split_once('?').unwrap_or((probe, ""));
        Self {
            kind: Kind::Probe,
            path: path.to_owned(),
            query: query.to_owned(),
            behavior: "*",
            content_type: "text/html",
            length: 1,
            is_missing: true,
            ..Self::default()
        }
    }

    pub(crate) fn method(&self, draw: &mut Draw) -> &'static str {
        let chance = draw.below(100);
        match self.kind {
            Kind::Api => ["GET", "POST", "POST", "OPTIONS", "PUT", "DELETE"][(chance % 6) as usize],
            Kind::Probe if chance < 30 => "POST",
            Kind::Page | Kind::Picture if chance == 0 => "HEAD",
            _ => "GET",
        }
    }

    /// The page that asks, of people: mostly one of the site's own.
    pub(crate) fn referer(&self, draw: &mut Draw, site: &Site) -> String {
        const SEARCH: [&str; 5] = [
            "https://www.google.com/",
            "https://www.bing.com/",
            "https://duckduckgo.com/",
            "https://l.instagram.com/",
            "https://www.facebook.com/",
        ];
        let chance = draw.below(1000);
        match self.kind {
            Kind::Socket | Kind::Probe => String::new(),
            Kind::Page if chance < 300 => String::new(),
            Kind::Page if chance < 600 => (*draw.one_of(&SEARCH)).to_owned(),
            Kind::Picture | Kind::Original if chance < 15 => hotlink(draw),
            _ if chance < 60 => String::new(),
            _ if chance < 300 => format!("https://{}/", site.host),
            _ => format!("https://{}/products/{}", site.host, slug(site, self.rank)),
        }
    }

    /// An error's page stands in its place.
    pub(crate) fn become_note(&mut self) {
        self.content_type = "text/html";
        self.log_data.clear();
    }

    /// Nothing stands in its place.
    pub(crate) fn become_nothing(&mut self) {
        self.content_type = "";
        self.log_data.clear();
    }
}

/// A foreign page that shows a shop's pictures.
fn hotlink(draw: &mut Draw) -> String {
    const HOSTS: [&str; 4] =
        ["bargain-board.example", "pin-wall.example", "copied-shop.example", "forum.gear.example"];
    let host = HOSTS[draw.zipf(2) as usize];
    format!("https://{host}/t/{}?page={}", draw.zipf(7), draw.below(4))
}

fn page(draw: &mut Draw, site: &Site, is_person: bool) -> Target {
    let rank = draw.zipf(site.octaves);
    let path = match rank {
        0..3 => "/".to_owned(),
        3 => "/search".to_owned(),
        rank if rank % 5 == 0 => {
            format!("/collections/{}", NOUNS[(rank % 12) as usize])
        }
        rank => format!("/products/{}", slug(site, rank)),
    };
    let query = match draw.below(100) {
        _ if rank == 3 => format!("q={}", NOUNS[draw.below(12) as usize]),
        0..30 if is_person => campaign(draw),
        30 => format!("email=someone%40mail{}.example&token={:x}", draw.below(900), draw.bits()),
        _ => String::new(),
    };
    let length = 18_000 + part(site.seed, rank, 42_000);
    let content_type = "text/html;charset=utf-8";
    Target {
        kind: Kind::Page,
        path,
        query,
        behavior: "*",
        content_type,
        length,
        rank,
        ..Target::default()
    }
}

/// What advertisements hang on to URLs, and what so breaks caches.
fn campaign(draw: &mut Draw) -> String {
    const SOURCES: [&str; 4] = ["google", "newsletter", "instagram", "facebook"];
    let source = *draw.one_of(&SOURCES);
    let name = draw.zipf(4);
    let (a, b) = (draw.bits(), draw.bits());
    match draw.below(5) {
        0 => format!("utm_source={source}&utm_medium=cpc&utm_campaign=sale-{name}"),
        1 => format!(
            "utm_source={source}&utm_medium=email&utm_campaign=week%20{name}&utm_content={}",
            a % 7
        ),
        2 => format!("gclid=EAIaIQobChMI{a:016x}{b:08x}"),
        3 => format!("fbclid=IwAR{a:016x}{b:016x}"),
        _ => format!("utm_source={source}&gclid=Cj0KCQ{a:016x}"),
    }
}

fn asset(draw: &mut Draw, site: &Site) -> Target {
    const ASSETS: [(&str, &str, u32); 8] = [
        ("/assets/app.js", "application/javascript", 180_000),
        ("/assets/theme.css", "text/css", 60_000),
        ("/assets/vendor.js", "application/javascript", 320_000),
        ("/fonts/inter.woff2", "font/woff2", 48_000),
        ("/favicon.ico", "image/x-icon", 4_000),
        ("/assets/icons.svg", "image/svg+xml", 9_000),
        ("/assets/search.js", "text/javascript;charset=utf-8", 40_000),
        ("/robots.txt", "text/plain", 400),
    ];
    let (path, content_type, size) = ASSETS[draw.zipf(4).min(7) as usize];
    let is_versioned = path.starts_with("/assets");
    let version = part(site.seed, 77, 4) * 1000 + u64::from(draw.zipf(3));
    let query = if is_versioned { format!("v={version}") } else { String::new() };
    let length = u64::from(size) + part(site.seed, size, size);
    let (path, behavior) = (path.to_owned(), if is_versioned { "/assets/*" } else { "*" });
    Target { kind: Kind::Asset, path, query, behavior, content_type, length, ..Target::default() }
}

fn original(draw: &mut Draw, site: &Site) -> Target {
    let rank = draw.zipf(site.octaves);
    let path = format!("/photos/{}-{}.jpg", slug(site, rank), draw.below(3) + 1);
    let length = original_bytes(site, rank);
    Target {
        kind: Kind::Original,
        path,
        behavior: "/photos/*",
        content_type: "image/jpeg",
        length,
        is_missing: is_missing(site, rank),
        rank,
        ..Target::default()
    }
}

fn api(draw: &mut Draw, site: &Site) -> Target {
    const CALLS: [&str; 4] = ["/api/cart", "/api/stock", "/api/session", "/api/recommend"];
    let path = (*draw.one_of(&CALLS)).to_owned();
    let query = format!("sku={}", draw.zipf(site.octaves));
    let length = u64::from(draw.between(60, 3_000));
    let content_type = "application/json";
    Target {
        kind: Kind::Api,
        path,
        query,
        behavior: "/api/*",
        content_type,
        length,
        ..Target::default()
    }
}

fn picture(draw: &mut Draw, site: &Site, takes: Takes) -> Target {
    let rank = draw.zipf(site.octaves);
    let width = *draw.one_of(&WIDTHS);
    let view = draw.below(3) + 1;
    let name = slug(site, rank);
    // A share of shops links pictures with advertisement and version parameters.
    let extra = if draw.per_mille(40) { campaign(draw) } else { String::new() };
    let (path, query) = match site.dialect {
        Dialect::Cloudflare => {
            let quality = ["", ",quality=80", ",fit=cover", ""][(site.seed & 3) as usize];
            let path = format!(
                "/cdn-cgi/image/width={width},format=auto{quality}/photos/{name}-{view}.jpg"
            );
            (path, extra)
        }
        Dialect::Shopify => shopify(draw, site, &format!("{name}-{view}"), width, &extra),
    };
    let (format, content_type, thousandths) = match takes {
        Takes::Avif => ("avif", "image/avif", 90),
        Takes::Webp => ("webp", "image/webp", 130),
        Takes::Jpeg if rank.is_multiple_of(11) => ("png", "image/png", 900),
        Takes::Jpeg => ("jpeg", "image/jpeg", 190),
    };
    let area = u64::from(width) * u64::from(width) * 5 / 4;
    let length = area * thousandths / 1000 * (700 + part(site.seed, rank ^ width, 600)) / 1000;
    let source = original_bytes(site, rank);
    Target {
        kind: Kind::Picture,
        path,
        query,
        behavior: if site.dialect == Dialect::Shopify { "/cdn/shop/*" } else { "/cdn-cgi/image/*" },
        content_type,
        length,
        is_missing: is_missing(site, rank),
        log_data: format!("img={format};w={width};src={source}"),
        rank,
    }
}

/// A picture in either of Shopify's two ways.
fn shopify(draw: &mut Draw, site: &Site, name: &str, width: u32, extra: &str) -> (String, String) {
    let version = 1_700_000_000 + part(site.seed, 99, 40) * 86_400;
    let mut query = format!("v={version}");
    let path = if draw.per_mille(300) {
        format!("/cdn/shop/files/{name}_{width}x.jpg")
    } else {
        query.push_str("&width=");
        query.push_str(&width.to_string());
        format!("/cdn/shop/files/{name}.jpg")
    };
    if !extra.is_empty() {
        query.push('&');
        query.push_str(extra);
    }
    (path, query)
}

/// `linen-shirt-4711`, at times with letters that URLs have to escape.
fn slug(site: &Site, rank: u32) -> String {
    let bits = mixed(site.seed ^ u64::from(rank) << 8);
    let material = member(&MATERIALS, bits);
    let noun = NOUNS[(rank % 12) as usize];
    let end = if bits.is_multiple_of(29) { "-caf%C3%A9" } else { "" };
    format!("{material}-{noun}-{}{end}", 1000 + bits % 9000)
}

/// One picture in 150 is linked and not there.
fn is_missing(site: &Site, rank: u32) -> bool {
    part(site.seed ^ 0xdead, rank, 150) == 0
}

fn original_bytes(site: &Site, rank: u32) -> u64 {
    300_000 + part(site.seed ^ 6, rank, 2_400_000)
}

/// A number below `limit` that belongs to something.
fn part(seed: u64, of: u32, limit: u32) -> u64 {
    mixed(seed ^ u64::from(of) << 20) % u64::from(limit)
}
