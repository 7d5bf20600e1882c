//! Tables of contents that say what the tar says, in the three forms that tools write.

use layertrust::report::{OwnerKind, Proof};
use layertrust_testkit::estargz::Estargz;
use layertrust_testkit::layer::{Compression, Layer};
use layertrust_testkit::tar::Entry;
use layertrust_testkit::toc::TocLayer;
use layertrust_testkit::zstd_chunked::{Edition, ZstdChunked};
use serde_json::Value;

use crate::ask::{Question, errors, image, inspect, layer, on_base_as, proved, sound};

/// Who writes the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Estargz,
    FirstChunked,
    Chunked,
}

pub(crate) const FORMS: [Form; 3] = [Form::Estargz, Form::FirstChunked, Form::Chunked];

impl Form {
    /// A layer whose table is changed, files in chunks of at most `chunk` bytes.
    pub(crate) fn build(
        self,
        entries: Vec<Entry>,
        chunk: usize,
        change: impl FnOnce(&mut Value),
    ) -> TocLayer {
        match self {
            Form::Estargz => Estargz::new(entries).chunk_size(chunk).level(1).alter(change).build(),
            Form::FirstChunked | Form::Chunked => {
                let edition = if self == Form::Chunked { Edition::TarSplit } else { Edition::First };
                ZstdChunked::new(entries).edition(edition).chunk_size(chunk).alter(change).build()
            }
        }
    }

    /// The same with a change of the table's text.
    pub(crate) fn with_text(self, entries: Vec<Entry>, change: impl FnOnce(String) -> String) -> TocLayer {
        match self {
            Form::Estargz => Estargz::new(entries).alter_text(change).build(),
            Form::FirstChunked => {
                ZstdChunked::new(entries).edition(Edition::First).alter_text(change).build()
            }
            Form::Chunked => ZstdChunked::new(entries).alter_text(change).build(),
        }
    }

    pub(crate) fn honest(self, entries: Vec<Entry>, chunk: usize) -> Layer {
        self.build(entries, chunk, |_| {}).layer
    }
}

/// One entry of each kind that a table can hold.
pub(crate) fn entries() -> Vec<Entry> {
    let long = format!("usr/share/{}/{}", "folder".repeat(20), "name".repeat(20));
    vec![
        Entry::directory("usr"),
        Entry::directory("usr/bin").mode(0o2755).owner(0, 50),
        Entry::file("usr/bin/ping", b"a program of some length")
            .mode(0o4755)
            .xattr("security.capability", b"\x01\0\0\x02"),
        Entry::file("usr/bin/large", &(0..=255).cycle().take(1000).collect::<Vec<u8>>())
            .mode(0o755)
            .owner(7, 8),
        Entry::hardlink("usr/bin/ping6", "usr/bin/ping").mode(0o4755),
        Entry::symlink("bin", "usr/bin"),
        Entry::file("usr/empty", b""),
        Entry::file("usr/note", b"x").xattr("user.note", b"anything"),
        Entry::device("usr/null", 'c', 1, 3).mode(0o666),
        Entry::device("usr/disk", 'b', 8, 1).owner_names("root", "disk"),
        Entry::fifo("usr/pipe"),
        Entry::file(long, b"far away").mtime(0),
        Entry::file("./usr/odd//name", b"cleaned"),
        Entry::whiteout("usr/gone"),
        Entry::opaque("usr/share"),
    ]
}

#[test]
fn honest_tables_change_nothing() {
    let report = inspect([layer(entries())]);
    let plain = sound(&report).added.clone().unwrap();
    assert_eq!(plain.files, 11);
    for form in FORMS {
        // One chunk a file, and many.
        for chunk in [4 << 20, 1000, 999, 100, 7, 1] {
            let report = inspect([form.honest(entries(), chunk)]);
            let platform = sound(&report);
            assert_eq!(platform.added.as_ref(), Some(&plain), "{form:?}, {chunk}");
            assert_eq!(platform.layers[0].diff_id_checked, Some(true));
        }
        let report = inspect([form.honest(Vec::new(), 100)]);
        assert_eq!(sound(&report).added.as_ref().unwrap().files, 0, "{form:?} of nothing");
    }
}

