//! Where images and evidence come from.

use std::io::Read;
use std::sync::Arc;

use crate::code::Code;
use crate::digest::{DiffId, Digest};
use crate::error::{Error, Result};
use crate::limits::Limits;
use crate::oci::descriptor::Descriptor;
use crate::oci::reference::Selector;

/// A place that holds images and what is attached to them. Nothing it returns is trusted: bytes are hashed
/// against the digest that was asked for, and referrers must name their subject themselves.
///
/// Each answer is one of three: found, none, or could not look (an error of family 12xx). Confusing the
/// last two would let an unreachable source pass for an empty one.
pub trait Source: Send + Sync {
    /// The descriptor of an image or of any manifest, or none if the source has no such thing.
    fn resolve(&self, selector: &Selector) -> Result<Option<Descriptor>>;

    /// A blob's bytes, or none if the source does not have it.
    fn blob(&self, digest: &Digest) -> Result<Option<Box<dyn Read + Send + '_>>>;

    /// Everything that may be attached to `subject`: by the referrers API or what stands in for it, and
    /// by cosign's tags. Sources may return too much; the manifests decide.
    fn referrers(&self, subject: &Digest, limits: &Limits) -> Result<Referrers>;

    /// The images and indexes that the caller brought by giving this source as evidence. None by default.
    fn images(&self, _limits: &Limits) -> Result<Vec<Descriptor>> {
        Ok(Vec::new())
    }

    /// The unpacked bytes of a layer, where the source has the layer but not the blob that a manifest lists:
    /// archives that `docker save` wrote. Whoever reads them hashes them against the diff ID.
    fn layer_by_diff_id(&self, _diff_id: &DiffId) -> Result<Option<Box<dyn Read + Send + '_>>> {
        Ok(None)
    }

    /// A hint that these will be asked for soon, so that a slow source may fetch them together.
    fn prefetch(&self, _wants: &[Want]) {}

    /// Whether something that this source served names `digest`, or it is no more work to look than to know. A hint:
    /// of stacked sources those that expect a digest are asked for it first, and the others only if those lack it.
    fn expects(&self, _digest: &Digest) -> bool {
        true
    }
}

/// A source that several questions share.
impl<S: Source + ?Sized> Source for Arc<S> {
    fn resolve(&self, selector: &Selector) -> Result<Option<Descriptor>> {
        (**self).resolve(selector)
    }

    fn blob(&self, digest: &Digest) -> Result<Option<Box<dyn Read + Send + '_>>> {
        (**self).blob(digest)
    }

    fn referrers(&self, subject: &Digest, limits: &Limits) -> Result<Referrers> {
        (**self).referrers(subject, limits)
    }

    fn images(&self, limits: &Limits) -> Result<Vec<Descriptor>> {
        (**self).images(limits)
    }

    fn layer_by_diff_id(&self, diff_id: &DiffId) -> Result<Option<Box<dyn Read + Send + '_>>> {
        (**self).layer_by_diff_id(diff_id)
    }

    fn prefetch(&self, wants: &[Want]) {
        (**self).prefetch(wants);
    }

    fn expects(&self, digest: &Digest) -> bool {
        (**self).expects(digest)
    }
}

/// Something that will be asked for soon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Want {
    /// A manifest, index or blob; its media type says which. A manifest's config is wanted with it.
    Blob(Descriptor),
    /// The manifest or index of a digest, of which no more is known.
    Manifest(Digest),
    /// The referrers of a digest, and then what they hold.
    Referrers(Digest),
}

impl Want {
    /// A manifest or index, and what is attached to it.
    pub(crate) fn with_referrers(descriptor: &Descriptor) -> [Self; 2] {
        [Want::Referrers(descriptor.digest), Want::Blob(descriptor.clone())]
    }
}

/// Something that may be attached to a digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Referrer {
    /// The manifest.
    pub descriptor: Descriptor,
    /// How it was found.
    pub origin: Origin,
}

impl Referrer {
    /// A payload that lies loose in a file has its signature in the annotations: it may be there with
    /// several. Everything else is what its digest is.
    fn is_same(&self, other: &Self) -> bool {
        let (one, two) = (&self.descriptor, &other.descriptor);
        one.digest == two.digest && (other.origin != Origin::BundleFile || one.annotations == two.annotations)
    }
}

/// How a piece of evidence was found: a class, never a location.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Origin {
    /// By its `subject` (distribution-spec, referrers).
    Referrer,
    /// By the tag `sha256-<hex>` that stands in for the referrers API.
    FallbackTag,
    /// By cosign's tags `sha256-<hex>.sig` and `.att`.
    CosignTag,
    /// By the `kind` annotation of `cosign save`.
    CosignSave,
    /// In a file that the caller gave, or beside the image in a folder of skopeo's.
    BundleFile,
    /// As a child of the image's own index, as BuildKit writes attestations.
    IndexChild,
}

