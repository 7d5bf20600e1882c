//! What a report says about two images side by side.

use serde::{Deserialize, Serialize};

use crate::report::{
    ChangeKind, ChangeSeverity, ConfigChange, ImageFact, Now, OwnerKind, RunsAs, SegmentFact, Tool,
};

/// The schema of [`Comparison`].
pub const COMPARISON_SCHEMA: &str = "layertrust.comparison/v1";

/// What one image adds to, removes from and changes in another. Facts, no verdict.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Comparison {
    /// [`COMPARISON_SCHEMA`].
    pub schema: String,
    /// The program that wrote this.
    pub tool: Tool,
    /// The time that the owners of layers were found at.
    pub now: Now,
    /// The image compared with.
    pub from: ImageFact,
    /// The image compared.
    pub to: ImageFact,
    /// Every platform that both have, in the order of `to`.
    pub platforms: Vec<PlatformComparison>,
    /// Platforms that only `from` has.
    pub only_from: Vec<String>,
    /// Platforms that only `to` has.
    pub only_to: Vec<String>,
}

/// One platform of both images.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PlatformComparison {
    /// `os/arch[/variant]`.
    pub platform: String,
    /// What `from` is.
    pub from: Side,
    /// What `to` is.
    pub to: Side,
    /// How many of the lowest layers are the same, by diff ID.
    pub common_layers: usize,
    /// Packages by what became of them.
    pub packages: PackageChanges,
    /// Files by what became of them.
    pub files: FileChanges,
    /// Every field of the configuration that differs; `base` is the value in `from`.
    pub config: Vec<ConfigChange>,
}

/// One image of the two.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Side {
    /// The platform manifest.
    pub digest: String,
    /// Runs of layers with one owner, bottom up.
    pub segments: Vec<SegmentFact>,
    /// Layers.
    pub layers: usize,
    /// Bytes of the layer blobs: what is transferred.
    pub blob_bytes: u64,
    /// Files, links and special files of the merged tree.
    pub files: u64,
    /// Bytes of regular files of the merged tree.
    pub file_bytes: u64,
    /// Packages that databases in the image record.
    pub packages: usize,
    /// The user that the process starts as.
    pub runs_as: RunsAs,
    /// Programs that run as their owner or group.
    pub setuid: Vec<String>,
    /// Shells.
    pub shells: Vec<String>,
    /// Package managers.
    pub package_managers: Vec<String>,
    /// Users that `etc/passwd` lists.
    pub users: Vec<String>,
}

/// Packages by what became of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PackageChanges {
    /// Only in `to`.
    pub added: Vec<OwnedPackage>,
    /// Only in `from`.
    pub removed: Vec<OwnedPackage>,
    /// In both, in other versions.
    pub changed: Vec<VersionChange>,
    /// In both, in the same version.
    pub same: usize,
}

/// A package of one side.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OwnedPackage {
    /// Its package URL.
    pub purl: String,
    /// The layer that holds its record.
    pub layer: usize,
    /// Who owns that layer.
    pub owner: OwnerKind,
}

/// A package that both sides have in other versions.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct VersionChange {
    /// The package in `from`.
    pub from: OwnedPackage,
    /// The package in `to`.
    pub to: OwnedPackage,
}

/// Files by what became of them. Directories are not counted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FileChanges {
    /// Only in `to`.
    pub added: FileCount,
    /// Only in `from`.
    pub removed: FileCount,
    /// Paths that both have and that differ, in order of path.
    pub changed: Vec<PathChange>,
    /// Paths that both have and that are the same.
    pub same: u64,
}

/// How many files and bytes, and where.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FileCount {
    /// Files, links and special files.
    pub files: u64,
    /// Bytes of regular files.
    pub bytes: u64,
    /// The same by top folder, in order of path.
    pub folders: Vec<crate::report::AddedFolder>,
}

/// A path that both images have and that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PathChange {
    /// The path without a leading slash.
    pub path: String,
    /// What is different.
    pub kind: ChangeKind,
    /// How much it matters.
    pub severity: ChangeSeverity,
    /// The layer of `to` that holds it.
    pub layer: usize,
    /// Who owns that layer.
    pub owner: OwnerKind,
}
