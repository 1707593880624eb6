//! Threads: the only file that names rayon.

use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

/// Runs `f` with a number of threads of its own.
pub fn with_threads<T: Send>(threads: usize, f: impl FnOnce() -> T + Send) -> T {
    match rayon::ThreadPoolBuilder::new().num_threads(threads).build() {
        Ok(pool) => pool.install(f),
        Err(_) => f(),
    }
}

/// Starts as many threads as the machine has cores if there are many files. The one that asks is among them from then on:
/// it works instead of waiting for the others. For the main thread of a program only, which stays to the end.
pub fn start_threads(files: usize) {
    if is_much(files, 0) {
        // Without them, the first that needs threads starts them.
        let _ = rayon::ThreadPoolBuilder::new().use_current_thread().build_global();
    }
}
/// Whether there is enough to do for several threads: for less, starting them takes longer than the work.
pub(crate) fn is_much(things: usize, bytes: usize) -> bool {
    things > 16 || bytes > 128 * 1024
}

/// Does the same to every item, in parallel if it is much; the results are in the order of the items.
pub(crate) fn each<T: Send, R: Send>(is_much: bool, items: Vec<T>, f: impl Fn(T) -> R + Send + Sync) -> Vec<R> {
    if is_much { items.into_par_iter().map(f).collect() } else { items.into_iter().map(f).collect() }
}

/// Makes something of every item, in parallel, as long as all of it costs no more than `most`. What does not fit is cut
/// off in the order of the items, and what was not made in time but fits is made afterwards: the result is the same for
/// any number of threads, and at no time is there much more than `most`. Large items wait for their turn.
pub(crate) fn within<T: Send, R: Send>(
    is_much: bool,
    items: Vec<T>,
    most: usize,
    large: impl Fn(&T) -> bool + Sync,
    make: impl Fn(T) -> R + Sync,
    cost: impl Fn(&R) -> usize + Sync,
) -> Vec<R> {
    let spent = AtomicUsize::new(0);
    let attempt = |item: T| {
        if large(&item) || spent.load(Ordering::Relaxed) > most {
            return Err(item);
        }
        let made = make(item);
        spent.fetch_add(cost(&made), Ordering::Relaxed);
        Ok(made)
    };
    let tried: Vec<Result<R, T>> = each(is_much, items, attempt);
    let mut sum = 0;
    let fits = |made: &R| {
        sum += cost(made);
        sum <= most
    };
    tried.into_iter().map(|made| made.unwrap_or_else(&make)).take_while(fits).collect()
}
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_cut_off_in_order_for_any_number_of_threads() {
        let items: Vec<usize> = (0..500).map(|n| n * 7919 % 101).collect();
        for most in [0, 1, 50, 1_000, 10_000, 1_000_000] {
            let mut sum = 0;
            let fits = |item: &&usize| {
                sum += **item;
                sum <= most
            };
            let expected: Vec<usize> = items.iter().take_while(fits).copied().collect();
            for threads in [1, 2, 8] {
                let large = |item: &usize| *item > 90;
                let made =
                    with_threads(threads, || within(true, items.clone(), most, large, |item| item, |item| *item));
                assert_eq!(made, expected, "{threads} threads, {most} at most");
            }
        }
    }
}
