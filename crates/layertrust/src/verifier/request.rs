//! What is asked of a verifier.

use std::num::NonZeroUsize;
use std::sync::Arc;

use jiff::Timestamp;

use crate::digest::Digest;
use crate::files::{Opening, Progress};
use crate::oci::{Platform, Selector};
use crate::report::{Layers, NowSource};

/// One question: which image, when, for which platforms.
///
/// Time is an argument: the library reads no clock.
#[derive(Debug, Clone)]
pub struct Request {
    pub(crate) reference: String,
    pub(crate) selector: Selector,
    pub(crate) now: Timestamp,
    pub(crate) now_source: NowSource,
    pub(crate) platforms: Vec<Platform>,
    pub(crate) layers: Layers,
    pub(crate) name: Option<String>,
    pub(crate) bases: Vec<Digest>,
    threads: NonZeroUsize,
    progress: Arc<Progress>,
}

impl Request {
    /// Asks about the image that `selector` names in the source; `reference` is how reports name it.
    #[must_use]
    pub fn new(reference: impl Into<String>, selector: Selector, now: Timestamp) -> Self {
        Request {
            reference: reference.into(),
            selector,
            now,
            now_source: NowSource::Argument,
            platforms: Vec::new(),
            layers: Layers::Auto,
            name: None,
            bases: Vec::new(),
            threads: NonZeroUsize::MIN,
            progress: Arc::default(),
        }
    }

    /// Says in the report that `now` is the clock's.
    #[must_use]
    pub fn now_from_clock(mut self) -> Self {
        self.now_source = NowSource::Clock;
        self
    }

    /// Only these platforms; all by default. Each must be there.
    #[must_use]
    pub fn platforms(mut self, platforms: Vec<Platform>) -> Self {
        self.platforms = platforms;
        self
    }

    /// Which layers are opened.
    #[must_use]
    pub fn layers(mut self, layers: Layers) -> Self {
        self.layers = layers;
        self
    }

    /// The name under which a local image will be deployed.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Names a base candidate: a hint that must prove itself like any other.
    #[must_use]
    pub fn base(mut self, digest: Digest) -> Self {
        self.bases.push(digest);
        self
    }

    /// How many layers are opened at once: 1 by default, and then no thread is started. More than one share the
    /// source.
    #[must_use]
    pub fn threads(mut self, count: NonZeroUsize) -> Self {
        self.threads = count;
        self
    }

    /// Counts what is opened here, for another thread to show.
    #[must_use]
    pub fn progress(mut self, progress: Arc<Progress>) -> Self {
        self.progress = progress;
        self
    }

    pub(crate) fn opening(&self, files: bool) -> Opening {
        Opening { files, threads: self.threads.get(), progress: self.progress.clone() }
    }
}
