//! Where the content of an entry goes while it streams by.

use sha2::{Digest as _, Sha256};

use crate::error::Result;
use crate::files::chunks::Check;
use crate::files::entry::{Entry, Kind};
use crate::files::shape::ShapeFinder;

/// What content is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    File,
    /// A POSIX extended header for the next entry.
    Extended,
    /// One for all that follow.
    Global,
    /// GNU's long name for the next entry.
    LongName,
    /// GNU's long link name.
    LongLink,
}

/// Hashes, looks at, or keeps what it is given.
pub(super) struct Sink {
    purpose: Purpose,
    hasher: Option<Sha256>,
    shape: Option<ShapeFinder>,
    keeps: bool,
    bytes: Vec<u8>,
    entry: Option<Entry>,
    /// Whether the content was asked for; a table's is kept in any case.
    is_kept: bool,
    table: Option<Option<u64>>,
    chunks: Option<Check>,
}

/// What became of content.
pub(super) struct Finished {
    pub(super) purpose: Purpose,
    pub(super) bytes: Vec<u8>,
    pub(super) entry: Option<Entry>,
    pub(super) is_kept: bool,
    pub(super) table: Option<Option<u64>>,
    /// For the next file.
    pub(super) finder: Option<ShapeFinder>,
}

impl Sink {
    pub(super) fn keeping(purpose: Purpose) -> Self {
        Sink {
            purpose,
            hasher: None,
            shape: None,
            keeps: true,
            bytes: Vec::new(),
            entry: None,
            is_kept: false,
            table: None,
            chunks: None,
        }
    }

    /// For content that is only passed over.
    pub(super) fn file() -> Self {
        Sink { keeps: false, ..Sink::keeping(Purpose::File) }
    }

    /// The content gets a digest, and perhaps somebody who looks for credentials.
    pub(super) fn hashing(mut self, shape: Option<ShapeFinder>) -> Self {
        self.hasher = Some(Sha256::new());
        self.shape = shape;
        self
    }

    /// The content is kept for whoever will read it.
    pub(super) fn holding(mut self) -> Self {
        (self.keeps, self.is_kept) = (true, true);
        self
    }

    /// The content is a table of contents too.
    pub(super) fn with_table(mut self, member: Option<u64>) -> Self {
        self.keeps = true;
        self.table = Some(member);
        self
    }

    /// The content must be these chunks.
    pub(super) fn with_chunks(mut self, chunks: Option<Check>) -> Self {
        self.chunks = chunks;
        self
    }

    pub(super) fn with_entry(mut self, entry: Entry) -> Self {
        self.entry = Some(entry);
        self
    }

    pub(super) fn take(&mut self, bytes: &[u8]) -> Result<()> {
        if let Some(chunks) = &mut self.chunks {
            chunks.take(bytes)?;
        }
        if let Some(hasher) = &mut self.hasher {
            hasher.update(bytes);
        }
        if let Some(shape) = &mut self.shape {
            shape.feed(bytes);
        }
        if self.keeps {
            self.bytes.extend_from_slice(bytes);
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Finished {
        let shape = self.shape.as_ref().and_then(ShapeFinder::finish);
        let entry = self.entry.map(|entry| match (entry.kind, self.hasher) {
            (Kind::File, Some(hasher)) => Entry { digest: hasher.finalize().into(), shape, ..entry },
            _ => entry,
        });
        Finished {
            purpose: self.purpose,
            bytes: self.bytes,
            entry,
            is_kept: self.is_kept,
            table: self.table,
            finder: self.shape,
        }
    }
}
