//! Summaries of a fixed size: a varlena that is the Rust struct as it lies in memory, changed in place by aggregates.

use super::Call;
use crm_core::codec::Summary;
use crm_core::{Error, Result, SqlState};
use pgrx::pg_sys;

/// A summary that PostgreSQL stores as it lies in memory. Its first four bytes are PostgreSQL's length word.
pub trait Fixed: Summary + bytemuck::Pod {}

/// Bytes of the varlena.
const fn size<S: Fixed>() -> usize {
    std::mem::size_of::<S>()
}

/// Declares a [`Fixed`] summary: how it is taken and given.
macro_rules! fixed {
    ($summary:ty) => {
        impl $crate::host::Fixed for $summary {}

        // PostgreSQL aligns to 8 bytes at most.
        const _: () = assert!(std::mem::align_of::<$summary>() == 8 && std::mem::size_of::<$summary>() % 8 == 0);

        impl<'c> $crate::host::Value<'c> for &'c $summary {
            #[inline(always)]
            fn from_datum(call: &'c $crate::host::Call, datum: pgrx::pg_sys::Datum, _position: usize) -> crm_core::Result<Self> {
                $crate::host::flat::borrow(call, datum)
            }
        }

        impl $crate::host::Returned for $summary {
            fn give(self, _call: &$crate::host::Call) -> crm_core::Result<pgrx::pg_sys::Datum> {
                Ok($crate::host::flat::fresh(self).into())
            }
        }
    };
}
pub(crate) use fixed;

#[cold]
fn corrupted<S: Fixed>() -> Error {
    Error::new(SqlState::DataCorrupted, format!("a value of type {} has the wrong size or version", S::TYPE))
        .hint("The value is damaged or was written by a later version; restore it, or update the extension.")
}

/// Where the summary of a datum lies.
#[inline(always)]
fn locate<S: Fixed>(datum: pg_sys::Datum) -> Result<*mut S> {
    // SAFETY: the datum is a varlena. Stored plain, it has a four-byte header and the type's alignment of 8; anything
    // else (it cannot be compressed or short, but memory must not depend on that) is copied into such a one first.
    unsafe {
        let mut pointer = datum.cast_mut_ptr::<u8>();
        if !(pointer as usize).is_multiple_of(8) || (cfg!(target_endian = "little") && *pointer & 3 != 0) {
            pointer = pg_sys::pg_detoast_datum_copy(pointer.cast()).cast();
        }
        if pgrx::varsize_4b(pointer.cast()) != size::<S>() || *pointer.add(4).cast::<u16>() != S::VERSION {
            return Err(corrupted::<S>());
        }
        Ok(pointer.cast())
    }
}

/// The summary a datum points to.
#[inline(always)]
pub(crate) fn borrow<S: Fixed>(_call: &Call, datum: pg_sys::Datum) -> Result<&S> {
    // SAFETY: `locate` has checked the size; arguments live as long as the call and are not changed during it.
    locate(datum).map(|pointer| unsafe { &*pointer })
}

/// A palloc'd copy of a summary.
pub(crate) fn fresh<S: Fixed>(summary: S) -> *mut S {
    // SAFETY: palloc gives memory aligned to 8 and large enough; the length word is then ours to set.
    unsafe {
        let pointer = pg_sys::palloc(size::<S>()).cast::<S>();
        pointer.write(summary);
        pgrx::set_varsize_4b(pointer.cast(), size::<S>() as i32);
        pointer
    }
}

/// Changes the state in the first argument: in place when an aggregate calls, on a copy otherwise. A NULL state begins
/// as zeros, in the current context, from where PostgreSQL copies it into the aggregate's.
#[inline(always)]
pub fn push_fixed<S: Fixed>(call: &Call, push: impl FnOnce(&mut S) -> Result<()>) -> Result<pg_sys::Datum> {
    let state: *mut S = match call.argument(0) {
        None => fresh(S::zeroed()),
        Some(datum) if call.in_aggregate() => locate(datum)?,
        Some(datum) => fresh(*borrow::<S>(call, datum)?),
    };
    // SAFETY: in an aggregate PostgreSQL hands its own state over for change; otherwise the copy is ours. One reference
    // at a time exists.
    unsafe { push(&mut *state)? };
    Ok(state.into())
}
