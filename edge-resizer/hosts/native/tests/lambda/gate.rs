//! A way to a server on which uploads wait until they are let through.

use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

/// Holds connections that begin with a `PUT`.
pub(crate) struct Gate {
    pub(crate) endpoint: String,
    arrived: Arc<Semaphore>,
    open: Arc<Semaphore>,
}

impl Gate {
    /// Stands in front of `endpoint`.
    pub(crate) async fn before(endpoint: &str) -> Self {
        let target = endpoint.trim_start_matches("http://").to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let gate = Self {
            endpoint: format!("http://{}", listener.local_addr().unwrap()),
            arrived: Arc::new(Semaphore::new(0)),
            open: Arc::new(Semaphore::new(0)),
        };
        let (arrived, open) = (Arc::clone(&gate.arrived), Arc::clone(&gate.open));
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (target, arrived) = (target.clone(), Arc::clone(&arrived));
                let open = Arc::clone(&open);
                tokio::spawn(async move {
                    let mut method = [0; 4];
                    stream.read_exact(&mut method).await.unwrap();
                    if method == *b"PUT " {
                        arrived.add_permits(1);
                        open.acquire().await.unwrap().forget();
                    }
                    let mut server = TcpStream::connect(target).await.unwrap();
                    server.write_all(&method).await.unwrap();
                    // Either side may end the connection as it likes.
                    let _ = tokio::io::copy_bidirectional(&mut stream, &mut server).await;
                });
            }
        });
        gate
    }

    /// Ends when an upload is there.
    pub(crate) async fn arrived(&self) {
        self.arrived.acquire().await.unwrap().forget();
    }

    /// Lets one upload through.
    pub(crate) fn open(&self) {
        self.open.add_permits(1);
    }
}
