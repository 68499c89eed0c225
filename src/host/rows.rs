//! Functions that give rows: they fill a tuplestore, which leaves the call site's memory free for compiled policies and
//! costs less a row than one call a row.

use super::{
    Call, Returned,
    returned::{jsonb, texts},
};
use crm_core::{Amount, Day, Error, Instant, Result, SqlState};
use pgrx::pg_sys;

/// One value of a row.
pub enum Cell {
    /// SQL NULL.
    Null,
    /// boolean.
    Bool(bool),
    /// integer.
    Int(i32),
    /// bigint.
    Long(i64),
    /// double precision.
    Float(f64),
    /// numeric.
    Amount(Amount),
    /// text.
    Text(String),
    /// date.
    Day(Day),
    /// timestamptz.
    Instant(Instant),
    /// jsonb.
    Json(serde_json::Value),
    /// jsonb, from its text.
    JsonText(String),
    /// text[], whose elements may be NULL.
    Texts(Vec<Option<String>>),
}

macro_rules! convertible {
    ($($type:ty => $cell:ident),* $(,)?) => {$(
        impl From<$type> for Cell {
            fn from(value: $type) -> Self {
                Cell::$cell(value.into())
            }
        }
    )*};
}

convertible! {
    bool => Bool, i32 => Int, i64 => Long, f64 => Float, Amount => Amount, String => Text, &str => Text, Day => Day,
    Instant => Instant, serde_json::Value => Json,
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Cell::Null, Into::into)
    }
}

impl Cell {
    fn give(self, call: &Call) -> Result<Option<pg_sys::Datum>> {
        match self {
            Cell::Null => return Ok(None),
            Cell::Bool(value) => value.give(call),
            Cell::Int(value) => value.give(call),
            Cell::Long(value) => value.give(call),
            Cell::Float(value) => value.give(call),
            Cell::Amount(value) => value.give(call),
            Cell::Text(value) => value.give(call),
            Cell::Day(value) => value.give(call),
            Cell::Instant(value) => value.give(call),
            Cell::Json(value) => value.give(call),
            Cell::JsonText(text) => jsonb(&text),
            Cell::Texts(list) => texts(&list),
        }
        .map(Some)
    }

    /// The type a column must have to take the value.
    fn type_oid(&self) -> Option<pg_sys::Oid> {
        Some(match self {
            Cell::Null => return None,
            Cell::Bool(_) => pg_sys::BOOLOID,
            Cell::Int(_) => pg_sys::INT4OID,
            Cell::Long(_) => pg_sys::INT8OID,
            Cell::Float(_) => pg_sys::FLOAT8OID,
            Cell::Amount(_) => pg_sys::NUMERICOID,
            Cell::Text(_) => pg_sys::TEXTOID,
            Cell::Day(_) => pg_sys::DATEOID,
            Cell::Instant(_) => pg_sys::TIMESTAMPTZOID,
            Cell::Json(_) | Cell::JsonText(_) => pg_sys::JSONBOID,
            Cell::Texts(_) => pg_sys::TEXTARRAYOID,
        })
    }
}

/// The rows a function gives; a call whose required argument is NULL gives none.
#[derive(Default)]
pub struct Rows(Vec<Vec<Cell>>);

impl Rows {
    /// Adds a row.
    pub fn push(&mut self, row: impl IntoIterator<Item = Cell>) {
        crm_core::pause::step();
        crm_core::pause::push(&mut self.0, row.into_iter().collect());
    }
}

/// Writes a row: `cells![a, b, …]` converts each value.
macro_rules! cells {
    ($($value:expr),* $(,)?) => { [$($crate::host::Cell::from($value)),*] };
}
pub(crate) use cells;

#[cold]
fn misdeclared() -> Error {
    Error::new(SqlState::DataCorrupted, "the function is declared with other columns than it gives")
        .hint("The library and the extension's SQL are of different versions: run alter extension pg_crm update.")
}

