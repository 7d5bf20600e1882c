//! Which of the paths that were added above the base deserve a look, and which of the base's paths must not
//! be changed lightly.
//!
//! Both questions are asked of the same tables: what is worth a look when new is worth a loud word when
//! changed.

mod places;
mod programs;
mod secrets;

use crate::files::{Kind, SETGID, SETUID, STICKY, SecretShape};
use crate::report::SuspiciousClass;

/// A path that the layers above the base added, as the merged tree has it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Added<'t> {
    /// Cleaned, without a leading slash.
    pub(crate) path: &'t [u8],
    /// What stands there.
    pub(crate) kind: Kind,
    /// Permissions, set-user-ID, set-group-ID and sticky.
    pub(crate) mode: u16,
    /// Whether a file's content looks like a credential.
    pub(crate) shape: Option<SecretShape>,
}

/// A set of classes, small enough to be made for each of a million paths.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Classes(u32);

impl Classes {
    /// The classes in the set, in the order of their definition.
    pub(crate) fn iter(self) -> impl Iterator<Item = SuspiciousClass> {
        SuspiciousClass::ALL
            .iter()
            .map(|(class, _)| *class)
            .filter(move |class| self.0 & Self::bit(*class) != 0)
    }

    /// Adds a class if there is one.
    fn add(&mut self, class: impl Into<Option<SuspiciousClass>>) {
        self.0 |= class.into().map_or(0, Self::bit);
    }

    /// Adds a class if the condition holds.
    fn add_if(&mut self, holds: bool, class: SuspiciousClass) {
        self.add(holds.then_some(class));
    }

    /// The class's own bit.
    fn bit(class: SuspiciousClass) -> u32 {
        1 << (class as u32)
    }
}

/// Every class that a path added above the base belongs to.
pub(crate) fn classes(added: &Added<'_>) -> Classes {
    let Added { path, kind, mode, shape } = *added;
    let (folder, name) = split(path);
    // A hard link is the file that it names.
    let is_file = matches!(kind, Kind::File | Kind::HardLink);
    let is_folder = kind == Kind::Directory;
    let mut classes = Classes::default();

    classes.add_if(is_vcs(name, is_folder), SuspiciousClass::Vcs);
    classes.add_if(is_world_writable(path, kind, mode), SuspiciousClass::WorldWritable);
    if is_folder {
        return classes;
    }
    if let Some(class) = places::of(path).and_then(places::Place::class) {
        // A link to a download or a dump is none.
        let only_files = matches!(class, SuspiciousClass::PackageCache | SuspiciousClass::CoreDump);
        classes.add_if(is_file || !only_files, class);
    }
    classes.add_if(is_file && places::is_user_cache(path), SuspiciousClass::PackageCache);
    if is_file || kind == Kind::Symlink {
        classes.add(programs::class(folder, name));
    }
    if is_file {
        // On a folder, set-group-ID only says whose group new files get.
        classes.add_if(mode & (SETUID | SETGID) != 0, SuspiciousClass::Setuid);
        classes.add_if(shape.is_some() || secrets::is_secret(path, name), SuspiciousClass::Secret);
        classes.add_if(is_core_dump(folder, name), SuspiciousClass::CoreDump);
    }
    classes
}

/// Why a change of this path of the base matters, if it decides what runs, who may do what, or whom programs
/// trust. A folder that holds such paths is asked about path by path, except for the folders of the tables.
pub(crate) fn sensitive(path: &[u8]) -> Option<&'static str> {
    places::of(path)
        .and_then(places::Place::reason)
        .or_else(|| programs::is_in_path(path).then_some("a program in a folder of PATH"))
        .or_else(|| places::library(path))
}

/// A folder of version control, or the file that leads to one.
fn is_vcs(name: &[u8], is_folder: bool) -> bool {
    matches!(name, b".git") || is_folder && matches!(name, b".hg" | b".svn" | b".bzr")
}

/// Everybody may write. The sticky bit protects what is in a folder, and devices are meant to be written to.
fn is_world_writable(path: &[u8], kind: Kind, mode: u16) -> bool {
    if mode & 0o002 == 0 {
        return false;
    }
    match kind {
        Kind::File | Kind::HardLink | Kind::Fifo => true,
        Kind::Directory => mode & STICKY == 0,
        Kind::CharDevice(..) | Kind::BlockDevice(..) => !path.starts_with(b"dev/"),
        Kind::Symlink | Kind::Whiteout | Kind::Opaque => false,
    }
}

/// `core` where a process starts without a working directory, and `core.PID` outside of `usr`, which has
/// manual pages of such names.
fn is_core_dump(folder: &[u8], name: &[u8]) -> bool {
    match name.strip_prefix(b"core") {
        Some(b"") => folder.is_empty(),
        Some([b'.', pid @ ..]) => {
            !pid.is_empty() && pid.iter().all(u8::is_ascii_digit) && !folder.starts_with(b"usr/")
        }
        _ => false,
    }
}

/// A path's folder and its name in it.
fn split(path: &[u8]) -> (&[u8], &[u8]) {
    match path.iter().rposition(|byte| *byte == b'/') {
        Some(slash) => (path.get(..slash).unwrap_or_default(), path.get(slash + 1..).unwrap_or_default()),
        None => (b"", path),
    }
}

/// The path, and what is left of it after each of its folders.
fn tails(path: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::successors(Some(path), |path| {
        let slash = memchr::memchr(b'/', path)?;
        path.get(slash + 1..)
    })
}

#[cfg(test)]
mod tests;
