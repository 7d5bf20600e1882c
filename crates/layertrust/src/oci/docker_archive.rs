//! Archives that `docker save` wrote before version 25, and that skopeo, podman and crane still write: a list
//! of images, each a config and layers, without any manifest of the image.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

use crate::code::Code;
use crate::digest::{Algorithm, DiffId, Digest, Hasher};
use crate::error::{Error, Result};
use crate::json;
use crate::limits::Limits;
use crate::oci::archive::{Archive, plain_name};
use crate::oci::compressed;
use crate::oci::config::ImageConfig;
use crate::oci::descriptor::Descriptor;
use crate::oci::documents::Documents;
use crate::oci::files::read_whole;
use crate::oci::layout::Layout;
use crate::oci::manifest::{Document, Manifest};
use crate::oci::reference::Selector;
use crate::oci::shared_file::SpanReader;
use crate::oci::source::{Referrers, Source};

/// One image of a Docker archive of the old form.
///
/// Such an image has no digest, and none is made up. It can only be bound ([`DockerArchive::bind`]) to a
/// manifest from elsewhere that lists the very same config, once every layer in the archive hashes to the diff
/// ID which that config states.
#[derive(Debug)]
pub struct DockerArchive {
    archive: Archive,
    config: (Digest, String),
    /// The layers' names in the archive, bottom up.
    layers: Vec<(DiffId, String)>,
}

const FIELDS: [&str; 5] = ["Config", "RepoTags", "Layers", "Parent", "LayerSources"];
pub(crate) const LIST: &str = "manifest.json";

impl DockerArchive {
    /// Reads the image that `wanted` names from an archive's own list.
    pub(crate) fn new(archive: Archive, wanted: &Selector, limits: &Limits) -> Result<Self> {
        let limit = ("statement-size", limits.statement_size);
        let bytes = match archive.open(LIST) {
            Some((size, reader)) => read_whole((size, Box::new(reader)), LIST, limit)?,
            None => {
                return Err(Error::new(Code::Malformed, "Docker archive")
                    .expected(format!("a file {LIST} or an OCI layout"))
                    .found("neither"));
            }
        };
        let Saved { config, layers, .. } = choose(parse_list(&bytes, limits)?, wanted)?;

        let file = |name: &str| -> Result<(String, (u64, SpanReader))> {
            let outside = || {
                Error::new(Code::Malformed, LIST)
                    .expected("names of files in the archive")
                    .found(format!("{name:?}"))
            };
            let name = plain_name(name.as_ref()).ok_or_else(outside)?;
            let absent = || Error::new(Code::BlobMissing, format!("{name:?}, which {LIST} names"));
            let opened = archive.open(&name).ok_or_else(absent)?;
            Ok((name, opened))
        };
        let (config, (size, reader)) = file(&config)?;
        let bytes = read_whole((size, Box::new(reader)), &config, ("config-size", limits.config_size))?;
        let diff_ids = ImageConfig::parse(&bytes, &format!("config {config:?}"), limits)?.diff_ids;
        Limits::check("layers", limits.layers, layers.len() as u64, LIST)?;
        if layers.len() != diff_ids.len() {
            return Err(Error::new(Code::Malformed, LIST)
                .expected(format!("as many layers as the config has diff IDs, {}", diff_ids.len()))
                .found(layers.len()));
        }
        let layers = diff_ids.into_iter().zip(&layers).map(|(diff_id, name)| Ok((diff_id, file(name)?.0)));
        let layers = layers.collect::<Result<Vec<_>>>()?;
        Ok(DockerArchive { config: (Digest::sha256(&bytes), config), layers, archive })
    }

    /// The digest of the image's config: all that a manifest can be recognized by.
    #[must_use]
    pub fn config_digest(&self) -> Digest {
        self.config.0
    }

