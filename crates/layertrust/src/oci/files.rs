//! The files of an OCI layout, in a folder or in one tar archive, without ever leaving it.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Component, Path, PathBuf};

use crate::code::Code;
use crate::digest::{Algorithm, Digest};
use crate::error::{Error, Result};
use crate::limits::Limits;

/// Read access by name. Names are ours (`index.json`, `blobs/sha256/<hex>`), never a stranger's.
#[derive(Debug)]
pub(crate) enum Files {
    Folder(PathBuf),
    Archive { path: PathBuf, entries: BTreeMap<String, Span> },
}

/// Where a file lies in an archive.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span {
    offset: u64,
    size: u64,
}

/// A file's size and its bytes.
pub(crate) type Opened = (u64, Box<dyn Read + Send>);

impl Files {
    pub(crate) fn folder(path: &Path) -> Result<Self> {
        let metadata = fs::metadata(path).map_err(|error| io_error(path, &error))?;
        if !metadata.is_dir() {
            return Err(Error::new(Code::Usage, path.display().to_string())
                .expected("a folder that holds an OCI layout")
                .found("a file")
                .hint("Write oci-archive:FILE for a layout in one tar file."));
        }
        let root = path.canonicalize().map_err(|error| io_error(path, &error))?;
        Ok(Files::Folder(root))
    }

    /// Reads the archive's table of contents; the contents stay on disk.
    pub(crate) fn archive(path: &Path, limits: &Limits) -> Result<Self> {
        let file = File::open(path).map_err(|error| io_error(path, &error))?;
        let metadata = file.metadata().map_err(|error| io_error(path, &error))?;
        if !metadata.is_file() {
            return Err(Error::new(Code::Usage, path.display().to_string())
                .expected("a tar file that holds an OCI layout")
                .found("no regular file")
                .hint("Write oci:DIR for a layout in a folder."));
        }
        let broken = |error: io::Error| {
            Error::new(Code::Malformed, path.display().to_string()).expected("a tar archive").found(error)
        };
        let mut entries = BTreeMap::new();
        let mut archive = tar::Archive::new(file);
        for (count, entry) in archive.entries_with_seek().map_err(broken)?.enumerate() {
            Limits::check("layout-entries", limits.layout_entries, count as u64 + 1, path.display())?;
            let entry = entry.map_err(broken)?;
            let kind = entry.header().entry_type();
            let name = plain_name(&entry.path().map_err(broken)?);
            let refuse = |found: &str| {
                Error::new(Code::Malformed, path.display().to_string())
                    .expected("plain files and folders below the archive's own root, each once")
                    .found(format!("{found} {:?}", String::from_utf8_lossy(&entry.path_bytes())))
            };
            if kind.is_pax_global_extensions() {
                continue;
            }
            let Some(name) = name else { return Err(refuse("the name")) };
            if kind.is_dir() {
                continue;
            }
            if !kind.is_file() {
                return Err(refuse("a link, device or other special entry"));
            }
            let span = Span { offset: entry.raw_file_position(), size: entry.size() };
            if span.offset.checked_add(span.size).is_none_or(|end| end > metadata.len()) {
                return Err(refuse("the archive ends within"));
            }
            if entries.insert(name, span).is_some() {
                return Err(refuse("a second entry"));
            }
        }
        Ok(Files::Archive { path: path.to_owned(), entries })
    }

    /// Opens a file; none if there is no such file.
    pub(crate) fn open(&self, name: &str) -> Result<Option<Opened>> {
        match self {
            Files::Folder(root) => open_below(root, name),
            Files::Archive { path, entries } => {
                let Some(span) = entries.get(name) else { return Ok(None) };
                let mut file = File::open(path).map_err(|error| io_error(path, &error))?;
                file.seek(SeekFrom::Start(span.offset)).map_err(|error| io_error(path, &error))?;
                Ok(Some((span.size, Box::new(file.take(span.size)))))
            }
        }
    }

