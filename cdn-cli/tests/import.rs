//! `cdn-cli import`: the program itself, a folder of answers, and a server that answers as Cloudflare
//! does.

#![expect(clippy::unwrap_used, reason = "clippy's leave for tests does not reach their helpers")]

use std::collections::HashMap;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Output;
use std::sync::{Arc, Mutex};

use assert_cmd::Command;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use fleet::Fleet;
use serde_json::{Value, json};

const ZONE: &str = "11112222333344445555666677778888";
const LIST: &str = "99990000aaaabbbbccccddddeeeeffff";

fn cdn_cli(arguments: &[&str]) -> Output {
    let mut command = Command::cargo_bin("cdn-cli").unwrap();
    command.args(arguments).env("CLOUDFLARE_API_TOKEN", "good").env("NO_PROXY", "127.0.0.1");
    command.output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn answer(result: &Value) -> String {
    json!({ "success": true, "errors": [], "messages": [], "result": result }).to_string()
}

fn zone() -> Value {
    json!({ "id": ZONE, "name": "shop.example", "status": "active", "name_servers": ["a.example"],
        "account": { "id": "acc" } })
}

fn records() -> Value {
    json!([{ "id": "1", "name": "shop.example", "type": "CNAME", "content": "origin.servers.example",
        "proxied": true, "ttl": 1 },
      { "id": "2", "name": "mail.shop.example", "type": "A", "content": "192.0.2.5", "proxied": false, "ttl": 1 }])
}

fn redirects() -> Value {
    json!({ "id": "r1", "kind": "zone", "phase": "http_request_dynamic_redirect", "rules": [
        { "id": "one", "action": "redirect", "enabled": true, "description": "moved",
          "expression": "http.request.uri.path eq \"/old\"", "action_parameters": { "from_value": {
            "status_code": 301, "preserve_query_string": true,
            "target_url": { "value": "https://shop.example/new" } } } },
        { "id": "two", "action": "redirect", "enabled": true, "description": "blog",
          "expression": "starts_with(http.request.uri.path, \"/blog/\")", "action_parameters": { "from_value": {
            "status_code": 301, "target_url": { "expression": "concat(\"https://blog.example\", lower(http.request.uri.path))" } } } },
    ] })
}

/// A folder of answers: a zone, its records, its redirects, a setting.
fn saved(folder: &Path, tls: &str) {
    fs::write(folder.join("a.json"), answer(&zone())).unwrap();
    fs::write(folder.join("b.json"), answer(&records())).unwrap();
    fs::write(folder.join("c.json"), answer(&redirects())).unwrap();
    fs::write(folder.join("d.json"), answer(&json!([{ "id": "min_tls_version", "value": tls }])))
        .unwrap();
}

#[test]
fn a_folder_becomes_a_fleet_and_a_report() {
    let folder = tempfile::tempdir().unwrap();
    let (answers, output) = (folder.path().join("answers"), folder.path().join("out"));
    fs::create_dir(&answers).unwrap();
    saved(&answers, "1.2");
    fs::write(
        folder.path().join("urls.csv"),
        "url,requests\nhttps://shop.example/blog/a,25\nhttps://shop.example/,75\n",
    )
    .unwrap();
    let arguments = [
        "import",
        "cloudflare",
        answers.to_str().unwrap(),
        "-o",
        output.to_str().unwrap(),
        "--requests",
        folder.path().join("urls.csv").to_str().unwrap(),
        "--require",
        "90",
    ]
    .map(str::to_owned);
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    let done = cdn_cli(&arguments);
    assert_eq!(done.status.code(), Some(1), "{}", text(&done.stderr));
    insta::assert_snapshot!(text(&done.stdout), @r#"
    zone                          things  translated  changed  no-op  manual  covered
    shop.example                       6           3        2      0       1    83.3%

    manual: Single redirects blog: starts_with(http.request.uri.path, "/blog/"),
    25.0 % of requests
      - where it leads cannot be said by the wildcards of a path (path starts with
        "/blog/"): list the paths that are in use in `redirects`, or let the origin
        redirect
    "#);
    let fleet = Fleet::read(&output.join("fleet.toml")).unwrap();
    assert_eq!(fleet.sites[0].delivery.redirects["/old"].to, "/new");
    let report: Value =
        serde_json::from_slice(&fs::read(output.join("report.json")).unwrap()).unwrap();
    assert_eq!(report["coverage"]["all"], 6);
    let records: Value =
        serde_json::from_slice(&fs::read(output.join("records.json")).unwrap()).unwrap();
    assert_eq!(
        records["shop.example"]["Changes"][0]["ResourceRecordSet"]["Name"],
        "mail.shop.example"
    );
    let page = fs::read_to_string(output.join("report.html")).unwrap();
    assert!(!page.contains("http://") && !page.contains("<script") && !page.contains("src="));
}

#[test]
fn a_second_import_keeps_what_people_wrote() {
    let folder = tempfile::tempdir().unwrap();
    let (answers, output) = (folder.path().join("answers"), folder.path().join("out"));
    fs::create_dir(&answers).unwrap();
    let arguments =
        ["import", "cloudflare", answers.to_str().unwrap(), "-o", output.to_str().unwrap()];
    saved(&answers, "1.2");
    assert_eq!(cdn_cli(&arguments).status.code(), Some(0));
    let file = output.join("fleet.toml");
    let own = fs::read_to_string(&file)
        .unwrap()
        .replace("\"/old\" = \"/new\"", "\"/old\" = \"/newest\" # ours");
    fs::write(&file, &own).unwrap();
    saved(&answers, "1.3");
    let done = cdn_cli(&arguments);
    let told = text(&done.stderr);
    assert_eq!(told.lines().next(), Some("changed: sites.shop.tls"), "{told}");
    let merged = fs::read_to_string(&file).unwrap();
    assert_eq!(
        merged.lines().filter(|line| !own.contains(line)).collect::<Vec<_>>(),
        ["tls = \"TLSv1.3_2025\""]
    );
    fs::remove_file(output.join("fleet.imported.toml")).unwrap();
    let refused = cdn_cli(&arguments);
    assert_eq!(refused.status.code(), Some(2));
}

#[test]
fn an_expression_is_explained() {
    let done = cdn_cli(&[
        "import",
        "explain",
        "http.host eq \"a.example\" and http.request.uri.path.extension in {\"css\" \"js\"}",
        "--host",
        "a.example",
    ]);
    assert_eq!(done.status.code(), Some(0));
    insta::assert_snapshot!(text(&done.stdout), @r#"
    expression  http.host eq "a.example" and http.request.uri.path.extension in {"css" "js"}
    type        boolean
    asks        (extension is "css" or extension is "js")
    behaviors   *.css  *.js
    firewall    when = { any = [{ path = { matches = '(?i)[^/]\.css$' } }, { path = { matches = '(?i)[^/]\.js$' } }] }

    and
      compare: … eq "a.example"
        field http.host (string)
      compare: … in {"css" "js"}
        field http.request.uri.path.extension (string)
    "#);
    let wrong = cdn_cli(&["import", "explain", "http.host equals \"a\""]);
    assert_eq!(wrong.status.code(), Some(2));
    insta::assert_snapshot!(text(&wrong.stderr), @r#"
    error: expected an operator, found `equals`
      http.host equals "a"
                ^^^^^^
      hint: write `eq`

    hint: what the language has: docs/rules-language.md; quote the whole expression
          for the shell
    "#);
}

/// A server that answers as Cloudflare does: how often each path was asked for.
#[derive(Clone, Default)]
struct Peer {
    asked: Arc<Mutex<HashMap<String, usize>>>,
}

impl Peer {
    fn serve() -> (Self, String) {
        let peer = Self::default();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().fallback(respond).with_state(peer.clone());
        std::thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                axum::serve(listener, router).await.unwrap();
            });
        });
        (peer, format!("http://{address}/client/v4"))
    }
}

