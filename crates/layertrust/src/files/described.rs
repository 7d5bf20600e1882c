//! One entry of a tar, put together from its own header and those before it.
//!
//! The reference is Go's `archive/tar`; what other readers take differently is `layer-inconsistent`.

use std::borrow::Cow;

use tar::{EntryType, Header};

use crate::code::Code;
use crate::error::{Error, Result};
use crate::files::entry::Kind;
use crate::files::header::{self, BLOCK, Numbers, broken};
use crate::files::name::{Cleaned, clean, shown};
use crate::files::pax::Extended;
use crate::limits::Limits;

/// What stood before an entry and is about it.
#[derive(Default)]
pub(super) struct Before {
    pub(super) long_name: Option<Vec<u8>>,
    pub(super) long_link: Option<Vec<u8>>,
    pub(super) extended: Option<Extended>,
}

impl Before {
    pub(super) fn is_empty(&self) -> bool {
        self.long_name.is_none() && self.long_link.is_none() && self.extended.is_none()
    }
}

/// An entry before anything becomes of it. Its cleaned path stands in the buffer that it was made with.
pub(super) struct Described {
    at: Cleaned,
    pub(super) kind: Kind,
    /// Bytes of content that follow: none of anything but a file, whatever its header says.
    pub(super) size: u64,
    pub(super) mode: u16,
    pub(super) uid: u32,
    pub(super) gid: u32,
    pub(super) link: Vec<u8>,
    /// Deciding extended attributes, sorted and joined.
    pub(super) attributes: Vec<u8>,
}

impl Described {
    pub(super) fn new(
        header: &Header,
        block: &[u8; BLOCK],
        before: Before,
        path: &mut Vec<u8>,
        limits: &Limits,
    ) -> Result<Self> {
        let numbers = header::numbers(header)?;
        let extended = before.extended.unwrap_or_default();

        // 1. The names, by whichever header says them.
        let name = one_of(before.long_name, extended.path, header.path_bytes(), "name")?;
        let own_link = header.link_name_bytes().unwrap_or_default();
        let link = one_of(before.long_link, extended.link, own_link, "link name")?;
        for text in [&name, &link] {
            Limits::check("path-size", limits.path_size, text.len() as u64, "path in a layer")?;
        }
        if name.split(|byte| *byte == b'/').any(|part| part.len() > LONGEST_NAME) {
            return Err(broken("names of at most 255 bytes, as file systems take").found("a longer one"));
        }
        let at = clean(&name, path);
        let depth = path.iter().filter(|byte| **byte == b'/').count();
        Limits::check("path-depth", limits.path_depth, depth as u64, "path in a layer")?;

        // 2. What it is, and how much content follows.
        let is_old_folder = block.get(156) == Some(&0) && name.ends_with(b"/");
        let kind = entry_kind(header.entry_type(), is_old_folder, &numbers)
            .map_err(|error| error.about(format!("entry {:?}", shown(&name))))?;
        if kind == Kind::Symlink && link.is_empty() {
            return Err(broken("a target of a link").found("nothing"));
        }
        let size = if kind == Kind::File { extended.size.unwrap_or(numbers.size) } else { 0 };
        Limits::check("layer-size", limits.layer_size, size, "file in a layer")?;

        // 3. Who may do what with it.
        let attributes = joined(extended.attributes);
        let length = attributes.len() as u64;
        Limits::check("attribute-size", limits.attribute_size, length, "extended attributes of a file")?;
        Ok(Described {
            at,
            kind,
            size,
            mode: (numbers.mode & 0o7777) as u16,
            uid: owner(extended.uid.unwrap_or(numbers.uid)),
            gid: owner(extended.gid.unwrap_or(numbers.gid)),
            link: link.into_owned(),
            attributes,
        })
    }

