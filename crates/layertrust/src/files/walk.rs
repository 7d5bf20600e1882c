//! From the bytes of a layer's tar to its file index, in one pass and in pieces of any length.
//!
//! The reference is Go's `archive/tar`, by which containerd, moby, umoci and containers/storage read. Where other
//! readers take the same bytes differently, the layer is `layer-inconsistent`.

use tar::{EntryType, Header};

use crate::code::Code;
use crate::error::{Error, Result};
use crate::files::chunks::Chunks;
use crate::files::described::{Before, Described, twice};
use crate::files::entry::{Entry, Kind};
use crate::files::header::{self, BLOCK, broken};
use crate::files::index::FileIndex;
use crate::files::name::shown;
use crate::files::pax::Extended;
use crate::files::shape::ShapeFinder;
use crate::files::sink::{Purpose, Sink};
use crate::files::table::TABLE_NAME;
use crate::limits::Limits;
use crate::packages::is_wanted;

/// Reads a tar as it streams by.
pub(super) struct Walker<'l> {
    limits: &'l Limits,
    index: FileIndex,
    /// Entries seen, kept or not.
    count: u64,
    /// Whether entries are kept and contents hashed.
    keeps: bool,
    /// What contents are compared with, in a second pass.
    chunks: Option<Chunks>,
    /// A header of which not all has come yet.
    block: [u8; BLOCK],
    filled: usize,
    /// Content still to come, and the fill of its last block.
    left: u64,
    padding: u64,
    sink: Option<Sink>,
    before: Before,
    end: End,
    /// Where the compressed member that starts with the next header starts.
    member: Option<u64>,
    table: Option<(Vec<u8>, Option<u64>)>,
    /// Bytes of contents held.
    contents: u64,
    /// Looks for credentials; one, so that its memory is used again.
    finder: Option<ShapeFinder>,
    path: Vec<u8>,
}

/// How far the end mark, two zero blocks, has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Open,
    OneBlock,
    Reached,
}

/// What a tar came to.
pub(super) struct Walked {
    /// Whether it has any entry.
    pub(super) has_entries: bool,
    /// Every entry; empty if they were not to be kept.
    pub(super) index: FileIndex,
    /// The table of contents of an eStargz layer, and where in the blob the member that starts with it starts.
    pub(super) table: Option<(Vec<u8>, Option<u64>)>,
}

impl<'l> Walker<'l> {
    pub(super) fn new(limits: &'l Limits, keeps: bool) -> Self {
        Walker {
            limits,
            index: FileIndex::default(),
            count: 0,
            keeps,
            chunks: None,
            block: [0; BLOCK],
            filled: 0,
            left: 0,
            padding: 0,
            sink: None,
            before: Before::default(),
            end: End::Open,
            member: None,
            table: None,
            contents: 0,
            finder: None,
            path: Vec::new(),
        }
    }

    /// Compares contents with the chunks that a table lists, and keeps nothing.
    pub(super) fn comparing(limits: &'l Limits, chunks: Chunks) -> Self {
        Walker { chunks: Some(chunks), ..Walker::new(limits, false) }
    }

    /// A compressed member starts here, at this offset of the blob.
    pub(super) fn member(&mut self, offset: u64) {
        let at_header = self.filled == 0 && self.left == 0 && self.padding == 0;
        self.member = at_header.then_some(offset);
    }