async fn respond(State(peer): State<Peer>, request: Request) -> Response {
    let uri = request.uri();
    let target = uri
        .path_and_query()
        .map_or("", |it| it.as_str())
        .trim_start_matches("/client/v4/")
        .to_owned();
    let bearer =
        request.headers().get("authorization").and_then(|it| it.to_str().ok()).unwrap_or_default();
    if bearer != "Bearer good" {
        let body = r#"{"success":false,"errors":[{"code":9109,"message":"Invalid access token"}],"result":null}"#;
        return (StatusCode::FORBIDDEN, body).into_response();
    }
    let times = {
        let mut asked = peer.asked.lock().unwrap();
        let times = asked.entry(target.clone()).or_default();
        *times += 1;
        *times
    };
    if target.ends_with("settings") && times == 1 {
        return (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "0")], "slow down")
            .into_response();
    }
    let of_zone = target.strip_prefix(&format!("zones/{ZONE}/"));
    let item = |index: u32| {
        json!({ "id": format!("i{index}"), "created_on": "2026-01-01T00:00:00Z", "redirect": {
        "source_url": format!("shop.example/{index}"), "target_url": "https://shop.example/all", "status_code": 301,
        "preserve_query_string": true } })
    };
    let body = match (of_zone, target.as_str()) {
        (Some("settings"), _) => answer(&json!([{ "id": "http3", "value": "off" }])),
        (Some("dns_records?per_page=100"), _) => page(&records()[0], 1),
        (Some("dns_records?per_page=100&page=2"), _) => page(&records()[1], 2),
        (Some("rulesets"), _) => answer(&json!([{ "id": "r1", "kind": "zone", "version": "1",
            "phase": "http_request_dynamic_redirect" }])),
        (Some("rulesets/r1"), _) => answer(&redirects()),
        (Some("waiting_rooms"), _) => {
            let body = r#"{"success":false,"errors":[{"code":10000,"message":"Authentication error"}],"result":null}"#;
            return (StatusCode::FORBIDDEN, body).into_response();
        }
        (None, "zones?name=shop.example") => answer(&json!([zone()])),
        (None, "zones?name=other.example") => answer(&json!([])),
        (None, "accounts/acc/rules/lists") => answer(&json!([{ "id": LIST, "name": "moved", "kind": "redirect", "num_items": 2 }])),
        (None, path) if path == format!("accounts/acc/rules/lists/{LIST}/items?per_page=500") => {
            json!({ "success": true, "errors": [], "result": [item(1)], "result_info": { "cursors": { "after": "next" } } }).to_string()
        }
        (None, path) if path == format!("accounts/acc/rules/lists/{LIST}/items?per_page=500&cursor=next") => answer(&json!([item(2)])),
        (Some("managed_headers"), _) => answer(&json!({ "managed_request_headers": [], "managed_response_headers": [] })),
        (Some("url_normalization"), _) => answer(&json!({ "scope": "incoming", "type": "cloudflare" })),
        (Some("argo/smart_routing"), _) => answer(&json!({ "id": "smart_routing", "value": "off" })),
        _ => answer(&json!([])),
    };
    body.into_response()
}

