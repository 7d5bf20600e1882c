use serde_json::{Value, json};

use super::{Edition, ZstdChunked};
use crate::image::{ImageSpec, Platform, Writer};
use crate::store::sha256;
use crate::tar::{Entry, Tar};
use crate::toc::TocLayer;

fn entries() -> Vec<Entry> {
    let big = [b"alpha".as_slice(), &[0; 2043], b"end"].concat();
    vec![
        Entry::directory("usr"),
        Entry::file("usr/big", &big).mode(0o4755).owner(7, 8),
        Entry::file("usr/small", b"small").xattr("user.a", b"\0b"),
        Entry::file("usr/empty", b""),
        Entry::hardlink("usr/h", "usr/big"),
    ]
}

fn layer(edition: Edition) -> TocLayer {
    ZstdChunked::new(entries()).edition(edition).chunk_size(1024).build()
}

fn toc(layer: &TocLayer) -> Value {
    serde_json::from_slice(&layer.toc).unwrap()
}

fn numbers(text: &str) -> Vec<usize> {
    text.split(':').map(|number| number.parse().unwrap()).collect()
}

fn at(layer: &TocLayer, place: &[usize]) -> Vec<u8> {
    layer.layer.blob[place[0]..][..place[1]].to_vec()
}

fn frames(layer: &TocLayer, start: &Value, end: &Value) -> Vec<u8> {
    let place = |value: &Value| usize::try_from(value.as_u64().unwrap()).unwrap();
    zstd::decode_all(&layer.layer.blob[place(start)..place(end)]).unwrap()
}

#[test]
fn all_frames_unpack_to_the_tar() {
    for edition in [Edition::First, Edition::TarSplit] {
        let layer = layer(edition);
        assert_eq!(layer.layer.tar, Tar::of(entries()).finish());
        assert_eq!(zstd::decode_all(layer.layer.blob.as_slice()).unwrap(), layer.layer.tar);
    }
}

#[test]
fn annotation_and_footer_lead_to_the_table() {
    for (edition, prefix, length, magic) in [
        (Edition::First, "io.containers", 40, b"GnUlInUx"),
        (Edition::TarSplit, "io.github.containers", 64, b"GNUlInUx"),
    ] {
        let layer = layer(edition);
        let annotations = &layer.layer.annotations;
        assert_eq!(annotations[0].0, format!("{prefix}.zstd-chunked.manifest-checksum"));
        assert_eq!(annotations[1].0, format!("{prefix}.zstd-chunked.manifest-position"));
        let place = numbers(&annotations[1].1);
        let manifest = at(&layer, &place);
        assert_eq!(annotations[0].1, sha256(&manifest));
        assert_eq!(zstd::decode_all(manifest.as_slice()).unwrap(), layer.toc);
        assert_eq!((place[0], place[2], place[3]), (layer.toc_offset, layer.toc.len(), 1));

        let footer = &layer.layer.blob[layer.layer.blob.len() - length - 8..];
        assert_eq!(&footer[..8], &[0x50, 0x2a, 0x4d, 0x18, u8::try_from(length).unwrap(), 0, 0, 0]);
        assert!(footer.ends_with(magic));
        for (index, number) in place.iter().enumerate() {
            assert_eq!(footer[8 + 8 * index..][..8], (*number as u64).to_le_bytes());
        }
    }
}

#[test]
fn rows_say_what_the_entries_say() {
    let toc = toc(&layer(Edition::First));
    let (time, never) = ("2025-11-03T04:12:31Z", "0001-01-01T00:00:00Z");
    let expected = json!({
        "type": "dir", "name": "usr/", "mode": 0o755,
        "modtime": time, "accesstime": never, "changetime": never,
    });
    assert_eq!(toc["entries"][0], expected);
    let rows = toc["entries"].as_array().unwrap();
    let first_of = |name: &str| rows.iter().find(|row| row["name"] == name).unwrap();
    assert_eq!(first_of("usr/small")["xattrs"], json!({ "user.a": "AGI=" }));
    assert_eq!(first_of("usr/small")["digest"], sha256(b"small"));
    assert_eq!(first_of("usr/empty").get("digest"), None);
    assert_eq!(first_of("usr/h")["linkName"], "usr/big");
    assert_eq!((&first_of("usr/big")["uid"], &first_of("usr/big")["gid"]), (&json!(7), &json!(8)));
}

