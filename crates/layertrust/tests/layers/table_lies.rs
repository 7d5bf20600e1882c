//! Every way in which a table of contents can say something else than the tar.

use layertrust_testkit::compress::{Gzip, Zstd};
use layertrust_testkit::estargz::{TOC_DIGEST, footer};
use layertrust_testkit::layer::{Compression, Layer, ZSTD};
use layertrust_testkit::store::sha256;
use layertrust_testkit::tar::{Entry, Tar};
use layertrust_testkit::zstd_chunked::Edition;
use serde_json::{Value, json};

use crate::ask::{errors, inspect, layer, refused};
use crate::tables::{FORMS, Form, entries};

pub(crate) const WHOLE: usize = 4 << 20;

pub(crate) fn rows(toc: &mut Value) -> &mut Vec<Value> {
    toc["entries"].as_array_mut().unwrap()
}

/// How many rows an honest table has.
pub(crate) fn count(form: Form, chunk: usize) -> usize {
    let mut count = 0;
    form.build(entries(), chunk, |toc| count = rows(toc).len());
    count
}

pub(crate) fn lie(form: Form, chunk: usize, name: &str, change: impl FnOnce(&mut Value)) {
    let layer = form.build(entries(), chunk, change).layer;
    refused(&format!("{form:?}, {chunk}: {name}"), layer, "layer-inconsistent");
}

/// Another value for one member of a row.
fn other(row: &Value, member: &str) -> Value {
    let number = row[member].as_u64().unwrap_or_default();
    match member {
        "name" => format!("{}x", row["name"].as_str().unwrap()).into(),
        "type" if row["type"] == "reg" => "dir".into(),
        "type" => "reg".into(),
        "linkName" => format!("{}x", row[member].as_str().unwrap_or_default()).into(),
        "digest" => sha256(b"other").into(),
        "xattrs" => json!({ "security.capability": "AgAAAQ==" }),
        "mode" => (number ^ 0o4000).into(),
        _ => (number + 1).into(),
    }
}

#[test]
fn each_field_of_each_row_is_compared() {
    let members = [
        "name", "type", "size", "mode", "uid", "gid", "linkName", "digest", "xattrs", "devMajor", "devMinor",
    ];
    let mut lies = 0;
    for form in FORMS {
        for at in 0..count(form, WHOLE) {
            for member in members {
                let mut is_told = true;
                let change = |toc: &mut Value| {
                    let row = &mut rows(toc)[at];
                    // The digest of nothing says nothing.
                    is_told = member != "digest" || row["size"].as_u64().is_some_and(|size| size > 0);
                    if is_told {
                        row[member] = other(row, member);
                    }
                };
                let layer = form.build(entries(), WHOLE, change).layer;
                if is_told {
                    refused(&format!("{form:?}, row {at}: {member}"), layer, "layer-inconsistent");
                    lies += 1;
                }
            }
        }
    }
    assert!(lies > 450, "{lies}");
}

#[test]
fn each_row_is_there_once() {
    for form in FORMS {
        for at in 0..count(form, WHOLE) {
            lie(form, WHOLE, &format!("without row {at}"), |toc| drop(rows(toc).remove(at)));
            lie(form, WHOLE, &format!("row {at} twice"), |toc| {
                let row = rows(toc)[at].clone();
                rows(toc).push(row);
            });
            lie(form, WHOLE, &format!("row {at} under one more name"), |toc| {
                let mut row = rows(toc)[at].clone();
                row["name"] = "one/more".into();
                rows(toc).push(row);
            });
            lie(form, WHOLE, &format!("row {at} twice, spelled another way"), |toc| {
                let mut row = rows(toc)[at].clone();
                row["name"] = format!("./{}", row["name"].as_str().unwrap()).into();
                rows(toc).push(row);
            });
        }
        lie(form, WHOLE, "no rows", |toc| rows(toc).clear());
        let twice = [entries(), vec![Entry::file("usr/note", b"y")]].concat();
        refused("a name twice in the tar", form.honest(twice, WHOLE), "layer-inconsistent");
        lie(form, WHOLE, "a member without its type", |toc| rows(toc)[2]["size"] = Value::Null);
    }
    lie(Form::Chunked, WHOLE, "a negative number", |toc| rows(toc)[2]["uid"] = (-1).into());
}