    /// The manifest among the evidence that lists this very config; of several the one whose digest is wanted.
    /// Every layer of the archive is read and must hash to its diff ID, else what was signed is not what is in
    /// the archive.
    ///
    /// Nothing here knows who signed what. Were one of several manifests chosen, a stranger's could stand in
    /// front of the signed one.
    pub fn bind<'s>(
        &self,
        wanted: &Selector,
        evidence: impl IntoIterator<Item = &'s dyn Source>,
        limits: &Limits,
    ) -> Result<Descriptor> {
        let own = |manifest: &Manifest| manifest.config.digest == self.config.0;
        let (mut found, mut failure) = (BTreeMap::new(), None);
        for source in evidence {
            let documents = Documents::new(source, *limits);
            let mut seen = BTreeSet::new();
            for image in source.images(limits)? {
                let (all, error) = manifests_below(&documents, &image, limits.index_depth, &mut seen, &own);
                found.extend(all.into_iter().map(|manifest| (manifest.digest, manifest)));
                failure = failure.or(error);
            }
        }
        if let Selector::Digest(digest) = wanted {
            found.retain(|own, _| own == digest);
        }
        let digests: Vec<String> = found.keys().map(ToString::to_string).collect();
        match (found.pop_first(), digests.len()) {
            (Some((_, manifest)), 1) => self.check_layers(limits).map(|()| manifest),
            (None, _) => Err(failure.unwrap_or_else(|| self.unbound(wanted))),
            _ => Err(Error::new(Code::Usage, "Docker archive")
                .expected(format!("one manifest among the evidence with the config {}", self.config.0))
                .found(format!("{}: {}", digests.len(), digests.join(", ")))
                .hint("Bring only the one that was signed, or name it: docker-archive:FILE@DIGEST.")),
        }
    }

    fn unbound(&self, wanted: &Selector) -> Error {
        let digest = match wanted {
            Selector::Digest(digest) => format!(" {digest}"),
            _ => String::new(),
        };
        Error::new(Code::NotFound, "Docker archive")
            .expected(format!("a manifest{digest} among the evidence with the config {}", self.config.0))
            .found("none")
            .hint(
                "An archive of the old form has no manifest; bring the signed manifest with --evidence \
                 (for instance `oras copy --to-oci-layout` without layers).",
            )
    }

    fn check_layers(&self, limits: &Limits) -> Result<()> {
        for (diff_id, name) in &self.layers {
            let what = format!("layer {name:?}");
            let absent = || Error::new(Code::BlobMissing, what.as_str()).expected("its bytes").found("none");
            let reader = self.unpacked(name)?.ok_or_else(absent)?;
            let found = hash(reader, limits.layer_size, &what)?;
            if found != diff_id.0 {
                return Err(Error::new(Code::DiffIdMismatch, what)
                    .expected(format!("{diff_id}, as the config lists it"))
                    .found(found));
            }
        }
        Ok(())
    }

    /// A layer's tar. Docker writes it plain, crane as it was in the registry.
    fn unpacked(&self, name: &str) -> Result<Option<Box<dyn Read + Send + '_>>> {
        let Some((_, mut peeked)) = self.archive.open(name) else { return Ok(None) };
        let failed = |error: std::io::Error| Error::new(Code::Io, format!("layer {name:?}")).found(error);
        let mut first = Vec::new();
        peeked.by_ref().take(6).read_to_end(&mut first).map_err(failed)?;
        let compression = compressed::detect(&first, name)?;
        let Some((_, reader)) = self.archive.open(name) else { return Ok(None) };
        compressed::decoder(reader, compression).map(Some).map_err(failed)
    }
}

/// The wanted manifests at or below a descriptor, and why there may be more.
fn manifests_below(
    documents: &Documents<'_>,
    descriptor: &Descriptor,
    depth: u64,
    seen: &mut BTreeSet<Digest>,
    is_wanted: &dyn Fn(&Manifest) -> bool,
) -> (Vec<Descriptor>, Option<Error>) {
    if !seen.insert(descriptor.digest) {
        return (Vec::new(), None);
    }
    match documents.document(descriptor).as_deref() {
        Err(error) => (Vec::new(), Some(error.clone())),
        Ok(Document::Manifest(manifest)) => {
            (is_wanted(manifest).then(|| descriptor.clone()).into_iter().collect(), None)
        }
        Ok(Document::Index(_)) if depth == 0 => {
            let what = format!("index {}", descriptor.digest);
            (Vec::new(), Limits::check("index-depth", 0, 1, what).err())
        }
        Ok(Document::Index(index)) => {
            let (mut found, mut failure) = (Vec::new(), None);
            for child in &index.manifests {
                let (below, error) = manifests_below(documents, child, depth - 1, seen, is_wanted);
                found.extend(below);
                // A child that nobody brought is none.
                failure = failure.or(error.filter(|error| error.code() != Code::BlobMissing));
            }
            (found, failure)
        }
    }
}

/// An archive may be a layout and have Docker's own list beside it, and `docker load` goes by the list: what
/// it would load under these names must be what the layout's index names.
pub(crate) fn check_list(layout: &Layout, list: &[u8], wanted: &Selector, limits: &Limits) -> Result<()> {
    let Some(image) = layout.resolve(wanted)? else { return Ok(()) };
    let documents = Documents::new(layout, *limits);
    for saved in parse_list(list, limits)? {
        let is_another = |tag: &String| {
            let named = layout.resolve(&Selector::Tag(tag.clone()));
            matches!(named, Ok(Some(named)) if named.digest != image.digest)
        };
        if !saved.tags.is_empty() && saved.tags.iter().all(is_another) {
            continue;
        }
        let is_it = |digest: &Digest, name: &str| {
            let blob = format!("blobs/{}/{}", digest.algorithm().name(), digest.hex());
            plain_name(name.as_ref()) == Some(blob)
        };
        let loads = |manifest: &Manifest| {
            is_it(&manifest.config.digest, &saved.config)
                && manifest.layers.len() == saved.layers.len()
                && manifest.layers.iter().zip(&saved.layers).all(|(layer, name)| is_it(&layer.digest, name))
        };
        let depth = limits.index_depth;
        let (found, failure) = manifests_below(&documents, &image, depth, &mut BTreeSet::new(), &loads);
        if found.is_empty() {
            return Err(failure.unwrap_or_else(|| {
                Error::new(Code::Malformed, LIST)
                    .expected(format!("the config and layers of {}, which index.json names", image.digest))
                    .found(format!("those of another image, with the config {:?}", saved.config))
                    .hint("`docker load` would load another image than the one that index.json names.")
            }));
        }
    }
    Ok(())
}

