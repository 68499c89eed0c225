//! Summaries that grow: in memory an expanded object that holds the Rust value, elsewhere a flat varlena in the
//! summary's canonical binary form.
//!
//! PostgreSQL flattens an expanded object by itself whenever the value leaves memory (`src/include/utils/expandeddatum.h`).
//! The Rust value lives on the Rust heap and is dropped with the object's memory context.

use super::{Call, Returned, Value, argument::contents, returned::varlena};
use crm_core::codec::{MAX_FLAT, Reader, Summary, Writer, from_body, too_long};
use crm_core::{Error, Result, SqlState};
use pgrx::{PgMemoryContexts, pg_sys};
use std::cell::Cell;
use std::ffi::c_void;

/// A summary kept as an expanded object while it grows.
pub trait Growing: Summary + Default + 'static {
    /// The type's own methods: their address tells its objects from others.
    fn methods() -> &'static pg_sys::ExpandedObjectMethods;

    /// How many first bytes of the binary form tell a value from every other (a digest), if not all of them.
    const IDENTITY: Option<usize> = None;
}

/// The object: PostgreSQL's header first.
#[repr(C)]
struct Object<S> {
    header: pg_sys::ExpandedObjectHeader,
    /// Tells this state of this object from every other in this process; 0 while nobody has asked since it changed, and
    /// [`UNFINISHED`] while it changes.
    stamp: u64,
    /// Next to the header and the stamp: a row touches all three, and of many groups none is near.
    value: S,
    on_delete: pg_sys::MemoryContextCallback,
    /// The flat contents, between PostgreSQL's question for their size and its request to write them.
    flat: Option<Vec<u8>>,
}

/// Declares a [`Growing`] summary: how it is taken and given.
macro_rules! growing {
    ($summary:ty $(, $identity:expr)?) => {
        // PostgreSQL aligns to 8 bytes at most.
        const _: () = assert!(std::mem::align_of::<$summary>() <= 8);

        impl $crate::host::Growing for $summary {
            fn methods() -> &'static pgrx::pg_sys::ExpandedObjectMethods {
                static METHODS: pgrx::pg_sys::ExpandedObjectMethods = $crate::host::expanded::methods::<$summary>();
                &METHODS
            }
            $( const IDENTITY: Option<usize> = Some($identity); )?
        }

        impl<'c> $crate::host::Value<'c> for &'c $summary {
            fn from_datum(call: &'c $crate::host::Call, datum: pgrx::pg_sys::Datum, _position: usize) -> crm_core::Result<Self> {
                $crate::host::expanded::borrow(call, datum)
            }
        }

        impl $crate::host::Returned for $summary {
            fn give(mut self, _call: &$crate::host::Call) -> crm_core::Result<pgrx::pg_sys::Datum> {
                $crate::host::expanded::flatten(&mut self)
            }
        }
    };
}
pub(crate) use growing;

/// The methods of a type's objects.
pub(crate) const fn methods<S: Growing>() -> pg_sys::ExpandedObjectMethods {
    pg_sys::ExpandedObjectMethods { get_flat_size: Some(flat_size::<S>), flatten_into: Some(flatten_into::<S>) }
}

fn next_stamp() -> u64 {
    thread_local!(static LAST: Cell<u64> = const { Cell::new(0) });
    LAST.with(|last| {
        last.set(last.get() + 1);
        last.get()
    })
}

/// The stamp of an object that is being changed. It keeps it when an error or a cancel ends the change, and a block that catches
/// the error may still have the object: nobody must take it for a value.
const UNFINISHED: u64 = u64::MAX;

impl<S: Growing> Object<S> {
    /// Puts the value into its canonical order, which does not change what it is.
    fn settle(&mut self) -> Result<()> {
        let stamp = self.begin()?;
        self.value.settle()?;
        self.stamp = stamp;
        Ok(())
    }

    /// Marks the object as one that changes. Gives its stamp.
    #[inline(always)]
    fn begin(&mut self) -> Result<u64> {
        match std::mem::replace(&mut self.stamp, UNFINISHED) {
            UNFINISHED => Err(unfinished(S::TYPE)),
            stamp => Ok(stamp),
        }
    }
}

