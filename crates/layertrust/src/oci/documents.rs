//! Checked access to a source: every byte that is used was hashed against the digest that led to it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::Read;
use std::rc::Rc;

use crate::code::Code;
use crate::digest::{Digest, Hasher};
use crate::error::{Error, Result};
use crate::limits::Limits;
use crate::oci::config::ImageConfig;
use crate::oci::descriptor::Descriptor;
use crate::oci::manifest::Document;
use crate::oci::reference::Selector;
use crate::oci::source::{Source, missing};

/// The documents of one verification. Each is read, hashed and parsed once, whoever asks.
pub(crate) struct Documents<'s> {
    pub(crate) source: &'s dyn Source,
    pub(crate) limits: Limits,
    bytes: Cache<Vec<u8>>,
    documents: Cache<Document>,
    configs: Cache<ImageConfig>,
}

impl<'s> Documents<'s> {
    pub(crate) fn new(source: &'s dyn Source, limits: Limits) -> Self {
        Documents {
            source,
            limits,
            bytes: RefCell::default(),
            documents: RefCell::default(),
            configs: RefCell::default(),
        }
    }

    /// What the source has under this name. Under a digest it can have that alone: a source that answers with another
    /// image was asked about one and lets another be judged.
    pub(crate) fn resolve(&self, selector: &Selector) -> Result<Option<Descriptor>> {
        let found = self.source.resolve(selector)?;
        match (selector, &found) {
            (Selector::Digest(asked), Some(other)) if other.digest != *asked => {
                Err(Error::new(Code::DigestMismatch, "what the source has under a digest")
                    .expected(asked)
                    .found(other.digest))
            }
            _ => Ok(found),
        }
    }

    /// The manifest or index behind a descriptor.
    pub(crate) fn document(&self, descriptor: &Descriptor) -> Result<Rc<Document>> {
        let bytes = self.bytes(descriptor, "manifest", ("manifest-size", self.limits.manifest_size))?;
        let document = remember(&self.documents, descriptor.digest, || {
            Document::parse(&bytes, descriptor, &self.limits).map(Rc::new)
        })?;
        // Another descriptor may have led here before; this one must be true as well.
        if descriptor.media_type != document.media_type() {
            return Err(Error::new(Code::MediaTypeMismatch, format!("document {}", descriptor.digest))
                .expected(format!("{:?}, as its descriptor says", descriptor.media_type))
                .found(document.media_type()));
        }
        Ok(document)
    }

    /// The image config behind a descriptor.
    pub(crate) fn config(&self, descriptor: &Descriptor) -> Result<Rc<ImageConfig>> {
        let bytes = self.bytes(descriptor, "config", ("config-size", self.limits.config_size))?;
        remember(&self.configs, descriptor.digest, || {
            ImageConfig::parse(&bytes, &format!("config {}", descriptor.digest), &self.limits).map(Rc::new)
        })
    }

    /// The checked bytes of evidence: read for one use and not kept.
    pub(crate) fn read_once(
        &self,
        descriptor: &Descriptor,
        role: &str,
        limit: (&'static str, u64),
    ) -> Result<Vec<u8>> {
        Limits::check(limit.0, limit.1, descriptor.size, format!("{role} {}", descriptor.digest))?;
        let mut bytes = Vec::new();
        let mut reader = Checked::open(self.source, descriptor, role)?;
        reader.read_to_end(&mut bytes).map_err(|error| reader.failure(&error))?;
        reader.finish()?;
        Ok(bytes)
    }

    /// Whether the source has a document whose bytes are known from elsewhere.
    pub(crate) fn is_there(&self, descriptor: &Descriptor, role: &str) -> Result<()> {
        Checked::open(self.source, descriptor, role).map(drop)
    }

    /// The checked bytes of a manifest, index or config: kept for all who ask.
    fn bytes(&self, descriptor: &Descriptor, role: &str, limit: (&'static str, u64)) -> Result<Rc<Vec<u8>>> {
        let bytes = remember(&self.bytes, descriptor.digest, || {
            self.read_once(descriptor, role, limit).map(Rc::new)
        })?;
        if bytes.len() as u64 != descriptor.size {
            return Err(Error::new(Code::DigestMismatch, format!("{role} {}", descriptor.digest))
                .expected(format!("{} bytes", descriptor.size))
                .found(bytes.len()));
        }
        Ok(bytes)
    }

    /// The raw bytes of a manifest or index that was read before.
    pub(crate) fn known_bytes(&self, digest: &Digest) -> Option<Rc<Vec<u8>>> {
        self.bytes.borrow().get(digest).cloned()
    }
}

type Cache<T> = RefCell<BTreeMap<Digest, Rc<T>>>;

/// Keeps what was made. A failure is not kept: it may be the fault of the descriptor that led here, and
/// must not stick to the digest.
fn remember<T>(cache: &Cache<T>, digest: Digest, make: impl FnOnce() -> Result<Rc<T>>) -> Result<Rc<T>> {
    if let Some(known) = cache.borrow().get(&digest) {
        return Ok(known.clone());
    }
    let made = make()?;
    cache.borrow_mut().insert(digest, made.clone());
    Ok(made)
}

/// A blob being read: hashed on the way, never longer than its descriptor says. What was read counts only
/// after [`Checked::finish`].
pub(crate) struct Checked<'s> {
    reader: std::io::Take<Box<dyn Read + Send + 's>>,
    hasher: Hasher,
    read: u64,
    expected: (Digest, u64),
    what: String,
}

impl<'s> Checked<'s> {
    pub(crate) fn open(source: &'s dyn Source, descriptor: &Descriptor, role: &str) -> Result<Self> {
        let digest = descriptor.digest;
        let reader = source.blob(&digest)?.ok_or_else(|| missing(role, &digest))?;
        Ok(Checked {
            // One byte more than announced shows that there is more.
            reader: reader.take(descriptor.size.saturating_add(1)),
            hasher: Hasher::new(digest.algorithm()),
            read: 0,
            expected: (digest, descriptor.size),
            what: format!("{role} {digest}"),
        })
    }

    /// Checks size and digest of all that was read.
    pub(crate) fn finish(self) -> Result<()> {
        let (digest, size) = self.expected;
        let mismatch = Error::new(Code::DigestMismatch, self.what);
        if self.read != size {
            let found = if self.read > size { "more".to_owned() } else { self.read.to_string() };
            return Err(mismatch.expected(format!("{size} bytes")).found(found));
        }
        let found = self.hasher.finish();
        if found != digest {
            return Err(mismatch.expected(digest).found(format!("bytes of {found}")));
        }
        Ok(())
    }

    pub(crate) fn failure(&self, error: &std::io::Error) -> Error {
        Error::new(Code::Io, self.what.clone()).found(error)
    }
}

impl Read for Checked<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.reader.read(buffer)?;
        let bytes = buffer.get(..count).unwrap_or_default();
        #[cfg(test)]
        crate::metrics::hashed(count);
        self.hasher.update(bytes);
        self.read += count as u64;
        Ok(count)
    }
}
