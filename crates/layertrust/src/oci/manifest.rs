//! Manifests and indexes (image-spec "manifest.md" and "image-index.md").

use std::collections::BTreeMap;

use crate::code::Code;
use crate::error::{Error, Result};
use crate::json::{self, Fields, Node};
use crate::limits::Limits;
use crate::oci::descriptor::Descriptor;
use crate::oci::media_type::{self, DocumentKind, document_kind};

/// A document that other documents hang from.
#[derive(Debug)]
pub(crate) enum Document {
    Manifest(Box<Manifest>),
    Index(Index),
}

/// An image or artifact manifest.
#[derive(Debug)]
pub(crate) struct Manifest {
    /// The type it was read as.
    pub(crate) media_type: String,
    pub(crate) artifact_type: Option<String>,
    pub(crate) config: Descriptor,
    pub(crate) layers: Vec<Descriptor>,
    pub(crate) subject: Option<Descriptor>,
    pub(crate) annotations: BTreeMap<String, String>,
}

/// An image index.
#[derive(Debug)]
pub(crate) struct Index {
    /// The type it was read as.
    pub(crate) media_type: String,
    pub(crate) manifests: Vec<Descriptor>,
}

const FIELDS: [&str; 9] = [
    "schemaVersion",
    "mediaType",
    "artifactType",
    "config",
    "layers",
    "manifests",
    "subject",
    "annotations",
    // Docker's first schema; known so that no reader takes it for something else.
    "fsLayers",
];

impl Document {
    /// Parses bytes that `descriptor` led to and that its digest holds for.
    pub(crate) fn parse(bytes: &[u8], descriptor: &Descriptor, limits: &Limits) -> Result<Self> {
        let what = format!("document {}", descriptor.digest);
        let node = json::parse(bytes, limits.json_depth, &what)?;
        let fields = node.structure(&what, &FIELDS)?;
        let has = |name: &str| fields.members().iter().any(|(key, _)| key == name);

        // Decide by content, then hold every statement about the kind against it.
        let is_index = has("manifests");
        if is_index && (has("layers") || has("config")) {
            return Err(Error::new(Code::Malformed, what)
                .expected("a manifest or an index")
                .found("a document that is both: `manifests` beside `layers` or `config`"));
        }
        let found = if is_index { DocumentKind::Index } else { DocumentKind::Manifest };
        let own = fields.string("mediaType")?;
        if let Some(own) = own.filter(|own| *own != descriptor.media_type) {
            return Err(Error::new(Code::MediaTypeMismatch, what)
                .expected(format!("{:?}, as its descriptor says", descriptor.media_type))
                .found(format!("{own:?}")));
        }
        match document_kind(&descriptor.media_type) {
            Some(announced) if announced != found => {
                return Err(Error::new(Code::MediaTypeMismatch, what)
                    .expected(format!("a document of type {}", descriptor.media_type))
                    .found(if is_index { "an index" } else { "no index" }));
            }
            Some(_) => {}
            None => {
                return Err(Error::new(Code::UnsupportedFormat, what)
                    .expected("an image manifest or index, OCI's or Docker's second schema")
                    .found(format!("media type {:?}", descriptor.media_type)));
            }
        }
        if fields.require_integer("schemaVersion")? != 2 {
            return Err(Error::new(Code::Malformed, what).expected("schemaVersion 2").found("another"));
        }
        if is_index {
            Index::parse(&fields, descriptor, &what, limits).map(Document::Index)
        } else {
            Manifest::parse(&fields, descriptor, &what, limits)
                .map(|manifest| Document::Manifest(Box::new(manifest)))
        }
    }
}

impl Document {
    /// The type it was read as.
    pub(crate) fn media_type(&self) -> &str {
        match self {
            Document::Manifest(manifest) => &manifest.media_type,
            Document::Index(index) => &index.media_type,
        }
    }
}

impl Manifest {
    fn parse(fields: &Fields<'_, '_>, descriptor: &Descriptor, what: &str, limits: &Limits) -> Result<Self> {
        let layers = fields.require_array("layers")?;
        Limits::check("layers", limits.layers, layers.len() as u64, format!("{what}: layers"))?;
        Ok(Manifest {
            media_type: descriptor.media_type.clone(),
            artifact_type: fields.string("artifactType")?.map(str::to_owned),
            config: Descriptor::parse(fields.require("config")?, &format!("{what}: config"))?,
            layers: descriptors(layers, &format!("{what}: layers"))?,
            subject: subject(fields, what)?,
            annotations: fields.string_map("annotations")?,
        })
    }

    /// Whether this manifest holds statements and nothing that runs, as BuildKit's and Docker's
    /// attestation manifests do. Only content decides, never an annotation.
    pub(crate) fn holds_only_statements(&self) -> bool {
        !self.layers.is_empty() && self.layers.iter().all(|layer| layer.media_type == media_type::IN_TOTO)
    }
}

impl Index {
    fn parse(fields: &Fields<'_, '_>, descriptor: &Descriptor, what: &str, limits: &Limits) -> Result<Self> {
        let manifests = fields.require_array("manifests")?;
        Limits::check(
            "index-entries",
            limits.index_entries,
            manifests.len() as u64,
            format!("{what}: manifests"),
        )?;
        subject(fields, what)?;
        fields.string_map("annotations")?;
        let manifests = descriptors(manifests, &format!("{what}: manifests"))?;
        Ok(Index { media_type: descriptor.media_type.clone(), manifests })
    }
}

fn subject(fields: &Fields<'_, '_>, what: &str) -> Result<Option<Descriptor>> {
    fields.get("subject").map(|node| Descriptor::parse(node, &format!("{what}: subject"))).transpose()
}

fn descriptors(nodes: &[Node<'_>], what: &str) -> Result<Vec<Descriptor>> {
    nodes.iter().map(|node| Descriptor::parse(node, what)).collect()
}
