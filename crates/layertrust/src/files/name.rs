//! Names of entries, cleaned as runtimes clean them (`filepath.Clean`, held inside the root).

/// The folder and the name in it, both cleaned; both empty for the root itself.
///
/// `.` and empty parts vanish, `..` takes the part before it away, textually and never above the root: moby,
/// containerd, umoci and containers/storage all clean so before they look at the file system.
pub(crate) fn clean(raw: &[u8], into: &mut Vec<u8>) -> Cleaned {
    into.clear();
    for part in raw.split(|byte| *byte == b'/') {
        match part {
            b"" | b"." => {}
            b".." => {
                let keep = into.iter().rposition(|byte| *byte == b'/').unwrap_or(0);
                into.truncate(keep);
            }
            part => {
                if !into.is_empty() {
                    into.push(b'/');
                }
                into.extend_from_slice(part);
            }
        }
    }
    let split = into.iter().rposition(|byte| *byte == b'/');
    Cleaned { folder: split.unwrap_or(0), name: split.map_or(0, |at| at + 1) }
}

/// Where the folder ends and the name begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cleaned {
    pub(crate) folder: usize,
    pub(crate) name: usize,
}

/// A name as reports show it: bytes that are no UTF-8 as `\xNN`.
pub(crate) fn shown(name: &[u8]) -> String {
    let mut text = String::with_capacity(name.len());
    for chunk in name.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            use std::fmt::Write as _;
            // Writing to a String cannot fail.
            let _ = write!(text, "\\x{byte:02x}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned(raw: &str) -> (String, String) {
        let mut path = Vec::new();
        let at = clean(raw.as_bytes(), &mut path);
        (shown(&path[..at.folder]), shown(&path[at.name..]))
    }

    #[test]
    fn names_are_cleaned_as_runtimes_do() {
        for (raw, folder, name) in [
            ("usr/bin/x", "usr/bin", "x"),
            ("./usr//bin/./x", "usr/bin", "x"),
            ("/etc/passwd", "etc", "passwd"),
            ("usr/bin/../bin/x", "usr/bin", "x"),
            ("../../etc/passwd", "etc", "passwd"),
            ("a/b/", "a", "b"),
            ("a", "", "a"),
            ("a/..", "", ""),
            ("./", "", ""),
            ("", "", ""),
            ("a/../../b", "", "b"),
            ("..a/.b", "..a", ".b"),
        ] {
            assert_eq!(cleaned(raw), (folder.to_owned(), name.to_owned()), "{raw}");
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_shown_by_their_numbers() {
        assert_eq!(shown(b"a\xff\xfeb"), "a\\xff\\xfeb");
        assert_eq!(shown("ä\n".as_bytes()), "ä\n");
    }
}
