//! Whether a site is well: it answers as a shopper would ask.

use std::net::SocketAddr;
use std::time::Duration;

use reqwest::{Client, Url, redirect};

/// Seconds that a site has for an answer.
const PATIENCE: Duration = Duration::from_secs(20);
/// Attempts before a site is called unwell: an edge that does not know the distribution yet
/// answers with an error for a while.
const ATTEMPTS: u32 = 3;

/// How sites are asked.
#[derive(Clone, Debug)]
pub(crate) struct Probe {
    /// Paths, `/`.
    pub(crate) paths: Vec<String>,
    /// Where all of them are asked in place of their distributions, for a stand-in of `CloudFront`.
    pub(crate) through: Option<Url>,
    /// Time between two attempts.
    pub(crate) pause: Duration,
}

/// Who is asked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Site<'a> {
    /// Its domains.
    pub(crate) domains: &'a [String],
    /// The name of its distribution, `d111111abcdef8.cloudfront.net`.
    pub(crate) endpoint: Option<&'a str>,
}

impl Probe {
    /// Asks for every path.
    ///
    /// # Errors
    /// What is wrong with the site.
    pub(crate) async fn ask(&self, site: &Site<'_>) -> Result<(), String> {
        // The first to install a provider wins, and any of them will do.
        let _ = rustls::crypto::ring::default_provider().install_default();
        for path in &self.paths {
            self.ask_for(site, path).await?;
        }
        Ok(())
    }

    async fn ask_for(&self, site: &Site<'_>, path: &str) -> Result<(), String> {
        let mut last = String::new();
        for attempt in 0..ATTEMPTS {
            if attempt > 0 {
                tokio::time::sleep(self.pause).await;
            }
            match self.once(site, path).await {
                Ok(()) => return Ok(()),
                Err(reason) => last = reason,
            }
        }
        Err(last)
    }

    async fn once(&self, site: &Site<'_>, path: &str) -> Result<(), String> {
        let endpoint = site.endpoint.unwrap_or_default();
        let host = site.domains.first().map_or(endpoint, String::as_str);
        let mut client = Client::builder().timeout(PATIENCE).redirect(redirect::Policy::none());
        let url = if let Some(through) = &self.through {
            through.join(path).map_err(|error| error.to_string())?
        } else {
            // The shop's own name, at the distribution: also while its DNS points elsewhere.
            client = client.resolve_to_addrs(host, &addresses(endpoint).await?);
            Url::parse(&format!("https://{host}{path}")).map_err(|error| error.to_string())?
        };
        let client = client.build().map_err(|error| error.to_string())?;
        let answer = client.get(url).header("host", host).send().await;
        match answer {
            Ok(answer) if answer.status().is_server_error() => {
                Err(format!("{host}{path} answers {}", answer.status()))
            }
            Ok(_) => Ok(()),
            Err(error) => Err(format!("{host}{path} does not answer: {}", innermost(&error))),
        }
    }
}

async fn addresses(host: &str) -> Result<Vec<SocketAddr>, String> {
    let found = tokio::net::lookup_host((host, 443)).await;
    Ok(found.map_err(|error| format!("{host} has no address: {error}"))?.collect())
}

fn innermost(error: &(dyn std::error::Error + 'static)) -> String {
    let mut last = error;
    while let Some(next) = last.source() {
        last = next;
    }
    last.to_string()
}
