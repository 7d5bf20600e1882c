//! Layer by layer: is the base really the bottom of this image?

use crate::code::Code;
use crate::error::{Error, Result};
use crate::files::{LayerReader, Opened, TABLE_ANNOTATIONS, TableView};
use crate::image::{Image, Layer};
use crate::oci::media_type::layer_compression;
use crate::report::{Layers, Proof};

/// What the configs and manifests alone say about a base.
#[derive(Debug)]
pub(crate) enum Claim {
    /// The base's complete diff IDs are the image's first.
    Prefix,
    /// They are not.
    NotPrefix,
    /// They are not, although a blob is the very same: one of the two configs lies about it.
    Conflict(usize, Error),
}

/// Compares diff IDs. Nothing is opened, nothing is proved.
pub(crate) fn claim(image: &Image, base: &Image) -> Claim {
    let differs = |(at, (image, base)): (usize, (&Layer, &Layer))| {
        (image.diff_id != base.diff_id && image.blob.digest == base.blob.digest).then(|| {
            let error = Error::new(Code::DiffIdMismatch, format!("layer {at}, blob {}", image.blob.digest))
                .expected(format!("diff ID {}, as the base's config lists it", base.diff_id))
                .found(format!("{} in this image's config", image.diff_id));
            (at, error)
        })
    };
    if let Some((at, error)) = image.layers.iter().zip(&*base.layers).enumerate().find_map(differs) {
        return Claim::Conflict(at, error);
    }
    let is_prefix = base.layers.len() <= image.layers.len()
        && image.layers.iter().zip(&*base.layers).all(|(image, base)| image.diff_id == base.diff_id)
        // A stack of empty layers is the bottom of nearly everything.
        && base.layers.iter().any(|layer| !layer.diff_id.is_known_empty());
    if is_prefix { Claim::Prefix } else { Claim::NotPrefix }
}

/// How each layer of a claimed base is proved.
#[derive(Debug, Clone)]
pub(crate) struct Comparison {
    /// One for each layer of the base.
    pub(crate) layers: Vec<Proof>,
    /// The weakest of them.
    pub(crate) grade: Proof,
    /// What opening the image's own blobs brought to light.
    pub(crate) faults: Vec<(usize, Error)>,
}

/// Proves a claimed base: the same blob, or a blob that was opened and hashes to its diff ID.
pub(crate) fn compare(image: &Image, base: &Image, reader: &LayerReader<'_, '_>, mode: Layers) -> Comparison {
    let mut comparison = Comparison { layers: Vec::new(), grade: Proof::None, faults: Vec::new() };
    let mut only_empty = true;
    for (at, (mine, theirs)) in image.layers.iter().zip(&*base.layers).enumerate() {
        let proof = if is_same_blob(mine, theirs) {
            only_empty = only_empty && mine.diff_id.is_known_empty();
            Proof::SameBlob
        } else if mode == Layers::None {
            only_empty = false;
            Proof::Claimed
        } else {
            match check(mine, reader) {
                Ok(opened) => {
                    only_empty = only_empty && !opened.has_entries;
                    match opened.table {
                        // Nobody knows what runtimes see that read the table instead of the tar.
                        TableView::NotCompared => Proof::Claimed,
                        TableView::Absent | TableView::Agrees => Proof::Recomputed,
                    }
                }
                Err(error) => {
                    let refuted = matches!(
                        error.code(),
                        Code::DiffIdMismatch | Code::LayerInconsistent | Code::DigestMismatch
                    );
                    comparison.faults.push((at, error));
                    if refuted { Proof::None } else { Proof::Claimed }
                }
            }
        };
        comparison.layers.push(proof);
    }
    let weakest = comparison.layers.iter().copied().min().unwrap_or(Proof::None);
    comparison.grade = if only_empty { Proof::None } else { weakest };
    comparison
}

fn is_same_blob(image: &Layer, base: &Layer) -> bool {
    image.blob.digest == base.blob.digest
        && image.blob.size == base.blob.size
        && image.blob.media_type == base.blob.media_type
        && !image.blob.has_urls
        && TABLE_ANNOTATIONS.iter().all(|key| image.blob.annotation(key) == base.blob.annotation(key))
}

/// Opens a layer and compares it with the diff ID that the config lists.
fn check(layer: &Layer, reader: &LayerReader<'_, '_>) -> Result<Opened> {
    let opened = reader.open(layer)?;
    if opened.diff_id != layer.diff_id {
        return Err(Error::new(Code::DiffIdMismatch, format!("layer {}", layer.blob.digest))
            .expected(format!("{}, as the config lists it", layer.diff_id))
            .found(opened.diff_id));
    }
    Ok(opened)
}

/// Layers of a type that no runtime known here unpacks: named, never silently owned.
pub(crate) fn unknown_types(image: &Image) -> Vec<(usize, Error)> {
    let unknown = image
        .layers
        .iter()
        .enumerate()
        .filter(|(_, layer)| layer_compression(&layer.blob.media_type).is_none());
    unknown.map(|(at, layer)| (at, unknown_type(layer))).collect()
}

fn unknown_type(layer: &Layer) -> Error {
    Error::new(Code::UnsupportedFormat, format!("layer {}", layer.blob.digest))
        .expected("a tar layer, plain, gzip or zstd")
        .found(format!("media type {:?}", layer.blob.media_type))
}

/// Opens every layer of an image: which hold, and what is wrong with the others.
pub(crate) fn check_all(image: &Image, reader: &LayerReader<'_, '_>) -> Vec<Result<Opened>> {
    reader.open_all(&image.layers);
    image
        .layers
        .iter()
        .map(|layer| match layer_compression(&layer.blob.media_type) {
            Some(_) => check(layer, reader),
            None => Err(unknown_type(layer)),
        })
        .collect()
}
