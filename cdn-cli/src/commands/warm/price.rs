//! What a plan comes to, and whether that is agreed to.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use cache_warmer::{Assumed, Estimate, Plan, Price};
use rust_decimal::Decimal;

use crate::cli::LimitArgs;
use crate::commands::consent::asked;
use crate::cost::Prices;
use crate::hints::Hinted;
use crate::printer::{Io, bytes};

/// Prices by region, at the first tier: what the account's tiers take off is not known here.
pub(crate) fn prices() -> anyhow::Result<BTreeMap<String, Price>> {
    let regions = Prices::built_in()?.cloudfront.regions;
    let of = |region: crate::cost::Region| Price {
        gigabyte: region.transfer.first().copied().unwrap_or_default(),
        ten_thousand_requests: region.https_10k,
    };
    Ok(regions.into_iter().map(|(id, region)| (id, of(region))).collect())
}

/// The estimate of a plan.
pub(super) fn estimate(plan: &Plan) -> anyhow::Result<Estimate> {
    Ok(Estimate::of(plan, &prices()?, Assumed::default()))
}

/// An amount of dollars, in words.
pub(super) fn about(amount: Decimal) -> String {
    let cent = Decimal::new(1, 2);
    if amount > Decimal::ZERO && amount < cent {
        return "less than $0.01".to_owned();
    }
    format!("about ${:.2}", amount.round_dp(2))
}

/// One line of it.
pub(super) fn line(plan: &Plan, estimate: &Estimate) -> String {
    let places = match plan.names().len() {
        1 => "one place".to_owned(),
        many => format!("{many} places"),
    };
    let size = bytes(usize::try_from(estimate.bytes).unwrap_or(usize::MAX));
    let mut line = format!(
        "{} targets at {places}: {} requests, about {size}",
        plan.targets, estimate.requests
    );
    // Writing to a String does not fail.
    if !estimate.dollars.is_empty() {
        let _ = write!(line, ", {}", about(estimate.total()));
    }
    if !estimate.unpriced.is_empty() {
        let _ = write!(line, " and what {} costs", estimate.unpriced.join(" and "));
    }
    line
}

/// Says what the plan comes to, and asks where it is above what may go unasked.
pub(super) fn is_agreed(plan: &Plan, limits: &LimitArgs, io: &mut Io<'_>) -> anyhow::Result<bool> {
    let estimate = estimate(plan)?;
    io.stderr.line(line(plan, &estimate))?;
    let total = estimate.total();
    if let Some(most) = limits.max_cost
        && total > most
    {
        let total = about(total);
        let message = format!("the plan would cost {total}, above --max-cost {most}");
        let hint = "fewer locations (--cover 95%), fewer variants (--formats) or a sample in the \
                    second pass (--verify-sample 5%) cost less";
        return Err(Hinted::error(message, hint));
    }
    let is_asked = total > limits.ask_above && total > Decimal::ZERO;
    if is_asked { asked("Go on?", limits.yes, io) } else { Ok(true) }
}
