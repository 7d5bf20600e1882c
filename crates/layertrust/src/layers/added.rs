//! What the layers above the base brought: how much, where, and what deserves a look.

use std::collections::{BTreeMap, BTreeSet};

use crate::error::Result;
use crate::files::{Kind, NodeId, Tree, View, shown};
use crate::layers::AddedPath;
use crate::layers::changes::{SearchPaths, Walk};
use crate::layers::suspicious::{Added, classes};
use crate::limits::Limits;
use crate::policy::LayersRule;
use crate::report::{AddedFact, AddedFolder, AddedLayer, PackageFact, SuspiciousClass, SuspiciousFact};

/// Counts and classes of everything that is not the base's.
pub(super) fn added(
    tree: &Tree,
    walk: &Walk,
    paths: &SearchPaths,
    packages: &[PackageFact],
    limits: &Limits,
) -> Result<AddedFact> {
    let mut suspicious = BTreeSet::new();
    for id in &walk.added {
        let Some(file) = tree.file(*id, View::Now) else { continue };
        let path = tree.path(*id);
        let look = Added { path: &path, kind: file.kind(), mode: file.mode(), shape: file.shape() };
        for class in classes(&look).iter() {
            // A second shell beside the base's own is a shadow or nothing.
            let is_second = matches!(class, SuspiciousClass::Shell | SuspiciousClass::PackageManager)
                && paths.base_has_program(tree.name(*id));
            // Those are looked for layer by layer, below.
            let is_secret = class == SuspiciousClass::Secret;
            if !is_second && !is_secret {
                suspicious.insert(SuspiciousFact {
                    class,
                    path: shown(&path),
                    layer: layer_of(tree, *id),
                    shape: None,
                });
            }
        }
        few(suspicious.len(), "suspicious paths", limits)?;
    }
    let layers = (0..tree.layer_count()).filter(|layer| tree.is_above_base(*layer));
    // Whoever has the image has what a later layer deletes.
    for layer in layers.clone() {
        secrets(tree, layer, &mut suspicious, limits)?;
    }
    Ok(AddedFact {
        files: walk.files,
        bytes: walk.bytes,
        by_layer: layers.filter_map(|layer| by_layer(tree, layer)).collect(),
        packages: packages.to_vec(),
        suspicious: suspicious.into_iter().collect(),
    })
}

/// Paths that are named one by one must stay few enough to be named.
fn few(count: usize, what: &str, limits: &Limits) -> Result<()> {
    Limits::check("listed-paths", limits.listed_paths, count as u64, what)
}

/// Added paths that a rule denies, folders included.
pub(super) fn denied(tree: &Tree, walk: &Walk, rule: &LayersRule, limits: &Limits) -> Result<Vec<AddedPath>> {
    let mut denied = Vec::new();
    for id in &walk.added {
        let path = shown(&tree.path(*id));
        if rule.denies_added(&path) {
            denied.push(AddedPath { path, layer: layer_of(tree, *id) });
            few(denied.len(), "denied paths", limits)?;
        }
    }
    denied.sort_unstable_by(|one, two| one.path.cmp(&two.path));
    Ok(denied)
}

/// Credentials in one layer, whether or not a later one hides them.
fn secrets(tree: &Tree, layer: usize, into: &mut BTreeSet<SuspiciousFact>, limits: &Limits) -> Result<()> {
    let Some(index) = tree.layer(layer) else { return Ok(()) };
    for entry in index.entries.iter().filter(|entry| entry.kind == Kind::File) {
        let path = index.path(entry);
        let look = Added { path: &path, kind: entry.kind, mode: entry.mode, shape: entry.shape };
        if classes(&look).iter().any(|class| class == SuspiciousClass::Secret) {
            let shape = entry.shape.map(|shape| shape.name().to_owned());
            into.insert(SuspiciousFact { class: SuspiciousClass::Secret, path: shown(&path), layer, shape });
            few(into.len(), "suspicious paths", limits)?;
        }
    }
    Ok(())
}

fn layer_of(tree: &Tree, id: NodeId) -> usize {
    tree.doing(id).map_or(0, |(layer, _)| layer)
}

/// What one layer holds, whether or not a later one hides it.
fn by_layer(tree: &Tree, layer: usize) -> Option<AddedLayer> {
    let index = tree.layer(layer)?;
    let mut folders: BTreeMap<&[u8], (u64, u64)> = BTreeMap::new();
    for entry in &index.entries {
        if matches!(entry.kind, Kind::Directory | Kind::Whiteout | Kind::Opaque) {
            continue;
        }
        let folder = index.text(entry.folder);
        let top = folder.split(|byte| *byte == b'/').next().unwrap_or_default();
        let (files, bytes) = folders.entry(top).or_default();
        *files += 1;
        *bytes = bytes.saturating_add(entry.size);
    }
    let total = folders.values().fold((0, 0_u64), |sum, one| (sum.0 + one.0, sum.1.saturating_add(one.1)));
    let folders =
        folders.into_iter().map(|(path, (files, bytes))| AddedFolder { path: shown(path), files, bytes });
    Some(AddedLayer { layer, files: total.0, bytes: total.1, folders: folders.collect() })
}

#[cfg(test)]
mod tests;