fn page(record: &Value, number: u32) -> String {
    json!({ "success": true, "errors": [], "result": [record],
        "result_info": { "page": number, "per_page": 1, "total_count": 2, "total_pages": 2 } })
    .to_string()
}

#[test]
fn a_zone_is_asked_for_and_kept() {
    let (peer, api) = Peer::serve();
    let folder = tempfile::tempdir().unwrap();
    let (kept, first, second) =
        (folder.path().join("kept"), folder.path().join("first"), folder.path().join("second"));
    let done = cdn_cli(&[
        "import",
        "cloudflare",
        "--zone",
        "shop.example",
        "--api",
        &api,
        "--json",
        "--save",
        kept.to_str().unwrap(),
        "-o",
        first.to_str().unwrap(),
    ]);
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    let report: Value = serde_json::from_slice(&done.stdout).unwrap();
    let unread: Vec<_> =
        report["unread"].as_array().unwrap().iter().map(|it| it["why"].clone()).collect();
    assert_eq!(unread, ["Cloudflare refused to answer: Authentication error (10000)"]);
    let fleet = Fleet::read(&first.join("fleet.toml")).unwrap();
    let paths: Vec<_> = fleet.sites[0].delivery.redirects.keys().map(String::as_str).collect();
    assert_eq!((paths, fleet.sites[0].delivery.http3), (vec!["/1", "/2", "/old"], false));
    let asked = peer.asked.lock().unwrap().clone();
    assert_eq!(asked[&format!("zones/{ZONE}/settings")], 2, "what is too much is asked for again");
    // What was kept says the same.
    let again =
        cdn_cli(&["import", "cloudflare", kept.to_str().unwrap(), "-o", second.to_str().unwrap()]);
    assert_eq!(again.status.code(), Some(0));
    let of = |folder: &Path| fs::read_to_string(folder.join("fleet.toml")).unwrap();
    assert_eq!(of(&first), of(&second));
}

