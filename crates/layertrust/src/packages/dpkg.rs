//! Debian packages (dpkg(1), deb822(5), deb-md5sums(5)).
//!
//! Records are in `var/lib/dpkg/status`, or without a package manager one by one in
//! `var/lib/dpkg/status.d/`. The files of a package are in `info/NAME.list` or `info/NAME:ARCH.list`, else in
//! the same with `.md5sums`, which has no configuration files; beside the record in `status.d`.

use std::collections::BTreeSet;

use super::fields::{lines, paragraphs};
use super::listing::Listing;
use super::os_release::System;
use super::word::{NO_ARCHITECTURE, NO_NAME, NO_VERSION, optional, required};
use super::{Ecosystem, Files, Found, Package, WantedFiles, purl};

const STATUS: &[u8] = b"var/lib/dpkg/status";
const RECORDS: &[u8] = b"var/lib/dpkg/status.d/";
const INFO: &[u8] = b"var/lib/dpkg/info/";

/// How the names of lists end, the better kind first.
const LISTS: [&[u8]; 2] = [b".list", b".md5sums"];

/// Other parts of a package that some builders put into `status.d`.
const NO_RECORDS: [&[u8]; 9] = [
    b".conffiles",
    b".postinst",
    b".postrm",
    b".preinst",
    b".prerm",
    b".shlibs",
    b".symbols",
    b".templates",
    b".triggers",
];

pub(super) fn is_wanted(path: &[u8]) -> bool {
    path == STATUS
        || record_name(path).is_some()
        || [INFO, RECORDS]
            .iter()
            .any(|folder| file_in(path, folder).is_some_and(|name| ends_in(name, &LISTS)))
}

/// The name of a file directly in a folder.
fn file_in<'p>(path: &'p [u8], folder: &[u8]) -> Option<&'p [u8]> {
    path.strip_prefix(folder).filter(|name| !name.is_empty() && !name.contains(&b'/'))
}

fn record_name(path: &[u8]) -> Option<&[u8]> {
    file_in(path, RECORDS).filter(|name| !ends_in(name, &LISTS) && !ends_in(name, &NO_RECORDS))
}

fn ends_in(name: &[u8], endings: &[&[u8]]) -> bool {
    endings.iter().any(|ending| name.ends_with(ending))
}

pub(super) struct Reader<'f> {
    files: &'f WantedFiles,
    system: &'f System,
    /// Lists that a package has. Each is given once: ten thousand records of one name would otherwise copy a
    /// long list ten thousand times.
    given: BTreeSet<Vec<u8>>,
}

impl<'f> Reader<'f> {
    pub(super) fn new(files: &'f WantedFiles, system: &'f System) -> Self {
        Reader { files, system, given: BTreeSet::new() }
    }

    /// Reads the file if it has records.
    pub(super) fn read(&mut self, path: &[u8], bytes: &[u8], found: &mut Found) {
        let record_name = record_name(path);
        if record_name.is_none() && path != STATUS {
            return;
        }
        for paragraph in paragraphs(bytes, ["Package", "Version", "Architecture", "Status"]) {
            let record = paragraph.values().and_then(|values| Record::of(values, record_name.is_none()));
            match record {
                Ok(Some(record)) => {
                    let files = self.list(path, record_name, &record, found);
                    let package = self.package(path, &record, files);
                    found.packages.push(package);
                }
                Ok(None) => {}
                Err(reason) => found.unreadable(path, reason),
            }
        }
    }

    fn package(&self, path: &[u8], record: &Record<'_>, files: Files) -> Package {
        let Record { name, version, architecture } = *record;
        Package {
            ecosystem: Ecosystem::Deb,
            name: name.to_owned(),
            version: version.to_owned(),
            architecture: architecture.map(str::to_owned),
            purl: purl::of_system("deb", "debian", self.system, name, version, architecture),
            record: path.to_vec(),
            files,
        }
    }

    /// The files of a package, by the first list that is there.
    fn list(&mut self, path: &[u8], file: Option<&[u8]>, record: &Record<'_>, found: &mut Found) -> Files {
        let folder = if file.is_some() { RECORDS } else { INFO };
        let name = record.name.as_bytes();
        let with_architecture = record.architecture.map(|known| [name, b":", known.as_bytes()].concat());
        let stems = [file, with_architecture.as_deref(), Some(name)];
        for stem in stems.into_iter().flatten() {
            let stem = [folder, stem].concat();
            let there = LISTS.iter().find_map(|ending| {
                let path = [&stem, *ending].concat();
                Some((*ending == b".md5sums", self.files.get(&path)?, path))
            });
            if let Some((has_sums, bytes, list)) = there {
                if !self.given.insert(stem) {
                    found.unreadable(path, "two records share one list of files");
                    return Files::Unknown;
                }
                let (mut listing, fault) = if has_sums { sums(bytes) } else { paths(bytes) };
                return found.files(&list, listing.take(), fault);
            }
        }
        Files::Unknown
    }
}

struct Record<'b> {
    name: &'b str,
    version: &'b str,
    architecture: Option<&'b str>,
}

impl<'b> Record<'b> {
    /// The record of a package whose files are there; none of another.
    fn of(values: [Option<&'b [u8]>; 4], needs_status: bool) -> Result<Option<Self>, &'static str> {
        let [name, version, architecture, status] = values;
        let name = required(name, NO_NAME)?;
        let is_there = match status {
            Some(status) => is_unpacked(status)?,
            None if needs_status => return Err("a record has no status"),
            None => true,
        };
        // Of a package that was removed the version may be gone.
        if !is_there {
            return Ok(None);
        }
        let version = required(version, NO_VERSION)?;
        let architecture = optional(architecture, NO_ARCHITECTURE)?;
        Ok(Some(Record { name, version, architecture }))
    }
}

/// Whether the files of a package are in place, by what is wanted, what went wrong, and the state. A package
/// whose scripts did not run yet is as much there as an installed one.
fn is_unpacked(status: &[u8]) -> Result<bool, &'static str> {
    let mut words = status.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    match (words.nth(2), words.next()) {
        (
            Some(b"installed" | b"unpacked" | b"half-configured" | b"triggers-awaited" | b"triggers-pending"),
            None,
        ) => Ok(true),
        (Some(b"not-installed" | b"config-files" | b"half-installed"), None) => Ok(false),
        _ => Err("a record has no proper status"),
    }
}

/// A list of absolute paths, the folders among them.
fn paths(bytes: &[u8]) -> (Listing, Option<&'static str>) {
    let mut listing = Listing::new(bytes.len());
    lines(bytes).for_each(|line| listing.push(b"", line));
    (listing, None)
}

/// A list as md5sum(1) writes it, and whether a line has another form.
fn sums(bytes: &[u8]) -> (Listing, Option<&'static str>) {
    let mut listing = Listing::new(bytes.len());
    let mut fault = None;
    for line in lines(bytes).filter(|line| !line.is_empty()) {
        let (sum, path) = line.split_at_checked(32).unwrap_or_default();
        let path = path.strip_prefix(b"  ").or_else(|| path.strip_prefix(b" *"));
        match path.filter(|path| !path.is_empty() && sum.iter().all(u8::is_ascii_hexdigit)) {
            Some(path) => listing.push(b"", path),
            None => fault = Some("a line has no checksum and path"),
        }
    }
    (listing, fault)
}

#[cfg(test)]
mod tests;
