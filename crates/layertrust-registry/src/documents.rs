//! What a registry's documents name: hints that say where to ask for what, nothing more.

use layertrust::Digest;
use serde::Deserialize;

pub(crate) const INDEX: &str = "application/vnd.oci.image.index.v1+json";
const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const DOCKER_INDEX: &str = "application/vnd.docker.distribution.manifest.list.v2+json";
const DOCKER_MANIFEST: &str = "application/vnd.docker.distribution.manifest.v2+json";
const CONFIGS: [&str; 2] =
    ["application/vnd.oci.image.config.v1+json", "application/vnd.docker.container.image.v1+json"];
const SIGNATURES: [&str; 2] =
    ["application/vnd.dev.cosign.simplesigning.v1+json", "application/vnd.dsse.envelope.v1+json"];
const IN_TOTO: &str = "application/vnd.in-toto+json";

/// Every kind of manifest that is read.
pub(crate) const MANIFESTS: &str = "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.docker.distribution.manifest.v2+json";

/// Something that was read whole.
#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) media_type: String,
    pub(crate) digest: Digest,
    pub(crate) bytes: Vec<u8>,
}

/// What a thing is that a document names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Manifest,
    /// A config or evidence: read whole.
    Blob,
    /// Of an image that runs: read as it comes, and only if somebody must.
    Layer,
}

/// Something that a document names.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Link {
    pub(crate) digest: Digest,
    pub(crate) size: u64,
    pub(crate) kind: Kind,
    /// Whether it is a statement that stands in no envelope.
    pub(crate) is_statement: bool,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Peek {
    media_type: Option<String>,
    manifests: Option<Vec<RawLink>>,
    config: Option<RawLink>,
    layers: Option<Vec<RawLink>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct RawLink {
    digest: String,
    size: u64,
    media_type: String,
}

impl RawLink {
    fn link(&self, kind: Kind) -> Option<Link> {
        let is_statement = self.media_type == IN_TOTO;
        Some(Link { digest: self.digest.parse().ok()?, size: self.size, kind, is_statement })
    }
}

impl Document {
    /// What this document names; nothing where it is no manifest.
    pub(crate) fn links(&self) -> Vec<Link> {
        let peek: Peek = serde_json::from_slice(&self.bytes).unwrap_or_default();
        // A signature may have an image's config type: cosign's do.
        let runs = peek.config.as_ref().is_some_and(|config| CONFIGS.contains(&config.media_type.as_str()));
        let layers = peek.layers.unwrap_or_default();
        let is_evidence =
            |layer: &RawLink| SIGNATURES.contains(&layer.media_type.as_str()) || layer.media_type == IN_TOTO;
        let kind = if runs && !layers.iter().any(is_evidence) { Kind::Layer } else { Kind::Blob };
        let children = peek.manifests.iter().flatten().filter_map(|child| child.link(Kind::Manifest));
        let config = peek.config.iter().filter_map(|config| config.link(Kind::Blob));
        children.chain(config).chain(layers.iter().filter_map(|layer| layer.link(kind))).collect()
    }

    /// Whether all that this manifest holds is statements, as attestation manifests do.
    pub(crate) fn holds_only_statements(&self) -> bool {
        let mut held = self.links().into_iter().filter(|link| link.kind != Kind::Manifest).skip(1).peekable();
        held.peek().is_some() && held.all(|link| link.is_statement)
    }
}

/// The media type of a manifest: what the answer says, else what it says itself. None if that is no manifest's.
pub(crate) fn media_type(said: Option<&str>, bytes: &[u8]) -> Option<String> {
    let said = said.and_then(|said| said.split(';').next()).map(str::trim).unwrap_or_default();
    if [INDEX, MANIFEST, DOCKER_INDEX, DOCKER_MANIFEST].contains(&said) {
        return Some(said.to_owned());
    }
    // Simple servers know only files.
    let is_vague = ["", "application/json", "application/octet-stream", "text/plain"].contains(&said);
    let peek: Peek = serde_json::from_slice(bytes).ok().filter(|_| is_vague)?;
    match (peek.media_type, peek.manifests, peek.layers) {
        (Some(own), ..) => Some(own),
        (None, Some(_), _) => Some(INDEX.to_owned()),
        (None, None, Some(_)) => Some(MANIFEST.to_owned()),
        _ => None,
    }
}