#[cold]
fn unfinished(type_name: &str) -> Error {
    Error::new(SqlState::NotReady, format!("this {type_name} was left unfinished by an error")).hint("Compute it again.")
}

/// Version, two bytes for flags to come, then the binary form.
fn flat_contents<S: Growing>(value: &S) -> Result<Vec<u8>> {
    let mut out = Writer::default();
    out.u16(S::VERSION)?;
    out.u16(0)?;
    value.encode(&mut out)?;
    Ok(out.into_bytes())
}

/// The summary as a flat varlena.
pub(crate) fn flatten<S: Growing>(value: &mut S) -> Result<pg_sys::Datum> {
    value.settle()?;
    varlena(&flat_contents(value)?)
}

/// The version in the contents of a flat varlena, and what follows it.
#[inline]
pub(super) fn stored_form<S: Growing>(contents: &[u8]) -> Result<(u16, Reader<'_>)> {
    let mut input = Reader::new(S::TYPE, contents);
    let version = input.u16()?;
    input.u16()?;
    Ok((version, input))
}

/// The summary in the contents of a flat varlena.
pub(super) fn unflatten<S: Growing>(contents: &[u8]) -> Result<S> {
    let (version, input) = stored_form::<S>(contents)?;
    from_body(version, input).map_err(Error::stored)
}

unsafe extern "C-unwind" fn flat_size<S: Growing>(header: *mut pg_sys::ExpandedObjectHeader) -> usize {
    // SAFETY: PostgreSQL calls the methods of an object with that object, whose type the methods' address has told.
    unsafe {
        pg_sys::panic::pgrx_extern_c_guard(|| {
            let object = &mut *header.cast::<Object<S>>();
            match object.settle().and_then(|()| flat_contents(&object.value)) {
                Ok(flat) if flat.len() <= MAX_FLAT => 4 + object.flat.insert(flat).len(),
                Ok(_) => super::report::raise(too_long()),
                Err(error) => super::report::raise(error),
            }
        })
    }
}

unsafe extern "C-unwind" fn flatten_into<S: Growing>(header: *mut pg_sys::ExpandedObjectHeader, place: *mut c_void, size: usize) {
    // SAFETY: as above; `place` has the `size` bytes that `flat_size` has just asked for.
    unsafe {
        pg_sys::panic::pgrx_extern_c_guard(|| {
            let object = &mut *header.cast::<Object<S>>();
            match object.flat.take() {
                Some(flat) if flat.len() + 4 == size => {
                    pgrx::set_varsize_4b(place.cast(), size as i32);
                    place.cast::<u8>().add(4).copy_from_nonoverlapping(flat.as_ptr(), flat.len());
                }
                _ => super::report::raise(Error::new(SqlState::DataCorrupted, "a summary was asked for in a size it does not have")),
            }
        })
    }
}

unsafe extern "C-unwind" fn drop_object<S>(object: *mut c_void) {
    // SAFETY: registered once for this object, and called once, before its memory goes.
    unsafe {
        let object = object.cast::<Object<S>>();
        std::ptr::drop_in_place(&raw mut (*object).value);
        std::ptr::drop_in_place(&raw mut (*object).flat);
    }
}

/// A new object, in an aggregate's shared context or in a context of its own below the current one.
fn create<S: Growing>(call: &Call, value: S) -> *mut Object<S> {
    // SAFETY: the object is written whole before anyone sees it, and goes with its context.
    unsafe {
        let context = match call.aggregate_context() {
            Some(context) => shared_below(context),
            None => pg_sys::AllocSetContextCreateInternal(pg_sys::CurrentMemoryContext, CONTEXT_NAME.as_ptr(), 0, 1024, 8192),
        };
        let object = pg_sys::MemoryContextAlloc(context, std::mem::size_of::<Object<S>>()).cast::<Object<S>>();
        object.write(Object {
            header: pg_sys::ExpandedObjectHeader::default(),
            on_delete: pg_sys::MemoryContextCallback { func: Some(drop_object::<S>), arg: object.cast(), next: std::ptr::null_mut() },
            value,
            flat: None,
            stamp: 0,
        });
        pg_sys::EOH_init_header(&raw mut (*object).header, S::methods(), context);
        pg_sys::MemoryContextRegisterResetCallback(context, &raw mut (*object).on_delete);
        object
    }
}

