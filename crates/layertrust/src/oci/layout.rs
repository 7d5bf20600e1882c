//! OCI image layouts (image-spec "image-layout.md") as a [`Source`].

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::Path;
use std::sync::OnceLock;

use serde::Deserialize;

use crate::code::Code;
use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::json;
use crate::limits::Limits;
use crate::oci::archive::{Archive, Links};
use crate::oci::descriptor::Descriptor;
use crate::oci::docker_archive::{LIST, full_name};
use crate::oci::files::Files;
use crate::oci::manifest::{Document, Index};
use crate::oci::media_type;
use crate::oci::reference::{ImageReference, Selector, Transport};
use crate::oci::source::{Origin, Referrer, Referrers, Source};

/// The full name that containerd and Docker give an image that they save.
const IMAGE_NAME: &str = "io.containerd.image.name";
const REF_NAME: &str = "org.opencontainers.image.ref.name";

/// An OCI layout in a folder or a tar archive.
///
/// Referrers are found in all the ways that tools leave them: entries of `index.json` (read for their
/// subject), the fallback tag `sha256-<hex>`, nested indexes, blobs that only their subject links, cosign's
/// `.sig` and `.att` tags, and the `kind` annotations of `cosign save`.
#[derive(Debug)]
pub struct Layout {
    files: Files,
    index: Index,
    catalog: OnceLock<Result<Catalog>>,
}

/// What hangs from what, read once. All of it hints: the manifests decide when they are verified.
#[derive(Debug, Default)]
struct Catalog {
    by_subject: BTreeMap<Digest, Vec<Referrer>>,
    /// Top-level entries that are images or indexes and no attachment.
    images: Vec<Descriptor>,
}

/// The few fields that say what a blob is. A tolerant look, for finding only.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
struct Peek {
    media_type: Option<String>,
    subject: Option<Link>,
    manifests: Option<Vec<Link>>,
    #[serde(default)]
    layers: Vec<Link>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Link {
    digest: String,
    #[serde(default)]
    media_type: String,
}

impl Layout {
    /// Opens what a reference names.
    pub fn open(reference: &ImageReference, limits: &Limits) -> Result<Self> {
        match &reference.transport {
            Transport::OciDir(path) => Self::open_folder(path, limits),
            Transport::OciArchive(path) => Self::open_archive(path, limits),
            Transport::DockerArchive(path) => {
                let archive = Archive::from_file(path, Links::Inside, limits)?;
                Self::of_archive(archive, limits).map_err(|error| error.about(path.display()))
            }
            Transport::SkopeoDir(_)
            | Transport::Bundles(_)
            | Transport::Registry(_)
            | Transport::DockerDaemon(_) => Err(Error::new(Code::Usage, reference.to_string())
                .expected("an OCI layout")
                .found("another form of image")),
        }
    }

    /// Opens a layout folder. Links inside it are followed, links out of it are refused.
    pub fn open_folder(path: &Path, limits: &Limits) -> Result<Self> {
        Self::new(Files::folder(path)?, limits).map_err(|error| error.about(path.display()))
    }

    /// Opens a layout in a tar file. Only its table of contents is read here. One that is compressed is
    /// unpacked once, into a temporary file without a name.
    pub fn open_archive(path: &Path, limits: &Limits) -> Result<Self> {
        Self::new(Files::archive(path, limits)?, limits).map_err(|error| error.about(path.display()))
    }

    /// Reads a layout from a stream: one tar archive, plain, gzip or zstd. It is kept in a temporary file
    /// without a name, of at most `archive-size` bytes.
    #[cfg(feature = "archives")]
    pub fn from_reader(reader: impl Read + Send, limits: &Limits) -> Result<Self> {
        Self::of_archive(Archive::from_reader(reader, Links::Refused, limits)?, limits)
    }

    pub(crate) fn of_archive(archive: Archive, limits: &Limits) -> Result<Self> {
        Self::new(Files::Archive(archive), limits)
    }

    /// Docker's own list of the images in an archive, where there is one beside `index.json`.
    pub(crate) fn docker_list(&self, limits: &Limits) -> Result<Option<Vec<u8>>> {
        match &self.files {
            Files::Archive(_) => self.files.read(LIST, ("statement-size", limits.statement_size)),
            Files::Folder(_) => Ok(None),
        }
    }

