//! The router and the program, over TCP.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use edge_resizer_native::{HostConfig, SetupError, Shared, SiteService, Sites, router, serve};
use fleet::{Origin, Site};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

use crate::support::{Gate, PICTURE, VARIANT, metric, private, service_with, site, spawn};

/// Sends bytes, and reads until the server closes the connection.
async fn exchange(address: SocketAddr, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request).await.unwrap();
    let mut answer = Vec::new();
    // The server may close with bytes of ours unread, which resets the connection.
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

async fn get(address: SocketAddr, host: &str, path: &str) -> String {
    let request = format!("GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
    exchange(address, request.as_bytes()).await
}

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or("none")
}

/// Sites that each have one page: their name.
fn named(dir: &TempDir, name: &str, domains: &[&str]) -> Site {
    let root = dir.path().join(name);
    fs::create_dir_all(&root).unwrap();
    fs::write(root.join("index.html"), format!("this is {name}")).unwrap();
    fs::write(root.join("photo.svg"), PICTURE).unwrap();
    let domains = domains.iter().map(|&domain| domain.to_owned()).collect();
    Site { name: name.to_owned(), domains, ..site(Origin::Folder(root)) }
}

fn sites(sites: &[Site]) -> (Result<Sites, SetupError>, Arc<Shared>) {
    let shared = Arc::new(Shared::new(&HostConfig::default()).unwrap());
    let services =
        sites.iter().map(|site| SiteService::new(site, Arc::clone(&shared)).unwrap()).collect();
    (Sites::new(services), shared)
}

#[tokio::test]
async fn the_host_header_chooses_the_site() {
    let dir = TempDir::new().unwrap();
    let two = [
        named(&dir, "one", &["one.example", "www.one.example"]),
        named(&dir, "two", &["Two.example"]),
    ];
    let (two, shared) = sites(&two);
    let address = spawn(router(two.unwrap(), shared)).await;
    for (host, want) in [
        ("one.example", "this is one"),
        ("WWW.One.Example:8081", "this is one"),
        ("two.example.", "this is two"),
        ("three.example", "no site answers to this host name\n"),
        ("", "no site answers to this host name\n"),
        ("[::1]:8081", "no site answers to this host name\n"),
    ] {
        let answer = get(address, host, "/").await;
        assert!(answer.ends_with(want), "{host}: {answer}");
    }
    let absolute =
        b"GET http://two.example/ HTTP/1.1\r\nhost: one.example\r\nconnection: close\r\n\r\n";
    assert!(exchange(address, absolute).await.ends_with("this is two"));

    let (one, shared) = sites(&[named(&dir, "one", &[])]);
    let address = spawn(router(one.unwrap(), shared)).await;
    for host in ["anything.example", "127.0.0.1:8081", "[::1]"] {
        assert!(get(address, host, "/").await.ends_with("this is one"), "{host}");
    }
}

#[tokio::test]
async fn two_sites_cannot_share_a_name() {
    let dir = TempDir::new().unwrap();
    let both = [named(&dir, "one", &["shop.example"]), named(&dir, "two", &["SHOP.example"])];
    let error = sites(&both).0.err().unwrap().to_string();
    assert_eq!(error, "the host name SHOP.example belongs to two sites, one and two");
}

#[tokio::test]
async fn health_and_metrics_are_told() {
    let dir = TempDir::new().unwrap();
    let (one, shared) = sites(&[named(&dir, "one", &[])]);
    let address = spawn(router(one.unwrap(), Arc::clone(&shared))).await;
    assert!(get(address, "x", "/healthz").await.ends_with("\r\n\r\nok\n"));
    for path in [VARIANT, VARIANT, "/", "/missing"] {
        get(address, "x", path).await;
    }
    let metrics = get(address, "x", "/metrics").await;
    for line in [
        r#"edge_resizer_requests_total{status="200",cache="miss",error=""} 1"#,
        r#"edge_resizer_requests_total{status="200",cache="hit",error=""} 1"#,
        r#"edge_resizer_requests_total{status="200",cache="bypass",error=""} 1"#,
        r#"edge_resizer_requests_total{status="404",cache="bypass",error="9404"} 1"#,
        r#"edge_resizer_stage_seconds_count{stage="total"} 4"#,
        r#"edge_resizer_stage_seconds_count{stage="fetch"} 1"#,
        "edge_resizer_works_total 1",
        "edge_resizer_in_flight 0",
        "# EOF",
    ] {
        assert!(metrics.lines().any(|found| found == line), "{line} is not in\n{metrics}");
    }
    assert_ne!(metric(&shared, "edge_resizer_memory_cache_bytes"), "0");
    assert_ne!(metric(&shared, "edge_resizer_response_bytes_total"), "0");
    shared.begin_shutdown();
    assert_eq!(status(&get(address, "x", "/healthz").await), "503");
}

