//! Archives that are compressed or come from a stream: unpacked once, into one temporary file without a name.

use std::fs::File;
use std::io::{self, Read};

use crate::code::Code;
use crate::error::{Error, Result};
use crate::limits::Limits;
use crate::oci::media_type::Compression;
use crate::oci::shared_file::SharedFile;

/// As many bytes as tell compressions apart.
const MAGIC: u64 = 6;

/// The file itself, or what it unpacks to.
pub(crate) fn unpacked(mut file: File, what: &str, limits: &Limits) -> Result<SharedFile> {
    let failed = |error: io::Error| Error::new(Code::Io, what).found(error);
    let mut first = Vec::new();
    file.by_ref().take(MAGIC).read_to_end(&mut first).map_err(failed)?;
    match detect(&first, what)? {
        Compression::None => SharedFile::new(file).map_err(failed),
        compression => spool::spool(io::Cursor::new(first).chain(file), compression, what, limits),
    }
}

/// Everything that a stream holds, unpacked.
#[cfg(feature = "archives")]
pub(crate) fn spooled(mut reader: impl Read + Send, what: &str, limits: &Limits) -> Result<SharedFile> {
    let mut first = Vec::new();
    reader
        .by_ref()
        .take(MAGIC)
        .read_to_end(&mut first)
        .map_err(|error| Error::new(Code::Io, what).found(error))?;
    if first.is_empty() {
        return Err(Error::new(Code::Malformed, what)
            .expected("a tar archive")
            .found("nothing")
            .hint("The command that writes the archive wrote none; run it alone to see why."));
    }
    let compression = detect(&first, what)?;
    spool::spool(io::Cursor::new(first).chain(reader), compression, what, limits)
}

/// How something is compressed, by its first bytes. A tar archive starts with a file's name.
pub(crate) fn detect(first: &[u8], what: &str) -> Result<Compression> {
    match first {
        [0x1f, 0x8b, ..] => Ok(Compression::Gzip),
        // A frame, or a skippable frame as parallel compressors write first.
        [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Ok(Compression::Zstd),
        [b'B', b'Z', b'h', b'1'..=b'9', ..] | [0xfd, b'7', b'z', b'X', b'Z', 0] => {
            Err(Error::new(Code::UnsupportedFormat, what)
                .expected("a tar archive, plain, gzip or zstd")
                .found("one compressed by bzip2 or xz")
                .hint("Unpack it into a pipe, for instance `xz -dc FILE | layertrust verify -`."))
        }
        _ => Ok(Compression::None),
    }
}

pub(crate) use spool::decoder;

#[cfg(feature = "archives")]
mod spool {
    use std::io::Write as _;
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::{Code, Compression, Error, Limits, Read, Result, SharedFile, io};

    const BUFFER: usize = 64 << 10;

    /// The temporary file has no name from the start (or loses it at once, where the system cannot do that),
    /// so nothing is left behind even by a process that is killed.
    pub(super) fn spool(
        reader: impl Read + Send,
        compression: Compression,
        what: &str,
        limits: &Limits,
    ) -> Result<SharedFile> {
        let failed = AtomicBool::new(false);
        let watched = Watched { inner: reader, failed: &failed };
        let failure = |error: io::Error| Error::new(Code::Io, what).found(error);
        let mut file = tempfile::tempfile().map_err(failure)?;
        let mut reader = decoder(watched, compression).map_err(failure)?;
        let mut buffer = vec![0; BUFFER];
        let mut size = 0;
        loop {
            let count = match reader.read(&mut buffer) {
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) if failed.load(Ordering::Relaxed) => return Err(failure(error)),
                Err(error) => {
                    return Err(Error::new(Code::Malformed, what)
                        .expected(format!("{compression:?} data to its end"))
                        .found(error)
                        .hint("The archive is cut short or damaged; fetch or write it again."));
                }
            };
            let bytes = buffer.get(..count).unwrap_or_default();
            if bytes.is_empty() {
                return SharedFile::new(file).map_err(failure);
            }
            size += count as u64;
            Limits::check("archive-size", limits.archive_size, size, what)?;
            file.write_all(bytes).map_err(failure)?;
        }
    }

    /// The unpacked bytes of a reader: all its gzip members or zstd frames.
    pub(crate) fn decoder<'r>(
        reader: impl Read + Send + 'r,
        compression: Compression,
    ) -> io::Result<Box<dyn Read + Send + 'r>> {
        Ok(match compression {
            Compression::None => Box::new(reader),
            Compression::Gzip => Box::new(flate2::read::MultiGzDecoder::new(reader)),
            Compression::Zstd => Box::new(zstd::Decoder::new(reader)?),
        })
    }

    /// Tells a source that cannot be read from bytes that cannot be unpacked.
    struct Watched<'f, R> {
        inner: R,
        failed: &'f AtomicBool,
    }

    impl<R: Read> Read for Watched<'_, R> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.inner.read(buffer).inspect_err(|error| {
                if error.kind() != io::ErrorKind::Interrupted {
                    self.failed.store(true, Ordering::Relaxed);
                }
            })
        }
    }
}

#[cfg(not(feature = "archives"))]
mod spool {
    use super::{Code, Compression, Error, Limits, Read, Result, SharedFile, io};

    pub(super) fn spool(_: impl Read + Send, _: Compression, what: &str, _: &Limits) -> Result<SharedFile> {
        Err(Error::new(Code::UnsupportedFormat, what)
            .expected("a plain tar archive")
            .found("a compressed one, and a build without the feature `archives`"))
    }

    pub(crate) fn decoder<'r>(
        reader: impl Read + Send + 'r,
        compression: Compression,
    ) -> io::Result<Box<dyn Read + Send + 'r>> {
        match compression {
            Compression::None => Ok(Box::new(reader)),
            _ => Err(io::Error::other("this build lacks the feature `archives`")),
        }
    }
}

#[cfg(all(test, feature = "archives"))]
mod tests;
