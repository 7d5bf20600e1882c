//! Which library this is.

use std::ffi::{CStr, c_char};

use crate::report::words::{OWNERS, PROOFS, SEVERITIES, VERDICTS};
use crate::result::layertrust_result;

/// The number in the soname.
const ABI_VERSION: u32 = 0;

/// The library's version, for instance "0.1.0". Static.
#[unsafe(no_mangle)]
pub extern "C" fn layertrust_version() -> *const c_char {
    const VERSION: &CStr =
        match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
            Ok(version) => version,
            Err(_) => c"",
        };
    VERSION.as_ptr()
}

/// The version of the interface, which must equal LAYERTRUST_ABI_VERSION.
#[unsafe(no_mangle)]
pub extern "C" fn layertrust_abi_version() -> u32 {
    ABI_VERSION
}

/// A result's name, for instance "digest-mismatch"; NULL for a number that is none. Static.
#[unsafe(no_mangle)]
pub extern "C" fn layertrust_result_name(result: u32) -> *const c_char {
    layertrust_result::name(result).map_or(std::ptr::null(), CStr::as_ptr)
}

/// An owner's name, for instance "vendor"; NULL for a number that is none. Static.
#[unsafe(no_mangle)]
pub extern "C" fn layertrust_owner_name(owner: u32) -> *const c_char {
    word(&OWNERS, owner)
}

/// A proof's name, for instance "same-blob"; NULL for a number that is none. Static.
#[unsafe(no_mangle)]
pub extern "C" fn layertrust_proof_name(proof: u32) -> *const c_char {
    word(&PROOFS, proof)
}

/// A severity's name, for instance "error"; NULL for a number that is none. Static.
#[unsafe(no_mangle)]
pub extern "C" fn layertrust_severity_name(severity: u32) -> *const c_char {
    word(&SEVERITIES, severity)
}

/// A verdict's name, for instance "accepted"; NULL for a number that is none. Static.
#[unsafe(no_mangle)]
pub extern "C" fn layertrust_verdict_name(verdict: u32) -> *const c_char {
    word(&VERDICTS, verdict)
}

fn word(words: &[&'static CStr], number: u32) -> *const c_char {
    let index = usize::try_from(number).unwrap_or(usize::MAX);
    words.get(index).map_or(std::ptr::null(), |word| word.as_ptr())
}
