//! Requests for the same thing at the same time: the work is done once.

use std::collections::HashMap;
use std::future::Future;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared, WeakShared};

/// Work that several wait for. It goes on as long as one of them does; when the last is dropped, so
/// is the work.
pub(crate) type Flight<T> = Shared<BoxFuture<'static, T>>;

/// Work that is being done, by key.
pub(crate) struct Flights<K, T: Clone> {
    running: Arc<Mutex<Running<K, T>>>,
}

struct Running<K, T: Clone> {
    by_key: HashMap<K, (u64, WeakShared<BoxFuture<'static, T>>)>,
    next: u64,
}

/// Which part a request has in the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// It began it.
    Leader,
    /// It waits for what another began.
    Follower,
}

impl<K, T> Flights<K, T>
where
    K: Clone + Eq + Hash + Send + 'static,
    T: Clone + Send + Sync + 'static,
{
    /// Nothing is being done.
    pub(crate) fn new() -> Self {
        Self { running: Arc::new(Mutex::new(Running { by_key: HashMap::new(), next: 0 })) }
    }

    /// The work that is being done for `key`, or the one that `start` begins. Nothing happens
    /// before the returned future is polled.
    pub(crate) fn join<F>(&self, key: &K, start: impl FnOnce() -> F) -> (Flight<T>, Part)
    where
        F: Future<Output = T> + Send + 'static,
    {
        let mut running = lock(&self.running);
        if let Some(flight) = running.by_key.get(key).and_then(|(_, weak)| weak.upgrade()) {
            return (flight, Part::Follower);
        }
        let number = running.next;
        running.next = number.wrapping_add(1);
        let landing = Landing { running: Arc::clone(&self.running), key: key.clone(), number };
        let work = start();
        let flight = async move {
            let _landing = landing;
            work.await
        }
        .boxed()
        .shared();
        // `downgrade` is `None` only for a future that has been polled to its end.
        if let Some(weak) = flight.downgrade() {
            running.by_key.insert(key.clone(), (number, weak));
        }
        (flight, Part::Leader)
    }
}

/// Takes the work off the list when it ends or is dropped.
struct Landing<K: Eq + Hash, T: Clone> {
    running: Arc<Mutex<Running<K, T>>>,
    key: K,
    number: u64,
}

impl<K: Eq + Hash, T: Clone> Drop for Landing<K, T> {
    fn drop(&mut self) {
        let mut running = lock(&self.running);
        // Another flight may have begun under the key since the last waiter of this one left.
        if running.by_key.get(&self.key).is_some_and(|(number, _)| *number == self.number) {
            running.by_key.remove(&self.key);
        }
    }
}

/// The list stays whole whatever panics: no code outside of this module runs under the lock but
/// `start`, before anything is changed.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use futures_util::future::{join_all, pending};
    use tokio::sync::Notify;

    use super::*;

    #[tokio::test]
    async fn fifty_requests_at_once_do_the_work_once() {
        let flights = Flights::new();
        let (count, go_on) = (Arc::new(AtomicU32::new(0)), Arc::new(Notify::new()));
        let waiters: Vec<_> = (0..50)
            .map(|_| {
                let (count, go_on) = (Arc::clone(&count), Arc::clone(&go_on));
                flights.join(&"key", move || async move {
                    go_on.notified().await;
                    count.fetch_add(1, Ordering::Relaxed)
                })
            })
            .collect();
        let leaders = waiters.iter().filter(|(_, part)| *part == Part::Leader).count();
        go_on.notify_one();
        let results = join_all(waiters.into_iter().map(|(flight, _)| flight)).await;
        assert_eq!((leaders, results), (1, vec![0; 50]));

        go_on.notify_one();
        let count = Arc::clone(&count);
        let (later, part) =
            flights.join(&"key", move || async move { count.fetch_add(1, Ordering::Relaxed) });
        assert_eq!((later.await, part), (1, Part::Leader), "what has ended is not joined");
    }

    #[tokio::test]
    async fn work_goes_on_for_whoever_is_left_and_ends_with_the_last() {
        struct OnDrop(Arc<AtomicU32>);
        impl Drop for OnDrop {
            fn drop(&mut self) {
                self.0.fetch_add(1, Ordering::Relaxed);
            }
        }
        let flights = Flights::<_, ()>::new();
        let dropped = Arc::new(AtomicU32::new(0));
        let guard = OnDrop(Arc::clone(&dropped));
        let (mut leader, _) = flights.join(&1, move || async move {
            let _guard = guard;
            pending::<()>().await;
        });
        let (mut follower, part) = flights.join(&1, pending);
        assert_eq!(part, Part::Follower);
        assert!(futures_util::poll!(&mut leader).is_pending());
        drop(leader);
        assert!(futures_util::poll!(&mut follower).is_pending());
        assert_eq!(dropped.load(Ordering::Relaxed), 0);
        drop(follower);
        assert_eq!(dropped.load(Ordering::Relaxed), 1);
        assert_eq!(flights.join(&1, || async {}).1, Part::Leader);
    }

    #[tokio::test]
    async fn keys_do_not_wait_for_each_other() {
        let flights = Flights::new();
        let (mut stuck, _) = flights.join(&1, pending);
        assert!(futures_util::poll!(&mut stuck).is_pending());
        assert_eq!(flights.join(&2, || async { "done" }).0.await, "done");
    }
}
