//! The table of contents of a tar archive. Nothing is ever unpacked to files of its own.

mod pax;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Component, Path};
use std::sync::Arc;

use crate::code::Code;
use crate::error::{Error, Result};
use crate::limits::Limits;
use crate::oci::compressed;
use crate::oci::files::io_error;
use crate::oci::shared_file::{SharedFile, Span, SpanReader};

/// Read access by name to the plain files of one archive.
#[derive(Debug)]
pub(crate) struct Archive {
    file: Arc<SharedFile>,
    entries: BTreeMap<String, Span>,
}

/// What symbolic links in an archive are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Links {
    /// Refused: no writer of OCI archives makes them.
    Refused,
    /// A second name for a plain file of the same archive, as `docker save` wrote. Nothing else.
    Inside,
}

/// The unit of tar.
const BLOCK: u64 = 512;
/// Bytes of headers that one entry may have on average: a header, a long name, some extended attributes.
const HEADER_BYTES: u64 = 4096;

impl Archive {
    /// Opens an archive, which is unpacked into a temporary file first if it is compressed.
    pub(crate) fn from_file(path: &Path, links: Links, limits: &Limits) -> Result<Self> {
        // Before it is opened: a pipe would block for ever.
        if !fs::metadata(path).map_err(|error| io_error(path, &error))?.is_file() {
            return Err(Error::new(Code::Usage, path.display().to_string())
                .expected("an archive file")
                .found("no regular file")
                .hint("Write oci:DIR for a layout in a folder, or - to read an archive from a pipe."));
        }
        let what = path.display().to_string();
        let file = File::open(path).map_err(|error| io_error(path, &error))?;
        let file = compressed::unpacked(file, &what, limits)?;
        Self::contents(file, &what, links, limits)
    }

    /// Reads an archive from a stream, by way of a temporary file.
    #[cfg(feature = "archives")]
    pub(crate) fn from_reader(reader: impl Read + Send, links: Links, limits: &Limits) -> Result<Self> {
        let what = "the archive from a stream";
        Self::contents(compressed::spooled(reader, what, limits)?, what, links, limits)
    }

    /// A file's size and bytes; none if there is no such file.
    pub(crate) fn open(&self, name: &str) -> Option<(u64, SpanReader)> {
        let span = *self.entries.get(name)?;
        Some((span.size, SpanReader::new(self.file.clone(), span)))
    }

    /// Every file with its size, in order of name.
    pub(crate) fn sizes(&self) -> impl Iterator<Item = (&str, u64)> {
        self.entries.iter().map(|(name, span)| (&**name, span.size))
    }

