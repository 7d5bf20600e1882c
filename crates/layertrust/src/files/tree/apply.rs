//! Putting a layer on the tree.
//!
//! 1. An entry's folder is found through the merged tree, links followed; missing directories are made.
//! 2. A whiteout takes away what lower layers have there, an opaque mark what they have in its directory.
//! 3. A directory on a directory changes its numbers; anything else takes the place of what was there.
//! 4. A hard link puts there what its target holds.
//!
//! Runtimes differ (`docs/UNPACKING.md`): some unpack a layer onto those below, others beside them and merge by
//! name. Where a layer could hide something from this tree that others show, it is refused.

use std::sync::Arc;

use crate::code::Code;
use crate::error::{Error, Result};
use crate::files::entry::{Entry, Kind, Text};
use crate::files::index::FileIndex;
use crate::files::name::shown;
use crate::files::tree::resolve::{Found, parts};
use crate::files::tree::{IMPLIED, NO_LAYER, Node, NodeId, Place, Tree, View};
use crate::limits::Limits;

impl Tree {
    /// Puts the next layer on the tree.
    ///
    /// # Errors
    /// `layer-inconsistent` for entries that no runtime can unpack, or that it can only with luck.
    pub(crate) fn apply(&mut self, index: Arc<FileIndex>, limits: &Limits) -> Result<()> {
        let layer = u16::try_from(self.layers.len()).unwrap_or(NO_LAYER);
        self.layers.push(index.clone());
        let entries = self.layers.iter().map(|layer| layer.entries.len() as u64).sum();
        Limits::check("image-entries", limits.image_entries, entries, "entries of all layers")?;
        self.again.clear();
        self.opaque.clear();
        // Neighbours are in one folder: it is looked up once, until a link or a removal could change the way.
        let mut known: Option<(Text, NodeId)> = None;
        for (at, entry) in index.entries.iter().enumerate() {
            let place = Place { layer, index: u32::try_from(at).unwrap_or(IMPLIED) };
            let folder = match known {
                Some((text, id)) if text == entry.folder && !is_removal(entry.kind) => id,
                _ => self.folder(&index, entry, layer).map_err(|error| about(error, &index, entry))?,
            };
            known = Some((entry.folder, folder));
            let keeps_ways =
                self.put(folder, place, &index, entry).map_err(|error| about(error, &index, entry))?;
            if !keeps_ways {
                known = None;
            }
            Limits::check("tree-steps", limits.tree_steps, self.steps.get(), "work on the merged tree")?;
        }
        match self.again.iter().find(|id| !self.is_below_opaque(**id)) {
            None => Ok(()),
            Some(id) => Err(inconsistent("an opaque mark in a directory that is removed and made again")
                .found(format!("none in {:?}: overlayfs would show what it had", shown(&self.path(*id))))),
        }
    }

    /// Puts one entry into its folder. Says whether all ways that were known still lead where they did.
    fn put(&mut self, folder: NodeId, place: Place, index: &FileIndex, entry: &Entry) -> Result<bool> {
        let name = index.text(entry.name);
        if entry.kind == Kind::Opaque {
            if folder == NodeId::ROOT {
                return Err(
                    inconsistent("no opaque mark in the root").found("one, which overlayfs passes over")
                );
            }
            // A second mark in the same layer finds nothing of a lower one.
            if self.opaque.insert(folder) {
                self.clear(folder, place);
            }
            return Ok(false);
        }
        if name.is_empty() {
            return match entry.kind {
                Kind::Directory => {
                    self.set(NodeId::ROOT, place, place);
                    Ok(true)
                }
                _ => Err(inconsistent("a directory as the root").found("something else")),
            };
        }
        let there = self.child(folder, name);
        match entry.kind {
            Kind::Whiteout => {
                if let Some(id) = there.filter(|id| self.file(*id, View::Now).is_some()) {
                    self.remove_lower(id, place);
                }
                return Ok(false);
            }
            // Where layers are unpacked into overlayfs, this device is a whiteout.
            Kind::CharDevice(0, 0) => {
                if let Some(id) = there.filter(|id| self.is_lower(*id, place.layer)) {
                    self.remove(id, place);
                    return Ok(false);
                }
            }
            _ => {}
        }
        let held = match entry.kind {
            Kind::HardLink => self.link_target(index, entry, folder, name)?,
            _ => place,
        };
        let id = match there {
            Some(id) => id,
            None => self.add_node(folder, entry.name, place.layer),
        };
        let was = self.file(id, View::Now).map(|file| file.kind());
        if was == Some(Kind::Directory) && entry.kind != Kind::Directory {
            self.remove(id, place);
        }
        if entry.kind == Kind::Directory
            && was != Some(Kind::Directory)
            && self.was_changed_by(id, place.layer)
        {
            self.again.insert(id);
        }
        self.set(id, held, place);
        let same_way = match was {
            None => entry.kind != Kind::Symlink,
            Some(was) => was == entry.kind && entry.kind != Kind::Symlink,
        };
        Ok(same_way)
    }

