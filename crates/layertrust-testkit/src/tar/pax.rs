//! PAX records: `<length> <key>=<value>\n`, where the length counts itself.

/// One right record.
pub fn record(key: impl AsRef<[u8]>, value: impl AsRef<[u8]>) -> Vec<u8> {
    let rest = rest(key.as_ref(), value.as_ref());
    // The length has more digits if its own digits push it over a power of ten.
    let mut length = rest.len() + 1;
    while length != rest.len() + length.to_string().len() {
        length = rest.len() + length.to_string().len();
    }
    [length.to_string().as_bytes(), &rest].concat()
}

/// A record that says it has another length than it has; any text will do.
pub fn record_with_length(length: &str, key: impl AsRef<[u8]>, value: impl AsRef<[u8]>) -> Vec<u8> {
    [length.as_bytes(), &rest(key.as_ref(), value.as_ref())].concat()
}

fn rest(key: &[u8], value: &[u8]) -> Vec<u8> {
    [b" ", key, b"=", value, b"\n"].concat()
}
