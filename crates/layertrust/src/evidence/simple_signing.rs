//! cosign's simple-signing payload (containers/image "containers-signature.5", with cosign's type).

use std::collections::BTreeMap;

use crate::code::Code;
use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::json::{self, Node, texts};
use crate::limits::Limits;

/// The value of `critical.type` that makes a payload an image signature.
const TYPE: &str = "cosign container image signature";

/// A payload that names the manifest it vouches for.
#[derive(Debug)]
pub(crate) struct SimpleSigning {
    /// `critical.image.docker-manifest-digest`
    pub(crate) digest: Digest,
    /// `critical.identity.docker-reference`
    pub(crate) reference: Option<String>,
    /// `optional.subject`, as Docker writes it.
    pub(crate) subject: Option<String>,
    /// `optional.predicateType`, as Docker writes it.
    pub(crate) predicate_type: Option<String>,
    /// Everything in `optional` that is text: cosign's `-a KEY=VALUE`.
    pub(crate) annotations: BTreeMap<String, String>,
}

impl SimpleSigning {
    pub(crate) fn parse(bytes: &[u8], limits: &Limits) -> Result<Self> {
        let what = "simple-signing payload";
        // What a member that we do not know would change about the meaning of a signature, nobody can tell
        // (containers-signature.5, "forward compatibility").
        let node = json::parse(bytes, limits.json_depth, what)?;
        let fields = node.closed(what, &["critical", "optional"])?;
        let critical = fields.require("critical")?.closed(what, &["identity", "image", "type"])?;
        let image = critical.require("image")?.closed(what, &["docker-manifest-digest"])?;
        let identity = critical.require("identity")?.closed(what, &["docker-reference"])?;
        let kind = critical.require_string("type")?;
        if kind != TYPE {
            return Err(Error::new(Code::PredicateMismatch, what)
                .expected(format!("critical.type {TYPE:?}"))
                .found(format!("{kind:?}")));
        }
        let optional = |name: &str| match fields.get("optional").and_then(|optional| optional.get(name)) {
            None | Some(Node::Null) => Ok(None),
            Some(node) => node.string(&format!("{what}: optional.{name}")).map(|text| Some(text.to_owned())),
        };
        let annotations = match fields.get("optional") {
            Some(optional) => texts(optional.map(&format!("{what}: optional"))?),
            None => BTreeMap::new(),
        };
        let digest = image.require_string("docker-manifest-digest")?.parse();
        Ok(SimpleSigning {
            digest: digest.map_err(|error: Error| error.about(what))?,
            reference: identity
                .string("docker-reference")?
                .filter(|name| !name.is_empty())
                .map(str::to_owned),
            subject: optional("subject")?,
            predicate_type: optional("predicateType")?,
            annotations,
        })
    }
}

#[cfg(test)]
mod tests;
