//! Places in the tree that mean something wherever they turn up.

use super::{split, tails};
use crate::report::SuspiciousClass;

/// What a place is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// What a package manager downloaded.
    PackageCache,
    /// Where the system puts the memory of crashed programs.
    CoreDump,
    /// What a package manager installed.
    PackageDb,
    /// Whom programs trust.
    CaStore,
    /// What the dynamic loader loads.
    LoaderConfig,
    /// Users, groups, and who may become whom.
    AccountDb,
    /// What scanners take the system for.
    Identity,
}

impl Place {
    /// The class of what is added there.
    pub(super) fn class(self) -> Option<SuspiciousClass> {
        match self {
            Place::PackageCache => Some(SuspiciousClass::PackageCache),
            Place::CoreDump => Some(SuspiciousClass::CoreDump),
            Place::PackageDb => Some(SuspiciousClass::PackageDb),
            Place::CaStore => Some(SuspiciousClass::CaStore),
            Place::LoaderConfig => Some(SuspiciousClass::LoaderConfig),
            Place::AccountDb => Some(SuspiciousClass::AccountDb),
            Place::Identity => None,
        }
    }

    /// Why a change there rates high.
    pub(super) fn reason(self) -> Option<&'static str> {
        match self {
            Place::PackageCache | Place::CoreDump => None,
            Place::PackageDb => Some("the database of packages"),
            Place::CaStore => Some("certificates that programs trust"),
            Place::LoaderConfig => Some("configuration of the dynamic loader"),
            Place::AccountDb => Some("accounts and what they may do"),
            Place::Identity => Some("the system's identity"),
        }
    }
}

