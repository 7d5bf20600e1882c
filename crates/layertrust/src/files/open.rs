//! Opening layer blobs, each at most once: one pass gives the blob's digest, the diff ID and the files.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::digest::{DiffId, Digest};
use crate::error::Result;
use crate::files::{FileIndex, Progress};
use crate::image::Layer;
use crate::limits::Limits;
use crate::oci::documents::Documents;

/// What a layer blob turned out to be. Exists only for blobs whose own digest holds.
#[derive(Debug, Clone)]
pub(crate) struct Opened {
    /// The digest of everything the blob unpacks to.
    pub(crate) diff_id: DiffId,
    /// Whether the tar has any entry.
    pub(crate) has_entries: bool,
    /// What became of its own table of contents.
    pub(crate) table: TableView,
    /// Its files; none if nobody wants them.
    pub(crate) files: Option<Arc<FileIndex>>,
}

/// What became of the table of contents that some runtimes read instead of the tar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TableView {
    /// There is none.
    Absent,
    /// It says what the tar says.
    Agrees,
    /// There is one that was not compared.
    NotCompared,
}

/// How layers are opened.
#[derive(Debug, Clone)]
pub(crate) struct Opening {
    /// Whether the files are wanted, and not the diff ID alone.
    pub(crate) files: bool,
    /// How many layers at once.
    pub(crate) threads: usize,
    pub(crate) progress: Arc<Progress>,
}

/// Opens each blob at most once under one descriptor.
pub(crate) struct LayerReader<'d, 's> {
    documents: &'d Documents<'s>,
    opening: Opening,
    opened: RefCell<BTreeMap<Key, Result<Opened>>>,
}

/// What a result holds for: the blob, and what its descriptor says of it (the size and the media type may be
/// wrong there alone, and the annotations announce the table of contents).
type Key = (Digest, DiffId, u64, String, BTreeMap<String, String>);

fn key(layer: &Layer) -> Key {
    let blob = &layer.blob;
    (blob.digest, layer.diff_id, blob.size, blob.media_type.clone(), blob.annotations.clone())
}

impl<'d, 's> LayerReader<'d, 's> {
    pub(crate) fn new(documents: &'d Documents<'s>, opening: Opening) -> Self {
        LayerReader { documents, opening, opened: RefCell::default() }
    }

    pub(crate) fn limits(&self) -> Limits {
        self.documents.limits
    }

    /// Lets go of the files: those of one platform are enough to hold.
    pub(crate) fn release(&self) {
        self.opened.borrow_mut().values_mut().flatten().for_each(|opened| opened.files = None);
    }

    /// What is known of a layer, and enough.
    fn known(&self, layer: &Layer) -> Option<Result<Opened>> {
        let opened = self.opened.borrow();
        let known = opened.get(&key(layer))?;
        let lacks_files = self.opening.files && known.as_ref().is_ok_and(|one| one.files.is_none());
        (!lacks_files).then(|| known.clone())
    }

    /// Streams a layer through decompression and hashing.
    pub(crate) fn open(&self, layer: &Layer) -> Result<Opened> {
        self.open_all(std::slice::from_ref(layer));
        self.known(layer).unwrap_or_else(|| Err(stream::not_opened(layer)))
    }

    /// Opens what is not open yet, several at once where the caller allows it.
    pub(crate) fn open_all(&self, layers: &[Layer]) {
        let unknown = layers.iter().filter(|layer| self.known(layer).is_none());
        let unknown: BTreeMap<Key, &Layer> = unknown.map(|layer| (key(layer), layer)).collect();
        // The large ones first, so that none is left to run alone at the end.
        let mut waiting: Vec<(Key, &Layer)> = unknown.into_iter().collect();
        waiting.sort_by_key(|(_, layer)| std::cmp::Reverse(layer.blob.size));
        let (keys, waiting): (Vec<Key>, Vec<&Layer>) = waiting.into_iter().unzip();
        let results = stream::open_several(self.documents, &waiting, &self.opening);
        self.opened.borrow_mut().extend(keys.into_iter().zip(results));
    }
}

#[cfg(not(feature = "layers"))]
mod stream {
    use super::{Documents, Layer, Opened, Opening};
    use crate::code::Code;
    use crate::error::{Error, Result};

    pub(super) fn open_several(_: &Documents<'_>, layers: &[&Layer], _: &Opening) -> Vec<Result<Opened>> {
        layers.iter().map(|layer| Err(not_opened(layer))).collect()
    }

    pub(super) fn not_opened(layer: &Layer) -> Error {
        Error::new(Code::RuleNotEvaluated, format!("layer {}", layer.blob.digest))
            .expected("to open it")
            .found("a build without the feature `layers`")
    }
}

#[cfg(feature = "layers")]
mod stream {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::{Arc, OnceLock};

    use super::{Documents, Layer, Opened, Opening, TableView};
    use crate::code::Code;
    use crate::digest::Hasher;
    use crate::error::{Error, Result};
    use crate::files::Progress;
    use crate::files::announced::Announced;
    use crate::files::blob::Blob;
    use crate::files::chunks::Chunks;
    use crate::files::table::{self, Compared};
    use crate::files::unpack::{Unpacked, plain, unpack};
    use crate::files::walk::Walker;
    use crate::limits::Limits;
    use crate::oci::Source;
    use crate::oci::documents::Checked;
    use crate::oci::media_type::{Compression, layer_compression};