impl Origin {
    /// Whether a manifest found this way must name its subject itself.
    pub(crate) fn needs_subject(self) -> bool {
        matches!(self, Origin::Referrer | Origin::FallbackTag)
    }
}

/// What a source has attached to one digest.
#[derive(Debug, Default)]
pub struct Referrers {
    /// Candidates, in the source's order.
    pub found: Vec<Referrer>,
    /// Why parts of the answer are missing: a stacked source that could not look or had too many.
    pub incomplete: Vec<Error>,
}

/// An image's source with further sources of evidence on it.
///
/// Names are resolved in the image's source alone. Evidence is read first, so that a flood of referrers in
/// the image's source cannot hide it.
pub struct Stack {
    image: Box<dyn Source>,
    evidence: Vec<Box<dyn Source>>,
}

impl Stack {
    /// The image's source.
    #[must_use]
    pub fn new(image: Box<dyn Source>) -> Self {
        Stack { image, evidence: Vec::new() }
    }

    /// Adds a source of evidence.
    #[must_use]
    pub fn evidence(mut self, source: Box<dyn Source>) -> Self {
        self.evidence.push(source);
        self
    }

    fn evidence_first(&self) -> impl Iterator<Item = &dyn Source> {
        self.evidence.iter().chain([&self.image]).map(Box::as_ref)
    }

    fn image_first(&self) -> impl Iterator<Item = &dyn Source> {
        [&self.image].into_iter().chain(&self.evidence).map(Box::as_ref)
    }

    /// Whoever expects the digest first: what another registry holds is not asked of the image's before.
    fn likely_first(&self, digest: &Digest) -> impl Iterator<Item = &dyn Source> {
        let likely = self.image_first().filter(|source| source.expects(digest));
        likely.chain(self.image_first().filter(|source| !source.expects(digest)))
    }
}

/// The first answer that is not "none"; an error only if no later source has an answer.
fn first<T>(mut answers: impl Iterator<Item = Result<Option<T>>>) -> Result<Option<T>> {
    let mut failure = None;
    let found = answers.find_map(|answer| match answer {
        Ok(answer) => answer,
        Err(error) => {
            failure.get_or_insert(error);
            None
        }
    });
    match (found, failure) {
        (None, Some(error)) => Err(error),
        (found, _) => Ok(found),
    }
}

impl Source for Stack {
    fn resolve(&self, selector: &Selector) -> Result<Option<Descriptor>> {
        match selector {
            Selector::Digest(digest) => {
                first(self.likely_first(digest).map(|source| source.resolve(selector)))
            }
            Selector::Tag(_) | Selector::Only => self.image.resolve(selector),
        }
    }

    fn blob(&self, digest: &Digest) -> Result<Option<Box<dyn Read + Send + '_>>> {
        first(self.likely_first(digest).map(|source| source.blob(digest)))
    }

    fn referrers(&self, subject: &Digest, limits: &Limits) -> Result<Referrers> {
        let mut all = Referrers::default();
        for source in self.evidence_first() {
            match source.referrers(subject, limits).and_then(|answer| bounded(answer, subject, limits)) {
                Ok(answer) => {
                    all.incomplete.extend(answer.incomplete);
                    for referrer in answer.found {
                        if !all.found.iter().any(|known| known.is_same(&referrer)) {
                            all.found.push(referrer);
                        }
                    }
                }
                Err(error) => all.incomplete.push(error),
            }
        }
        Ok(all)
    }

    fn images(&self, limits: &Limits) -> Result<Vec<Descriptor>> {
        let mut all = Vec::new();
        for source in &self.evidence {
            all.extend(source.images(limits)?);
        }
        Ok(all)
    }

    fn layer_by_diff_id(&self, diff_id: &DiffId) -> Result<Option<Box<dyn Read + Send + '_>>> {
        // Of the image's own source alone: the same tar in other archives says nothing about a blob here.
        self.image.layer_by_diff_id(diff_id)
    }

    fn prefetch(&self, wants: &[Want]) {
        self.image_first().for_each(|source| source.prefetch(wants));
    }

    fn expects(&self, digest: &Digest) -> bool {
        self.image_first().any(|source| source.expects(digest))
    }
}

/// Of a digest with too many referrers none is used.
pub(crate) fn bounded(answer: Referrers, subject: &Digest, limits: &Limits) -> Result<Referrers> {
    let found = answer.found.len() as u64;
    Limits::check("referrers", limits.referrers, found, format!("referrers of {subject}")).map(|()| answer)
}

/// The error for a digest that no source has.
pub(crate) fn missing(what: &str, digest: &Digest) -> Error {
    Error::new(Code::BlobMissing, format!("{what} {digest}"))
        .expected("its bytes")
        .found("no source has them")
}

#[cfg(test)]
mod tests;
