//! Headers of a tar that are broken, or that readers take differently.

use layertrust::report::ChangeKind;
use layertrust_testkit::tar::{Entry, Field, Format, Sparse, Tar, pax};

use crate::ask::{changes, errors, inspect, layer, of_tar, on_base, proved, refused, sound};

fn file() -> Entry {
    Entry::file("f", b"content")
}

fn is_read(name: &str, entries: impl IntoIterator<Item = Entry>) {
    let report = inspect([layer(entries)]);
    assert!(errors(&report).is_empty(), "{name}: {:#?}", report.findings);
}

#[test]
fn nothing_stands_behind_the_end_mark() {
    let one = || Tar::new().entry(file());
    let extended = Entry::pax_header(&pax::record("path", "x"));
    for (name, tar) in [
        ("an entry", one().zero_blocks(2).entry(file()).finish()),
        ("an entry far behind", one().zero_blocks(40).entry(file()).finish()),
        ("an entry behind one zero block", one().zero_blocks(1).entry(file()).finish()),
        ("garbage", one().zero_blocks(2).raw(&[0xa5; 512]).finish()),
        ("garbage behind one zero block", one().zero_blocks(1).raw(&[0xa5; 512]).finish()),
        ("an extended header", one().zero_blocks(2).entry(extended).finish()),
    ] {
        refused(name, of_tar(tar), "layer-inconsistent");
    }
    refused("half a block", of_tar(one().zero_blocks(2).raw(b"x").unfinished()), "malformed");
    for tar in [
        one().unfinished(),
        one().zero_blocks(1).unfinished(),
        one().zero_blocks(100).unfinished(),
        Vec::new(),
    ] {
        assert!(errors(&inspect([of_tar(tar)])).is_empty());
    }
}

#[test]
fn checksums_hold() {
    refused("one too high", layer([file().bad_checksum()]), "malformed");
    refused("none", layer([file().field(Field::Checksum, "")]), "malformed");
    refused("no number", layer([file().field(Field::Checksum, "zzz")]), "malformed");
    is_read("over signed bytes", [Entry::file("\u{e4}", b"").signed_checksum()]);
    refused("random bytes", of_tar([0xa5_u8; 1024]), "malformed");
}

#[test]
fn numbers_are_not_negative_and_no_larger_than_anybody_holds() {
    for field in [Field::Size, Field::Mode, Field::Uid, Field::Gid] {
        let text = |text: &str| file().field(field, text);
        refused(&format!("{field:?} -1"), layer([text("-1")]), "malformed");
        refused(&format!("{field:?} 8"), layer([text("0000008")]), "malformed");
        refused(&format!("{field:?} hex"), layer([text("0x10")]), "malformed");
        refused(&format!("{field:?}, base 256, -1"), layer([file().base_256(field, -1)]), "malformed");
        refused(&format!("{field:?}, base 256, -300"), layer([file().base_256(field, -300)]), "malformed");
    }
    for number in [i128::from(i64::MIN), -(1 << 70)] {
        refused("a negative size", layer([file().base_256(Field::Size, number)]), "malformed");
    }
    refused("2^64", layer([file().base_256(Field::Size, 1 << 64)]), "malformed");
    for number in [u64::MAX.into(), i64::MAX.into(), 1 << 40_i128] {
        refused("a size beyond the limit", layer([file().base_256(Field::Size, number)]), "limit-exceeded");
    }
    refused("the largest octal size", layer([file().size_field("777777777777")]), "limit-exceeded");
    refused("a size beyond the end", layer([file().size_field("00000100000")]), "malformed");
    refused("a device", layer([Entry::device("d", 'c', 1, 1).field(Field::DeviceMajor, "-1")]), "malformed");
    is_read("blanks", [file().field(Field::Uid, "     0 ")]);
    is_read("base 256", [file().base_256(Field::Uid, 1 << 20)]);
}

#[test]
fn sparse_files_are_not_expanded() {
    let sparse = Sparse::of(1 << 20, &[(0, b"head"), (500_000, b"middle")]);
    for (name, entry) in [
        ("GNU", Entry::sparse_gnu("s", &sparse)),
        ("pax 0.0", Entry::sparse_pax_0_0("s", &sparse)),
        ("pax 0.1", Entry::sparse_pax_0_1("s", &sparse)),
        ("pax 1.0", Entry::sparse_pax_1_0("s", &sparse)),
        ("a name alone", file().pax("GNU.sparse.name", "s")),
    ] {
        refused(name, layer([entry]), "unsupported-format");
    }
    // The map of the old form goes on in blocks behind the header.
    let pieces: Vec<(u64, &[u8])> = (0..60).map(|at| (at * 1000, b"x".as_slice())).collect();
    let long = Entry::sparse_gnu("s", &Sparse::of(1 << 20, &pieces));
    refused("GNU, long", layer([long]), "unsupported-format");
}

