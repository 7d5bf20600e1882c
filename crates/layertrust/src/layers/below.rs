//! An image below the one that is asked about.

use std::rc::Rc;

use crate::digest::Digest;
use crate::image::Image;
use crate::layers::proof::Comparison;
use crate::report::CandidateOrigin;
use crate::statement::binding::Vouchers;
use crate::verify::Signer;

/// An image that is signed, allowed, and proved to be the bottom of this one.
#[derive(Debug)]
pub(crate) struct Below {
    pub(crate) image: Image,
    /// The index through which it was found, if any.
    pub(crate) index: Option<Digest>,
    /// Every index at hand that leads to it.
    pub(crate) indexes: Vec<Digest>,
    pub(crate) vouchers: Rc<Vouchers>,
    /// Who vouches for it, without repeats.
    pub(crate) signers: Vec<Signer>,
    pub(crate) comparison: Comparison,
    pub(super) origin: CandidateOrigin,
}

impl Below {
    /// Whether a digest is its platform manifest's, or an index's that leads to it.
    pub(crate) fn is_named_by(&self, digest: &Digest) -> bool {
        self.image.digest == *digest || self.indexes.contains(digest)
    }

    pub(crate) fn len(&self) -> usize {
        self.image.layers.len()
    }
}

/// Each signer once, in a fixed order.
pub(super) fn distinct<'s>(signers: impl Iterator<Item = &'s Signer>) -> Vec<Signer> {
    let mut all: Vec<Signer> = Vec::new();
    for signer in signers {
        if all.iter().all(|known| known.id() != signer.id()) {
            all.push(signer.clone());
        }
    }
    all.sort_by_key(Signer::id);
    all
}
