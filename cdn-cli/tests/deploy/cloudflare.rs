//! A site whose DNS is Cloudflare's: its records written through a server that speaks as Cloudflare's
//! API does, and put back to the letter.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::account::Account;
use crate::cloud::Cloud;
use crate::name_server;
use crate::operator::{Operator, Ran, sites};

const ZONE: &str = "0123456789abcdef0123456789abcdef";
const TOKEN: &str = "a-token-that-may-edit";

/// The records of a zone.
#[derive(Clone, Default)]
struct Zone(Arc<Mutex<Vec<Value>>>);

impl Zone {
    fn of(records: &[Value]) -> Self {
        let zone = Self::default();
        for record in records {
            zone.insert(record.clone());
        }
        zone
    }

    fn insert(&self, mut record: Value) {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let mut records = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        record["id"] = json!(format!("r{}", NUMBER.fetch_add(1, Ordering::Relaxed)));
        records.push(record);
    }

    /// What is there, in words.
    fn shown(&self) -> Vec<String> {
        let records = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut shown: Vec<String> = records
            .iter()
            .map(|it| {
                let proxied = if it["proxied"] == true { " proxied" } else { "" };
                let text = |key: &str| it[key].as_str().unwrap_or_default().to_owned();
                format!(
                    "{} {} {} {}{proxied}",
                    text("name"),
                    text("type"),
                    text("content"),
                    it["ttl"]
                )
            })
            .collect();
        shown.sort();
        shown
    }

    /// Its API's address.
    async fn serve(&self) -> String {
        let router = Router::new()
            .route("/zones", get(zones))
            .route("/zones/{zone}/dns_records", get(records))
            .route("/zones/{zone}/dns_records/batch", post(batch))
            .with_state(self.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        tokio::spawn(async move { axum::serve(listener, router).await });
        format!("http://{address}")
    }
}

fn is_allowed(headers: &HeaderMap) -> bool {
    headers.get("authorization").is_some_and(|it| it == &format!("Bearer {TOKEN}"))
}

async fn zones(headers: HeaderMap) -> String {
    let seen = if is_allowed(&headers) {
        json!([{ "id": ZONE, "name": "aurora.example" }])
    } else {
        json!([])
    };
    json!({ "success": true, "errors": [], "result": seen }).to_string()
}

async fn records(State(zone): State<Zone>, Path(id): Path<String>) -> String {
    assert_eq!(id, ZONE);
    let records = zone.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let pages = json!({ "page": 1, "total_pages": 1 });
    json!({ "success": true, "errors": [], "result": records, "result_info": pages }).to_string()
}

/// Everything or nothing, deletions first; beside a CNAME no address stands.
async fn batch(State(zone): State<Zone>, body: String) -> (StatusCode, String) {
    let body: Value = serde_json::from_str(&body).expect("JSON");
    let refused = |code: u32, message: &str| {
        let error = json!([{ "code": code, "message": message }]);
        let told = json!({ "success": false, "errors": error, "result": null });
        (StatusCode::BAD_REQUEST, told.to_string())
    };
    let now = zone.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let next = Zone(Arc::new(Mutex::new(now)));
    for gone in body["deletes"].as_array().into_iter().flatten() {
        let mut records = next.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = records.len();
        records.retain(|it| it["id"] != gone["id"]);
        if records.len() == before {
            return refused(81_044, "Record does not exist.");
        }
    }
    for record in body["posts"].as_array().into_iter().flatten() {
        let is_address = |it: &Value| it["type"] == "A" || it["type"] == "AAAA";
        let is_name = |it: &Value| it["type"] == "CNAME";
        let is_beside = |it: &Value| {
            it["name"] == record["name"]
                && ((is_name(it) && (is_name(record) || is_address(record)))
                    || (is_address(it) && is_name(record)))
        };
        let records = next.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if records.iter().any(is_beside) {
            return refused(81_053, "A record with that host already exists.");
        }
        next.insert(record.clone());
    }
    let records = std::mem::take(&mut *next.0.lock().unwrap_or_else(PoisonError::into_inner));
    *zone.0.lock().unwrap_or_else(PoisonError::into_inner) = records;
    (StatusCode::OK, json!({ "success": true, "errors": [], "result": {} }).to_string())
}

fn fleet() -> String {
    sites(
        "",
        "[[sites]]\nname = \"aurora\"\ndomains = [\"aurora.example\", \"www.aurora.example\"]\n\
         zone = { name = \"aurora.example\", host = \"cloudflare\" }\n",
    )
}

/// An operator with a token.
struct Mover {
    operator: Operator,
    api: String,
    token: &'static str,
}

impl Mover {
    async fn run(&self, arguments: &[&str]) -> Ran {
        let mut command = self.operator.command(arguments);
        command.env("CLOUDFLARE_BASE_URL", &self.api).env("CLOUDFLARE_API_TOKEN", self.token);
        Ran::of(command.output().await.expect("the command starts"))
    }

