//! A source that stops when its call is to end.

use std::io::{self, Read};
use std::sync::Arc;

use layertrust::{Descriptor, DiffId, Digest, Error, Limits, Referrers, Selector, Source, Want};

use crate::call::Call;

/// What the library is given instead of the source: every answer and every read first asks whether to go on.
pub(crate) struct Watched<S> {
    source: S,
    call: Arc<Call>,
}

impl<S: Source> Watched<S> {
    pub(crate) fn new(source: S, call: &Arc<Call>) -> Self {
        Watched { source, call: call.clone() }
    }

    fn ask<T>(&self, question: impl FnOnce(&S) -> Result<T, Error>) -> Result<T, Error> {
        self.call.check()?;
        self.call.reading(|| question(&self.source))
    }

    fn watch<'r>(&self, reader: Option<Box<dyn Read + Send + 'r>>) -> Option<Box<dyn Read + Send + 'r>> {
        reader.map(|reader| Box::new(WatchedReader { reader, call: self.call.clone() }) as _)
    }
}

impl<S: Source> Source for Watched<S> {
    fn resolve(&self, selector: &Selector) -> Result<Option<Descriptor>, Error> {
        self.ask(|source| source.resolve(selector))
    }

    fn blob(&self, digest: &Digest) -> Result<Option<Box<dyn Read + Send + '_>>, Error> {
        self.call.check()?;
        Ok(self.watch(self.call.reading(|| self.source.blob(digest))?))
    }

    fn referrers(&self, subject: &Digest, limits: &Limits) -> Result<Referrers, Error> {
        self.ask(|source| source.referrers(subject, limits))
    }

    fn images(&self, limits: &Limits) -> Result<Vec<Descriptor>, Error> {
        self.ask(|source| source.images(limits))
    }

    fn layer_by_diff_id(&self, diff_id: &DiffId) -> Result<Option<Box<dyn Read + Send + '_>>, Error> {
        self.call.check()?;
        Ok(self.watch(self.call.reading(|| self.source.layer_by_diff_id(diff_id))?))
    }

    fn prefetch(&self, wants: &[Want]) {
        self.call.reading(|| self.source.prefetch(wants));
    }

    fn expects(&self, digest: &Digest) -> bool {
        self.source.expects(digest)
    }
}

struct WatchedReader<'r> {
    reader: Box<dyn Read + Send + 'r>,
    call: Arc<Call>,
}

impl Read for WatchedReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.call.check().map_err(io::Error::other)?;
        let read = self.call.reading(|| self.reader.read(buffer));
        if read.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::Interrupted) {
            // A signal ended the read: its handler runs now, and the library reads on if that raises nothing.
            self.call.check_signals();
        }
        read
    }
}