#[test]
fn a_base_that_was_packed_with_a_table_is_proved_by_opening() {
    for form in FORMS {
        for chunk in [4 << 20, 100] {
            let packed = form.honest(entries(), chunk);
            let base = packed.recompressed(Compression::Gzip);
            let report =
                on_base_as(base.clone(), packed.clone(), [layer([Entry::file("app", b"")])]).inspect();
            let platform = proved(&report);
            assert_eq!(platform.layers[0].proof, Proof::Recomputed, "{form:?}");
            assert_eq!(platform.changes.as_deref(), Some([].as_slice()));
            // The other way round the table is gone, and what it said is in nobody's view.
            let report = on_base_as(packed.clone(), base, []).inspect();
            assert_eq!(proved(&report).layers[0].proof, Proof::Recomputed, "{form:?}");
            let report = on_base_as(packed.clone(), packed, []).inspect();
            assert_eq!(proved(&report).layers[0].proof, Proof::SameBlob, "{form:?}");
        }
    }
}

/// The same blob without the annotation, or with another one, is another view: it must be opened.
#[test]
fn the_same_blob_under_another_table_is_no_same_blob() {
    let packed = Form::Estargz.honest(entries(), 100);
    let bare = Layer { annotations: Vec::new(), ..packed.clone() };
    let report = on_base_as(packed.clone(), bare.clone(), []).inspect();
    assert_eq!(proved(&report).layers[0].proof, Proof::Recomputed);
    let report = on_base_as(bare, packed, []).inspect();
    assert_eq!(proved(&report).layers[0].proof, Proof::Recomputed);
    for form in [Form::FirstChunked, Form::Chunked] {
        let packed = form.honest(entries(), 100);
        let bare = Layer { annotations: Vec::new(), ..packed.clone() };
        // Nobody known reads this table; what it says nobody compared.
        let report = on_base_as(packed, bare.clone(), []).inspect();
        assert_ne!(report.platforms[0].segments[0].owner, OwnerKind::Vendor, "{form:?}");
        // In a layer of the organization's it is what its author signed.
        assert!(errors(&inspect([bare])).is_empty());
    }
}

#[test]
fn a_lying_table_proves_no_base() {
    for form in FORMS {
        let lie = |toc: &mut Value| toc["entries"][2]["mode"] = 0o6777.into();
        let packed = form.build(entries(), 100, lie).layer;
        let report = on_base_as(packed.recompressed(Compression::Gzip), packed, []).inspect();
        assert_eq!(errors(&report), ["layer-inconsistent"], "{form:?}");
        assert_eq!(report.platforms[0].layers[0].proof, Proof::None);
        assert_ne!(report.platforms[0].segments[0].owner, OwnerKind::Vendor, "{form:?}");
    }
}

/// What does not decide may differ: times, names of owners, attributes that nobody compares, places in the blob.
#[test]
fn a_table_may_leave_out_what_decides_nothing() {
    let change = |toc: &mut Value| {
        for row in toc["entries"].as_array_mut().unwrap() {
            let row = row.as_object_mut().unwrap();
            for name in ["modtime", "accesstime", "changetime", "userName", "groupName"] {
                row.remove(name);
            }
            if let Some(note) = row.get_mut("xattrs").and_then(|all| all.get_mut("user.note")) {
                *note = "b3RoZXI=".into();
            }
            if row["type"] == "reg" && row.get("size").is_none() {
                row.remove("digest");
            }
        }
    };
    for form in FORMS {
        let report = inspect([form.build(entries(), 100, change).layer]);
        assert!(errors(&report).is_empty(), "{form:?}: {:?}", report.findings);
        // And rows may stand in another order, chunks behind their file.
        let turned = |toc: &mut Value| toc["entries"].as_array_mut().unwrap().reverse();
        let report = inspect([form.build(entries(), 4 << 20, turned).layer]);
        assert!(errors(&report).is_empty(), "{form:?}: {:?}", report.findings);
    }
}

/// A file with the table's name is a file like any other where no footer leads to it.
#[test]
fn a_file_named_like_a_table_is_a_file() {
    let report = inspect([layer([Entry::file("stargz.index.json", b"no table")])]);
    assert_eq!(sound(&report).added.as_ref().unwrap().files, 1);
    let large = Entry::file("stargz.index.json", &[b' '; 5000]);
    let question = Question::about(&image([layer([large])])).limit("table-size", 4999);
    assert_eq!(errors(&question.inspect()), ["limit-exceeded"]);
}
