//! The pauses of long computations: the host, which knows whether the query was cancelled or memory has run low, is asked
//! now and then and ends the computation by unwinding. So between two steps every value is one that may be dropped, and a
//! value that outlives the query (one that is settled where it lies) is never half changed.

use std::cell::Cell;
use std::cmp::Ordering;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

static HOST: OnceLock<Host> = OnceLock::new();

/// What the host does.
pub struct Host {
    /// At a pause: returns, or ends the computation.
    pub ask: fn(),
    /// Ends the computation for want of memory.
    pub lack: fn(),
}

/// A counter that threads may share and lose counts of: pauses only come somewhat later.
static STEPS: AtomicU32 = AtomicU32::new(0);

/// Steps between two pauses. A step is some tens of nanoseconds of work, so this is well below a millisecond.
const STRIDE: u32 = 1 << 12;

/// Says whom to ask. The first host stays.
pub fn set_host(host: Host) {
    HOST.get_or_init(|| host);
}

/// A piece of work of well below a microsecond: a number read, a line written, an entry merged.
#[inline(always)]
pub fn step() {
    let steps = STEPS.load(Relaxed).wrapping_add(1);
    STEPS.store(steps, Relaxed);
    if steps.is_multiple_of(STRIDE) {
        now();
    }
}

/// Asks the host at once.
#[cold]
#[inline(never)]
pub fn now() {
    #[cfg(test)]
    ASKED.set(ASKED.get() + 1);
    if let Some(host) = HOST.get() {
        (host.ask)();
    }
}

/// An empty list with room for so many items, where there is no way to return an error: the host ends the computation.
pub fn room<T>(items: usize) -> Vec<T> {
    let mut list = Vec::new();
    if list.try_reserve_exact(items).is_err()
        && let Some(host) = HOST.get()
    {
        (host.lack)();
    }
    list
}

/// Makes room for more in a list, as [`room`] does.
#[inline]
pub fn reserve<T>(list: &mut Vec<T>, more: usize) {
    if list.try_reserve(more).is_err()
        && let Some(host) = HOST.get()
    {
        (host.lack)();
    }
}

/// Appends to a list, as [`room`] does.
#[inline]
pub fn push<T>(list: &mut Vec<T>, item: T) {
    reserve(list, 1);
    list.push(item);
}

/// Collects as many items as there are, with pauses, up to the first error; as [`room`] does where there is no room.
pub fn collect<T, E>(items: impl Iterator<Item = std::result::Result<T, E>>) -> std::result::Result<Vec<T>, E> {
    let mut list = Vec::new();
    for item in items {
        step();
        push(&mut list, item?);
    }
    Ok(list)
}

// How often this thread has paused.
#[cfg(test)]
thread_local!(pub(crate) static ASKED: Cell<u32> = const { Cell::new(0) });

/// Lists that are sorted in a few milliseconds are sorted without a pause.
const SHORT: usize = 1 << 16;

/// Comparisons between two pauses of a sort.
const COMPARED: u32 = 1 << 16;

/// Sorts a list in place, with pauses; equal elements in any order.
pub fn sort_by<T>(list: &mut [T], compare: impl Fn(&T, &T) -> Ordering) {
    if list.len() < SHORT {
        return list.sort_unstable_by(compare);
    }
    let compared = Cell::new(0);
    list.sort_unstable_by(|l, r| {
        compared.set(compared.get() + 1);
        if compared.get() == COMPARED {
            compared.set(0);
            now();
        }
        compare(l, r)
    });
}

/// [`sort_by`] of what has an order.
pub fn sort<T: Ord>(list: &mut [T]) {
    sort_by(list, T::cmp);
}

/// [`sort_by`] the order of a key.
pub fn sort_by_key<T, K: Ord>(list: &mut [T], key: impl Fn(&T) -> K) {
    sort_by(list, |l, r| key(l).cmp(&key(r)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_is_asked_every_so_often() {
        static TOLD: AtomicU32 = AtomicU32::new(0);
        set_host(Host { ask: || TOLD.store(1, Relaxed), lack: || () });
        ASKED.set(0);
        // Tests beside this one step too, and take some of the turns.
        (0..STRIDE * 64).for_each(|_| step());
        assert!(ASKED.replace(0) > 0 && TOLD.load(Relaxed) == 1);
        let mut list: Vec<u64> = (0..1 << 17).map(|i: u64| i.wrapping_mul(0x9e37_79b9_7f4a_7c15)).collect();
        sort(&mut list);
        assert!(list.is_sorted());
        assert!(ASKED.get() > 10, "{}", ASKED.get());
        ASKED.set(0);
        sort_by_key(&mut list[..1000], |x| std::cmp::Reverse(*x));
        assert!(list[..1000].is_sorted_by(|l, r| l >= r));
        assert_eq!(ASKED.get(), 0);
    }
}
