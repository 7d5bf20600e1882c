//! The part of a package URL that people know a package by.

/// `name@version`, percent-decoded. Nothing if it is no package URL.
pub(crate) fn short_name(purl: &str) -> Option<String> {
    let rest = purl.strip_prefix("pkg:")?;
    // Subpath and qualifiers come last; inside a name or a version these characters are percent-encoded.
    let rest = rest.split(['?', '#']).next()?;
    let (path, version) = match rest.rsplit_once('@') {
        Some((path, version)) => (path, Some(version)),
        None => (rest, None),
    };
    let (_, name) = path.trim_end_matches('/').rsplit_once('/')?;
    if name.is_empty() {
        return None;
    }
    let mut short = decoded(name);
    if let Some(version) = version {
        short.push('@');
        short.push_str(&decoded(version));
    }
    Some(short)
}

/// What is no percent-encoded UTF-8 stays as it is.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let digits = (*first == b'%').then(|| tail.split_at_checked(2)).flatten();
        match digits.and_then(|(digits, after)| Some((hex(digits)?, after))) {
            Some((byte, after)) => {
                bytes.push(byte);
                rest = after;
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

fn hex(digits: &[u8]) -> Option<u8> {
    let digits = std::str::from_utf8(digits).ok()?;
    // `from_str_radix` takes a sign too.
    digits.bytes().all(|digit| digit.is_ascii_hexdigit()).then(|| u8::from_str_radix(digits, 16).ok())?
}

#[cfg(test)]
mod tests;
