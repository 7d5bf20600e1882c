//! Package URLs (package-url/purl-spec, ECMA-427), read, and written in canonical form.

mod parse;
mod types;

use std::fmt::Write;

use super::os_release::System;
pub(crate) use parse::Purl;

/// Of a package of the operating system, `kind` being `deb` or `apk`; `vendor` is the namespace where the
/// image does not say which system it is.
pub(super) fn of_system(
    kind: &str,
    vendor: &str,
    system: &System,
    name: &str,
    version: &str,
    architecture: Option<&str>,
) -> String {
    let mut purl = format!("pkg:{kind}/");
    encode(&mut purl, &system.id.as_deref().unwrap_or(vendor).to_ascii_lowercase());
    purl.push('/');
    encode(&mut purl, &name.to_ascii_lowercase());
    purl.push('@');
    encode(&mut purl, version);
    let mut separator = '?';
    // In the order of the alphabet.
    for (key, value) in [("arch", architecture), ("distro", system.distro().as_deref())] {
        if let Some(value) = value {
            purl.push(separator);
            purl.push_str(key);
            purl.push('=');
            encode(&mut purl, value);
            separator = '&';
        }
    }
    purl
}

/// Of a Python package, by its name as [`python_name`] gives it.
pub(super) fn pypi(name: &str, version: &str) -> String {
    let mut purl = "pkg:pypi/".to_owned();
    encode(&mut purl, name);
    purl.push('@');
    encode(&mut purl, version);
    purl
}

/// The one spelling of a Python package's name in package URLs.
pub(super) fn python_name(name: &str) -> String {
    name.to_ascii_lowercase().replace('_', "-")
}

/// Of an npm package; the scope of `@scope/name` is the namespace.
pub(super) fn npm(name: &str, version: &str) -> String {
    let name = name.to_ascii_lowercase();
    let mut purl = "pkg:npm/".to_owned();
    match name.split_once('/') {
        Some((scope, name)) if scope.starts_with('@') && !name.is_empty() => {
            encode(&mut purl, scope);
            purl.push('/');
            encode(&mut purl, name);
        }
        _ => encode(&mut purl, &name),
    }
    purl.push('@');
    encode(&mut purl, version);
    purl
}

/// Percent-encodes everything but letters, digits, `.-_~` and the colon, which the specification keeps.
fn encode(purl: &mut String, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b".-_~:".contains(&byte) {
            purl.push(char::from(byte));
        } else {
            // Writing to a string does not fail.
            let _ = write!(purl, "%{byte:02X}");
        }
    }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod vector_tests;
