//! Where images and evidence come from: this machine, or the caller's own storage.

mod calls;
mod descriptors;

use std::ffi::{c_char, c_void};
use std::path::Path;
use std::sync::Arc;

use layertrust_core::{
    Evidence, ImageReference, Limits, LocalSource, Result, Selector, Source, Stack, Transport,
};

use crate::error::layertrust_error;
use crate::ffi::{free, handle, optional, optional_text, out, path, required, text, usage};
use crate::panic::{fallible, infallible};
use crate::policy::layertrust_policy;
use crate::result::layertrust_result;
use calls::Calls;
pub use calls::{
    layertrust_close_callback, layertrust_destroy_callback, layertrust_list_callback,
    layertrust_open_callback, layertrust_read_callback, layertrust_referrers_callback,
    layertrust_resolve_callback,
};
pub use descriptors::layertrust_descriptors;

/// A place that holds images and what is attached to them.
pub struct layertrust_source(Place);

/// What a source is, shared with the verifications that use it.
#[derive(Clone)]
pub(crate) enum Place {
    Local { source: Arc<LocalSource>, reference: Arc<str>, selector: Selector },
    Calls(Arc<Calls>),
}

impl layertrust_source {
    pub(crate) fn place(&self) -> Place {
        self.0.clone()
    }

    fn calls(&self) -> Result<&Calls> {
        match &self.0 {
            Place::Calls(calls) => Ok(calls),
            Place::Local { .. } => Err(usage("source", "one of callbacks", "one on this machine")),
        }
    }

    fn open(reference: &ImageReference, name: String, policy: Option<&layertrust_policy>) -> Result<Self> {
        let limits = policy.map_or_else(Limits::default, |policy| *policy.verifier.policy().limits());
        Ok(layertrust_source(Place::Local {
            source: Arc::new(LocalSource::open(reference, &limits)?),
            reference: name.into(),
            selector: reference.selector.clone(),
        }))
    }

    /// What lies at a path that need not be UTF-8, and so cannot stand in a reference.
    fn open_path(
        scheme: &str,
        transport: Transport,
        path: &Path,
        image: Option<&str>,
        policy: Option<&layertrust_policy>,
    ) -> Result<Self> {
        let mut reference: ImageReference = "oci:.".parse()?;
        reference.transport = transport;
        reference.selector = image.map_or(Ok(Selector::Only), selector)?;
        let suffix = match &reference.selector {
            Selector::Only => String::new(),
            Selector::Tag(tag) => format!(":{tag}"),
            Selector::Digest(digest) => format!("@{digest}"),
        };
        Self::open(&reference, format!("{scheme}:{}{suffix}", path.display()), policy)
    }
}

impl Place {
    /// How reports call it, where the request does not say.
    pub(crate) fn reference(&self) -> &str {
        match self {
            Place::Local { reference, .. } => reference,
            Place::Calls(_) => "custom source",
        }
    }

    /// The source as evidence for another one.
    pub(crate) fn source(&self) -> Arc<dyn Source> {
        match self {
            Place::Local { source, .. } => source.clone(),
            Place::Calls(calls) => calls.clone(),
        }
    }

    /// The image's source with the evidence on it, and what to take of it.
    pub(crate) fn stack(
        &self,
        wanted: Option<Selector>,
        evidence: &Evidence,
        limits: &Limits,
    ) -> Result<(Stack, Selector)> {
        match self {
            Place::Local { source, selector, .. } => {
                evidence.stack(source.clone(), wanted.as_ref().unwrap_or(selector), limits)
            }
            Place::Calls(calls) => {
                Ok((evidence.stack_on(Box::new(calls.clone())), wanted.unwrap_or(Selector::Only)))
            }
        }
    }
}

/// A tag, or a digest: no tag has a colon.
pub(crate) fn selector(text: &str) -> Result<Selector> {
    match text {
        "" => Err(usage("image", "a tag or a digest", "an empty string")),
        text if text.starts_with("sha256:") || text.starts_with("sha512:") => {
            text.parse().map(Selector::Digest)
        }
        text => Ok(Selector::Tag(text.to_owned())),
    }
}

