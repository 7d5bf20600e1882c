use std::io::Read as _;

use flate2::bufread::{GzDecoder, MultiGzDecoder};
use serde_json::{Value, json};

use super::{Estargz, TOC_DIGEST, UNCOMPRESSED_SIZE};
use crate::store::sha256;
use crate::tar::{Entry, Tar};
use crate::toc::TocLayer;

fn entries() -> Vec<Entry> {
    vec![
        Entry::directory("usr"),
        Entry::file("usr/big", b"0123456789").mode(0o4755).owner(7, 8).owner_names("u", "g"),
        Entry::file("usr/even", b"01234567").owner(7, 9).owner_names("u", "h").mtime(0),
        Entry::file("usr/empty", b"").xattr("user.a", b"\0b"),
        Entry::symlink("usr/s", "<&>"),
        Entry::hardlink("usr/h", "usr/big"),
        Entry::device("dev/x", 'c', 1, 3),
    ]
}

fn layer() -> TocLayer {
    Estargz::new(entries()).chunk_size(4).build()
}

fn toc(layer: &TocLayer) -> Value {
    serde_json::from_slice(&layer.toc).unwrap()
}

fn member(blob: &[u8], offset: &Value) -> Vec<u8> {
    let mut out = Vec::new();
    let offset = usize::try_from(offset.as_u64().unwrap()).unwrap();
    GzDecoder::new(&blob[offset..]).read_to_end(&mut out).unwrap();
    out
}

#[test]
fn all_members_unpack_to_the_tar_with_the_table_after_its_end() {
    let layer = layer();
    let mut tar = Vec::new();
    MultiGzDecoder::new(layer.layer.blob.as_slice()).read_to_end(&mut tar).unwrap();
    assert_eq!(tar, layer.layer.tar);
    let table = tar.strip_prefix(Tar::of(entries()).finish().as_slice()).unwrap();
    assert_eq!(&table[..18], b"stargz.index.json\0");
    assert_eq!(&table[512..][..layer.toc.len()], layer.toc);
}

#[test]
fn the_footer_leads_to_the_table() {
    let layer = layer();
    let footer = &layer.layer.blob[layer.layer.blob.len() - 51..];
    let offset = usize::from_str_radix(std::str::from_utf8(&footer[16..32]).unwrap(), 16).unwrap();
    assert_eq!(offset, layer.toc_offset);
    assert!(member(&layer.layer.blob, &offset.into()).starts_with(b"stargz.index.json\0"));
    assert_eq!(member(footer, &0.into()), b"");
    // The footer of a real blob, which BuildKit wrote.
    let real = "1f8b08040000000000ff1a00534716003030303030303030303030303134643953544152475a010000ffff\
                0000000000000000";
    assert_eq!(crate::store::hex(&super::footer(0x14d9)), real);
}

#[test]
fn the_annotations_are_those_of_buildkit() {
    let layer = layer();
    let expected = [
        (TOC_DIGEST.to_owned(), sha256(&layer.toc)),
        (UNCOMPRESSED_SIZE.to_owned(), layer.layer.tar.len().to_string()),
    ];
    assert_eq!(layer.layer.annotations, expected);
    assert_eq!(layer.toc_digest, sha256(&layer.toc));
}

#[test]
fn rows_say_what_the_entries_say() {
    let layer = layer();
    let toc = toc(&layer);
    let rows = toc["entries"].as_array().unwrap();
    let first_of = |name: &str| rows.iter().find(|row| row["name"] == name).unwrap();
    let time = "2025-11-03T04:12:31Z";
    assert_eq!(*first_of("usr/"), json!({ "name": "usr/", "type": "dir", "modtime": time, "mode": 0o755 }));
    let big = first_of("usr/big");
    assert_eq!((&big["mode"], &big["size"]), (&json!(0o4755), &json!(10)));
    assert_eq!(big["digest"], sha256(b"0123456789"));
    assert_eq!((&big["userName"], &big["groupName"]), (&json!("u"), &json!("g")));
    let even = first_of("usr/even");
    assert_eq!((even.get("userName"), &even["groupName"]), (None, &json!("h")), "the same user again");
    assert_eq!(even.get("modtime"), None);
    let empty = first_of("usr/empty");
    assert_eq!((&empty["digest"], empty.get("offset")), (&json!(sha256(b"")), None));
    assert_eq!(empty["xattrs"], json!({ "user.a": "AGI=" }));
    assert_eq!(first_of("usr/s")["linkName"], "<&>");
    assert_eq!(first_of("usr/h")["linkName"], "usr/big");
    assert_eq!((&first_of("dev/x")["devMajor"], &first_of("dev/x")["devMinor"]), (&json!(1), &json!(3)));
}

#[test]
fn offsets_lead_to_the_members_of_the_chunks() {
    let layer = layer();
    let toc = toc(&layer);
    let chunks = |name: &str| -> Vec<Value> {
        let rows = toc["entries"].as_array().unwrap().iter();
        rows.filter(|row| row["name"] == name).cloned().collect()
    };
    let big = chunks("usr/big");
    for (row, content) in big.iter().zip([b"0123".as_slice(), b"4567", b"89"]) {
        assert!(member(&layer.layer.blob, &row["offset"]).starts_with(content));
        assert_eq!(row["chunkDigest"], sha256(content));
    }
    let field = |rows: &[Value], name: &str| rows.iter().map(|row| row[name].as_u64()).collect::<Vec<_>>();
    assert_eq!(field(&big, "chunkOffset"), [None, Some(4), Some(8)]);
    assert_eq!(field(&big, "chunkSize"), [Some(4), Some(4), None]);
    assert_eq!(big[1]["type"], "chunk");
    assert_eq!(field(&chunks("usr/even"), "chunkSize"), [Some(4), Some(4)]);
}

#[test]
fn the_text_has_the_order_and_the_escapes_of_go() {
    let text = String::from_utf8(layer().toc).unwrap();
    let start = "{\n\t\"version\": 1,\n\t\"entries\": [\n\t\t{\n\t\t\t\"name\": \"usr/\",\n\t\t\t\"type\": \"dir\",\n";
    assert!(text.starts_with(start), "{text}");
    assert!(text.contains(r#""linkName": "\u003c\u0026\u003e""#));
}

#[test]
fn a_table_can_lie_and_its_digest_fits() {
    let mode = json!(0o4777);
    let layer = Estargz::new(entries())
        .level(1)
        .alter(|toc| toc["entries"][1]["mode"] = mode)
        .alter_text(|text| text.replace("\"version\": 1", "\"version\": 1, \"version\": 2"))
        .build();
    let text = String::from_utf8(layer.toc.clone()).unwrap();
    assert!(text.contains("\"mode\": 2559") && text.contains("\"version\": 2"));
    assert_eq!(layer.layer.annotations[0].1, sha256(&layer.toc));
}
