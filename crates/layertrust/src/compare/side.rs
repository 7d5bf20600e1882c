//! One image of a comparison, opened.

use crate::error::Result;
use crate::files::{LayerReader, Tree, View, shown};
use crate::image::{Image, Target};
use crate::layers::{Added, Passwd, Recorded, check_all, classes, runs_as};
use crate::report::{OwnerKind, PlatformReport, Side, SuspiciousClass};

pub(super) struct Opened<'r> {
    pub(super) image: Image,
    pub(super) tree: Tree,
    pub(super) recorded: Recorded,
    facts: Option<&'r PlatformReport>,
}

impl<'r> Opened<'r> {
    pub(super) fn new(
        target: &Target,
        facts: Option<&'r PlatformReport>,
        reader: &LayerReader<'_, '_>,
    ) -> Result<Self> {
        let mut tree = Tree::new();
        for (at, opened) in check_all(&target.image, reader).into_iter().enumerate() {
            let about = |error: crate::Error| error.about(format!("layer {at}"));
            let files = opened.map_err(about)?.files.unwrap_or_default();
            tree.apply(files, &reader.limits()).map_err(about)?;
        }
        let recorded = Recorded::read(&tree, View::Now);
        Ok(Opened { image: target.image.clone(), tree, recorded, facts })
    }

    pub(super) fn owner(&self, layer: usize) -> OwnerKind {
        let fact = self.facts.and_then(|facts| facts.layers.get(layer));
        fact.map_or(OwnerKind::Unattributed, |layer| layer.owner)
    }

    pub(super) fn side(&self) -> Side {
        let passwd = self.passwd().map_or(Passwd::Absent, Passwd::Content);
        let mut side = Side {
            digest: self.image.digest.to_string(),
            segments: self.facts.map(|facts| facts.segments.clone()).unwrap_or_default(),
            layers: self.image.layers.len(),
            blob_bytes: self.image.layers.iter().map(|layer| layer.blob.size).fold(0, u64::saturating_add),
            files: 0,
            file_bytes: 0,
            packages: self.recorded.packages.len(),
            runs_as: runs_as(&self.image.config, passwd),
            setuid: Vec::new(),
            shells: Vec::new(),
            package_managers: Vec::new(),
            users: Vec::new(),
        };
        for id in self.tree.all(View::Now) {
            let Some(file) = self.tree.file(id, View::Now).filter(|file| !file.is_directory()) else {
                continue;
            };
            side.files += 1;
            side.file_bytes = side.file_bytes.saturating_add(file.size());
            let path = self.tree.path(id);
            let look = Added { path: &path, kind: file.kind(), mode: file.mode(), shape: None };
            for class in classes(&look).iter() {
                match class {
                    SuspiciousClass::Setuid => side.setuid.push(shown(&path)),
                    SuspiciousClass::Shell => side.shells.push(shown(&path)),
                    SuspiciousClass::PackageManager => side.package_managers.push(shown(&path)),
                    _ => {}
                }
            }
        }
        for list in [&mut side.setuid, &mut side.shells, &mut side.package_managers] {
            list.sort_unstable();
        }
        side.users = self.users();
        side
    }

    fn passwd(&self) -> Option<&[u8]> {
        let id = self.tree.lookup(b"etc/passwd", View::Now)?;
        self.tree.content(id, View::Now)
    }

    fn users(&self) -> Vec<String> {
        let content = self.passwd().unwrap_or_default();
        let names =
            content.split(|byte| *byte == b'\n').filter_map(|line| line.split(|byte| *byte == b':').next());
        names.filter(|name| !name.is_empty()).map(shown).collect()
    }
}
