//! One entry of an archive, with everything that can be said about it.

use super::header::{Checksum, Field, Format, Header, base_256};
use super::{BLOCK, padding, pax};

/// The time of every entry unless a test says otherwise: 2025-11-03T04:12:31Z.
const TIME: i64 = 1_762_143_151;

/// An entry. It begins with one of the constructors; what they set can be changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub(crate) name: Vec<u8>,
    pub(crate) link: Vec<u8>,
    pub(crate) kind: u8,
    pub(crate) mode: u32,
    pub(crate) uid: u64,
    pub(crate) gid: u64,
    pub(crate) mtime: i64,
    pub(crate) user: Vec<u8>,
    pub(crate) group: Vec<u8>,
    pub(crate) device: (u32, u32),
    pub(crate) pax: Vec<Pax>,
    content: Vec<u8>,
    format: Format,
    checksum: Checksum,
    /// Bytes put over the header before (or, for the checksum field itself, after) the checksum is taken.
    patches: Vec<(usize, Vec<u8>)>,
    blocks: Vec<u8>,
}

/// What stands in an entry's own PAX header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Pax {
    Record(Vec<u8>, Vec<u8>),
    Raw(Vec<u8>),
}

/// Entries.
impl Entry {
    /// An entry of any type byte.
    pub fn of(kind: u8, name: impl AsRef<[u8]>, content: &[u8]) -> Self {
        Self {
            name: name.as_ref().to_vec(),
            link: Vec::new(),
            kind,
            mode: 0o644,
            uid: 0,
            gid: 0,
            mtime: TIME,
            user: Vec::new(),
            group: Vec::new(),
            device: (0, 0),
            pax: Vec::new(),
            content: content.to_vec(),
            format: Format::Ustar,
            checksum: Checksum::Right,
            patches: Vec::new(),
            blocks: Vec::new(),
        }
    }

    /// A regular file. A name that ends with `/` stays as it is: a directory to readers that know V7.
    pub fn file(name: impl AsRef<[u8]>, content: &[u8]) -> Self {
        Self::of(b'0', name, content)
    }

    /// A directory; the name gets its final slash. [`Entry::name`] takes it away again.
    pub fn directory(name: impl AsRef<[u8]>) -> Self {
        let mut name = name.as_ref().to_vec();
        if !name.ends_with(b"/") {
            name.push(b'/');
        }
        Self::of(b'5', name, b"").mode(0o755)
    }

    /// A symbolic link.
    pub fn symlink(name: impl AsRef<[u8]>, target: impl AsRef<[u8]>) -> Self {
        Self::of(b'2', name, b"").mode(0o777).link(target)
    }

    /// A hard link to another entry.
    pub fn hardlink(name: impl AsRef<[u8]>, target: impl AsRef<[u8]>) -> Self {
        Self::of(b'1', name, b"").link(target)
    }

    /// A character (`c`) or block (`b`) device.
    pub fn device(name: impl AsRef<[u8]>, kind: char, major: u32, minor: u32) -> Self {
        let kind = match kind {
            'c' => b'3',
            'b' => b'4',
            other => panic!("no device: {other}"),
        };
        Self { device: (major, minor), ..Self::of(kind, name, b"") }
    }

    /// A named pipe.
    pub fn fifo(name: impl AsRef<[u8]>) -> Self {
        Self::of(b'6', name, b"")
    }

    /// The file that hides `path` of the layers below: `etc/.wh.passwd` for `etc/passwd`.
    pub fn whiteout(path: impl AsRef<[u8]>) -> Self {
        let path = path.as_ref();
        let start = path.iter().rposition(|byte| *byte == b'/').map_or(0, |slash| slash + 1);
        Self::file([&path[..start], b".wh.", &path[start..]].concat(), b"").mode(0)
    }

    /// The file that hides everything in `folder` of the layers below.
    pub fn opaque(folder: impl AsRef<[u8]>) -> Self {
        Self::file([folder.as_ref(), b"/.wh..wh..opq"].concat(), b"").mode(0)
    }

    /// Global PAX records, for all entries that follow.
    pub fn global(records: &[(&str, &str)]) -> Self {
        let records: Vec<_> = records.iter().flat_map(|(key, value)| pax::record(key, value)).collect();
        Self::of(b'g', "pax_global_header", &records)
    }

    /// A PAX header that stands alone: before nothing, twice, or with any bytes in it.
    pub fn pax_header(content: &[u8]) -> Self {
        Self::of(b'x', "PaxHeaders.0/x", content)
    }