#[test]
fn unknown_types_of_entries_are_refused() {
    for kind in [b'7', b'8', b'9', b'A', b'D', b'M', b'N', b'V', b'Z', b' ', 0xff] {
        let report = refused("a type", layer([Entry::of(kind, "x", b"")]), "unsupported-format");
        assert!(report.findings[0].message.contains("entry \"x\""), "{:?}", report.findings);
    }
    is_read("an old file", [Entry::of(0, "f", b"x")]);
}

/// A base with a file of known content; what a layer writes over it is compared by its digest.
fn rewritten(entry: Entry) -> Vec<(ChangeKind, String)> {
    let base = layer([Entry::file("etc/note", b"five!")]);
    let report = on_base(base, [layer([entry])]);
    let changes = changes(proved(&report));
    changes.into_iter().map(|(kind, path)| (kind, path.to_owned())).collect()
}

#[test]
fn extended_headers_go_before_the_header() {
    let same = vec![(ChangeKind::Metadata, "etc/note".to_owned())];
    let other = vec![(ChangeKind::Replace, "etc/note".to_owned())];
    let wider = vec![(ChangeKind::Privilege, "etc/note".to_owned())];
    let note = |content: &[u8]| Entry::file("etc/note", content);
    assert_eq!(rewritten(note(b"five!")), same);
    assert_eq!(rewritten(note(b"other")), other);
    // The header says 0 bytes, the record 5.
    assert_eq!(rewritten(note(b"five!").pax("size", "5").size_field("00000000000")), same);
    // The header says 5, the record 0, and nothing follows.
    assert_eq!(rewritten(Entry::file("etc/note", b"").pax("size", "0").size_field("00000000005")), other);
    assert_eq!(rewritten(Entry::file("x", b"five!").pax("path", "etc/note")), same);
    assert_eq!(rewritten(Entry::file("x", b"other").pax("path", "./etc//note")), other);
    assert_eq!(rewritten(note(b"five!").pax("uid", "1000")), wider);
    assert_eq!(rewritten(note(b"five!").owner(1000, 0).pax("uid", "0")), same);
    // An empty value is as if there was none.
    assert_eq!(rewritten(note(b"five!").pax("path", "").pax("size", "").pax("uid", "")), same);
    // Above 32 bits an owner is cut; the largest number of 32 bits leaves root.
    assert_eq!(rewritten(note(b"five!").pax("uid", "4294967296")), same);
    assert_eq!(rewritten(note(b"five!").pax("gid", "4294967295")), same);
    assert_eq!(rewritten(note(b"five!").pax("gid", "4294967294")), wider);
    let long = format!("etc/../{}etc/note", "./".repeat(80));
    assert_eq!(rewritten(Entry::file(&long, b"five!")), same, "a name in records");
    assert_eq!(rewritten(Entry::file(&long, b"five!").format(Format::Gnu)), same, "a GNU long name");
}

