//! Policies from files and from text in memory.

use std::ffi::c_char;
use std::path::Path;
use std::sync::Arc;

use layertrust_core::report::Mode;
use layertrust_core::{Code, Error, Files, Folder, Policy, Result, Verifier};

use crate::error::layertrust_error;
use crate::ffi::{bytes, free, optional, optional_path, out};
use crate::panic::{fallible, infallible};
use crate::result::layertrust_result;
use crate::strings::Strings;

/// Who may vouch for what, complete and checked.
pub struct layertrust_policy {
    /// Rust's verifier owns its policy; one for both lets C free either first.
    pub(crate) verifier: Arc<Verifier>,
    strings: Strings,
}

impl layertrust_policy {
    pub(crate) fn new(policy: Policy) -> Result<Self> {
        Ok(layertrust_policy { verifier: Arc::new(Verifier::new(policy)?), strings: Strings::default() })
    }

    fn get(&self) -> &Policy {
        self.verifier.policy()
    }
}

/// Reads a policy file (TOML, version 1). The keys and roots that it names are relative to it.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn layertrust_policy_from_file(
    path: *const c_char,
    policy: *mut *mut layertrust_policy,
    error: *mut *mut layertrust_error,
) -> layertrust_result {
    fallible!(error, {
        let policy = out(policy, "policy")?;
        policy.fill(layertrust_policy::new(Policy::from_file(crate::ffi::path(path, "path")?)?)?);
        Ok(())
    })
}

/// Reads a policy from text in memory. The keys and roots that it names are relative to `folder`; if that is NULL,
/// a policy that names a file is refused.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn layertrust_policy_from_toml(
    text: *const u8,
    length: usize,
    folder: *const c_char,
    policy: *mut *mut layertrust_policy,
    error: *mut *mut layertrust_error,
) -> layertrust_result {
    fallible!(error, {
        let policy = out(policy, "policy")?;
        let text = std::str::from_utf8(bytes(text, length, "text")?);
        let text =
            text.map_err(|error| Error::new(Code::PolicyInvalid, "policy").expected("UTF-8").found(error))?;
        let files: Box<dyn Files> = match optional_path(folder, "folder")? {
            Some(folder) => Box::new(Folder::new(folder)),
            None => Box::new(Nowhere),
        };
        policy.fill(layertrust_policy::new(Policy::from_toml(text, &*files)?)?);
        Ok(())
    })
}

/// The files of a policy that came without a folder.
struct Nowhere;

impl Files for Nowhere {
    fn read(&self, path: &str) -> Result<Vec<u8>> {
        Err(Error::new(Code::PolicyInvalid, Path::new(path).display().to_string())
            .expected("a policy that names no file")
            .found("one from memory, without a folder, that names this one")
            .hint("Give the folder that keys and roots are relative to."))
    }
}

/// The policy's name.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn layertrust_policy_name(policy: *const layertrust_policy) -> *const c_char {
    infallible!(std::ptr::null(), optional(policy).map(|policy| policy.strings.lend(policy.get().name())))
}

/// The digest of the resolved policy, fingerprints of keys and roots included.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn layertrust_policy_digest(policy: *const layertrust_policy) -> *const c_char {
    infallible!(std::ptr::null(), optional(policy).map(|policy| policy.strings.lend(&policy.get().digest())))
}

/// Whether a rejection by this policy is meant to be let pass (mode = "audit"). Verdict and result are the same.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn layertrust_policy_is_audit(policy: *const layertrust_policy) -> bool {
    infallible!(false, optional(policy).map(|policy| policy.get().mode() == Mode::Audit))
}

/// Frees a policy; NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn layertrust_policy_free(policy: *mut layertrust_policy) {
    infallible!((), {
        free(policy);
        None
    });
}