    /// GNU's header with the name of the entry that follows.
    pub fn long_name(name: impl AsRef<[u8]>) -> Self {
        Self::gnu_long(b'L', name.as_ref())
    }

    /// GNU's header with the link target of the entry that follows.
    pub fn long_link(target: impl AsRef<[u8]>) -> Self {
        Self::gnu_long(b'K', target.as_ref())
    }

    fn gnu_long(kind: u8, text: &[u8]) -> Self {
        Self::of(kind, "././@LongLink", &[text, b"\0"].concat()).format(Format::Gnu).mtime(0)
    }
}

/// Changes.
impl Entry {
    /// Another name, exactly as given.
    pub fn name(mut self, name: impl AsRef<[u8]>) -> Self {
        self.name = name.as_ref().to_vec();
        self
    }

    /// Another type byte.
    pub fn kind(self, kind: u8) -> Self {
        Self { kind, ..self }
    }

    /// Other permissions; bits beyond `07777` are written too.
    pub fn mode(self, mode: u32) -> Self {
        Self { mode, ..self }
    }

    /// Another owner.
    pub fn owner(self, uid: u64, gid: u64) -> Self {
        Self { uid, gid, ..self }
    }

    /// The names of the owner, which some readers prefer to the numbers.
    pub fn owner_names(mut self, user: impl AsRef<[u8]>, group: impl AsRef<[u8]>) -> Self {
        self.user = user.as_ref().to_vec();
        self.group = group.as_ref().to_vec();
        self
    }

    /// Another time, in seconds from 1970.
    pub fn mtime(self, mtime: i64) -> Self {
        Self { mtime, ..self }
    }

    /// Another link target.
    pub fn link(mut self, target: impl AsRef<[u8]>) -> Self {
        self.link = target.as_ref().to_vec();
        self
    }

    /// Another kind of header, and with it another way to write long names.
    pub fn format(self, format: Format) -> Self {
        Self { format, ..self }
    }

    /// One more record in this entry's PAX header. `path`, `linkpath`, `size`, `uid`, `gid` and `mtime`
    /// override the header's fields.
    pub fn pax(mut self, key: impl AsRef<[u8]>, value: impl AsRef<[u8]>) -> Self {
        self.pax.push(Pax::Record(key.as_ref().to_vec(), value.as_ref().to_vec()));
        self
    }

    /// Any bytes in this entry's PAX header, see [`pax::record_with_length`].
    pub fn pax_raw(mut self, bytes: &[u8]) -> Self {
        self.pax.push(Pax::Raw(bytes.to_vec()));
        self
    }

    /// An extended attribute, as a PAX record.
    pub fn xattr(self, name: &str, value: &[u8]) -> Self {
        self.pax(format!("SCHILY.xattr.{name}"), value)
    }

    /// Any bytes in a header field, filled up with NUL. Panics if they do not fit.
    pub fn field(self, field: Field, bytes: impl AsRef<[u8]>) -> Self {
        let mut bytes = bytes.as_ref().to_vec();
        assert!(bytes.len() <= field.length(), "{field:?} has {} bytes", field.length());
        bytes.resize(field.length(), 0);
        self.bytes_at(field.offset(), &bytes)
    }

    /// A number in base 256, which may be negative.
    pub fn base_256(self, field: Field, value: i128) -> Self {
        self.field(field, base_256(value, field.length()))
    }

    /// Any text in the size field; the content stays as long as it is.
    pub fn size_field(self, text: impl AsRef<[u8]>) -> Self {
        self.field(Field::Size, text)
    }

    /// A checksum that is one too high.
    pub fn bad_checksum(self) -> Self {
        Self { checksum: Checksum::Wrong, ..self }
    }

    /// The checksum over signed bytes: old writers wrote it, not every reader takes it.
    pub fn signed_checksum(self) -> Self {
        Self { checksum: Checksum::Signed, ..self }
    }

    pub(super) fn bytes_at(mut self, offset: usize, bytes: &[u8]) -> Self {
        self.patches.push((offset, bytes.to_vec()));
        self
    }

    pub(super) fn blocks_after_header(mut self, blocks: &[u8]) -> Self {
        self.blocks = blocks.to_vec();
        self
    }
}

