//! A connection that is open, of either version.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::Poll;

use bytes::Bytes;
use http::header::{HOST, HeaderValue, USER_AGENT};
use http::uri::Authority;
use http::{Request, Response, Uri};
use http_body_util::{BodyExt as _, Empty};
use hyper::body::{Frame, Incoming};
use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncRead, AsyncWrite};

use super::FetchError;
use crate::wish::Wish;

/// A connection that is open.
#[derive(Debug)]
pub(super) enum Sender {
    Http1(Alone),
    Http2(Shared),
}

/// One request at a time.
pub(super) struct Alone {
    sender: http1::SendRequest<Empty<Bytes>>,
    driver: Driver,
}

/// What reads and writes for a connection; none when it has ended. How it ends is told to whoever waits
/// for an answer.
///
/// It is polled by who waits, not by a task of its own: handing each request and answer over between two
/// tasks costs as much as sending it.
type Driver = Option<Pin<Box<dyn Future<Output = ()> + Send>>>;

impl std::fmt::Debug for Alone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Alone").field("sender", &self.sender).finish_non_exhaustive()
    }
}

/// A connection for all, and which of those to this place it is.
#[derive(Clone, Debug)]
pub(super) struct Shared {
    pub(super) sender: http2::SendRequest<Empty<Bytes>>,
    pub(super) number: usize,
}

impl Sender {
    /// Whether it is known that nothing more can be asked. An end that came since the last answer is
    /// found when the next request is sent.
    pub(super) fn is_closed(&self) -> bool {
        match self {
            Self::Http1(alone) => alone.driver.is_none() || alone.sender.is_closed(),
            Self::Http2(shared) => shared.sender.is_closed(),
        }
    }

    /// A request as this version has it.
    pub(super) fn request(
        &self,
        authority: &Authority,
        uri: &Uri,
        wish: Wish,
        agent: &HeaderValue,
    ) -> Result<Request<Empty<Bytes>>, FetchError> {
        let mut request = Request::new(Empty::new());
        request.headers_mut().extend(wish.headers());
        request.headers_mut().insert(USER_AGENT, agent.clone());
        match self {
            Self::Http1(_) => {
                let host = HeaderValue::from_str(authority.as_str());
                let host = host.map_err(|error| FetchError::Address(error.to_string()))?;
                request.headers_mut().insert(HOST, host);
                *request.uri_mut() = path_of(uri);
            }
            Self::Http2(_) => *request.uri_mut() = uri.clone(),
        }
        Ok(request)
    }

    /// Asks, and waits for the head of the answer.
    pub(super) async fn send(
        &mut self,
        request: Request<Empty<Bytes>>,
    ) -> hyper::Result<Response<Incoming>> {
        match self {
            Self::Http1(Alone { sender, driver }) => {
                driven(driver, sender.ready()).await?;
                driven(driver, sender.send_request(request)).await
            }
            Self::Http2(Shared { sender, .. }) => {
                sender.ready().await?;
                sender.send_request(request).await
            }
        }
    }

    /// The next part of an answer's body.
    pub(super) async fn frame(
        &mut self,
        body: &mut Incoming,
    ) -> Option<hyper::Result<Frame<Bytes>>> {
        match self {
            Self::Http1(alone) => driven(&mut alone.driver, body.frame()).await,
            Self::Http2(_) => body.frame().await,
        }
    }
}

/// Waits for something that comes over a connection.
async fn driven<T>(driver: &mut Driver, wanted: impl Future<Output = T>) -> T {
    let mut wanted = pin!(wanted);
    poll_fn(|context| {
        if let Poll::Ready(it) = wanted.as_mut().poll(context) {
            return Poll::Ready(it);
        }
        if driver.as_mut().is_some_and(|it| it.as_mut().poll(context).is_ready()) {
            *driver = None;
        }
        // The driver may just have brought it.
        wanted.as_mut().poll(context)
    })
    .await
}

pub(super) fn broken(error: &hyper::Error) -> FetchError {
    let mut text = error.to_string();
    if let Some(cause) = std::error::Error::source(error) {
        text = format!("{text}: {cause}");
    }
    FetchError::Reset(text)
}

pub(super) async fn http1_over<S>(stream: S) -> Result<Sender, FetchError>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (sender, connection) =
        http1::handshake(TokioIo::new(stream)).await.map_err(|error| broken(&error))?;
    let driver = async move {
        let _ = connection.await;
    };
    Ok(Sender::Http1(Alone { sender, driver: Some(Box::pin(driver)) }))
}

pub(super) async fn http2_over<S>(stream: S, number: usize) -> Result<Sender, FetchError>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let io = TokioIo::new(stream);
    let handshake = http2::Builder::new(TokioExecutor::new()).handshake(io).await;
    let (sender, connection) = handshake.map_err(|error| broken(&error))?;
    tokio::spawn(connection);
    Ok(Sender::Http2(Shared { sender, number }))
}

/// Path and query alone, as HTTP/1.1 has them on the request line.
fn path_of(uri: &Uri) -> Uri {
    uri.path_and_query().map_or_else(Uri::default, |path| Uri::from(path.clone()))
}