#[test]
fn annotations_name_the_table_that_is_there() {
    let with = |layer: &Layer, name: &str, value: &str| {
        let mut layer = layer.clone();
        layer.annotations.retain(|(key, _)| key != name);
        layer.annotated(name, value)
    };
    let packed = Form::Estargz.honest(entries(), WHOLE);
    refused("another digest", with(&packed, TOC_DIGEST, &sha256(b"other")), "layer-inconsistent");
    refused("no digest", with(&packed, TOC_DIGEST, "sha256:00"), "malformed");
    let plain = layer(entries());
    refused("no table", plain.annotated(TOC_DIGEST, &sha256(b"")), "layer-inconsistent");
    for (form, edition) in [(Form::FirstChunked, Edition::First), (Form::Chunked, Edition::TarSplit)] {
        let packed = form.honest(entries(), WHOLE);
        let [sum, position] = ["manifest-checksum", "manifest-position"].map(|name| edition.annotation(name));
        let (_, place) = packed.annotations.iter().find(|(name, _)| *name == position).unwrap();
        let numbers: Vec<u64> = place.split(':').map(|number| number.parse().unwrap()).collect();
        let [offset, length, size, _] = numbers[..] else { panic!("four numbers") };
        refused("another digest", with(&packed, &sum, &sha256(b"other")), "layer-inconsistent");
        for (code, value) in [
            ("layer-inconsistent", format!("{}:{length}:{size}:1", offset + 1)),
            ("layer-inconsistent", format!("{offset}:{}:{size}:1", length - 1)),
            ("layer-inconsistent", format!("{offset}:{}:{size}:1", length + 1)),
            ("layer-inconsistent", format!("{offset}:{length}:{}:1", size - 1)),
            ("layer-inconsistent", format!("{offset}:{length}:{}:1", size + 1)),
            ("layer-inconsistent", format!("{offset}:{length}:{size}:2")),
            ("layer-inconsistent", format!("{offset}:{length}:{size}")),
            ("layer-inconsistent", format!("x:{offset}:{length}:{size}:1")),
            ("layer-inconsistent", format!("+{offset}:{length}:{size}:1")),
            ("layer-inconsistent", format!("-1:{length}:{size}:1")),
            ("layer-inconsistent", format!("{}:{length}:{size}:1", u64::MAX)),
            ("layer-inconsistent", format!("99999999999999999999:{length}:{size}:1")),
            ("layer-inconsistent", String::new()),
            ("layer-inconsistent", "0:0:0:1".to_owned()),
            ("limit-exceeded", format!("{offset}:{}:{size}:1", u64::MAX)),
            ("limit-exceeded", format!("{offset}:{length}:{}:1", 1_u64 << 40)),
        ] {
            refused(&value, with(&packed, &position, &value), code);
        }
        let mut bare = packed.clone();
        bare.annotations.retain(|(name, _)| *name != position);
        refused("no position", bare, "layer-inconsistent");
        let plain = layer(entries()).recompressed(Compression::Zstd);
        let plain = plain.annotated(&sum, &sha256(b"")).annotated(&position, "0:10:10:1");
        refused("no table", plain, "layer-inconsistent");
        refused("of two kinds", packed.annotated(TOC_DIGEST, &sha256(b"")), "layer-inconsistent");
    }
}

/// What holds for a blob under one descriptor does not hold under another that announces a table.
#[test]
fn a_repeated_blob_is_opened_as_each_descriptor_announces_it() {
    let plain = layer(entries());
    let announced = plain.clone().annotated(TOC_DIGEST, &sha256(b""));
    for layers in [[plain.clone(), announced.clone()], [announced, plain]] {
        let report = inspect(layers);
        assert_eq!(errors(&report), ["layer-inconsistent"], "{:#?}", report.findings);
    }
}

/// Old tools read the table that one form of the annotations names, new ones that of the other.
#[test]
fn the_two_forms_of_the_annotations_name_one_table() {
    let packed = Form::Chunked.build(entries(), WHOLE, |_| {});
    let second = Form::Chunked.build(entries(), WHOLE, |toc| rows(toc)[2]["mode"] = 0o6777.into());
    let lie = Zstd::new(3).frame(&second.toc).finish();
    // The lie in front, in a frame that is passed over; then the honest layer.
    let front = Zstd::new(3).skippable(0, &lie).finish();
    let [old, new] = [Edition::First, Edition::TarSplit];
    let lie_at = format!("8:{}:{}:1", lie.len(), second.toc.len());
    let honest_at =
        packed.layer.annotations.iter().find(|(name, _)| *name == new.annotation("manifest-position"));
    let (_, rest) = honest_at.unwrap().1.split_once(':').unwrap();
    let honest_at = format!("{}:{rest}", packed.toc_offset + front.len());
    let blob = [front, packed.layer.blob.clone()].concat();
    let both = |one: Edition, two: Edition| {
        Layer::from_parts(packed.layer.tar.clone(), blob.clone(), ZSTD)
            .annotated(&one.annotation("manifest-checksum"), &packed.toc_digest)
            .annotated(&one.annotation("manifest-position"), &honest_at)
            .annotated(&two.annotation("manifest-checksum"), &sha256(&lie))
            .annotated(&two.annotation("manifest-position"), &lie_at)
    };
    refused("the new form lies", both(old, new), "layer-inconsistent");
    refused("the old form lies", both(new, old), "layer-inconsistent");
    let alone = Layer::from_parts(packed.layer.tar.clone(), blob.clone(), ZSTD)
        .annotated(&new.annotation("manifest-checksum"), &packed.toc_digest)
        .annotated(&new.annotation("manifest-position"), &honest_at);
    assert!(errors(&inspect([alone.clone()])).is_empty());
    let same = alone
        .annotated(&old.annotation("manifest-checksum"), &packed.toc_digest)
        .annotated(&old.annotation("manifest-position"), &honest_at);
    assert!(errors(&inspect([same])).is_empty(), "both may name the same table");
}

