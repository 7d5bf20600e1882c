//! Strings that are lent to C and live as long as the handle they were asked of.

use std::collections::HashMap;
use std::ffi::{CString, c_char};
use std::sync::Mutex;

use crate::ffi::{c_string, lock};

/// Rust's strings do not end in NUL. One that is asked for is copied once and kept, so that the pointer stays good.
#[derive(Default)]
pub(crate) struct Strings(Mutex<HashMap<String, CString>>);

impl Strings {
    /// The same pointer for the same text.
    pub(crate) fn lend(&self, text: &str) -> *const c_char {
        let mut known = lock(&self.0);
        match known.get(text) {
            Some(string) => string.as_ptr(),
            // Moving a `CString` moves no bytes.
            None => known.entry(text.to_owned()).or_insert_with(|| c_string(text)).as_ptr(),
        }
    }
}