    fn new(files: Files, limits: &Limits) -> Result<Self> {
        let size = ("statement-size", limits.statement_size);
        let absent = |name: &str| {
            Error::new(Code::Malformed, "OCI layout").expected(format!("a file {name}")).found("none")
        };
        let marker = files.read("oci-layout", size)?.ok_or_else(|| absent("oci-layout"))?;
        let marker = json::parse(&marker, limits.json_depth, "oci-layout")?;
        let version = marker.structure("oci-layout", &["imageLayoutVersion"])?;
        let version = version.require_string("imageLayoutVersion")?;
        if version != "1.0.0" {
            return Err(Error::new(Code::UnsupportedFormat, "oci-layout")
                .expected("imageLayoutVersion 1.0.0")
                .found(format!("{version:?}")));
        }
        let bytes = files.read("index.json", size)?.ok_or_else(|| absent("index.json"))?;
        // index.json names whatever the layout holds, so its own bound is the layout's.
        let limits = Limits { index_entries: limits.layout_entries, ..*limits };
        let itself = Descriptor::new(media_type::INDEX, Digest::sha256(&bytes), bytes.len() as u64);
        match Document::parse(&bytes, &itself, &limits).map_err(|error| error.about("index.json"))? {
            Document::Index(index) => Ok(Layout { files, index, catalog: OnceLock::new() }),
            Document::Manifest(_) => {
                Err(Error::new(Code::Malformed, "index.json").expected("an index").found("a manifest"))
            }
        }
    }

    fn catalog(&self, limits: &Limits) -> Result<&Catalog> {
        self.catalog.get_or_init(|| self.read_catalog(limits)).as_ref().map_err(Clone::clone)
    }

    fn read_catalog(&self, limits: &Limits) -> Result<Catalog> {
        let mut catalog = Catalog::default();
        let mut seen = BTreeSet::new();
        let mut fallback_children = BTreeSet::new();

        // 1. Top-level entries, in the order of index.json.
        for entry in &self.index.manifests {
            if !seen.insert(entry.digest) {
                continue;
            }
            let Some(peek) = self.peek(&entry.digest, limits)? else { continue };
            if let Some(subject) = peek.subject() {
                catalog.add(subject, entry.clone(), Origin::Referrer);
            } else if entry.annotation(REF_NAME).is_some_and(is_fallback_tag) {
                fallback_children.extend(peek.children());
            } else if peek.is_image() && !is_cosign_attachment(entry) {
                catalog.images.push(entry.clone());
            }
        }

        // 2. Every other blob that names a subject, children of nested indexes among them.
        for (digest, size) in self.files.blobs(limits)? {
            if size > limits.manifest_size || !seen.insert(digest) {
                continue;
            }
            let Some(peek) = self.peek(&digest, limits)? else { continue };
            if let (Some(subject), Some(media_type)) = (peek.subject(), &peek.media_type) {
                let origin =
                    if fallback_children.contains(&digest) { Origin::FallbackTag } else { Origin::Referrer };
                catalog.add(subject, Descriptor::new(media_type, digest, size), origin);
            }
        }
        Ok(catalog)
    }

    /// Looks into a small JSON blob; none if it is absent, large, or no JSON object.
    fn peek(&self, digest: &Digest, limits: &Limits) -> Result<Option<Peek>> {
        let Some((size, mut reader)) = self.files.open(&blob_name(digest))? else { return Ok(None) };
        let mut bytes = vec![0; 1];
        if size > limits.manifest_size || reader.read_exact(&mut bytes).is_err() || bytes != b"{" {
            return Ok(None);
        }
        if reader.take(limits.manifest_size).read_to_end(&mut bytes).is_err() {
            return Ok(None);
        }
        Ok(serde_json::from_slice(&bytes).ok())
    }

    fn tagged(&self, tag: &str) -> impl Iterator<Item = &Descriptor> {
        self.index.manifests.iter().filter(move |entry| {
            entry.annotation(REF_NAME).is_some_and(|name| {
                name == tag || name.strip_suffix(tag).is_some_and(|rest| rest.ends_with(':'))
            })
        })
    }

    /// Entries that Docker or containerd saved under this name.
    fn named(&self, name: &str) -> impl Iterator<Item = &Descriptor> {
        self.index.manifests.iter().filter(move |entry| {
            entry.annotation(IMAGE_NAME).is_some_and(|own| full_name(own) == full_name(name))
        })
    }

    fn only(&self, limits: &Limits) -> Result<Option<Descriptor>> {
        let images = &self.catalog(limits)?.images;
        let children: BTreeSet<String> = images
            .iter()
            .filter_map(|image| self.peek(&image.digest, limits).ok().flatten())
            .flat_map(|peek| peek.manifests.unwrap_or_default())
            .map(|link| link.digest)
            .collect();
        // Some tools list the children of an index beside it.
        let roots: Vec<_> =
            images.iter().filter(|image| !children.contains(&image.digest.to_string())).collect();
        match roots.as_slice() {
            [] => Ok(None),
            [one] => Ok(Some((*one).clone())),
            several => {
                let names: Vec<String> = several
                    .iter()
                    .map(|image| match image.annotation(REF_NAME) {
                        Some(tag) => format!(":{}", tag.escape_debug()),
                        None => format!("@{}", image.digest),
                    })
                    .collect();
                Err(Error::new(Code::Usage, "OCI layout")
                    .expected("one image")
                    .found(format!("{}: {}", several.len(), names.join(", ")))
                    .hint("Name one of them after the path."))
            }
        }
    }
}

impl Catalog {
    fn add(&mut self, subject: Digest, descriptor: Descriptor, origin: Origin) {
        self.by_subject.entry(subject).or_default().push(Referrer { descriptor, origin });
    }
}

impl Peek {
    fn subject(&self) -> Option<Digest> {
        self.subject.as_ref()?.digest.parse().ok()
    }

