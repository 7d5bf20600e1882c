use super::super::{Unreadable, is_wanted, read};
use super::*;

const SITE: &str = "opt/venv/lib/python3.13/site-packages";
const METADATA: &str = "Metadata-Version: 2.4\nName: Zope.Interface_Extra\nVersion: 7.2\nSummary: Interfaces\n\
    License: ZPL\n        \n        Version: 0\n\nVersion: 1\n\nText.\n";

fn of(files: &[(&str, &str)]) -> (Vec<Package>, Vec<Unreadable>) {
    let files = files.iter().map(|(path, text)| {
        let path = format!("{SITE}/{path}").into_bytes();
        assert!(is_wanted(&path));
        (path, text.as_bytes().into())
    });
    read(&files.collect())
}

fn listed(paths: &[&str]) -> Files {
    Files::Listed(paths.iter().map(|path| path.replace("SITE", SITE).into_bytes()).collect())
}

#[test]
fn a_wheel_with_its_record() {
    let record = "z/__init__.py,sha256=AbC,1\n\"z/a,\"\"b\"\".py\",\"sha256=x,y\n\",2\r\n../../../bin/z,,\n\
        /etc/z.conf,,\nz-7.2.dist-info/RECORD,,\n../../../../../../../out,,\nonly\r\nlast";
    let (packages, unreadable) =
        of(&[("z-7.2.dist-info/METADATA", METADATA), ("z-7.2.dist-info/RECORD", record)]);
    assert_eq!(unreadable, []);
    let [package] = packages.as_slice() else { panic!("{packages:?}") };
    assert_eq!(package.name, "zope.interface-extra");
    assert_eq!(package.purl, "pkg:pypi/zope.interface-extra@7.2");
    assert_eq!(package.record, format!("{SITE}/z-7.2.dist-info/METADATA").into_bytes());
    let expected = [
        "SITE/z/__init__.py",
        "SITE/z/a,\"b\".py",
        "opt/venv/bin/z",
        "etc/z.conf",
        "SITE/z-7.2.dist-info/RECORD",
        "out",
        "SITE/only",
        "SITE/last",
    ];
    // The last row has no line end, the row before it has the one of Windows.
    assert_eq!(package.files, listed(&expected));
    assert_eq!(of(&[("z-7.2.dist-info/METADATA", METADATA)]).0[0].files, Files::Unknown);
}

#[test]
fn eggs() {
    for (files, expected) in [
        (vec![("z.egg-info", METADATA)], Files::Unknown),
        (vec![("z.egg-info/PKG-INFO", METADATA)], Files::Unknown),
        (
            vec![
                ("z.egg-info/PKG-INFO", METADATA),
                ("z.egg-info/installed-files.txt", "../z/__init__.py\nPKG-INFO\n../../../../bin/z\n"),
            ],
            listed(&["SITE/z/__init__.py", "SITE/z.egg-info/PKG-INFO", "opt/venv/bin/z"]),
        ),
    ] {
        let (packages, unreadable) = of(&files);
        assert_eq!(unreadable, []);
        assert_eq!(packages[0].purl, "pkg:pypi/zope.interface-extra@7.2");
        assert_eq!(packages[0].files, expected);
    }
}

#[test]
fn what_cannot_be_read_is_reported() {
    for bad in
        ["", "Name: a\nName: b\nVersion: 1\n", "Name: a\n", "Version: 1\n", "Name: \0\nVersion: 1", "a\n\0"]
    {
        let (packages, unreadable) = of(&[("z.dist-info/METADATA", bad)]);
        assert_eq!((packages.len(), unreadable.len()), (0, 1), "{bad:?}");
    }
    let (packages, unreadable) =
        of(&[("z.dist-info/METADATA", METADATA), ("z.dist-info/RECORD", "a.py,,\n\"b.py,,\nc.py,,\n")]);
    assert_eq!(packages[0].files, listed(&["SITE/a.py"]));
    assert!(unreadable[0].path.ends_with(b"/RECORD"));
    let long = "a\n".repeat(100_000);
    let (packages, unreadable) = of(&[("z.dist-info/METADATA", METADATA), ("z.dist-info/RECORD", &long)]);
    assert_eq!((packages[0].files == Files::Unknown, unreadable.len()), (true, 1));
}

#[test]
fn which_files_are_wanted() {
    for (path, expected) in [
        ("a.dist-info/METADATA", true),
        ("usr/lib/a.dist-info/RECORD", true),
        ("usr/lib/a.dist-info/WHEEL", false),
        ("usr/lib/a.dist-info/licenses/METADATA", false),
        ("usr/lib/METADATA", false),
        ("usr/lib/a.egg-info/PKG-INFO", true),
        ("usr/lib/a.egg-info/SOURCES.txt", false),
        ("usr/lib/a.egg-info", true),
        ("PKG-INFO", false),
    ] {
        assert_eq!(is_wanted(path.as_bytes()), expected, "{path}");
    }
}
