//! What the files of an image come to, once its layers were opened.

use crate::error::Result;
use crate::files::Opened;
use crate::image::Image;
use crate::layers::{Bases, Passwd};
use crate::limits::Limits;
use crate::policy::LayersRule;
use crate::report::{AddedFact, ChangeFact, PackagesFact};
#[cfg(feature = "layers")]
use {
    crate::files::{Tree, View, shown},
    crate::layers::{Below, added, changes, vouched},
    std::collections::BTreeSet,
};

/// The facts about one platform's files.
#[derive(Debug, Default)]
pub(crate) struct Contents {
    pub(crate) changes: Vec<ChangeFact>,
    pub(crate) added: AddedFact,
    pub(crate) packages: PackagesFact,
    /// Added paths that the policy's `deny-added` denies, folders included. Asked for while the files are walked:
    /// a list of all added paths would be too long to keep.
    pub(crate) denied: Vec<AddedPath>,
    /// The merged `etc/passwd`, as a process in the container would read it; none if there is no such file.
    pub(crate) passwd: Option<Vec<u8>>,
    /// Links of lower layers through which a layer puts files: some runtimes hide the link instead.
    pub(crate) through_links: Vec<AddedPath>,
}

/// A path that the base does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AddedPath {
    pub(crate) path: String,
    /// The layer that holds it, counted from 0 in the image.
    pub(crate) layer: usize,
}

impl Contents {
    pub(crate) fn passwd(&self) -> Passwd<'_> {
        self.passwd.as_deref().map_or(Passwd::Absent, Passwd::Content)
    }
}

#[cfg(feature = "layers")]
impl Contents {
    /// Merges the layers and compares the result with the base's part of them. Without a base everything was
    /// added.
    pub(crate) fn of(
        image: &Image,
        bases: &Bases,
        layers: &[Opened],
        limits: &Limits,
        rule: Option<&LayersRule>,
    ) -> Result<Self> {
        // 1. The merged tree, with a mark where the base ends.
        let base = bases.base.as_ref().map(|base| &base.below);
        let tree = merged(layers, base.map_or(0, Below::len), limits)?;

        // 2. What is different, and what is found first now.
        let walk = changes::walk(&tree);
        let base_config = base.map(|base| &*base.image.config);
        let paths = changes::search_paths(&tree, &image.config, base_config, limits)?;
        let mut found = walk.changes.clone();
        found.extend(changes::shadows(&tree, &paths));
        Limits::check("listed-paths", limits.listed_paths, found.len() as u64, "changes to the base")?;

        // 3. Whose packages that touches.
        let vouched = vouched::vouched(&tree, &found);
        let passwd = tree.lookup(b"etc/passwd", View::Now).and_then(|id| tree.content(id, View::Now));
        let path = |(layer, id)| AddedPath { path: shown(&tree.path(id)), layer };
        let mut contents = Contents {
            changes: changes::facts(&tree, &found, &paths, &vouched.owners),
            added: added::added(&tree, &walk, &paths, &vouched.facts.org, limits)?,
            denied: rule.map_or(Ok(Vec::new()), |rule| added::denied(&tree, &walk, rule, limits))?,
            passwd: passwd.map(<[u8]>::to_vec),
            through_links: tree.through_links().map(path).collect(),
            packages: vouched.facts,
        };

        // Two trees at once would need twice the memory.
        drop(tree);

        // 4. What was done to the images between, once for each: their files are lower ones, too.
        for below in bases.intermediates.iter().map(|one| &one.below) {
            contents.done_to(image, below, layers, limits)?;
        }
        contents.split_packages(bases);
        Ok(contents)
    }

    /// Adds the changes to an intermediate's files that are none to the files of what is below it.
    fn done_to(&mut self, image: &Image, below: &Below, layers: &[Opened], limits: &Limits) -> Result<()> {
        let tree = merged(layers, below.len(), limits)?;
        let mut found = changes::walk(&tree).changes;
        let paths = changes::search_paths(&tree, &image.config, Some(&*below.image.config), limits)?;
        found.extend(changes::shadows(&tree, &paths));
        let count = (self.changes.len() + found.len()) as u64;
        Limits::check("listed-paths", limits.listed_paths, count, "changes to intermediates")?;
        let owners = vouched::vouched(&tree, &found).owners;
        let known: BTreeSet<String> = self.changes.iter().map(|change| change.path.clone()).collect();
        let further = changes::facts(&tree, &found, &paths, &owners);
        self.changes.extend(further.into_iter().filter(|change| !known.contains(&change.path)));
        self.changes.sort_by(|one, two| (&one.path, one.kind).cmp(&(&two.path, two.kind)));
        Ok(())
    }

    /// Packages above the base by whose layer records them.
    fn split_packages(&mut self, bases: &Bases) {
        let top = bases.intermediates.iter().map(|one| one.below.len()).max().unwrap_or_default();
        let all = std::mem::take(&mut self.packages.org);
        (self.packages.intermediate, self.packages.org) = all.into_iter().partition(|one| one.layer < top);
    }
}

/// All layers in one tree, with a mark above the lowest `base`.
#[cfg(feature = "layers")]
fn merged(layers: &[Opened], base: usize, limits: &Limits) -> Result<Tree> {
    let mut tree = Tree::new();
    for (at, opened) in layers.iter().enumerate() {
        if at == base {
            tree.end_of_base();
        }
        let files = opened.files.clone().unwrap_or_default();
        tree.apply(files, limits).map_err(|error| error.about(format!("layer {at}")))?;
    }
    if layers.len() <= base {
        tree.end_of_base();
    }
    Ok(tree)
}

#[cfg(not(feature = "layers"))]
impl Contents {
    /// Never called with an opened layer: this build opens none.
    pub(crate) fn of(_: &Image, _: &Bases, _: &[Opened], _: &Limits, _: Option<&LayersRule>) -> Result<Self> {
        use crate::code::Code;
        use crate::error::Error;
        Err(Error::new(Code::RuleNotEvaluated, "layers")
            .expected("to open them")
            .found("a build without the feature `layers`"))
    }
}
