//! Work on every processor.

use std::sync::Mutex;
use std::thread;

/// `work` of every item, on as many threads as there are processors, in the order of the items.
pub fn map<T: Send, R: Send>(items: Vec<T>, work: impl Fn(T) -> R + Sync) -> Vec<R> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let queue = Mutex::new(items.into_iter().enumerate());
    let results = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some((index, item)) = next(&queue) {
                    let result = work(item);
                    results.lock().expect("no thread panics with this lock").push((index, result));
                }
            });
        }
    });
    let mut results = results.into_inner().expect("no thread panics with this lock");
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}

/// The next item; a function of its own, so that the lock is given back before the work begins.
fn next<I: Iterator>(queue: &Mutex<I>) -> Option<I::Item> {
    queue.lock().expect("no thread panics with this lock").next()
}

#[cfg(test)]
mod tests {
    #[test]
    fn results_keep_the_order_of_the_items() {
        let squares: Vec<_> = (0..100_u32).map(|n| n * n).collect();
        assert_eq!(super::map((0..100).collect(), |n: u32| n * n), squares);
    }
}
