//! One open file that several readers read at once, each at its own place.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;

/// An open file. What was opened once is what is read later, whatever its name leads to by then.
#[derive(Debug)]
pub(crate) struct SharedFile {
    file: File,
    size: u64,
    /// Where reading moves the file's one position, readers take turns.
    #[cfg(not(unix))]
    turn: std::sync::Mutex<()>,
}

impl SharedFile {
    pub(crate) fn new(file: File) -> io::Result<Self> {
        Ok(SharedFile {
            size: file.metadata()?.len(),
            file,
            #[cfg(not(unix))]
            turn: std::sync::Mutex::default(),
        })
    }

    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    #[cfg(unix)]
    fn read_at(&self, buffer: &mut [u8], position: u64) -> io::Result<usize> {
        std::os::unix::fs::FileExt::read_at(&self.file, buffer, position)
    }

    #[cfg(not(unix))]
    fn read_at(&self, buffer: &mut [u8], position: u64) -> io::Result<usize> {
        let _turn = self.turn.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut file = &self.file;
        file.seek(SeekFrom::Start(position))?;
        file.read(buffer)
    }
}

/// Where a file lies in an archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) offset: u64,
    pub(crate) size: u64,
}

/// A reader of one span.
#[derive(Debug)]
pub(crate) struct SpanReader {
    file: Arc<SharedFile>,
    span: Span,
    position: u64,
}

impl SpanReader {
    pub(crate) fn new(file: Arc<SharedFile>, span: Span) -> Self {
        SpanReader { file, span, position: 0 }
    }
}

impl Read for SpanReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.span.size.saturating_sub(self.position)).unwrap_or(usize::MAX);
        let count = buffer.len().min(left);
        let Some(buffer) = buffer.get_mut(..count).filter(|buffer| !buffer.is_empty()) else { return Ok(0) };
        let count = self.file.read_at(buffer, self.span.offset.saturating_add(self.position))?;
        self.position += count as u64;
        Ok(count)
    }
}

impl Seek for SpanReader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let position = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::Current(by) => self.position.checked_add_signed(by),
            SeekFrom::End(by) => self.span.size.checked_add_signed(by),
        };
        self.position = position.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.position)
    }
}

#[cfg(test)]
mod tests;
