//! A tar writer that writes what it is told to, sane or not.
//!
//! The `tar` crate refuses to write most of what a hostile archive holds, and leaves some forms of long names
//! and sparse files out. Here every byte can be set. The defaults are sane, so that a test says only what is
//! odd about its archive:
//!
//! ```
//! use layertrust_testkit::tar::{Entry, Tar};
//!
//! let archive = Tar::new()
//!     .entry(Entry::directory("usr"))
//!     .entry(Entry::file("usr/sudo", b"#!").mode(0o4755))
//!     .entry(Entry::whiteout("etc/passwd"))
//!     .finish();
//! assert_eq!(archive.len() % 512, 0);
//! ```

pub mod entry;
pub mod header;
pub mod pax;
pub mod sparse;

pub use entry::Entry;
pub use header::{Field, Format};
pub use sparse::Sparse;

/// A header, and the unit in which content is padded.
pub const BLOCK: usize = 512;

/// An archive in the making.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tar {
    bytes: Vec<u8>,
}

impl Tar {
    /// An archive without entries.
    pub fn new() -> Self {
        Self::default()
    }

    /// An archive of these entries.
    pub fn of(entries: impl IntoIterator<Item = Entry>) -> Self {
        entries.into_iter().fold(Self::new(), Self::entry)
    }

    /// Adds an entry: the headers that go before it, its own header, its content and the padding.
    #[must_use]
    pub fn entry(self, entry: Entry) -> Self {
        self.raw(&entry.head()).raw(entry.content()).raw(&entry.padding())
    }

    /// Adds any bytes, to lie.
    #[must_use]
    pub fn raw(mut self, bytes: &[u8]) -> Self {
        self.bytes.extend_from_slice(bytes);
        self
    }

    /// Adds blocks of zeros: one or two in the middle end the archive for some readers and not for others.
    #[must_use]
    pub fn zero_blocks(self, count: usize) -> Self {
        self.raw(&vec![0; count * BLOCK])
    }

    /// The archive with its end: two blocks of zeros.
    pub fn finish(self) -> Vec<u8> {
        self.zero_blocks(2).unfinished()
    }

    /// The archive without its end, as a writer leaves it that stops early.
    pub fn unfinished(self) -> Vec<u8> {
        self.bytes
    }

    /// The archive without its end and without the last bytes before it.
    pub fn cut(self, bytes: usize) -> Vec<u8> {
        let mut all = self.bytes;
        all.truncate(all.len().saturating_sub(bytes));
        all
    }
}

/// The zeros that fill the last block of content of this length.
pub(crate) fn padding(length: usize) -> Vec<u8> {
    vec![0; length.next_multiple_of(BLOCK) - length]
}

#[cfg(test)]
mod tests;
