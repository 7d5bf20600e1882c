//! What the layers above the base did to the base's paths, and which paths they added.
//!
//! The merged tree is walked once:
//!
//! 1. a path that both states have is compared;
//! 2. a path that only the base had is a deletion, unless all of its directory was taken away: then that is one;
//! 3. a directory that is none any more is a redirection, and what it hides is not listed;
//! 4. a path that only the image has was added.

mod difference;
mod search_path;
mod shadow;

use std::collections::{BTreeMap, HashMap};

use crate::files::{File, NodeId, Tree, View, shown};
use crate::layers::suspicious::sensitive;
use crate::report::{ChangeFact, ChangeKind, ChangeSeverity};

pub(crate) use difference::kinds;
pub(super) use search_path::{SearchPaths, search_paths};
pub(super) use shadow::shadows;

/// One change, before it is put into words.
#[derive(Debug, Clone, Copy)]
pub(super) struct Change {
    pub(super) node: NodeId,
    pub(super) kind: ChangeKind,
    pub(super) layer: usize,
    /// What a new file hides.
    pub(super) shadows: Option<NodeId>,
}

/// What the walk found.
#[derive(Default)]
pub(super) struct Walk {
    pub(super) changes: Vec<Change>,
    /// Paths that the base does not have, directories among them.
    pub(super) added: Vec<NodeId>,
    /// Files, links and special files that are not the base's, and bytes of their content.
    pub(super) files: u64,
    pub(super) bytes: u64,
}

/// Walks the merged tree.
pub(super) fn walk(tree: &Tree) -> Walk {
    let mut walk = Walk::default();
    // Directories that lost everything at once: whether anything of the base is still missing there.
    let mut cleared: Vec<(NodeId, usize, bool)> = Vec::new();
    let mut waiting: Vec<(NodeId, Option<usize>)> = vec![(NodeId::ROOT, None)];
    while let Some((id, within)) = waiting.pop() {
        let descend = match (tree.file(id, View::Base), tree.file(id, View::Now)) {
            (None, None) => false,
            (None, Some(now)) => {
                walk.added.push(id);
                if !now.is_directory() {
                    walk.count(&now);
                }
                now.is_directory()
            }
            (Some(_), None) => {
                match within.and_then(|at| cleared.get_mut(at)) {
                    Some((.., is_missing)) => *is_missing = true,
                    None => walk.note(tree, id, ChangeKind::Delete),
                }
                false
            }
            (Some(base), Some(now)) => both(tree, id, &base, &now, &mut walk),
        };
        if !descend {
            continue;
        }
        let within = within.or_else(|| {
            let layer = tree.cleared_by(id)?;
            cleared.push((id, layer, false));
            Some(cleared.len() - 1)
        });
        waiting.extend(tree.nodes_below(id).map(|id| (id, within)));
    }
    for (node, layer, is_missing) in cleared {
        if is_missing {
            walk.changes.push(Change { node, kind: ChangeKind::Delete, layer, shadows: None });
        }
    }
    walk
}

/// A path that was there and is there. Says whether what is below is of interest.
fn both(tree: &Tree, id: NodeId, base: &File<'_>, now: &File<'_>, walk: &mut Walk) -> bool {
    let is_rewritten = tree.is_written_above(id);
    match (base.is_directory(), now.is_directory()) {
        (true, true) => {
            if is_rewritten {
                // A directory that is written again with the same numbers is no change.
                let kinds = kinds(base, now).filter(|kind| *kind != ChangeKind::Metadata);
                kinds.for_each(|kind| walk.note(tree, id, kind));
            }
            true
        }
        (true, false) => {
            walk.note(tree, id, ChangeKind::Redirect);
            walk.count(now);
            false
        }
        (false, is_directory) => {
            if is_rewritten {
                let led_to_directory = is_way(tree, id, base);
                let differs = is_directory || now.kind() != base.kind() || now.link() != base.link();
                if led_to_directory && differs {
                    walk.note(tree, id, ChangeKind::Redirect);
                } else {
                    kinds(base, now).for_each(|kind| walk.note(tree, id, kind));
                }
                let is_other =
                    now.kind() != base.kind() || now.digest() != base.digest() || now.link() != base.link();
                if is_other && !is_directory {
                    walk.count(now);
                }
            }
            is_directory
        }
    }
}

