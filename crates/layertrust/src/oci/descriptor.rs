//! Descriptors: who points at what.

use std::collections::BTreeMap;

use crate::digest::Digest;
use crate::error::Result;
use crate::json::Node;
use crate::oci::platform::Platform;

/// A reference from one document to another (image-spec "descriptor.md").
///
/// Digest, size and media type are binding: what they lead to is checked against them. Annotations, the
/// artifact type and the platform are hints, until the document itself confirms them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Descriptor {
    /// The media type that the document must have.
    pub media_type: String,
    /// The digest of the bytes.
    pub digest: Digest,
    /// The number of bytes.
    pub size: u64,
    /// Free annotations: hints.
    pub annotations: BTreeMap<String, String>,
    /// The platform that an index offers this under.
    pub platform: Option<Platform>,
    /// Whether the descriptor names other places to fetch from (`urls`), as foreign layers do.
    pub has_urls: bool,
}

const FIELDS: [&str; 8] =
    ["mediaType", "digest", "size", "urls", "annotations", "data", "artifactType", "platform"];

impl Descriptor {
    /// A descriptor without annotations.
    #[must_use]
    pub fn new(media_type: impl Into<String>, digest: Digest, size: u64) -> Self {
        let media_type = media_type.into();
        Descriptor { media_type, digest, size, annotations: BTreeMap::new(), platform: None, has_urls: false }
    }

    pub(crate) fn parse(node: &Node<'_>, what: &str) -> Result<Self> {
        let fields = node.structure(what, &FIELDS)?;
        let digest =
            fields.require_string("digest")?.parse().map_err(|error: crate::Error| error.about(what))?;
        let platform = fields.get("platform").map(|node| Platform::parse(node, what)).transpose()?;
        Ok(Descriptor {
            media_type: fields.require_string("mediaType")?.to_owned(),
            digest,
            size: fields.require_integer("size")?,
            annotations: fields.string_map("annotations")?,
            platform,
            has_urls: !fields.array("urls")?.is_empty(),
        })
    }

    pub(crate) fn annotation(&self, key: &str) -> Option<&str> {
        self.annotations.get(key).map(String::as_str)
    }
}
