//! Fleets for tests: every bit of a number switches something on.

use std::collections::BTreeMap;

use edge_resizer::Policy;
use fleet::delivery::{
    Alarms, Behavior, CacheProfile, Certificate, Condition, Connection, Cors, Delivery,
    DeliveryOrigin, DnsHost, ErrorPage, FrameOptions, Geo, Hsts, ImageShape, KeyPart, LogFormat,
    Logs, ManagedRules, Methods, Mode, NamedMatch, Place, PriceClass, QueryPart, RateLimit,
    RedirectTo, ResponseHeaders, Shield, TextMatch, TextTest, TlsMinimum, Waf, WafAction, WafMode,
    WafRule, Zone,
};
use fleet::{Fleet, Origin, Settings, Site};

/// The account of the documentation of AWS.
const ACCOUNT: &str = "111122223333";

/// A fleet of so many sites with features that vary, the same at every call.
pub(crate) fn varied(count: usize) -> Fleet {
    fleet((0..count).map(|index| site(&format!("shop-{index:03}"), scramble(index as u64))))
}

/// A fleet of these sites. Tenants and raised quotas are the callers' to add.
pub(crate) fn fleet(sites: impl IntoIterator<Item = Site>) -> Fleet {
    Fleet { settings: Settings::default(), warm: None, sites: sites.into_iter().collect() }
}

