//! What is told of a question: what it will cost, what it did, and why it has no rows or no answer.

use jiff::Zoned;
use log_athena::Table;
use log_athena::client::{Athena, Bill, ClientError, Estimate, Workgroup};
use log_athena::lint::no_rows;

use crate::aws::of_code;
use crate::hints::Hinted;
use crate::printer::{Io, bytes};

/// Dollars for people: `$0.0042`, `$12.50`.
pub(super) fn cost(dollars: f64) -> String {
    if dollars < 1.0 { format!("${dollars:.4}") } else { format!("${dollars:.2}") }
}

/// What it will read and cost, and what is not known of that.
pub(super) fn tell_estimate(
    estimate: &Estimate,
    workgroup: &Workgroup,
    io: &mut Io<'_>,
) -> anyhow::Result<()> {
    let (size, dollars) = (size(estimate.bytes), cost(estimate.dollars()));
    io.stderr.line(format!("{size} in {} files: about {dollars}", estimate.files))?;
    for doubt in &estimate.doubts {
        io.stderr.line(format!("  {doubt}"))?;
    }
    if let Some(cutoff) = workgroup.cutoff.filter(|cutoff| estimate.bytes > *cutoff) {
        let (name, limit) = (&workgroup.name, self::size(cutoff));
        io.stderr.line(format!("  the workgroup {name} ends a question that reads {limit}"))?;
    }
    Ok(())
}

/// What it did read and cost.
pub(super) fn tell_bill(bill: &Bill, io: &mut Io<'_>) -> anyhow::Result<()> {
    let Bill { queued, ran, .. } = bill;
    let (waited, ran) = (queued.as_secs_f64(), ran.as_secs_f64());
    let times = format!("waited {waited:.1} s, ran {ran:.1} s");
    io.stderr.line(if bill.is_reused {
        format!("an answer of the last days was taken again, for nothing ({})", bill.id)
    } else {
        format!("{} read: {} ({times}, {})", size(bill.bytes), cost(bill.dollars), bill.id)
    })?;
    Ok(())
}

/// Why an answer has no rows, as far as the tables and what lies there tell.
pub(super) async fn explain_no_rows(
    athena: &Athena,
    tables: &[Table],
    io: &mut Io<'_>,
) -> anyhow::Result<()> {
    let today = Zoned::now().date();
    for table in tables {
        let keys = athena.some_keys(table).await.map_err(problem)?;
        io.stderr.line(format!("no rows: {}", no_rows(table, &keys, today)))?;
    }
    Ok(())
}

/// An error, with what to do about it.
#[expect(clippy::needless_pass_by_value, reason = "it is the end of the error, as in `map_err`")]
pub(super) fn problem(error: ClientError) -> anyhow::Error {
    let told = match &error {
        ClientError::Failed { reason, known: Some(known), .. } => {
            format!("{reason}\n{}", known.means)
        }
        ClientError::Cancelled(bill) if bill.id.is_empty() => {
            "the question was not asked: it waited for its turn".to_owned()
        }
        ClientError::Cancelled(bill) => format!(
            "the question was ended; it had read {}, which costs {} ({})",
            size(bill.bytes),
            cost(bill.dollars),
            bill.id
        ),
        error => error.to_string(),
    };
    let of_code = match &error {
        ClientError::Call { problem, .. } => problem.code.as_deref().and_then(of_code),
        _ => None,
    };
    match error.advice().or(of_code) {
        Some(advice) => Hinted::error(told, advice),
        None => anyhow::anyhow!(told),
    }
}

fn size(count: u64) -> String {
    bytes(usize::try_from(count).unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_sums_have_more_places() {
        for (dollars, want) in [(0.0, "$0.0000"), (0.004_24, "$0.0042"), (12.5, "$12.50")] {
            assert_eq!(cost(dollars), want);
        }
    }
}
