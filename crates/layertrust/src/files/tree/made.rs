//! Trees for tests, made of entries.

use std::sync::Arc;

use layertrust_testkit::tar::{Entry, Tar as Archive};

use crate::digest::{Algorithm, Hasher};
use crate::error::Result;
use crate::files::index::FileIndex;
use crate::files::tree::Tree;
use crate::files::unpack::plain;
use crate::files::walk::Walker;
use crate::limits::Limits;

/// The index of a layer of these entries.
pub(crate) fn index(entries: impl IntoIterator<Item = Entry>) -> Result<FileIndex> {
    let (limits, tar) = (Limits::default(), Archive::of(entries).finish());
    let unpacked = plain(&tar[..], Hasher::new(Algorithm::Sha256), Walker::new(&limits, true), &limits)?;
    Ok(unpacked.walked.index)
}

/// Puts one more layer on a tree.
pub(crate) fn apply(tree: &mut Tree, entries: impl IntoIterator<Item = Entry>) -> Result<()> {
    apply_within(&Limits::default(), tree, entries)
}

/// The same under other limits.
pub(crate) fn apply_within(
    limits: &Limits,
    tree: &mut Tree,
    entries: impl IntoIterator<Item = Entry>,
) -> Result<()> {
    tree.apply(Arc::new(index(entries)?), limits)
}

/// A base of one layer, and layers above it.
pub(crate) fn tree<const N: usize>(base: Vec<Entry>, upper: [Vec<Entry>; N]) -> Tree {
    let mut tree = Tree::new();
    apply(&mut tree, base).unwrap();
    tree.end_of_base();
    upper.into_iter().for_each(|layer| apply(&mut tree, layer).unwrap());
    tree
}
