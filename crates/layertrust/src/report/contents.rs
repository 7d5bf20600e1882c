//! What a report says about the files of an image: what upper layers did to lower ones, and what they added.
//!
//! All paths are without a leading slash, as the merged tree has them. Bytes of a name that are no UTF-8 stand
//! as `\xNN`.

use serde::{Deserialize, Serialize};

use crate::report::SbomsFact;

/// What an upper layer did to a path of the base.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChangeFact {
    /// The path, parents resolved through links.
    pub path: String,
    /// What was done to it.
    pub kind: ChangeKind,
    /// The layer that did it, counted from 0 in the image.
    pub layer: usize,
    /// How much it matters.
    pub severity: ChangeSeverity,
    /// Why it rates high.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The base's package that the path belongs to, as a package URL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub package: Option<String>,
    /// The base's path that a new file hides by coming first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shadows: Option<String>,
    /// What a link that was put there leads to, as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
}

/// The kinds of change to what lower layers hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum ChangeKind {
    /// Other content, another link target, or a narrower mode or owner.
    Replace,
    /// No longer there. A directory is one change, and so is an opaque one.
    Delete,
    /// A directory became a link or another type, or a link to one became something else.
    Redirect,
    /// Set-user-ID, capabilities, a wider mode or owner.
    Privilege,
    /// A new file that comes before the base's of the same name in a search path.
    Shadow,
    /// Written again with nothing that a process can notice.
    Metadata,
}

impl ChangeKind {
    /// Every kind, with the word that policies and reports use.
    pub const ALL: [(ChangeKind, &'static str); 6] = [
        (ChangeKind::Replace, "replace"),
        (ChangeKind::Delete, "delete"),
        (ChangeKind::Redirect, "redirect"),
        (ChangeKind::Privilege, "privilege"),
        (ChangeKind::Shadow, "shadow"),
        (ChangeKind::Metadata, "metadata"),
    ];

    /// The word that policies and reports use.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(kind, _)| *kind == self).map_or("", |(_, name)| *name)
    }
}

/// How much a change matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum ChangeSeverity {
    /// It decides what runs, who may do what, or whom programs trust.
    High,
    /// It alters the vendor's content elsewhere.
    Medium,
    /// Nothing a process can notice.
    Low,
}

/// What the layers above the base brought.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AddedFact {
    /// Files, links and special files of the merged tree that are not the base's: added or replaced. Directories are
    /// not counted.
    pub files: u64,
    /// Bytes of these.
    pub bytes: u64,
    /// The same by layer; bytes that a later layer hides or deletes are in the image all the same and count here.
    pub by_layer: Vec<AddedLayer>,
    /// Packages that the base does not have.
    pub packages: Vec<PackageFact>,
    /// What was probably added by accident, or deserves a look, in order of class and path.
    pub suspicious: Vec<SuspiciousFact>,
}

/// What one layer brought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AddedLayer {
    /// The layer, counted from 0 in the image.
    pub layer: usize,
    /// Files, links and special files in it.
    pub files: u64,
    /// Bytes of regular files in it.
    pub bytes: u64,
    /// The same by top folder, in order of path; files of the root stand under an empty path.
    pub folders: Vec<AddedFolder>,
}

/// What one layer brought below one top folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AddedFolder {
    /// The folder, without slashes.
    pub path: String,
    /// Files, links and special files below it.
    pub files: u64,
    /// Bytes of regular files below it.
    pub bytes: u64,
}

/// A path that was probably added by accident, or deserves a look.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SuspiciousFact {
    /// Why.
    pub class: SuspiciousClass,
    /// The path.
    pub path: String,
    /// The layer that holds it, counted from 0 in the image.
    pub layer: usize,
    /// What the content of a credential looks like, as `private-key`; absent where the name alone says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shape: Option<String>,
}

macro_rules! classes {
    ($($(#[$doc:meta])* $variant:ident $name:literal,)*) => {
        /// Classes of what deserves a look.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(rename_all = "kebab-case")]
        #[non_exhaustive]
        pub enum SuspiciousClass { $($(#[$doc])* $variant,)* }

        impl SuspiciousClass {
            /// Every class, with the word that policies and reports use.
            pub const ALL: &'static [(SuspiciousClass, &'static str)] =
                &[$((SuspiciousClass::$variant, $name),)*];
        }
    };
}

classes! {
    /// Caches and lists of package managers.
    PackageCache "package-cache",
    /// Compilers, debuggers and download tools.
    BuildTool "build-tool",
    /// Shells that the base does not have.
    Shell "shell",
    /// Package managers that the base does not have.
    PackageManager "package-manager",
    /// Folders of version control.
    Vcs "vcs",
    /// Credentials, by name or by shape. Their values are never shown.
    Secret "secret",
    /// Memory of a program that crashed.
    CoreDump "core-dump",
    /// Everybody may write, without the sticky bit.
    WorldWritable "world-writable",
    /// A program that runs as its owner or group.
    Setuid "setuid",
    /// Configuration of the dynamic loader.
    LoaderConfig "loader-config",
    /// Users, groups, passwords and who may become whom.
    AccountDb "account-db",
    /// Databases of package managers.
    PackageDb "package-db",
    /// Certificates that programs trust.
    CaStore "ca-store",
}

impl SuspiciousClass {
    /// The word that policies and reports use.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(class, _)| *class == self).map_or("", |(_, name)| *name)
    }
}

/// Packages by who vouches for their bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PackagesFact {
    /// Of the base, every file byte for byte the base's.
    pub vendor_unmodified: Vec<PackageFact>,
    /// Of the base, at least one file replaced, deleted or hidden.
    pub vendor_modified: Vec<PackageFact>,
    /// Brought by the layers of images between the base and this one.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub intermediate: Vec<PackageFact>,
    /// Brought by the layers above.
    pub org: Vec<PackageFact>,
    /// What verified SBOMs name and the layers do not hold, and the other way round, for each side that has one.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub sboms: Vec<SbomsFact>,
}

/// A package, as a database in the image records it: the database's word, not a proof of what is in it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PackageFact {
    /// Its package URL.
    pub purl: String,
    /// The layer that holds its record, counted from 0 in the image.
    pub layer: usize,
    /// Its files that an upper layer changed.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub changed: Vec<String>,
}

/// The user that the image's process starts as, names resolved through the merged `etc/passwd`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RunsAs {
    /// As the config says it; empty where it says nothing, which is root.
    pub user: String,
    /// The number; absent for a name that could not be resolved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uid: Option<u32>,
    /// Whether that is root; absent for a name that could not be resolved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub root: Option<bool>,
}