#[tokio::test]
async fn hostile_requests_are_survived() {
    let dir = TempDir::new().unwrap();
    let (one, shared) = sites(&[named(&dir, "one", &[])]);
    let address = spawn(router(one.unwrap(), shared)).await;
    let long = "x".repeat(70_000);
    for (line, want) in [
        ("GET * HTTP/1.1", "404"),
        ("OPTIONS * HTTP/1.1", "405"),
        ("GET /%00 HTTP/1.1", "400"),
        ("GET /%ff%fe HTTP/1.1", "400"),
        ("GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1", "400"),
        ("GET //etc/passwd HTTP/1.1", "404"),
        ("GET /cdn-cgi/image/ HTTP/1.1", "400"),
        ("GET /cdn-cgi/image/%/%% HTTP/1.1", "400"),
        ("GET /cdn-cgi/image/width=100/https://elsewhere.example/a.jpg HTTP/1.1", "403"),
        ("POST /cdn-cgi/image/width=100/photo.svg HTTP/1.1", "405"),
        ("CONNECT shop.example:443 HTTP/1.1", "405"),
        ("GET / HTTP/9.9", "400"),
        ("\u{0}\u{1}\u{2}", "400"),
        (&format!("GET /{long} HTTP/1.1"), "414"),
    ] {
        let request = format!("{line}\r\nhost: x\r\nconnection: close\r\n\r\n");
        let answer = exchange(address, request.as_bytes()).await;
        assert_eq!(status(&answer), want, "{}", &line[..line.len().min(80)]);
    }
    assert!(get(address, "x", "/healthz").await.ends_with("ok\n"));
}

#[tokio::test]
async fn a_client_that_leaves_takes_its_work_along() {
    let gate = Gate::default();
    let (service, shared) =
        service_with(&site(private(gate.spawn().await)), &HostConfig::default());
    let sites = Sites::new(vec![service]).unwrap();
    let address = spawn(router(sites, Arc::clone(&shared))).await;
    let mut client = TcpStream::connect(address).await.unwrap();
    let request = format!("GET {VARIANT} HTTP/1.1\r\nhost: x\r\n\r\n");
    client.write_all(request.as_bytes()).await.unwrap();
    gate.arrived().await;
    drop(client);
    gate.left().await;
    assert_eq!(metric(&shared, "edge_resizer_cancelled_total"), "1");
}

#[tokio::test]
async fn running_requests_are_finished_before_the_end() {
    let gate = Gate::default();
    let (service, shared) =
        service_with(&site(private(gate.spawn().await)), &HostConfig::default());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let stopped = async { stopped.await.unwrap() };
    let router = router(Sites::new(vec![service]).unwrap(), shared);
    let server = serve(listener, router, stopped, Duration::from_mins(1));
    let client = async {
        gate.arrived().await;
        stop.send(()).unwrap();
        // The listener is closed when nobody answers any more.
        while TcpStream::connect(address).await.is_ok() {
            tokio::task::yield_now().await;
        }
        gate.open();
    };
    let (ended, answer, ()) = tokio::join!(server, get(address, "x", VARIANT), client);
    ended.unwrap();
    assert_eq!(status(&answer), "200");
}

#[tokio::test]
async fn requests_that_do_not_end_are_given_up() {
    let gate = Gate::default();
    let (service, shared) =
        service_with(&site(private(gate.spawn().await)), &HostConfig::default());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = router(Sites::new(vec![service]).unwrap(), shared);
    let arrived = {
        let gate = gate.clone();
        async move { gate.arrived().await }
    };
    let server = serve(listener, router, arrived, Duration::ZERO);
    tokio::select! {
        ended = server => ended.unwrap(),
        answer = get(address, "x", VARIANT) => panic!("the gate is closed: {answer}"),
    }
}

/// The program, started with a fleet of one folder.
fn start(fleet: &std::path::Path) -> Child {
    Command::new(env!("CARGO_BIN_EXE_edge-server"))
        .args(["--listen", "127.0.0.1:0", "--fleet"])
        .arg(fleet)
        .env_remove("RUST_LOG")
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

#[cfg(unix)]
#[tokio::test]
async fn the_program_serves_until_it_is_told_to_end() {
    let dir = TempDir::new().unwrap();
    named(&dir, "one", &[]);
    let fleet = dir.path().join("fleet.toml");
    fs::write(
        &fleet,
        "[[sites]]\nname = \"one\"\ndomains = [\"one.example\"]\norigin.folder = \"one\"\n",
    )
    .unwrap();
    let mut program = start(&fleet);
    let mut log = BufReader::new(program.stderr.take().unwrap());
    let mut line = String::new();
    log.read_line(&mut line).unwrap();
    let address = line.split("address=").nth(1).and_then(|rest| rest.split(' ').next());
    let address = address.unwrap_or_else(|| panic!("no address in {line}")).parse().unwrap();
    assert_eq!(status(&get(address, "x", VARIANT).await), "200");
    let signalled = Command::new("kill").arg(program.id().to_string()).status().unwrap();
    assert!(signalled.success());
    assert_eq!(program.wait().unwrap().code(), Some(0));
}

#[test]
fn the_program_says_what_keeps_it_from_starting() {
    let dir = TempDir::new().unwrap();
    let fleet = dir.path().join("fleet.toml");
    let mut program = start(&fleet);
    let mut log = String::new();
    program.stderr.take().unwrap().read_to_string(&mut log).unwrap();
    assert_eq!(program.wait().unwrap().code(), Some(2));
    assert!(log.contains("reading the fleet: cannot read"), "{log}");
    assert!(log.contains("fleet.toml"), "{log}");
}
