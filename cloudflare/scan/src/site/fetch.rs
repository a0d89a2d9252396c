//! One request at a time, within bounds.

use std::io::Read as _;
use std::time::Duration;

use flate2::read::GzDecoder;
use reqwest::header::{CONTENT_TYPE, HeaderMap, LOCATION};
use reqwest::{Client, Response, redirect};
use url::Url;

use super::{AGENT, Limits, SiteError};

/// How long an answer may take as a whole.
const PATIENCE: Duration = Duration::from_secs(30);
/// Bytes of one answer, packed or not.
const MOST_BYTES: u64 = 16 * 1024 * 1024;

/// Asks, and keeps count.
#[derive(Debug)]
pub(super) struct Fetcher {
    client: Client,
    pages_left: usize,
    bytes_left: u64,
    pause: Duration,
    is_first: bool,
}

/// An answer that was read.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) media_type: Option<String>,
    pub(super) body: Vec<u8>,
    location: Option<String>,
}

impl Fetcher {
    pub(super) fn new(limits: &Limits) -> Result<Self, SiteError> {
        // It fails only where a provider is installed already, which does as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .user_agent(format!("{AGENT}/{}", env!("CARGO_PKG_VERSION")))
            .redirect(redirect::Policy::none())
            .timeout(PATIENCE)
            .build()?;
        Ok(Self {
            client,
            pages_left: limits.pages,
            bytes_left: limits.bytes,
            pause: limits.pause,
            is_first: true,
        })
    }

    /// Whether a limit is reached.
    pub(super) fn is_spent(&self) -> bool {
        self.pages_left == 0 || self.bytes_left == 0
    }

    /// Asks for a URL, after a pause.
    pub(super) async fn get(&mut self, url: &Url) -> Result<Answer, String> {
        if !std::mem::replace(&mut self.is_first, false) {
            tokio::time::sleep(self.pause).await;
        }
        self.pages_left = self.pages_left.saturating_sub(1);
        let response =
            self.client.get(url.clone()).send().await.map_err(|error| innermost(&error))?;
        let status = response.status().as_u16();
        let [media_type, location] =
            [CONTENT_TYPE, LOCATION].map(|name| text(response.headers(), name.as_str()));
        let body = self.body(response).await?;
        let (media_type, body) = unpacked(url, media_type, body)?;
        Ok(Answer { status, media_type, body, location })
    }

    async fn body(&mut self, mut response: Response) -> Result<Vec<u8>, String> {
        let most = MOST_BYTES.min(self.bytes_left);
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| innermost(&error))? {
            body.extend_from_slice(&chunk);
            let length = body.len() as u64;
            if length > most {
                self.bytes_left = self.bytes_left.saturating_sub(length);
                return Err(format!("more than {most} bytes"));
            }
        }
        self.bytes_left = self.bytes_left.saturating_sub(body.len() as u64);
        Ok(body)
    }
}

impl Answer {
    /// Where it redirects to.
    pub(super) fn redirects_to(&self, from: &Url) -> Option<Url> {
        let is_redirect = (300..400).contains(&self.status);
        from.join(self.location.as_deref().filter(|_| is_redirect)?).ok()
    }
}

/// A sitemap may come packed, as a file: `sitemap.xml.gz`.
fn unpacked(
    url: &Url,
    media_type: Option<String>,
    body: Vec<u8>,
) -> Result<(Option<String>, Vec<u8>), String> {
    if !url.path().ends_with(".xml.gz") || !body.starts_with(&[0x1f, 0x8b]) {
        return Ok((media_type, body));
    }
    let mut text = Vec::new();
    let mut reader = GzDecoder::new(body.as_slice()).take(MOST_BYTES + 1);
    reader.read_to_end(&mut text).map_err(|error| error.to_string())?;
    if text.len() as u64 > MOST_BYTES {
        return Err(format!("more than {MOST_BYTES} bytes when unpacked"));
    }
    Ok((Some("application/xml".to_owned()), text))
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    Some(headers.get(name)?.to_str().ok()?.to_owned())
}

fn innermost(error: &(dyn std::error::Error + 'static)) -> String {
    let mut last = error;
    while let Some(next) = last.source() {
        last = next;
    }
    last.to_string()
}
