//! The server that all clients ask.

use std::fs;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

/// nginx, until it is dropped.
pub(crate) struct Server {
    process: Child,
    /// `http://127.0.0.1:<port>`.
    pub(crate) base: String,
}

/// How long it may take to begin.
const PATIENCE: Duration = Duration::from_secs(10);

impl Server {
    /// Begins, with its files in a folder.
    pub(crate) fn start(folder: &Path) -> anyhow::Result<Self> {
        // Free a moment ago; nobody else on a loopback address is expected to take it meanwhile.
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let file = folder.join("nginx.conf");
        fs::write(&file, configuration(folder, port))?;
        let mut command = Command::new("nginx");
        command.arg("-e").arg("stderr").arg("-p").arg(folder).arg("-c").arg(&file);
        command.stdin(Stdio::null()).stdout(Stdio::null());
        let process = command.spawn().context("starting nginx (Debian: nginx-light)")?;
        let server = Self { process, base: format!("http://127.0.0.1:{port}") };
        let begun = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            if begun.elapsed() > PATIENCE {
                bail!("nginx does not answer at {}", server.base);
            }
            thread::sleep(Duration::from_millis(10));
        }
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The master would leave its worker behind if it was killed: it is the only process here.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// One process, which answers as CloudFront does what it has in its cache.
fn configuration(folder: &Path, port: u16) -> String {
    let folder = folder.display();
    let body = "0".repeat(100);
    format!(
        "daemon off;
master_process off;
pid {folder}/nginx.pid;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  keepalive_requests 1000000000;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port};
    location / {{
      default_type application/octet-stream;
      add_header Cache-Control \"public, max-age=86400\";
      add_header X-Cache \"Hit from cloudfront\";
      add_header Age 60;
      return 200 \"{body}\";
    }}
  }}
}}
"
    )
}
