//! Tables of contents: some runtimes read these instead of the tar (stargz-snapshotter an eStargz layer's,
//! containers/storage a zstd:chunked layer's). A table that says something else than the tar is a second image.

use std::collections::BTreeMap;
use std::io::Read;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use crate::code::Code;
use crate::digest::{Digest, hex};
use crate::error::{Error, Result};
use crate::files::announced::{Announced, inconsistent};
use crate::files::blob::Ends;
use crate::files::chunks::{Chunk, Chunks};
use crate::files::entry::{Entry, Kind};
use crate::files::index::FileIndex;
use crate::files::name::{clean, shown};
use crate::files::pax::DECIDING;
use crate::files::walk::Walked;
use crate::json::{self, Fields, Node};
use crate::limits::Limits;

/// The entry of an eStargz layer that is its table.
pub(super) const TABLE_NAME: &[u8] = b"stargz.index.json";

/// What came of comparing a table with the tar.
pub(super) enum Compared {
    /// There is no table.
    Absent,
    /// It says what the tar says, as far as these chunks of files hold.
    Agrees(Chunks),
    /// There is one that was not compared.
    NotAtAll,
}

/// Compares the table with the tar, if there is one.
pub(super) fn compare(
    announced: &Announced,
    ends: &Ends,
    walked: &Walked,
    keeps: bool,
    limits: &Limits,
) -> Result<Compared> {
    let footer = estargz_footer(&ends.last);
    match announced {
        Announced::Chunked { digest, size, .. } => {
            expect(*digest, &ends.captured)?;
            let mut text = Vec::new();
            let decoder = zstd::Decoder::new(ends.captured.as_slice());
            let read =
                decoder.and_then(|decoder| decoder.take(size.saturating_add(1)).read_to_end(&mut text));
            if read.is_err() || text.len() as u64 != *size {
                return Err(inconsistent("a table of contents of the announced size").found("another"));
            }
            agree(&text, &walked.index, true, limits)
        }
        Announced::Estargz { digest } => {
            let (text, member) = walked
                .table
                .as_ref()
                .ok_or_else(|| inconsistent("the announced table of contents").found("none"))?;
            expect(*digest, text)?;
            located(footer, *member)?;
            agree(text, &walked.index, false, limits)
        }
        Announced::Nothing => match (footer, &walked.table) {
            (Some(_), Some((text, member))) if keeps => {
                located(footer, *member)?;
                agree(text, &walked.index, false, limits)
            }
            (Some(_), None) => Err(inconsistent("the table of contents that the footer names").found("none")),
            (Some(_), Some(_)) => Ok(Compared::NotAtAll),
            // A file of this name without a footer is a file.
            (None, _) if is_chunked_footer(&ends.last) => Ok(Compared::NotAtAll),
            (None, _) => Ok(Compared::Absent),
        },
    }
}

/// containers/storage wrote the first mark, and writes the second.
fn is_chunked_footer(last: &[u8]) -> bool {
    last.ends_with(b"GnUlInUx") || last.ends_with(b"GNUlInUx")
}

