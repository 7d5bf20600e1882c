//! Calls from Rust into C: a source whose answers are the caller's.

use std::ffi::{CString, c_char, c_void};
use std::io::{self, Read};
use std::sync::{PoisonError, RwLock};

use layertrust_core::{
    Code, Descriptor, Digest, Error, Limits, Referrer, Referrers, Result, Selector, Source,
};

use crate::ffi::c_string;
use crate::source::descriptors::layertrust_descriptors;

/// What a callback answers. Every other number counts as LAYERTRUST_ANSWER_FAILED.
#[repr(u32)]
#[derive(Clone, Copy)]
#[allow(dead_code, reason = "the numbers come from C")]
pub enum layertrust_answer {
    /// Could not look. The question stays open.
    LAYERTRUST_ANSWER_FAILED = 0,
    /// Found.
    LAYERTRUST_ANSWER_FOUND = 1,
    /// Looked, and there is no such thing.
    LAYERTRUST_ANSWER_NONE = 2,
}

/// Opens the blob of this digest ("sha256:…"): one of LAYERTRUST_ANSWER_…. What is found gets a `stream`, any pointer, which is
/// closed once.
pub type layertrust_open_callback = Option<
    unsafe extern "C" fn(user_data: *mut c_void, digest: *const c_char, stream: *mut *mut c_void) -> u32,
>;

/// Reads at most `length` bytes: how many, 0 at the end, a negative number on failure.
pub type layertrust_read_callback = Option<
    unsafe extern "C" fn(user_data: *mut c_void, stream: *mut c_void, buffer: *mut u8, length: usize) -> i64,
>;

/// Closes a stream.
pub type layertrust_close_callback =
    Option<unsafe extern "C" fn(user_data: *mut c_void, stream: *mut c_void)>;

/// Finds an image: by `tag`, by `digest`, or, if both are NULL, the only one there is. One of LAYERTRUST_ANSWER_…;
/// what is found is added to `found`.
pub type layertrust_resolve_callback = Option<
    unsafe extern "C" fn(
        user_data: *mut c_void,
        tag: *const c_char,
        digest: *const c_char,
        found: *mut layertrust_descriptors,
    ) -> u32,
>;

/// Finds everything that may be attached to the manifest `subject`. Too much does no harm: the manifests decide. One of
/// LAYERTRUST_ANSWER_…; what is found is added to `found`.
pub type layertrust_referrers_callback = Option<
    unsafe extern "C" fn(
        user_data: *mut c_void,
        subject: *const c_char,
        found: *mut layertrust_descriptors,
    ) -> u32,
>;

/// Lists images and indexes. One of LAYERTRUST_ANSWER_…; what is found is added to `found`.
pub type layertrust_list_callback =
    Option<unsafe extern "C" fn(user_data: *mut c_void, found: *mut layertrust_descriptors) -> u32>;

/// Is called with the user data when nothing needs it any more.
pub type layertrust_destroy_callback = Option<unsafe extern "C" fn(user_data: *mut c_void)>;

type Open = unsafe extern "C" fn(*mut c_void, *const c_char, *mut *mut c_void) -> u32;
type ReadSome = unsafe extern "C" fn(*mut c_void, *mut c_void, *mut u8, usize) -> i64;
type Close = unsafe extern "C" fn(*mut c_void, *mut c_void);

/// The caller's callbacks with their data.
pub(crate) struct Calls {
    user_data: *mut c_void,
    destroy: layertrust_destroy_callback,
    blobs: (Open, ReadSome, Close),
    optional: RwLock<Optional>,
}

#[derive(Clone, Copy, Default)]
pub(super) struct Optional {
    pub(super) resolve: layertrust_resolve_callback,
    pub(super) referrers: layertrust_referrers_callback,
    pub(super) images: layertrust_list_callback,
}

// SAFETY: the contract of README.md: callbacks and their data can be used from every thread that a verification
// runs on, from several at once only where the request, or two verifications, ask for that.
unsafe impl Send for Calls {}
// SAFETY: the same.
unsafe impl Sync for Calls {}

impl Drop for Calls {
    fn drop(&mut self) {
        if let Some(destroy) = self.destroy {
            // SAFETY: nobody else has the user data any more, and it is given back once.
            unsafe { destroy(self.user_data) };
        }
    }
}

impl Calls {
    pub(super) fn new(
        user_data: *mut c_void,
        destroy: layertrust_destroy_callback,
        blobs: (Open, ReadSome, Close),
    ) -> Self {
        Calls { user_data, destroy, blobs, optional: RwLock::default() }
    }

    pub(super) fn change(&self, step: impl FnOnce(&mut Optional)) {
        step(&mut self.optional.write().unwrap_or_else(PoisonError::into_inner));
    }

