//! Package URLs (package-url/purl-spec, ECMA-427), written in canonical form.

use std::fmt::Write;

use super::os_release::System;

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
mod tests {
    use super::*;

    fn system(id: &str, version: &str) -> System {
        System { id: Some(id.to_owned()), version: Some(version.to_owned()) }
    }

    #[test]
    fn packages_of_the_system_carry_architecture_and_distribution() {
        let debian = system("debian", "13");
        let deb =
            |name, version, architecture| of_system("deb", "debian", &debian, name, version, architecture);
        for (purl, expected) in [
            (
                deb("libssl3t64", "3.5.1-1", Some("amd64")),
                "pkg:deb/debian/libssl3t64@3.5.1-1?arch=amd64&distro=debian-13",
            ),
            (
                deb("zlib1g", "1:1.3.dfsg+really1.3.1-1~x", Some("arm64")),
                "pkg:deb/debian/zlib1g@1:1.3.dfsg%2Breally1.3.1-1~x?arch=arm64&distro=debian-13",
            ),
            (deb("G++", "1", None), "pkg:deb/debian/g%2B%2B@1?distro=debian-13"),
            (
                deb("a&b?c#d/é", "1@2%", Some("x=y")),
                "pkg:deb/debian/a%26b%3Fc%23d%2F%C3%A9@1%402%25?arch=x%3Dy&distro=debian-13",
            ),
            (
                of_system("apk", "alpine", &system("alpine", "3.24"), "musl", "1.2.5-r9", Some("x86_64")),
                "pkg:apk/alpine/musl@1.2.5-r9?arch=x86_64&distro=alpine-3.24",
            ),
            (
                of_system("apk", "alpine", &System::default(), "musl", "1.2.5-r9", Some("x86_64")),
                "pkg:apk/alpine/musl@1.2.5-r9?arch=x86_64",
            ),
        ] {
            assert_eq!(purl, expected);
        }
    }

    #[test]
    fn packages_of_languages() {
        assert_eq!(pypi(&python_name("Zope.Interface_X"), "5.0+l"), "pkg:pypi/zope.interface-x@5.0%2Bl");
        assert_eq!(npm("lodash.pick", "4.4.0"), "pkg:npm/lodash.pick@4.4.0");
        assert_eq!(npm("@Angular/core", "1.0.0-rc.1+b"), "pkg:npm/%40angular/core@1.0.0-rc.1%2Bb");
        assert_eq!(npm("@a/", "1"), "pkg:npm/%40a%2F@1");
        assert_eq!(npm("a/b", "1"), "pkg:npm/a%2Fb@1");
        assert_eq!(npm("@a/b/c", "1"), "pkg:npm/%40a/b%2Fc@1");
    }
}
