use super::*;

#[test]
fn sizes_are_rounded_to_a_tenth_of_their_unit() {
    for (bytes, expected) in [
        (0, "0 B"),
        (1023, "1023 B"),
        (1024, "1.0 KiB"),
        (1536, "1.5 KiB"),
        (1_048_575, "1.0 MiB"),
        (1_048_576, "1.0 MiB"),
        (5 * (1 << 30), "5.0 GiB"),
        (u64::MAX, "16384.0 PiB"),
    ] {
        assert_eq!(size(bytes), expected);
    }
}

#[test]
fn media_types_are_known_by_their_ends() {
    for (long, short) in [
        ("application/vnd.oci.image.layer.v1.tar+zstd", "tar+zstd"),
        ("application/vnd.docker.image.rootfs.diff.tar.gzip", "docker tar.gzip"),
        ("application/vnd.oci.image.layer.nondistributable.v1.tar", "foreign tar"),
        ("text/x-something-very-long", "text/x-something-…"),
        ("\u{1b}[2J", r"\u{1b}[2J"),
    ] {
        assert_eq!(media_type(long), short);
    }
}

#[test]
fn digests_are_shortened_to_twelve_digits() {
    assert_eq!(short_digest(&format!("sha256:{}", "0123456789abcdef".repeat(4))), "0123456789ab");
    assert_eq!(short_digest("sha256:01"), "01");
    assert_eq!(short_digest("\u{1b}日本"), r"\u{1b}日本");
}

#[test]
fn whoever_runs_as_root_is_called_root() {
    for (user, uid, root, expected) in [
        ("", None, None, (true, "root (no user is set)")),
        ("root", Some(0), Some(true), (true, "root")),
        ("0:0", Some(0), Some(true), (true, "root (written as 0:0)")),
        ("app", Some(0), None, (true, "root (written as app)")),
        ("65532", Some(65532), Some(false), (false, "uid 65532")),
        ("app:app", Some(1000), Some(false), (false, "app:app (uid 1000)")),
        (":0", None, None, (true, "root (written as :0)")),
        ("0:0", None, None, (true, "root (written as 0:0)")),
        ("root", None, None, (true, "root")),
        ("root", Some(1000), Some(false), (false, "root (uid 1000)")),
        ("65532", None, None, (false, "65532")),
        ("app", None, None, (false, "app (its number is not known)")),
        ("\u{1b}", Some(1), Some(false), (false, r"\u{1b} (uid 1)")),
    ] {
        let (is_root, text) = runs_as(&RunsAs { user: user.to_owned(), uid, root });
        assert_eq!((is_root, text.as_str()), expected, "{user:?}");
    }
}

#[test]
fn packages_go_by_their_short_names() {
    assert_eq!(package("pkg:deb/debian/openssl@3.5.1?arch=amd64"), "openssl@3.5.1");
    assert_eq!(package("pkg:deb/debian/%1b%5b2J@1"), r"\u{1b}[2J@1");
    assert_eq!(package("no package URL"), "no package URL");
}

#[test]
fn sboms_and_layers_are_compared_in_one_sentence() {
    let list =
        |count, purls: &[&str]| PackageList { count, purls: purls.iter().map(ToString::to_string).collect() };
    let side = |not_in_sbom, not_in_layers| SbomsFact {
        role: Role::Org,
        intermediate: None,
        documents: Vec::new(),
        matched: 1,
        not_in_sbom,
        not_in_layers,
        not_comparable: 2,
    };
    let none = "1 package matched, 0 of the layers in no SBOM, 0 of the SBOMs in no layer, 2 not comparable";
    assert_eq!(sboms(&side(list(0, &[]), list(0, &[]))), ("SBOMs of the organization", none.to_owned()));
    let between = SbomsFact {
        role: Role::Intermediate,
        intermediate: Some("team\n".to_owned()),
        ..side(list(0, &[]), list(0, &[]))
    };
    assert_eq!(sboms(&between), ("SBOMs of an image between", format!("team\\n: {none}")));
    let (_, some) = sboms(&side(list(1, &["pkg:npm/a@1"]), list(9, &["pkg:npm/%1b@1"])));
    let expected = "1 of the layers in no SBOM (a@1), 9 of the SBOMs in no layer (\\u{1b}@1, … and 8 more)";
    assert!(some.contains(expected), "{some}");
}

#[test]
fn the_largest_folders_come_first_and_equal_ones_by_path() {
    let folder = |path: &str, bytes| AddedFolder { path: path.to_owned(), files: 1, bytes };
    let folders = [folder("", 5), folder("app", 5), folder("etc", 1), folder("usr", 1024)];
    let (largest, others) = largest(&folders, 3);
    let expected = [("usr", "1.0 KiB"), ("/", "5 B"), ("app", "5 B")];
    assert_eq!(largest, expected.map(|(path, size)| (path.to_owned(), size.to_owned())));
    assert_eq!(others, 1);
}