/// The offset that an eStargz footer names: the last member, empty, with `<offset in hex>STARGZ` in its header.
fn estargz_footer(last: &[u8]) -> Option<u64> {
    let at = last.windows(6).rposition(|bytes| bytes == b"STARGZ")?;
    let digits = last.get(at.checked_sub(16)?..at)?;
    u64::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

/// Whoever follows the footer must find the table that was compared.
fn located(footer: Option<u64>, member: Option<u64>) -> Result<()> {
    match (footer, member) {
        (Some(footer), Some(member)) if footer == member => Ok(()),
        _ => {
            Err(inconsistent("a footer that leads to the table of contents")
                .found("one that leads elsewhere"))
        }
    }
}

fn expect(digest: Digest, bytes: &[u8]) -> Result<()> {
    match Digest::of(digest.algorithm(), bytes) {
        found if found == digest => Ok(()),
        found => Err(inconsistent(&format!("the table of contents {digest}")).found(found)),
    }
}

/// Every entry of the tar stands in the table as it is, and nothing else does.
fn agree(text: &[u8], index: &FileIndex, is_whole_checked: bool, limits: &Limits) -> Result<Compared> {
    let what = "table of contents";
    let document = json::parse(text, limits.json_depth, what)?;
    let fields = document.structure(what, &["version", "entries", "tarSplitDigest"])?;
    let mut files: BTreeMap<Vec<u8>, &Entry> = BTreeMap::new();
    for entry in &index.entries {
        let path = written_path(index, entry);
        if path != TABLE_NAME && files.insert(path, entry).is_some() {
            return Err(inconsistent("each path once")
                .found(format!("{:?} twice in the tar", shown(&index.path(entry)))));
        }
    }
    let mut chunks = Chunks::default();
    // The file whose row came last: to readers the chunks that follow are its, whatever name they have.
    let mut last: Option<Vec<u8>> = None;
    for node in fields.array("entries")? {
        let row = node.structure(what, &FIELDS)?;
        let name = row.require_string("name")?;
        let mut path = Vec::new();
        clean(name.as_bytes(), &mut path);
        let is_chunk = row.require_string("type")? == "chunk";
        let differs = |what: &str| {
            Error::new(Code::LayerInconsistent, format!("path {name:?}"))
                .expected("the same in the tar and in the table of contents")
                .found(format!("another {what}"))
        };
        if is_chunk && last.as_ref() != Some(&path) {
            return Err(differs("order of chunks"));
        }
        // Runtimes check the chunks of zstd:chunked and then the whole file, those of eStargz alone.
        if !is_whole_checked {
            let (offset, size) = (number(&row, "chunkOffset")?, number(&row, "chunkSize")?);
            let (digest, whole) = (row.string("chunkDigest")?, row.string("digest")?);
            let is_whole = offset == 0 && (size == 0 || size == number(&row, "size")?);
            // Without a digest of its own a chunk is the whole file, whose digest is compared below.
            if is_chunk || !is_whole || digest.is_some_and(|digest| Some(digest) != whole) {
                let digest = digest.unwrap_or_default().to_owned();
                chunks.add(&path, Chunk { offset, size, digest });
            }
        }
        if is_chunk {
            continue;
        }
        let entry = files.remove(&path).ok_or_else(|| differs("set of paths"))?;
        if let Some(difference) = difference(&row, index, entry)? {
            return Err(differs(difference));
        }
        last = (entry.kind == Kind::File).then_some(path);
    }
    match files.keys().next() {
        Some(path) => Err(inconsistent("every path of the tar").found(format!("no {:?}", shown(path)))),
        None => Ok(Compared::Agrees(chunks)),
    }
}

fn number(row: &Fields<'_, '_>, name: &str) -> Result<u64> {
    match row.get(name) {
        None => Ok(0),
        Some(Node::Integer(number)) => Ok(*number),
        Some(_) => Err(inconsistent("numbers that are not negative").found(format!("another {name}"))),
    }
}

const FIELDS: [&str; 23] = [
    "name",
    "type",
    "size",
    "modtime",
    "accesstime",
    "changetime",
    "linkName",
    "mode",
    "uid",
    "gid",
    "userName",
    "groupName",
    "offset",
    "endOffset",
    "innerOffset",
    "devMajor",
    "devMinor",
    "xattrs",
    "digest",
    "chunkOffset",
    "chunkSize",
    "chunkDigest",
    "chunkType",
];

/// The path as the tar has it: instructions are files with a name of their own.
fn written_path(index: &FileIndex, entry: &Entry) -> Vec<u8> {
    let prefix: &[u8] = match entry.kind {
        Kind::Whiteout => b".wh.",
        Kind::Opaque => b".wh..wh..opq",
        _ => b"",
    };
    let (folder, name) = (index.text(entry.folder), index.text(entry.name));
    let slash: &[u8] = if folder.is_empty() { b"" } else { b"/" };
    [folder, slash, prefix, name].concat()
}

/// The first thing in which a row of the table differs from the tar's entry.
fn difference(row: &Fields<'_, '_>, index: &FileIndex, entry: &Entry) -> Result<Option<&'static str>> {
    let number = |name: &str| number(row, name);
    let (kind, device) = match entry.kind {
        Kind::File | Kind::Whiteout | Kind::Opaque => ("reg", (0, 0)),
        Kind::Directory => ("dir", (0, 0)),
        Kind::Symlink => ("symlink", (0, 0)),
        Kind::HardLink => ("hardlink", (0, 0)),
        Kind::CharDevice(major, minor) => ("char", (major, minor)),
        Kind::BlockDevice(major, minor) => ("block", (major, minor)),
        Kind::Fifo => ("fifo", (0, 0)),
    };
    let digest = match entry.kind {
        Kind::File if entry.size > 0 => Some(format!("sha256:{}", hex(&entry.digest))),
        _ => None,
    };
    let found = row.string("digest")?.map(str::to_owned);
    // Of an empty file the digest may stand there or not.
    let is_same_content = found == digest || (entry.size == 0 && number("size")? == 0);
    let same = [
        ("type", row.require_string("type")? == kind),
        ("size", number("size")? == entry.size),
        ("mode", number("mode")? & 0o7777 == u64::from(entry.mode)),
        ("owner", number("uid")? == u64::from(entry.uid) && number("gid")? == u64::from(entry.gid)),
        ("link", row.string("linkName")?.unwrap_or_default().as_bytes() == index.text(entry.link)),
        ("content", is_same_content),
        ("device", (number("devMajor")?, number("devMinor")?) == (device.0.into(), device.1.into())),
        ("attribute", attributes(row)? == index.text(entry.attributes)),
    ];
    Ok(same.iter().find(|(_, same)| !same).map(|(what, _)| *what))
}

/// The attributes that decide, as the index keeps them.
fn attributes(row: &Fields<'_, '_>) -> Result<Vec<u8>> {
    let Some(Node::Object(members)) = row.get("xattrs") else { return Ok(Vec::new()) };
    let mut all = Vec::new();
    for (name, value) in members {
        if !DECIDING.contains(&name.as_bytes()) {
            continue;
        }
        let value = value.as_str().and_then(|text| BASE64_STANDARD.decode(text).ok());
        let value = value.ok_or_else(|| inconsistent("attributes in base64").found("something else"))?;
        all.push([name.as_bytes(), b"=", &value].concat());
    }
    all.sort_unstable();
    Ok(all.join(&0))
}
