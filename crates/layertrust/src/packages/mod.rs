//! The packages of an image, as the databases in its files record them: the databases' word, read for the
//! names of packages and of the files that belong to each.
//!
//! Nothing here is trusted: a record that could be read in two ways gives no package and is reported.

mod apk;
mod dpkg;
mod fields;
mod listing;
mod npm;
mod os_release;
pub(crate) mod purl;
mod python;
mod word;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use os_release::System;

/// The contents of wanted files, by their cleaned path without leading slash.
pub(crate) type WantedFiles = BTreeMap<Vec<u8>, Arc<[u8]>>;

/// Which kind of package manager keeps the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Ecosystem {
    Deb,
    Apk,
    PyPi,
    Npm,
}

/// A package that a database records.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Package {
    pub(crate) ecosystem: Ecosystem,
    /// As recorded; of a Python package in the form of package URLs, since its spellings are all one name.
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) architecture: Option<String>,
    /// Its package URL.
    pub(crate) purl: String,
    /// The path of the file that records it.
    pub(crate) record: Vec<u8>,
    pub(crate) files: Files,
}

/// The files of a package.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Files {
    /// These, by cleaned paths without leading slash; folders may be among them.
    Listed(Vec<Vec<u8>>),
    /// All below this folder but what is in a `node_modules` below it.
    Below(Vec<u8>),
    /// The database does not say.
    Unknown,
}

/// A part of a database that could not be read.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Unreadable {
    pub(crate) path: Vec<u8>,
    pub(crate) reason: &'static str,
}

/// Whether a file's content must be kept while layers are read, because it tells of packages or of the
/// system.
pub(crate) fn is_wanted(path: &[u8]) -> bool {
    os_release::is_wanted(path)
        || dpkg::is_wanted(path)
        || apk::is_wanted(path)
        || python::is_wanted(path)
        || npm::is_wanted(path)
        || is_system_file(path)
}

/// The wanted files that tell of users and of where programs look for libraries. [`read`] makes nothing of
/// them.
pub(crate) fn is_system_file(path: &[u8]) -> bool {
    let between = |start: &[u8], end: &[u8]| {
        let name = path.strip_prefix(start).and_then(|rest| rest.strip_suffix(end));
        name.is_some_and(|name| !name.is_empty() && !name.contains(&b'/'))
    };
    matches!(path, b"etc/passwd" | b"etc/group" | b"etc/ld.so.conf")
        || between(b"etc/ld.so.conf.d/", b".conf")
        || between(b"etc/ld-musl-", b".path")
}

/// Reads all databases. Packages come in order of purl and record, the rest in order of path and reason.
pub(crate) fn read(files: &WantedFiles) -> (Vec<Package>, Vec<Unreadable>) {
    let mut found = Found::default();
    let system = System::read(files, &mut found);
    let mut dpkg = dpkg::Reader::new(files, &system);
    for (path, bytes) in files {
        dpkg.read(path, bytes, &mut found);
        apk::read(path, bytes, &system, &mut found);
        python::read(path, bytes, files, &mut found);
        npm::read(path, bytes, &mut found);
    }
    let Found { mut packages, unreadable } = found;
    packages.sort_by(|one, two| (&one.purl, &one.record).cmp(&(&two.purl, &two.record)));
    (packages, unreadable.into_iter().collect())
}

/// What the readers found so far.
#[derive(Debug, Default)]
struct Found {
    packages: Vec<Package>,
    /// A set: a million bad records of one file are one line of a report.
    unreadable: BTreeSet<Unreadable>,
}

impl Found {
    fn unreadable(&mut self, path: &[u8], reason: &'static str) {
        self.unreadable.insert(Unreadable { path: path.to_vec(), reason });
    }

    /// Takes a list of files, or says why there is none; `fault` is what was wrong with lines of it.
    fn files(
        &mut self,
        path: &[u8],
        listed: Result<Files, &'static str>,
        fault: Option<&'static str>,
    ) -> Files {
        if let Some(reason) = fault {
            self.unreadable(path, reason);
        }
        listed.unwrap_or_else(|reason| {
            self.unreadable(path, reason);
            Files::Unknown
        })
    }
}

#[cfg(test)]
mod tests;
