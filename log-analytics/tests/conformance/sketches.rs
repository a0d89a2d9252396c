//! Which cells are estimates, and the values that they are estimates of.

use regex::Regex;

/// A share of the rank by which an estimate may be off.
const RANK: f64 = 0.01;

/// Whether other cells come of estimates: then no cell is the same, and none has a rank.
pub(crate) fn are_counted_with(sql: &str) -> bool {
    let over = Regex::new(r"approx_percentile\((?:[^()]|\([^()]*\))*\) OVER ").expect("a pattern");
    over.is_match(sql)
}

/// The same SQL with all values in place of estimates of a percentile, and the columns of these with
/// the shares that were asked for; none where nothing is estimated.
pub(crate) fn exact(sql: &str) -> Option<(String, Vec<(String, f64)>)> {
    let call = Regex::new(r"approx_percentile\((\w+), ([0-9.]+)\) AS (\w+)").expect("a pattern");
    let found = call.captures_iter(sql).map(|call| {
        let share = call[2].parse().expect("a share");
        (call[3].to_owned(), share)
    });
    let found: Vec<(String, f64)> = found.collect();
    assert_eq!(found.len(), sql.matches("approx_").count(), "another estimate in {sql}");
    let values = call.replace_all(sql, "array_agg($1) AS $3").into_owned();
    (!found.is_empty()).then_some((values, found))
}

/// How far the rank of a value is from the share that was asked for: 0 within the ranks of its equals
/// and its neighbours.
pub(crate) fn rank_error(values: &[f64], share: f64, value: f64) -> f64 {
    let count = values.len() as f64;
    let below = values.iter().filter(|it| **it < value).count() as f64;
    let up_to = values.iter().filter(|it| **it <= value).count() as f64;
    // An estimate stands between two neighbours: one rank more on each side.
    let (low, high) = ((below - 1.0) / count, (up_to + 1.0) / count);
    (low - share).max(share - high).max(0.0)
}

/// Whether an estimate is as near as it has to be.
pub(crate) fn is_near(error: f64) -> bool {
    error <= RANK
}
