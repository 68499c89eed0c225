//! One call of a function by PostgreSQL.

use super::{report, reserve};
use crm_core::pause::Host;
use crm_core::{Error, Result, SqlState};
use pgrx::pg_sys;

/// The call: its arguments, its place, its result.
#[derive(Clone, Copy)]
pub struct Call {
    fcinfo: pg_sys::FunctionCallInfo,
}

/// Runs a function body: turns its error, or a panic, into PostgreSQL's error.
///
/// # Safety
/// `fcinfo` is valid, and the SQL declaration of the function agrees with the types its body takes and gives.
#[inline(always)]
pub unsafe fn enter(
    fcinfo: pg_sys::FunctionCallInfo,
    arguments: usize,
    body: impl FnOnce(&Call) -> Result<pg_sys::Datum>,
) -> pg_sys::Datum {
    // SAFETY: the guard turns a panic into an ereport after the Rust stack is unwound; fcinfo is valid by contract.
    unsafe {
        pg_sys::panic::pgrx_extern_c_guard(|| {
            reserve::check();
            (*fcinfo).isnull = false;
            let call = Call { fcinfo };
            let result = if usize::from((*fcinfo).nargs.unsigned_abs()) >= arguments { body(&call) } else { Err(wrong_arity()) };
            match result {
                Ok(datum) => datum,
                Err(error) => report::raise(error),
            }
        })
    }
}

/// Runs the body of [`function!`](super::function), in which `?` returns to here.
#[inline(always)]
pub fn run<T>(body: impl FnOnce() -> Result<T>) -> Result<T> {
    body()
}

/// Long computations call this now and then: a cancelled query ends there, and one that has run out of memory.
fn pause() {
    pgrx::check_for_interrupts!();
    reserve::check();
}

/// Once, when the library is loaded.
pub fn prepare() {
    reserve::prepare();
    crm_core::pause::set_host(Host { ask: pause, lack: reserve::lack });
}

#[cold]
fn wrong_arity() -> Error {
    Error::new(SqlState::DataCorrupted, "the function is declared with the wrong number of arguments")
        .hint("The library and the extension's SQL are of different versions: run alter extension pg_crm update.")
}

impl Call {
    /// The argument at a position; none is SQL NULL.
    #[inline(always)]
    pub(super) fn argument(&self, position: usize) -> Option<pg_sys::Datum> {
        // SAFETY: `enter` has checked the number of arguments, and every position comes from the macros that counted them.
        let argument = unsafe { *(*self.fcinfo).args.as_ptr().add(position) };
        if argument.isnull { None } else { Some(argument.value) }
    }

    /// Gives SQL NULL.
    #[inline(always)]
    pub(super) fn null(&self) -> pg_sys::Datum {
        // SAFETY: fcinfo is valid during the call.
        unsafe { (*self.fcinfo).isnull = true };
        pg_sys::Datum::null()
    }

    /// Gives the first argument back as it is: a transition that skips a row.
    #[inline(always)]
    pub fn unchanged(&self) -> pg_sys::Datum {
        self.argument(0).unwrap_or_else(|| self.null())
    }

    /// Whether PostgreSQL calls as part of an aggregate, so that the state in the first argument may be changed in place.
    #[inline(always)]
    pub(super) fn in_aggregate(&self) -> bool {
        // AggCheckCallContext's own test, without the cost of a guarded call on every row.
        // SAFETY: context is null or a node.
        unsafe {
            let context = (*self.fcinfo).context;
            !context.is_null() && matches!((*context).type_, pg_sys::NodeTag::T_AggState | pg_sys::NodeTag::T_WindowAggState)
        }
    }

    /// Whether PostgreSQL calls as part of a window aggregate.
    pub(super) fn in_window(&self) -> bool {
        // SAFETY: context is null or a node.
        unsafe {
            let context = (*self.fcinfo).context;
            !context.is_null() && (*context).type_ == pg_sys::NodeTag::T_WindowAggState
        }
    }

    /// The memory context of the aggregate that calls, in which its state must live.
    pub(super) fn aggregate_context(&self) -> Option<pg_sys::MemoryContext> {
        // SAFETY: fcinfo is valid during the call.
        unsafe {
            let mut context = std::ptr::null_mut();
            (pg_sys::AggCheckCallContext(self.fcinfo, &mut context) != 0).then_some(context)
        }
    }

    pub(super) fn fcinfo(&self) -> pg_sys::FunctionCallInfo {
        self.fcinfo
    }
}
