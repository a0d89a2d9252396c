//! Work on pictures, on a bounded number of threads and with a bounded queue.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The workers and the places in front of them.
#[derive(Debug)]
pub(crate) struct Pool {
    workers: Arc<Semaphore>,
    places: Arc<Semaphore>,
    sizes: Sizes,
}

#[derive(Clone, Copy, Debug)]
struct Sizes {
    workers: usize,
    places: usize,
}

/// The right to fetch an original and to have it worked on.
#[derive(Debug)]
pub(crate) struct Ticket {
    _place: OwnedSemaphorePermit,
}

/// The work panicked: a bug in it, whatever the request was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Panicked;

/// Tells work that nobody waits for it any more.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Whether the work should end as soon as it can.
    pub(crate) fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Sets the flag when the future that waits for the work is dropped.
struct StopOnDrop(Stop);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.0.store(true, Ordering::Relaxed);
    }
}

impl Pool {
    /// `workers` threads (one at least) and `queue` requests that may wait for them.
    pub(crate) fn new(workers: usize, queue: usize) -> Self {
        let workers = workers.clamp(1, Semaphore::MAX_PERMITS);
        let places = workers.saturating_add(queue).min(Semaphore::MAX_PERMITS);
        Self {
            workers: Arc::new(Semaphore::new(workers)),
            places: Arc::new(Semaphore::new(places)),
            sizes: Sizes { workers, places },
        }
    }

    /// A place; `None` where all are taken. It is given back with the end of the work, or when it
    /// is dropped.
    pub(crate) fn admit(&self) -> Option<Ticket> {
        let place = Arc::clone(&self.places).try_acquire_owned().ok()?;
        Some(Ticket { _place: place })
    }

    /// Does `work` on a thread of its own as soon as a worker is free. When the returned future is
    /// dropped before that, the work is never begun; after that, its [`Stop`] is set, and the
    /// worker stays taken until it has heeded it.
    ///
    /// # Errors
    /// [`Panicked`].
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        ticket: Ticket,
        work: impl FnOnce(&Stop) -> T + Send + 'static,
    ) -> Result<T, Panicked> {
        // The semaphore is never closed, so there is always a permit.
        let worker = Arc::clone(&self.workers).acquire_owned().await.ok();
        let stop = Stop::default();
        let _stop_on_drop = StopOnDrop(stop.clone());
        let task = tokio::task::spawn_blocking(move || {
            let _held = (ticket, worker);
            work(&stop)
        });
        task.await.map_err(|_| Panicked)
    }

    /// Requests that fetch or wait.
    pub(crate) fn waiting(&self) -> usize {
        let inside = self.sizes.places - self.places.available_permits();
        inside.saturating_sub(self.busy())
    }

    /// Workers at work.
    pub(crate) fn busy(&self) -> usize {
        self.sizes.workers - self.workers.available_permits()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[tokio::test]
    async fn past_workers_and_queue_nobody_is_admitted() {
        let pool = Pool::new(2, 3);
        let tickets: Vec<_> = (0..5).map(|_| pool.admit().unwrap()).collect();
        assert!(pool.admit().is_none());
        assert_eq!((pool.waiting(), pool.busy()), (5, 0));
        drop(tickets);
        assert!(pool.admit().is_some());
    }

    #[tokio::test]
    async fn a_future_that_is_dropped_stops_its_work() {
        let pool = Pool::new(1, 0);
        let (started, has_started) = tokio::sync::oneshot::channel();
        let (stopped, has_stopped) = tokio::sync::oneshot::channel();
        let run = pool.run(pool.admit().unwrap(), move |stop| {
            started.send(()).unwrap();
            while !stop.is_set() {
                std::thread::yield_now();
            }
            stopped.send(()).unwrap();
        });
        tokio::select! {
            _ = run => panic!("it ends only when it is stopped"),
            started = has_started => started.unwrap(),
        }
        has_stopped.await.unwrap();
    }

    #[tokio::test]
    async fn work_whose_future_is_dropped_in_the_queue_is_never_begun() {
        let pool = Pool::new(1, 1);
        let (go_on, wait) = mpsc::channel::<()>();
        let first = pool.run(pool.admit().unwrap(), move |_| wait.recv().unwrap());
        let second = pool.run(pool.admit().unwrap(), |_| panic!("it was given up"));
        {
            let (mut first, mut second) = (Box::pin(first), Box::pin(second));
            assert!(futures_util::poll!(&mut first).is_pending());
            assert!(futures_util::poll!(&mut second).is_pending());
            assert!(pool.admit().is_none());
            drop(second);
            assert!(pool.admit().is_some(), "its place is free");
            go_on.send(()).unwrap();
            first.await.unwrap();
        }
        assert_eq!(pool.run(pool.admit().unwrap(), |_| 7).await, Ok(7));
    }

    #[tokio::test]
    async fn a_panic_is_caught_and_frees_the_worker() {
        let pool = Pool::new(1, 0);
        let run = pool.run(pool.admit().unwrap(), |_| panic!("on purpose"));
        assert_eq!(run.await, Err::<(), _>(Panicked));
        assert_eq!(pool.run(pool.admit().unwrap(), |_| 7).await, Ok(7));
    }
}