    /// Takes the next bytes.
    pub(super) fn feed(&mut self, mut bytes: &[u8]) -> Result<()> {
        while !bytes.is_empty() {
            if self.left > 0 {
                let (content, rest) = split(bytes, self.left);
                if let Some(sink) = &mut self.sink {
                    sink.take(content)?;
                }
                self.left -= content.len() as u64;
                bytes = rest;
                if self.left == 0 {
                    self.finish_content()?;
                }
            } else if self.padding > 0 {
                let (fill, rest) = split(bytes, self.padding);
                self.padding -= fill.len() as u64;
                bytes = rest;
            } else if self.filled == 0
                && let Some((block, rest)) = bytes.split_first_chunk::<BLOCK>()
            {
                self.header(block)?;
                bytes = rest;
            } else {
                let (part, rest) = split(bytes, (BLOCK - self.filled) as u64);
                let free = self.block.iter_mut().skip(self.filled);
                free.zip(part).for_each(|(to, from)| *to = *from);
                self.filled += part.len();
                bytes = rest;
                if self.filled == BLOCK {
                    self.filled = 0;
                    let block = self.block;
                    self.header(&block)?;
                }
            }
        }
        Ok(())
    }

    /// There are no more bytes. The end mark and the fill of the last block may be missing, as Go has it; a piece
    /// of an entry may not.
    pub(super) fn finish(self) -> Result<Walked> {
        if self.left > 0 || self.filled > 0 || !self.before.is_empty() {
            return Err(broken("a whole tar archive").found("one that stops within an entry"));
        }
        Ok(Walked { has_entries: self.count > 0, index: self.index, table: self.table })
    }

    fn header(&mut self, block: &[u8; BLOCK]) -> Result<()> {
        let member = self.member.take();
        if block.iter().all(|byte| *byte == 0) {
            self.end = match self.end {
                End::Open => End::OneBlock,
                End::OneBlock | End::Reached => End::Reached,
            };
            return Ok(());
        }
        let header = header::checked(block).map_err(|error| match self.end {
            End::Open => error,
            End::OneBlock | End::Reached => behind_the_end("bytes"),
        })?;
        if self.end == End::OneBlock {
            return Err(behind_the_end("an entry behind one zero block"));
        }
        self.entry(header, block, member)
    }

    fn entry(&mut self, header: &Header, block: &[u8; BLOCK], member: Option<u64>) -> Result<()> {
        if let Some(purpose) = purpose(header.entry_type()) {
            let size = header::numbers(header)?.size;
            Limits::check("header-size", self.limits.header_size, size, "extended header of a layer")?;
            if self.end == End::Reached {
                return Err(behind_the_end("an extended header"));
            }
            return self.content(size, Sink::keeping(purpose));
        }
        self.count += 1;
        Limits::check("layer-entries", self.limits.layer_entries, self.count, "entries of a layer")?;
        let before = std::mem::take(&mut self.before);
        let mut path = std::mem::take(&mut self.path);
        let described = Described::new(header, block, before, &mut path, self.limits)?;
        let sink = self.sink_for(&described, &path, member)?;
        self.path = path;
        self.content(described.size, sink)
    }

    /// What becomes of an entry's content, and whether the entry is kept.
    fn sink_for(&mut self, described: &Described, path: &[u8], member: Option<u64>) -> Result<Sink> {
        let size = described.size;
        let is_table = described.kind == Kind::File && path == TABLE_NAME;
        // A table behind the end mark is read by nobody but who looks for it.
        if self.end == End::Reached && !is_table {
            return Err(behind_the_end(&format!("an entry {:?}", shown(path))));
        }
        let is_kept = self.keeps && self.end == End::Open;
        let mut sink = Sink::file();
        if described.kind == Kind::File {
            if self.keeps {
                let finder = (1..=ShapeFinder::LARGEST)
                    .contains(&size)
                    .then(|| self.finder.take().unwrap_or_default());
                sink = sink.hashing(finder);
            }
            if is_kept && is_wanted(path) {
                let held = self.contents.saturating_add(size);
                Limits::check(
                    "contents-size",
                    self.limits.contents_size,
                    held,
                    "package databases of a layer",
                )?;
                self.contents = held;
                sink = sink.holding();
            }
            if let Some(chunks) = &self.chunks {
                sink = sink.with_chunks(chunks.check(path, size)?);
            }
        }
        if is_table {
            Limits::check("table-size", self.limits.table_size, size, "table of contents of a layer")?;
            if self.table.is_some() {
                return Err(Error::new(Code::LayerInconsistent, "layer")
                    .expected("one table of contents")
                    .found("two"));
            }
            sink = sink.with_table(member);
        }
        if is_kept {
            sink = sink.with_entry(self.keep(described, path)?);
        }
        Ok(sink)
    }

