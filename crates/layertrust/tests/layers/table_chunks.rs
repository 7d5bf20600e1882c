//! What an eStargz table says of parts of files, which is all that its readers check.

use layertrust_testkit::store::sha256;
use layertrust_testkit::tar::Entry;
use serde_json::{Value, json};

use crate::ask::{errors, inspect, refused};
use crate::table_lies::{WHOLE, count, lie, rows};
use crate::tables::{FORMS, Form, entries};

/// Chunks of the one large file: they are all that a runtime checks of an eStargz layer.
#[test]
fn each_chunk_is_what_it_says() {
    let is_chunk = |row: &Value| row.get("chunkDigest").is_some();
    let form = Form::Estargz;
    for at in 0..count(form, 400) {
        let mut is_told = false;
        form.build(entries(), 400, |toc| {
            is_told = is_chunk(&rows(toc)[at]) && rows(toc)[at]["type"] != "dir"
        });
        if !is_told {
            continue;
        }
        let name = |what: &str| format!("row {at}: {what}");
        lie(form, 400, &name("another digest"), |toc| rows(toc)[at]["chunkDigest"] = sha256(b"other").into());
        lie(form, 400, &name("another offset"), |toc| {
            let offset = rows(toc)[at]["chunkOffset"].as_u64().unwrap_or_default();
            rows(toc)[at]["chunkOffset"] = (offset + 1).into();
        });
        for size in [2, 399, 5000] {
            lie(form, 400, &name("another size"), |toc| rows(toc)[at]["chunkSize"] = size.into());
        }
    }
    // The file of three chunks: its own row and what follows it.
    let in_large = |name: &str, change: fn(&mut Vec<Value>, usize)| {
        lie(form, 400, name, |toc| {
            let is_large = |row: &Value| row["name"] == "usr/bin/large" && row["type"] == "reg";
            let at = rows(toc).iter().position(is_large).unwrap();
            change(rows(toc), at);
        });
    };
    in_large("without the last", |rows, at| drop(rows.remove(at + 2)));
    in_large("without the middle", |rows, at| drop(rows.remove(at + 1)));
    in_large("one twice", |rows, at| rows.insert(at + 1, rows[at + 1].clone()));
    in_large("without a digest", |rows, at| {
        rows[at + 1].as_object_mut().unwrap().remove("chunkDigest");
    });
    in_large("a whole digest for the first", |rows, at| rows[at]["chunkDigest"] = rows[at]["digest"].clone());
}

/// Readers take a chunk for the file whose row came last, whatever it is called, and search it in the order of
/// the table.
#[test]
fn chunks_stand_in_order_behind_their_file() {
    let two = || vec![Entry::file("a", b"aaaaAAAA"), Entry::file("b", b"bbbbBBBB"), Entry::symlink("c", "a")];
    for form in FORMS {
        let told = |name: &str, change: fn(&mut Vec<Value>)| {
            let layer = form.build(two(), 4, |toc| change(rows(toc))).layer;
            refused(&format!("{form:?}: {name}"), layer, "layer-inconsistent");
        };
        assert!(errors(&inspect([form.honest(two(), 4)])).is_empty());
        told("chunks of two files, exchanged", |rows| rows.swap(1, 3));
        told("a chunk in front of its file", |rows| rows.swap(0, 1));
        told("a chunk behind a link", |rows| {
            let chunk = rows.remove(3);
            rows.push(chunk);
        });
        told("a chunk of nothing", |rows| rows[1]["name"] = "none".into());
        told("a chunk of a link", |rows| {
            rows.push(json!({ "name": "c", "type": "chunk", "chunkDigest": sha256(b"x"), "offset": 1 }));
        });
    }
    let three = || vec![Entry::file("a", b"aaaabbbbcccc")];
    let turned = |toc: &mut Value| rows(toc).swap(1, 2);
    let layer = Form::Estargz.build(three(), 4, turned).layer;
    refused("the second chunk behind the third", layer, "layer-inconsistent");
    // The file's row tells of its second chunk, and the row behind it of the first.
    let exchanged = |toc: &mut Value| {
        for (member, first, second) in
            [("chunkOffset", json!(0), json!(4)), ("chunkSize", json!(4), json!(4))]
        {
            (rows(toc)[0][member], rows(toc)[1][member]) = (second, first);
        }
        for member in ["chunkDigest", "offset"] {
            let second = rows(toc)[1][member].take();
            rows(toc)[1][member] = std::mem::replace(&mut rows(toc)[0][member], second);
        }
    };
    let layer = Form::Estargz.build(three(), 4, exchanged).layer;
    refused("the second chunk in the place of the first", layer, "layer-inconsistent");
}

#[test]
fn a_chunk_that_is_the_whole_file_is_the_whole_file() {
    let one = || vec![Entry::file("a", b"content!")];
    for (member, value) in [
        ("chunkOffset", json!(1)),
        ("chunkSize", json!(4)),
        ("chunkSize", json!(9)),
        ("chunkDigest", json!(sha256(b"other"))),
        ("chunkDigest", json!("")),
        ("chunkDigest", json!("sha256:00")),
    ] {
        let layer = Form::Estargz.build(one(), WHOLE, |toc| rows(toc)[0][member] = value.clone()).layer;
        refused(&format!("{member} {value}"), layer, "layer-inconsistent");
    }
    let bare = |toc: &mut Value| drop(rows(toc)[0].as_object_mut().unwrap().remove("chunkDigest"));
    assert!(errors(&inspect([Form::Estargz.build(one(), WHOLE, bare).layer])).is_empty());
}
