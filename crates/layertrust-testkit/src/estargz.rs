//! eStargz layers as BuildKit and stargz-snapshotter write them.
//!
//! A gzip layer in which the content of every file (or chunk of one) begins a member, so that it can be
//! fetched alone. After the end of the tar comes a member of its own with one more tar: `stargz.index.json`,
//! the table of contents. The last 51 bytes are an empty member whose extra field says where the table is.
//!
//! The layout is that of stargz-snapshotter's `AppendTarLossLess`; the compressed bytes are another encoder's.

use std::collections::HashMap;

use serde_json::{Value, json};

use crate::compress::Gzip;
use crate::layer::{GZIP, Layer};
use crate::store::sha256;
use crate::tar::{Entry, Tar};
use crate::toc::{self, Changes, Members, TocLayer};

/// The annotation with the digest of the table's text.
pub const TOC_DIGEST: &str = "containerd.io/snapshot/stargz/toc.digest";
/// The annotation with the length of all members unpacked, the table's included.
pub const UNCOMPRESSED_SIZE: &str = "io.containers.estargz.uncompressed-size";
/// The name of the table's entry.
pub const TOC_NAME: &str = "stargz.index.json";

/// The order of fields in stargz-snapshotter's `JTOC` and `TOCEntry`.
const ORDER: [&str; 21] = [
    "version",
    "entries",
    "name",
    "type",
    "size",
    "modtime",
    "linkName",
    "mode",
    "uid",
    "gid",
    "userName",
    "groupName",
    "offset",
    "innerOffset",
    "devMajor",
    "devMinor",
    "xattrs",
    "digest",
    "chunkOffset",
    "chunkSize",
    "chunkDigest",
];

/// An eStargz layer in the making.
pub struct Estargz<'a> {
    entries: Vec<Entry>,
    chunk_size: usize,
    level: u32,
    changes: Changes<'a>,
}

impl<'a> Estargz<'a> {
    /// A layer of these entries with the defaults of the tool: chunks of 4 MiB, the best compression.
    pub fn new(entries: impl IntoIterator<Item = Entry>) -> Self {
        Self {
            entries: entries.into_iter().collect(),
            chunk_size: 4 << 20,
            level: 9,
            changes: Changes::default(),
        }
    }

    /// The most bytes of a file in one member.
    pub fn chunk_size(self, chunk_size: usize) -> Self {
        Self { chunk_size, ..self }
    }

    /// The level of compression, 0 to 9.
    pub fn level(self, level: u32) -> Self {
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

    /// The layer.
    pub fn build(self) -> TocLayer {
        let mut stream = Stream::new(self.level);
        let mut rows = Vec::new();
        for entry in &self.entries {
            rows.extend(stream.add(entry, self.chunk_size));
        }
        stream.open.extend(Tar::new().finish());
        let toc_offset = stream.next_member();

        let toc = self.changes.text(json!({ "version": 1, "entries": rows }), &ORDER, Some("\t"));
        stream.open.extend(Tar::new().entry(Entry::file(TOC_NAME, &toc).mode(0).mtime(0)).finish());
        stream.next_member();
        let blob = stream.gzip.raw(&footer(toc_offset)).finish();

        let toc_digest = sha256(&toc);
        let size = stream.tar.len().to_string();
        let layer = Layer::from_parts(stream.tar, blob, GZIP)
            .annotated(TOC_DIGEST, &toc_digest)
            .annotated(UNCOMPRESSED_SIZE, &size);
        TocLayer { layer, toc, toc_digest, toc_offset }
    }
}

/// The members written so far.
struct Stream {
    /// All that the finished members unpack to.
    tar: Vec<u8>,
    gzip: Gzip,
    /// What the member in the making holds.
    open: Vec<u8>,
    users: HashMap<u64, Vec<u8>>,
    groups: HashMap<u64, Vec<u8>>,
}

impl Stream {
    fn new(level: u32) -> Self {
        Self {
            tar: Vec::new(),
            gzip: Gzip::new(level),
            open: Vec::new(),
            users: HashMap::new(),
            groups: HashMap::new(),
        }
    }

