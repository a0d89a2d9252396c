//! The shop that nobody has: its traffic meets the same on both sides, but for what verdicts tell.

use crate::both::{check, lines, unexplained};
use crate::shop::shop;
use crate::traffic::shop_traffic;

#[test]
fn nothing_of_a_shops_traffic_is_left_unexplained() {
    let visits = shop_traffic(6_000, 7);
    let report = check(&shop(), &visits);
    assert_eq!(report.requests, 6_000);
    assert!(unexplained(&report).is_empty(), "{}\n{}", report.requests, lines(&report).join("\n"));
    assert_eq!(report.unexplained(), 0);
    // Both sides are really asked: most of it is served alike.
    assert!(report.agreed > 1_000, "{} agree\n{}", report.agreed, lines(&report).join("\n"));
}
