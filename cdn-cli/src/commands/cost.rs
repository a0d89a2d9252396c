//! `cdn-cli cost`: what a month would cost, and whether a flat-rate plan would cost less.

use std::collections::BTreeMap;
use std::fs;

use anyhow::Context as _;
use fleet::Fleet;
use rust_decimal::Decimal;

use crate::cli::CostArgs;
use crate::cost::{
    Advice, Assumed, Estimate, Line, Lines, Prices, Traffic, Verdict, estimate, read,
};
use crate::exit::ExitStatus;
use crate::hints::Hinted;
use crate::printer::{Io, wrap};

/// Prints the estimate.
pub(crate) fn run(args: &CostArgs, io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
    let fleet = Fleet::read(&args.fleet)?;
    let prices = prices(args)?;
    let traffic = traffic(args, &fleet, &prices)?;
    let assumed = Assumed {
        cache_hit_ratio: args.cache_hit_ratio,
        image_milliseconds: args.image_milliseconds,
    };
    let estimate = estimate(&fleet, &traffic, assumed, &prices);
    if args.json {
        io.stdout.line(serde_json::to_string_pretty(&estimate)?)?;
    } else {
        print(&estimate, io)?;
    }
    Ok(ExitStatus::Done)
}

fn prices(args: &CostArgs) -> anyhow::Result<Prices> {
    let Some(file) = &args.prices else { return Prices::built_in() };
    let name = file.display();
    let text = fs::read_to_string(file).with_context(|| format!("reading {name}"))?;
    Prices::parse(&text).with_context(|| format!("reading the prices in {name}"))
}

/// The traffic of the sites that were named, or of all: of a file, or the same for each of flags.
fn traffic(
    args: &CostArgs,
    fleet: &Fleet,
    prices: &Prices,
) -> anyhow::Result<BTreeMap<String, Traffic>> {
    for site in &args.sites {
        known(fleet, site)?;
    }
    let is_meant = |site: &str| args.sites.is_empty() || args.sites.iter().any(|it| it == site);
    let Some(file) = &args.traffic else {
        let row = args.row(prices)?;
        let mut one = Traffic::default();
        one.add(&row);
        let meant = fleet.sites.iter().filter(|site| is_meant(&site.name));
        return Ok(meant.map(|site| (site.name.clone(), one.clone())).collect());
    };
    let name = file.display();
    let text = fs::read_to_string(file).with_context(|| format!("reading {name}"))?;
    let mut traffic =
        read(&text, prices).with_context(|| format!("reading the traffic in {name}"))?;
    for site in traffic.keys() {
        known(fleet, site).with_context(|| format!("reading the traffic in {name}"))?;
    }
    traffic.retain(|site, _| is_meant(site));
    if let Some(site) = args.sites.iter().find(|site| !traffic.contains_key(*site)) {
        let hint = "add a row for it, or leave the site out";
        return Err(Hinted::error(format!("{name} has no traffic of `{site}`"), hint));
    }
    Ok(traffic)
}

fn known(fleet: &Fleet, site: &str) -> anyhow::Result<()> {
    if fleet.site(site).is_some() {
        return Ok(());
    }
    let message = format!("there is no site `{site}` in the fleet file");
    Err(Hinted::error(message, "`cdn-cli fleet list` lists them"))
}

fn print(estimate: &Estimate, io: &mut Io<'_>) -> anyhow::Result<()> {
    for site in &estimate.sites {
        section(&site.site, &site.lines, site.total, io)?;
        for line in wrap(&advice(&site.plan), crate::cli::WIDTH - 2) {
            io.stdout.line(format_args!("  {line}"))?;
        }
        io.stdout.line("")?;
    }
    section("all sites together", &estimate.shared, estimate.shared.total(), io)?;
    io.stdout.line("")?;
    row("a month, in US dollars before tax", "", Some(estimate.total), io)?;
    if let (Some(gb), Some(million)) = (estimate.per_gb, estimate.per_million_requests) {
        row("  for a GB, all in all", "", Some(gb), io)?;
        row("  for a million requests, all in all", "", Some(million), io)?;
    }
    io.stdout.line("")?;
    for line in wrap(&grounds(estimate), crate::cli::WIDTH) {
        io.stdout.line(line)?;
    }
    Ok(())
}

fn section(name: &str, lines: &Lines, total: Decimal, io: &mut Io<'_>) -> anyhow::Result<()> {
    row(name, "", Some(total), io)?;
    for Line { what, quantity, dollars, .. } in &lines.lines {
        row(&format!("  {what}"), quantity, *dollars, io)?;
    }
    Ok(())
}

/// A line of the table: 80 columns where the quantity is not too long for it.
fn row(
    what: &str,
    quantity: &str,
    dollars: Option<Decimal>,
    io: &mut Io<'_>,
) -> anyhow::Result<()> {
    let dollars =
        dollars.map_or_else(|| "unknown".to_owned(), |it| format!("{:.2}", it.round_dp(2)));
    let left = if quantity.is_empty() { what.to_owned() } else { format!("{what:25} {quantity}") };
    io.stdout.line(format_args!("{left:68} {dollars:>11}"))?;
    Ok(())
}

fn advice(plan: &Advice) -> String {
    let name = plan.plan.as_deref().unwrap_or("none");
    let month = plan.month.map(|month| format!("{:.2}", month.round_dp(2))).unwrap_or_default();
    let replaces = plan.replaces.round_dp(2);
    match plan.verdict {
        Verdict::Cheaper => {
            format!("flat-rate: {name} at {month} in place of {replaces:.2} costs less")
        }
        Verdict::Dearer => {
            format!("flat-rate: {name} at {month} in place of {replaces:.2} does not cost less")
        }
        Verdict::Excluded => {
            let would = plan.plan.as_ref().map_or_else(String::new, |name| {
                format!(" ({name} at {month} would hold the traffic, in place of {replaces:.2})")
            });
            format!("flat-rate: no{would}: {}", plan.excluded.join("; "))
        }
    }
}

/// What the figures rest on.
fn grounds(estimate: &Estimate) -> String {
    let Assumed { cache_hit_ratio, image_milliseconds } = estimate.assumed;
    let of = |what: &str| estimate.sources.iter().find(|source| source.of == what);
    let ages: Vec<_> = ["transfer, requests", "flat-rate plans"]
        .into_iter()
        .filter_map(of)
        .map(|source| format!("{}: {}, {}", source.of, source.page, source.as_of))
        .collect();
    let undated = estimate.sources.iter().filter(|source| source.is_undated());
    let undated: Vec<_> = undated.map(|source| source.of).collect();
    let undated = match undated.as_slice() {
        [] => String::new(),
        all => format!(" Of some figures no date is known: {}.", all.join(", ")),
    };
    format!(
        "Taken for granted where the traffic does not say it: {cache_hit_ratio} % of requests are \
         answered from the cache, a picture takes {image_milliseconds} ms. Sites are at the price of the \
         first tier; tiers and free allowances are the account's. Prices: {}; --json has the page, \
         region and age of each.{undated}",
        ages.join("; ")
    )
}