/// Bytes.
impl Entry {
    /// All that stands before the content: headers with long names and records, and the entry's own.
    pub fn head(&self) -> Vec<u8> {
        let mut before = Vec::new();
        let mut records = self.pax_bytes();
        let mut header = Header::new();
        match (self.format, split(&self.name)) {
            (Format::Ustar, Some((prefix, name))) => {
                header.set(Field::Prefix, prefix);
                header.set(Field::Name, name);
            }
            (format, _) => {
                // A record of the test's own is not overruled.
                if self.name.len() > Field::Name.length() && self.record("path").is_none() {
                    match format {
                        Format::Ustar => records.extend(pax::record("path", &self.name)),
                        Format::Gnu => before.extend(Self::long_name(&self.name).whole()),
                        Format::V7 => {}
                    }
                }
                header.set_cut(Field::Name, &self.name);
            }
        }
        if self.link.len() > Field::Link.length() && self.record("linkpath").is_none() {
            match self.format {
                Format::Ustar => records.extend(pax::record("linkpath", &self.link)),
                Format::Gnu => before.extend(Self::long_link(&self.link).whole()),
                Format::V7 => {}
            }
        }
        if !records.is_empty() {
            before.extend(Self::pax_header(&records).mtime(0).whole());
        }
        self.fill(&mut header);
        [before, self.sealed(header), self.blocks.clone()].concat()
    }

    /// The stored content.
    pub fn content(&self) -> &[u8] {
        &self.content
    }

    /// The name without the slash at its end.
    pub fn path(&self) -> String {
        String::from_utf8_lossy(&self.name).trim_end_matches('/').to_owned()
    }

    /// The type byte.
    pub fn type_byte(&self) -> u8 {
        self.kind
    }

    /// The permissions.
    pub fn permissions(&self) -> u32 {
        self.mode
    }

    /// The zeros after the content.
    pub fn padding(&self) -> Vec<u8> {
        padding(self.content.len())
    }

    /// The value that a reader of PAX takes: the last record of that key.
    pub(crate) fn record(&self, key: &str) -> Option<&[u8]> {
        self.pax.iter().rev().find_map(|pax| match pax {
            Pax::Record(name, value) if name == key.as_bytes() => Some(value.as_slice()),
            _ => None,
        })
    }

    fn whole(&self) -> Vec<u8> {
        [self.head(), self.content.clone(), self.padding()].concat()
    }

    fn pax_bytes(&self) -> Vec<u8> {
        let bytes = |pax: &Pax| match pax {
            Pax::Record(key, value) => pax::record(key, value),
            Pax::Raw(bytes) => bytes.clone(),
        };
        self.pax.iter().flat_map(bytes).collect()
    }

    fn fill(&self, header: &mut Header) {
        header.number(Field::Mode, self.mode.into());
        header.number(Field::Uid, self.uid.into());
        header.number(Field::Gid, self.gid.into());
        header.number(Field::Size, self.content.len() as i128);
        header.number(Field::Mtime, self.mtime.into());
        header.set(Field::Kind, &[self.kind]);
        header.set_cut(Field::Link, &self.link);
        match self.format {
            Format::Ustar => header.set(Field::Magic, b"ustar\x0000"),
            Format::Gnu => header.set(Field::Magic, b"ustar  \0"),
            Format::V7 => return,
        }
        header.set_cut(Field::UserName, &self.user);
        header.set_cut(Field::GroupName, &self.group);
        header.number(Field::DeviceMajor, self.device.0.into());
        header.number(Field::DeviceMinor, self.device.1.into());
    }

    fn sealed(&self, mut header: Header) -> Vec<u8> {
        for (offset, bytes) in &self.patches {
            header.write(*offset, bytes);
        }
        let mut block: [u8; BLOCK] = header.finish(self.checksum);
        // A checksum field of the test's own would be lost above.
        for (offset, bytes) in &self.patches {
            block[*offset..][..bytes.len()].copy_from_slice(bytes);
        }
        block.to_vec()
    }
}

/// Prefix and name of a long name, if there is a slash at which both fit.
fn split(name: &[u8]) -> Option<(&[u8], &[u8])> {
    if name.len() <= Field::Name.length() {
        return None;
    }
    // The final slash of a directory leaves no name behind it.
    let within = &name[..name.len() - 1];
    let slash = within.iter().take(Field::Prefix.length() + 1).rposition(|byte| *byte == b'/')?;
    let rest = &name[slash + 1..];
    (slash > 0 && rest.len() <= Field::Name.length()).then_some((&name[..slash], rest))
}