    /// The folder that it is in.
    pub(super) fn folder<'p>(&self, path: &'p [u8]) -> &'p [u8] {
        path.get(..self.at.folder).unwrap_or_default()
    }

    /// What it is by its name (image-spec "layer.md", Whiteouts), and the name that this is about.
    pub(super) fn instruction<'p>(&self, path: &'p [u8]) -> Result<(Kind, &'p [u8])> {
        let (kind, name) = (self.kind, path.get(self.at.name..).unwrap_or_default());
        let Some(target) = name.strip_prefix(WHITEOUT) else { return Ok((kind, name)) };
        if name == OPAQUE {
            return Ok((Kind::Opaque, b""));
        }
        // Folders that AUFS kept for itself: some runtimes unpack them like any other.
        if self.folder(path).is_empty() && AUFS.contains(&name) {
            return Ok((kind, name));
        }
        if matches!(target, b"" | b"." | b"..") {
            return Err(Error::new(Code::LayerInconsistent, "whiteout")
                .expected("the name of a path to remove")
                .found(format!("{:?}", shown(name))));
        }
        Ok((Kind::Whiteout, target))
    }
}

/// Runtimes take the lower bits, as chown(2) does; the largest number stands for "as it is", which is root.
fn owner(number: u64) -> u32 {
    match (number & u64::from(u32::MAX)) as u32 {
        u32::MAX => 0,
        id => id,
    }
}

/// A text that a long-name header, an extended header or the header itself gives. The first two together are
/// taken in different order by different readers.
fn one_of<'n>(
    long: Option<Vec<u8>>,
    extended: Option<Vec<u8>>,
    own: Cow<'n, [u8]>,
    what: &str,
) -> Result<Cow<'n, [u8]>> {
    match (long, extended) {
        (Some(_), Some(_)) => Err(twice(what)),
        (Some(mut long), None) => {
            let end = long.iter().position(|byte| *byte == 0).unwrap_or(long.len());
            long.truncate(end);
            Ok(long.into())
        }
        (None, Some(extended)) => Ok(extended.into()),
        (None, None) => Ok(own),
    }
}

/// No writer says a thing twice.
pub(super) fn twice(what: &str) -> Error {
    Error::new(Code::LayerInconsistent, "tar")
        .expected(format!("one {what} for an entry"))
        .found("two, of which readers take different ones")
}

fn joined(mut attributes: Vec<Vec<u8>>) -> Vec<u8> {
    attributes.sort_unstable();
    attributes.join(&0)
}

fn entry_kind(kind: EntryType, is_old_folder: bool, numbers: &Numbers) -> Result<Kind> {
    let device = || {
        let number = |value: u64| {
            u32::try_from(value).map_err(|_| broken("a device number").found("one that is too large"))
        };
        Ok::<_, Error>((number(numbers.major)?, number(numbers.minor)?))
    };
    Ok(match kind {
        EntryType::Regular if is_old_folder => Kind::Directory,
        EntryType::Regular => Kind::File,
        EntryType::Directory => Kind::Directory,
        EntryType::Symlink => Kind::Symlink,
        EntryType::Link => Kind::HardLink,
        EntryType::Char => device().map(|(major, minor)| Kind::CharDevice(major, minor))?,
        EntryType::Block => device().map(|(major, minor)| Kind::BlockDevice(major, minor))?,
        EntryType::Fifo => Kind::Fifo,
        EntryType::GNUSparse => {
            return Err(Error::new(Code::UnsupportedFormat, "tar")
                .expected("files without holes")
                .found("a sparse file, which readers expand differently")
                .hint("Build the layer with a usual builder; none writes sparse files."));
        }
        other => {
            return Err(Error::new(Code::UnsupportedFormat, "tar")
                .expected("files, directories, links and devices")
                .found(format!("an entry of type {:?}", char::from(other.as_byte())))
                .hint("Build the layer with a usual builder; runtimes refuse such entries."));
        }
    })
}

const WHITEOUT: &[u8] = b".wh.";
const OPAQUE: &[u8] = b".wh..wh..opq";
const AUFS: [&[u8]; 2] = [b".wh..wh.plnk", b".wh..wh.aufs"];

/// A name in a directory, on Linux.
const LONGEST_NAME: usize = 255;