static CONTEXT_NAME: &std::ffi::CStr = c"crm summaries";

/// The one context of all growing states of an aggregate.
///
/// PostgreSQL keeps an expanded state as it is only if its context is a child of the aggregate's. One child for each
/// group would do, but a hash aggregate adds up its children's memory for every new group: with 500,000 groups that
/// never ends. Nothing deletes a state by itself, because a transition always gives the same pointer back, and what an
/// aggregate returns is read-only.
unsafe fn shared_below(aggregate: pg_sys::MemoryContext) -> pg_sys::MemoryContext {
    // SAFETY: the children of a context are a list; their names are static strings.
    unsafe {
        let mut child = (*aggregate).firstchild;
        while !child.is_null() {
            if (*child).name == CONTEXT_NAME.as_ptr() {
                return child;
            }
            child = (*child).nextchild;
        }
        pg_sys::AllocSetContextCreateInternal(aggregate, CONTEXT_NAME.as_ptr(), 0, 8192, 8 * 1024 * 1024)
    }
}

/// Bytes of an external datum before its tag tells what it is, as `varattrib_1b_e` has it.
const EXTERNAL_TAG: usize = 1;
const TAG_EXPANDED_READ_ONLY: u8 = 2;
const TAG_EXPANDED: u8 = 3;

/// Whether a varlena is an expanded object, of ours or PostgreSQL's own.
#[inline(always)]
pub(super) fn is_expanded(datum: pg_sys::Datum) -> bool {
    // SAFETY: the datum is a varlena; an external one has a tag.
    unsafe {
        let pointer = datum.cast_mut_ptr::<u8>();
        let external = if cfg!(target_endian = "little") { 0x01 } else { 0x80 };
        *pointer == external && matches!(*pointer.add(EXTERNAL_TAG), TAG_EXPANDED_READ_ONLY | TAG_EXPANDED)
    }
}

/// The object behind a datum, if it is one of this type, and whether the datum allows changes.
#[inline(always)]
fn object<S: Growing>(datum: pg_sys::Datum) -> Option<(*mut Object<S>, bool)> {
    if !is_expanded(datum) {
        return None;
    }
    // SAFETY: an expanded datum has a pointer to its header after its tag.
    unsafe {
        let pointer = datum.cast_mut_ptr::<u8>();
        let header = pointer.add(2).cast::<*mut pg_sys::ExpandedObjectHeader>().read_unaligned();
        std::ptr::eq((*header).eoh_methods, S::methods()).then(|| (header.cast(), *pointer.add(EXTERNAL_TAG) == TAG_EXPANDED))
    }
}

/// The summary of a datum: the one in memory, or one read from its flat form that goes with the current context.
pub(crate) fn borrow<S: Growing>(_call: &Call, datum: pg_sys::Datum) -> Result<&S> {
    if let Some(value) = in_memory(datum)? {
        return Ok(value);
    }
    let value = unflatten::<S>(contents(datum))?;
    // SAFETY: the value is dropped when the context of this row is reset, after the call.
    Ok(unsafe { &*PgMemoryContexts::CurrentMemoryContext.leak_and_drop_on_delete(value) })
}

/// A summary in whatever order it happens to be: for what puts it in an order of its own, and would pay for this one.
pub struct Unordered<'c, S>(&'c S);

impl<S> std::ops::Deref for Unordered<'_, S> {
    type Target = S;
    fn deref(&self) -> &S {
        self.0
    }
}

impl<'c, S: Growing> Value<'c> for Unordered<'c, S> {
    fn from_datum(call: &'c Call, datum: pg_sys::Datum, _position: usize) -> Result<Self> {
        match object::<S>(datum) {
            // SAFETY: the object lives as long as the call, which does not change it.
            Some((object, _)) => unsafe {
                if (*object).stamp == UNFINISHED { Err(unfinished(S::TYPE)) } else { Ok(Unordered(&(*object).value)) }
            },
            None => borrow(call, datum).map(Unordered),
        }
    }
}

/// The summary of a datum, if it is in memory.
pub(super) fn in_memory<'c, S: Growing>(datum: pg_sys::Datum) -> Result<Option<&'c S>> {
    let Some((object, _)) = object::<S>(datum) else { return Ok(None) };
    // SAFETY: the object lives as long as the call. Settling changes its order, not its value.
    unsafe {
        (*object).settle()?;
        Ok(Some(&(*object).value))
    }
}