    /// The directory that an entry is in, made where it is missing.
    fn folder(&mut self, index: &FileIndex, entry: &Entry, layer: u16) -> Result<NodeId> {
        let path = index.text(entry.folder);
        let mut at = NodeId::ROOT;
        // A node that is made takes its name from the index's own store.
        let mut name = Text { offset: entry.folder.offset, length: 0 };
        for part in path.split(|byte| *byte == b'/').filter(|part| !part.is_empty()) {
            name.length = u32::try_from(part.len()).unwrap_or_default();
            at = self.directory(at, part, name, layer, is_removal(entry.kind))?;
            name.offset = name.offset.saturating_add(name.length).saturating_add(1);
        }
        Ok(at)
    }

    /// The directory of a name in another, links followed, made where it is missing.
    fn directory(
        &mut self,
        parent: NodeId,
        part: &[u8],
        name: Text,
        layer: u16,
        removes: bool,
    ) -> Result<NodeId> {
        let child = self.child(parent, part);
        match child.and_then(|id| Some((id, self.file(id, View::Now)?))) {
            None => {
                let id = child.unwrap_or_else(|| self.add_node(parent, name, layer));
                if self.was_changed_by(id, layer) {
                    self.again.insert(id);
                }
                let place = Place { layer, index: IMPLIED };
                self.set(id, place, place);
                Ok(id)
            }
            Some((id, file)) if file.is_directory() => Ok(id),
            Some((id, file)) if file.kind() == Kind::Symlink && self.is_lower(id, layer) && removes => {
                Err(inconsistent("whiteouts by the path of what they remove").found(format!(
                    "one through the link {:?} of a lower layer, which overlayfs does not follow",
                    shown(&self.path(id))
                )))
            }
            Some((id, file)) if file.kind() == Kind::Symlink => {
                match self.walk(parent, part, View::Now, true) {
                    Found::Node(target)
                        if self.file(target, View::Now).is_some_and(|file| file.is_directory()) =>
                    {
                        if self.is_lower(id, layer) {
                            self.through_links.insert((layer, id));
                        }
                        Ok(target)
                    }
                    Found::Node(_) => Err(no_directory(&self.path(id))),
                    Found::Loop => Err(inconsistent("links that lead somewhere").found("links in a circle")),
                    Found::Absent => self.dangling(id, layer),
                }
            }
            Some((id, _)) => Err(no_directory(&self.path(id))),
        }
    }