/// How a path is recognized.
enum At {
    /// The path itself.
    Is(&'static str),
    /// The folder and all in it.
    Below(&'static str),
    /// What is in a folder, by the beginning and the end of the rest of its path.
    In(&'static str, &'static str),
}

impl At {
    /// Whether this is the path.
    fn is(&self, path: &[u8]) -> bool {
        match self {
            At::Is(name) => path == name.as_bytes(),
            At::Below(folder) => {
                path.strip_prefix(folder.as_bytes()).is_some_and(|rest| matches!(rest, [] | [b'/', ..]))
            }
            At::In(start, end) => {
                path.strip_prefix(start.as_bytes()).is_some_and(|rest| rest.ends_with(end.as_bytes()))
            }
        }
    }
}

/// A place and how it is recognized.
type Rule = (At, Place);

/// Places in `etc`.
const ETC: &[Rule] = &[
    (At::Is("etc/passwd"), Place::AccountDb),
    (At::Is("etc/passwd-"), Place::AccountDb),
    (At::Is("etc/shadow"), Place::AccountDb),
    (At::Is("etc/shadow-"), Place::AccountDb),
    (At::Is("etc/group"), Place::AccountDb),
    (At::Is("etc/group-"), Place::AccountDb),
    (At::Is("etc/gshadow"), Place::AccountDb),
    (At::Is("etc/gshadow-"), Place::AccountDb),
    (At::In("etc/subuid", ""), Place::AccountDb),
    (At::In("etc/subgid", ""), Place::AccountDb),
    (At::Is("etc/sudoers"), Place::AccountDb),
    (At::Below("etc/sudoers.d"), Place::AccountDb),
    (At::Is("etc/doas.conf"), Place::AccountDb),
    (At::Below("etc/doas.d"), Place::AccountDb),
    (At::Is("etc/pam.conf"), Place::AccountDb),
    (At::Below("etc/pam.d"), Place::AccountDb),
    (At::Is("etc/nsswitch.conf"), Place::AccountDb),
    (At::Is("etc/ld.so.preload"), Place::LoaderConfig),
    (At::Is("etc/ld.so.conf"), Place::LoaderConfig),
    (At::Below("etc/ld.so.conf.d"), Place::LoaderConfig),
    (At::Is("etc/ld.so.cache"), Place::LoaderConfig),
    (At::In("etc/ld-musl-", ".path"), Place::LoaderConfig),
    (At::Below("etc/ssl/certs"), Place::CaStore),
    (At::Is("etc/ssl/cert.pem"), Place::CaStore),
    (At::Below("etc/pki"), Place::CaStore),
    (At::In("etc/ca-certificates", ""), Place::CaStore),
    (At::Is("etc/os-release"), Place::Identity),
    (At::Below("etc/apk/cache"), Place::PackageCache),
];

/// Places in `var`.
const VAR: &[Rule] = &[
    (At::Below("var/crash"), Place::CoreDump),
    (At::Below("var/lib/systemd/coredump"), Place::CoreDump),
    (At::Below("var/lib/dpkg"), Place::PackageDb),
    (At::Below("var/lib/rpm"), Place::PackageDb),
    (At::Below("var/lib/pacman"), Place::PackageDb),
    (At::Below("var/lib/ca-certificates"), Place::CaStore),
    (At::Below("var/lib/apt/lists"), Place::PackageCache),
    (At::In("var/cache/apt/archives/", ".deb"), Place::PackageCache),
    (At::In("var/cache/apt/", ".bin"), Place::PackageCache),
    (At::Below("var/cache/apk"), Place::PackageCache),
    (At::Below("var/cache/dnf"), Place::PackageCache),
    (At::Below("var/cache/libdnf5"), Place::PackageCache),
    (At::Below("var/cache/yum"), Place::PackageCache),
    (At::Below("var/cache/zypp"), Place::PackageCache),
    (At::Below("var/cache/pacman/pkg"), Place::PackageCache),
    (At::Below("var/lib/dnf"), Place::PackageCache),
    (At::Below("var/lib/yum"), Place::PackageCache),
];

/// Places in `usr` and `lib`.
const USR: &[Rule] = &[
    (At::Below("usr/share/ca-certificates"), Place::CaStore),
    (At::Below("usr/local/share/ca-certificates"), Place::CaStore),
    (At::Below("usr/share/pki"), Place::CaStore),
    (At::Below("usr/lib/apk/db"), Place::PackageDb),
    (At::Below("lib/apk/db"), Place::PackageDb),
    (At::Below("usr/lib/sysimage/rpm"), Place::PackageDb),
    (At::Is("usr/lib/os-release"), Place::Identity),
];

/// What a path is for, if it is one of the places.
pub(super) fn of(path: &[u8]) -> Option<Place> {
    let rules = match path {
        [b'e', b't', b'c', b'/', ..] => ETC,
        [b'v', b'a', b'r', b'/', ..] => VAR,
        [b'u', b's', b'r', b'/', ..] | [b'l', b'i', b'b', b'/', ..] => USR,
        _ => &[],
    };
    let place = rules.iter().find(|(at, _)| at.is(path)).map(|(_, place)| *place);
    place.or_else(|| is_bundled_store(path).then_some(Place::CaStore))
}

/// Stores of certificates that Java and Python bring along.
fn is_bundled_store(path: &[u8]) -> bool {
    path.ends_with(b"/lib/security/cacerts") || path.ends_with(b"certifi/cacert.pem")
}

/// Caches below a home, which may be any folder.
const USER_CACHES: &[&str] = &[
    ".cache/go-build/",
    ".cache/pip/",
    ".cache/uv/",
    ".cache/yarn/",
    ".cargo/registry/cache/",
    ".gradle/caches/",
    ".m2/repository/",
    ".npm/_cacache/",
    ".yarn/berry/cache/",
    "cargo/registry/cache/",
    "go/pkg/mod/cache/",
];

/// What a user's package manager downloaded.
pub(super) fn is_user_cache(path: &[u8]) -> bool {
    let known = tails(path)
        .filter(|tail| matches!(tail, [b'.' | b'c' | b'g', ..]))
        .any(|tail| USER_CACHES.iter().any(|cache| tail.starts_with(cache.as_bytes())));
    // In a project, yarn may run programs from this folder: it is a cache only in a home.
    let in_home = || match path.strip_prefix(b"home/") {
        Some(rest) => tails(rest).nth(1),
        None => path.strip_prefix(b"root/"),
    };
    known || in_home().is_some_and(|rest| rest.starts_with(b".yarn/cache/"))
}

/// Where the dynamic loader looks for libraries.
const LIBRARIES: &[&str] =
    &["lib", "lib32", "lib64", "libx32", "usr/lib", "usr/lib32", "usr/lib64", "usr/libx32", "usr/local/lib"];

/// Why a change of a library, or of the folder of all, rates high.
pub(super) fn library(path: &[u8]) -> Option<&'static str> {
    let folder = LIBRARIES.iter().find(|folder| At::Below(folder).is(path))?;
    let (_, name) = split(path);
    if path.len() == folder.len() {
        Some("a folder of shared libraries")
    } else if !is_library(name) {
        None
    } else if name.starts_with(b"ld-") || name.starts_with(b"ld.so") || name.starts_with(b"ld64.so") {
        Some("the dynamic loader")
    } else {
        Some("a shared library")
    }
}

/// `libx.so`, or with a version as `libx.so.3`.
fn is_library(name: &[u8]) -> bool {
    name.ends_with(b".so")
        || name
            .windows(5)
            .any(|part| part.starts_with(b".so.") && part.last().is_some_and(u8::is_ascii_digit))
}