    /// Ends the open member and tells where the next one begins.
    fn next_member(&mut self) -> usize {
        let content = std::mem::take(&mut self.open);
        self.gzip = std::mem::replace(&mut self.gzip, Gzip::new(0)).member(&content);
        self.tar.extend(content);
        self.gzip.bytes().len()
    }

    /// Writes an entry and gives its rows of the table: none if the table has no type for it.
    fn add(&mut self, entry: &Entry, chunk_size: usize) -> Vec<Value> {
        self.open.extend(entry.head());
        let mut rows = Vec::new();
        let kind = toc::type_of(entry);
        let first = kind.map(|kind| self.row(entry, kind));
        match first {
            Some(row) if kind == Some("reg") && !entry.content().is_empty() => {
                rows = self.chunks(entry, row, chunk_size);
            }
            row => {
                self.open.extend_from_slice(entry.content());
                rows.extend(row.map(Members::value));
            }
        }
        self.open.extend(entry.padding());
        rows
    }

    /// The content of a file, a member for each chunk; the first row describes the file as well.
    fn chunks(&mut self, entry: &Entry, first: Members, chunk_size: usize) -> Vec<Value> {
        let mut rows = Vec::new();
        let mut row = first;
        for (index, chunk) in entry.content().chunks(chunk_size).enumerate() {
            row.put("offset", self.next_member());
            row.put("chunkOffset", index * chunk_size);
            // The last chunk, if it is a short one, goes without a size.
            if chunk.len() == chunk_size {
                row.put("chunkSize", chunk_size);
            }
            row.put("chunkDigest", sha256(chunk));
            rows.push(row.value());
            self.open.extend_from_slice(chunk);
            row = Members::default();
            row.put("name", toc::name(entry));
            row.put("type", "chunk");
        }
        rows
    }

    fn row(&mut self, entry: &Entry, kind: &str) -> Members {
        let mut row = Members::default();
        let (uid, gid) = (toc::number(entry, "uid", entry.uid), toc::number(entry, "gid", entry.gid));
        row.put("name", toc::name(entry));
        row.put("type", kind);
        row.put("modtime", toc::time(entry).unwrap_or_default());
        row.put("mode", entry.mode);
        row.put("uid", uid);
        row.put("gid", gid);
        row.put("userName", if_changed(&mut self.users, uid, &entry.user));
        row.put("groupName", if_changed(&mut self.groups, gid, &entry.group));
        row.put("xattrs", toc::xattrs(entry));
        match kind {
            "reg" => {
                row.put("size", toc::number(entry, "size", entry.content().len() as u64));
                // An empty file has a digest too, unlike in zstd:chunked.
                row.put("digest", sha256(entry.content()));
            }
            "hardlink" | "symlink" => row.put("linkName", toc::link(entry)),
            "char" | "block" => {
                row.put("devMajor", entry.device.0);
                row.put("devMinor", entry.device.1);
            }
            _ => {}
        }
        row
    }
}

/// The name of an owner, unless the last entry of that owner had it.
fn if_changed(last: &mut HashMap<u64, Vec<u8>>, id: u64, name: &[u8]) -> String {
    if name.is_empty() || last.insert(id, name.to_vec()).is_some_and(|before| before == name) {
        return String::new();
    }
    String::from_utf8_lossy(name).into_owned()
}

/// An empty gzip member of 51 bytes whose extra field holds the offset of the table's member.
pub fn footer(toc_offset: usize) -> Vec<u8> {
    let field = format!("{toc_offset:016x}STARGZ");
    [
        // Magic, deflate, FEXTRA, no time, no level, unknown system.
        [0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 0xff].as_slice(),
        // Length of the extra field; a subfield `SG` and its length.
        &[26, 0, b'S', b'G', 22, 0],
        field.as_bytes(),
        // A last, stored, empty block; checksum and length of nothing.
        &[1, 0, 0, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0],
    ]
    .concat()
}

#[cfg(test)]
mod tests;
