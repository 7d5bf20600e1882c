//! The merged file system of a stack of layers, as runtimes make it (image-spec "layer.md", Applying Changesets).
//!
//! Every path that any layer had is a node. A node remembers what the base left there and what is there now, so
//! that comparing the two needs no second tree.

mod apply;
mod resolve;

use std::cell::Cell;
use std::collections::BTreeSet;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use hashbrown::HashTable;

use crate::files::entry::{Entry, Kind, Text};
use crate::files::index::FileIndex;

/// A path of the merged tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct NodeId(u32);

impl NodeId {
    pub(crate) const ROOT: NodeId = NodeId(0);
    const NONE: NodeId = NodeId(u32::MAX);

    fn some(self) -> Option<NodeId> {
        (self != NodeId::NONE).then_some(self)
    }
}

/// Which state of the tree is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum View {
    /// After the base's last layer.
    Base,
    /// After the image's last layer.
    Now,
}

/// An entry of one layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) layer: u16,
    /// Its index there, or [`IMPLIED`].
    index: u32,
}

/// A directory that no layer lists, and that runtimes make for what is below it.
const IMPLIED: u32 = u32::MAX;
const NO_LAYER: u16 = u16::MAX;

#[derive(Debug)]
struct Node {
    parent: NodeId,
    name: Text,
    /// The layer whose store holds the name.
    name_layer: u16,
    /// The layer that last put something here or took it away.
    by: u16,
    /// The entry that did; it is not what is here if that came by a hard link.
    via: u32,
    now: Option<Place>,
    base: Option<Place>,
    /// The layer above the base that took away all that was below.
    cleared: u16,
    /// Whether a directory was here before `by`, the layer that last changed it.
    was_directory: bool,
    first_child: NodeId,
    next_sibling: NodeId,
}

/// The merged tree.
pub(crate) struct Tree {
    layers: Vec<Arc<FileIndex>>,
    nodes: Vec<Node>,
    children: HashTable<NodeId>,
    hasher: RandomState,
    /// Layers of the base; none before it is complete.
    base_layers: Option<u16>,
    /// Directories that the layer being applied removed or replaced, and made again.
    again: BTreeSet<NodeId>,
    /// Directories with an opaque mark in the layer being applied.
    opaque: BTreeSet<NodeId>,
    /// Links of lower layers through which a layer puts files: overlayfs would hide the link instead.
    through_links: BTreeSet<(u16, NodeId)>,
    /// Work done so far.
    steps: Cell<u64>,
}

impl Tree {
    /// An empty root.
    pub(crate) fn new() -> Self {
        let root = Node {
            parent: NodeId::ROOT,
            name: Text::default(),
            name_layer: 0,
            by: 0,
            via: IMPLIED,
            now: Some(Place { layer: 0, index: IMPLIED }),
            base: None,
            cleared: NO_LAYER,
            was_directory: false,
            first_child: NodeId::NONE,
            next_sibling: NodeId::NONE,
        };
        Tree {
            layers: Vec::new(),
            nodes: vec![root],
            children: HashTable::new(),
            hasher: RandomState::new(),
            base_layers: None,
            again: BTreeSet::new(),
            opaque: BTreeSet::new(),
            through_links: BTreeSet::new(),
            steps: Cell::new(0),
        }
    }

    /// What is there now is the base; what comes is compared with it.
    pub(crate) fn end_of_base(&mut self) {
        self.base_layers = u16::try_from(self.layers.len()).ok();
        self.nodes.iter_mut().for_each(|node| node.base = node.now);
    }

    /// Whether a layer is above the base.
    pub(crate) fn is_above_base(&self, layer: usize) -> bool {
        self.base_layers.is_none_or(|count| layer >= usize::from(count))
    }

