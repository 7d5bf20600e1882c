//! Paths of the merged tree, links followed as the kernel does inside a root.

use crate::files::entry::Kind;
use crate::files::tree::{NodeId, Tree, View};

/// What Linux allows on the way to one file.
const MOST_LINKS: usize = 40;

/// Where a path leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    Node(NodeId),
    /// Nothing is there, or a file where a directory would have to be.
    Absent,
    /// Links lead to links for too long.
    Loop,
}

impl Tree {
    /// The node that a path leads to. `..` and absolute links stay inside the root.
    pub(crate) fn lookup(&self, path: &[u8], view: View) -> Option<NodeId> {
        self.lookup_from(NodeId::ROOT, path, view)
    }

    /// The node that a path leads to from a directory; from the root if it is absolute.
    pub(crate) fn lookup_from(&self, from: NodeId, path: &[u8], view: View) -> Option<NodeId> {
        match self.walk(from, path, view, true) {
            Found::Node(id) => Some(id),
            Found::Absent | Found::Loop => None,
        }
    }

    /// The node of a path whose own last link is not followed.
    pub(crate) fn lookup_link(&self, path: &[u8], view: View) -> Option<NodeId> {
        match self.walk(NodeId::ROOT, path, view, false) {
            Found::Node(id) => Some(id),
            Found::Absent | Found::Loop => None,
        }
    }

    /// What a symbolic link leads to; any other node itself.
    pub(crate) fn follow(&self, id: NodeId, view: View) -> Option<NodeId> {
        match self.file(id, view)?.kind() {
            Kind::Symlink => {
                let target = self.file(id, view)?.link();
                match self.walk(self.parent(id), target, view, true) {
                    Found::Node(id) => Some(id),
                    Found::Absent | Found::Loop => None,
                }
            }
            _ => Some(id),
        }
    }

    pub(super) fn walk(&self, from: NodeId, path: &[u8], view: View, follows_last: bool) -> Found {
        let mut links = 0;
        let mut at = if path.starts_with(b"/") { NodeId::ROOT } else { from };
        // What is still to go, the next part last.
        let mut rest: Vec<&[u8]> = parts(path).rev().collect();
        while let Some(part) = rest.pop() {
            self.step();
            if part == b".." {
                self.step();
                at = self.parent(at);
                continue;
            }
            let Some(child) = self.child(at, part) else { return Found::Absent };
            let Some(file) = self.file(child, view) else { return Found::Absent };
            match file.kind() {
                Kind::Symlink if follows_last || !rest.is_empty() => {
                    links += 1;
                    if links > MOST_LINKS {
                        return Found::Loop;
                    }
                    let target = file.link();
                    if target.starts_with(b"/") {
                        at = NodeId::ROOT;
                    }
                    rest.extend(parts(target).rev());
                }
                Kind::Directory => at = child,
                _ if rest.is_empty() => at = child,
                _ => return Found::Absent,
            }
        }
        Found::Node(at)
    }
}

/// The parts of a path that lead somewhere.
pub(super) fn parts(path: &[u8]) -> impl DoubleEndedIterator<Item = &[u8]> {
    path.split(|byte| *byte == b'/').filter(|part| !matches!(*part, b"" | b"."))
}
