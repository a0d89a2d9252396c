//! The tree: edges -> regional caches -> shield -> origin, all of them nginx with `proxy_cache`.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use cache_warmer::{
    Client, ClientOptions, Dns, JournalFolder, Location, Names, Places, Plan, Report, Settings,
    Spool, SpoolWriter, Variants, Wanted, warm,
};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tempfile::TempDir;
use url::Url;

use crate::dns;
use crate::origin::Origin;

pub(crate) const HOST: &str = "shop.example";
const DISTRIBUTION: &str = "d1.edge.test";

/// Edge locations: name, last part of its address, regional cache.
const EDGES: [(&str, u8, &str); 3] =
    [("EDA1-P1", 11, "first"), ("EDB1-P1", 12, "second"), ("EDC1-P1", 13, "second")];
/// A name that leads to the first edge, though it is another's.
pub(crate) const MOVED: &str = "EDX1-P1";
/// Regional caches: name, last part of the address, and whom they ask.
const REGIONAL: [(&str, u8); 2] = [("first", 21), ("second", 22)];
const SHIELD: u8 = 31;

pub(crate) struct Tree {
    pub(crate) origin: Origin,
    pub(crate) port: u16,
    resolver: SocketAddr,
    authority: String,
    nginx: Nginx,
}

/// A running nginx, and its folder.
struct Nginx {
    folder: TempDir,
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let stopped = nginx(self.folder.path()).args(["-s", "stop"]).status();
        assert!(stopped.is_ok_and(|it| it.success()) || std::thread::panicking());
    }
}

fn nginx(folder: &Path) -> Command {
    let mut command = Command::new("nginx");
    command.arg("-p").arg(folder).arg("-c").arg(folder.join("nginx.conf"));
    command.arg("-e").arg(folder.join("error.log"));
    command
}

impl Tree {
    /// Starts all of it. nginx goes to the background when it listens.
    pub(crate) async fn start() -> Self {
        let origin = Origin::start().await;
        let folder = tempfile::tempdir().unwrap();
        let port = free_port();
        let authority = certificates(folder.path());
        let text = configuration(folder.path(), port, origin.address);
        fs::write(folder.path().join("nginx.conf"), text).unwrap();
        let started = nginx(folder.path())
            .output()
            .expect("no nginx: Debian's nginx-light has it, cargo xtask test --install gets it");
        assert!(started.status.success(), "{}", String::from_utf8_lossy(&started.stderr));
        let resolver = dns::serve(names()).await;
        Self { origin, port, resolver, authority, nginx: Nginx { folder } }
    }

    pub(crate) fn url(&self, path: &str) -> Url {
        Url::parse(&format!("https://{HOST}:{}{path}", self.port)).unwrap()
    }

    pub(crate) fn client(&self, timeout: Duration) -> Client {
        let options = ClientOptions {
            timeout,
            authorities: Some(self.authority.clone().into_bytes()),
            ..ClientOptions::default()
        };
        let names = HashMap::from([(String::new(), DISTRIBUTION.to_owned())]);
        let resolver = Dns::new(Some(self.resolver)).unwrap();
        Client::new(&options, Names::new(Box::new(resolver), names)).unwrap()
    }

    /// Warms these addresses at the locations.
    pub(crate) async fn warmed(
        &self,
        urls: &[Url],
        locations: Vec<Location>,
        settings: Settings,
        timeout: Duration,
    ) -> Report {
        let spool = spool(urls, &self.nginx.folder.path().join("targets.txt"));
        let plan = Plan::new(&spool, Places::Locations(locations), Some("first"), 1.0);
        let folder = JournalFolder::new(&self.nginx.folder.path().join("journal")).unwrap();
        let client = self.client(timeout);
        let watch = Box::new(|_: &cache_warmer::Progress| ());
        warm(plan, spool, client, settings, Some(&folder), watch).await.unwrap()
    }
}

/// The three edges as a list of locations.
pub(crate) fn edges() -> Vec<Location> {
    let mut csv = "location,weight,regional,price\n".to_owned();
    for (name, weight, regional) in EDGES {
        writeln!(csv, "{name},{weight},{regional},us").unwrap();
    }
    Location::list(csv.as_bytes()).unwrap()
}

/// What browsers ask for at these addresses.
pub(crate) fn spool(urls: &[Url], file: &Path) -> Spool {
    let variants = Variants::new(vec![shop()], &[], Wanted::default());
    let mut writer = SpoolWriter::create(file).unwrap();
    for url in urls {
        for (target, key) in variants.of(url).unwrap() {
            writer.add(&target, key).unwrap();
        }
    }
    writer.finish().unwrap()
}

