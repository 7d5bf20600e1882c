//! Stage 1: where bytes come from, and manifests, indexes and configs whose digests hold.

mod bundle_files;
pub(crate) mod config;
pub(crate) mod descriptor;
pub(crate) mod documents;
mod files;
pub(crate) mod layout;
pub(crate) mod manifest;
pub(crate) mod media_type;
pub(crate) mod platform;
mod reference;
mod source;

pub use bundle_files::BundleFiles;
pub use descriptor::Descriptor;
pub use layout::Layout;
pub use platform::Platform;
pub use reference::{ImageReference, Selector, Transport};
pub(crate) use source::bounded;
pub use source::{Origin, Referrer, Referrers, Source, Stack, Want};
