//! One header of a tar archive (POSIX ustar, GNU tar), read by the crate `tar` but for its numbers.

use tar::Header;

use crate::code::Code;
use crate::error::{Error, Result};

/// The unit of tar.
pub(super) const BLOCK: usize = 512;

/// The numbers of a header that are used.
#[derive(Debug, Clone, Copy)]
pub(super) struct Numbers {
    pub(super) size: u64,
    pub(super) mode: u64,
    pub(super) uid: u64,
    pub(super) gid: u64,
    pub(super) major: u64,
    pub(super) minor: u64,
}

/// A header whose checksum holds.
pub(super) fn checked(block: &[u8; BLOCK]) -> Result<&Header> {
    let header = Header::from_byte_slice(block);
    // Go takes both sums: old writers added up signed bytes. The checksum itself counts as blanks.
    let (field, blanks) = (&header.as_old().cksum, 8 * i64::from(b' '));
    let unsigned = |bytes: &[u8]| bytes.iter().map(|byte| i64::from(*byte)).sum::<i64>();
    let signed = |bytes: &[u8]| bytes.iter().map(|byte| i64::from(byte.cast_signed())).sum::<i64>();
    let stated = i64::try_from(number(field, "checksum")?).unwrap_or(i64::MAX);
    if stated != unsigned(block) - unsigned(field) + blanks
        && stated != signed(block) - signed(field) + blanks
    {
        return Err(broken("a header whose checksum holds").found("one that does not"));
    }
    // Old writers put a part of the name where GNU tar has a time; Go reads it so and GNU tar does not.
    if let Some(gnu) = header.as_gnu()
        && !gnu.atime.starts_with(&[0])
        && number(&gnu.atime, "time").is_err()
    {
        return Err(Error::new(Code::LayerInconsistent, "tar")
            .expected("a time in a header of GNU tar")
            .found("something else, which some readers take as a part of the name"));
    }
    Ok(header)
}

pub(super) fn numbers(header: &Header) -> Result<Numbers> {
    let (old, kind) = (header.as_old(), header.entry_type());
    let is_device = kind.is_character_special() || kind.is_block_special();
    let (major, minor) = match (is_device, header.as_ustar(), header.as_gnu()) {
        (true, Some(ustar), _) => {
            (number(&ustar.dev_major, "major number")?, number(&ustar.dev_minor, "minor number")?)
        }
        (true, None, Some(gnu)) => {
            (number(&gnu.dev_major, "major number")?, number(&gnu.dev_minor, "minor number")?)
        }
        _ => (0, 0),
    };
    Ok(Numbers {
        size: number(&old.size, "size")?,
        mode: number(&old.mode, "mode")?,
        uid: number(&old.uid, "uid")?,
        gid: number(&old.gid, "gid")?,
        major,
        minor,
    })
}

/// A number as Go's archive/tar reads it, negative ones refused: octal digits between blanks and NULs, nothing
/// being zero, or big-endian bytes after a first one with its highest bit set.
pub(super) fn number(field: &[u8], what: &str) -> Result<u64> {
    let wrong = |found: &str| broken(&format!("a {what} that is not negative")).found(found);
    match field.split_first() {
        Some((first, _)) if first & 0xc0 == 0xc0 => Err(wrong("a negative one")),
        Some((first, rest)) if first & 0x80 != 0 => {
            let all = std::iter::once(first & 0x3f).chain(rest.iter().copied());
            let shifted = |sum: Option<u64>, byte: u8| sum?.checked_mul(256)?.checked_add(u64::from(byte));
            all.fold(Some(0), shifted).ok_or_else(|| wrong("one that no computer can hold"))
        }
        _ => {
            let end = field.iter().rposition(|byte| !matches!(byte, b' ' | 0)).map_or(0, |at| at + 1);
            let digits = field.get(..end).unwrap_or_default();
            let start = digits.iter().position(|byte| !matches!(byte, b' ' | 0)).unwrap_or(end);
            let digits = digits.get(start..).unwrap_or_default();
            // What follows a NUL is not read.
            let digits = digits.split(|byte| *byte == 0).next().unwrap_or_default();
            let octal = |sum: Option<u64>, digit: &u8| {
                matches!(digit, b'0'..=b'7').then_some(())?;
                sum?.checked_mul(8)?.checked_add(u64::from(digit - b'0'))
            };
            digits.iter().fold(Some(0), octal).ok_or_else(|| wrong("no octal number"))
        }
    }
}

pub(super) fn broken(expected: &str) -> Error {
    Error::new(Code::Malformed, "tar").expected(expected)
}

#[cfg(test)]
mod tests;
