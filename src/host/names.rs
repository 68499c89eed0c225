//! Arrays of texts as they are: with their NULLs, not kept from row to row.

use super::argument::contents;
use super::{Call, Value, text};
use crm_core::{Error, Result};
use pgrx::pg_sys;

/// The elements of a text[], row after row if it has several dimensions; none is a NULL.
pub struct TextArray<'c>(pub Vec<Option<&'c str>>);

impl<'c> Value<'c> for TextArray<'c> {
    fn from_datum(_call: &'c Call, datum: pg_sys::Datum, _position: usize) -> Result<Self> {
        let (mut elements, mut nulls, mut count) = (std::ptr::null_mut(), std::ptr::null_mut(), 0);
        // SAFETY: the datum is declared text[]; the detoasted copy, and what is deconstructed, live in the call's context. The two lists
        // have `count` elements each, and are not looked at where there are none.
        let (elements, nulls) = unsafe {
            let array = pg_sys::pg_detoast_datum(datum.cast_mut_ptr()).cast();
            let alignment = b'i' as std::ffi::c_char;
            pg_sys::deconstruct_array(array, pg_sys::TEXTOID, -1, false, alignment, &mut elements, &mut nulls, &mut count);
            let count = usize::try_from(count).unwrap_or(0);
            if count == 0 {
                return Ok(TextArray(Vec::new()));
            }
            (std::slice::from_raw_parts(elements, count), std::slice::from_raw_parts(nulls, count))
        };
        let mut list = Vec::new();
        list.try_reserve_exact(elements.len()).map_err(|_| Error::out_of_memory("an array"))?;
        for (element, null) in elements.iter().zip(nulls) {
            list.push(if *null { None } else { Some(text::utf8(contents(*element))?) });
        }
        Ok(TextArray(list))
    }
}
