//! The guard around every function of the interface: no panic reaches the caller.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use layertrust_core::{Code, Error};

use crate::error::{Stop, layertrust_error};
use crate::ffi::out;
use crate::result::layertrust_result;

/// The body of a function that can fail: a result, and an error where the caller wants one.
macro_rules! fallible {
    ($error:expr, $body:expr) => {
        // SAFETY: the contract of README.md. The bodies call functions of `ffi` and nothing else that is unsafe.
        unsafe { $crate::panic::run($error, || $body) }
    };
}

/// The body of a function that cannot fail: an answer, or "nothing" for NULL, for what is not there and for a panic.
macro_rules! infallible {
    ($nothing:expr, $body:expr) => {
        // SAFETY: as in `fallible`.
        $crate::panic::answer($nothing, || unsafe { $body })
    };
}

pub(crate) use {fallible, infallible};

/// # Safety
/// `error` is NULL, or a place for a pointer.
pub(crate) unsafe fn run(
    error: *mut *mut layertrust_error,
    body: impl FnOnce() -> Result<(), Stop>,
) -> layertrust_result {
    // SAFETY: the same condition. An error that nobody wants is dropped.
    let place = unsafe { out(error, "error") }.ok();
    // What a panic leaves behind is dropped here, or is behind a lock and whole after every step.
    let stop = match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(())) => return layertrust_result::LAYERTRUST_OK,
        Ok(Err(stop)) => stop,
        Err(payload) => Stop::from(caught(payload)),
    };
    let (result, error) = stop.into_parts();
    if let Some(place) = place {
        place.fill(layertrust_error::new(&error));
    }
    result
}

pub(crate) fn answer<T>(nothing: T, body: impl FnOnce() -> Option<T>) -> T {
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(answer) => answer.unwrap_or(nothing),
        Err(payload) => {
            discard(payload);
            nothing
        }
    }
}

fn caught(payload: Box<dyn Any + Send>) -> Error {
    let text = payload.downcast_ref::<&str>().copied().map(str::to_owned);
    let text = text.or_else(|| payload.downcast_ref::<String>().cloned());
    discard(payload);
    Error::new(Code::Panic, "layertrust").found(text.unwrap_or_else(|| "a panic".to_owned()))
}

/// What was thrown may itself panic when it is dropped.
fn discard(payload: Box<dyn Any + Send>) {
    if let Err(again) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
        std::mem::forget(again);
    }
}

/// Panics inside a body, as a defect would.
#[cfg(feature = "test-panic")]
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn layertrust_test_panic(error: *mut *mut layertrust_error) -> layertrust_result {
    #[allow(clippy::panic, reason = "it is the point")]
    let defect = || panic!("injected by a test");
    fallible!(error, defect())
}
