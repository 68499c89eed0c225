//! The one error type. The extension turns it into PostgreSQL's report in one place, so the SQLSTATE, the message and
//! the hint of every failure are decided here, next to the rule that failed.

use std::borrow::Cow;
use std::fmt;

/// The SQLSTATE an error is reported under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SqlState {
    /// 22P02: the text form of a type is wrong.
    InvalidText,
    /// 22P03: the binary form of a type is wrong.
    InvalidBinary,
    /// 22023: an argument or a policy is wrong.
    InvalidParameter,
    /// 22003: a number is out of range, NaN or infinite.
    OutOfRange,
    /// 22008: a date or an instant is infinite or out of range.
    DatetimeOutOfRange,
    /// 22021: text that is not valid in the encoding.
    InvalidEncoding,
    /// 53200: memory could not be had.
    OutOfMemory,
    /// 54000: a limit of this extension.
    LimitExceeded,
    /// 55000: a model that is not fit for use.
    NotReady,
    /// XX001: a stored value that cannot have been written by this extension.
    DataCorrupted,
}

/// What went wrong (message), under which SQLSTATE, and what to do about it (hint).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// The SQLSTATE.
    pub state: SqlState,
    /// What was wrong with which argument and value. Never a row's contents.
    pub message: Cow<'static, str>,
    /// More of what is wrong, where one sentence does not do.
    pub detail: Option<Cow<'static, str>>,
    /// What to do.
    pub hint: Option<Cow<'static, str>>,
}

/// The result of everything here that can fail.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// An error without a hint.
    pub fn new(state: SqlState, message: impl Into<Cow<'static, str>>) -> Self {
        Error { state, message: message.into(), detail: None, hint: None }
    }

    /// 22023.
    pub fn parameter(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(SqlState::InvalidParameter, message)
    }

    /// 22003.
    pub fn range(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(SqlState::OutOfRange, message)
    }

    /// 22P02, naming the type whose text is wrong.
    pub fn text(type_name: &str, problem: impl fmt::Display) -> Self {
        Self::new(SqlState::InvalidText, format!("invalid input for type {type_name}: {problem}"))
    }

    /// 22P03, naming the type whose binary form is wrong.
    pub fn binary(type_name: &str, problem: impl fmt::Display) -> Self {
        Self::new(SqlState::InvalidBinary, format!("invalid binary input for type {type_name}: {problem}"))
            .hint(format!("Expected the bytes that {type_name}_send gives, all of them."))
    }

    /// 53200, for a growth of `what` that the allocator refused.
    pub fn out_of_memory(what: &str) -> Self {
        Self::new(SqlState::OutOfMemory, format!("out of memory while growing {what}"))
            .hint("Split the work by a key, or give the server more memory.")
    }

    /// The same error about what is stored (XX001), where it was first taken for input. What the machine or a limit refuses says
    /// nothing about what is stored.
    #[must_use]
    pub fn stored(self) -> Self {
        if matches!(self.state, SqlState::OutOfMemory | SqlState::LimitExceeded) {
            return self;
        }
        self.under(SqlState::DataCorrupted).hint("A stored value is damaged: restore it from a backup, and check the storage.")
    }

    /// The same error with a hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<Cow<'static, str>>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same error with a detail.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// The same error under another SQLSTATE: a check that serves text and binary input reports as the one that called.
    #[must_use]
    pub fn under(mut self, state: SqlState) -> Self {
        self.state = state;
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
