//! SLSA provenance v0.2 and v1, seen alike: builder, build type, source, dependencies, finish.

use jiff::Timestamp;

use crate::code::Code;
use crate::digest::{Algorithm, Digest};
use crate::error::{Error, Result};
use crate::json::Node;

/// What a provenance predicate says. Every field is its author's word.
#[derive(Debug, Default)]
pub(crate) struct Provenance {
    /// The builder's identity; none if it is empty, as BuildKit writes it outside CI.
    pub(crate) builder: Option<String>,
    pub(crate) build_type: Option<String>,
    /// Where the build definition came from, with its ref if the URI carries one.
    pub(crate) source: Option<String>,
    pub(crate) dependencies: Vec<Dependency>,
    pub(crate) finished: Option<Timestamp>,
}

/// Something that went into a build.
#[derive(Debug, Clone)]
pub(crate) struct Dependency {
    pub(crate) uri: String,
    pub(crate) digest: Option<Digest>,
}

impl Dependency {
    /// The digest, if the URI says that this is a container image.
    pub(crate) fn image(&self) -> Option<Digest> {
        const SCHEMES: [&str; 5] = ["pkg:docker/", "pkg:oci/", "oci://", "docker://", "docker-image://"];
        SCHEMES.iter().any(|scheme| self.uri.starts_with(scheme)).then_some(self.digest).flatten()
    }
}

impl Provenance {
    /// <https://slsa.dev/spec/v0.2/provenance>
    pub(crate) fn v0_2(predicate: &Node<'_>) -> Result<Self> {
        let builder = predicate.get("builder").ok_or_else(|| invalid("the field builder"))?;
        let source = at(predicate, &["invocation", "configSource", "uri"]);
        let finished = at(predicate, &["metadata", "buildFinishedOn"]);
        Ok(Provenance {
            builder: text(builder.get("id"), "builder.id")?,
            build_type: text(predicate.get("buildType"), "buildType")?,
            source: text(source, "invocation.configSource.uri")?,
            dependencies: dependencies(predicate.get("materials"))?,
            finished: time(finished)?,
        })
    }

    /// <https://slsa.dev/spec/v1.2/provenance>; 1.0 to 1.2 share the type.
    pub(crate) fn v1(predicate: &Node<'_>) -> Result<Self> {
        let definition =
            predicate.get("buildDefinition").ok_or_else(|| invalid("the field buildDefinition"))?;
        let details = predicate.get("runDetails").ok_or_else(|| invalid("the field runDetails"))?;
        let builder = details.get("builder").ok_or_else(|| invalid("the field runDetails.builder"))?;
        let source = at(definition, &["externalParameters", "configSource", "uri"])
            .or_else(|| at(definition, &["externalParameters", "workflow", "repository"]));
        Ok(Provenance {
            builder: text(builder.get("id"), "runDetails.builder.id")?,
            build_type: text(definition.get("buildType"), "buildDefinition.buildType")?,
            source: text(source, "externalParameters")?,
            dependencies: dependencies(definition.get("resolvedDependencies"))?,
            finished: time(at(details, &["metadata", "finishedOn"]))?,
        })
    }
}

fn at<'n, 'a>(node: &'n Node<'a>, path: &[&str]) -> Option<&'n Node<'a>> {
    path.iter().try_fold(node, |node, key| node.get(key))
}

fn invalid(expected: &str) -> Error {
    Error::new(Code::PredicateInvalid, "provenance").expected(expected)
}

fn text(node: Option<&Node<'_>>, name: &str) -> Result<Option<String>> {
    match node {
        None | Some(Node::Null) => Ok(None),
        Some(Node::String(text)) => Ok(Some(text.to_string()).filter(|text| !text.is_empty())),
        Some(_) => Err(invalid(&format!("{name} to be a string"))),
    }
}

fn time(node: Option<&Node<'_>>) -> Result<Option<Timestamp>> {
    text(node, "the finish time")?
        .map(|text| text.parse().map_err(|_| invalid("an RFC 3339 finish time").found(format!("{text:?}"))))
        .transpose()
}

fn dependencies(node: Option<&Node<'_>>) -> Result<Vec<Dependency>> {
    let items = match node {
        None | Some(Node::Null) => return Ok(Vec::new()),
        Some(Node::Array(items)) => items,
        Some(_) => return Err(invalid("the dependencies to be an array")),
    };
    items
        .iter()
        .map(|item| {
            // Names that hold no SHA-256 of 64 digits (git commits, empty values) identify no image.
            let hex = at(item, &["digest", "sha256"]).and_then(Node::as_str);
            Ok(Dependency {
                uri: text(item.get("uri"), "a dependency's uri")?.unwrap_or_default(),
                digest: hex.and_then(|hex| Digest::from_hex(Algorithm::Sha256, hex).ok()),
            })
        })
        .collect()
}