    fn children(&self) -> impl Iterator<Item = Digest> {
        self.manifests.iter().flatten().filter_map(|link| link.digest.parse().ok())
    }

    fn is_image(&self) -> bool {
        self.manifests.is_some()
            || self.layers.iter().all(|layer| {
                ![media_type::SIMPLE_SIGNING, media_type::DSSE, media_type::IN_TOTO]
                    .contains(&&*layer.media_type)
                    && !layer.media_type.starts_with(media_type::BUNDLE_PREFIX)
            })
    }
}

/// `sha256-<hex>`: the tag that stands in for the referrers API.
fn is_fallback_tag(name: &str) -> bool {
    name.split_once('-')
        .is_some_and(|(algorithm, hex)| format!("{algorithm}:{hex}").parse::<Digest>().is_ok())
}

fn kind(entry: &Descriptor) -> Option<&str> {
    entry.annotation("kind")?.strip_prefix("dev.cosignproject.cosign/")
}

fn is_cosign_attachment(entry: &Descriptor) -> bool {
    matches!(kind(entry), Some("sigs" | "atts"))
        || entry.annotation(REF_NAME).and_then(|name| name.rsplit_once('.')).is_some_and(|(name, suffix)| {
            ["sig", "att", "sbom"].contains(&suffix)
                && is_fallback_tag(name.rsplit(':').next().unwrap_or(name))
        })
}

fn blob_name(digest: &Digest) -> String {
    format!("blobs/{}/{}", digest.algorithm().name(), digest.hex())
}

impl Source for Layout {
    fn resolve(&self, selector: &Selector) -> Result<Option<Descriptor>> {
        let limits = Limits::default();
        match selector {
            Selector::Only => self.only(&limits),
            Selector::Tag(tag) => {
                let mut found: Vec<_> = self.tagged(tag).collect();
                if found.is_empty() {
                    found = self.named(tag).collect();
                }
                match found.as_slice() {
                    [] => Ok(None),
                    [first, rest @ ..] if rest.iter().all(|other| other.digest == first.digest) => {
                        Ok(Some((*first).clone()))
                    }
                    _ => Err(Error::new(Code::Usage, format!("tag {tag:?}"))
                        .expected("one image")
                        .found(format!("{} of that tag", found.len()))
                        .hint("Name the image by its digest: @sha256:….")),
                }
            }
            Selector::Digest(digest) => {
                if let Some(entry) = self.index.manifests.iter().find(|entry| entry.digest == *digest) {
                    return Ok(Some(entry.clone()));
                }
                let Some((size, _)) = self.files.open(&blob_name(digest))? else { return Ok(None) };
                let peek = self.peek(digest, &limits)?.unwrap_or_default();
                let guess = if peek.manifests.is_some() { media_type::INDEX } else { media_type::MANIFEST };
                Ok(Some(Descriptor::new(peek.media_type.unwrap_or_else(|| guess.to_owned()), *digest, size)))
            }
        }
    }

    fn blob(&self, digest: &Digest) -> Result<Option<Box<dyn Read + Send + '_>>> {
        Ok(self.files.open(&blob_name(digest))?.map(|(_, reader)| reader))
    }

    fn referrers(&self, subject: &Digest, limits: &Limits) -> Result<Referrers> {
        let mut found = self.catalog(limits)?.by_subject.get(subject).cloned().unwrap_or_default();

        // cosign's tags name the digest; the entries of `cosign save` name nothing, so each is a candidate
        // for every image of the layout and its payload decides.
        let tag = format!("{}-{}", subject.algorithm().name(), subject.hex());
        for suffix in [".sig", ".att"] {
            found.extend(
                self.tagged(&format!("{tag}{suffix}"))
                    .map(|entry| Referrer { descriptor: entry.clone(), origin: Origin::CosignTag }),
            );
        }
        let saved = |kinds: [&'static str; 2]| {
            self.index
                .manifests
                .iter()
                .filter(move |entry| kind(entry).is_some_and(|kind| kinds.contains(&kind)))
        };
        if saved(["image", "imageIndex"]).any(|image| image.digest == *subject) {
            found.extend(
                saved(["sigs", "atts"])
                    .map(|entry| Referrer { descriptor: entry.clone(), origin: Origin::CosignSave }),
            );
        }
        Ok(Referrers { found, incomplete: Vec::new() })
    }

    fn images(&self, limits: &Limits) -> Result<Vec<Descriptor>> {
        Ok(self.catalog(limits)?.images.clone())
    }
}

#[cfg(test)]
mod tests;
