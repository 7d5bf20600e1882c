//! Packages of both images, matched by name.

use std::collections::BTreeMap;

use crate::compare::side::Opened;
use crate::report::{OwnedPackage, PackageChanges, VersionChange};

/// What became of every package.
pub(super) fn changes(from: &Opened<'_>, to: &Opened<'_>) -> PackageChanges {
    let (mut old, mut new) = (by_name(from), by_name(to));
    let mut changes = PackageChanges::default();
    // 1. The same package URL on both sides is the same version.
    for (name, packages) in &mut new {
        let Some(others) = old.get_mut(name) else { continue };
        packages.retain(|package| match others.iter().position(|other| other.purl == package.purl) {
            Some(at) => {
                others.swap_remove(at);
                changes.same += 1;
                false
            }
            None => true,
        });
        others.sort_unstable();
        packages.sort_unstable();
        // 2. What is left of a name on both sides changed its version, in order.
        let count = others.len().min(packages.len());
        let pairs = others.drain(..count).zip(packages.drain(..count));
        changes.changed.extend(pairs.map(|(from, to)| VersionChange { from, to }));
    }
    // 3. The rest came or went.
    changes.added = new.into_values().flatten().collect();
    changes.removed = old.into_values().flatten().collect();
    changes.added.sort_unstable();
    changes.removed.sort_unstable();
    changes
}

/// Packages by package URL without version and qualifiers, so that a distribution's next release is a change.
fn by_name(side: &Opened<'_>) -> BTreeMap<String, Vec<OwnedPackage>> {
    let mut names: BTreeMap<String, Vec<OwnedPackage>> = BTreeMap::new();
    for package in &side.recorded.packages {
        let layer = side.recorded.layer(package);
        let name = package.purl.split('@').next().unwrap_or(&package.purl).to_owned();
        let owned = OwnedPackage { purl: package.purl.clone(), layer, owner: side.owner(layer) };
        names.entry(name).or_default().push(owned);
    }
    names
}