#[test]
fn the_footer_leads_to_the_table() {
    let packed = Form::Estargz.build(entries(), WHOLE, |_| {});
    let without = &packed.layer.blob[..packed.layer.blob.len() - 51];
    let ends = |bytes: &[u8]| Layer { blob: [without, bytes].concat(), ..packed.layer.clone() };
    let bare = |layer: Layer| Layer { annotations: Vec::new(), ..layer };
    assert_eq!(ends(&footer(packed.toc_offset)).blob, packed.layer.blob);
    for offset in [0, 1, packed.toc_offset - 1, packed.toc_offset + 1, without.len(), usize::MAX] {
        refused("announced", ends(&footer(offset)), "layer-inconsistent");
        refused("not announced", bare(ends(&footer(offset))), "layer-inconsistent");
    }
    let empty = Gzip::new(9).member(b"").finish();
    refused("no footer", ends(&empty), "layer-inconsistent");
    assert!(errors(&inspect([bare(ends(&empty))])).is_empty(), "then nobody looks for a table");
    // A footer and no table, and a table within another member.
    let plain = layer(entries());
    let footed = Layer { blob: [plain.blob.clone(), footer(0)].concat(), ..plain.clone() };
    refused("a footer alone", footed, "layer-inconsistent");
    let table = Tar::of([Entry::file("stargz.index.json", &packed.toc)]).finish();
    let tar = [plain.tar.clone(), table].concat();
    let split = |at: usize| {
        let gzip = Gzip::new(1).member(&tar[..at]);
        let offset = gzip.bytes().len();
        let blob = gzip.member(&tar[at..]).raw(&footer(offset)).finish();
        Layer { blob, tar: tar.clone(), ..plain.clone() }
    };
    assert!(errors(&inspect([split(plain.tar.len())])).is_empty());
    refused("a member that starts earlier", split(plain.tar.len() - 512), "layer-inconsistent");
    refused("a member that starts later", split(plain.tar.len() + 512), "layer-inconsistent");
    // A second table inside the tar.
    let two = [entries(), vec![Entry::file("stargz.index.json", b"{}")]].concat();
    refused("two tables", Form::Estargz.honest(two, WHOLE), "layer-inconsistent");
}

#[test]
fn a_table_is_one_json_document() {
    for form in FORMS {
        for (name, code, change) in [
            ("not JSON", "malformed", (|_| "no table".to_owned()) as fn(String) -> String),
            ("nothing", "malformed", |_| String::new()),
            ("a list", "malformed", |text| format!("[{text}]")),
            ("cut", "malformed", |text| text[..text.len() - 3].to_owned()),
            ("more behind it", "malformed", |text| text + "x"),
            ("a second document", "malformed", |text| text + "{}"),
            ("a key twice", "duplicate-key", |text| text.replacen('{', r#"{"version":1,"#, 1)),
            ("entries twice", "duplicate-key", |text| text.replacen('{', r#"{"entries":[],"#, 1)),
            ("entries in another case", "duplicate-key", |text| text.replacen('{', r#"{"Entries":[],"#, 1)),
            ("a member of a row twice", "duplicate-key", |text| {
                text.replacen("\"name\"", "\"name\":\"x\",\"name\"", 1)
            }),
            ("in another case", "malformed", |text| text.replacen("\"mode\"", "\"Mode\"", 1)),
            ("in both cases", "duplicate-key", |text| text.replacen("\"mode\"", "\"Mode\":511,\"mode\"", 1)),
            ("no entries", "layer-inconsistent", |_| r#"{"version":1}"#.to_owned()),
            ("a fraction", "layer-inconsistent", |text| {
                text.replacen("\"version\":", "\"version\":0.5,\"x\":", 1).replacen(
                    "\"size\":",
                    "\"size\":0.5,\"x\":",
                    1,
                )
            }),
        ] {
            let layer = form.with_text(entries(), change).layer;
            let report = inspect([layer]);
            let found = errors(&report);
            assert!(found == [code], "{form:?}, {name}: {found:?}");
        }
    }
}
