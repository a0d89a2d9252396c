//! Quotas that do not suffice, and sites that cannot be.

use std::collections::BTreeMap;

use cloudformation::{Assignment, RenderError, render};
use fleet::delivery::{
    Behavior, CacheProfile, Connection, DeliveryOrigin, ImageShape, Place, QueryPart, RedirectTo,
};
use fleet::{Fleet, Origin};

use super::fleets;

fn complaint(fleet: &Fleet) -> String {
    match render(fleet, &Assignment::default()) {
        Ok(_) => panic!("it rendered"),
        Err(error) => error.to_string(),
    }
}

/// Sites that are alike but for their names: 0 switches nothing on.
fn alike(count: usize) -> Fleet {
    fleets::fleet(
        (0..count).map(|index| fleets::site(&format!("shop-{index:03}"), 1 << 40 | 1 << 10)),
    )
}

fn need(fleet: &Fleet, name: &str) -> (u64, u64) {
    let rendered = render(fleet, &Assignment::default()).unwrap_or_else(|error| panic!("{error}"));
    let quota = rendered.quotas.iter().find(|quota| quota.name == name).unwrap();
    (quota.need, quota.limit)
}

#[test]
fn sites_that_are_alike_need_a_copy_for_each_hundred() {
    for (sites, functions) in [(1, 1), (100, 1), (101, 2), (250, 3)] {
        assert_eq!(need(&alike(sites), "functions"), (functions, 100), "{sites} sites");
        assert_eq!(need(&alike(sites), "distributions"), (sites as u64, 500), "{sites} sites");
    }
}

#[test]
fn what_does_not_suffice_is_told_with_what_to_ask_for() {
    let mut fleet = alike(3);
    fleet.settings.quotas = BTreeMap::from([("distributions".to_owned(), 2)]);
    assert_eq!(
        complaint(&fleet),
        "quota distributions: the fleet needs 3, the limit is 2; ask AWS for 3 of \"Distributions \
         per account\" (Service Quotas, cloudfront, code L-24B04930), then say \
         quotas.distributions = 3 under [fleet]"
    );
}

#[test]
fn too_many_policies_are_too_many_while_sites_change() {
    let mut fleet = alike(1);
    let site = &mut fleet.sites[0];
    site.delivery.image_shape = ImageShape::Off;
    for index in 0..12_u32 {
        let profile =
            CacheProfile { default_ttl: u64::from(index) + 10, ..CacheProfile::default() };
        let name = format!("profile-{index}");
        site.delivery.caches.insert(name.clone(), profile);
        let behavior = Behavior { cache: name, ..Behavior::default() };
        site.delivery.behaviors.insert(format!("/{index}/*"), behavior);
    }
    let before = render(&fleet, &Assignment::default()).unwrap_or_else(|error| panic!("{error}"));
    for profile in fleet.sites[0].delivery.caches.values_mut() {
        profile.default_ttl += 100;
    }
    let error = render(&fleet, &before.assignment).map(|_| ()).unwrap_err();
    let RenderError::Quotas(quotas) = error else { panic!("{error}") };
    let short = quotas.iter().filter(|quota| !quota.suffices());
    let short: Vec<_> = short.map(|quota| (quota.name, quota.need, quota.steady)).collect();
    let steady = before.quotas.iter().find(|quota| quota.name == "cache-policies").unwrap().steady;
    assert_eq!(short, [("cache-policies", steady + 12, steady)]);
}

#[test]
fn sites_that_cannot_be_are_told_all_at_once() {
    let mut fleet = alike(3);
    let folder = Place::Public(Origin::Folder("/srv/photos".into()));
    let origin = DeliveryOrigin { place: folder, connection: Connection::default() };
    fleet.sites[0].delivery.origins.insert("default".to_owned(), origin);
    let origins = &mut fleet.sites[1].delivery.origins;
    let photos = origins.remove("photos").unwrap();
    origins.insert("default".to_owned(), photos);
    fleet.sites[1]
        .delivery
        .behaviors
        .insert("/x/*".to_owned(), Behavior { cache: "nobody".to_owned(), ..Behavior::default() });
    assert_eq!(
        complaint(&fleet),
        "site `shop-000`: origin `default` is the folder /srv/photos; CloudFront reads a bucket, { s3 \
         = … }, or a server, { http = … }\n\
         site `shop-001`: behavior `/x/*` has the cache profile `nobody`; there is none of that name \
         under caches"
    );
}

#[test]
fn a_redirect_that_the_function_cannot_answer_is_told() {
    let mut fleet = alike(1);
    let redirect = RedirectTo { to: "/new".to_owned(), status: 303, query: QueryPart::Keep };
    fleet.sites[0].delivery.redirects.insert("/old".to_owned(), redirect);
    assert_eq!(
        complaint(&fleet),
        "site `shop-000`: the redirect from `/old` has the status 303; the viewer function answers \
         301, 302, 307 or 308"
    );
}

#[test]
fn settings_that_cannot_be_are_told() {
    let mut fleet = alike(1);
    fleet.settings.name = "Shops!".to_owned();
    assert_eq!(
        complaint(&fleet),
        "`Shops!` cannot be the name of a fleet; a letter, then letters, digits and `-` in lower case, \
         at most 20"
    );
    fleet.settings.name = "shops".to_owned();
    fleet.settings.quotas.insert("distribution".to_owned(), 1);
    assert!(
        complaint(&fleet).starts_with("there is no quota `distribution`; those of fleet.quotas")
    );
}
