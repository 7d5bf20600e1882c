//! Opening layer blobs: one pass that checks the blob's digest and computes its diff ID.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::digest::{DiffId, Digest};
use crate::error::Result;
use crate::image::Layer;
use crate::oci::documents::Documents;

/// What a layer blob turned out to be. Exists only for blobs whose own digest holds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Opened {
    /// The digest of everything the blob unpacks to.
    pub(crate) diff_id: DiffId,
    /// Whether the tar has any entry.
    pub(crate) has_entries: bool,
    /// Whether the blob carries its own table of contents (eStargz, zstd:chunked): some runtimes read that
    /// instead of the tar, and this version does not compare the two.
    pub(crate) second_view: bool,
}

/// Opens each blob at most once.
pub(crate) struct LayerReader<'d, 's> {
    documents: &'d Documents<'s>,
    opened: RefCell<BTreeMap<(Digest, DiffId), Result<Opened>>>,
}

impl<'d, 's> LayerReader<'d, 's> {
    pub(crate) fn new(documents: &'d Documents<'s>) -> Self {
        LayerReader { documents, opened: RefCell::default() }
    }

    /// Streams a layer through decompression and hashing; nothing of it is kept.
    pub(crate) fn open(&self, layer: &Layer) -> Result<Opened> {
        let key = (layer.blob.digest, layer.diff_id);
        if let Some(known) = self.opened.borrow().get(&key) {
            return known.clone();
        }
        let opened = stream::open(self.documents, layer);
        self.opened.borrow_mut().insert(key, opened.clone());
        opened
    }
}

#[cfg(not(feature = "layers"))]
mod stream {
    use super::{Documents, Layer, Opened};
    use crate::code::Code;
    use crate::error::{Error, Result};

    pub(super) fn open(_: &Documents<'_>, layer: &Layer) -> Result<Opened> {
        Err(Error::new(Code::RuleNotEvaluated, format!("layer {}", layer.blob.digest))
            .expected("to open it")
            .found("a build without the feature `layers`"))
    }
}

#[cfg(feature = "layers")]
mod stream {
    use std::io::{self, BufReader, Read};

    use super::{DiffId, Documents, Layer, Opened};
    use crate::code::Code;
    use crate::digest::{Algorithm, Hasher};
    use crate::error::{Error, Result};
    use crate::limits::Limits;
    use crate::oci::documents::Checked;
    use crate::oci::media_type::{Compression, layer_compression};

    pub(super) fn open(documents: &Documents<'_>, layer: &Layer) -> Result<Opened> {
        match open_blob(documents, layer) {
            // An archive of `docker save` holds the layer and not the blob that the manifest lists.
            Err(error) if error.code() == Code::BlobMissing => match open_unpacked(documents, layer)? {
                Some(opened) => Ok(opened),
                None => Err(error),
            },
            opened => opened,
        }
    }

    /// The layer's own tar, hashed like any other; the diff ID decides whether it is the layer.
    fn open_unpacked(documents: &Documents<'_>, layer: &Layer) -> Result<Option<Opened>> {
        let Some(reader) = documents.source.layer_by_diff_id(&layer.diff_id)? else { return Ok(None) };
        let what = format!("layer {}", layer.diff_id);
        let limit = documents.limits.layer_size;
        let content =
            consume(reader, limit).map_err(|error| Error::new(Code::Io, what.as_str()).found(error))?;
        Limits::check("layer-size", limit, content.size, what)?;
        Ok(Some(Opened { diff_id: content.diff_id, has_entries: content.has_entries, second_view: false }))
    }

    fn open_blob(documents: &Documents<'_>, layer: &Layer) -> Result<Opened> {
        let blob = &layer.blob;
        let what = format!("layer {}", blob.digest);
        let compression = layer_compression(&blob.media_type).ok_or_else(|| {
            Error::new(Code::UnsupportedFormat, what.as_str())
                .expected("a tar layer, plain, gzip or zstd")
                .found(format!("media type {:?}", blob.media_type))
        })?;
        let checked = Checked::open(documents.source, blob, "layer")?;
        let mut input = BufReader::with_capacity(BUFFER, Tail::new(checked));
        let content = {
            let limit = documents.limits.layer_size;
            match compression {
                Compression::None => consume(&mut input, limit),
                Compression::Gzip => consume(flate2::bufread::MultiGzDecoder::new(&mut input), limit),
                Compression::Zstd => {
                    zstd::Decoder::with_buffer(&mut input).and_then(|decoder| consume(decoder, limit))
                }
            }
        };
        // The blob's own digest first: what was read from it means nothing before that holds.
        io::copy(&mut input, &mut io::sink())
            .map_err(|error| Error::new(Code::Io, what.as_str()).found(error))?;
        let tail = input.into_inner();
        let second_view = tail.has_table();
        tail.inner.finish()?;
        let content = content.map_err(|error| {
            Error::new(Code::LayerInconsistent, what.as_str())
                .expected("one compressed tar and nothing else")
                .found(error)
        })?;
        Limits::check("layer-size", documents.limits.layer_size, content.size, what)?;
        Ok(Opened { diff_id: content.diff_id, has_entries: content.has_entries, second_view })
    }

    const BUFFER: usize = 64 << 10;

    struct Content {
        diff_id: DiffId,
        size: u64,
        has_entries: bool,
    }

    /// Hashes everything a decoder yields, one byte beyond the limit at the most.
    fn consume(mut reader: impl Read, limit: u64) -> io::Result<Content> {
        let mut reader = reader.by_ref().take(limit.saturating_add(1));
        let mut hasher = Hasher::new(Algorithm::Sha256);
        let mut buffer = vec![0; BUFFER];
        let (mut size, mut has_entries) = (0, false);
        loop {
            let count = reader.read(&mut buffer)?;
            let bytes = buffer.get(..count).unwrap_or_default();
            if bytes.is_empty() {
                return Ok(Content { diff_id: DiffId(hasher.finish()), size, has_entries });
            }
            hasher.update(bytes);
            size += count as u64;
            // A tar without entries is zero blocks only.
            has_entries = has_entries || bytes.iter().any(|byte| *byte != 0);
        }
    }

    /// Remembers the last bytes of a blob, where the footers of tables of contents stand.
    struct Tail<R> {
        inner: R,
        last: Vec<u8>,
    }

    /// eStargz ends in a gzip member of 51 bytes, zstd:chunked in a skippable frame of 48.
    const FOOTER: usize = 64;

    impl<R> Tail<R> {
        fn new(inner: R) -> Self {
            Tail { inner, last: Vec::new() }
        }

        fn has_table(&self) -> bool {
            self.last.ends_with(b"GnUlInUx") || self.last.windows(6).any(|bytes| bytes == b"STARGZ")
        }
    }

    impl<R: Read> Read for Tail<R> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = self.inner.read(buffer)?;
            let bytes = buffer.get(..count).unwrap_or_default();
            self.last.extend_from_slice(bytes.get(count.saturating_sub(FOOTER)..).unwrap_or_default());
            let surplus = self.last.len().saturating_sub(FOOTER);
            self.last.drain(..surplus);
            Ok(count)
        }
    }
}
