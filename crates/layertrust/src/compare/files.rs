//! Files of both images, path by path.

use std::collections::{BTreeMap, HashMap};

use crate::compare::side::Opened;
use crate::error::Result;
use crate::files::{NodeId, Tree, View, shown};
use crate::layers::{kinds, sensitive};
use crate::limits::Limits;
use crate::report::{AddedFolder, ChangeKind, ChangeSeverity, FileChanges, FileCount, PathChange};

/// Walks both trees together.
pub(super) fn changes(from: &Opened<'_>, to: &Opened<'_>, limits: &Limits) -> Result<FileChanges> {
    let (old, new) = (&from.tree, &to.tree);
    let mut changes = FileChanges::default();
    let (mut added, mut removed) = (Counter::default(), Counter::default());
    let mut waiting = vec![(Some(NodeId::ROOT), Some(NodeId::ROOT))];
    while let Some((old_id, new_id)) = waiting.pop() {
        let old_file = old_id.and_then(|id| old.file(id, View::Now));
        let new_file = new_id.and_then(|id| new.file(id, View::Now));
        // 1. What is at this path.
        match (old_id.zip(old_file), new_id.zip(new_file)) {
            (None, Some((id, file))) if !file.is_directory() => added.add(&new.path(id), file.size()),
            (Some((id, file)), None) if !file.is_directory() => removed.add(&old.path(id), file.size()),
            (Some((_, before)), Some((id, now))) => {
                let path = new.path(id);
                let differing: Vec<ChangeKind> = match (before.is_directory(), now.is_directory()) {
                    (true, false) | (false, true) => vec![ChangeKind::Redirect],
                    _ => kinds(&before, &now).filter(|kind| *kind != ChangeKind::Metadata).collect(),
                };
                changes.same += u64::from(differing.is_empty() && !now.is_directory());
                changes.changed.extend(differing.into_iter().map(|kind| PathChange {
                    severity: severity(kind, &path),
                    path: shown(&path),
                    kind,
                    layer: now.layer(),
                    owner: to.owner(now.layer()),
                }));
            }
            _ => {}
        }
        let listed = changes.changed.len() as u64;
        Limits::check("listed-paths", limits.listed_paths, listed, "paths that differ")?;
        // 2. What is below it, on either side.
        waiting.extend(below(old, old_id, new, new_id));
    }
    changes.changed.sort_by(|one, two| (&one.path, one.kind).cmp(&(&two.path, two.kind)));
    (changes.added, changes.removed) = (added.finish(), removed.finish());
    Ok(changes)
}

type Pair = (Option<NodeId>, Option<NodeId>);

fn below(old: &Tree, old_id: Option<NodeId>, new: &Tree, new_id: Option<NodeId>) -> Vec<Pair> {
    let old_children = old_id.into_iter().flat_map(|id| old.children(id, View::Now));
    let mut names: HashMap<&[u8], Pair> = old_children.map(|id| (old.name(id), (Some(id), None))).collect();
    for id in new_id.into_iter().flat_map(|id| new.children(id, View::Now)) {
        names.entry(new.name(id)).or_default().1 = Some(id);
    }
    names.into_values().collect()
}

fn severity(kind: ChangeKind, path: &[u8]) -> ChangeSeverity {
    let is_high = matches!(kind, ChangeKind::Privilege | ChangeKind::Redirect) || sensitive(path).is_some();
    if is_high { ChangeSeverity::High } else { ChangeSeverity::Medium }
}

#[derive(Default)]
struct Counter {
    files: u64,
    bytes: u64,
    folders: BTreeMap<String, (u64, u64)>,
}

impl Counter {
    fn add(&mut self, path: &[u8], bytes: u64) {
        let mut parts = path.split(|byte| *byte == b'/');
        let top = parts.next().filter(|_| parts.next().is_some()).unwrap_or_default();
        self.files += 1;
        self.bytes = self.bytes.saturating_add(bytes);
        let folder = self.folders.entry(shown(top)).or_default();
        folder.0 += 1;
        folder.1 = folder.1.saturating_add(bytes);
    }

    fn finish(self) -> FileCount {
        let folder = |(path, (files, bytes))| AddedFolder { path, files, bytes };
        FileCount {
            files: self.files,
            bytes: self.bytes,
            folders: self.folders.into_iter().map(folder).collect(),
        }
    }
}