    /// Links of lower layers through which a layer puts files, with that layer.
    pub(crate) fn through_links(&self) -> impl Iterator<Item = (usize, NodeId)> + '_ {
        self.through_links.iter().map(|(layer, id)| (usize::from(*layer), *id))
    }

    pub(crate) fn layer(&self, layer: usize) -> Option<&FileIndex> {
        self.layers.get(layer).map(|index| &**index)
    }

    pub(crate) fn layer_count(&self) -> usize {
        self.layers.len()
    }

    /// Counts work, so that a layer cannot make us do it for ever.
    fn step(&self) {
        self.steps.set(self.steps.get().saturating_add(1));
    }

    fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id.0 as usize)
    }

    fn node_mut(&mut self, id: NodeId) -> Option<&mut Node> {
        self.nodes.get_mut(id.0 as usize)
    }

    fn place(&self, id: NodeId, view: View) -> Option<Place> {
        let node = self.node(id)?;
        match view {
            View::Base => node.base,
            View::Now => node.now,
        }
    }

    /// The layer and entry at a place; no entry for an implied directory.
    fn entry_at(&self, place: Place) -> Option<(&FileIndex, &Entry)> {
        let index = self.layer(place.layer.into())?;
        Some((index, index.entries.get(place.index as usize)?))
    }

    /// What is at a node: a file seen in its layer's index.
    pub(crate) fn file(&self, id: NodeId, view: View) -> Option<File<'_>> {
        let place = self.place(id, view)?;
        Some(File { place, entry: self.entry_at(place) })
    }

    /// The layer that last put something at a node or took it away, and where the link leads that it put there.
    pub(crate) fn doing(&self, id: NodeId) -> Option<(usize, Option<&[u8]>)> {
        let node = self.node(id)?;
        let own = self.entry_at(Place { layer: node.by, index: node.via });
        let link = own.filter(|(_, entry)| matches!(entry.kind, Kind::HardLink | Kind::Symlink));
        Some((node.by.into(), link.map(|(index, entry)| index.text(entry.link))))
    }

    /// The layer above the base that took away everything below a directory, if one did.
    pub(crate) fn cleared_by(&self, id: NodeId) -> Option<usize> {
        self.node(id).map(|node| node.cleared).filter(|layer| *layer != NO_LAYER).map(usize::from)
    }

    /// Whether a layer above the base wrote a node again.
    pub(crate) fn is_written_above(&self, id: NodeId) -> bool {
        self.node(id).is_some_and(|node| {
            node.now != node.base || (node.now.is_some() && self.is_above_base(node.by.into()))
        })
    }

    pub(crate) fn name(&self, id: NodeId) -> &[u8] {
        let node = self.node(id);
        node.and_then(|node| Some(self.layer(node.name_layer.into())?.text(node.name))).unwrap_or_default()
    }

    pub(crate) fn parent(&self, id: NodeId) -> NodeId {
        self.node(id).map_or(NodeId::ROOT, |node| node.parent)
    }

    /// The path without a leading slash; empty for the root.
    pub(crate) fn path(&self, id: NodeId) -> Vec<u8> {
        let mut ids = vec![id];
        let mut at = id;
        while at != NodeId::ROOT {
            at = self.parent(at);
            ids.push(at);
        }
        let names: Vec<&[u8]> = ids.iter().rev().skip(1).map(|id| self.name(*id)).collect();
        names.join(&b'/')
    }

    /// Every node that ever was below a directory, latest first.
    pub(crate) fn nodes_below(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let first = self.node(id).and_then(|node| node.first_child.some());
        let below = std::iter::successors(first, |id| self.node(*id)?.next_sibling.some());
        below.inspect(|_| self.step())
    }

    /// What a view has in a directory.
    pub(crate) fn children(&self, id: NodeId, view: View) -> impl Iterator<Item = NodeId> + '_ {
        self.nodes_below(id).filter(move |id| self.place(*id, view).is_some())
    }

    /// The node of a name in a directory, whether anything is there or not.
    pub(crate) fn child(&self, parent: NodeId, name: &[u8]) -> Option<NodeId> {
        self.step();
        let same = |id: &NodeId| self.parent(*id) == parent && *id != NodeId::ROOT && self.name(*id) == name;
        self.children.find(self.hash(parent, name), same).copied()
    }

    fn hash(&self, parent: NodeId, name: &[u8]) -> u64 {
        self.hasher.hash_one((parent, name))
    }

    /// Every path that a view has.
    pub(crate) fn all(&self, view: View) -> impl Iterator<Item = NodeId> + '_ {
        let ids = (0..u32::try_from(self.nodes.len()).unwrap_or(u32::MAX)).map(NodeId);
        ids.filter(move |id| self.place(*id, view).is_some())
    }

    /// The content of a node, if it was kept.
    pub(crate) fn content(&self, id: NodeId, view: View) -> Option<&[u8]> {
        let place = self.place(id, view)?;
        self.layer(place.layer.into())?.content(place.index).map(|content| &**content)
    }

    /// Contents that were kept, with their paths, in no particular order.
    pub(crate) fn contents(&self, view: View) -> impl Iterator<Item = (Vec<u8>, usize, &Arc<[u8]>)> + '_ {
        let ids = (0..u32::try_from(self.nodes.len()).unwrap_or(u32::MAX)).map(NodeId);
        ids.filter_map(move |id| {
            let place = self.place(id, view)?;
            let content = self.layer(place.layer.into())?.content(place.index)?;
            Some((self.path(id), place.layer.into(), content))
        })
    }
}

/// What one view has at a path.
#[derive(Clone, Copy)]
pub(crate) struct File<'t> {
    place: Place,
    entry: Option<(&'t FileIndex, &'t Entry)>,
}

impl<'t> File<'t> {
    /// The layer that holds the content.
    pub(crate) fn layer(&self) -> usize {
        self.place.layer.into()
    }

    pub(crate) fn kind(&self) -> Kind {
        self.entry.map_or(Kind::Directory, |(_, entry)| entry.kind)
    }

    pub(crate) fn is_directory(&self) -> bool {
        self.kind() == Kind::Directory
    }

    /// Permissions; runtimes make implied directories with 0755.
    pub(crate) fn mode(&self) -> u16 {
        self.entry.map_or(0o755, |(_, entry)| entry.mode)
    }

    pub(crate) fn owner(&self) -> (u32, u32) {
        self.entry.map_or((0, 0), |(_, entry)| (entry.uid, entry.gid))
    }

    pub(crate) fn size(&self) -> u64 {
        self.entry.map_or(0, |(_, entry)| entry.size)
    }

    pub(crate) fn digest(&self) -> Option<&'t [u8; 32]> {
        self.entry.filter(|(_, entry)| entry.kind == Kind::File).map(|(_, entry)| &entry.digest)
    }

    /// Where a symbolic link leads, as written.
    pub(crate) fn link(&self) -> &'t [u8] {
        self.entry.map(|(index, entry)| index.text(entry.link)).unwrap_or_default()
    }

    /// Extended attributes that decide.
    pub(crate) fn attributes(&self) -> &'t [u8] {
        self.entry.map(|(index, entry)| index.text(entry.attributes)).unwrap_or_default()
    }

    pub(crate) fn shape(&self) -> Option<crate::files::SecretShape> {
        self.entry.and_then(|(_, entry)| entry.shape)
    }
}

#[cfg(test)]
pub(crate) mod made;
#[cfg(test)]
mod states;
#[cfg(test)]
mod tests;
