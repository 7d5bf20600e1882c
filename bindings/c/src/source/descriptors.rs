//! What callbacks answer with.

use std::ffi::c_char;
use std::sync::Mutex;

use layertrust_core::{Code, Descriptor, Error, Origin, Referrer};

use crate::error::layertrust_error;
use crate::ffi::{handle, lock, text, usage};
use crate::panic::fallible;
use crate::result::layertrust_result;

/// How something attached was found.
#[repr(u32)]
#[derive(Clone, Copy)]
#[allow(dead_code, reason = "the numbers come from C")]
pub enum layertrust_origin {
    /// By its `subject`, as the referrers API lists it.
    LAYERTRUST_ORIGIN_REFERRER = 1,
    /// By the tag `sha256-<hex>` that stands in for the referrers API.
    LAYERTRUST_ORIGIN_FALLBACK_TAG = 2,
    /// By cosign's tags `sha256-<hex>.sig` and `.att`.
    LAYERTRUST_ORIGIN_COSIGN_TAG = 3,
}

/// A list that a callback fills. It is the library's, and good until the callback returns.
pub struct layertrust_descriptors(Mutex<Found>);

struct Found {
    list: Vec<Referrer>,
    room: u64,
}

impl layertrust_descriptors {
    /// An empty list. One more than is allowed fits in, which shows that there are too many.
    pub(super) fn new(limit: u64) -> Self {
        layertrust_descriptors(Mutex::new(Found { list: Vec::new(), room: limit.saturating_add(1) }))
    }

    pub(super) fn into_list(self) -> Vec<Referrer> {
        self.0.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner).list
    }
}

fn nothing_yet() -> Error {
    usage("descriptors", "a descriptor that was added before", "an empty list")
}

/// Adds a manifest or index: its media type, its digest ("sha256:…") and its size in bytes. All of it is checked
/// against the bytes when they are read.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn layertrust_descriptors_add(
    descriptors: *mut layertrust_descriptors,
    media_type: *const c_char,
    digest: *const c_char,
    size: u64,
    error: *mut *mut layertrust_error,
) -> layertrust_result {
    fallible!(error, {
        let descriptors = handle(descriptors, "descriptors")?;
        let media_type = text(media_type, "media_type")?;
        let digest = text(digest, "digest")?.parse()?;
        let mut found = lock(&descriptors.0);
        if found.list.len() as u64 >= found.room {
            return Err(Error::new(Code::LimitExceeded, "descriptors")
                .expected(format!("at most {}", found.room - 1))
                .found("more")
                .into());
        }
        let descriptor = Descriptor::new(media_type, digest, size);
        found.list.push(Referrer { descriptor, origin: Origin::Referrer });
        Ok(())
    })
}

/// Gives the descriptor that was added last an annotation.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn layertrust_descriptors_annotate(
    descriptors: *mut layertrust_descriptors,
    key: *const c_char,
    value: *const c_char,
    error: *mut *mut layertrust_error,
) -> layertrust_result {
    fallible!(error, {
        let descriptors = handle(descriptors, "descriptors")?;
        let (key, value) = (text(key, "key")?.to_owned(), text(value, "value")?.to_owned());
        let mut found = lock(&descriptors.0);
        let last = found.list.last_mut().ok_or_else(nothing_yet)?;
        last.descriptor.annotations.insert(key, value);
        Ok(())
    })
}

/// Says how the descriptor that was added last was found: one of LAYERTRUST_ORIGIN_…; REFERRER by default.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn layertrust_descriptors_set_origin(
    descriptors: *mut layertrust_descriptors,
    origin: u32,
    error: *mut *mut layertrust_error,
) -> layertrust_result {
    fallible!(error, {
        let descriptors = handle(descriptors, "descriptors")?;
        let origin = match origin {
            1 => Origin::Referrer,
            2 => Origin::FallbackTag,
            3 => Origin::CosignTag,
            other => return Err(usage("origin", "one of LAYERTRUST_ORIGIN_…", other).into()),
        };
        lock(&descriptors.0).list.last_mut().ok_or_else(nothing_yet)?.origin = origin;
        Ok(())
    })
}
