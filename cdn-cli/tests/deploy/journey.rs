//! A site's way to CloudFront as one command: step by step, killed and gone on with, and back.

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use tokio::net::TcpListener;

use crate::account::Account;
use crate::cloud::Cloud;
use crate::name_server;
use crate::operator::{Operator, sites};

/// A fleet of one site, whose zone is in Route 53.
fn fleet() -> String {
    sites(
        "",
        "[[sites]]\nname = \"aurora\"\ndomains = [\"aurora.example\"]\n\
         zone = { name = \"aurora.example\" }\n",
    )
}

/// A site that is deployed, with a record of so many seconds; the zone, and where it is to lead.
async fn deployed(operator: &Operator, account: &Account, ttl: i64) -> (String, String) {
    let zone = account.zone("aurora.example").await;
    account.put(&zone, "aurora.example", "A", ttl, "192.0.2.1").await;
    let nothing = name_server::start(Vec::new()).await.to_string();
    operator.run(&["certs", "request", "--all", "--yes", "--resolver", &nothing]).await.ended(0);
    for arn in account.certificates().await {
        account.issue(&arn).await;
    }
    operator.run(&["deploy", "--yes"]).await.ended(0);
    let status = operator.run(&["status", "--json"]).await.ended(0).json();
    let site = status.as_array().expect("a list").iter().find(|it| it["site"] == "aurora");
    let target = site.expect("the site")["domain"].as_str().expect("a name").to_owned();
    (zone, target)
}

async fn addresses(account: &Account, zone: &str) -> Vec<String> {
    let records = account.records(zone).await;
    records.into_iter().filter(|it| !it.starts_with('_')).collect()
}

/// An edge that answers with this status, once it is asked.
async fn edge(status: StatusCode) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    let router = Router::new().route("/", get(move || async move { status }));
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

#[tokio::test]
async fn a_site_moves_step_by_step() {
    let Some(cloud) = Cloud::start().await else { return };
    let account = Account::of(&cloud);
    let operator = Operator::new(&cloud.endpoint, &fleet());
    let early = operator.run(&["cutover", "run", "aurora", "--yes"]).await.ended(2);
    assert_eq!(
        early.stderr,
        "error: aurora.example: the site is not deployed: `cdn-cli deploy aurora`\n\n\
         hint: `cdn-cli cutover plan aurora` shows all that stands in the way\n"
    );
    let (zone, target) = deployed(&operator, &account, 60).await;
    let before = addresses(&account, &zone).await;
    let plan = operator.run(&["cutover", "plan", "aurora"]).await.ended(0);
    assert_eq!(
        plan.stdout.replace(&target, "TARGET"),
        "aurora.example: to change\n  now     A 192.0.2.1, TTL 60\n  wanted  A alias TARGET\n  \
         wanted  AAAA alias TARGET\nstep: 1 % to CloudFront, and look\nstep: 5 % to CloudFront, and look\n\
         step: 25 % to CloudFront, and look\nstep: 100 % to CloudFront, and look\n"
    );

    let run = ["cutover", "run", "aurora", "--yes"];
    let told = operator.run(&run).await.ended(0);
    let lines: Vec<&str> = told.stderr.lines().filter(|it| it.ends_with("well.")).collect();
    assert_eq!(
        lines,
        ["1 %", "5 %", "25 %", "100 %"].map(|it| format!("{it} is at CloudFront, and well."))
    );
    let whole = ["A", "AAAA"].map(|kind| format!("aurora.example. {kind} alias {target}"));
    assert_eq!(addresses(&account, &zone).await, whole);
    operator.run(&["cutover", "back", "aurora", "--yes"]).await.ended(0);
    assert_eq!(addresses(&account, &zone).await, before);
    let again = operator.run(&["cutover", "back", "aurora", "--yes"]).await.ended(0);
    assert_eq!(again.stderr, "Nothing to do: the records are as they were.\n");
}

#[tokio::test]
async fn the_old_ttl_has_to_go_by() {
    let Some(cloud) = Cloud::start().await else { return };
    let account = Account::of(&cloud);
    let operator = Operator::new(&cloud.endpoint, &fleet());
    let (zone, _) = deployed(&operator, &account, 3600).await;
    let run = ["cutover", "run", "aurora", "--yes"];
    // Called again, it neither lowers again nor forgets when it may go on.
    for _ in 0..2 {
        let told = operator.run(&run).await.ended(1);
        let last = told.stderr.lines().last().expect("a line");
        assert!(last.starts_with("Resolvers keep the old TTL until 20"), "{last}");
        assert_eq!(addresses(&account, &zone).await, ["aurora.example. A 192.0.2.1 60"]);
    }
    operator.run(&["cutover", "back", "aurora", "--yes"]).await.ended(0);
    assert_eq!(addresses(&account, &zone).await, ["aurora.example. A 192.0.2.1 3600"]);
}

