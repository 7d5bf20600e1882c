//! Extended headers of entries (POSIX pax, "pax Extended Header").

use crate::code::Code;
use crate::error::{Error, Result};

/// What extended headers say about the entry that follows them.
#[derive(Debug, Default)]
pub(super) struct Extended {
    pub(super) path: Option<Vec<u8>>,
    pub(super) link: Option<Vec<u8>>,
    pub(super) size: Option<u64>,
    pub(super) uid: Option<u64>,
    pub(super) gid: Option<u64>,
    /// Extended attributes that decide what a process may do, as `name=value`.
    pub(super) attributes: Vec<Vec<u8>>,
}

/// Attributes that decide what a process may do. Others (`user.*`, SELinux labels) are not compared.
pub(super) const DECIDING: [&[u8]; 3] =
    [b"security.capability", b"system.posix_acl_access", b"system.posix_acl_default"];

/// How attributes are written (star, GNU tar, bsdtar, Go); Go alone reads only the first.
const PREFIX: &[u8] = b"SCHILY.xattr.";

impl Extended {
    /// Takes the records of one extended header. `all` says that it is for all the entries that follow.
    ///
    /// Readers differ in what they do about a key that stands twice, about sparse files, and about names for all
    /// entries: none of these is read, all are refused.
    pub(super) fn read(&mut self, bytes: &[u8], all: bool) -> Result<()> {
        let mut rest = bytes;
        let mut seen: Vec<&[u8]> = Vec::new();
        while !rest.is_empty() {
            let (key, value, after) = record(rest).ok_or_else(|| {
                Error::new(Code::Malformed, "extended header")
                    .expected("records of LENGTH KEY=VALUE")
                    .found("something else")
            })?;
            rest = after;
            if seen.contains(&key) {
                return Err(ambiguous("each key once", key));
            }
            seen.push(key);
            if seen.len() > MOST_RECORDS {
                return Err(Error::new(Code::LimitExceeded, "extended header")
                    .expected(format!("at most {MOST_RECORDS} records"))
                    .found("more"));
            }
            if all {
                if self.decides(key) {
                    return Err(ambiguous("nothing that decides about all entries", key));
                }
            } else {
                self.take(key, value)?;
            }
        }
        Ok(())
    }

    fn decides(&self, key: &[u8]) -> bool {
        matches!(key, b"path" | b"linkpath" | b"size" | b"uid" | b"gid" | b"hdrcharset")
            || key.starts_with(b"GNU.sparse.")
            || key.starts_with(PREFIX)
    }

    fn take(&mut self, key: &[u8], value: &[u8]) -> Result<()> {
        let text = || {
            // An empty value leaves what the header itself says.
            if value.contains(&0) {
                return Err(Error::new(Code::Malformed, "extended header")
                    .expected("names without NUL")
                    .found("one with it"));
            }
            Ok((!value.is_empty()).then(|| value.to_vec()))
        };
        match key {
            b"path" => self.path = text()?,
            b"linkpath" => self.link = text()?,
            b"size" => self.size = number(value)?,
            b"uid" => self.uid = number(value)?,
            b"gid" => self.gid = number(value)?,
            // The values would be in another character set than everybody assumes.
            b"hdrcharset" if value != b"ISO-IR 10646 2000 UTF-8" && value != b"BINARY" => {
                return Err(ambiguous("names in UTF-8", key));
            }
            _ if key.starts_with(b"GNU.sparse.") => {
                return Err(Error::new(Code::UnsupportedFormat, "extended header")
                    .expected("files without holes")
                    .found("a sparse file, which readers expand differently")
                    .hint("Build the layer with a usual builder; none writes sparse files."));
            }
            _ => {
                if let Some(name) = key.strip_prefix(PREFIX) {
                    self.attribute(name, value)?;
                }
            }
        }
        Ok(())
    }

    fn attribute(&mut self, name: &[u8], value: &[u8]) -> Result<()> {
        // Where layers are unpacked into overlayfs these delete and redirect what lies below, unseen in the tar.
        if name.starts_with(b"trusted.overlay.") || name.starts_with(b"user.overlay.") {
            return Err(Error::new(Code::LayerInconsistent, "extended attribute")
                .expected("whiteouts as the OCI specification writes them")
                .found(String::from_utf8_lossy(name)));
        }
        if DECIDING.contains(&name) {
            self.attributes.push([name, b"=", value].concat());
        }
        Ok(())
    }
}

/// Real entries have some ten, with attributes.
const MOST_RECORDS: usize = 256;

fn ambiguous(expected: &str, key: &[u8]) -> Error {
    Error::new(Code::LayerInconsistent, "extended header")
        .expected(expected)
        .found(format!("{:?}, which readers take differently", String::from_utf8_lossy(key)))
}

/// The first record: key, value, and what follows it.
fn record(bytes: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let space = bytes.iter().take(20).position(|byte| *byte == b' ')?;
    let length: usize = std::str::from_utf8(bytes.get(..space)?).ok()?.parse().ok()?;
    let record = bytes.get(..length)?;
    let text = record.get(space + 1..)?.strip_suffix(b"\n")?;
    let equals = text.iter().position(|byte| *byte == b'=')?;
    let key = text.get(..equals).filter(|key| !key.is_empty() && !key.contains(&0))?;
    Some((key, text.get(equals + 1..)?, bytes.get(length..)?))
}

/// A decimal number; none for an empty value.
fn number(value: &[u8]) -> Result<Option<u64>> {
    if value.is_empty() {
        return Ok(None);
    }
    let digits = value.iter().all(u8::is_ascii_digit);
    let parsed = std::str::from_utf8(value).ok().filter(|_| digits).and_then(|text| text.parse().ok());
    parsed.map(Some).ok_or_else(|| {
        Error::new(Code::Malformed, "extended header")
            .expected("a number that is not negative")
            .found(format!("{:?}", String::from_utf8_lossy(value)))
    })
}

#[cfg(test)]
mod tests;
