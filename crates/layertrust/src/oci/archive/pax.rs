//! Extended headers of entries (POSIX pax, "pax Extended Header").

use std::collections::BTreeSet;
use std::io::{self, Read};

/// A record of the entry's own extended headers that other tools read differently, if there is one.
///
/// Sparse files are expanded and renamed by GNU tar and by Go and not by others; of a key that stands twice some
/// take the first and some the last; and a name or size for all the entries that follow is heeded by few.
pub(super) fn ambiguous_record<R: Read>(entry: &mut tar::Entry<'_, R>) -> io::Result<Option<String>> {
    let is_global = entry.header().entry_type().is_pax_global_extensions();
    let mut seen = BTreeSet::new();
    for record in entry.pax_extensions()?.into_iter().flatten() {
        let key = String::from_utf8_lossy(record?.key_bytes()).into_owned();
        let decides = matches!(key.as_str(), "path" | "linkpath" | "size");
        if key.starts_with("GNU.sparse.") || (is_global && decides) || seen.contains(&key) {
            return Ok(Some(key));
        }
        seen.insert(key);
    }
    Ok(None)
}
