//! One entry of a layer's tar, as runtimes read it.

use crate::files::shape::SecretShape;

/// What an entry is. Whiteouts and hard links are instructions, the rest is content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    File,
    Directory,
    Symlink,
    /// Another name for a path; the merged tree has what that path holds.
    HardLink,
    /// Major and minor number.
    CharDevice(u32, u32),
    /// Major and minor number.
    BlockDevice(u32, u32),
    Fifo,
    /// Removes the path below it.
    Whiteout,
    /// Removes everything that lower layers have in its directory.
    Opaque,
}

/// Set-user-ID.
pub(crate) const SETUID: u16 = 0o4000;
/// Set-group-ID.
pub(crate) const SETGID: u16 = 0o2000;
/// Sticky: in such a directory only a file's owner may remove it.
pub(crate) const STICKY: u16 = 0o1000;

/// A run of bytes in the store of names that the entry's index holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Text {
    pub(crate) offset: u32,
    pub(crate) length: u32,
}

/// An entry without its bytes. A million of them must fit in memory: everything here is small.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry {
    pub(crate) kind: Kind,
    /// Permissions, set-user-ID, set-group-ID and sticky.
    pub(crate) mode: u16,
    pub(crate) uid: u32,
    pub(crate) gid: u32,
    /// Bytes of content; zero for everything but files.
    pub(crate) size: u64,
    /// SHA-256 of a file's content.
    pub(crate) digest: [u8; 32],
    /// The cleaned path of the directory it is in, empty for the root.
    pub(crate) folder: Text,
    /// Its cleaned name in that directory, empty for the root itself.
    pub(crate) name: Text,
    /// Where a link leads, as written.
    pub(crate) link: Text,
    /// Extended attributes that decide what a process may do, sorted and joined; empty for none.
    pub(crate) attributes: Text,
    /// Whether the content looks like a credential.
    pub(crate) shape: Option<SecretShape>,
}