fn parse_list(bytes: &[u8], limits: &Limits) -> Result<Vec<Saved>> {
    json::parse(bytes, limits.json_depth, LIST)?.array(LIST)?.iter().map(Saved::parse).collect()
}

/// One entry of the archive's list.
struct Saved {
    config: String,
    tags: Vec<String>,
    layers: Vec<String>,
}

impl Saved {
    fn parse(node: &json::Node<'_>) -> Result<Self> {
        let fields = node.structure(LIST, &FIELDS)?;
        let strings = |name: &str| match fields.get(name) {
            // An image without a name has `null` here.
            None | Some(json::Node::Null) => Ok(Vec::new()),
            Some(_) => fields.strings(name),
        };
        Ok(Saved {
            config: fields.require_string("Config")?.to_owned(),
            tags: strings("RepoTags")?,
            layers: strings("Layers")?,
        })
    }
}

fn choose(mut saved: Vec<Saved>, wanted: &Selector) -> Result<Saved> {
    let names: Vec<String> =
        saved.iter().flat_map(|image| &image.tags).map(|tag| format!("{tag:?}")).collect();
    if let Selector::Tag(name) = wanted {
        saved.retain(|image| image.tags.iter().any(|tag| full_name(tag) == full_name(name)));
    }
    let count = saved.len();
    match (saved.pop(), count) {
        (Some(one), 1) => Ok(one),
        (None, _) => Err(Error::new(Code::NotFound, "Docker archive")
            .expected("an image of that name")
            .found(if names.is_empty() { "none".to_owned() } else { names.join(", ") })),
        _ => Err(Error::new(Code::Usage, "Docker archive")
            .expected("one image")
            .found(format!("{count}: {}", names.join(", ")))
            .hint("Name one of them after the file: docker-archive:FILE:NAME:TAG.")),
    }
}

/// A name as Docker completes it: `alpine` is `docker.io/library/alpine:latest`.
pub(crate) fn full_name(name: &str) -> String {
    let path = match name.split_once('/') {
        None => format!("docker.io/library/{name}"),
        Some((host, _)) if host.contains(['.', ':']) || host == "localhost" => name.to_owned(),
        Some(_) => format!("docker.io/{name}"),
    };
    let last = path.rsplit('/').next().unwrap_or_default();
    if last.contains([':', '@']) { path } else { format!("{path}:latest") }
}

fn hash(reader: impl Read, limit: u64, what: &str) -> Result<Digest> {
    let mut reader = reader.take(limit.saturating_add(1));
    let mut hasher = Hasher::new(Algorithm::Sha256);
    let mut buffer = vec![0; 64 << 10];
    let mut size = 0;
    loop {
        let count = reader.read(&mut buffer).map_err(|error| {
            Error::new(Code::LayerInconsistent, what).expected("a tar, plain, gzip or zstd").found(error)
        })?;
        let bytes = buffer.get(..count).unwrap_or_default();
        if bytes.is_empty() {
            return Ok(hasher.finish());
        }
        size += count as u64;
        Limits::check("layer-size", limit, size, what)?;
        hasher.update(bytes);
    }
}

/// The hex in `<hex>.tar`, `<hex>.tar.gz`, `<folder>/<hex>.tar`: a hint at the digest of the file's bytes.
fn named_digest(name: &str) -> Option<Digest> {
    let stem = name.rsplit('/').next()?.split('.').next()?;
    Digest::from_hex(Algorithm::Sha256, stem).ok()
}

impl Source for DockerArchive {
    /// None: there is no manifest in here. [`DockerArchive::bind`] finds one.
    fn resolve(&self, _: &Selector) -> Result<Option<Descriptor>> {
        Ok(None)
    }

    fn blob(&self, digest: &Digest) -> Result<Option<Box<dyn Read + Send + '_>>> {
        let (config, name) = &self.config;
        let name = if digest == config {
            Some(name)
        } else {
            self.layers.iter().map(|(_, name)| name).find(|name| named_digest(name).as_ref() == Some(digest))
        };
        let opened = name.and_then(|name| self.archive.open(name));
        Ok(opened.map(|(_, reader)| Box::new(reader) as Box<dyn Read + Send>))
    }

    fn referrers(&self, _: &Digest, _: &Limits) -> Result<Referrers> {
        Ok(Referrers::default())
    }

    fn layer_by_diff_id(&self, diff_id: &DiffId) -> Result<Option<Box<dyn Read + Send + '_>>> {
        match self.layers.iter().find(|(own, _)| own == diff_id) {
            Some((_, name)) => self.unpacked(name),
            None => Ok(None),
        }
    }
}

#[cfg(all(test, feature = "archives"))]
mod tests;