    /// One result for each layer, in their order.
    pub(super) fn open_several(
        documents: &Documents<'_>,
        layers: &[&Layer],
        opening: &Opening,
    ) -> Vec<Result<Opened>> {
        let (source, limits) = (documents.source, documents.limits);
        opening.progress.expect(layers);
        let one = |layer: &Layer| {
            let opened = open(source, &limits, layer, opening);
            opening.progress.opened();
            opened
        };
        let threads = opening.threads.min(layers.len());
        if threads <= 1 {
            return layers.iter().map(|layer| one(layer)).collect();
        }
        let next = AtomicUsize::new(0);
        // A place for each, so that no layer can get the result of another.
        let results: Vec<OnceLock<Result<Opened>>> = layers.iter().map(|_| OnceLock::new()).collect();
        let work = || loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let (Some(layer), Some(result)) = (layers.get(at), results.get(at)) else { return };
            result.get_or_init(|| one(layer));
        };
        // The caller's own thread is one of them: it may have to listen for a signal while it reads.
        std::thread::scope(|scope| {
            for _ in 1..threads {
                scope.spawn(work);
            }
            work();
        });
        let results = results.into_iter().zip(layers);
        results.map(|(one, layer)| one.into_inner().unwrap_or_else(|| Err(not_opened(layer)))).collect()
    }

    pub(super) fn not_opened(layer: &Layer) -> Error {
        Error::new(Code::Io, format!("layer {}", layer.blob.digest)).expected("to open it").found("no result")
    }

    fn open(source: &dyn Source, limits: &Limits, layer: &Layer, opening: &Opening) -> Result<Opened> {
        match open_blob(source, limits, layer, opening) {
            // An archive of `docker save` holds the layer and not the blob that the manifest lists.
            Err(error) if error.code() == Code::BlobMissing => {
                open_unpacked(source, limits, layer, opening)?.ok_or(error)
            }
            opened => opened,
        }
    }

    /// The layer's own tar, hashed like any other; the diff ID decides whether it is the layer.
    fn open_unpacked(
        source: &dyn Source,
        limits: &Limits,
        layer: &Layer,
        opening: &Opening,
    ) -> Result<Option<Opened>> {
        let Some(reader) = source.layer_by_diff_id(&layer.diff_id)? else { return Ok(None) };
        let hasher = Hasher::new(layer.diff_id.algorithm());
        let unpacked = plain(reader, hasher, Walker::new(limits, opening.files), limits)
            .map_err(|error| error.about(format!("layer {}", layer.diff_id)))?;
        Ok(Some(opened(unpacked, TableView::Absent, opening.files)))
    }

    fn open_blob(source: &dyn Source, limits: &Limits, layer: &Layer, opening: &Opening) -> Result<Opened> {
        let what = format!("layer {}", layer.blob.digest);
        let about = |error: Error| error.about(&what);
        let compression = layer_compression(&layer.blob.media_type).ok_or_else(|| {
            Error::new(Code::UnsupportedFormat, what.as_str())
                .expected("a tar layer, plain, gzip or zstd")
                .found(format!("media type {:?}", layer.blob.media_type))
        })?;
        let announced = Announced::by(&layer.blob, limits).map_err(about)?;
        let checked = Checked::open(source, &layer.blob, "layer")?;
        let mut blob = Blob::new(checked, announced.range(), &opening.progress);

        // 1. One pass. A table is compared with the files, so these are needed where one is announced.
        let keeps = opening.files || announced.is_any();
        let hasher = Hasher::new(layer.diff_id.algorithm());
        let unpacked = unpack(&mut blob, compression, hasher, Walker::new(limits, keeps), limits);

        // 2. The blob's own digest, whatever came out: nothing counts before that holds.
        let ends = blob.finish()?;
        let unpacked = unpacked.map_err(about)?;

        // 3. The table of contents, if there is one, must say the same.
        let view = match table::compare(&announced, &ends, &unpacked.walked, keeps, limits).map_err(about)? {
            Compared::Absent => TableView::Absent,
            Compared::NotAtAll => TableView::NotCompared,
            Compared::Agrees(chunks) => {
                if !chunks.is_empty() {
                    compare_chunks(source, limits, layer, chunks)?;
                }
                TableView::Agrees
            }
        };
        Ok(opened(unpacked, view, opening.files))
    }

    /// Large files of an eStargz layer come in chunks, of which only the table at its end tells: a second pass.
    fn compare_chunks(source: &dyn Source, limits: &Limits, layer: &Layer, chunks: Chunks) -> Result<()> {
        let progress = Progress::default();
        let checked = Checked::open(source, &layer.blob, "layer")?;
        let mut blob = Blob::new(checked, 0..0, &progress);
        let compression = layer_compression(&layer.blob.media_type).unwrap_or(Compression::Gzip);
        let hasher = Hasher::new(layer.diff_id.algorithm());
        let unpacked = unpack(&mut blob, compression, hasher, Walker::comparing(limits, chunks), limits);
        blob.finish()?;
        unpacked.map(|_| ()).map_err(|error| error.about(format!("layer {}", layer.blob.digest)))
    }

    fn opened(unpacked: Unpacked, table: TableView, keeps: bool) -> Opened {
        Opened {
            diff_id: unpacked.diff_id,
            has_entries: unpacked.walked.has_entries,
            table,
            files: keeps.then(|| Arc::new(unpacked.walked.index)),
        }
    }

    impl Progress {
        fn expect(&self, layers: &[&Layer]) {
            let bytes = layers.iter().map(|layer| layer.blob.size).fold(0, u64::saturating_add);
            self.add(layers.len() as u64, bytes);
        }
    }
}
