//! Stage 1: where bytes come from, and manifests, indexes and configs whose digests hold.

mod archive;
mod bundle_files;
mod compressed;
pub(crate) mod config;
pub(crate) mod descriptor;
pub(crate) mod docker_archive;
pub(crate) mod documents;
mod evidence;
mod files;
pub(crate) mod layout;
pub(crate) mod local;
pub(crate) mod manifest;
pub(crate) mod media_type;
pub(crate) mod platform;
mod reference;
mod repository;
mod shared_file;
pub(crate) mod skopeo_dir;
mod source;

pub use bundle_files::BundleFiles;
pub use descriptor::Descriptor;
pub use docker_archive::DockerArchive;
pub use evidence::Evidence;
pub use layout::Layout;
pub use local::LocalSource;
pub use platform::Platform;
pub use reference::{ImageReference, Selector, Transport};
pub use repository::Repository;
pub use skopeo_dir::SkopeoDir;
pub(crate) use source::bounded;
pub use source::{Origin, Referrer, Referrers, Source, Stack, Want};