    /// The entry, its names in the index's store.
    fn keep(&mut self, described: &Described, path: &[u8]) -> Result<Entry> {
        let (kind, name) = described.instruction(path)?;
        let index = &mut self.index;
        let texts = (|| {
            let folder = index.keep_folder(described.folder(path))?;
            let (name, link) = (index.keep(name)?, index.keep(&described.link)?);
            Some((folder, name, link, index.keep(&described.attributes)?))
        })();
        let size = self.index.names_size();
        Limits::check("names-size", self.limits.names_size, size, "names in a layer")?;
        let (folder, name, link, attributes) = texts
            .ok_or_else(|| Error::new(Code::LimitExceeded, "names in a layer").expected("less than 4 GiB"))?;
        Ok(Entry {
            kind,
            mode: described.mode,
            uid: described.uid,
            gid: described.gid,
            size: described.size,
            digest: [0; 32],
            folder,
            name,
            link,
            attributes,
            shape: None,
        })
    }

    /// Content is expected; none means that the entry is complete.
    fn content(&mut self, size: u64, sink: Sink) -> Result<()> {
        self.left = size;
        self.padding = (BLOCK as u64 - size % BLOCK as u64) % BLOCK as u64;
        self.sink = Some(sink);
        if size == 0 { self.finish_content() } else { Ok(()) }
    }

    fn finish_content(&mut self) -> Result<()> {
        let Some(sink) = self.sink.take() else { return Ok(()) };
        let finished = sink.finish();
        if let Some(mut finder) = finished.finder {
            finder.clear();
            self.finder = Some(finder);
        }
        match finished.purpose {
            Purpose::File => {
                if let Some(at) = finished.table {
                    self.table = Some((finished.bytes.clone(), at));
                }
                if let Some(entry) = finished.entry {
                    let content = finished.is_kept.then_some(finished.bytes);
                    self.index.push(entry, content);
                }
            }
            Purpose::Extended => {
                if self.before.extended.is_some() {
                    return Err(twice("extended header"));
                }
                let mut extended = Extended::default();
                extended.read(&finished.bytes, false)?;
                self.before.extended = Some(extended);
            }
            Purpose::Global => Extended::default().read(&finished.bytes, true)?,
            Purpose::LongName => set_once(&mut self.before.long_name, finished.bytes)?,
            Purpose::LongLink => set_once(&mut self.before.long_link, finished.bytes)?,
        }
        Ok(())
    }
}

/// What content of an entry of this type is about another entry; none for an entry of its own.
fn purpose(kind: EntryType) -> Option<Purpose> {
    match kind {
        EntryType::XHeader => Some(Purpose::Extended),
        EntryType::XGlobalHeader => Some(Purpose::Global),
        EntryType::GNULongName => Some(Purpose::LongName),
        EntryType::GNULongLink => Some(Purpose::LongLink),
        _ => None,
    }
}

fn split(bytes: &[u8], at: u64) -> (&[u8], &[u8]) {
    let at = usize::try_from(at).unwrap_or(usize::MAX).min(bytes.len());
    bytes.split_at_checked(at).unwrap_or((bytes, &[]))
}

fn set_once(slot: &mut Option<Vec<u8>>, bytes: Vec<u8>) -> Result<()> {
    match slot.replace(bytes) {
        None => Ok(()),
        Some(_) => Err(twice("long name")),
    }
}

fn behind_the_end(found: &str) -> Error {
    Error::new(Code::LayerInconsistent, "tar")
        .expected("nothing behind the end mark")
        .found(format!("{found}, which some readers take and others do not"))
}

#[cfg(test)]
mod tests;