    /// What a link leads to that leads nowhere: some runtimes make the directory it names, and so the path exists.
    fn dangling(&mut self, link: NodeId, layer: u16) -> Result<NodeId> {
        let mut at = self.parent(link);
        let mut hops = 0;
        let target = self.file(link, View::Now).map(|file| file.link().to_vec()).unwrap_or_default();
        if target.starts_with(b"/") {
            at = NodeId::ROOT;
        }
        for part in parts(&target) {
            hops += 1;
            if hops > MOST_PARTS {
                return Err(inconsistent("links that lead somewhere").found("links in a circle"));
            }
            if part == b".." {
                at = self.parent(at);
                continue;
            }
            let known = self.child(at, part).filter(|id| self.file(*id, View::Now).is_some());
            at = match known {
                Some(id) => match self.follow(id, View::Now) {
                    Some(next) if self.file(next, View::Now).is_some_and(|file| file.is_directory()) => next,
                    // A link to nowhere behind a link to nowhere.
                    _ => return Err(no_directory(&self.path(id))),
                },
                None => {
                    let name = self.own_text(link, part);
                    let id = match self.child(at, part) {
                        Some(id) => id,
                        None => self.add_node(at, name.0, name.1),
                    };
                    let place = Place { layer, index: IMPLIED };
                    self.set(id, place, place);
                    id
                }
            };
        }
        Ok(at)
    }

    /// Where a part of a link's target stands in the store of the layer that has the link.
    fn own_text(&self, link: NodeId, part: &[u8]) -> (Text, u16) {
        let found = self.place(link, View::Now).and_then(|place| {
            let (index, entry) = self.entry_at(place)?;
            let at = index.text(entry.link).windows(part.len()).position(|bytes| bytes == part)?;
            let offset = entry.link.offset.checked_add(u32::try_from(at).ok()?)?;
            Some((Text { offset, length: u32::try_from(part.len()).ok()? }, place.layer))
        });
        found.unwrap_or_default()
    }

    /// What a hard link's target holds.
    fn link_target(&self, index: &FileIndex, entry: &Entry, folder: NodeId, name: &[u8]) -> Result<Place> {
        let target = index.text(entry.link);
        let mut cleaned = Vec::new();
        crate::files::name::clean(target, &mut cleaned);
        let missing =
            || inconsistent("the target of a hard link").found(format!("none at {:?}", shown(target)));
        let id = self.lookup_link(&cleaned, View::Now).ok_or_else(missing)?;
        if self.child(folder, name) == Some(id) {
            return Err(inconsistent("a hard link to another path").found("one to itself"));
        }
        let place = self.place(id, View::Now).ok_or_else(missing)?;
        let held = self.file(id, View::Now).ok_or_else(missing)?;
        if held.is_directory() {
            let found = format!("one to the directory {:?}", shown(target));
            return Err(inconsistent("a hard link to a file").found(found));
        }
        // Some runtimes set what the link's own header says, and so on the target too.
        let attributes = index.text(entry.attributes);
        let adds_attributes = !attributes.is_empty() && attributes != held.attributes();
        let is_as_target = held.mode() == entry.mode && held.owner() == (entry.uid, entry.gid);
        if held.kind() != Kind::Symlink && (adds_attributes || !is_as_target) {
            return Err(
                inconsistent("a hard link with mode, owner and attributes of its target").found("others")
            );
        }
        Ok(place)
    }

    fn set(&mut self, id: NodeId, held: Place, via: Place) {
        self.touch(id, via.layer);
        if let Some(node) = self.node_mut(id) {
            (node.now, node.by, node.via) = (Some(held), via.layer, via.index);
        }
    }

    /// Takes away a path and everything below it.
    fn remove(&mut self, id: NodeId, by: Place) {
        let mut waiting = vec![id];
        while let Some(id) = waiting.pop() {
            self.take(id, by);
            waiting.extend(self.children(id, View::Now));
        }
    }

    /// Takes away what lower layers have at a path; what this layer has there or below stays.
    fn remove_lower(&mut self, id: NodeId, by: Place) {
        // Children before their parents: a directory stays if anything in it does.
        let mut order = vec![id];
        let mut at = 0;
        while let Some(id) = order.get(at).copied() {
            order.extend(self.children(id, View::Now));
            at += 1;
        }
        for id in order.into_iter().rev() {
            let keeps = self.children(id, View::Now).next().is_some();
            match (self.is_lower(id, by.layer), keeps) {
                (true, false) => self.take(id, by),
                (true, true) => {
                    let implied = Place { layer: by.layer, index: IMPLIED };
                    self.set(id, implied, implied);
                    self.mark_cleared(id, by.layer);
                }
                (false, _) => self.mark_cleared(id, by.layer),
            }
        }
    }

