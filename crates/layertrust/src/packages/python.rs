//! Python packages (PyPA specifications "Recording installed projects" and "Core metadata"), and the older
//! eggs of setuptools and distutils.
//!
//! `NAME.dist-info` has METADATA, and in RECORD the files. `NAME.egg-info` is a folder with PKG-INFO, and at
//! times the files in `installed-files.txt`, or is itself the metadata.

use super::fields::{header, lines};
use super::listing::Listing;
use super::word::{NO_NAME, NO_VERSION, required};
use super::{Ecosystem, Files, Found, Package, WantedFiles, purl};

const DIST: &[u8] = b".dist-info";
const EGG: &[u8] = b".egg-info";

pub(super) fn is_wanted(path: &[u8]) -> bool {
    let (folder, name) = parted(path);
    Metadata::at(path).is_some()
        || folder.ends_with(DIST) && name == b"RECORD"
        || folder.ends_with(EGG) && name == b"installed-files.txt"
}

/// The folder of a path, and the name in it.
fn parted(path: &[u8]) -> (&[u8], &[u8]) {
    let slash = path.iter().rposition(|byte| *byte == b'/');
    let parts = slash.and_then(|slash| Some((path.get(..slash)?, path.get(slash + 1..)?)));
    parts.unwrap_or((b"", path))
}

/// Reads the file if it is metadata.
pub(super) fn read(path: &[u8], bytes: &[u8], files: &WantedFiles, found: &mut Found) {
    let Some(metadata) = Metadata::at(path) else { return };
    match package(path, bytes) {
        Ok(package) => {
            let files = metadata.files(files, found);
            found.packages.push(Package { files, ..package });
        }
        Err(reason) => found.unreadable(path, reason),
    }
}

/// The package, without its files.
fn package(path: &[u8], bytes: &[u8]) -> Result<Package, &'static str> {
    let [name, version] = header(bytes, ["Name", "Version"]).values()?;
    let name = purl::python_name(required(name, NO_NAME)?);
    let version = required(version, NO_VERSION)?;
    Ok(Package {
        ecosystem: Ecosystem::PyPi,
        purl: purl::pypi(&name, version),
        name,
        version: version.to_owned(),
        architecture: None,
        record: path.to_vec(),
        files: Files::Unknown,
    })
}

/// A form of metadata, with the folder that it is in.
enum Metadata<'p> {
    Dist(&'p [u8]),
    Egg(&'p [u8]),
    EggFile,
}

impl<'p> Metadata<'p> {
    fn at(path: &'p [u8]) -> Option<Self> {
        let (folder, name) = parted(path);
        match name {
            b"METADATA" if folder.ends_with(DIST) => Some(Metadata::Dist(folder)),
            b"PKG-INFO" if folder.ends_with(EGG) => Some(Metadata::Egg(folder)),
            name if name.ends_with(EGG) => Some(Metadata::EggFile),
            _ => None,
        }
    }

    /// The files, relative to the folder that holds a `dist-info`, or to the `egg-info` itself.
    fn files(&self, files: &WantedFiles, found: &mut Found) -> Files {
        let (folder, name, base) = match self {
            Metadata::Dist(folder) => (folder, &b"/RECORD"[..], parted(folder).0),
            Metadata::Egg(folder) => (folder, &b"/installed-files.txt"[..], *folder),
            Metadata::EggFile => return Files::Unknown,
        };
        let list = [folder, name].concat();
        let Some(bytes) = files.get(&list) else { return Files::Unknown };
        // A short list in a long path is real.
        let mut listing = Listing::new(bytes.len().saturating_add(list.len()));
        let fault = match self {
            Metadata::Dist(_) => first_columns(bytes, |path| listing.push(base, path)).err(),
            _ => {
                lines(bytes).for_each(|line| listing.push(base, line));
                None
            }
        };
        found.files(&list, listing.take(), fault)
    }
}

/// The first column of every row of a CSV file in Python's default dialect; it may be quoted, and quoted text
/// may hold commas and lines.
fn first_columns(bytes: &[u8], mut each: impl FnMut(&[u8])) -> Result<(), &'static str> {
    let mut column = Vec::new();
    let (mut is_first, mut is_quoted) = (true, false);
    let mut bytes = bytes.iter().copied().peekable();
    // Where a quote opens quoted text.
    let mut is_start = true;
    while let Some(byte) = bytes.next() {
        let was_start = std::mem::replace(&mut is_start, false);
        match byte {
            b'"' if is_quoted => match bytes.next_if_eq(&b'"') {
                Some(quote) if is_first => column.push(quote),
                Some(_) => {}
                None => is_quoted = false,
            },
            b'"' if was_start => is_quoted = true,
            b',' if !is_quoted => (is_first, is_start) = (false, true),
            b'\n' if !is_quoted => {
                each(ended(&column, is_first));
                column.clear();
                (is_first, is_start) = (true, true);
            }
            byte if is_first => column.push(byte),
            _ => {}
        }
    }
    if is_quoted {
        return Err("a quote is not closed");
    }
    each(ended(&column, is_first));
    Ok(())
}

/// A column without the line's end, of which the last column of a row has a part.
fn ended(column: &[u8], is_last: bool) -> &[u8] {
    column.strip_suffix(b"\r").filter(|_| is_last).unwrap_or(column)
}

#[cfg(test)]
mod tests;
