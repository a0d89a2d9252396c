//! The fleet as a whole.

use super::Whole;

/// Sites from which on a deploy has canaries.
const LARGE: usize = 10;

pub(super) fn unused_groups(whole: &mut Whole<'_, '_>) {
    for (name, group) in whole.layers.unused_groups() {
        whole.found.push((group.span(), format!("no site is in the group `{name}`")));
    }
}

pub(super) fn no_canary(whole: &mut Whole<'_, '_>) {
    let sites = &whole.fleet.sites;
    let first = sites.iter().map(|site| site.delivery.wave).min();
    let canaries = sites.iter().filter(|site| Some(site.delivery.wave) == first).count();
    if sites.len() >= LARGE && canaries * 2 > sites.len() {
        let message = format!("{canaries} of {} sites are in the first wave", sites.len());
        whole.found.push((0..0, message));
    }
}
