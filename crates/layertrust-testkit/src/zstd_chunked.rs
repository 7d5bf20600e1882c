//! zstd:chunked layers as buildah and podman write them.
//!
//! A zstd layer with a frame for the content of every file (or chunk of one) and frames for the headers in
//! between. The table of contents follows in a skippable frame, then (since 2024) the tar-split, which holds
//! the headers again, and a footer. Readers that unpack the whole layer see neither.
//!
//! Real chunks end where a rolling checksum says so; here they have one length.

use serde_json::{Value, json};

use crate::compress::Zstd;
use crate::layer::{Layer, ZSTD};
use crate::store::sha256;
use crate::tar::{Entry, Tar};
use crate::toc::{self, Changes, Members, TocLayer};

mod tar_split;

/// The order of fields in containers/storage's `TOC` and `FileMetadata`.
const ORDER: [&str; 23] = [
    "version",
    "entries",
    "tarSplitDigest",
    "type",
    "name",
    "linkName",
    "mode",
    "size",
    "uid",
    "gid",
    "modtime",
    "accesstime",
    "changetime",
    "devMajor",
    "devMinor",
    "xattrs",
    "digest",
    "offset",
    "endOffset",
    "chunkSize",
    "chunkOffset",
    "chunkDigest",
    "chunkType",
];

/// From this length on a run of zeros is a hole.
const HOLE: usize = 1024;

/// Which tool's form the layer has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edition {
    /// buildah 1.28: annotations `io.containers.…`, a footer of 40 bytes, all three times in each row.
    First,
    /// containers/storage 1.59: annotations `io.github.containers.…`, the tar-split, a footer of 64 bytes.
    TarSplit,
}

impl Edition {
    /// The name of an annotation: `manifest-checksum`, `manifest-position` or `tarsplit-position`.
    pub fn annotation(self, name: &str) -> String {
        match self {
            Edition::First => format!("io.containers.zstd-chunked.{name}"),
            Edition::TarSplit => format!("io.github.containers.zstd-chunked.{name}"),
        }
    }

    /// The last eight bytes of the footer. One letter changed on the way.
    pub fn magic(self) -> &'static [u8; 8] {
        match self {
            Edition::First => b"GnUlInUx",
            Edition::TarSplit => b"GNUlInUx",
        }
    }

    /// The content of the last skippable frame: numbers of 64 bits, little endian, and the magic.
    pub fn footer(self, numbers: &[usize]) -> Vec<u8> {
        let mut bytes: Vec<u8> = numbers.iter().flat_map(|number| (*number as u64).to_le_bytes()).collect();
        bytes.extend(self.magic());
        bytes
    }
}

/// A zstd:chunked layer in the making.
pub struct ZstdChunked<'a> {
    entries: Vec<Entry>,
    edition: Edition,
    chunk_size: usize,
    level: i32,
    changes: Changes<'a>,
    tar_split: Option<Vec<u8>>,
}

impl<'a> ZstdChunked<'a> {
    /// A layer of these entries in the current form, files of more than 64 KiB in chunks.
    pub fn new(entries: impl IntoIterator<Item = Entry>) -> Self {
        Self {
            entries: entries.into_iter().collect(),
            edition: Edition::TarSplit,
            chunk_size: 64 << 10,
            level: 3,
            changes: Changes::default(),
            tar_split: None,
        }
    }

    /// The form of another tool.
    pub fn edition(self, edition: Edition) -> Self {
        Self { edition, ..self }
    }

    /// The most bytes of a file in one frame.
    pub fn chunk_size(self, chunk_size: usize) -> Self {
        Self { chunk_size, ..self }
    }

    /// The level of compression, 1 to 22.
    pub fn level(self, level: i32) -> Self {
        Self { level, ..self }
    }

    /// Changes the table before it is written; the annotation's digest is that of the changed table.
    pub fn alter(mut self, change: impl FnOnce(&mut Value) + 'a) -> Self {
        self.changes.of_value(change);
        self
    }

    /// Changes the table's text, for what no JSON value can say.
    pub fn alter_text(mut self, change: impl FnOnce(String) -> String + 'a) -> Self {
        self.changes.of_text(change);
        self
    }

    /// The tar-split of other entries than the layer has.
    pub fn tar_split_of(mut self, entries: &[Entry]) -> Self {
        self.tar_split = Some(tar_split::text(entries));
        self
    }

