//! Lists of files, from paths as databases write them.

use super::Files;

/// How many times its own size a list may name: in a database each path is written relative to a folder
/// that is named once, so a short list could name very long paths. Real lists stay below 5.
const EXPANSION: usize = 16;

/// A list in the making.
#[derive(Debug)]
pub(super) struct Listing {
    paths: Vec<Vec<u8>>,
    /// Bytes that may still be named; none once they were exceeded.
    budget: Option<usize>,
}

impl Listing {
    /// A list from so many bytes of database.
    pub(super) fn new(size: usize) -> Self {
        Listing { paths: Vec::new(), budget: Some(size.saturating_mul(EXPANSION)) }
    }

    /// Adds a path in a folder. An absolute path is what it is, no path climbs out of the root, and an empty
    /// line is no path.
    pub(super) fn push(&mut self, folder: &[u8], path: &[u8]) {
        if path.is_empty() {
            return;
        }
        // What was copied counts, also if the path climbs out of the folder again.
        let size = folder.len().saturating_add(path.len());
        self.budget = self.budget.and_then(|budget| budget.checked_sub(size));
        if self.budget.is_none() {
            self.paths = Vec::new();
            return;
        }
        let path = joined(folder, path);
        if !path.is_empty() {
            self.paths.push(path);
        }
    }

    /// The files so far; the next list takes what is left of the bytes.
    pub(super) fn take(&mut self) -> Result<Files, &'static str> {
        match self.budget {
            Some(_) => Ok(Files::Listed(std::mem::take(&mut self.paths))),
            None => Err("a list of files is short but names very long paths"),
        }
    }
}

fn joined(folder: &[u8], path: &[u8]) -> Vec<u8> {
    let folder = if path.starts_with(b"/") { &[] } else { folder };
    let mut cleaned = Vec::with_capacity(folder.len() + 1 + path.len());
    for name in [folder, path].into_iter().flat_map(|part| part.split(|byte| *byte == b'/')) {
        match name {
            b"" | b"." => {}
            b".." => cleaned.truncate(cleaned.iter().rposition(|byte| *byte == b'/').unwrap_or(0)),
            name => {
                if !cleaned.is_empty() {
                    cleaned.push(b'/');
                }
                cleaned.extend_from_slice(name);
            }
        }
    }
    cleaned
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_cleaned_and_clamped_at_the_root() {
        for (folder, path, expected) in [
            ("", "/usr/bin/x", "usr/bin/x"),
            ("", "/.", ""),
            ("opt/lib", "a.py", "opt/lib/a.py"),
            ("opt/lib", "../../bin/x", "bin/x"),
            ("opt/lib", "../../../../../bin/x", "bin/x"),
            ("opt/lib", "/bin/x", "bin/x"),
            ("opt/lib", "./a//b/", "opt/lib/a/b"),
            ("opt", "..", ""),
            ("", "..a/...", "..a/..."),
        ] {
            assert_eq!(joined(folder.as_bytes(), path.as_bytes()), expected.as_bytes(), "{folder} {path}");
        }
    }

    #[test]
    fn a_short_list_cannot_name_long_paths() {
        let mut listing = Listing::new(100);
        listing.push(b"", b"/");
        listing.push(&[b'a'; 1000], b"b");
        assert!(matches!(listing.take(), Ok(Files::Listed(paths)) if paths.len() == 1));
        listing.push(&[b'a'; 1000], b"b");
        assert!(listing.take().is_err());
        listing.push(b"", b"b");
        assert!(listing.take().is_err(), "what is spent stays spent");
    }
}