#[test]
fn broken_records_are_refused() {
    for (name, code, bytes) in [
        ("no length", "malformed", b"path=x\n".to_vec()),
        ("no equals sign", "malformed", b"8 pathx\n".to_vec()),
        ("no key", "malformed", b"6 =xx\n".to_vec()),
        ("no line break", "malformed", b"9 path=x".to_vec()),
        ("a length of zero", "malformed", pax::record_with_length("0", "path", "x")),
        ("too long", "malformed", pax::record_with_length("99", "path", "x")),
        ("too short", "malformed", pax::record_with_length("7", "path", "x")),
        ("a negative length", "malformed", pax::record_with_length("-9", "path", "x")),
        ("a length in hex", "malformed", pax::record_with_length("0x9", "path", "x")),
        (
            "a length that no computer holds",
            "malformed",
            pax::record_with_length("99999999999999999999", "path", "x"),
        ),
        ("NUL in a path", "malformed", pax::record("path", "a\0b")),
        ("NUL in a link", "malformed", pax::record("linkpath", "a\0b")),
        ("NUL in a key", "malformed", pax::record("pa\0th", "a")),
        ("a negative size", "malformed", pax::record("size", "-1")),
        ("a size with a sign", "malformed", pax::record("size", "+7")),
        ("a size in hex", "malformed", pax::record("size", "0x7")),
        ("a size of 2^64", "malformed", pax::record("size", "18446744073709551616")),
        ("a size beyond the limit", "limit-exceeded", pax::record("size", "18446744073709551615")),
        ("an owner that is no number", "malformed", pax::record("uid", "root")),
        ("a key twice", "layer-inconsistent", pax::record("path", "x").repeat(2)),
        ("an attribute twice", "layer-inconsistent", pax::record("SCHILY.xattr.user.a", "x").repeat(2)),
        ("another character set", "layer-inconsistent", pax::record("hdrcharset", "ISO-IR 8859 1 1998")),
    ] {
        refused(name, layer([file().pax_raw(&bytes)]), code);
    }
    is_read("a usual character set", [file().pax("hdrcharset", "BINARY")]);
}

#[test]
fn names_said_twice_are_refused() {
    let path = || Entry::pax_header(&pax::record("path", "x"));
    let time = || Entry::pax_header(&pax::record("mtime", "1"));
    for (name, entries) in [
        ("two extended headers", vec![path(), path(), file()]),
        ("two that differ in what they say", vec![path(), time(), file()]),
        ("two long names", vec![Entry::long_name("x"), Entry::long_name("y"), file()]),
        ("two long links", vec![Entry::long_link("x"), Entry::long_link("y"), Entry::symlink("l", "z")]),
        ("a long name and a path", vec![Entry::long_name("x"), path(), file()]),
        ("a path and a long name", vec![path(), Entry::long_name("x"), file()]),
        ("a time of GNU's that is a name", vec![file().format(Format::Gnu).field(Field::Prefix, "prefix")]),
    ] {
        refused(name, layer(entries), "layer-inconsistent");
    }
    // A header of nothing.
    for entry in [path(), Entry::long_name("x"), Entry::long_link("x")] {
        refused("nothing follows", layer([file(), entry]), "malformed");
    }
}

#[test]
fn a_header_for_all_entries_decides_nothing() {
    for key in
        ["path", "linkpath", "size", "uid", "gid", "hdrcharset", "GNU.sparse.major", "SCHILY.xattr.user.a"]
    {
        refused(key, layer([Entry::global(&[(key, "1")]), file()]), "layer-inconsistent");
    }
    is_read("a comment, as git archive writes", [Entry::global(&[("comment", "0123abcd")]), file()]);
    let global = Entry::of(b'g', "x", b"not a record");
    refused("broken", layer([global, file()]), "malformed");
}

#[test]
fn attributes_of_overlayfs_are_refused() {
    for name in
        ["trusted.overlay.opaque", "trusted.overlay.redirect", "user.overlay.whiteout", "user.overlay.opaque"]
    {
        let report = refused(name, layer([Entry::directory("d").xattr(name, b"y")]), "layer-inconsistent");
        assert!(report.findings[0].message.contains(name));
    }
    is_read("another", [Entry::directory("d").xattr("user.overlayfs", b"y")]);
}

#[test]
fn odd_names_are_shown_as_they_are() {
    let report = inspect([layer([
        Entry::file(b"a/\xff\xfe.sh", b""),
        Entry::file("a/line\nbreak\x1b[31m", b"-----").mode(0o4755),
        Entry::file(b"bin\x80/sh", b"").mode(0o4755),
        Entry::file("\\xff", b"").mode(0o4755),
    ])]);
    let added = sound(&report).added.as_ref().unwrap();
    assert_eq!(added.files, 4);
    let paths: Vec<&str> = added.suspicious.iter().map(|one| one.path.as_str()).collect();
    assert!(paths.contains(&"bin\\x80/sh"), "{paths:?}");
    assert!(paths.contains(&"a/line\nbreak\x1b[31m"), "{paths:?}");
    let folders: Vec<&str> = added.by_layer[0].folders.iter().map(|one| one.path.as_str()).collect();
    assert_eq!(folders, ["", "a", "bin\\x80"]);
    // In JSON nothing of it reaches a terminal.
    let json = serde_json::to_string(&report).unwrap();
    assert!(!json.contains('\x1b') && json.contains("\\u001b"));
}
