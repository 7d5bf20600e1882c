//! Rules about attestations.

use serde_json::{Value, json};

use crate::code::Code;
use crate::error::{Error, Result};
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
    /// Empty: any builder.
    pub(crate) builders: Vec<Pattern>,
}

impl AttestationRule {
    /// An attestation of this kind.
    #[must_use]
    pub fn new(kind: AttestationType) -> Self {
        AttestationRule { kind, signers: Vec::new(), builders: Vec::new() }
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
    pub fn builder<'p>(mut self, patterns: impl IntoIterator<Item = &'p str>) -> Result<Self> {
        if self.kind != AttestationType::SlsaProvenance {
            return Err(Error::new(Code::PolicyInvalid, format!("builder of type {}", self.kind.name()))
                .expected("type slsa-provenance, which alone names a builder"));
        }
        self.builders =
            patterns.into_iter().map(|text| Pattern::new(text, Flavor::Identity)).collect::<Result<_>>()?;
        Ok(self)
    }

    /// The signers that count, given those of the section.
    pub(crate) fn signers_or<'r>(&'r self, section: &'r [String]) -> &'r [String] {
        if self.signers.is_empty() { section } else { &self.signers }
    }

    pub(crate) fn summary(&self, section: &[String]) -> Value {
        json!({
            "type": self.kind.name(),
            "signers": self.signers_or(section),
            "builder": self.builders.iter().map(Pattern::as_str).collect::<Vec<_>>(),
        })
    }
}
