//! Questions: which image, when, with which evidence.

use std::ffi::c_char;
use std::num::NonZeroUsize;
use std::sync::Mutex;

use jiff::Timestamp;
use layertrust_core::report::Layers;
use layertrust_core::{Evidence, Limits, Platform, Request, Result, Selector, Stack};

use crate::error::layertrust_error;
use crate::ffi::{free, handle, lock, out, text, usage};
use crate::panic::{fallible, infallible};
use crate::result::layertrust_result;
use crate::source::{Place, layertrust_source, selector};

/// One question. It can be asked again, and changed in between.
pub struct layertrust_request(Mutex<Question>);

/// What is asked, apart from the image's source.
#[derive(Clone)]
pub(crate) struct Question {
    now: Timestamp,
    image: Option<Selector>,
    reference: Option<String>,
    name: Option<String>,
    platforms: Vec<Platform>,
    layers: Layers,
    threads: NonZeroUsize,
    evidence: Evidence,
}

impl layertrust_request {
    /// A copy: a verification takes no part in later changes.
    pub(crate) fn question(&self) -> Question {
        lock(&self.0).clone()
    }

    fn change(&self, step: impl FnOnce(&mut Question)) {
        step(&mut lock(&self.0));
    }
}

impl Question {
    /// The question as Rust's library takes it, and the source with all evidence on it.
    pub(crate) fn put(self, image: &Place, limits: &Limits) -> Result<(Stack, Request)> {
        let (stack, selector) = image.stack(self.image, &self.evidence, limits)?;
        let reference = self.reference.unwrap_or_else(|| image.reference().to_owned());
        let mut request = Request::new(reference, selector, self.now)
            .platforms(self.platforms)
            .layers(self.layers)
            .threads(self.threads);
        if let Some(name) = self.name {
            request = request.name(name);
        }
        Ok((stack, self.evidence.bases().iter().fold(request, |request, base| request.base(*base))))
    }
}

/// Which layers are opened.
#[repr(u32)]
#[derive(Clone, Copy)]
#[allow(dead_code, reason = "the numbers come from C")]
pub enum layertrust_layers {
    /// Those that proof and policy need.
    LAYERTRUST_LAYERS_AUTO = 0,
    /// All of them, and what they changed and added is reported.
    LAYERTRUST_LAYERS_ALL = 1,
    /// None; rules that need one are not evaluated, which is an error.
    LAYERTRUST_LAYERS_NONE = 2,
}

/// Starts a question. `now` is the time that rules are evaluated at, in seconds since 1970-01-01 UTC, for instance
/// time(NULL): the library has no clock of its own.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn layertrust_request_new(
    now: i64,
    request: *mut *mut layertrust_request,
    error: *mut *mut layertrust_error,
) -> layertrust_result {
    fallible!(error, {
        let request = out(request, "request")?;
        request.fill(layertrust_request(Mutex::new(Question {
            now: seconds(now)?,
            image: None,
            reference: None,
            name: None,
            platforms: Vec::new(),
            layers: Layers::Auto,
            threads: NonZeroUsize::MIN,
            evidence: Evidence::default(),
        })));
        Ok(())
    })
}

pub(crate) fn seconds(now: i64) -> Result<Timestamp> {
    Timestamp::from_second(now).map_err(|error| usage("now", "seconds since 1970-01-01 UTC", error))
}

/// Another time, in RFC 3339, for instance "2026-11-24T12:00:00Z".
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn layertrust_request_set_now(
    request: *mut layertrust_request,
    now: *const c_char,
    error: *mut *mut layertrust_error,
) -> layertrust_result {
    fallible!(error, {
        let request = handle(request, "request")?;
        let now = text(now, "now")?
            .parse::<Timestamp>()
            .map_err(|error| usage("now", "a time in RFC 3339", error))?;
        request.change(|question| question.now = now);
        Ok(())
    })
}