/// What tells the value of a datum from every other, for the cache at a call site: a head of fixed length, and bytes whose
/// number the head tells; few where that is possible.
pub(super) fn identity<'c, S: Growing>(datum: pg_sys::Datum) -> ([u8; 9], &'c [u8]) {
    let head = |kind: u8, number: u64| {
        let mut head = [kind; 9];
        head[1..].copy_from_slice(&number.to_ne_bytes());
        head
    };
    if let Some((object, _)) = object::<S>(datum) {
        // SAFETY: the object is live.
        let stamp = unsafe { &mut (*object).stamp };
        if *stamp == 0 {
            *stamp = next_stamp();
        }
        return (head(1, *stamp), &[]);
    }
    let whole = super::site::stored(datum);
    // All of it, or of a plain value (a four-byte header) what is enough: header, version, flags, and the bytes that tell it
    // from others.
    let plain = cfg!(target_endian = "little") && whole.first().is_some_and(|b| b & 3 == 0);
    let enough = S::IDENTITY.filter(|_| plain).map_or(whole.len(), |bytes| 8 + bytes);
    (head(0, whole.len() as u64), whole.get(..enough).unwrap_or(whole))
}

/// Changes the state in the first argument. In an aggregate that is one object all the while, created in the aggregate's
/// context; otherwise a copy.
#[inline(always)]
pub fn push_growing<S: Growing>(call: &Call, push: impl FnOnce(&mut S) -> Result<()>) -> Result<pg_sys::Datum> {
    let state = match call.argument(0) {
        Some(datum) => match object::<S>(datum) {
            Some((object, true)) if call.in_aggregate() => object,
            _ => expand(call, Some(datum))?,
        },
        None => expand(call, None)?,
    };
    // SAFETY: the object is the aggregate's state, handed over for change, or ours. One reference at a time exists.
    unsafe {
        (*state).begin()?;
        push(&mut (*state).value)?;
        (*state).stamp = 0;
        Ok((*state).header.eoh_rw_ptr.as_mut_ptr().into())
    }
}

/// The state of an aggregate, as its final function takes and gives it.
pub struct State<S>(pg_sys::Datum, std::marker::PhantomData<S>);

impl<S: Growing> Value<'_> for State<S> {
    fn from_datum(_call: &Call, datum: pg_sys::Datum, _position: usize) -> Result<Self> {
        Ok(State(datum, std::marker::PhantomData))
    }
}

/// The result of an aggregate is its state, and nothing is left to do; but up to version 15 PostgreSQL would copy it, that is
/// flatten it, because it does not lie in the context of results. A pointer to the state that does lie there is as good. In
/// a window the state goes on changing, so there a copy is due.
impl<S: Growing> Returned for State<S> {
    fn give(self, call: &Call) -> Result<pg_sys::Datum> {
        let Some((object, _)) = object::<S>(self.0) else { return Ok(self.0) };
        // SAFETY: the object is live, and as long as the aggregate's result is. The pointer is a tag and an address.
        unsafe {
            if call.in_window() {
                (*object).settle()?;
                return varlena(&flat_contents(&(*object).value)?);
            }
            let pointer = pg_sys::palloc(POINTER).cast::<u8>();
            pointer.copy_from_nonoverlapping((&raw const (*object).header.eoh_ro_ptr).cast(), POINTER);
            Ok(pointer.into())
        }
    }
}

/// Bytes of a pointer to an expanded object, as `EXPANDED_POINTER_SIZE` has it.
const POINTER: usize = 2 + size_of::<usize>();

/// A new object with the value of a datum: the flat form read, or a copy of what is in memory.
#[cold]
fn expand<S: Growing>(call: &Call, datum: Option<pg_sys::Datum>) -> Result<*mut Object<S>> {
    let value = match datum.map(|datum| (datum, object::<S>(datum))) {
        None => S::default(),
        // SAFETY: the object is live.
        Some((_, Some((object, _)))) => unsafe {
            (*object).settle()?;
            unflatten(&flat_contents(&(*object).value)?)?
        },
        Some((datum, None)) => unflatten(contents(datum))?,
    };
    Ok(create(call, value))
}