/// Whether a link was the way into a directory of the base.
fn is_way(tree: &Tree, id: NodeId, base: &File<'_>) -> bool {
    let target = (base.kind() == crate::files::Kind::Symlink).then(|| tree.follow(id, View::Base)).flatten();
    target.and_then(|id| tree.file(id, View::Base)).is_some_and(|file| file.is_directory())
}

impl Walk {
    fn count(&mut self, file: &File<'_>) {
        self.files += 1;
        self.bytes = self.bytes.saturating_add(file.size());
    }

    fn note(&mut self, tree: &Tree, node: NodeId, kind: ChangeKind) {
        let layer = tree.doing(node).map_or(0, |(layer, _)| layer);
        self.changes.push(Change { node, kind, layer, shadows: None });
    }
}

/// The changes in words, in order of path and kind.
pub(super) fn facts(
    tree: &Tree,
    changes: &[Change],
    paths: &SearchPaths,
    owners: &HashMap<NodeId, String>,
) -> Vec<ChangeFact> {
    let fact = |change: &Change| {
        let path = tree.path(change.node);
        let (severity, reason) = severity(tree, change, &path, paths);
        let target = tree.doing(change.node).and_then(|(_, link)| link).filter(|link| !link.is_empty());
        ChangeFact {
            path: shown(&path),
            kind: change.kind,
            layer: change.layer,
            severity,
            reason: reason.map(str::to_owned),
            package: change.shadows.or(Some(change.node)).and_then(|id| owners.get(&id).cloned()),
            shadows: change.shadows.map(|id| shown(&tree.path(id))),
            target: target.filter(|_| change.kind != ChangeKind::Delete).map(shown),
        }
    };
    // One change is one line, whatever led to it twice.
    let unique: BTreeMap<(String, ChangeKind), ChangeFact> =
        changes.iter().map(fact).map(|fact| ((fact.path.clone(), fact.kind), fact)).collect();
    unique.into_values().collect()
}

/// Why the deletion of a directory matters: by what the base has in it.
fn sensitive_within(tree: &Tree, change: &Change) -> Option<&'static str> {
    if change.kind != ChangeKind::Delete {
        return None;
    }
    let mut waiting: Vec<NodeId> = tree.children(change.node, View::Base).collect();
    while let Some(id) = waiting.pop() {
        // What is still there was not deleted.
        let is_gone = tree.file(id, View::Now).is_none();
        if let Some(reason) = sensitive(&tree.path(id)).filter(|_| is_gone) {
            return Some(reason);
        }
        waiting.extend(tree.children(id, View::Base));
    }
    None
}

/// How much a change matters, and why if it is much.
fn severity(
    tree: &Tree,
    change: &Change,
    path: &[u8],
    paths: &SearchPaths,
) -> (ChangeSeverity, Option<&'static str>) {
    let high = |reason| (ChangeSeverity::High, Some(reason));
    match change.kind {
        ChangeKind::Metadata => (ChangeSeverity::Low, None),
        ChangeKind::Redirect => high("everything below it is now something else"),
        ChangeKind::Privilege => high("it may do, or may be changed by, more than in the base"),
        ChangeKind::Shadow => high("it is found before the base's"),
        ChangeKind::Replace | ChangeKind::Delete => {
            let started = paths.starts(tree, change.node).then_some("what the image starts");
            let program = || paths.has_program(tree, change.node).then_some("a program that PATH finds");
            let within = || sensitive_within(tree, change);
            match started.or_else(|| sensitive(path)).or_else(program).or_else(within) {
                Some(reason) => high(reason),
                None => (ChangeSeverity::Medium, None),
            }
        }
    }
}

#[cfg(test)]
mod tests;
