//! Alpine packages (apk(8); the installed database as apk-package(5) and the Alpine wiki's "Apk spec" have
//! it): lines of a letter, a colon and a value, and an empty line after each package.

use super::fields::lines;
use super::listing::Listing;
use super::os_release::System;
use super::word::{NO_ARCHITECTURE, NO_NAME, NO_VERSION, optional, required};
use super::{Ecosystem, Files, Found, Package, purl};

/// The second is where systems have it that merged `/lib` into `/usr`.
const PATHS: [&[u8]; 2] = [b"lib/apk/db/installed", b"usr/lib/apk/db/installed"];

pub(super) fn is_wanted(path: &[u8]) -> bool {
    PATHS.contains(&path)
}

/// Reads the file if it is a database.
pub(super) fn read(path: &[u8], bytes: &[u8], system: &System, found: &mut Found) {
    if !is_wanted(path) {
        return;
    }
    let mut listing = Listing::new(bytes.len());
    let mut lines = lines(bytes);
    while let Some(first) = lines.find(|line| !line.is_empty()) {
        let mut record = Record::default();
        let rest = lines.by_ref().take_while(|line| !line.is_empty());
        std::iter::once(first).chain(rest).for_each(|line| record.add(line, &mut listing));
        let listed = listing.take();
        match record.package(path, system) {
            Ok(package) => {
                let files = found.files(path, listed, None);
                found.packages.push(Package { files, ..package });
            }
            Err(reason) => found.unreadable(path, reason),
        }
    }
}

#[derive(Default)]
struct Record<'b> {
    name: Option<&'b [u8]>,
    version: Option<&'b [u8]>,
    architecture: Option<&'b [u8]>,
    /// Where the files that follow are; empty for the root.
    folder: Option<&'b [u8]>,
    fault: Option<&'static str>,
}

impl<'b> Record<'b> {
    fn add(&mut self, line: &'b [u8], listing: &mut Listing) {
        let (letter, value) = line.split_at_checked(2).unwrap_or_default();
        let slot = match letter {
            b"P:" => &mut self.name,
            b"V:" => &mut self.version,
            b"A:" => &mut self.architecture,
            b"F:" => {
                self.folder = Some(value);
                return;
            }
            b"R:" => {
                match self.folder {
                    Some(folder) => listing.push(folder, value),
                    None => self.fault = Some("a record has a file before its folder"),
                }
                return;
            }
            [_, b':'] => return,
            _ => {
                self.fault = Some("a record has a line that is no field");
                return;
            }
        };
        if slot.replace(value).is_some() {
            self.fault = Some("a record has a field twice");
        }
    }

    /// The package, without its files.
    fn package(&self, path: &[u8], system: &System) -> Result<Package, &'static str> {
        self.fault.map_or(Ok(()), Err)?;
        let name = required(self.name, NO_NAME)?;
        let version = required(self.version, NO_VERSION)?;
        let architecture = optional(self.architecture, NO_ARCHITECTURE)?;
        Ok(Package {
            ecosystem: Ecosystem::Apk,
            name: name.to_owned(),
            version: version.to_owned(),
            architecture: architecture.map(str::to_owned),
            purl: purl::of_system("apk", "alpine", system, name, version, architecture),
            record: path.to_vec(),
            files: Files::Unknown,
        })
    }
}

#[cfg(test)]
mod tests;