    /// The layer.
    pub fn build(self) -> TocLayer {
        let mut stream = Stream { tar: Vec::new(), zstd: Zstd::new(self.level), open: Vec::new() };
        let mut rows = Vec::new();
        for entry in &self.entries {
            rows.extend(stream.add(entry, self.edition, self.chunk_size));
        }
        stream.open.extend(Tar::new().finish());
        stream.next_frame();
        let Stream { tar, zstd, .. } = stream;

        let packed = |bytes: &[u8]| Zstd::new(self.level).frame(bytes).finish();
        let split_text = self.tar_split.unwrap_or_else(|| tar_split::text(&self.entries));
        let split = packed(&split_text);
        let mut value = json!({ "version": 1, "entries": rows });
        if self.edition == Edition::TarSplit {
            value["tarSplitDigest"] = sha256(&split).into();
        }
        let toc = self.changes.text(value, &ORDER, None);
        let manifest = packed(&toc);

        let toc_offset = zstd.bytes().len() + SKIPPABLE_HEADER;
        let mut numbers = vec![toc_offset, manifest.len(), toc.len(), MANIFEST_TYPE];
        let position = colons(&numbers);
        let toc_digest = sha256(&manifest);
        let mut zstd = zstd.skippable(0, &manifest);
        let mut annotations = vec![
            (self.edition.annotation("manifest-checksum"), toc_digest.clone()),
            (self.edition.annotation("manifest-position"), position),
        ];
        if self.edition == Edition::TarSplit {
            let place = [zstd.bytes().len() + SKIPPABLE_HEADER, split.len(), split_text.len()];
            annotations.push((self.edition.annotation("tarsplit-position"), colons(&place)));
            numbers.extend(place);
            zstd = zstd.skippable(0, &split);
        }
        let blob = zstd.skippable(0, &self.edition.footer(&numbers)).finish();

        let layer = Layer { annotations, ..Layer::from_parts(tar, blob, ZSTD) };
        TocLayer { layer, toc, toc_digest, toc_offset }
    }
}

/// Magic number and length of a skippable frame. Positions point behind them.
const SKIPPABLE_HEADER: usize = 8;
/// The one type of table there is ("CRFS").
const MANIFEST_TYPE: usize = 1;

fn colons(numbers: &[usize]) -> String {
    numbers.iter().map(usize::to_string).collect::<Vec<_>>().join(":")
}

/// The frames written so far.
struct Stream {
    /// All that the finished frames unpack to.
    tar: Vec<u8>,
    zstd: Zstd,
    /// What the frame in the making holds.
    open: Vec<u8>,
}

impl Stream {
    /// Ends the open frame and tells where the next one begins.
    fn next_frame(&mut self) -> usize {
        let content = std::mem::take(&mut self.open);
        if !content.is_empty() {
            self.zstd = std::mem::replace(&mut self.zstd, Zstd::new(1)).frame(&content);
            self.tar.extend(content);
        }
        self.zstd.bytes().len()
    }

    /// Writes an entry and gives its rows of the table: none if the table has no type for it.
    fn add(&mut self, entry: &Entry, edition: Edition, chunk_size: usize) -> Vec<Value> {
        self.open.extend(entry.head());
        let chunks: Vec<_> = entry
            .content()
            .chunks(chunk_size)
            .map(|chunk| {
                let offset = self.next_frame();
                self.open.extend_from_slice(chunk);
                (offset, chunk)
            })
            .collect();
        let end = if chunks.is_empty() { 0 } else { self.next_frame() };
        self.open.extend(entry.padding());
        let Some(kind) = toc::type_of(entry) else { return Vec::new() };

        let mut row = row(entry, kind, edition);
        if let Some((start, _)) = chunks.first() {
            row.put("digest", sha256(entry.content()));
            row.put("offset", *start);
            row.put("endOffset", end);
        }
        // One chunk is the whole file and needs no description of its own.
        if chunks.len() < 2 {
            return vec![row.value()];
        }
        let mut rows = Vec::new();
        for (index, (offset, chunk)) in chunks.into_iter().enumerate() {
            row.put("offset", offset);
            row.put("chunkSize", chunk.len());
            row.put("chunkOffset", index * chunk_size);
            row.put("chunkDigest", sha256(chunk));
            if chunk.len() >= HOLE && chunk.iter().all(|byte| *byte == 0) {
                row.put("chunkType", "zeros");
            }
            rows.push(row.value());
            row = Members::default();
            row.put("type", "chunk");
            row.put("name", toc::name(entry));
        }
        rows
    }
}

fn row(entry: &Entry, kind: &str, edition: Edition) -> Members {
    let mut row = Members::default();
    row.put("type", kind);
    row.put("name", toc::name(entry));
    row.put("linkName", toc::link(entry));
    row.put("mode", entry.mode);
    row.put("size", toc::number(entry, "size", entry.content().len() as u64));
    row.put("uid", toc::number(entry, "uid", entry.uid));
    row.put("gid", toc::number(entry, "gid", entry.gid));
    row.put("modtime", toc::time(entry).unwrap_or_else(|| "1970-01-01T00:00:00Z".to_owned()));
    if edition == Edition::First {
        // Go's zero time, since the headers have none.
        row.put("accesstime", "0001-01-01T00:00:00Z");
        row.put("changetime", "0001-01-01T00:00:00Z");
    }
    row.put("devMajor", entry.device.0);
    row.put("devMinor", entry.device.1);
    row.put("xattrs", toc::xattrs(entry));
    row
}

#[cfg(test)]
mod tests;
