//! What a site's features make of its traffic.

use fleet::delivery::{ImageShape, LogFormat, PriceClass};
use fleet::{Settings, Site};
use rust_decimal::Decimal;

use super::lines::Lines;
use super::prices::{CloudFront, GB, Lambda, money};
use super::{Assumed, Prices, Traffic};

/// A million, by which most is sold.
const MILLION: u64 = 1_000_000;
/// Megabytes of the image function, and of that of Lambda@Edge: what their templates say.
const IMAGE_MEGABYTES: u64 = 1_769;
const EDGE_MEGABYTES: u64 = 1_024;

/// The lines of a site.
pub(crate) fn lines(
    site: &Site,
    traffic: &Traffic,
    settings: &Settings,
    assumed: Assumed,
    prices: &Prices,
) -> Lines {
    let mut lines = Lines::default();
    delivery(site, traffic, prices, &mut lines);
    functions(traffic, prices, &mut lines);
    shield(site, traffic.to_origins(assumed), prices, &mut lines);
    images(site, traffic, settings, assumed, prices, &mut lines);
    if site.delivery.waf.enabled {
        let requests = traffic.requests();
        let dollars = money(prices.waf.requests_million, requests, MILLION);
        lines.covered("web ACL, requests", count(requests), dollars);
    }
    logs(site, traffic, prices, &mut lines);
    lines
}

/// The region whose prices hold: where a price class leaves viewers' region out they are answered from
/// elsewhere, at the price of the cheapest region that is in it.
pub(crate) fn billed(region: &str, class: PriceClass) -> &str {
    let is_in = match class {
        PriceClass::P100 => matches!(region, "us" | "europe"),
        PriceClass::P200 => !matches!(region, "south-america" | "australia"),
        PriceClass::All => true,
    };
    if is_in { region } else { "us" }
}

fn delivery(site: &Site, traffic: &Traffic, prices: &Prices, lines: &mut Lines) {
    for (region, (requests, bytes)) in &traffic.regions {
        let billed = billed(region, site.delivery.price_class);
        let Some(price) = prices.cloudfront.regions.get(billed) else { continue };
        let at = |amount: String| format!("{amount}, {}", price.name);
        let transfer = CloudFront::transfer_at_first(price, *bytes);
        lines.covered("transfer", at(gigabytes(*bytes)), transfer);
        let dollars = money(price.https_10k, *requests, 10_000);
        lines.covered("requests", at(count(*requests)), dollars);
    }
}

/// The viewer function runs at every request, and reads its store.
fn functions(traffic: &Traffic, prices: &Prices, lines: &mut Lines) {
    let requests = traffic.requests();
    let dollars = money(prices.functions.invocations_million, requests, MILLION);
    lines.covered("functions", count(requests), dollars);
    let reads = format!("reads of {} requests", count(requests));
    match prices.functions.store_reads_million {
        Some(price) => lines.covered("function stores", reads, money(price, requests, MILLION)),
        None => lines.extra("function stores", reads, None),
    }
}

/// Every request that goes on to the origin passes the shield; where the shield is in the same region
/// as the regional cache AWS does not count it, so this is the most that it may be.
fn shield(site: &Site, requests: u64, prices: &Prices, lines: &mut Lines) {
    let default = site.delivery.origins.get("default");
    let Some(region) = default.and_then(|origin| origin.shield_region()) else { return };
    let quantity = format!("at most {}, {region}", count(requests));
    let price = prices.shield.requests_10k.get(region);
    lines.extra("origin shield", quantity, price.map(|price| money(*price, requests, 10_000)));
}

fn images(
    site: &Site,
    traffic: &Traffic,
    settings: &Settings,
    assumed: Assumed,
    prices: &Prices,
    lines: &mut Lines,
) {
    let shape = site.delivery.image_shape;
    if shape == ImageShape::Off {
        return;
    }
    let Some(made) = traffic.image_misses else {
        lines.extra("pictures", "not known how many are made: say --image-misses".to_owned(), None);
        return;
    };
    if shape == ImageShape::LambdaEdge {
        let price = (&prices.lambda_edge, prices.lambda_edge.gb_second);
        let dollars = runs(made, EDGE_MEGABYTES, assumed, price);
        lines.extra("pictures, Lambda@Edge", count(made), Some(dollars));
        return;
    }
    let region = settings.region.as_str();
    let there = prices.lambda.gb_second_in.get(region).copied();
    let price = (&prices.lambda, there.unwrap_or(prices.lambda.gb_second));
    let quantity = format!("{}, {region}", count(made));
    let dollars = runs(made, IMAGE_MEGABYTES, assumed, price);
    lines.extra("pictures, Lambda", quantity.clone(), Some(dollars));
    kept(traffic, made, region, prices, lines);
}

/// Variants are written once each, and kept.
fn kept(traffic: &Traffic, made: u64, region: &str, prices: &Prices, lines: &mut Lines) {
    let s3 = prices.s3.get(region);
    let told = |quantity: String| match s3 {
        Some(_) => quantity,
        None => format!("{quantity}: price in {region} not known"),
    };
    let written = s3.map(|s3| money(s3.put_1k, made, 1_000));
    lines.extra("pictures, written to S3", told(count(made)), written);
    // Each was looked for before it was made; what is found there is not known.
    let asked = s3.map(|s3| money(s3.get_1k, made, 1_000));
    lines.extra("pictures, asked of S3", told(format!("at least {}", count(made))), asked);
    match traffic.image_bytes {
        Some(bytes) => {
            let dollars = s3.map(|s3| money(s3.storage_gb, bytes, GB));
            lines.extra("pictures, kept in S3", told(gigabytes(bytes)), dollars);
        }
        None => lines.extra("pictures, kept in S3", "not known how many bytes".to_owned(), None),
    }
}

/// Requests, and the seconds that they take.
fn runs(
    count: u64,
    megabytes: u64,
    assumed: Assumed,
    (lambda, gb_second): (&Lambda, Decimal),
) -> Decimal {
    let thousandths = count.saturating_mul(assumed.image_milliseconds).saturating_mul(megabytes);
    money(lambda.requests_million, count, MILLION) + money(gb_second, thousandths, 1_024 * 1_000)
}

fn logs(site: &Site, traffic: &Traffic, prices: &Prices, lines: &mut Lines) {
    let logs = &site.delivery.logs;
    if !logs.enabled {
        return;
    }
    let delivered = format!("{} lines to S3", count(traffic.requests()));
    lines.covered("access logs", delivered, Decimal::ZERO);
    if logs.format == LogFormat::Parquet && prices.logs.parquet_gb.is_none() {
        lines.extra("access logs, as Parquet", "price not known".to_owned(), None);
    }
}

/// `25,000,000`.
pub(crate) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `372.5 GB`.
pub(crate) fn gigabytes(bytes: u64) -> String {
    format!("{} GB", (Decimal::from(bytes) / Decimal::from(GB)).round_dp(1).normalize())
}