#[tokio::test]
async fn a_site_that_is_not_well_goes_back() {
    let Some(cloud) = Cloud::start().await else { return };
    let account = Account::of(&cloud);
    let operator = Operator::new(&cloud.endpoint, &fleet());
    let (zone, _) = deployed(&operator, &account, 60).await;
    let before = addresses(&account, &zone).await;
    let broken = edge(StatusCode::BAD_GATEWAY).await;
    let run = ["cutover", "run", "aurora", "--yes", "--probe-through", &broken];
    let told = operator.run(&run).await.ended(2);
    let error = told.stderr.split_once("error: ").expect("an error").1;
    assert_eq!(
        error,
        "aurora: aurora.example/ answers 502 Bad Gateway; it is back where it was\n\n\
         hint: when it is mended, the same command begins anew\n"
    );
    assert_eq!(addresses(&account, &zone).await, before);

    let sound = edge(StatusCode::OK).await;
    let run = ["cutover", "run", "aurora", "--yes", "--steps", "50", "--probe-through", &sound];
    let told = operator.run(&run).await.ended(0);
    let well: Vec<&str> = told.stderr.lines().filter(|it| it.ends_with("well.")).collect();
    assert_eq!(well, ["50 % is at CloudFront, and well.", "100 % is at CloudFront, and well."]);
}

#[tokio::test]
async fn errors_that_are_counted_bring_it_back() {
    let Some(cloud) = Cloud::start().await else { return };
    let account = Account::of(&cloud);
    let operator = Operator::new(&cloud.endpoint, &fleet());
    let (zone, _) = deployed(&operator, &account, 60).await;
    let before = addresses(&account, &zone).await;
    let status = operator.run(&["status", "--json"]).await.ended(0).json();
    let site = status.as_array().expect("a list").iter().find(|it| it["site"] == "aurora");
    let distribution = site.expect("the site")["distribution"].as_str().expect("an id");
    // Before it all was well, also where a minute ends between this and the command.
    for (minutes, requests, errors) in [(-10..0, 1e6, 0.0), (0..3, 1000.0, 40.0)] {
        for minute in minutes {
            account.count(distribution, "Requests", minute, requests).await;
            account.count(distribution, "5xxErrorRate", minute, errors).await;
        }
    }
    let run = ["cutover", "run", "aurora", "--yes", "--max-5xx", "1", "--soak", "0s"];
    let told = operator.run(&run).await.ended(2);
    let error = told.stderr.split_once("error: ").expect("an error").1;
    let error = error.split_whitespace().collect::<Vec<_>>().join(" ");
    let want =
        "aurora: 40.0 % of answers are 5xx, 1 % may be, 0.0 % before; it is back where it was";
    assert!(error.starts_with(want), "{error}");
    assert_eq!(addresses(&account, &zone).await, before);
}

#[tokio::test]
async fn a_process_that_dies_on_the_way_is_gone_on_with() {
    let Some(cloud) = Cloud::start().await else { return };
    let account = Account::of(&cloud);
    let operator = Operator::new(&cloud.endpoint, &fleet());
    let (zone, target) = deployed(&operator, &account, 60).await;
    let before = addresses(&account, &zone).await;
    // Nobody answers at this edge until the process is gone.
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let silent = format!("http://{}", listener.local_addr().expect("it is bound"));
    let run = ["cutover", "run", "aurora", "--yes", "--probe-through", &silent];
    let mut begun = operator.begin(&run);
    let (_connection, _) = listener.accept().await.expect("it asks the edge");
    begun.kill().await.expect("it runs");
    let shares = [
        "aurora.example. A 192.0.2.1 60 weight 99".to_owned(),
        format!("aurora.example. A alias {target} weight 1"),
    ];
    assert_eq!(addresses(&account, &zone).await, shares);

    let sound = edge(StatusCode::OK).await;
    let run = ["cutover", "run", "aurora", "--yes", "--probe-through", &sound];
    let told = operator.run(&run).await.ended(0);
    let well: Vec<&str> = told.stderr.lines().filter(|it| it.ends_with("well.")).collect();
    assert_eq!(well[0], "1 % is at CloudFront, and well.");
    assert_eq!(well.len(), 4);
    operator.run(&["cutover", "back", "aurora", "--yes"]).await.ended(0);
    assert_eq!(addresses(&account, &zone).await, before);
}
