//! Names and versions in records.

/// The text of a name or a version: UTF-8, not empty, without spaces and control characters. No package
/// manager allows these, and readers that split at them see another name.
pub(super) fn word(bytes: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(bytes).ok()?;
    let is_plain = |c: char| !c.is_whitespace() && !c.is_control();
    (!text.is_empty() && text.chars().all(is_plain)).then_some(text)
}

/// The same of a field that must be there.
pub(super) fn required<'b>(bytes: Option<&'b [u8]>, reason: &'static str) -> Result<&'b str, &'static str> {
    bytes.and_then(word).ok_or(reason)
}

/// The same of a field that may be absent or empty.
pub(super) fn optional<'b>(
    bytes: Option<&'b [u8]>,
    reason: &'static str,
) -> Result<Option<&'b str>, &'static str> {
    bytes.filter(|bytes| !bytes.is_empty()).map(|bytes| word(bytes).ok_or(reason)).transpose()
}

/// Why a record without a proper name is refused.
pub(super) const NO_NAME: &str = "a record has no proper package name";
/// Why a record without a proper version is refused.
pub(super) const NO_VERSION: &str = "a record has no proper version";
/// Why a record with an odd architecture is refused.
pub(super) const NO_ARCHITECTURE: &str = "a record has no proper architecture";

#[cfg(test)]
mod tests {
    use super::word;

    #[test]
    fn words_are_visible_text() {
        assert_eq!(word(b"libstdc++6"), Some("libstdc++6"));
        assert_eq!(word("größe".as_bytes()), Some("größe"));
        for bad in [&b""[..], b"a b", b"a\0", b"a\n", b"\x1b[2J", b"\xff", "a\u{a0}b".as_bytes()] {
            assert_eq!(word(bad), None, "{bad:?}");
        }
    }
}
