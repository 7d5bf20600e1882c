use super::*;

fn files(files: &[(&str, &str)]) -> WantedFiles {
    files.iter().map(|(path, text)| (path.as_bytes().to_vec(), text.as_bytes().into())).collect()
}

#[test]
fn all_databases_of_one_image() {
    let (packages, unreadable) = read(&files(&[
        ("app/node_modules/lodash.pick/package.json", r#"{"name":"lodash.pick","version":"4.4.0"}"#),
        (
            "app/site-packages/authkit-2.1.dist-info/METADATA",
            "Metadata-Version: 2.1\nName: authkit\nVersion: 2.1\n",
        ),
        ("etc/os-release", "VERSION_ID=\"13\"\nID=debian\n"),
        ("etc/passwd", "Package: no\nVersion: 1\n"),
        ("lib/apk/db/installed", "P:musl\nV:1.2.5-r9\nA:x86_64\n"),
        (
            "var/lib/dpkg/status",
            "Package: libssl3t64\nStatus: install ok installed\nArchitecture: amd64\nVersion: 3.5.1-1\n",
        ),
        ("var/lib/dpkg/status.d/b", "broken"),
        ("var/lib/dpkg/status.d/a", "Package: a\n"),
        // One package, two records.
        ("var/lib/dpkg/status.d/libssl3t64", "Package: libssl3t64\nArchitecture: amd64\nVersion: 3.5.1-1\n"),
    ]));
    let found: Vec<_> = packages
        .iter()
        .map(|package| (package.purl.as_str(), str::from_utf8(&package.record).unwrap()))
        .collect();
    let ssl = "pkg:deb/debian/libssl3t64@3.5.1-1?arch=amd64&distro=debian-13";
    assert_eq!(
        found,
        [
            ("pkg:apk/debian/musl@1.2.5-r9?arch=x86_64&distro=debian-13", "lib/apk/db/installed"),
            (ssl, "var/lib/dpkg/status"),
            (ssl, "var/lib/dpkg/status.d/libssl3t64"),
            ("pkg:npm/lodash.pick@4.4.0", "app/node_modules/lodash.pick/package.json"),
            ("pkg:pypi/authkit@2.1", "app/site-packages/authkit-2.1.dist-info/METADATA"),
        ]
    );
    let paths: Vec<_> = unreadable.iter().map(|part| part.path.as_slice()).collect();
    assert_eq!(paths, [&b"var/lib/dpkg/status.d/a"[..], b"var/lib/dpkg/status.d/b"]);
}

#[test]
fn without_a_named_system_the_vendor_is_guessed_from_the_database() {
    let (packages, _) =
        read(&files(&[("var/lib/dpkg/status.d/a", "Package: a\nArchitecture: all\nVersion: 1\n")]));
    assert_eq!(packages[0].purl, "pkg:deb/debian/a@1?arch=all");
}

#[test]
fn files_that_tell_of_the_system() {
    for (path, expected) in [
        ("etc/passwd", true),
        ("etc/passwd-", false),
        ("etc/group", true),
        ("etc/ld.so.conf", true),
        ("etc/ld.so.conf.d/x86_64-linux-gnu.conf", true),
        ("etc/ld.so.conf.d/.conf", false),
        ("etc/ld.so.conf.d/a/b.conf", false),
        ("etc/ld-musl-x86_64.path", true),
        ("etc/ld-musl-a/b.path", false),
        ("usr/etc/passwd", false),
        ("/etc/passwd", false),
    ] {
        assert_eq!(is_system_file(path.as_bytes()), expected, "{path}");
        assert_eq!(is_wanted(path.as_bytes()), expected, "{path}");
    }
    for path in ["etc/os-release", "usr/lib/os-release"] {
        assert!(is_wanted(path.as_bytes()) && !is_system_file(path.as_bytes()));
    }
    assert!(!is_wanted(b""));
}
