//! Rules about attestations.

use serde_json::{Value, json};

use crate::code::Code;
use crate::error::{Error, Result};
use crate::policy::provenance::{ProvenanceRule, patterns};
use crate::policy::{Flavor, Pattern};
use crate::statement::predicate::{Kind, PredicateType};

/// The kinds of attestation that a rule can ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AttestationType {
    /// SLSA provenance, v0.2 or v1.
    SlsaProvenance,
    /// Any SBOM: SPDX, CycloneDX or Docker Scout's.
    Sbom,
    /// SPDX of any version.
    Spdx,
    /// CycloneDX of any version.
    CycloneDx,
}

impl AttestationType {
    /// The types with the policy's words for them.
    pub(crate) const ALL: [(AttestationType, &'static str); 4] = [
        (AttestationType::SlsaProvenance, "slsa-provenance"),
        (AttestationType::Sbom, "sbom"),
        (AttestationType::Spdx, "spdx"),
        (AttestationType::CycloneDx, "cyclonedx"),
    ];

    pub(crate) fn name(self) -> &'static str {
        Self::ALL.iter().find(|(kind, _)| *kind == self).map_or("", |(_, name)| *name)
    }

    /// Whether a predicate type is of this kind, by exact URI.
    pub(crate) fn covers(self, predicate_type: &PredicateType) -> bool {
        match predicate_type.kind() {
            Kind::SlsaProvenance => self == AttestationType::SlsaProvenance,
            Kind::Spdx => matches!(self, AttestationType::Sbom | AttestationType::Spdx),
            Kind::CycloneDx => matches!(self, AttestationType::Sbom | AttestationType::CycloneDx),
            Kind::ScoutSbom => self == AttestationType::Sbom,
            Kind::ImageSignature | Kind::Other => false,
        }
    }

    /// The policy's word for a predicate type.
    pub(crate) fn word(predicate_type: &PredicateType) -> Option<&'static str> {
        match predicate_type.kind() {
            Kind::SlsaProvenance => Some("slsa-provenance"),
            Kind::Spdx => Some("spdx"),
            Kind::CycloneDx => Some("cyclonedx"),
            Kind::ScoutSbom => Some("sbom"),
            Kind::ImageSignature | Kind::Other => None,
        }
    }

    /// The word that `cosign attest --type` knows it by, and a file name for an example.
    pub(crate) fn cosign(self) -> (&'static str, &'static str) {
        match self {
            AttestationType::SlsaProvenance => ("slsaprovenance1", "provenance.json"),
            AttestationType::Spdx => ("spdxjson", "sbom.spdx.json"),
            AttestationType::Sbom | AttestationType::CycloneDx => ("cyclonedx", "sbom.cdx.json"),
        }
    }
}

/// An attestation that must be there, verified, about this very image.
#[derive(Debug, Clone)]
pub struct AttestationRule {
    pub(crate) kind: AttestationType,
    /// Empty: the signers of the rule's section.
    pub(crate) signers: Vec<String>,
    pub(crate) provenance: ProvenanceRule,
}

impl AttestationRule {
    /// An attestation of this kind.
    #[must_use]
    pub fn new(kind: AttestationType) -> Self {
        AttestationRule { kind, signers: Vec::new(), provenance: ProvenanceRule::default() }
    }

    /// Who must have signed it; by default the signers of the base or of the organization.
    #[must_use]
    pub fn signers<S: Into<String>>(mut self, signers: impl IntoIterator<Item = S>) -> Self {
        self.signers = signers.into_iter().map(Into::into).collect();
        self
    }

    /// The builder that provenance must name.
    ///
    /// # Errors
    /// `policy-invalid` for an empty or wrong pattern, or if the kind is not provenance.
    pub fn builder<'p>(self, texts: impl IntoIterator<Item = &'p str>) -> Result<Self> {
        let builders = patterns(texts, Flavor::Identity)?;
        self.asks("builder", |rule| rule.builders = builders)
    }

    /// The build type that provenance must have.
    ///
    /// # Errors
    /// As [`AttestationRule::builder`].
    pub fn build_type<'p>(self, texts: impl IntoIterator<Item = &'p str>) -> Result<Self> {
        let build_types = patterns(texts, Flavor::Identity)?;
        self.asks("build-type", |rule| rule.build_types = build_types)
    }

    /// What the image must be built from: the source without its ref, git repositories as
    /// `git+https://HOST/PATH`.
    ///
    /// # Errors
    /// As [`AttestationRule::builder`].
    pub fn source<'p>(self, texts: impl IntoIterator<Item = &'p str>) -> Result<Self> {
        let sources = patterns(texts, Flavor::Identity)?;
        self.asks("source", |rule| rule.sources = sources)
    }

    /// The branch or tag that the image must be built from.
    ///
    /// # Errors
    /// As [`AttestationRule::builder`].
    pub fn source_ref<'p>(self, texts: impl IntoIterator<Item = &'p str>) -> Result<Self> {
        let source_refs = patterns(texts, Flavor::Name)?;
        self.asks("source-ref", |rule| rule.source_refs = source_refs)
    }

    /// An external parameter that must be there with exactly this value. `path` are the keys of objects within
    /// objects that lead to it.
    ///
    /// # Errors
    /// `policy-invalid` for an empty path, or if the kind is not provenance.
    pub fn external_parameter<S: Into<String>>(
        self,
        path: impl IntoIterator<Item = S>,
        value: impl Into<Value>,
    ) -> Result<Self> {
        let path: Vec<String> = path.into_iter().map(Into::into).collect();
        if path.is_empty() {
            return Err(Error::new(Code::PolicyInvalid, "external-parameters")
                .expected("the keys that lead to a parameter")
                .found("none"));
        }
        self.asks("external-parameters", |rule| drop(rule.parameters.insert(path, value.into())))
    }

    /// Wants the proved base among the dependencies, by the digest of its manifest or of an index of it.
    ///
    /// # Errors
    /// `policy-invalid` if the kind is not provenance.
    pub fn base_dependency(self) -> Result<Self> {
        self.asks("base-dependency", |rule| rule.base_dependency = true)
    }

    /// The names of the images that may have gone into the build beside the proved base; none if empty.
    ///
    /// # Errors
    /// As [`AttestationRule::builder`].
    pub fn builder_images<'p>(self, texts: impl IntoIterator<Item = &'p str>) -> Result<Self> {
        let images = patterns(texts, Flavor::Name)?;
        self.asks("builder-images", |rule| rule.builder_images = Some(images))
    }

    fn asks(mut self, key: &str, change: impl FnOnce(&mut ProvenanceRule)) -> Result<Self> {
        if self.kind != AttestationType::SlsaProvenance {
            return Err(Error::new(Code::PolicyInvalid, format!("{key} of type {}", self.kind.name()))
                .expected("type slsa-provenance, which alone says how something was built")
                .found(format!("type {}", self.kind.name())));
        }
        change(&mut self.provenance);
        Ok(self)
    }

    /// The signers that count, given those of the section.
    pub(crate) fn signers_or<'r>(&'r self, section: &'r [String]) -> &'r [String] {
        if self.signers.is_empty() { section } else { &self.signers }
    }

    pub(crate) fn summary(&self, section: &[String]) -> Value {
        let mut summary = json!({
            "type": self.kind.name(),
            "signers": self.signers_or(section),
            "builder": self.provenance.builders.iter().map(Pattern::as_str).collect::<Vec<_>>(),
        });
        if let Some(rule) = summary.as_object_mut() {
            rule.extend(self.provenance.summary());
        }
        summary
    }
}