/// Which image of the source: a tag, or a digest ("sha256:…"), instead of what the source was opened with.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn layertrust_request_set_image(
    request: *mut layertrust_request,
    image: *const c_char,
    error: *mut *mut layertrust_error,
) -> layertrust_result {
    fallible!(error, {
        let request = handle(request, "request")?;
        let image = selector(text(image, "image")?)?;
        request.change(|question| question.image = Some(image));
        Ok(())
    })
}

/// How reports call the image; by default the reference that its source was opened with.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn layertrust_request_set_reference(
    request: *mut layertrust_request,
    reference: *const c_char,
    error: *mut *mut layertrust_error,
) -> layertrust_result {
    fallible!(error, {
        let request = handle(request, "request")?;
        let reference = text(reference, "reference")?.to_owned();
        request.change(|question| question.reference = Some(reference));
        Ok(())
    })
}

/// The name under which a local image will be deployed, which the policy may have rules for.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn layertrust_request_set_name(
    request: *mut layertrust_request,
    name: *const c_char,
    error: *mut *mut layertrust_error,
) -> layertrust_result {
    fallible!(error, {
        let request = handle(request, "request")?;
        let name = text(name, "name")?.to_owned();
        request.change(|question| question.name = Some(name));
        Ok(())
    })
}

/// Only this platform, for instance "linux/amd64", and others that are added. Each must be there. All by default.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn layertrust_request_add_platform(
    request: *mut layertrust_request,
    platform: *const c_char,
    error: *mut *mut layertrust_error,
) -> layertrust_result {
    fallible!(error, {
        let request = handle(request, "request")?;
        let platform = text(platform, "platform")?.parse()?;
        request.change(|question| question.platforms.push(platform));
        Ok(())
    })
}

/// Which layers are opened: one of LAYERTRUST_LAYERS_…; AUTO by default.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn layertrust_request_set_layers(
    request: *mut layertrust_request,
    layers: u32,
    error: *mut *mut layertrust_error,
) -> layertrust_result {
    fallible!(error, {
        let request = handle(request, "request")?;
        let layers = match layers {
            0 => Layers::Auto,
            1 => Layers::All,
            2 => Layers::None,
            other => return Err(usage("layers", "one of LAYERTRUST_LAYERS_…", other).into()),
        };
        request.change(|question| question.layers = layers);
        Ok(())
    })
}

/// How many layers are opened at once. 1 by default, and then no thread is started; callbacks of a source
/// are called from several threads if this is more.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn layertrust_request_set_threads(
    request: *mut layertrust_request,
    count: usize,
    error: *mut *mut layertrust_error,
) -> layertrust_result {
    fallible!(error, {
        let request = handle(request, "request")?;
        let threads = NonZeroUsize::new(count).ok_or_else(|| usage("count", "at least 1", count))?;
        request.change(|question| question.threads = threads);
        Ok(())
    })
}

/// Adds a source of evidence: signatures, attestations, the base's manifests. Evidence is read before what the
/// image's own source has.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn layertrust_request_add_evidence(
    request: *mut layertrust_request,
    source: *const layertrust_source,
    error: *mut *mut layertrust_error,
) -> layertrust_result {
    fallible!(error, {
        let request = handle(request, "request")?;
        let source = handle(source, "source")?.place().source();
        request.change(|question| question.evidence = std::mem::take(&mut question.evidence).with(source));
        Ok(())
    })
}

/// Names a candidate for the base by its digest: a hint, which must prove itself like any other.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn layertrust_request_add_base(
    request: *mut layertrust_request,
    digest: *const c_char,
    error: *mut *mut layertrust_error,
) -> layertrust_result {
    fallible!(error, {
        let request = handle(request, "request")?;
        let digest = text(digest, "digest")?.parse()?;
        request.change(|question| {
            question.evidence = std::mem::take(&mut question.evidence).base_digest(digest);
        });
        Ok(())
    })
}

/// Frees a request; NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn layertrust_request_free(request: *mut layertrust_request) {
    infallible!((), {
        free(request);
        None
    });
}
