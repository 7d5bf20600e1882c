use super::super::{Unreadable, is_wanted, read};
use super::*;

const LIBC: &str = "Package: libc6\nStatus: install ok installed\nPriority: optional\nArchitecture: amd64\n\
    Multi-Arch: same\nSource: glibc\nVersion: 2.41-12\nReplaces: libc6-amd64\nConffiles:\n \
    /etc/ld.so.conf.d/x86_64-linux-gnu.conf d4e7a7b88a71b5ffd9e2644e71a0cfab\nDescription: GNU C Library\n \
    Contains the standard libraries.\n .\n Version: 0\n";

fn of(files: &[(&str, &str)]) -> (Vec<Package>, Vec<Unreadable>) {
    let all = [&[("etc/os-release", "ID=debian\nVERSION_ID=13")], files].concat();
    assert!(all.iter().all(|(path, _)| is_wanted(path.as_bytes())));
    read(&all.iter().map(|(path, text)| (path.as_bytes().to_vec(), text.as_bytes().into())).collect())
}

fn status(text: &str) -> (Vec<Package>, Vec<Unreadable>) {
    of(&[("var/lib/dpkg/status", text)])
}

fn names(packages: &[Package]) -> Vec<&str> {
    packages.iter().map(|package| package.name.as_str()).collect()
}

fn listed(paths: &[&str]) -> Files {
    Files::Listed(paths.iter().map(|path| path.as_bytes().to_vec()).collect())
}

#[test]
fn the_status_of_a_whole_system() {
    let (packages, unreadable) = of(&[
        (
            "var/lib/dpkg/status",
            &format!(
                "{LIBC}\n{}\nPackage: tzdata\nStatus: hold ok triggers-pending\nVersion: 2025b-4\nArchitecture: all",
                LIBC.replace("amd64", "i386")
            ),
        ),
        ("var/lib/dpkg/info/libc6:amd64.list", "/.\n/usr\n/usr/lib/libc.so.6\n"),
        ("var/lib/dpkg/info/libc6:amd64.md5sums", "c473ebb34f47c5078a13135418f72d2a  other\n"),
        ("var/lib/dpkg/info/libc6:i386.md5sums", "c473ebb34f47c5078a13135418f72d2a  lib/libc.so.6\n"),
        ("var/lib/dpkg/info/tzdata.list", "/usr/share/zoneinfo/UTC"),
    ]);
    assert_eq!(unreadable, []);
    let [amd64, i386, tzdata] = packages.as_slice() else { panic!("{packages:?}") };
    assert_eq!(amd64.purl, "pkg:deb/debian/libc6@2.41-12?arch=amd64&distro=debian-13");
    assert_eq!(amd64.architecture.as_deref(), Some("amd64"));
    assert_eq!(amd64.record, b"var/lib/dpkg/status");
    assert_eq!(amd64.files, listed(&["usr", "usr/lib/libc.so.6"]));
    assert_eq!(i386.purl, "pkg:deb/debian/libc6@2.41-12?arch=i386&distro=debian-13");
    assert_eq!(i386.files, listed(&["lib/libc.so.6"]));
    assert_eq!(tzdata.purl, "pkg:deb/debian/tzdata@2025b-4?arch=all&distro=debian-13");
    assert_eq!(tzdata.files, listed(&["usr/share/zoneinfo/UTC"]));
}

#[test]
fn records_without_a_package_manager() {
    let zlib = "Package: zlib1g\nArchitecture: amd64\nVersion: 1:1.3.dfsg+really1.3.1-1\n";
    let sums = "54fab4f79896e6d1e251b2984f414a01  usr/lib/libz.so.1\n54fab4f79896e6d1e251b2984f414a01 *a b\n";
    for (record, list) in [
        ("zlib1g", "zlib1g.md5sums"),
        ("zlib1g:amd64", "zlib1g:amd64.md5sums"),
        ("zlib1g", "zlib1g:amd64.md5sums"),
        ("zlib1g_amd64", "zlib1g.md5sums"),
        ("emxpYjFn", "emxpYjFn.md5sums"),
    ] {
        let record = format!("var/lib/dpkg/status.d/{record}");
        let (packages, unreadable) = of(&[
            (&record, zlib),
            (&format!("var/lib/dpkg/status.d/{list}"), sums),
            ("var/lib/dpkg/info/zlib1g.list", "/other"),
        ]);
        assert_eq!(unreadable, []);
        let [package] = packages.as_slice() else { panic!("{packages:?}") };
        assert_eq!(
            package.purl,
            "pkg:deb/debian/zlib1g@1:1.3.dfsg%2Breally1.3.1-1?arch=amd64&distro=debian-13"
        );
        assert_eq!(package.record, record.as_bytes());
        assert_eq!(package.files, listed(&["usr/lib/libz.so.1", "a b"]));
    }
    let removed = format!("{zlib}Status: deinstall ok config-files\n");
    assert_eq!(of(&[("var/lib/dpkg/status.d/zlib1g", &removed)]), (vec![], vec![]));
    assert_eq!(of(&[("var/lib/dpkg/status.d/zlib1g", zlib)]).0[0].files, Files::Unknown);
}

