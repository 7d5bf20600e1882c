//! Stage 6a: what layers unpack to. Blobs are streamed once; only names, numbers and digests are kept.

mod announced;
#[cfg(feature = "layers")]
mod blob;
#[cfg(feature = "layers")]
mod chunks;
#[cfg(feature = "layers")]
mod described;
mod entry;
#[cfg(feature = "layers")]
mod header;
mod index;
mod name;
mod open;
#[cfg(feature = "layers")]
mod pax;
mod progress;
mod shape;
#[cfg(feature = "layers")]
mod sink;
#[cfg(feature = "layers")]
mod table;
#[cfg(feature = "layers")]
mod tree;
#[cfg(feature = "layers")]
mod unpack;
#[cfg(feature = "layers")]
mod walk;

pub(crate) use announced::TABLE_ANNOTATIONS;
pub(crate) use entry::{Kind, SETGID, SETUID, STICKY};
pub(crate) use index::FileIndex;
pub(crate) use name::shown;
pub(crate) use open::{LayerReader, Opened, Opening, TableView};
pub use progress::Progress;
pub(crate) use shape::SecretShape;
#[cfg(all(test, feature = "layers"))]
pub(crate) use tree::made;
#[cfg(feature = "layers")]
pub(crate) use tree::{File, NodeId, Tree, View};