/// Opens what a reference names: oci:DIR[:TAG|@DIGEST], oci-archive:FILE[:TAG|@DIGEST],
/// docker-archive:FILE[:REF|@DIGEST], dir:DIR, and bundle:FILE|DIR, which is evidence only. The limits are those of
/// `policy`; NULL means the built-in ones.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn layertrust_source_open(
    reference: *const c_char,
    policy: *const layertrust_policy,
    source: *mut *mut layertrust_source,
    error: *mut *mut layertrust_error,
) -> layertrust_result {
    fallible!(error, {
        let source = out(source, "source")?;
        let name = text(reference, "reference")?;
        source.fill(layertrust_source::open(&name.parse()?, name.to_owned(), optional(policy))?);
        Ok(())
    })
}

/// Opens an OCI layout in a folder. `image` is a tag or a digest; NULL means the only image there is.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn layertrust_source_open_layout(
    path: *const c_char,
    image: *const c_char,
    policy: *const layertrust_policy,
    source: *mut *mut layertrust_source,
    error: *mut *mut layertrust_error,
) -> layertrust_result {
    fallible!(error, {
        let source = out(source, "source")?;
        let path = self::path(path, "path")?;
        let (image, policy) = (optional_text(image, "image")?, optional(policy));
        let transport = Transport::OciDir(path.to_owned());
        source.fill(layertrust_source::open_path("oci", transport, path, image, policy)?);
        Ok(())
    })
}

/// Opens an archive: an OCI layout in a tar file or what `docker save` writes, plain, gzip or zstd. `image` is a tag (or the name
/// of an image in a Docker archive) or a digest; NULL means the only image there is.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn layertrust_source_open_archive(
    path: *const c_char,
    image: *const c_char,
    policy: *const layertrust_policy,
    source: *mut *mut layertrust_source,
    error: *mut *mut layertrust_error,
) -> layertrust_result {
    fallible!(error, {
        let source = out(source, "source")?;
        let path = self::path(path, "path")?;
        let (image, policy) = (optional_text(image, "image")?, optional(policy));
        let transport = Transport::DockerArchive(path.to_owned());
        source.fill(layertrust_source::open_path("docker-archive", transport, path, image, policy)?);
        Ok(())
    })
}

/// A source that asks the caller. Blobs cannot be left out; what the setters below are not called for, the source does not
/// have. `user_data` comes with every call; `destroy` (which may be NULL) is called with it once, when nothing uses the
/// source any more. If this function fails, it is not called.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn layertrust_source_new_callbacks(
    user_data: *mut c_void,
    destroy: layertrust_destroy_callback,
    open: layertrust_open_callback,
    read: layertrust_read_callback,
    close: layertrust_close_callback,
    source: *mut *mut layertrust_source,
    error: *mut *mut layertrust_error,
) -> layertrust_result {
    fallible!(error, {
        let source = out(source, "source")?;
        let blobs = (required(open, "open")?, required(read, "read")?, required(close, "close")?);
        let calls = Calls::new(user_data, destroy, blobs);
        source.fill(layertrust_source(Place::Calls(Arc::new(calls))));
        Ok(())
    })
}

/// How the source finds an image by its tag or digest. NULL takes the callback away.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn layertrust_source_on_resolve(
    source: *mut layertrust_source,
    resolve: layertrust_resolve_callback,
    error: *mut *mut layertrust_error,
) -> layertrust_result {
    fallible!(error, {
        handle(source, "source")?.calls()?.change(|callbacks| callbacks.resolve = resolve);
        Ok(())
    })
}

/// How the source finds what is attached to a digest: signatures, attestations. NULL takes the callback away.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn layertrust_source_on_referrers(
    source: *mut layertrust_source,
    referrers: layertrust_referrers_callback,
    error: *mut *mut layertrust_error,
) -> layertrust_result {
    fallible!(error, {
        handle(source, "source")?.calls()?.change(|callbacks| callbacks.referrers = referrers);
        Ok(())
    })
}

/// Which images and indexes the source brings where it is evidence: candidates for the base. NULL takes the callback away.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn layertrust_source_on_images(
    source: *mut layertrust_source,
    images: layertrust_list_callback,
    error: *mut *mut layertrust_error,
) -> layertrust_result {
    fallible!(error, {
        handle(source, "source")?.calls()?.change(|callbacks| callbacks.images = images);
        Ok(())
    })
}

/// Frees a source; NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn layertrust_source_free(source: *mut layertrust_source) {
    infallible!((), {
        free(source);
        None
    });
}
