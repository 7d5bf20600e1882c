//! Layers: a deterministic tar, compressed or not, and the ways a layer can lie.

use std::io::Write as _;

use flate2::write::GzEncoder;

use crate::store::{Descriptor, sha256};

/// The media type of a layer that is not compressed.
pub const PLAIN: &str = "application/vnd.oci.image.layer.v1.tar";
/// The media type of a layer in gzip, eStargz included.
pub const GZIP: &str = "application/vnd.oci.image.layer.v1.tar+gzip";
/// The media type of a layer in zstd, zstd:chunked included.
pub const ZSTD: &str = "application/vnd.oci.image.layer.v1.tar+zstd";

/// How a layer blob is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// Not at all: `…layer.v1.tar`.
    Plain,
    /// One gzip member, as crane, BuildKit and Docker write it.
    Gzip,
    /// One zstd frame, as Docker's hardened images have it.
    Zstd,
}

/// A layer: its tar and the blob that a manifest names.
#[derive(Clone, Debug)]
pub struct Layer {
    /// The uncompressed tar; its hash is the diff ID.
    pub tar: Vec<u8>,
    /// The bytes of the blob.
    pub blob: Vec<u8>,
    /// The media type of the descriptor.
    pub media_type: String,
    /// The annotations of the descriptor: where a reader that fetches parts finds the table of contents.
    pub annotations: Vec<(String, String)>,
}

impl Layer {
    /// A layer with these files (path, content).
    pub fn of(compression: Compression, files: &[(&str, &str)]) -> Self {
        Self::from_tar(compression, tar_of(files))
    }

    /// A layer of a given tar.
    pub fn from_tar(compression: Compression, tar: Vec<u8>) -> Self {
        let (blob, media_type) = match compression {
            Compression::Plain => (tar.clone(), PLAIN),
            Compression::Gzip => (gzip(&tar), GZIP),
            Compression::Zstd => (zstd(&tar), ZSTD),
        };
        Self::from_parts(tar, blob, media_type)
    }

    /// A layer of a tar and a blob made elsewhere; nothing checks that they belong together.
    pub fn from_parts(tar: Vec<u8>, blob: Vec<u8>, media_type: &str) -> Self {
        Self { tar, blob, media_type: media_type.to_owned(), annotations: Vec::new() }
    }

    /// With one more annotation on its descriptor.
    pub fn annotated(mut self, name: &str, value: &str) -> Self {
        self.annotations.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The descriptor that a manifest holds.
    pub fn descriptor(&self) -> Descriptor {
        Descriptor { annotations: self.annotations.clone(), ..Descriptor::of(&self.media_type, &self.blob) }
    }

    /// The same tar compressed another way: another blob, the same diff ID (what buildah does to a base).
    pub fn recompressed(&self, compression: Compression) -> Self {
        Self::from_tar(compression, self.tar.clone())
    }

    /// The digest of the uncompressed tar.
    pub fn diff_id(&self) -> String {
        sha256(&self.tar)
    }

    /// The digest of the blob.
    pub fn digest(&self) -> String {
        sha256(&self.blob)
    }

    /// A layer whose blob decompresses to other bytes than its diff ID says: the config lists the hash of
    /// `claimed`'s tar, the blob is `actual`'s.
    pub fn lying(claimed: &Layer, actual: &Layer) -> Self {
        Self { tar: claimed.tar.clone(), ..actual.clone() }
    }

    /// A layer with bytes after the end of its compressed stream, which some readers ignore.
    pub fn with_trailing(mut self, bytes: &[u8]) -> Self {
        self.blob.extend_from_slice(bytes);
        self
    }

    /// A gzip layer of two members, cut in the middle of the tar: legal, and the diff ID covers both.
    pub fn two_members(files: &[(&str, &str)]) -> Self {
        let tar = tar_of(files);
        let (first, second) = tar.split_at(tar.len() / 2);
        let blob = [gzip(first), gzip(second)].concat();
        Self::from_parts(tar, blob, GZIP)
    }
}

/// The diff IDs' chain ID (OCI image-spec, config.md, "Layer ChainID").
pub fn chain_id(diff_ids: &[String]) -> Option<String> {
    let (first, rest) = diff_ids.split_first()?;
    Some(rest.iter().fold(first.clone(), |chain, diff_id| sha256(format!("{chain} {diff_id}").as_bytes())))
}

/// A tar with these files, owned by root, with a fixed time.
pub fn tar_of(files: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    for (path, content) in files {
        append(&mut archive, path, content.as_bytes());
    }
    archive.into_inner().expect("a tar in memory")
}

/// Adds one regular file: mode 0644, root, a fixed time.
pub(crate) fn append(archive: &mut tar::Builder<Vec<u8>>, path: &str, content: &[u8]) {
    let mut header = tar::Header::new_ustar();
    header.set_path(path).expect("a short path");
    header.set_size(content.len() as u64);
    header.set_mode(0o644);
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(1_762_143_151); // 2025-11-03T04:12:31Z
    header.set_cksum();
    archive.append(&header, content).expect("a tar in memory");
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).expect("in memory");
    encoder.finish().expect("in memory")
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::bulk::compress(bytes, 3).expect("in memory")
}
