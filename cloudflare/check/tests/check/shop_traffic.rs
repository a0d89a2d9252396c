//! The shop that nobody has: its traffic meets the same on both sides, but for what verdicts tell.

use crate::both::{check, unexplained};
use crate::shop::shop;
use crate::traffic::shop_list;

#[test]
fn nothing_of_a_shops_traffic_is_left_unexplained() {
    let visits = zone_check::visits(&shop_list(6_000, 7)).unwrap();
    let report = check(&shop(), &visits);
    assert_eq!(unexplained(&report), "");
    assert_eq!((report.requests, report.left_out), (6_000, 0));
    // Both sides are really asked: much is served alike, to the letter.
    assert!(report.agreed > 1_500, "{} agree", report.agreed);
    assert!(!report.groups.is_empty());
}
