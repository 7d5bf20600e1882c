//! What Docker says an image was made from: `https://docker.com/dhi/source/v0.1` and Scout's own provenance.

use serde_json::Value;

use crate::digest::Digest;
use crate::error::Result;
use crate::json::Node;
use crate::report::Facts;
use crate::statement::fields::Part;

/// The image that holds what this one was built from.
#[derive(Debug)]
pub(crate) struct BuiltFrom {
    name: String,
    digest: Digest,
}

impl BuiltFrom {
    /// Unconfirmed: `{ source: { name, digest } }` is how third-party code reads it.
    pub(crate) fn read(predicate: &Node<'_>) -> Result<Self> {
        let source = Part::of(predicate, "source image")?.require_part("source")?;
        let digest = source.require_text("digest")?;
        Ok(BuiltFrom {
            name: source.require_text("name")?.to_owned(),
            digest: digest
                .parse()
                .map_err(|_| source.invalid("digest", "a digest of an image").found(format!("{digest:?}")))?,
        })
    }

    pub(crate) fn facts(&self) -> Facts {
        super::facts([
            ("source", Value::from(self.name.as_str())),
            ("source-digest", Value::from(self.digest.to_string())),
        ])
    }
}

/// `https://scout.docker.com/provenance/v0.1`. No rule asks what it says.
#[derive(Debug)]
pub(crate) struct ScoutProvenance {
    base: Option<String>,
    sources: Vec<String>,
}

impl ScoutProvenance {
    /// Unconfirmed: only two names of members are known, so that what is of another kind is left out.
    pub(crate) fn read(predicate: &Node<'_>) -> Result<Self> {
        Part::of(predicate, "Scout provenance")?;
        let base = predicate.get("base_image");
        let base = base.and_then(|base| base.as_str().or_else(|| base.get("name")?.as_str()));
        let sources = match predicate.get("source_map") {
            Some(Node::Object(members)) => members.iter().map(|(name, _)| name.to_string()).collect(),
            _ => Vec::new(),
        };
        Ok(ScoutProvenance { base: base.map(str::to_owned), sources })
    }

    pub(crate) fn facts(&self) -> Facts {
        let sources = match self.sources.as_slice() {
            [] => Value::Null,
            names => Value::from(names),
        };
        super::facts([("base-image", Value::from(self.base.as_deref())), ("source-map", sources)])
    }
}