/// The type of a column.
pub enum Column {
    /// One of PostgreSQL's.
    Type(pg_sys::Oid),
    /// One of the extension's, by its name.
    Summary(&'static str),
}

impl Column {
    /// Whether a declared type is this one.
    fn is(&self, declared: pg_sys::Oid) -> bool {
        match self {
            Column::Type(oid) => *oid == declared,
            // SAFETY: gives a palloc'd C string for any type.
            Column::Summary(name) => unsafe {
                let shown = std::ffi::CStr::from_ptr(pg_sys::format_type_be_qualified(declared)).to_bytes();
                shown.rsplit(|byte| *byte == b'.').next() == Some(name.as_bytes())
            },
        }
    }
}

/// Where a function's rows go, one after the other: memory does not grow with their number (beyond work_mem they go to
/// disk). What a row's values take is freed every few rows.
pub struct Sink {
    store: *mut pg_sys::Tuplestorestate,
    descriptor: pg_sys::TupleDesc,
    types: Vec<pg_sys::Oid>,
    /// Where the values of rows are made.
    values: pg_sys::MemoryContext,
    outer: pg_sys::MemoryContext,
    rows: usize,
}

/// Rows between two cleanings.
const CLEANED: usize = 256;

impl Sink {
    /// Begins to give rows. The columns must be declared so; none are checked where the list is empty.
    pub fn open(call: &Call, columns: &[Column]) -> Result<Self> {
        // SAFETY: resultinfo of a set-returning function is a ReturnSetInfo, and what is handed over (the descriptor, the
        // tuplestore) is made in its per-query context.
        unsafe {
            let info = (*call.fcinfo()).resultinfo.cast::<pg_sys::ReturnSetInfo>();
            let materialize = pg_sys::SetFunctionReturnMode::SFRM_Materialize;
            if info.is_null() || (*info).type_ != pg_sys::NodeTag::T_ReturnSetInfo || (*info).allowedModes & materialize as i32 == 0 {
                return Err(Error::parameter("the function gives rows where none can be taken").hint("Use it in FROM."));
            }
            let outer = pg_sys::MemoryContextSwitchTo((*(*info).econtext).ecxt_per_query_memory);
            let mut descriptor = std::ptr::null_mut();
            let class = pg_sys::get_call_result_type(call.fcinfo(), std::ptr::null_mut(), &mut descriptor);
            if class != pg_sys::TypeFuncClass::TYPEFUNC_COMPOSITE {
                return Err(misdeclared());
            }
            let random_access = (*info).allowedModes & pg_sys::SetFunctionReturnMode::SFRM_Materialize_Random as i32 != 0;
            let store = pg_sys::tuplestore_begin_heap(random_access, false, pg_sys::work_mem);
            (*info).returnMode = materialize;
            (*info).setResult = store;
            (*info).setDesc = descriptor;

            let types: Vec<pg_sys::Oid> = (1..=(*descriptor).natts).map(|i| pg_sys::SPI_gettypeid(descriptor, i)).collect();
            let agree = types.len() == columns.len() && types.iter().zip(columns).all(|(declared, column)| column.is(*declared));
            if !columns.is_empty() && !agree {
                return Err(misdeclared());
            }
            let values = pg_sys::AllocSetContextCreateInternal(outer, c"crm rows".as_ptr(), 0, 8192, 8 * 1024 * 1024);
            pg_sys::MemoryContextSwitchTo(values);
            Ok(Sink { store, descriptor, types, values, outer, rows: 0 })
        }
    }

    /// Adds a row of values of the columns' types, none of them NULL.
    #[inline]
    pub fn row<const N: usize>(&mut self, mut values: [pg_sys::Datum; N]) -> Result<()> {
        if N != self.types.len() {
            return Err(misdeclared());
        }
        self.put(&mut values, &mut [false; N]);
        Ok(())
    }

    /// Adds a row of values of the columns' types; none is NULL.
    #[inline]
    pub fn optional<const N: usize>(&mut self, row: [Option<pg_sys::Datum>; N]) -> Result<()> {
        if N != self.types.len() {
            return Err(misdeclared());
        }
        self.put(&mut row.map(|datum| datum.unwrap_or(pg_sys::Datum::null())), &mut row.map(|datum| datum.is_none()));
        Ok(())
    }

    /// Adds a row of cells, of the columns' types or NULL.
    pub fn cells(&mut self, call: &Call, row: impl IntoIterator<Item = Cell>) -> Result<()> {
        let row: Vec<Cell> = row.into_iter().collect();
        if row.len() != self.types.len() || row.iter().zip(&self.types).any(|(cell, oid)| cell.type_oid().is_some_and(|o| o != *oid)) {
            return Err(misdeclared());
        }
        let given: Result<Vec<_>> = row.into_iter().map(|cell| cell.give(call)).collect();
        let (mut values, mut nulls): (Vec<_>, Vec<_>) =
            given?.into_iter().map(|datum| (datum.unwrap_or(pg_sys::Datum::null()), datum.is_none())).unzip();
        self.put(&mut values, &mut nulls);
        Ok(())
    }

    #[inline]
    fn put(&mut self, values: &mut [pg_sys::Datum], nulls: &mut [bool]) {
        // SAFETY: as many values as the descriptor has columns, of their types. The context is this sink's own.
        unsafe {
            pg_sys::tuplestore_putvalues(self.store, self.descriptor, values.as_mut_ptr(), nulls.as_mut_ptr());
            self.rows += 1;
            if self.rows.is_multiple_of(CLEANED) {
                pg_sys::MemoryContextReset(self.values);
                pgrx::check_for_interrupts!();
            }
        }
    }
}

impl Returned for Sink {
    fn give(self, _call: &Call) -> Result<pg_sys::Datum> {
        // SAFETY: the context that was current before; what was made in between is not needed any more.
        unsafe {
            pg_sys::MemoryContextSwitchTo(self.outer);
            pg_sys::MemoryContextDelete(self.values);
        }
        Ok(pg_sys::Datum::null())
    }

    fn null(call: &Call) -> pg_sys::Datum {
        // SAFETY: as in open; a set-returning function that is done at once gives no rows.
        unsafe {
            let info = (*call.fcinfo()).resultinfo.cast::<pg_sys::ReturnSetInfo>();
            if !info.is_null() && (*info).type_ == pg_sys::NodeTag::T_ReturnSetInfo {
                (*info).isDone = pg_sys::ExprDoneCond::ExprEndResult;
            }
        }
        call.null()
    }
}

impl Returned for Rows {
    fn give(self, call: &Call) -> Result<pg_sys::Datum> {
        let mut sink = Sink::open(call, &[])?;
        for row in self.0 {
            sink.cells(call, row)?;
        }
        sink.give(call)
    }

    fn null(call: &Call) -> pg_sys::Datum {
        Sink::null(call)
    }
}
