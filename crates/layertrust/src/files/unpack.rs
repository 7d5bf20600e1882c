//! From a layer blob to its tar: decompressed, hashed and walked in one pass.

use std::io::{self, BufRead, Read};

use crate::code::Code;
use crate::digest::{DiffId, Hasher};
use crate::error::{Error, Result};
use crate::files::blob::Blob;
use crate::files::walk::{Walked, Walker};
use crate::limits::Limits;
use crate::oci::media_type::Compression;

/// What a blob unpacks to.
pub(super) struct Unpacked {
    pub(super) diff_id: DiffId,
    pub(super) walked: Walked,
}

/// What is unpacked at once.
const BUFFER: usize = 256 << 10;
/// Below this the ratio of sizes says nothing: short files of one letter are no attack.
const RATIO_FROM: u64 = 64 << 20;

/// Unpacks a blob; the caller checks its digest afterwards, whatever came out.
pub(super) fn unpack(
    blob: &mut Blob<'_>,
    compression: Compression,
    hasher: Hasher,
    walker: Walker<'_>,
    limits: &Limits,
) -> Result<Unpacked> {
    let mut tar = Tar { hasher, walker, size: 0, buffer: vec![0; BUFFER], limits };
    match compression {
        Compression::None => tar.take(blob, |blob| blob.position())?,
        Compression::Gzip => loop {
            tar.walker.member(blob.position());
            let member = flate2::bufread::GzDecoder::new(&mut *blob);
            tar.take(member, |member| member.get_ref().position())?;
            if blob.fill_buf().map_err(undecodable)?.is_empty() {
                break;
            }
        },
        Compression::Zstd => {
            let decoder = zstd::Decoder::with_buffer(&mut *blob).map_err(undecodable)?;
            tar.take(decoder, |decoder| decoder.get_ref().position())?;
        }
    }
    tar.finish()
}

/// Unpacks the tar itself, of a source that has no blob.
pub(super) fn plain(
    reader: impl Read,
    hasher: Hasher,
    walker: Walker<'_>,
    limits: &Limits,
) -> Result<Unpacked> {
    let mut tar = Tar { hasher, walker, size: 0, buffer: vec![0; BUFFER], limits };
    tar.take(reader, |_| u64::MAX)?;
    tar.finish()
}

struct Tar<'l> {
    hasher: Hasher,
    walker: Walker<'l>,
    size: u64,
    buffer: Vec<u8>,
    limits: &'l Limits,
}

impl Tar<'_> {
    /// Takes everything that a decoder yields; `consumed` tells how much of the blob that took.
    fn take<R: Read>(&mut self, mut reader: R, consumed: impl Fn(&R) -> u64) -> Result<()> {
        loop {
            let count = match reader.read(&mut self.buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                result => result.map_err(undecodable)?,
            };
            let bytes = self.buffer.get(..count).unwrap_or_default();
            if bytes.is_empty() {
                return Ok(());
            }
            self.size = self.size.saturating_add(count as u64);
            Limits::check("layer-size", self.limits.layer_size, self.size, "unpacked layer")?;
            if self.size > RATIO_FROM {
                let ratio = self.size / consumed(&reader).max(1);
                Limits::check(
                    "layer-ratio",
                    self.limits.layer_ratio,
                    ratio,
                    "unpacked bytes for each packed one",
                )?;
            }
            self.hasher.update(bytes);
            self.walker.feed(bytes)?;
        }
    }

    fn finish(self) -> Result<Unpacked> {
        Ok(Unpacked { diff_id: DiffId(self.hasher.finish()), walked: self.walker.finish()? })
    }
}

/// Not what the media type says: trailing bytes, a broken or a cut stream.
fn undecodable(error: io::Error) -> Error {
    Error::new(Code::LayerInconsistent, "layer").expected("one compressed tar and nothing else").found(error)
}