#[test]
fn what_cannot_be_asked_for_is_told() {
    let (_peer, api) = Peer::serve();
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().to_str().unwrap();
    let ask = |token: &str, zone: &str| {
        let mut command = Command::cargo_bin("cdn-cli").unwrap();
        command.args(["import", "cloudflare", "--zone", zone, "--api", &api, "-o", output]);
        command.env("CLOUDFLARE_API_TOKEN", token).env("NO_PROXY", "127.0.0.1");
        let done = command.output().unwrap();
        assert_eq!(done.status.code(), Some(2));
        text(&done.stderr).replace(&api, "API")
    };
    insta::assert_snapshot!(ask("expired", "shop.example"), @"
    asking Cloudflare for shop.example
    error: zones?name=shop.example: Cloudflare refuses the token

    hint: it has expired or was taken back: make another and put it into
          CLOUDFLARE_API_TOKEN
    ");
    insta::assert_snapshot!(ask("good", "other.example"), @"
    asking Cloudflare for other.example
    error: the token sees no zone other.example

    hint: look at the name, and at the zones that the token may read
    ");
    insta::assert_snapshot!(ask("", "shop.example"), @"
    error: CLOUDFLARE_API_TOKEN is not set

    hint: make a token that may only read (My Profile, API Tokens, Read all
          resources) and put it into the environment; it never stands on the command
          line
    ");
}

#[test]
fn both_sides_are_asked_for_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    fs::create_dir(path("answers")).unwrap();
    saved(Path::new(&path("answers")), "1.2");
    let list = "https://shop.example/old?a=1\nPOST https://shop.example/orders\n  Cookie: a=b\n\
                https://other.example/\n";
    fs::write(path("urls.txt"), list).unwrap();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let line =
        json!({ "ClientRequestHost": "shop.example", "ClientRequestURI": "/blog/x?utm_source=y" });
    packed.write_all(line.to_string().as_bytes()).unwrap();
    fs::write(path("log.gz"), packed.finish().unwrap()).unwrap();
    let sitemap = "<urlset><url><loc>https://shop.example/about</loc></url></urlset>";
    fs::write(path("sitemap.xml"), sitemap).unwrap();
    let (answers, urls) = (path("answers"), path("urls.txt"));
    let (log, sitemap) = (path("log.gz"), path("sitemap.xml"));
    let check = ["import", "check", &answers, "--urls", &urls];
    let all = [&check[..], &["--logs", &log, "--sitemap", &sitemap, "--json"]].concat();
    let done = cdn_cli(&all);
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    let report: Value = serde_json::from_slice(&done.stdout).unwrap();
    let counts = ["requests", "agreed", "explained", "left_out"].map(|key| report[key].clone());
    assert_eq!(counts, [4, 3, 1, 1].map(Value::from));
    assert_eq!(report["groups"][0]["explained"]["verdict"], "manual");
    assert_eq!(report["groups"][0]["example"], "https://shop.example/blog/x?utm_source=y");

    // What people changed since is theirs to know.
    let output = path("out");
    assert_eq!(cdn_cli(&["import", "cloudflare", &answers, "-o", &output]).status.code(), Some(0));
    let fleet = format!("{output}/fleet.toml");
    let changed = fs::read_to_string(&fleet).unwrap().replace("\"/new\"", "\"/newest\"");
    fs::write(&fleet, changed).unwrap();
    let done = cdn_cli(&[&check[..], &["--fleet", &fleet]].concat());
    assert_eq!(done.status.code(), Some(1), "{}", text(&done.stderr));
    let told = text(&done.stdout);
    let lines: Vec<&str> = told.lines().collect();
    assert_eq!(lines[3], "        1  differ, and no verdict says so", "{told}");
    assert!(lines.contains(&"        1  redirect: location"), "{told}");
    assert!(lines.iter().all(|line| line.chars().count() <= 80), "{told}");
}

#[test]
fn a_check_without_requests_says_what_to_name() {
    let folder = tempfile::tempdir().unwrap();
    saved(folder.path(), "1.2");
    let answers = folder.path().to_str().unwrap();
    let done = cdn_cli(&["import", "check", answers]);
    assert_eq!(done.status.code(), Some(2));
    assert!(text(&done.stderr).contains("--urls FILE"), "{}", text(&done.stderr));
    let list = folder.path().join("urls.txt");
    fs::write(&list, "shop.example/a\n").unwrap();
    let done = cdn_cli(&["import", "check", answers, "--urls", list.to_str().unwrap()]);
    assert_eq!(done.status.code(), Some(2));
    assert!(text(&done.stderr).contains("line 1: `shop.example/a` is no URL"));
}
