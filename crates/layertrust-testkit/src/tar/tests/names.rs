use super::super::{Entry, Field, Format, Tar, pax};
use super::{one, paths, read, try_read};

fn long(length: usize) -> String {
    "deep/".repeat(length / 5) + &"x".repeat(length % 5)
}

#[test]
fn long_names_use_the_prefix_then_records() {
    for length in [99, 100, 101, 103, 200, 254, 255, 256, 600] {
        let name = long(length);
        assert_eq!(one(Entry::file(&name, b"alpha")).path, name.as_bytes(), "{length}");
    }
    let header = Tar::of([Entry::file(long(203), b"")]).unfinished();
    assert_eq!(header.len(), 512, "the prefix suffices");
    assert_ne!(header[Field::Prefix.offset()], 0);
    assert_eq!(Tar::of([Entry::file("x".repeat(101), b"")]).unfinished()[156], b'x', "nothing to split at");
    assert_eq!(one(Entry::directory(long(150))).path, long(150).as_bytes());
}

#[test]
fn long_names_and_links_in_gnu_form() {
    let (name, target) = (long(301), long(402));
    let entry = Entry::symlink(&name, &target).format(Format::Gnu);
    let archive = Tar::of([entry.clone()]).finish();
    assert_eq!((archive[156], archive[1024 + 156]), (b'L', b'K'));
    let found = one(entry);
    assert_eq!((found.path, found.link), (name.into_bytes(), Some(target.into_bytes())));
}

#[test]
fn long_links_in_records() {
    let target = long(301);
    assert_eq!(one(Entry::symlink("s", &target)).link, Some(target.into_bytes()));
}

#[test]
fn old_headers_cut_long_names() {
    assert_eq!(one(Entry::file(long(300), b"").format(Format::V7)).path, long(100).as_bytes());
}

#[test]
fn a_long_name_header_renames_the_next_entry() {
    let archive = Tar::of([Entry::long_name("real"), Entry::file("shown", b"")]).finish();
    assert_eq!(paths(&archive), ["real"]);
    let archive = Tar::of([Entry::long_link("real"), Entry::symlink("s", "shown")]).finish();
    assert_eq!(read(&archive)[0].link.as_deref(), Some(b"real".as_slice()));
}

#[test]
fn records_override_the_header() {
    let entry = Entry::symlink("shown", "shown")
        .pax("path", "real")
        .pax("linkpath", "target")
        .pax("uid", "4000000000")
        .pax("gid", "7")
        .pax("mtime", "1700000000.5")
        .xattr("security.capability", b"\x01\0\0\x02=");
    let archive = Tar::of([entry.clone()]).finish();
    let mut archive = tar::Archive::new(archive.as_slice());
    let mut read = archive.entries().unwrap().next().unwrap().unwrap();
    assert_eq!(read.header().uid().unwrap(), 4_000_000_000);
    let records: Vec<_> = read.pax_extensions().unwrap().unwrap().map(Result::unwrap).collect();
    assert_eq!(records.len(), 6);
    assert_eq!(records[5].key().unwrap(), "SCHILY.xattr.security.capability");
    assert_eq!(records[5].value_bytes(), b"\x01\0\0\x02=");
    let found = one(entry);
    assert_eq!((found.path, found.link), (b"real".to_vec(), Some(b"target".to_vec())));
}

#[test]
fn a_record_gives_the_size() {
    let entry = Entry::file("a", b"alpha").pax("size", "5").size_field("00000000000");
    assert_eq!(one(entry).content, b"alpha");
}

#[test]
fn a_records_own_name_is_not_overruled_by_a_long_one() {
    assert_eq!(one(Entry::file("x".repeat(300), b"").pax("path", "real")).path, b"real");
}

#[test]
fn the_length_of_a_record_counts_itself() {
    for length in 0..1200 {
        let record = pax::record("key", "v".repeat(length));
        let declared: usize =
            std::str::from_utf8(&record).unwrap().split(' ').next().unwrap().parse().unwrap();
        assert_eq!(declared, record.len());
    }
}

#[test]
fn the_length_of_a_record_can_be_a_lie() {
    assert_eq!(pax::record_with_length("99", "path", "b"), b"99 path=b\n");
    for length in ["99", "", "0", "-3", "x", "99999999999999999999"] {
        let entry = Entry::file("a", b"").pax_raw(&pax::record_with_length(length, "path", "b"));
        let archive = Tar::of([entry]).finish();
        let name = try_read(&archive).map(|found| found[0].path.clone());
        assert_ne!(name.ok().as_deref(), Some(b"b".as_slice()), "{length:?}");
    }
}

#[test]
fn global_records_stand_before_all() {
    let archive = Tar::of([Entry::global(&[("path", "all"), ("comment", "c")]), Entry::file("a", b"")]);
    let bytes = archive.finish();
    assert_eq!(bytes[156], b'g');
    assert_eq!(&bytes[512..524], b"12 path=all\n");
    assert!(try_read(&bytes).unwrap().iter().any(|entry| entry.path == b"a"));
}

#[test]
fn record_headers_can_stand_alone() {
    let records = pax::record("path", "b");
    let archive = Tar::of([Entry::file("a", b""), Entry::pax_header(&records)]).finish();
    assert_eq!(archive[512 + 156], b'x');
    assert!(try_read(&archive).is_err() || paths(&archive) == ["a"]);
}

#[test]
fn names_can_hold_any_bytes() {
    for name in
        [b"a\x1b[31m".as_slice(), b"\xff\xfe/x", "e\u{301}/\u{202e}".as_bytes(), b"../../etc", b"/abs"]
    {
        assert_eq!(one(Entry::file(name, b"")).path, name);
    }
    let archive = Tar::of([Entry::file(b"a\0b", b"")]).unfinished();
    assert_eq!(&archive[..4], b"a\0b\0");
    assert_eq!(one(Entry::file(b"a\0b", b"")).path, b"a");
    let archive = Tar::of([Entry::file("a", b"").pax("path", b"b\0c")]).unfinished();
    assert_eq!(&archive[512..524], b"12 path=b\0c\n");
}
