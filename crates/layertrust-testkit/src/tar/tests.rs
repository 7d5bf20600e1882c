mod headers;
mod names;
mod sparse;

use std::io::Read as _;

use super::{BLOCK, Entry, Tar};

/// What the `tar` crate makes of an entry.
#[derive(Debug, PartialEq, Eq)]
struct Read {
    path: Vec<u8>,
    link: Option<Vec<u8>>,
    kind: u8,
    content: Vec<u8>,
}

fn read(archive: &[u8]) -> Vec<Read> {
    try_read(archive).expect("a sound archive")
}

fn try_read(archive: &[u8]) -> std::io::Result<Vec<Read>> {
    let mut archive = tar::Archive::new(archive);
    let mut found = Vec::new();
    for entry in archive.entries()? {
        let mut entry = entry?;
        let mut content = Vec::new();
        entry.read_to_end(&mut content)?;
        found.push(Read {
            path: entry.path_bytes().into_owned(),
            link: entry.link_name_bytes().map(|link| link.into_owned()),
            kind: entry.header().entry_type().as_byte(),
            content,
        });
    }
    Ok(found)
}

fn one(entry: Entry) -> Read {
    let mut found = read(&Tar::of([entry]).finish());
    assert_eq!(found.len(), 1);
    found.remove(0)
}

fn paths(archive: &[u8]) -> Vec<String> {
    read(archive).into_iter().map(|entry| String::from_utf8_lossy(&entry.path).into_owned()).collect()
}

#[test]
fn every_plain_type_reads_back() {
    let archive = Tar::of([
        Entry::directory("usr"),
        Entry::file("usr/a", b"alpha"),
        Entry::symlink("usr/s", "a"),
        Entry::hardlink("usr/h", "usr/a"),
        Entry::device("dev/null", 'c', 1, 3),
        Entry::device("dev/sda", 'b', 8, 0),
        Entry::fifo("run/pipe"),
    ])
    .finish();
    let found = read(&archive);
    assert_eq!(found.iter().map(|entry| entry.kind).collect::<Vec<_>>(), b"5021346");
    assert_eq!(found[0].path, b"usr/");
    assert_eq!(found[1].content, b"alpha");
    assert_eq!(found[2].link.as_deref(), Some(b"a".as_slice()));
    assert_eq!(found[3].link.as_deref(), Some(b"usr/a".as_slice()));
    assert_eq!(archive.len() % BLOCK, 0);
}

#[test]
fn devices_have_their_numbers() {
    let archive = Tar::of([Entry::device("dev/sda", 'b', 8, 17)]).finish();
    let mut archive = tar::Archive::new(archive.as_slice());
    let entry = archive.entries().unwrap().next().unwrap().unwrap();
    assert_eq!(entry.header().device_major().unwrap(), Some(8));
    assert_eq!(entry.header().device_minor().unwrap(), Some(17));
}

#[test]
fn whiteouts_stand_beside_what_they_hide() {
    assert_eq!(one(Entry::whiteout("etc/passwd")).path, b"etc/.wh.passwd");
    assert_eq!(one(Entry::whiteout("srv")).path, b".wh.srv");
    assert_eq!(one(Entry::opaque("etc/ssl/certs")).path, b"etc/ssl/certs/.wh..wh..opq");
}

#[test]
fn unusual_types_keep_their_byte() {
    for kind in [0, b'7', b'V', b'M', b'N', b'D', b'Z', 0xff] {
        let archive = Tar::of([Entry::of(kind, "odd", b"content"), Entry::file("next", b"")]).finish();
        assert_eq!(archive[156], kind);
        assert_eq!(paths(&archive), ["odd", "next"], "{kind}");
    }
}

#[test]
fn directories_can_lack_the_slash_and_files_have_one() {
    let bare = Tar::of([Entry::directory("usr").name("usr")]).finish();
    assert_eq!((&bare[..4], bare[156]), (b"usr\0".as_slice(), b'5'));
    let old = Tar::of([Entry::file("usr/", b"")]).finish();
    assert_eq!((&old[..5], old[156]), (b"usr/\0".as_slice(), b'0'));
}

#[test]
fn zero_blocks_in_the_middle_hide_the_rest_from_some() {
    let archive =
        Tar::new().entry(Entry::file("a", b"")).zero_blocks(2).entry(Entry::file("b", b"")).finish();
    assert_eq!(paths(&archive), ["a"]);
    let mut archive = tar::Archive::new(archive.as_slice());
    archive.set_ignore_zeros(true);
    assert_eq!(archive.entries().unwrap().count(), 2);
}

#[test]
fn archives_can_stop_early() {
    let archive = || Tar::of([Entry::file("a", b"alpha"), Entry::file("b", &[7; 600])]);
    assert_eq!(paths(&archive().unfinished()), ["a", "b"]);
    assert_eq!(archive().finish().len(), archive().unfinished().len() + 2 * BLOCK);
    assert!(try_read(&archive().cut(600)).is_err());
    assert_eq!(paths(&archive().cut(1536)), ["a"]);
    assert_eq!(archive().cut(usize::MAX), b"");
}

#[test]
fn the_same_calls_give_the_same_bytes() {
    let archive = || Tar::of([Entry::file("a", b"alpha").pax("k", "v")]).finish();
    assert_eq!(archive(), archive());
}