    /// A copy, so that no lock is held while a callback runs.
    fn optional(&self) -> Optional {
        *self.optional.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a callback lists, or none.
    fn list(
        &self,
        what: &str,
        limit: u64,
        call: impl FnOnce(*mut c_void, *mut layertrust_descriptors) -> u32,
    ) -> Result<Option<Vec<Referrer>>> {
        let mut found = layertrust_descriptors::new(limit);
        let answer = call(self.user_data, &raw mut found);
        Ok(is_found(answer, what)?.then(|| found.into_list()))
    }
}

/// The three answers. Whatever else a callback says is no answer.
fn is_found(answer: u32, what: &str) -> Result<bool> {
    const FOUND: u32 = layertrust_answer::LAYERTRUST_ANSWER_FOUND as u32;
    const NONE: u32 = layertrust_answer::LAYERTRUST_ANSWER_NONE as u32;
    match answer {
        FOUND => Ok(true),
        NONE => Ok(false),
        0 => Err(failed(what, "that it could not look")),
        other => Err(failed(what, format_args!("the number {other}, which is no answer"))),
    }
}

fn failed(what: &str, found: impl std::fmt::Display) -> Error {
    Error::new(Code::Io, what)
        .expected("an answer of the callback")
        .found(found)
        .hint("See to the storage behind the callbacks, then ask again.")
}

fn pointer(text: Option<&CString>) -> *const c_char {
    text.map_or(std::ptr::null(), |text| text.as_ptr())
}

impl Source for Calls {
    fn resolve(&self, selector: &Selector) -> Result<Option<Descriptor>> {
        let Some(resolve) = self.optional().resolve else { return Ok(None) };
        let (tag, digest) = match selector {
            Selector::Only => (None, None),
            Selector::Tag(tag) => (Some(c_string(tag)), None),
            Selector::Digest(digest) => (None, Some(c_string(&digest.to_string()))),
        };
        let answer = self.list("resolve", 1, |data, found| {
            // SAFETY: the caller's function with the caller's data; the rest lives until it returns.
            unsafe { resolve(data, pointer(tag.as_ref()), pointer(digest.as_ref()), found) }
        })?;
        let Some(mut list) = answer else { return Ok(None) };
        match (list.pop(), list.len()) {
            (Some(one), 0) => Ok(Some(one.descriptor)),
            (None, _) => Err(failed("resolve", "that it found an image, but no descriptor")),
            _ => Err(failed("resolve", "several descriptors for one image")),
        }
    }

    fn blob(&self, digest: &Digest) -> Result<Option<Box<dyn Read + Send + '_>>> {
        let (open, ..) = self.blobs;
        let name = c_string(&digest.to_string());
        let mut stream = std::ptr::null_mut();
        // SAFETY: the caller's function with the caller's data; the rest lives until it returns.
        let answer = unsafe { open(self.user_data, name.as_ptr(), &raw mut stream) };
        let found = is_found(answer, &format!("blob {digest}"))?;
        Ok(found.then(|| Box::new(Stream { calls: self, stream }) as Box<dyn Read + Send + '_>))
    }

    fn referrers(&self, subject: &Digest, limits: &Limits) -> Result<Referrers> {
        let Some(referrers) = self.optional().referrers else { return Ok(Referrers::default()) };
        let name = c_string(&subject.to_string());
        let found = self.list(&format!("referrers of {subject}"), limits.referrers, |data, found| {
            // SAFETY: the caller's function with the caller's data; the rest lives until it returns.
            unsafe { referrers(data, name.as_ptr(), found) }
        })?;
        Ok(Referrers { found: found.unwrap_or_default(), incomplete: Vec::new() })
    }

    fn images(&self, limits: &Limits) -> Result<Vec<Descriptor>> {
        let Some(images) = self.optional().images else { return Ok(Vec::new()) };
        let found = self.list("images", limits.layout_entries, |data, found| {
            // SAFETY: the caller's function with the caller's data; the rest lives until it returns.
            unsafe { images(data, found) }
        })?;
        let found = found.unwrap_or_default();
        if found.len() as u64 > limits.layout_entries {
            return Err(Error::new(Code::LimitExceeded, "images of a source")
                .expected(format!("at most {} (layout-entries)", limits.layout_entries))
                .found("more"));
        }
        Ok(found.into_iter().map(|one| one.descriptor).collect())
    }
}

/// A blob that the caller reads.
struct Stream<'c> {
    calls: &'c Calls,
    stream: *mut c_void,
}

// SAFETY: as for `Calls`.
unsafe impl Send for Stream<'_> {}

impl Read for Stream<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        let (_, read, _) = self.calls.blobs;
        // SAFETY: the caller's function with the caller's data, and a buffer of this length.
        let count = unsafe { read(self.calls.user_data, self.stream, buffer.as_mut_ptr(), buffer.len()) };
        match usize::try_from(count) {
            Ok(count) if count <= buffer.len() => Ok(count),
            Ok(count) => Err(io::Error::other(format!(
                "the callback says that it read {count} bytes into a buffer of {}",
                buffer.len()
            ))),
            Err(_) => Err(io::Error::other(format!("the callback failed with {count}"))),
        }
    }
}

impl Drop for Stream<'_> {
    fn drop(&mut self) {
        let (.., close) = self.calls.blobs;
        // SAFETY: the caller's function with the caller's data; this stream is closed once.
        unsafe { close(self.calls.user_data, self.stream) };
    }
}