    /// A site that is deployed, its certificate proven in the zone; where it is to lead.
    async fn deployed(&self, account: &Account, zone: &Zone) -> String {
        let asked = self.run(&["certs", "request", "--all", "--yes"]).await.ended(0);
        assert!(asked.stderr.contains("  + _"), "{}", asked.stderr);
        assert_eq!(zone.shown().iter().filter(|it| it.starts_with('_')).count(), 2);
        for arn in account.certificates().await {
            account.issue(&arn).await;
        }
        self.run(&["deploy", "--yes"]).await.ended(0);
        let status = self.run(&["status", "--json"]).await.ended(0).json();
        let site = status.as_array().expect("a list").iter().find(|it| it["site"] == "aurora");
        site.expect("the site")["domain"].as_str().expect("a name").to_owned()
    }
}

fn addresses(zone: &Zone) -> Vec<String> {
    zone.shown().into_iter().filter(|it| !it.starts_with('_')).collect()
}

#[tokio::test]
async fn a_zone_of_cloudflare_is_written_and_put_back() {
    let Some(cloud) = Cloud::start().await else { return };
    let account = Account::of(&cloud);
    let zone = Zone::of(&[
        json!({ "name": "aurora.example", "type": "A", "content": "192.0.2.1", "ttl": 1, "proxied": true }),
        json!({ "name": "aurora.example", "type": "A", "content": "192.0.2.2", "ttl": 1, "proxied": true }),
        json!({ "name": "aurora.example", "type": "MX", "content": "mail.example", "ttl": 3600 }),
        json!({ "name": "www.aurora.example", "type": "CNAME", "content": "aurora.example", "ttl": 120 }),
    ]);
    let before = addresses(&zone);
    let operator = Operator::new(&cloud.endpoint, &fleet());
    let mover = Mover { operator, api: zone.serve().await, token: TOKEN };
    let target = mover.deployed(&account, &zone).await;

    let plan = mover.run(&["dns", "plan"]).await.ended(0);
    assert!(plan.stdout.contains("A 192.0.2.1 192.0.2.2, proxied"), "{}", plan.stdout);
    let part = mover.run(&["dns", "apply", "aurora", "--weight", "5", "--yes"]).await.ended(2);
    assert!(part.stderr.contains("whose DNS shares nothing out"), "{}", part.stderr);
    assert_eq!(addresses(&zone), before);

    mover.run(&["dns", "apply", "aurora", "--yes"]).await.ended(0);
    let moved = [
        format!("aurora.example CNAME {target} 300"),
        "aurora.example MX mail.example 3600".to_owned(),
        format!("www.aurora.example CNAME {target} 300"),
    ];
    assert_eq!(addresses(&zone), moved);
    let again = mover.run(&["dns", "apply", "aurora", "--yes"]).await.ended(0);
    assert!(again.stderr.contains("Nothing to do"), "{}", again.stderr);

    mover.run(&["dns", "apply", "aurora", "--back", "--yes"]).await.ended(0);
    assert_eq!(addresses(&zone), before);
}

#[tokio::test]
async fn a_cut_over_moves_all_of_it_at_once() {
    let Some(cloud) = Cloud::start().await else { return };
    let account = Account::of(&cloud);
    let zone = Zone::of(&[
        json!({ "name": "aurora.example", "type": "A", "content": "192.0.2.1", "ttl": 60 }),
        json!({ "name": "www.aurora.example", "type": "A", "content": "192.0.2.1", "ttl": 60 }),
    ]);
    let before = addresses(&zone);
    let operator = Operator::new(&cloud.endpoint, &fleet());
    let mover = Mover { operator, api: zone.serve().await, token: TOKEN };
    let target = mover.deployed(&account, &zone).await;
    let run = mover.run(&["cutover", "run", "aurora", "--yes"]).await.ended(0);
    let well: Vec<&str> = run.stderr.lines().filter(|it| it.ends_with("well.")).collect();
    assert_eq!(well, ["100 % is at CloudFront, and well."]);
    assert!(addresses(&zone).iter().all(|it| it.ends_with(&format!("CNAME {target} 300"))));
    mover.run(&["cutover", "back", "aurora", "--yes"]).await.ended(0);
    assert_eq!(addresses(&zone), before);
}

/// What Cloudflare stands before is kept for five minutes by resolvers, and nobody can shorten that.
#[tokio::test]
async fn what_is_proxied_has_its_five_minutes() {
    let Some(cloud) = Cloud::start().await else { return };
    let account = Account::of(&cloud);
    let record = |name: &str| json!({ "name": name, "type": "A", "content": "192.0.2.1", "ttl": 1, "proxied": true });
    let zone = Zone::of(&[record("aurora.example"), record("www.aurora.example")]);
    let before = addresses(&zone);
    let operator = Operator::new(&cloud.endpoint, &fleet());
    let mover = Mover { operator, api: zone.serve().await, token: TOKEN };
    mover.deployed(&account, &zone).await;
    let plan = mover.run(&["cutover", "plan", "aurora"]).await.ended(0);
    assert!(plan.stdout.contains("step: lower TTLs to 60 s, and wait 300 s"), "{}", plan.stdout);
    let run = mover.run(&["cutover", "run", "aurora", "--yes"]).await.ended(1);
    assert!(run.stderr.contains("Resolvers keep the old TTL until"), "{}", run.stderr);
    assert_eq!(addresses(&zone), before);
}

#[tokio::test]
async fn without_a_token_a_person_writes() {
    let Some(cloud) = Cloud::start().await else { return };
    let zone = Zone::of(&[]);
    let operator = Operator::new(&cloud.endpoint, &fleet());
    let mover = Mover { operator, api: zone.serve().await, token: "another" };
    let nothing = name_server::start(Vec::new()).await.to_string();
    let plan = mover.run(&["dns", "plan", "--resolver", &nothing]).await.ended(0);
    assert!(
        plan.stdout.contains("CLOUDFLARE_API_TOKEN has no token that sees the zone"),
        "{}",
        plan.stdout
    );
    let apply = mover.run(&["dns", "apply", "aurora", "--yes"]).await.ended(2);
    assert!(apply.stderr.contains("is in no zone that cdn-cli writes"), "{}", apply.stderr);
}