    /// Takes away what lower layers have in a directory.
    fn clear(&mut self, folder: NodeId, by: Place) {
        let below: Vec<NodeId> = self.children(folder, View::Now).collect();
        for id in below {
            self.remove_lower(id, by);
        }
        self.mark_cleared(folder, by.layer);
    }

    fn take(&mut self, id: NodeId, by: Place) {
        self.touch(id, by.layer);
        if let Some(node) = self.node_mut(id) {
            (node.now, node.by, node.via) = (None, by.layer, by.index);
        }
        self.mark_cleared(id, by.layer);
    }

    /// Remembers what lower layers have at a path that this layer is about to change, once.
    fn touch(&mut self, id: NodeId, layer: u16) {
        let is_directory = self.file(id, View::Now).is_some_and(|file| file.is_directory());
        if let Some(node) = self.node_mut(id)
            && node.by != layer
        {
            node.was_directory = is_directory;
        }
    }

    fn mark_cleared(&mut self, id: NodeId, layer: u16) {
        let above = self.base_layers.is_some();
        if let Some(node) = self.node_mut(id)
            && above
            && node.cleared == NO_LAYER
        {
            node.cleared = layer;
        }
    }

    /// Whether the layer being applied has an opaque mark in a directory, or above it.
    fn is_below_opaque(&self, id: NodeId) -> bool {
        let parent = |id: &NodeId| (*id != NodeId::ROOT).then(|| self.parent(*id));
        std::iter::successors(Some(id), parent).any(|id| self.opaque.contains(&id))
    }

    /// Whether this layer changed what is a directory in the layers below.
    fn was_changed_by(&self, id: NodeId, layer: u16) -> bool {
        self.node(id).is_some_and(|node| node.by == layer && node.was_directory)
    }

    /// Whether what is there came from a lower layer.
    fn is_lower(&self, id: NodeId, layer: u16) -> bool {
        self.node(id).is_some_and(|node| node.now.is_some() && node.by < layer)
    }

    /// A new path, with nothing there yet; its name stands in the store of a layer.
    fn add_node(&mut self, parent: NodeId, name: Text, name_layer: u16) -> NodeId {
        let id = NodeId(u32::try_from(self.nodes.len()).unwrap_or(NodeId::NONE.0));
        let first = self.node(parent).map_or(NodeId::NONE, |node| node.first_child);
        self.nodes.push(Node {
            parent,
            name,
            name_layer,
            by: name_layer,
            via: IMPLIED,
            now: None,
            base: None,
            cleared: NO_LAYER,
            was_directory: false,
            first_child: NodeId::NONE,
            next_sibling: first,
        });
        if let Some(node) = self.node_mut(parent) {
            node.first_child = id;
        }
        let hash = self.hash(parent, self.name(id));
        let Tree { children, nodes, layers, hasher, .. } = self;
        children.insert_unique(hash, id, |id| rehash(nodes, layers, hasher, *id));
        id
    }
}

/// The hash of a node, for a table that grows.
fn rehash(nodes: &[Node], layers: &[Arc<FileIndex>], hasher: &std::hash::RandomState, id: NodeId) -> u64 {
    use std::hash::BuildHasher as _;
    let hash = nodes.get(id.0 as usize).and_then(|node| {
        let name = layers.get(usize::from(node.name_layer))?.text(node.name);
        Some(hasher.hash_one((node.parent, name)))
    });
    hash.unwrap_or_default()
}

/// A link's target cannot have more parts than bytes.
const MOST_PARTS: usize = 4096;

fn is_removal(kind: Kind) -> bool {
    matches!(kind, Kind::Whiteout | Kind::Opaque)
}

fn inconsistent(expected: &str) -> Error {
    Error::new(Code::LayerInconsistent, "").expected(expected)
}

fn no_directory(path: &[u8]) -> Error {
    inconsistent("a directory").found(format!("something else at {:?}", shown(path)))
}

fn about(error: Error, index: &FileIndex, entry: &Entry) -> Error {
    error.about(format!("entry {:?}", shown(&index.path(entry))))
}
