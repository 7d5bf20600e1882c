//! A layer blob as it is read: hashed, counted, its last bytes and one range of it remembered.

use std::io::{self, BufRead, Read};
use std::ops::Range;

use crate::error::Result;
use crate::files::progress::Progress;
use crate::oci::documents::Checked;

/// What is read at once.
const BUFFER: usize = 128 << 10;

/// eStargz ends in a gzip member of 51 bytes, zstd:chunked in a skippable frame of 48 or 72.
const FOOTER: usize = 72;

/// A blob behind a buffer.
pub(super) struct Blob<'s> {
    checked: Checked<'s>,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    /// Bytes of the blob in front of the buffer.
    before: u64,
    last: Vec<u8>,
    range: Range<u64>,
    captured: Vec<u8>,
    failure: Option<io::ErrorKind>,
    progress: &'s Progress,
}

/// What is known of a blob once all of it was read and its digest holds.
pub(super) struct Ends {
    /// Its last bytes.
    pub(super) last: Vec<u8>,
    /// The bytes of the range that was asked for, as far as the blob has them.
    pub(super) captured: Vec<u8>,
}

impl<'s> Blob<'s> {
    /// Remembers the bytes of `range` on the way.
    pub(super) fn new(checked: Checked<'s>, range: Range<u64>, progress: &'s Progress) -> Self {
        Blob {
            checked,
            buffer: vec![0; BUFFER],
            start: 0,
            end: 0,
            before: 0,
            last: Vec::new(),
            range,
            captured: Vec::new(),
            failure: None,
            progress,
        }
    }

    /// How many bytes were consumed.
    pub(super) fn position(&self) -> u64 {
        self.before.saturating_add(self.start as u64)
    }

    /// Reads the rest and checks the digest: what was read means nothing before that holds.
    pub(super) fn finish(mut self) -> Result<Ends> {
        while self.failure.is_none() {
            let count = self.fill_buf().map_or(0, <[u8]>::len);
            if count == 0 {
                break;
            }
            self.consume(count);
        }
        if let Some(kind) = self.failure {
            return Err(self.checked.failure(&kind.into()));
        }
        self.checked.finish()?;
        Ok(Ends { last: self.last, captured: self.captured })
    }

    fn fill(&mut self) -> io::Result<()> {
        self.before = self.before.saturating_add(self.end as u64);
        (self.start, self.end) = (0, 0);
        let count = loop {
            match self.checked.read(&mut self.buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                result => break result.inspect_err(|error| self.failure = Some(error.kind()))?,
            }
        };
        self.end = count;
        self.progress.was_read(count);
        let bytes = self.buffer.get(..count).unwrap_or_default();
        self.last.extend_from_slice(bytes.get(count.saturating_sub(FOOTER)..).unwrap_or_default());
        let surplus = self.last.len().saturating_sub(FOOTER);
        self.last.drain(..surplus);
        let inside =
            |at: u64| usize::try_from(at.saturating_sub(self.before)).unwrap_or(usize::MAX).min(count);
        let (from, to) = (inside(self.range.start), inside(self.range.end));
        self.captured.extend_from_slice(bytes.get(from..to).unwrap_or_default());
        Ok(())
    }
}

impl Read for Blob<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(into)?;
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for Blob<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.start >= self.end {
            self.fill()?;
        }
        Ok(self.buffer.get(self.start..self.end).unwrap_or_default())
    }

    fn consume(&mut self, count: usize) {
        self.start = self.start.saturating_add(count).min(self.end);
    }
}
