use super::super::{Unreadable, is_wanted, read};
use super::*;

const INSTALLED: &str = "C:Q1mT2xZqkNqgmF7FBOsDkbNNPTNxw=\nP:alpine-baselayout-data\nV:3.7.0-r0\nA:x86_64\nS:11664\n\
    I:77824\nT:Alpine base dir structure\nt:1747065431\nF:etc\nR:fstab\nZ:Q11Q7hNe8QpDS531guqCdrXBzoA/o=\n\
    R:shadow\na:0:42:640\nZ:Q1ltrPIAW2zHeDiajsex2Bdmq3uqA=\nF:etc/profile.d\nM:0:0:1777\nR:README\n\n\
    C:Q1abc=\nP:musl\nV:1.2.5-r12\nA:x86_64\nF:\nR:.hidden\nF:lib\nR:ld-musl-x86_64.so.1\na:0:0:755\n\n";

fn of(text: &[u8]) -> (Vec<Package>, Vec<Unreadable>) {
    read(&[(b"lib/apk/db/installed".to_vec(), text.into())].into_iter().collect())
}

fn listed(paths: &[&str]) -> Files {
    Files::Listed(paths.iter().map(|path| path.as_bytes().to_vec()).collect())
}

#[test]
fn the_installed_database() {
    for path in ["lib/apk/db/installed", "usr/lib/apk/db/installed"] {
        assert!(is_wanted(path.as_bytes()));
        let system = ("etc/os-release", "ID=alpine\nVERSION_ID=3.24\n");
        let files = [(path, INSTALLED), system];
        let files = files.iter().map(|(path, text)| (path.as_bytes().to_vec(), text.as_bytes().into()));
        let (packages, unreadable) = read(&files.collect());
        assert_eq!(unreadable, []);
        let [baselayout, musl] = packages.as_slice() else { panic!("{packages:?}") };
        assert_eq!(
            baselayout.purl,
            "pkg:apk/alpine/alpine-baselayout-data@3.7.0-r0?arch=x86_64&distro=alpine-3.24"
        );
        assert_eq!(baselayout.record, path.as_bytes());
        assert_eq!(baselayout.files, listed(&["etc/fstab", "etc/shadow", "etc/profile.d/README"]));
        assert_eq!(musl.name, "musl");
        assert_eq!(musl.version, "1.2.5-r12");
        assert_eq!(musl.files, listed(&[".hidden", "lib/ld-musl-x86_64.so.1"]));
    }
}

#[test]
fn a_faulty_record_is_reported_and_the_next_is_read() {
    for bad in [
        "P:a\nP:b\nV:1",
        "P:a\nV:1\nV:1",
        "P:\nV:1",
        "P:a",
        "V:1",
        "P:a\nV:1 2",
        "P:a\0\nV:1",
        "P:a\nV:1\nA:x y",
        "P:a\nV:1\nR:file",
        "P:a\nV:1\nno field",
        "P:a\nV:1\nx",
        " ",
    ] {
        let (packages, unreadable) = of(format!("{bad}\n\n\n{INSTALLED}").as_bytes());
        assert_eq!((packages.len(), unreadable.len()), (2, 1), "{bad:?}");
    }
    let (packages, unreadable) =
        of(b"P:a\xff\nV:1\n\nP:b\r\nV:1\r\n\r\nP:c\nV:1\nF:/../x\nR:../../../y\nR:\xff");
    assert_eq!((packages.len(), unreadable.len()), (2, 1));
    assert_eq!(packages[1].purl, "pkg:apk/alpine/c@1");
    assert_eq!(packages[1].files, Files::Listed(vec![b"y".to_vec(), b"x/\xff".to_vec()]));
    assert_eq!(of(b""), (vec![], vec![]));
    assert_eq!(of(b"\n\n\n"), (vec![], vec![]));
}

#[test]
fn a_long_folder_does_not_multiply() {
    let text = format!("P:a\nV:1\nF:{}\n{}\nP:b\nV:1\n", "x".repeat(100_000), "R:y\n".repeat(100_000));
    let (packages, unreadable) = of(text.as_bytes());
    assert!(packages.iter().all(|package| package.files == Files::Unknown));
    assert_eq!((packages.len(), unreadable.len()), (2, 1));
}

#[test]
fn many_packages_and_many_faults() {
    let packages: String = (0..100_000).map(|n| format!("P:a{n}\nV:1\nF:usr\nR:{n}\n\n")).collect();
    assert_eq!(of(packages.as_bytes()).0.len(), 100_000);
    let faults = "x\n\n".repeat(100_000);
    assert_eq!(of(faults.as_bytes()).1.len(), 1);
}