#[test]
fn only_packages_whose_files_are_there() {
    for (state, is_there) in [
        ("install ok installed", true),
        ("install  reinstreq half-configured", true),
        ("deinstall ok config-files", false),
        ("unknown ok not-installed", false),
    ] {
        let (packages, unreadable) = status(&format!("Package: a\nVersion: 1\nStatus: {state}\n"));
        assert_eq!((packages.len(), unreadable.len()), (usize::from(is_there), 0), "{state}");
    }
    assert_eq!(status("Package: a\nStatus: purge ok not-installed\n"), (vec![], vec![]));
}

#[test]
fn a_faulty_record_is_reported_and_the_next_is_read() {
    for bad in [
        "Package: b\nPackage: a\nVersion: 1\nStatus: install ok installed",
        "Package: b\nVersion: 1\nStatus: install ok installed\nVersion: 2",
        "Package: b\nVersion: 1\n 2\nStatus: install ok installed",
        "Package: b\nVersion: 1",
        "Package: b\nVersion: 1\nStatus: installed",
        "Package: b\nVersion: 1\nStatus: install ok installed or so",
        "Package: b\nVersion: 1\nStatus: install ok fine",
        "Package:\nVersion: 1\nStatus: install ok installed",
        "Package: b c\nVersion: 1\nStatus: install ok installed",
        "Package: b\0\nVersion: 1\nStatus: install ok installed",
        "Package: b\nStatus: install ok installed",
        "Package: b\nVersion: 1\nArchitecture: a b\nStatus: install ok installed",
        "\0\0\0",
    ] {
        let (packages, unreadable) = status(&format!("{bad}\n\n{LIBC}"));
        assert_eq!((names(&packages), unreadable.len()), (vec!["libc6"], 1), "{bad:?}");
        assert_eq!(unreadable[0].path, b"var/lib/dpkg/status");
    }
    assert_eq!(names(&status(&LIBC.replace('\n', "\r\n")).0), ["libc6"]);
    assert_eq!(status(""), (vec![], vec![]));
}

#[test]
fn lists_that_are_odd() {
    let sums =
        "no sum\n54fab4f79896e6d1e251b2984f414a01  ../../a\n54fab4f79896e6d1e251b2984f414a01  \n\u{e9}";
    let (packages, unreadable) =
        of(&[("var/lib/dpkg/status.d/libc6", LIBC), ("var/lib/dpkg/status.d/libc6.md5sums", sums)]);
    assert_eq!(packages[0].files, listed(&["a"]));
    assert_eq!(unreadable.len(), 1);
    assert_eq!(unreadable[0].path, b"var/lib/dpkg/status.d/libc6.md5sums");
    // An empty list says that there are no files.
    let empty = [("var/lib/dpkg/status.d/libc6", LIBC), ("var/lib/dpkg/status.d/libc6.md5sums", "")];
    assert_eq!(of(&empty).0[0].files, listed(&[]));
}

#[test]
fn one_list_is_not_copied_for_many_records() {
    let records: String = (0..10_000)
        .map(|n| format!("Package: a\nVersion: 1\nArchitecture: a{n}\nStatus: install ok installed\n\n"))
        .collect();
    let long = "/usr/lib/x\n".repeat(100_000);
    let (packages, unreadable) =
        of(&[("var/lib/dpkg/status", &records), ("var/lib/dpkg/info/a.list", &long)]);
    assert_eq!(packages.len(), 10_000);
    assert_eq!(packages.iter().filter(|package| package.files != Files::Unknown).count(), 1);
    assert_eq!(unreadable.len(), 1);
}

#[test]
fn which_files_are_wanted() {
    for (path, expected) in [
        ("var/lib/dpkg/status", true),
        ("var/lib/dpkg/status-old", false),
        ("var/lib/dpkg/status.d/python3.13", true),
        ("var/lib/dpkg/status.d/python3.13.md5sums", true),
        ("var/lib/dpkg/status.d/libpam-runtime.preinst", false),
        ("var/lib/dpkg/status.d/a/b", false),
        ("var/lib/dpkg/status.d/", false),
        ("var/lib/dpkg/info/libc6:amd64.list", true),
        ("var/lib/dpkg/info/libc6.postinst", false),
        ("var/lib/dpkg/info/a/libc6.list", false),
        ("srv/var/lib/dpkg/status", false),
    ] {
        assert_eq!(is_wanted(path.as_bytes()), expected, "{path}");
    }
}
