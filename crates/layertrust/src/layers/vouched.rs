//! Packages by who vouches for their bytes.
//!
//! A package of the base stays the vendor's only if every file that its record lists is what the base has, and
//! is still reached by its path. Same name and version over other bytes is a modified package.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use crate::files::{NodeId, Tree, View, shown};
use crate::layers::changes::Change;
use crate::packages::{self, Ecosystem, Files, Package};
use crate::report::{ChangeKind, PackageFact, PackagesFact};

/// The packages of an image, and the owner of each path that was changed.
#[derive(Default)]
pub(super) struct Vouched {
    pub(super) facts: PackagesFact,
    /// The package URL of the base's package that a changed path belongs to.
    pub(super) owners: HashMap<NodeId, String>,
}

/// Reads the databases of both states and compares.
pub(super) fn vouched(tree: &Tree, changes: &[Change]) -> Vouched {
    let (base, now) = (Recorded::read(tree, View::Base), Recorded::read(tree, View::Now));
    let touched: HashSet<NodeId> = changes
        .iter()
        .filter(|change| change.kind != ChangeKind::Metadata)
        .map(|change| change.shadows.unwrap_or(change.node))
        .collect();
    let mut vouched = Vouched::default();
    for package in &base.packages {
        let mut changed: Vec<String> = Vec::new();
        let is_known = files(tree, package, &mut |id| {
            if touched.contains(&id) {
                vouched.owners.insert(id, package.purl.clone());
            }
            if touched.contains(&id) || !is_reached(tree, id) {
                changed.push(shown(&tree.path(id)));
            }
        });
        changed.sort_unstable();
        changed.dedup();
        // Which files it has is not known: nothing at all may have changed.
        let is_unmodified = changed.is_empty() && (is_known || touched.is_empty());
        let fact = PackageFact { purl: package.purl.clone(), layer: base.layer(package), changed };
        match is_unmodified {
            true => vouched.facts.vendor_unmodified.push(fact),
            false => vouched.facts.vendor_modified.push(fact),
        }
    }
    let known: HashSet<Identity<'_>> = base.packages.iter().map(identity).collect();
    for package in now.packages.iter().filter(|package| !known.contains(&identity(package))) {
        let fact = PackageFact { purl: package.purl.clone(), layer: now.layer(package), changed: Vec::new() };
        vouched.facts.org.push(fact);
    }
    for list in
        [&mut vouched.facts.vendor_unmodified, &mut vouched.facts.vendor_modified, &mut vouched.facts.org]
    {
        list.sort_unstable();
        list.dedup();
    }
    vouched
}

/// What the databases of one state record.
pub(crate) struct Recorded {
    pub(crate) packages: Vec<Package>,
    layers: BTreeMap<Vec<u8>, usize>,
}

impl Recorded {
    pub(crate) fn read(tree: &Tree, view: View) -> Self {
        let mut contents: BTreeMap<Vec<u8>, Arc<[u8]>> = BTreeMap::new();
        let mut layers = BTreeMap::new();
        for (path, layer, content) in tree.contents(view) {
            layers.insert(path.clone(), layer);
            contents.insert(path, content.clone());
        }
        let (packages, _) = packages::read(&contents);
        Recorded { packages, layers }
    }

    /// The layer that holds a package's record.
    pub(crate) fn layer(&self, package: &Package) -> usize {
        self.layers.get(&package.record).copied().unwrap_or_default()
    }
}

/// A package of the system is one wherever its record is; a module is another one in another folder.
type Identity<'p> = (&'p str, Option<&'p [u8]>);

fn identity(package: &Package) -> Identity<'_> {
    let record = match package.ecosystem {
        Ecosystem::Deb | Ecosystem::Apk => None,
        Ecosystem::PyPi | Ecosystem::Npm => Some(&*package.record),
    };
    (&package.purl, record)
}

/// Whether a path of the base still leads to it.
fn is_reached(tree: &Tree, id: NodeId) -> bool {
    tree.file(id, View::Now).is_some() && tree.lookup_link(&tree.path(id), View::Now) == Some(id)
}

/// Every file of a package that the base has. Says whether the record tells which they are.
fn files(tree: &Tree, package: &Package, each: &mut dyn FnMut(NodeId)) -> bool {
    let mut one = |id: NodeId| {
        if tree.file(id, View::Base).is_some_and(|file| !file.is_directory()) {
            each(id);
        }
    };
    match &package.files {
        Files::Unknown => false,
        Files::Listed(paths) => {
            paths.iter().filter_map(|path| tree.lookup_link(path, View::Base)).for_each(&mut one);
            true
        }
        Files::Below(folder) => {
            let mut waiting: Vec<NodeId> = tree.lookup(folder, View::Base).into_iter().collect();
            while let Some(id) = waiting.pop() {
                one(id);
                // Modules within are packages of their own.
                waiting.extend(
                    tree.children(id, View::Base).filter(|child| tree.name(*child) != b"node_modules"),
                );
            }
            true
        }
    }
}

#[cfg(test)]
mod tests;
