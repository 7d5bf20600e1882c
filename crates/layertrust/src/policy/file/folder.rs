//! Policies from disk: the caller's own files.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::Files;
use crate::code::Code;
use crate::error::{Error, Result};
use crate::limits::{POLICY_SIZE, ROOT_SIZE};
use crate::policy::Policy;

/// The folder that a policy lies in: the keys and roots that it names are relative to it.
#[derive(Debug, Clone)]
pub struct Folder(PathBuf);

impl Folder {
    /// A folder; an empty path is the working directory.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Folder(path.into())
    }

    /// Reads a small file of the caller's own: a policy, a key, a root. Whatever is wrong with it, the call is, so
    /// the error has `code`.
    ///
    /// # Errors
    /// `code` for what cannot be read, is no regular file or has more than `limit` bytes.
    pub fn read_file(path: &Path, limit: u64, code: Code) -> Result<Vec<u8>> {
        let wrong = |found: &dyn std::fmt::Display| Error::new(code, path.display().to_string()).found(found);
        let mut bytes = Vec::new();
        let file = File::open(path).map_err(|error| wrong(&error))?;
        if !file.metadata().is_ok_and(|metadata| metadata.is_file()) {
            return Err(wrong(&"no regular file"));
        }
        file.take(limit + 1).read_to_end(&mut bytes).map_err(|error| wrong(&error))?;
        if bytes.len() as u64 > limit {
            return Err(wrong(&format!("more than {limit} bytes")));
        }
        Ok(bytes)
    }
}

impl Files for Folder {
    fn read(&self, path: &str) -> Result<Vec<u8>> {
        // Keys and roots alike; each is bounded again where it is read.
        Self::read_file(&self.0.join(path), ROOT_SIZE, Code::PolicyInvalid)
    }
}

impl Policy {
    /// Reads a policy file; the keys and roots that it names are relative to it.
    ///
    /// # Errors
    /// As [`Policy::from_toml`]; `policy-invalid` also if the file cannot be read.
    pub fn from_file(path: &Path) -> Result<Self> {
        let bytes = Folder::read_file(path, POLICY_SIZE, Code::PolicyInvalid)?;
        let about = |error: Error| error.about(path.display());
        let text = String::from_utf8(bytes).map_err(|error| {
            about(Error::new(Code::PolicyInvalid, "policy").expected("UTF-8").found(error.utf8_error()))
        })?;
        Self::from_toml(&text, &Folder::new(path.parent().unwrap_or_else(|| Path::new("")))).map_err(about)
    }
}
