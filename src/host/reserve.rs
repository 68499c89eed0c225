//! What Rust does when memory runs out. A request that the system refuses would end the process, and with it every session of
//! the server; stable Rust has no hook to raise an error instead. So some address space is set aside when the library is
//! loaded. The first small request that is refused gives it back to the system and is served, and the next pause of the
//! computation, or the next call, raises out_of_memory (53200) unless the reserve can be had again. Large requests are made
//! with `try_reserve` and fail where they are made.
//!
//! PostgreSQL's own requests fail with an error of its own. On its way through Rust the error is copied, into memory that must be had;
//! where it cannot, the server would give up. So the reserve is given back before the error leaves the place where it was raised.

use super::report;
use crm_core::{Error, SqlState};
use pgrx::pg_sys;
use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, AtomicPtr, Ordering::Relaxed};

/// Bytes set aside. They are never touched, so they cost address space and no memory.
const RESERVE: usize = 8 << 20;

/// Bytes of the largest request that the reserve is spent for: what is larger could take it all.
const SMALL: usize = 2 << 20;

/// The reserve, or null.
static KEPT: AtomicPtr<libc::c_void> = AtomicPtr::new(std::ptr::null_mut());

/// Whether it was spent, and not had again.
static SPENT: AtomicBool = AtomicBool::new(false);

struct Allocator;

#[global_allocator]
static ALLOCATOR: Allocator = Allocator;

// SAFETY: every request goes to the system's allocator as it is, once or twice.
unsafe impl GlobalAlloc for Allocator {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as the caller promises.
        unsafe {
            let place = System.alloc(layout);
            if place.is_null() && spend(layout.size()) { System.alloc(layout) } else { place }
        }
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as the caller promises.
        unsafe {
            let place = System.alloc_zeroed(layout);
            if place.is_null() && spend(layout.size()) { System.alloc_zeroed(layout) } else { place }
        }
    }

    #[inline]
    unsafe fn realloc(&self, old: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: as the caller promises; a refused request leaves the old place as it is.
        unsafe {
            let place = System.realloc(old, layout, size);
            if place.is_null() && spend(size) { System.realloc(old, layout, size) } else { place }
        }
    }

    #[inline]
    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        // SAFETY: as the caller promises: the place came from the system's allocator.
        unsafe { System.dealloc(place, layout) }
    }
}

/// Gives the reserve back to the system for a request of so many bytes. Whether to ask again.
#[cold]
#[inline(never)]
fn spend(bytes: usize) -> bool {
    bytes <= SMALL && give_back()
}

/// Whether there was a reserve.
fn give_back() -> bool {
    let kept = KEPT.swap(std::ptr::null_mut(), Relaxed);
    if !kept.is_null() {
        SPENT.store(true, Relaxed);
        // SAFETY: it was mapped with this length, and only here it is given back, once.
        unsafe { libc::munmap(kept, RESERVE) };
    }
    !kept.is_null()
}

/// Sets the reserve aside. Whether it could be had.
fn keep() -> bool {
    // SAFETY: a new mapping of no file, which nobody uses.
    let place = unsafe {
        libc::mmap(std::ptr::null_mut(), RESERVE, libc::PROT_READ | libc::PROT_WRITE, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS, -1, 0)
    };
    if place == libc::MAP_FAILED {
        return false;
    }
    KEPT.store(place, Relaxed);
    SPENT.store(false, Relaxed);
    true
}

/// Once, when the library is loaded.
pub(super) fn prepare() {
    // If even this cannot be had, the first call says so.
    if KEPT.load(Relaxed).is_null() && !keep() {
        SPENT.store(true, Relaxed);
    }
}

/// Takes itself off PostgreSQL's list of who has something to say about an error.
struct Callback(*mut pg_sys::ErrorContextCallback);

impl Drop for Callback {
    #[inline(always)]
    fn drop(&mut self) {
        // SAFETY: what was on the list before this one still is.
        unsafe { pg_sys::error_context_stack = self.0 };
    }
}

/// Runs what may call PostgreSQL, with the reserve for the errors that it raises for want of memory.
#[inline(always)]
pub fn spared<T>(body: impl FnOnce() -> T) -> T {
    // SAFETY: the entry lies on this stack, and is off the list when this function is left in whatever way.
    unsafe {
        let before = pg_sys::error_context_stack;
        let mut entry = pg_sys::ErrorContextCallback { previous: before, callback: Some(on_error), arg: std::ptr::null_mut() };
        let _callback = Callback(before);
        pg_sys::error_context_stack = &raw mut entry;
        body()
    }
}

/// PostgreSQL calls this for every error that is raised below, before it goes anywhere.
unsafe extern "C-unwind" fn on_error(_: *mut libc::c_void) {
    // SAFETY: an error is being raised, so there is a code.
    if unsafe { pg_sys::geterrcode() } == pgrx::PgSqlErrorCode::ERRCODE_OUT_OF_MEMORY as i32 {
        give_back();
    }
}

/// Raises out_of_memory if the reserve was spent and cannot be had again.
#[inline(always)]
pub(super) fn check() {
    if SPENT.load(Relaxed) {
        replace();
    }
}

#[cold]
#[inline(never)]
fn replace() {
    if !keep() {
        lack();
    }
}

/// Raises out_of_memory.
#[cold]
pub(super) fn lack() {
    report::raise(Error::new(SqlState::OutOfMemory, "out of memory").hint("Split the work by a key, or give the server more memory."))
}
