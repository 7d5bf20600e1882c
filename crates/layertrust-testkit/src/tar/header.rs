//! One header block: where the fields are and how numbers stand in them.

use super::BLOCK;

/// Which of the three kinds of header an entry has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// POSIX: magic `ustar`, version `00`, a prefix field. Long names go into the prefix or into PAX records.
    Ustar,
    /// GNU: magic `ustar  `, no prefix. Long names go into entries of type `L` and `K`.
    Gnu,
    /// Before POSIX: nothing after the link name. Long names are cut.
    V7,
}

/// A field of a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// 100 bytes.
    Name,
    /// Octal, 8 bytes.
    Mode,
    /// Octal, 8 bytes.
    Uid,
    /// Octal, 8 bytes.
    Gid,
    /// Octal, 12 bytes.
    Size,
    /// Octal, 12 bytes.
    Mtime,
    /// Octal, 8 bytes.
    Checksum,
    /// One byte.
    Kind,
    /// 100 bytes.
    Link,
    /// Magic and version, 8 bytes.
    Magic,
    /// 32 bytes.
    UserName,
    /// 32 bytes.
    GroupName,
    /// Octal, 8 bytes.
    DeviceMajor,
    /// Octal, 8 bytes.
    DeviceMinor,
    /// 155 bytes; in a GNU header times and the sparse map stand here.
    Prefix,
}

impl Field {
    /// Where the field begins.
    pub fn offset(self) -> usize {
        self.place().0
    }

    /// How many bytes it has.
    pub fn length(self) -> usize {
        self.place().1
    }

    fn place(self) -> (usize, usize) {
        match self {
            Field::Name => (0, 100),
            Field::Mode => (100, 8),
            Field::Uid => (108, 8),
            Field::Gid => (116, 8),
            Field::Size => (124, 12),
            Field::Mtime => (136, 12),
            Field::Checksum => (148, 8),
            Field::Kind => (156, 1),
            Field::Link => (157, 100),
            Field::Magic => (257, 8),
            Field::UserName => (265, 32),
            Field::GroupName => (297, 32),
            Field::DeviceMajor => (329, 8),
            Field::DeviceMinor => (337, 8),
            Field::Prefix => (345, 155),
        }
    }
}

/// What stands in the checksum field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Checksum {
    /// The sum of the bytes.
    #[default]
    Right,
    /// The sum of the bytes as signed numbers, which old Sun tars wrote and most readers accept. It differs
    /// only if some byte is above 127.
    Signed,
    /// One more than the sum.
    Wrong,
}

/// A header block under construction.
pub(crate) struct Header([u8; BLOCK]);

impl Header {
    pub(crate) fn new() -> Self {
        Self([0; BLOCK])
    }

    /// Sets a field and fills its rest with NUL. Panics if the bytes do not fit.
    pub(crate) fn set(&mut self, field: Field, bytes: &[u8]) {
        assert!(bytes.len() <= field.length(), "{field:?} has {} bytes", field.length());
        self.0[field.offset()..][..field.length()].fill(0);
        self.write(field.offset(), bytes);
    }

    /// Sets as much of a text as the field holds.
    pub(crate) fn set_cut(&mut self, field: Field, bytes: &[u8]) {
        self.set(field, &bytes[..bytes.len().min(field.length())]);
    }

    /// Sets a number: octal, or base 256 if it does not fit.
    pub(crate) fn number(&mut self, field: Field, value: i128) {
        self.set(field, &number(value, field.length()));
    }

    /// Writes bytes at an offset, whatever field they belong to.
    pub(crate) fn write(&mut self, offset: usize, bytes: &[u8]) {
        self.0[offset..][..bytes.len()].copy_from_slice(bytes);
    }

    /// Computes the checksum and gives the block.
    pub(crate) fn finish(mut self, checksum: Checksum) -> [u8; BLOCK] {
        self.set(Field::Checksum, &[b' '; 8]);
        let sum: i64 = match checksum {
            Checksum::Right => self.0.iter().map(|byte| i64::from(*byte)).sum(),
            Checksum::Signed => self.0.iter().map(|byte| i64::from(byte.cast_signed())).sum(),
            Checksum::Wrong => self.0.iter().map(|byte| i64::from(*byte)).sum::<i64>() + 1,
        };
        self.set(Field::Checksum, format!("{sum:06o}\0 ").as_bytes());
        self.0
    }
}

/// A number for a field of that length: octal digits and NUL, or base 256 if they do not suffice.
pub fn number(value: i128, length: usize) -> Vec<u8> {
    let octal = format!("{value:0width$o}\0", width = length - 1);
    if value >= 0 && octal.len() == length { octal.into_bytes() } else { base_256(value, length) }
}

/// A number in GNU's binary form: big endian, two's complement, the first bit set.
pub fn base_256(value: i128, length: usize) -> Vec<u8> {
    let all = value.to_be_bytes();
    let mut bytes = all[all.len() - length..].to_vec();
    bytes[0] |= 0x80;
    bytes
}