    /// Reads a whole file of at most `limit` bytes; none if there is no such file.
    pub(crate) fn read(&self, name: &str, limit: (&'static str, u64)) -> Result<Option<Vec<u8>>> {
        let Some((size, reader)) = self.open(name)? else { return Ok(None) };
        Limits::check(limit.0, limit.1, size, name)?;
        let mut bytes = Vec::new();
        reader
            .take(limit.1.saturating_add(1))
            .read_to_end(&mut bytes)
            .map_err(|error| io_error(Path::new(name), &error))?;
        Limits::check(limit.0, limit.1, bytes.len() as u64, name)?;
        Ok(Some(bytes))
    }

    /// Every blob with its size, in order of digest. Files that are named otherwise are no blobs.
    pub(crate) fn blobs(&self, limits: &Limits) -> Result<Vec<(Digest, u64)>> {
        let mut blobs = Vec::new();
        for algorithm in [Algorithm::Sha256, Algorithm::Sha512] {
            let folder = format!("blobs/{}", algorithm.name());
            match self {
                Files::Archive { entries, .. } => {
                    blobs.extend(entries.iter().filter_map(|(name, span)| {
                        let hex = name.strip_prefix(&folder)?.strip_prefix('/')?;
                        Some((Digest::from_hex(algorithm, hex).ok()?, span.size))
                    }));
                }
                Files::Folder(root) => {
                    let Some(folder) = inside(root, &root.join(folder))? else { continue };
                    for entry in fs::read_dir(&folder).map_err(|error| io_error(&folder, &error))? {
                        let entry = entry.map_err(|error| io_error(&folder, &error))?;
                        let name = entry.file_name();
                        let digest = name.to_str().and_then(|hex| Digest::from_hex(algorithm, hex).ok());
                        let size = entry.metadata().map(|metadata| metadata.len());
                        if let (Some(digest), Ok(size)) = (digest, size) {
                            blobs.push((digest, size));
                        }
                        Limits::check("layout-entries", limits.layout_entries, blobs.len() as u64, "blobs")?;
                    }
                }
            }
        }
        blobs.sort_unstable();
        Ok(blobs)
    }
}

/// The entry's name without `./`, or none if it is absolute, climbs out, or is no UTF-8.
fn plain_name(path: &Path) -> Option<String> {
    let mut parts = Vec::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::Normal(part) => parts.push(part.to_str()?),
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(parts.join("/"))
}

fn open_below(root: &Path, name: &str) -> Result<Option<Opened>> {
    let Some(path) = inside(root, &root.join(name))? else { return Ok(None) };
    let metadata = fs::metadata(&path).map_err(|error| io_error(&path, &error))?;
    // A pipe would block for ever, a device would never end.
    if !metadata.is_file() {
        return Err(Error::new(Code::Malformed, name).expected("a regular file").found("something else"));
    }
    let file = File::open(&path).map_err(|error| io_error(&path, &error))?;
    Ok(Some((metadata.len(), Box::new(file))))
}

/// The real path, refused if a link led out of `root`; none if nothing is there.
fn inside(root: &Path, path: &Path) -> Result<Option<PathBuf>> {
    let real = match path.canonicalize() {
        Ok(real) => real,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(io_error(path, &error)),
    };
    if real.starts_with(root) {
        return Ok(Some(real));
    }
    let name = path.strip_prefix(root).unwrap_or(path).display().to_string();
    Err(Error::new(Code::Malformed, name)
        .expected("a file inside the layout")
        .found("a link that leads out of it")
        .hint("Copy the layout with its links resolved (`cp -rL`), if you made it."))
}

fn io_error(path: &Path, error: &io::Error) -> Error {
    let code = if error.kind() == io::ErrorKind::NotFound { Code::NotFound } else { Code::Io };
    Error::new(code, path.display().to_string()).found(error)
}

#[cfg(test)]
mod tests;
