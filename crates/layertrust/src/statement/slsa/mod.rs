//! SLSA provenance v0.2 and v1 (1.0 to 1.2), seen alike. Everything in it is its author's word.

mod build_types;
mod facts;
mod source;

use jiff::Timestamp;
use serde_json::Value;

use crate::code::Code;
use crate::digest::{Algorithm, Digest};
use crate::error::{Error, Result};
use crate::json::Node;
use crate::limits::Limits;
pub(crate) use source::{NoSource, Revision, Source};

/// What a provenance predicate says.
#[derive(Debug)]
pub(crate) struct Provenance {
    /// The builder's identity; none if it is empty, as BuildKit writes it outside CI.
    pub(crate) builder: Option<String>,
    pub(crate) build_type: Option<String>,
    /// What was built, if the build type says which field that is and the field is there.
    pub(crate) source: Result<Source, NoSource>,
    /// What whoever asked for the build chose: an object.
    pub(crate) parameters: Value,
    pub(crate) dependencies: Vec<Dependency>,
    pub(crate) started: Option<Timestamp>,
    pub(crate) finished: Option<Timestamp>,
}

/// Something that went into a build.
#[derive(Debug, Clone)]
pub(crate) struct Dependency {
    pub(crate) uri: String,
    /// Its part in the build, where the build type gives names.
    name: Option<String>,
    pub(crate) digest: Option<Digest>,
    revision: Option<Revision>,
}

impl Dependency {
    /// Whether the URI says that this is a container image. Google Cloud Build writes the images of its steps,
    /// and Tekton's specification those of its own, without any scheme.
    pub(crate) fn is_image(&self) -> bool {
        const SCHEMES: [&str; 5] = ["pkg:docker/", "pkg:oci/", "oci://", "docker://", "docker-image://"];
        let has_scheme = self.uri.contains("://") || self.uri.starts_with("pkg:");
        let is_remote_path = self.uri.starts_with("git@");
        SCHEMES.iter().any(|scheme| self.uri.starts_with(scheme))
            || !(has_scheme || is_remote_path || self.uri.is_empty())
    }

    /// The digest of a container image.
    pub(crate) fn image(&self) -> Option<Digest> {
        self.is_image().then_some(self.digest).flatten()
    }
}

impl Provenance {
    /// <https://slsa.dev/spec/v0.2/provenance>
    pub(crate) fn v0_2(predicate: &Node<'_>, limits: &Limits) -> Result<Self> {
        let builder = predicate.get("builder").ok_or_else(|| invalid("the field builder"))?;
        let config = at(predicate, &["invocation", "configSource"]);
        let mut given = parameters(at(predicate, &["invocation", "parameters"]), limits)?;
        if let Value::Object(members) = &mut given {
            // As the specification of version 1 maps them. What the builder read counts over what a caller
            // may have called by the same name.
            for (name, field) in [("entryPoint", "entryPoint"), ("source", "uri")] {
                if let Some(node) = config.and_then(|config| config.get(field)) {
                    members.insert(name.to_owned(), node.to_value());
                }
            }
        }
        let build_type = text(predicate.get("buildType"), "buildType")?;
        let dependencies = dependencies(predicate.get("materials"))?;
        let named = build_types::v0_2(build_type.as_deref());
        Ok(Provenance {
            builder: text(builder.get("id"), "builder.id")?,
            source: source::find(named, config, &dependencies)?,
            build_type,
            parameters: given,
            dependencies,
            started: time(at(predicate, &["metadata", "buildStartedOn"]))?,
            finished: time(at(predicate, &["metadata", "buildFinishedOn"]))?,
        })
    }

    /// <https://slsa.dev/spec/v1.2/provenance>; 1.0 to 1.2 share the type.
    pub(crate) fn v1(predicate: &Node<'_>, limits: &Limits) -> Result<Self> {
        let definition =
            predicate.get("buildDefinition").ok_or_else(|| invalid("the field buildDefinition"))?;
        let details = predicate.get("runDetails").ok_or_else(|| invalid("the field runDetails"))?;
        let builder = details.get("builder").ok_or_else(|| invalid("the field runDetails.builder"))?;
        let external = definition.get("externalParameters");
        let build_type = text(definition.get("buildType"), "buildDefinition.buildType")?;
        let dependencies = dependencies(definition.get("resolvedDependencies"))?;
        let named = build_types::v1(build_type.as_deref());
        Ok(Provenance {
            builder: text(builder.get("id"), "runDetails.builder.id")?,
            source: source::find(named, external, &dependencies)?,
            build_type,
            parameters: parameters(external, limits)?,
            dependencies,
            started: time(at(details, &["metadata", "startedOn"]))?,
            finished: time(at(details, &["metadata", "finishedOn"]))?,
        })
    }

    /// Why there is no source.
    pub(crate) fn no_source(&self, why: NoSource) -> String {
        let kind = self.build_type.as_deref().map_or_else(|| "none".to_owned(), |kind| format!("{kind:?}"));
        match why {
            NoSource::UnknownBuildType => {
                format!("none; build type {kind} is not known, so nothing says which field is the source")
            }
            NoSource::NotDefined => format!("none; build type {kind} has no field for it"),
            NoSource::NotNamed => format!("none in the field where build type {kind} has it"),
            NoSource::Several => "several, and nothing says which was built".to_owned(),
        }
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
    text(node, "a time")?
        .map(|text| text.parse().map_err(|_| invalid("an RFC 3339 time").found(format!("{text:?}"))))
        .transpose()
}

/// An owned copy of what is kept for the policy to look at.
fn parameters(node: Option<&Node<'_>>, limits: &Limits) -> Result<Value> {
    fn count(node: &Node<'_>) -> u64 {
        match node {
            Node::Array(items) => 1 + items.iter().map(count).sum::<u64>(),
            Node::Object(members) => 1 + members.iter().map(|(_, value)| count(value)).sum::<u64>(),
            _ => 1,
        }
    }
    match node {
        None | Some(Node::Null) => Ok(Value::Object(serde_json::Map::new())),
        Some(node @ Node::Object(_)) => {
            Limits::check("parameters", limits.parameters, count(node), "provenance: parameters")?;
            Ok(node.to_value())
        }
        Some(_) => Err(invalid("the parameters to be an object")),
    }
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
                name: text(item.get("name"), "a dependency's name")?,
                digest: hex.and_then(|hex| Digest::from_hex(Algorithm::Sha256, hex).ok()),
                revision: Revision::of(item.get("digest")),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(super) mod upstream_tests;
