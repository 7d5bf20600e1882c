//! Pointers from C, turned into Rust's. Each is looked at once, here.

use std::ffi::{CStr, CString, OsStr, c_char};
use std::path::Path;
use std::ptr::NonNull;
use std::sync::{Mutex, MutexGuard, PoisonError};

use layertrust_core::{Code, Error, Result};

fn null(name: &str) -> Error {
    Error::new(Code::NullPointer, name).expected("a pointer").found("NULL")
}

/// The error of an argument that is no pointer's fault.
pub(crate) fn usage(name: &str, expected: &str, found: impl std::fmt::Display) -> Error {
    Error::new(Code::Usage, name).expected(expected).found(found).hint("Correct the call.")
}

/// A handle that must be there.
///
/// # Safety
/// NULL, or a live handle of this type.
pub(crate) unsafe fn handle<'a, T>(pointer: *const T, name: &str) -> Result<&'a T> {
    // SAFETY: handles are only made by `Out::fill`, never moved, and never borrowed mutably.
    unsafe { pointer.as_ref() }.ok_or_else(|| null(name))
}

/// A handle that may be missing.
///
/// # Safety
/// NULL, or a live handle of this type.
pub(crate) unsafe fn optional<'a, T>(pointer: *const T) -> Option<&'a T> {
    // SAFETY: as for `handle`.
    unsafe { pointer.as_ref() }
}

/// A callback that must be there.
pub(crate) fn required<F>(callback: Option<F>, name: &str) -> Result<F> {
    callback.ok_or_else(|| null(name))
}

/// A string that must be there.
///
/// # Safety
/// NULL, or bytes that end in NUL and do not change meanwhile.
pub(crate) unsafe fn text<'a>(pointer: *const c_char, name: &str) -> Result<&'a str> {
    // SAFETY: the same condition.
    let text = unsafe { optional_text(pointer, name) };
    text?.ok_or_else(|| null(name))
}

/// A string that may be missing.
///
/// # Safety
/// NULL, or bytes that end in NUL and do not change meanwhile.
pub(crate) unsafe fn optional_text<'a>(pointer: *const c_char, name: &str) -> Result<Option<&'a str>> {
    // SAFETY: the same condition.
    let Some(bytes) = (unsafe { terminated(pointer) }) else { return Ok(None) };
    std::str::from_utf8(bytes).map(Some).map_err(|error| usage(name, "UTF-8", error))
}

/// A path that must be there: any bytes.
///
/// # Safety
/// NULL, or bytes that end in NUL and do not change meanwhile.
pub(crate) unsafe fn path<'a>(pointer: *const c_char, name: &str) -> Result<&'a Path> {
    // SAFETY: the same condition.
    let path = unsafe { optional_path(pointer, name) };
    path?.ok_or_else(|| null(name))
}

/// A path that may be missing.
///
/// # Safety
/// NULL, or bytes that end in NUL and do not change meanwhile.
pub(crate) unsafe fn optional_path<'a>(pointer: *const c_char, name: &str) -> Result<Option<&'a Path>> {
    // SAFETY: the same condition.
    match unsafe { terminated(pointer) } {
        Some([]) => Err(usage(name, "a path", "an empty string")),
        Some(bytes) => native(bytes, name).map(|path| Some(Path::new(path))),
        None => Ok(None),
    }
}

#[cfg(unix)]
fn native<'a>(bytes: &'a [u8], _name: &str) -> Result<&'a OsStr> {
    Ok(std::os::unix::ffi::OsStrExt::from_bytes(bytes))
}

#[cfg(not(unix))]
fn native<'a>(bytes: &'a [u8], name: &str) -> Result<&'a OsStr> {
    std::str::from_utf8(bytes).map(OsStr::new).map_err(|error| usage(name, "UTF-8", error))
}

unsafe fn terminated<'a>(pointer: *const c_char) -> Option<&'a [u8]> {
    // SAFETY: the caller's condition, and not NULL.
    (!pointer.is_null()).then(|| unsafe { CStr::from_ptr(pointer) }.to_bytes())
}

/// Bytes with their length. NULL is fine where the length is 0.
///
/// # Safety
/// NULL, or that many bytes that do not change meanwhile.
pub(crate) unsafe fn bytes<'a>(pointer: *const u8, length: usize, name: &str) -> Result<&'a [u8]> {
    if length == 0 {
        return Ok(&[]);
    }
    if pointer.is_null() {
        return Err(null(name));
    }
    if isize::try_from(length).is_err() {
        return Err(usage(name, "a length that fits into memory", length));
    }
    // SAFETY: not NULL, not too long; the rest is the caller's condition.
    Ok(unsafe { std::slice::from_raw_parts(pointer, length) })
}

/// A place for what a function makes: NULL until it is filled.
pub(crate) struct Out<T>(NonNull<*mut T>);

/// # Safety
/// NULL, or a place for a pointer.
pub(crate) unsafe fn out<T>(pointer: *mut *mut T, name: &str) -> Result<Out<T>> {
    let place = NonNull::new(pointer).ok_or_else(|| null(name))?;
    // SAFETY: not NULL; the rest is the caller's condition. What was there is not read.
    unsafe { place.write(std::ptr::null_mut()) };
    Ok(Out(place))
}

impl<T> Out<T> {
    /// Gives the value to the caller, who frees it.
    pub(crate) fn fill(self, value: T) {
        // SAFETY: `out` wrote there before, on the same call.
        unsafe { self.0.write(Box::into_raw(Box::new(value))) };
    }
}

impl Out<c_char> {
    /// Gives a string to the caller, who frees it with `layertrust_string_free`.
    pub(crate) fn fill_text(self, text: &str) {
        // SAFETY: `out` wrote there before, on the same call.
        unsafe { self.0.write(c_string(text).into_raw()) };
    }
}

/// Takes back what [`Out::fill`] gave.
///
/// # Safety
/// NULL, or a live handle of this type that nobody uses any more.
pub(crate) unsafe fn free<T>(pointer: *mut T) {
    if !pointer.is_null() {
        // SAFETY: it came from a box, and nobody else has it.
        drop(unsafe { Box::from_raw(pointer) });
    }
}

/// Takes back what [`Out::fill_text`] gave.
///
/// # Safety
/// NULL, or a string that this library gave and the caller did not make shorter.
pub(crate) unsafe fn free_text(pointer: *mut c_char) {
    if !pointer.is_null() {
        // SAFETY: it came from `CString::into_raw`.
        drop(unsafe { CString::from_raw(pointer) });
    }
}

/// A string for C. A NUL inside would cut it off there, so it is replaced by a character that shows.
pub(crate) fn c_string(text: &str) -> CString {
    CString::new(text.replace('\0', "\u{fffd}")).unwrap_or_default()
}

/// A lock that a panic of another thread does not take away: what it protects is whole after every step.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
