//! Errors as handles.

use std::ffi::{CString, c_char};

use layertrust_core::{Code, Error};

use crate::ffi::{c_string, free, free_text, optional};
use crate::panic::infallible;
use crate::result::layertrust_result;

/// Why something failed, or why an image was rejected: a code, what was expected and found, what to do next.
pub struct layertrust_error {
    code: Code,
    name: CString,
    message: CString,
    hint: CString,
}

impl layertrust_error {
    pub(crate) fn new(error: &Error) -> Self {
        layertrust_error {
            code: error.code(),
            name: c_string(error.code().name()),
            message: c_string(&error.message()),
            hint: c_string(error.advice()),
        }
    }
}

/// Why a body stopped before its end.
pub(crate) enum Stop {
    /// There is no answer.
    Error(Error),
    /// The answer is no, for this reason first of all.
    Rejected(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Stop::Error(error)
    }
}

impl Stop {
    pub(crate) fn into_parts(self) -> (layertrust_result, Error) {
        match self {
            Stop::Error(error) => (layertrust_result::of(error.code()), error),
            Stop::Rejected(error) => (layertrust_result::LAYERTRUST_REJECTED, error),
        }
    }
}

/// The code: one of LAYERTRUST_ERROR_…, also where the result was LAYERTRUST_REJECTED.
/// LAYERTRUST_ERROR_NULL_POINTER for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn layertrust_error_code(error: *const layertrust_error) -> layertrust_result {
    infallible!(
        layertrust_result::LAYERTRUST_ERROR_NULL_POINTER,
        optional(error).map(|error| layertrust_result::of(error.code))
    )
}

/// The code's name, for instance "digest-mismatch".
#[unsafe(no_mangle)]
pub unsafe extern "C" fn layertrust_error_name(error: *const layertrust_error) -> *const c_char {
    infallible!(std::ptr::null(), optional(error).map(|error| error.name.as_ptr()))
}

/// What was looked at, what was expected and what was found.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn layertrust_error_message(error: *const layertrust_error) -> *const c_char {
    infallible!(std::ptr::null(), optional(error).map(|error| error.message.as_ptr()))
}

/// What to do next.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn layertrust_error_hint(error: *const layertrust_error) -> *const c_char {
    infallible!(std::ptr::null(), optional(error).map(|error| error.hint.as_ptr()))
}

/// Frees an error; NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn layertrust_error_free(error: *mut layertrust_error) {
    infallible!((), {
        free(error);
        None
    });
}

/// Frees a string that came out as `char *`; NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn layertrust_string_free(string: *mut c_char) {
    infallible!((), {
        free_text(string);
        None
    });
}
