//! What the images of a run are asked with.

use std::sync::Arc;

use crate::code::Code;
use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::limits::Limits;
use crate::oci::local::LocalSource;
use crate::oci::reference::{ImageReference, Selector};
use crate::oci::source::{Source, Stack};

/// Sources of evidence, and the bases that the caller names: opened once, shared by every image.
#[derive(Clone, Default)]
pub struct Evidence {
    sources: Vec<Arc<dyn Source>>,
    bases: Vec<Digest>,
}

impl Evidence {
    /// Adds a source.
    #[must_use]
    pub fn with(mut self, source: Arc<dyn Source>) -> Self {
        self.sources.push(source);
        self
    }

    /// Adds what a reference names.
    ///
    /// # Errors
    /// What [`LocalSource::open`] says.
    pub fn open(self, reference: &ImageReference, limits: &Limits) -> Result<Self> {
        Ok(self.with(Arc::new(LocalSource::open(reference, limits)?)))
    }

    /// Names a base candidate by its digest: a hint that must prove itself like any other.
    #[must_use]
    pub fn base_digest(mut self, digest: Digest) -> Self {
        self.bases.push(digest);
        self
    }

    /// Adds what a reference names, and names it as a base candidate.
    ///
    /// # Errors
    /// As [`Evidence::base_in`].
    pub fn base(self, reference: &ImageReference, limits: &Limits) -> Result<Self> {
        let source = LocalSource::open(reference, limits)?;
        self.base_in(source, &reference.selector, limits).map_err(|error| error.about(reference))
    }

    /// Adds a source, and names the image in it as a base candidate.
    ///
    /// # Errors
    /// `not-found` if it holds no such image.
    pub fn base_in(self, source: LocalSource, selector: &Selector, limits: &Limits) -> Result<Self> {
        let selector = source.select(selector, self.sources(), limits)?;
        match (&source, &selector) {
            // Bound to a manifest that other evidence holds.
            (LocalSource::DockerArchive(_), Selector::Digest(digest)) => {
                let digest = *digest;
                Ok(self.with(Arc::new(source)).base_digest(digest))
            }
            _ => self.base_of(Arc::new(source), &selector),
        }
    }

    /// Adds any source, and names the image that is selected in it as a base candidate.
    ///
    /// # Errors
    /// `not-found` if it holds no such image.
    pub fn base_of(self, source: Arc<dyn Source>, selector: &Selector) -> Result<Self> {
        let found = source.resolve(selector)?.ok_or_else(|| {
            Error::new(Code::NotFound, "base").expected("an image of that name").found("none")
        })?;
        Ok(self.with(source).base_digest(found.digest))
    }

    /// The bases that the caller named.
    #[must_use]
    pub fn bases(&self) -> &[Digest] {
        &self.bases
    }

    /// An image with all evidence on it, and what to take of its source ([`LocalSource::select`]).
    ///
    /// # Errors
    /// What [`LocalSource::select`] says.
    pub fn stack(
        &self,
        image: impl Into<Arc<LocalSource>>,
        selector: &Selector,
        limits: &Limits,
    ) -> Result<(Stack, Selector)> {
        let image = image.into();
        let selector = image.select(selector, self.sources(), limits)?;
        Ok((self.stack_on(Box::new(image)), selector))
    }

    /// Any source with all evidence on it.
    #[must_use]
    pub fn stack_on(&self, image: Box<dyn Source>) -> Stack {
        let add = |stack: Stack, source: &Arc<dyn Source>| stack.evidence(Box::new(source.clone()));
        self.sources.iter().fold(Stack::new(image), add)
    }

    fn sources(&self) -> impl Iterator<Item = &dyn Source> {
        self.sources.iter().map(|source| &**source)
    }
}
