//! A fleet from its first deploy to its end.

use axum::Router;
use axum::http::{HeaderMap, StatusCode};

use crate::cloud::{Cloud, Fate, Proxy};
use crate::operator::{Operator, fleet};

#[tokio::test]
async fn a_fleet_lives() {
    let Some(cloud) = Cloud::start().await else { return };
    let proxy = Proxy::start(&cloud, |_| Fate::Answered).await;
    let operator = Operator::new(&proxy.endpoint, &fleet(3, ""));

    let plan = operator.run(&["plan", "--exit-code", "--json"]).await.ended(1).json();
    let steps = |plan: &serde_json::Value, step: &str| {
        let actions = plan["actions"].as_array().unwrap();
        let of_step = actions.iter().filter(|action| action["step"] == step);
        of_step.map(|action| action["stack"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let created = steps(&plan, "create");
    let sites: Vec<_> = created.iter().filter(|stack| stack.starts_with("shops-site-")).collect();
    assert_eq!(sites, ["shops-site-s000", "shops-site-s001", "shops-site-s002"]);

    operator.run(&["deploy", "--yes"]).await.ended(0);
    let again = operator.run(&["plan", "--exit-code"]).await.ended(0);
    assert_eq!(again.stdout, format!("Nothing to do: {} stacks are as desired.\n", created.len()));
    let again = operator.run(&["deploy", "--yes", "--json"]).await.ended(0);
    assert_eq!(again.stdout, "");

    assert_eq!(proxy.pairs()["host:s001.example"], "s001");
    let status = operator.run(&["status", "--json"]).await.ended(0).json();
    for stack in status.as_array().unwrap() {
        assert_eq!(stack["status"], "CREATE_COMPLETE", "{stack}");
    }

    // One field of all sites: told once.
    operator.write(&fleet(3, "http3 = false"));
    let plan = operator.run(&["plan"]).await.ended(0);
    assert_eq!(
        plan.stdout,
        "Sites\n  ~ 3: s000, s001, s002\n\n    safe        3: s000, s001, s002\n      Distribution \
         HttpVersion\n      http2and3 -> http2\n\n0 stacks to create, 3 to change, 0 to delete, \
         "
        .to_owned() + &format!("{} as desired.\n", created.len() - 3)
    );
    operator.run(&["deploy", "--yes"]).await.ended(0);
    operator.run(&["plan", "--exit-code"]).await.ended(0);

    let versions = operator.run(&["versions", "s001", "--json"]).await.ended(0).json();
    let numbers: Vec<_> = versions.as_array().unwrap().iter().map(|it| &it["number"]).collect();
    assert_eq!(numbers, [2, 1]);
    assert_eq!(versions[0]["summary"], "HttpVersion");

    operator.run(&["rollback", "s001", "--yes"]).await.ended(0);
    let plan = operator.run(&["plan", "--json"]).await.ended(0).json();
    assert_eq!(steps(&plan, "update"), ["shops-site-s001"]);
    let versions = operator.run(&["versions", "s001", "--json"]).await.ended(0).json();
    assert_eq!(versions[0]["number"], 3);
    assert_eq!(versions[0]["template"], versions[2]["template"]);
    operator.run(&["deploy", "--yes"]).await.ended(0);

    operator.run(&["invalidate", "s000", "/sale/*", "--tag", "product-1"]).await.ended(0);
    operator.run(&["destroy", "s002", "--yes"]).await.ended(0);
    assert_eq!(proxy.pairs().get("host:s002.example"), None);
    operator.write(&fleet(2, "http3 = false"));
    operator.run(&["plan", "--exit-code"]).await.ended(0);
    operator.run(&["destroy", "s002", "--yes"]).await.ended(2);

    // What the viewer function knows of a site is part of the site, and of its versions.
    operator.write(&fleet(2, "http3 = false\nredirects = { \"/old\" = \"/new\" }"));
    operator.run(&["deploy", "--yes"]).await.ended(0);
    assert!(proxy.pairs().contains_key("redirect:s000:/old"), "{:?}", proxy.pairs());
    operator.run(&["plan", "--exit-code"]).await.ended(0);
    operator.run(&["rollback", "s000", "--yes"]).await.ended(0);
    assert!(!proxy.pairs().contains_key("redirect:s000:/old"), "{:?}", proxy.pairs());
}

#[tokio::test]
async fn what_sites_share_is_replaced_beside_the_old() {
    let Some(cloud) = Cloud::start().await else { return };
    let cache = |ttl: u32| {
        fleet(
            2,
            &format!(
                "caches.static = {{ default_ttl = {ttl} }}\nbehaviors.\"/a/*\" = {{ cache = \"static\" }}"
            ),
        )
    };
    let operator = Operator::new(&cloud.endpoint, &cache(600));
    operator.run(&["deploy", "--yes"]).await.ended(0);

    operator.write(&cache(900));
    let plan = operator.run(&["plan", "--json"]).await.ended(0).json();
    let changes: Vec<_> = plan["actions"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|action| action["changes"].as_array().unwrap())
        .collect();
    // The reference is looked through: what differs is a TTL, not "another policy".
    assert_eq!(changes.len(), 2, "{changes:?}");
    for change in changes {
        assert_eq!(
            (&change["risk"], &change["before"], &change["after"]),
            (&"ttl".into(), &600.into(), &900.into())
        );
    }
    operator.run(&["deploy", "--yes"]).await.ended(0);
    operator.run(&["plan", "--exit-code"]).await.ended(0);
    // The old policy is gone; the way back makes it again.
    operator.run(&["rollback", "s000", "s001", "--to", "1", "--yes"]).await.ended(0);
    operator.run(&["deploy", "--yes"]).await.ended(0);
    operator.run(&["plan", "--exit-code"]).await.ended(0);
}

#[tokio::test]
async fn only_the_sites_that_are_named_are_deployed() {
    let Some(cloud) = Cloud::start().await else { return };
    let operator = Operator::new(&cloud.endpoint, &fleet(3, ""));
    operator.run(&["deploy", "s001", "--yes"]).await.ended(0);
    let status = operator.run(&["status", "--json"]).await.ended(0).json();
    let sites: Vec<_> =
        status.as_array().unwrap().iter().filter_map(|it| it["site"].as_str()).collect();
    assert_eq!(sites, ["s001"]);
    let told = operator.run(&["deploy", "s009", "--yes"]).await.ended(2);
    assert_eq!(
        told.stderr,
        "error: there is no site `s009` in the fleet file\n\nhint: `cdn-cli fleet list` lists them\n"
    );
}

#[tokio::test]
async fn a_plan_needs_no_aws_once_it_was_seen() {
    let Some(cloud) = Cloud::start().await else { return };
    let operator = Operator::new(&cloud.endpoint, &fleet(2, ""));
    operator.run(&["plan", "--offline"]).await.ended(2);
    operator.run(&["deploy", "--yes"]).await.ended(0);
    operator.run(&["status"]).await.ended(0);
    drop(cloud);
    operator.run(&["plan", "--offline", "--exit-code"]).await.ended(0);
    operator.write(&fleet(2, "http3 = false"));
    operator.run(&["plan", "--offline", "--exit-code"]).await.ended(1);
}

#[tokio::test]
async fn two_hundred_sites_are_deployed_in_waves() {
    let Some(cloud) = Cloud::start().await else { return };
    let proxy = Proxy::start(&cloud, |_| Fate::Answered).await;
    let operator = Operator::new(&proxy.endpoint, &fleet(200, ""));
    let told = operator.run(&["deploy", "--yes", "--json", "--concurrency", "16"]).await.ended(0);
    let events: Vec<serde_json::Value> =
        told.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let place = |what: &str| {
        events.iter().position(|event| event["name"] == what || event["stack"] == what).unwrap()
    };
    // The canary is done before any other site is begun.
    assert!(place("wave 0") < place("shops-site-s000"));
    assert!(place("shops-site-s000") < place("wave 1"));
    assert!(place("wave 1") < place("wave 2"));
    operator.run(&["plan", "--exit-code"]).await.ended(0);
    let stacks = proxy.count("ExecuteChangeSet");
    assert_eq!(events.last().unwrap()["changed"], stacks);
}

#[tokio::test]
async fn a_wave_that_is_not_well_goes_back() {
    let Some(cloud) = Cloud::start().await else { return };
    // An edge at which one site breaks once it is changed.
    let app = Router::new().fallback(|headers: HeaderMap| async move {
        let host = headers.get("host").and_then(|host| host.to_str().ok()).unwrap_or_default();
        if host == "s001.example" { StatusCode::BAD_GATEWAY } else { StatusCode::OK }
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let edge = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await });

    let operator = Operator::new(&cloud.endpoint, &fleet(102, ""));
    operator.run(&["deploy", "--yes", "--no-probe"]).await.ended(0);
    operator.write(&fleet(102, "http3 = false"));
    let told =
        operator.run(&["deploy", "--yes", "--json", "--probe-through", &edge]).await.ended(2);
    let end: serde_json::Value = serde_json::from_str(told.stdout.lines().last().unwrap()).unwrap();
    assert_eq!(end["failed"]["s001"], "s001.example/ answers 502 Bad Gateway");
    // The canary was well and stays, wave 1 goes back, wave 2 was not begun.
    assert_eq!(end["rolled_back"].as_array().unwrap().len(), 99);
    let plan = operator.run(&["plan", "--json"]).await.ended(0).json();
    let updates = plan["actions"].as_array().unwrap().iter().filter(|it| it["step"] == "update");
    assert_eq!(updates.count(), 101);
}
