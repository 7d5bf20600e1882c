//! The files of an OCI layout, in a folder or in one tar archive, without ever leaving it.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::code::Code;
use crate::digest::{Algorithm, Digest};
use crate::error::{Error, Result};
use crate::limits::Limits;
use crate::oci::archive::{Archive, Links};

/// Read access by name. Names are ours (`index.json`, `blobs/sha256/<hex>`), never a stranger's.
#[derive(Debug)]
pub(crate) enum Files {
    Folder(PathBuf),
    Archive(Archive),
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

    /// Reads the table of contents of an OCI archive; the contents stay on disk.
    pub(crate) fn archive(path: &Path, limits: &Limits) -> Result<Self> {
        Archive::from_file(path, Links::Refused, limits).map(Files::Archive)
    }

    /// Opens a file; none if there is no such file.
    pub(crate) fn open(&self, name: &str) -> Result<Option<Opened>> {
        match self {
            Files::Folder(root) => open_below(root, name),
            Files::Archive(archive) => {
                Ok(archive.open(name).map(|(size, reader)| (size, Box::new(reader) as Box<dyn Read + Send>)))
            }
        }
    }

    /// Reads a whole file of at most `limit` bytes; none if there is no such file.
    pub(crate) fn read(&self, name: &str, limit: (&'static str, u64)) -> Result<Option<Vec<u8>>> {
        self.open(name)?.map(|opened| read_whole(opened, name, limit)).transpose()
    }

    /// Every blob with its size, in order of digest. Files that are named otherwise are no blobs.
    pub(crate) fn blobs(&self, limits: &Limits) -> Result<Vec<(Digest, u64)>> {
        let mut blobs = Vec::new();
        for algorithm in [Algorithm::Sha256, Algorithm::Sha512] {
            let folder = format!("blobs/{}", algorithm.name());
            match self {
                Files::Archive(archive) => {
                    blobs.extend(archive.sizes().filter_map(|(name, size)| {
                        let hex = name.strip_prefix(&folder)?.strip_prefix('/')?;
                        Some((Digest::from_hex(algorithm, hex).ok()?, size))
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

/// All bytes of an open file, at most `limit` of them.
pub(crate) fn read_whole(opened: Opened, name: &str, limit: (&'static str, u64)) -> Result<Vec<u8>> {
    let (size, reader) = opened;
    Limits::check(limit.0, limit.1, size, name)?;
    let mut bytes = Vec::new();
    reader
        .take(limit.1.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|error| io_error(Path::new(name), &error))?;
    Limits::check(limit.0, limit.1, bytes.len() as u64, name)?;
    Ok(bytes)
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

pub(crate) fn io_error(path: &Path, error: &io::Error) -> Error {
    let code = if error.kind() == io::ErrorKind::NotFound { Code::NotFound } else { Code::Io };
    Error::new(code, path.display().to_string()).found(error)
}

#[cfg(test)]
mod tests;
