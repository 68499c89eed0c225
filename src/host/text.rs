//! Text in the database's encoding, and the messages of the binary protocol.

use super::{Call, Returned, Value};
use crm_core::{Error, Result, SqlState};
use pgrx::pg_sys;
use std::borrow::Cow;
use std::ffi::CStr;
use std::sync::atomic::{AtomicI32, Ordering::Relaxed};

/// A C string: the argument of an input function, the result of an output function.
pub struct Cstring<'c>(pub Cow<'c, str>);

/// The message a receive function reads.
pub struct Message<'c>(pub &'c [u8]);

/// What a send function gives.
pub struct Wire(pub Vec<u8>);

/// The encoding of the database, which a session never leaves. Asked once: every guarded call costs more than reading a text.
#[inline]
fn encoding() -> i32 {
    const UNKNOWN: i32 = -1;
    static ENCODING: AtomicI32 = AtomicI32::new(UNKNOWN);
    if ENCODING.load(Relaxed) == UNKNOWN {
        // SAFETY: reads the encoding of the database.
        ENCODING.store(unsafe { pg_sys::GetDatabaseEncoding() }, Relaxed);
    }
    ENCODING.load(Relaxed)
}

/// Bytes in the database's encoding as UTF-8: themselves, or a copy that goes with the current context.
#[inline]
pub(super) fn utf8(bytes: &[u8]) -> Result<&str> {
    let not_text = |_| {
        Error::new(SqlState::InvalidEncoding, "text is not valid in the database's encoding")
            .hint("Convert the text to UTF-8; a database in SQL_ASCII takes any bytes, and only UTF-8 can be read.")
    };
    // SAFETY: the pointer and length are of a live slice; a converted copy is NUL-terminated and palloc'd.
    unsafe {
        let utf8 = pg_sys::pg_enc::PG_UTF8 as i32;
        if matches!(encoding(), e if e == utf8 || e == pg_sys::pg_enc::PG_SQL_ASCII as i32) {
            return std::str::from_utf8(bytes).map_err(not_text);
        }
        let length = i32::try_from(bytes.len()).map_err(|_| crm_core::codec::too_long())?;
        let converted = pg_sys::pg_server_to_any(bytes.as_ptr().cast(), length, utf8);
        if converted.cast_const().cast() == bytes.as_ptr() {
            return std::str::from_utf8(bytes).map_err(not_text);
        }
        CStr::from_ptr(converted).to_str().map_err(not_text)
    }
}

/// Whether the database is in UTF-8: its texts need no conversion.
pub(super) fn is_utf8() -> bool {
    encoding() == pg_sys::pg_enc::PG_UTF8 as i32
}

/// A message as PostgreSQL can take it: where the database is not in UTF-8, what is not ASCII is escaped.
pub(super) fn message(text: Cow<'static, str>) -> Cow<'static, str> {
    if text.is_ascii() || is_utf8() {
        return text;
    }
    text.chars().map(|c| if c.is_ascii() { c.to_string() } else { c.escape_unicode().to_string() }).collect()
}

/// UTF-8 as bytes in the database's encoding.
pub(super) fn server(text: &str) -> Result<Cow<'_, [u8]>> {
    // PostgreSQL would look for nothing else, and says what is wrong with a NUL.
    if is_utf8() && !text.as_bytes().contains(&0) {
        return Ok(Cow::Borrowed(text.as_bytes()));
    }
    // SAFETY: as above, in the other direction.
    unsafe {
        let length = i32::try_from(text.len()).map_err(|_| crm_core::codec::too_long())?;
        let converted = pg_sys::pg_any_to_server(text.as_ptr().cast(), length, pg_sys::pg_enc::PG_UTF8 as i32);
        if converted.cast_const().cast() == text.as_ptr() {
            return Ok(Cow::Borrowed(text.as_bytes()));
        }
        let owned = CStr::from_ptr(converted).to_bytes().to_vec();
        pg_sys::pfree(converted.cast());
        Ok(Cow::Owned(owned))
    }
}

impl<'c> Value<'c> for Cstring<'c> {
    fn from_datum(_call: &'c Call, datum: pg_sys::Datum, _position: usize) -> Result<Self> {
        // SAFETY: the argument is declared cstring and lives as long as the call.
        let text: &'c CStr = unsafe { CStr::from_ptr(datum.cast_mut_ptr()) };
        Ok(Cstring(utf8(text.to_bytes())?.into()))
    }
}

impl Returned for Cstring<'_> {
    fn give(self, _call: &Call) -> Result<pg_sys::Datum> {
        let bytes = server(&self.0)?;
        // SAFETY: allocates one byte more than is copied; palloc0 made it zero.
        unsafe {
            let copy = pg_sys::palloc0(bytes.len() + 1).cast::<u8>();
            copy.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
            Ok(copy.into())
        }
    }
}

impl<'c> Value<'c> for Message<'c> {
    fn from_datum(_call: &'c Call, datum: pg_sys::Datum, _position: usize) -> Result<Self> {
        // SAFETY: the argument of a receive function is a StringInfo; what is not read yet is [cursor, len).
        unsafe {
            let message = &mut *datum.cast_mut_ptr::<pg_sys::StringInfoData>();
            let rest =
                std::slice::from_raw_parts(message.data.add(message.cursor as usize).cast(), (message.len - message.cursor) as usize);
            message.cursor = message.len;
            Ok(Message(rest))
        }
    }
}

impl Returned for Wire {
    fn give(self, _call: &Call) -> Result<pg_sys::Datum> {
        super::returned::varlena(&self.0)
    }
}
