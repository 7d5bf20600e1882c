//! Stage 2: manifest and config put together into images, one for each platform.

mod resolve;

use std::rc::Rc;

pub(crate) use resolve::{Resolved, Target, platform_faults, resolve};

use crate::code::Code;
use crate::digest::{ChainId, DiffId, Digest};
use crate::error::{Error, Result};
use crate::oci::config::ImageConfig;
use crate::oci::descriptor::Descriptor;
use crate::oci::documents::Documents;
use crate::oci::manifest::{Document, Manifest};
use crate::oci::media_type::is_image_config;
use crate::oci::platform::Platform;

/// One platform's image: a checked manifest and its checked config, layers zipped with their diff IDs.
///
/// The diff IDs are the config's claim until a blob is opened or equals one that was proved.
#[derive(Debug, Clone)]
pub(crate) struct Image {
    pub(crate) digest: Digest,
    pub(crate) manifest: Rc<Parts>,
    pub(crate) config: Rc<ImageConfig>,
    pub(crate) layers: Rc<[Layer]>,
}

/// The parts of a manifest that an image keeps.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) config: Descriptor,
    pub(crate) annotations: std::collections::BTreeMap<String, String>,
}

/// A layer: the blob that the manifest lists and the diff ID that the config lists for it.
#[derive(Debug)]
pub(crate) struct Layer {
    pub(crate) blob: Descriptor,
    pub(crate) diff_id: DiffId,
}

impl Image {
    /// Puts an image together from a manifest that was fetched by `digest`.
    pub(crate) fn assemble(documents: &Documents<'_>, digest: Digest, manifest: &Manifest) -> Result<Self> {
        let what = format!("manifest {digest}");
        if !is_image_config(&manifest.config.media_type) {
            return Err(Error::new(Code::UnsupportedFormat, what)
                .expected("an image config, OCI's or Docker's")
                .found(format!("{:?}", manifest.config.media_type))
                .hint("Name a container image; what other artifacts hold is not verified."));
        }
        let config = documents.config(&manifest.config)?;
        if manifest.layers.is_empty() {
            return Err(Error::new(Code::Malformed, what).expected("at least one layer").found("none"));
        }
        if manifest.layers.len() != config.diff_ids.len() {
            return Err(Error::new(Code::Malformed, what)
                .expected(format!("as many layers as the config has diff IDs, {}", config.diff_ids.len()))
                .found(manifest.layers.len()));
        }
        let zipped = manifest.layers.iter().zip(&config.diff_ids);
        let layers = zipped.map(|(blob, diff_id)| Layer { blob: blob.clone(), diff_id: *diff_id }).collect();
        let kept = Parts { config: manifest.config.clone(), annotations: manifest.annotations.clone() };
        Ok(Image { digest, manifest: Rc::new(kept), config, layers })
    }

    /// Fetches and assembles the image that a descriptor leads to.
    pub(crate) fn fetch(documents: &Documents<'_>, descriptor: &Descriptor) -> Result<Self> {
        match &*documents.document(descriptor)? {
            Document::Manifest(manifest) => Image::assemble(documents, descriptor.digest, manifest),
            Document::Index(_) => {
                Err(Error::new(Code::MediaTypeMismatch, format!("document {}", descriptor.digest))
                    .expected("an image manifest")
                    .found("an index"))
            }
        }
    }

    pub(crate) fn platform(&self) -> &Platform {
        &self.config.platform
    }

    /// The chain ID of the lowest `count` layers.
    pub(crate) fn chain_id(&self, count: usize) -> Option<ChainId> {
        ChainId::of(self.layers.iter().take(count).map(|layer| layer.diff_id))
    }

    /// The chain IDs of every stack of lowest layers, the smallest first.
    pub(crate) fn chain_ids(&self) -> impl Iterator<Item = ChainId> {
        ChainId::each(self.layers.iter().map(|layer| layer.diff_id))
    }
}