/// Spreads a small number over all bits (the finalizer of `SplitMix64`).
pub(crate) fn scramble(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A site whose features are the bits of a number.
pub(crate) fn site(name: &str, bits: u64) -> Site {
    let bit = |index: u32| bits >> index & 1 == 1;
    let pick = |index: u32, of: u64| usize::try_from((bits >> index) % of).unwrap_or_default();
    let server =
        Origin::Http { url: format!("https://origin.{name}.example"), allow_private: false };
    let bucket = Origin::S3 {
        bucket: format!("photos-{name}"),
        prefix: if bit(0) { "originals/".to_owned() } else { String::new() },
        region: Some(["eu-central-1", "us-east-1", "ap-east-1"][pick(1, 3)].to_owned()),
        endpoint: None,
        replicas: BTreeMap::new(),
    };
    let mut images = Policy { brand: name.to_owned(), ..Policy::default() };
    images.sources.paths = vec!["/photos/".to_owned()];
    let is_tenant = pick(40, 8) == 0;
    let delivery = Delivery {
        wave: [0, 1, 2][pick(3, 3)],
        mode: if is_tenant { Mode::Tenant } else { Mode::Standard },
        zone: bit(5).then(|| zone(name, bit(6))),
        certificate: certificate(name, pick(7, 8), is_tenant),
        origins: origins(&server, &bucket, bits),
        behaviors: behaviors(bits),
        caches: caches(bit(14)),
        image_shape: [ImageShape::FunctionUrl, ImageShape::LambdaEdge, ImageShape::Off]
            [pick(15, 3)],
        redirects: redirects(bit(17)),
        client_headers: bit(18),
        headers: headers(pick(19, 4)),
        errors: errors(bit(21)),
        waf: waf(pick(22, 4)),
        geo: geo(pick(24, 4)),
        tls: [TlsMinimum::V1_2_2021, TlsMinimum::V1_2_2025, TlsMinimum::V1_3_2025][pick(26, 3)],
        http3: bit(28),
        ipv6: bit(29),
        price_class: [PriceClass::P100, PriceClass::P200, PriceClass::All][pick(30, 3)],
        logs: logs(pick(32, 5)),
        alarms: alarms(pick(35, 3)),
        tags: BTreeMap::from([("cost-center".to_owned(), "brands".to_owned())]),
        ..Delivery::default()
    };
    let domains = vec![format!("{name}.example"), format!("www.{name}.example")];
    Site { name: name.to_owned(), domains, origin: bucket, images, delivery }
}

fn zone(name: &str, is_here: bool) -> Zone {
    let id = is_here.then(|| "Z0123456789ABCDEFGHIJ".to_owned());
    let host = if is_here { DnsHost::Route53 } else { DnsHost::Other };
    Zone { name: format!("{name}.example"), id, host }
}

fn certificate(name: &str, kind: usize, is_tenant: bool) -> Certificate {
    match kind {
        0 if !is_tenant => Certificate::None,
        1 => Certificate::Arn(format!(
            "arn:aws:acm:us-east-1:{ACCOUNT}:certificate/{:08x}-1111-2222-3333-444455556666",
            name.len()
        )),
        _ => Certificate::Requested,
    }
}

fn origins(server: &Origin, bucket: &Origin, bits: u64) -> BTreeMap<String, DeliveryOrigin> {
    let bit = |index: u32| bits >> index & 1 == 1;
    let origin = |place: Place| DeliveryOrigin { place, connection: Connection::default() };
    let mut default = match bits >> 9 & 3 {
        0 => origin(Place::Public(bucket.clone())),
        1 => origin(Place::Vpc {
            arn: format!(
                "arn:aws:elasticloadbalancing:us-east-1:{ACCOUNT}:loadbalancer/app/shops/{:016x}",
                bits >> 44 & 3
            ),
            host: "shops.internal.example".to_owned(),
        }),
        _ => origin(Place::Public(server.clone())),
    };
    if bit(11) {
        default.connection.failover = Some("spare".to_owned());
        default.connection.headers =
            BTreeMap::from([("X-Origin-Secret".to_owned(), "not-a-secret".to_owned())]);
        default.connection.shield = Shield::In("eu-west-1".to_owned());
    }
    let spare = origin(Place::Public(Origin::Http {
        url: "http://spare.shops.example:8080/base/".to_owned(),
        allow_private: false,
    }));
    BTreeMap::from([
        ("default".to_owned(), default),
        ("photos".to_owned(), origin(Place::Public(bucket.clone()))),
        ("spare".to_owned(), spare),
    ])
}

fn behaviors(bits: u64) -> BTreeMap<String, Behavior> {
    let mut behaviors = BTreeMap::new();
    if bits >> 12 & 1 == 1 {
        let assets = Behavior { cache: "static".to_owned(), ..Behavior::default() };
        behaviors.insert("/assets/*".to_owned(), assets);
        let api =
            Behavior { methods: Methods::ReadOptions, forward_all: true, ..Behavior::default() };
        behaviors.insert("/api/*".to_owned(), api);
    }
    if bits >> 13 & 1 == 1 {
        let search =
            Behavior { cache: "search".to_owned(), compress: false, ..Behavior::default() };
        behaviors.insert("/search".to_owned(), search);
        let photos = Behavior { origin: "photos".to_owned(), ..Behavior::default() };
        behaviors.insert("/raw/*".to_owned(), photos);
    }
    behaviors
}

fn caches(is_long: bool) -> BTreeMap<String, CacheProfile> {
    let search = CacheProfile {
        default_ttl: if is_long { 600 } else { 60 },
        query: KeyPart::Named(vec!["q".to_owned(), "page".to_owned()]),
        headers: vec!["Accept-Language".to_owned()],
        cookies: KeyPart::AllBut(vec!["_ga".to_owned()]),
        ..CacheProfile::default()
    };
    BTreeMap::from([("search".to_owned(), search)])
}

fn redirects(some: bool) -> BTreeMap<String, RedirectTo> {
    let redirect = RedirectTo { to: "/new".to_owned(), status: 308, query: QueryPart::Keep };
    some.then(|| ("/old".to_owned(), redirect)).into_iter().collect()
}

fn headers(kind: usize) -> ResponseHeaders {
    let base = ResponseHeaders::default();
    match kind {
        0 => base,
        1 => ResponseHeaders { nosniff: false, ..base },
        2 => ResponseHeaders { hsts: Some(Hsts::default()), ..base },
        _ => ResponseHeaders {
            hsts: Some(Hsts { include_subdomains: true, preload: true, ..Hsts::default() }),
            csp: Some("default-src 'self'; img-src *".to_owned()),
            frame_options: Some(FrameOptions::SameOrigin),
            referrer_policy: Some("strict-origin".to_owned()),
            cors: Some(Cors {
                origins: vec!["https://shop.example".to_owned()],
                expose: vec!["ETag".to_owned()],
                ..Cors::default()
            }),
            custom: BTreeMap::from([("X-Shop".to_owned(), "brand: \"a\" #1".to_owned())]),
            remove: vec!["X-Powered-By".to_owned(), "Server".to_owned()],
            ..base
        },
    }
}

fn errors(some: bool) -> BTreeMap<u16, ErrorPage> {
    let page = ErrorPage { page: Some("/errors/404.html".to_owned()), status: None, ttl: 60 };
    let own = ErrorPage { page: None, status: None, ttl: 5 };
    if some { BTreeMap::from([(404, page), (503, own)]) } else { BTreeMap::new() }
}

fn waf(kind: usize) -> Waf {
    let base = Waf::default();
    match kind {
        0 => Waf { enabled: false, ..base },
        1 => base,
        2 => Waf {
            mode: WafMode::Count,
            managed: vec![ManagedRules::Common, ManagedRules::KnownBadInputs, ManagedRules::Sqli],
            rate_limits: vec![
                RateLimit { requests: 2_000, window: 300, path: None, when: None },
                RateLimit {
                    requests: 50,
                    window: 60,
                    path: Some("/account".to_owned()),
                    when: None,
                },
            ],
            ..base
        },
        _ => Waf {
            allow: vec!["192.0.2.0/24".to_owned(), "2001:db8::/32".to_owned()],
            block: vec!["198.51.100.0/24".to_owned()],
            block_countries: vec!["AQ".to_owned()],
            rules: rules(),
            rate_limits: vec![RateLimit {
                requests: 100,
                window: 60,
                path: Some("/cart".to_owned()),
                when: Some(Condition::Method(TextMatch::of(TextTest::Is("POST")))),
            }],
            ..base
        },
    }
}

/// Every kind of condition and action.
fn rules() -> Vec<WafRule> {
    let named = |name: &str, value| NamedMatch { name: name.to_owned(), value };
    let bots = TextMatch { ignore_case: true, ..TextMatch::of(TextTest::Contains("bot")) };
    let addresses = vec!["192.0.2.0/24".to_owned(), "2001:db8::/32".to_owned()];
    let conditions = [
        Condition::All(vec![
            Condition::Path(TextMatch::of(TextTest::StartsWith("/admin"))),
            Condition::Not(Box::new(Condition::Addresses(addresses))),
        ]),
        Condition::Any(vec![
            Condition::Header(named("User-Agent", Some(bots))),
            Condition::Header(named("X-Debug", None)),
            Condition::Cookie(named("session", Some(TextMatch::of(TextTest::Is(""))))),
            Condition::Argument(named("q", Some(TextMatch::of(TextTest::EndsWith("--"))))),
        ]),
        Condition::Path(TextMatch::of(TextTest::Matches(r"\.(env|git)$"))),
        Condition::Countries(vec!["AQ".to_owned()]),
        Condition::AutonomousSystems(vec![64_496]),
    ];
    let actions = [
        WafAction::Block,
        WafAction::Challenge,
        WafAction::Captcha,
        WafAction::Count,
        WafAction::Allow,
    ];
    let rules = conditions.into_iter().zip(actions).enumerate();
    rules
        .map(|(place, (when, action))| WafRule { name: format!("own-{place}"), action, when })
        .collect()
}

fn geo(kind: usize) -> Geo {
    let countries = || vec!["DE".to_owned(), "FR".to_owned()];
    match kind {
        0 => Geo { allow: countries(), block: Vec::new() },
        1 => Geo { allow: Vec::new(), block: countries() },
        _ => Geo::default(),
    }
}

fn logs(kind: usize) -> Logs {
    let base = Logs::default();
    let fields = || ["date", "time", "cs-method", "sc-status"].map(str::to_owned).to_vec();
    match kind {
        0 => Logs { enabled: false, ..base },
        1 => Logs { format: LogFormat::Json, fields: fields(), ..base },
        2 => Logs { format: LogFormat::Parquet, ..base },
        3 => Logs { format: LogFormat::Plain, ..base },
        _ => base,
    }
}

fn alarms(kind: usize) -> Alarms {
    let topic = Some(format!("arn:aws:sns:us-east-1:{ACCOUNT}:shops"));
    match kind {
        0 => Alarms::default(),
        1 => Alarms { topic, ..Alarms::default() },
        _ => Alarms { topic, hit_ratio: Some(80.0), origin_latency: Some(1_500), errors_5xx: 0.5 },
    }
}