#[test]
fn offsets_lead_to_the_frames_of_the_chunks() {
    let layer = layer(Edition::TarSplit);
    let toc = toc(&layer);
    let rows = toc["entries"].as_array().unwrap();
    let big: Vec<_> = rows.iter().filter(|row| row["name"] == "usr/big").collect();
    let types: Vec<_> = big.iter().map(|row| row["type"].as_str().unwrap()).collect();
    assert_eq!(types, ["reg", "chunk", "chunk"]);
    let content = entries()[1].content().to_vec();
    assert_eq!(frames(&layer, &big[0]["offset"], &big[0]["endOffset"]), content);
    assert_eq!(frames(&layer, &big[1]["offset"], &big[2]["offset"]), &content[1024..2048]);
    assert_eq!(big[1]["chunkType"], "zeros");
    assert_eq!((&big[2]["chunkOffset"], &big[2]["chunkSize"]), (&json!(2048), &json!(3)));
    assert_eq!(big[2]["chunkDigest"], sha256(b"end"));
    let small = rows.iter().find(|row| row["name"] == "usr/small").unwrap();
    assert_eq!(frames(&layer, &small["offset"], &small["endOffset"]), b"small");
    assert_eq!(small.get("chunkDigest"), None);
}

#[test]
fn the_tar_split_and_the_contents_give_the_tar() {
    use base64::Engine as _;
    let layer = layer(Edition::TarSplit);
    let split = at(&layer, &numbers(&layer.layer.annotations[2].1));
    assert_eq!(toc(&layer)["tarSplitDigest"], sha256(&split));
    let text = String::from_utf8(zstd::decode_all(split.as_slice()).unwrap()).unwrap();
    let (mut tar, mut files) = (Vec::new(), entries().into_iter());
    for (position, line) in text.lines().enumerate() {
        let line: Value = serde_json::from_str(line).unwrap();
        assert_eq!(line["position"], position);
        if line["type"] == 2 {
            let payload = line["payload"].as_str().unwrap();
            tar.extend(base64::engine::general_purpose::STANDARD.decode(payload).unwrap());
        } else {
            tar.extend_from_slice(files.next().unwrap().content());
        }
    }
    assert_eq!(tar, layer.layer.tar);
}

#[test]
fn the_text_has_the_order_of_go() {
    let text = String::from_utf8(layer(Edition::First).toc).unwrap();
    let start = r#"{"version":1,"entries":[{"type":"dir","name":"usr/","mode":493,"modtime":"2025-11-03T04:12:31Z","accesst"#;
    assert!(text.starts_with(start), "{text}");
}

#[test]
fn a_table_can_lie_and_its_digest_fits() {
    let layer = ZstdChunked::new(entries())
        .level(1)
        .tar_split_of(&[Entry::file("other", b"")])
        .alter(|toc| toc["entries"][1]["mode"] = json!(0o4777))
        .alter_text(|text| text.replace("usr/small", "usr/other"))
        .build();
    let text = String::from_utf8(layer.toc.clone()).unwrap();
    assert!(text.contains("\"mode\":2559") && text.contains("usr/other"));
    let place = numbers(&layer.layer.annotations[1].1);
    assert_eq!(layer.toc_digest, sha256(&at(&layer, &place)));
}

#[test]
fn the_annotations_stand_in_the_manifest() {
    let layer = layer(Edition::First).layer;
    let digest = layer.annotations[0].1.clone();
    let image = ImageSpec::new(Writer::Crane, Platform::of("linux/amd64")).appended(layer).build();
    let manifest: Value = serde_json::from_slice(&image.manifest).unwrap();
    let annotations = &manifest["layers"][0]["annotations"];
    assert_eq!(annotations["io.containers.zstd-chunked.manifest-checksum"], digest);
}