fn shop() -> cache_warmer::Shop {
    let policy = edge_resizer::Policy::default();
    cache_warmer::Shop { name: "shop".to_owned(), hosts: vec![HOST.to_owned()], policy }
}

fn names() -> HashMap<String, Ipv4Addr> {
    let edges = EDGES.iter().map(|(name, last, _)| (*name, *last));
    edges
        .chain([(MOVED, EDGES[0].1)])
        .map(|(name, last)| {
            (format!("d1.{}.edge.test", name.to_lowercase()), Ipv4Addr::new(127, 0, 0, last))
        })
        .collect()
}

/// One that is free at every address of the tree. Tests that run at once are given one after the
/// other, so that none gets another's.
fn free_port() -> u16 {
    static TAKEN: OnceLock<std::sync::Mutex<Vec<u16>>> = OnceLock::new();
    let mut taken = TAKEN.get_or_init(Default::default).lock().unwrap();
    loop {
        let listener = std::net::TcpListener::bind("127.0.0.31:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        if !taken.contains(&port) {
            taken.push(port);
            return port;
        }
    }
}

/// Writes a certificate for the shop; gives the authority's.
fn certificates(folder: &Path) -> String {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let leaf = CertificateParams::new(vec![HOST.to_owned()]).unwrap();
    let leaf = leaf.signed_by(&key, &authority).unwrap();
    fs::write(folder.join("leaf.pem"), leaf.pem()).unwrap();
    fs::write(folder.join("leaf.key"), key.serialize_pem()).unwrap();
    authority.pem()
}

/// Headers as CloudFront writes them; the cache key has what the viewer function makes of `Accept`.
fn configuration(folder: &Path, port: u16, origin: SocketAddr) -> String {
    let path = |name: &str| -> PathBuf { folder.join(name) };
    let mut text = format!(
        r#"daemon on; master_process off; pid {pid};
events {{ worker_connections 2048; }}
http {{
  access_log off; client_body_temp_path {tmp}; proxy_temp_path {tmp}; fastcgi_temp_path {tmp};
  uwsgi_temp_path {tmp}; scgi_temp_path {tmp};
  ssl_certificate {cert}; ssl_certificate_key {key};
  map $http_accept $format {{ default basic; ~image/avif avif; ~image/webp webp; }}
  map $upstream_cache_status $x_cache {{
    default "Error from cloudfront"; HIT "Hit from cloudfront"; MISS "Miss from cloudfront";
    EXPIRED "Miss from cloudfront"; REVALIDATED "RefreshHit from cloudfront";
  }}
  proxy_cache_key $host$request_uri$format; proxy_cache_lock on; proxy_cache_lock_timeout 60s;
  proxy_set_header Host $host; proxy_set_header Accept-Encoding ""; proxy_http_version 1.1;
  proxy_set_header Connection ""; proxy_ignore_headers Vary;
"#,
        pid = path("nginx.pid").display(),
        tmp = path("tmp").display(),
        cert = path("leaf.pem").display(),
        key = path("leaf.key").display(),
    );
    let mut server = |name: &str, last: u8, listen: &str, upstream: String, more: &str| {
        let folder = path(name);
        writeln!(
            text,
            r"  proxy_cache_path {folder} keys_zone={name}:4m;
  server {{
    listen 127.0.0.{last}:{port}{listen}; server_name _; proxy_cache {name};
    {more}
    location / {{ proxy_pass http://{upstream}; }}
  }}",
            folder = folder.display(),
        )
        .unwrap();
    };
    server("shield", SHIELD, "", origin.to_string(), "");
    for (name, last) in REGIONAL {
        server(name, last, "", format!("127.0.0.{SHIELD}:{port}"), "");
    }
    for (name, last, regional) in EDGES {
        let upstream = REGIONAL.iter().find(|(it, _)| *it == regional).unwrap().1;
        let more = format!(
            r#"add_header X-Cache $x_cache always; add_header X-Amz-Cf-Pop {name} always;
    location = /waf.jpg {{
      add_header X-Cache "Error from cloudfront" always; add_header X-Amz-Cf-Pop {name} always;
      return 403;
    }}
    location = /reset.jpg {{ return 444; }}"#
        );
        // The last speaks HTTP/1.1 alone.
        let listen = if last == 13 { " ssl" } else { " ssl http2" };
        server(&name.replace('-', ""), last, listen, format!("127.0.0.{upstream}:{port}"), &more);
    }
    text.push_str("}\n");
    text
}
