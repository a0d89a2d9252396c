//! `cdn-cli dev` in this process, on a free port, with two small shops of its own.

use std::fs;
use std::io::Read as _;
use std::net::SocketAddr;
use std::path::Path;

use anyhow::Context as _;
use cdn_cli::{DevOptions, DevServer};
use flate2::read::MultiGzDecoder;
use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::fixture::{fixture, jpeg, scene};

/// The first shop; it answers plain `localhost` too.
pub const FIRST: &str = "atelier";
/// The second shop.
pub const SECOND: &str = "harbor";
/// A photo of the first shop, 1080 x 720.
pub const PHOTO: &str = "/photos/scene.jpg";

const FLEET: &str = r#"
[[sites]]
name = "atelier"
domains = ["www.atelier.example"]
origin = { folder = "atelier" }

[[sites]]
name = "harbor"
domains = ["harbor.example"]
origin = { folder = "harbor" }
"#;

/// A file that fits into no socket's buffers.
const LARGE_BYTES: usize = 24 * 1024 * 1024;

/// The running server.
pub struct Dev {
    address: SocketAddr,
    folder: TempDir,
    client: reqwest::Client,
    stop: oneshot::Sender<()>,
    server: JoinHandle<anyhow::Result<()>>,
}

/// A line of an access log, by the names of the columns.
#[derive(Clone, Debug)]
pub struct LogLine(Vec<(String, String)>);

impl Dev {
    /// Writes the shops and starts to serve them.
    ///
    /// # Errors
    /// Where the server does not start.
    pub async fn start() -> anyhow::Result<Self> {
        // A second call fails, which leaves the first one's provider.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder = tempfile::tempdir()?;
        write_shops(folder.path())?;
        let server = DevServer::bind(&DevOptions {
            fleet: folder.path().join("fleet.toml"),
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            data: folder.path().join("data"),
        })
        .await?;
        let address = server.address();
        let (stop, stopped) = oneshot::channel::<()>();
        let until = async {
            // The sender is dropped only with the whole test.
            let _ = stopped.await;
        };
        let server = tokio::spawn(server.serve_until(until));
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
        Ok(Self { address, folder, client: client.build()?, stop, server })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The folder of the shops, each in a folder of its name.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A request with this `Host` (without its port) and these headers.
    pub fn request(
        &self,
        method: http::Method,
        host: &str,
        path: &str,
        headers: &[(&str, &str)],
    ) -> reqwest::RequestBuilder {
        let url = format!("http://{}{path}", self.address);
        let host = format!("{host}:{}", self.address.port());
        let request = self.client.request(method, url).header("host", host);
        headers.iter().fold(request, |request, (name, value)| request.header(*name, *value))
    }

    /// The answer to a `GET` on plain `localhost`.
    ///
    /// # Errors
    /// Where there is none.
    pub async fn get(
        &self,
        path: &str,
        headers: &[(&str, &str)],
    ) -> anyhow::Result<http::Response<bytes::Bytes>> {
        self.answer(self.request(http::Method::GET, "localhost", path, headers)).await
    }

    /// The whole answer to a request.
    ///
    /// # Errors
    /// Where there is none.
    pub async fn answer(
        &self,
        request: reqwest::RequestBuilder,
    ) -> anyhow::Result<http::Response<bytes::Bytes>> {
        let answer = request.send().await?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let mut whole = http::Response::new(answer.bytes().await?);
        *whole.status_mut() = status;
        *whole.headers_mut() = headers;
        Ok(whole)
    }

    /// Stops the server and reads the access log of a shop, in the order of its files and lines.
    ///
    /// # Errors
    /// Where the server failed, or the log is not of the form.
    pub async fn stop_and_read_log(self, site: &str) -> anyhow::Result<Vec<LogLine>> {
        // It fails only where the server has ended, which the next line tells.
        let _ = self.stop.send(());
        drop(self.client);
        self.server.await??;
        read_log(&self.folder.path().join("data/logs").join(site))
    }
}

impl LogLine {
    /// The value of a column.
    ///
    /// # Panics
    /// Where the log has no such column.
    pub fn column(&self, name: &str) -> &str {
        let column = self.0.iter().find(|(own, _)| own == name);
        column.map(|(_, value)| value.as_str()).expect("a column of the format")
    }
}

fn write_shops(folder: &Path) -> anyhow::Result<()> {
    for site in [FIRST, SECOND] {
        let photos = folder.join(site).join("photos");
        fs::create_dir_all(&photos)?;
        fs::write(folder.join(site).join("index.html"), format!("<h1>{site}</h1>"))?;
        fs::write(photos.join("scene.jpg"), fixture("scene.jpg").context("a fixture")?)?;
    }
    fs::write(folder.join(FIRST).join("photos/wide.jpg"), jpeg(&scene(1800, 600), 90))?;
    fs::write(folder.join(FIRST).join("photos/cutout.png"), fixture("cutout.png").context("one")?)?;
    fs::write(folder.join(FIRST).join("catalog.bin"), vec![7; LARGE_BYTES])?;
    fs::write(folder.join("fleet.toml"), FLEET)?;
    Ok(())
}

fn read_log(folder: &Path) -> anyhow::Result<Vec<LogLine>> {
    let mut files = fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()?;
    files.sort();
    let mut lines = Vec::new();
    for file in files {
        let mut text = String::new();
        MultiGzDecoder::new(fs::File::open(&file)?).read_to_string(&mut text)?;
        let (head, rest) = text.split_once("#Fields: ").context("no #Fields line")?;
        anyhow::ensure!(head == "#Version: 1.0\n", "{head}");
        let (names, rest) = rest.split_once('\n').context("nothing but a header")?;
        for line in rest.lines() {
            let (names, values) = (names.split(' '), line.split('\t'));
            anyhow::ensure!(names.clone().count() == values.clone().count(), "{line}");
            let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
            lines.push(LogLine(names.zip(values).map(owned).collect()));
        }
    }
    Ok(lines)
}