    fn contents(file: SharedFile, what: &str, links: Links, limits: &Limits) -> Result<Self> {
        let file = Arc::new(file);
        let broken = |error: io::Error| match error.kind() {
            io::ErrorKind::FileTooLarge => Error::new(Code::LimitExceeded, what)
                .expected(format!("at most {HEADER_BYTES} bytes of headers an entry"))
                .found("more")
                .hint("Write the archive again with a usual tool; none writes such headers."),
            _ => Error::new(Code::Malformed, what).expected("a tar archive").found(error),
        };
        let mut entries = BTreeMap::new();
        let mut linked = Vec::new();
        let mut end = 0;
        let mut archive = tar::Archive::new(Headers {
            inner: SpanReader::new(file.clone(), Span { offset: 0, size: file.size() }),
            left: limits.layout_entries.saturating_mul(HEADER_BYTES),
        });
        for (count, entry) in archive.entries_with_seek().map_err(broken)?.enumerate() {
            Limits::check("layout-entries", limits.layout_entries, count as u64 + 1, what)?;
            let mut entry = entry.map_err(broken)?;
            let ambiguous = pax::ambiguous_record(&mut entry).map_err(broken)?;
            let kind = entry.header().entry_type();
            end = entry
                .raw_file_position()
                .saturating_add(entry.size())
                .checked_next_multiple_of(BLOCK)
                .unwrap_or(u64::MAX);
            let name = plain_name(&entry.path().map_err(broken)?);
            let refuse = |found: &str| {
                Error::new(Code::Malformed, what)
                    .expected("plain files and folders below the archive's own root, each once")
                    .found(format!("{found} {:?}", String::from_utf8_lossy(&entry.path_bytes())))
            };
            if let Some(record) = ambiguous {
                return Err(refuse(&format!("the extended header {record:?} of")));
            }
            if kind.is_pax_global_extensions() {
                continue;
            }
            let Some(name) = name else { return Err(refuse("the name")) };
            if kind.is_dir() {
                continue;
            }
            if kind.is_symlink() && links == Links::Inside {
                let target = entry.link_name().map_err(broken)?.and_then(|to| beside(&name, &to));
                let Some(target) = target else { return Err(refuse("a link out of the archive, ")) };
                linked.push((name, target));
                continue;
            }
            // A plain file whose name ends so is a folder to some tools.
            if !kind.is_file() || entry.path_bytes().ends_with(b"/") {
                return Err(refuse("a link, device or other special entry"));
            }
            let span = Span { offset: entry.raw_file_position(), size: entry.size() };
            if span.offset.checked_add(span.size).is_none_or(|end| end > file.size()) {
                return Err(refuse("the archive ends within"));
            }
            if entries.insert(name, span).is_some() {
                return Err(refuse("a second entry"));
            }
        }
        // Every writer ends with empty blocks. Without them this may be half a download that ends between two
        // entries.
        if file.size() < end.saturating_add(BLOCK) {
            return Err(Error::new(Code::Malformed, what)
                .expected("a tar archive with its end mark")
                .found("an archive that stops before it")
                .hint("The archive is cut short; fetch or write it again."));
        }
        if !is_zero(SpanReader::new(file.clone(), Span { offset: end, size: file.size() }), what, limits)? {
            return Err(Error::new(Code::Malformed, what)
                .expected("nothing behind the end mark of the tar archive")
                .found("more bytes, which some tools read as further entries")
                .hint("Archives cannot be joined by `cat`; write one archive with everything."));
        }
        // Links come last, so that each leads to a plain file and none to another link.
        let plain = entries.clone();
        for (name, target) in linked {
            let refuse = |found: String| {
                Err(Error::new(Code::Malformed, what)
                    .expected("links to plain files of the same archive, each name once")
                    .found(found))
            };
            let Some(span) = plain.get(&target) else {
                return refuse(format!("{name:?} leads to {target:?}"));
            };
            if entries.insert(name.clone(), *span).is_some() {
                return refuse(format!("a second entry {name:?}"));
            }
        }
        Ok(Archive { file, entries })
    }
}

/// Whether nothing but the fill of the archive's last record follows its last entry.
fn is_zero(mut rest: impl Read, what: &str, limits: &Limits) -> Result<bool> {
    let mut buffer = vec![0; 64 << 10];
    let mut size = 0;
    loop {
        let count = rest.read(&mut buffer).map_err(|error| Error::new(Code::Io, what).found(error))?;
        let bytes = buffer.get(..count).unwrap_or_default();
        if bytes.iter().any(|byte| *byte != 0) {
            return Ok(false);
        }
        if bytes.is_empty() {
            return Ok(true);
        }
        size += count as u64;
        Limits::check("archive-size", limits.archive_size, size, what)?;
    }
}

/// Reads headers and skips contents. Headers may be long names of any length, which are held in memory: a
/// small compressed file must not become gigabytes of them.
struct Headers {
    inner: SpanReader,
    left: u64,
}

impl Read for Headers {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.left = self.left.checked_sub(count as u64).ok_or(io::ErrorKind::FileTooLarge)?;
        Ok(count)
    }
}

impl Seek for Headers {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.inner.seek(to)
    }
}

/// The entry's name without `./`, or none if it is absolute, climbs out, or is no UTF-8.
pub(crate) fn plain_name(path: &Path) -> Option<String> {
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

/// What a link leads to, or none if that is outside the archive.
fn beside(link: &str, target: &Path) -> Option<String> {
    let mut parts: Vec<&str> = link.split('/').collect();
    parts.pop();
    for component in target.components() {
        match component {
            Component::CurDir => {}
            Component::Normal(part) => parts.push(part.to_str()?),
            Component::ParentDir => {
                parts.pop()?;
            }
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(parts.join("/"))
}

#[cfg(all(test, feature = "archives"))]
mod tests;
