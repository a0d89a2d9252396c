//! Requests, one after the other.

use std::sync::Arc;
use std::time::Duration;

use http::uri::{Authority, Scheme};
use http::{Response, Uri};
use hyper::body::Incoming;
use tokio::time::{Instant, timeout};

use super::lane::Lane;
use super::sender::{Sender, broken};
use super::{Answer, FetchError};
use crate::wish::Wish;

/// One after the other: a connection of its own, or a part of the shared one.
#[derive(Debug)]
pub struct Connection {
    pub(super) lane: Arc<Lane>,
    pub(super) open: Option<(Authority, Sender)>,
}

impl Connection {
    /// Asks, and reads the answer to its end.
    ///
    /// # Errors
    /// [`FetchError`].
    pub async fn get(&mut self, uri: &Uri, wish: Wish) -> Result<Answer, FetchError> {
        self.get_with(uri, wish, &mut |_| ()).await
    }

    pub(super) async fn get_with(
        &mut self,
        uri: &Uri,
        wish: Wish,
        take: &mut (dyn FnMut(&[u8]) + Send),
    ) -> Result<Answer, FetchError> {
        let patience = self.lane.client.timeout;
        if let Ok(answer) = timeout(patience, self.ask(uri, wish, take)).await {
            return answer;
        }
        self.open = None;
        Err(FetchError::Timeout(patience))
    }

    /// A connection that was open may have been closed meanwhile, which is nobody's fault.
    async fn ask(
        &mut self,
        uri: &Uri,
        wish: Wish,
        take: &mut (dyn FnMut(&[u8]) + Send),
    ) -> Result<Answer, FetchError> {
        let authority = uri.authority().ok_or_else(|| FetchError::Connect("no host".to_owned()))?;
        if self.is_open_to(authority) {
            match self.send(uri, wish).await {
                Ok((response, ttfb)) => return self.drain(response, ttfb, take).await,
                Err(_) => self.close().await,
            }
        }
        let sender = self.lane.connect(authority, uri.scheme() == Some(&Scheme::HTTPS)).await?;
        self.open = Some((authority.clone(), sender));
        match self.send(uri, wish).await {
            Ok((response, ttfb)) => self.drain(response, ttfb, take).await,
            Err(error) => {
                self.close().await;
                Err(error)
            }
        }
    }

    fn is_open_to(&self, authority: &Authority) -> bool {
        self.open.as_ref().is_some_and(|(to, open)| to == authority && !open.is_closed())
    }

    /// Gives a connection up, the shared one for all.
    async fn close(&mut self) {
        if let Some((_, Sender::Http2(own))) = self.open.take() {
            self.lane.forget(&own).await;
        }
    }

    async fn send(
        &mut self,
        uri: &Uri,
        wish: Wish,
    ) -> Result<(Response<Incoming>, Duration), FetchError> {
        let closed = || FetchError::Reset("closed".to_owned());
        let (authority, sender) = self.open.as_mut().ok_or_else(closed)?;
        let request = sender.request(authority, uri, wish, &self.lane.client.agent)?;
        let begun = Instant::now();
        let response = sender.send(request).await.map_err(|error| broken(&error))?;
        Ok((response, begun.elapsed()))
    }

    async fn drain(
        &mut self,
        response: Response<Incoming>,
        ttfb: Duration,
        take: &mut (dyn FnMut(&[u8]) + Send),
    ) -> Result<Answer, FetchError> {
        let (parts, mut body) = response.into_parts();
        let mut bytes = 0;
        while let Some((_, sender)) = &mut self.open
            && let Some(frame) = sender.frame(&mut body).await
        {
            let frame = frame.map_err(|error| {
                self.open = None;
                broken(&error)
            })?;
            if let Some(chunk) = frame.data_ref() {
                bytes += chunk.len() as u64;
                take(chunk);
            }
        }
        Ok(Answer { status: parts.status, headers: parts.headers, bytes, ttfb })
    }
}
