//! Rules about attestations.

use serde_json::{Value, json};

use crate::code::Code;
use crate::error::{Error, Result};
use crate::policy::provenance::{ProvenanceRule, patterns};
use crate::policy::results::ResultRule;
use crate::policy::vsa::SummaryRule;
use crate::policy::{Flavor, MaxAge, Pattern};
use crate::statement::predicate::{Kind, PredicateType};

/// The kinds of attestation that a rule can ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
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
    /// A verification summary, v1: it must say that the image passed.
    Vsa,
    /// VEX: OpenVEX, or CycloneDX with analyses in it.
    Vex,
    /// A list of vulnerabilities by a scanner: in-toto's, cosign's or Docker Scout's.
    Vulns,
    /// in-toto's test result: it must say that everything passed.
    TestResult,
    /// Docker's validated cryptographic modules: all in force.
    DhiFips,
    /// Docker's scores of hardening guides.
    DhiStig,
    /// Docker's scan for credentials: it must have found none.
    DhiSecrets,
    /// Docker's scan for malware: it must have found none.
    DhiVirus,
    /// Docker's tests: none may have failed.
    DhiTests,
    /// The image that Docker made this one from.
    DhiSource,
    /// Docker Scout's own provenance.
    DhiProvenance,
    /// Exactly this predicate type, a URI; what the predicate says is not read.
    Predicate(String),
}

impl AttestationType {
    /// The types that have a word in policies.
    pub(crate) const ALL: [AttestationType; 15] = [
        AttestationType::SlsaProvenance,
        AttestationType::Sbom,
        AttestationType::Spdx,
        AttestationType::CycloneDx,
        AttestationType::Vsa,
        AttestationType::Vex,
        AttestationType::Vulns,
        AttestationType::TestResult,
        AttestationType::DhiFips,
        AttestationType::DhiStig,
        AttestationType::DhiSecrets,
        AttestationType::DhiVirus,
        AttestationType::DhiTests,
        AttestationType::DhiSource,
        AttestationType::DhiProvenance,
    ];

    /// The policy's word, or the URI.
    pub(crate) fn name(&self) -> &str {
        match self {
            AttestationType::SlsaProvenance => "slsa-provenance",
            AttestationType::Sbom => "sbom",
            AttestationType::Spdx => "spdx",
            AttestationType::CycloneDx => "cyclonedx",
            AttestationType::Vsa => "vsa",
            AttestationType::Vex => "vex",
            AttestationType::Vulns => "vulns",
            AttestationType::TestResult => "test-result",
            AttestationType::DhiFips => "dhi-fips",
            AttestationType::DhiStig => "dhi-stig",
            AttestationType::DhiSecrets => "dhi-secrets",
            AttestationType::DhiVirus => "dhi-virus",
            AttestationType::DhiTests => "dhi-tests",
            AttestationType::DhiSource => "dhi-source",
            AttestationType::DhiProvenance => "dhi-provenance",
            AttestationType::Predicate(uri) => uri,
        }
    }

    /// Whether a predicate type is of this kind, by exact URI.
    pub(crate) fn covers(&self, predicate_type: &PredicateType) -> bool {
        match self {
            AttestationType::Predicate(uri) => predicate_type.as_str() == uri,
            // CycloneDX is both: what is in the document tells, and that is asked later.
            AttestationType::Vex => matches!(predicate_type.kind(), Kind::OpenVex | Kind::CycloneDx),
            AttestationType::Sbom => {
                matches!(predicate_type.kind(), Kind::Spdx | Kind::CycloneDx | Kind::ScoutSbom)
            }
            named => Self::of(predicate_type).as_ref() == Some(named),
        }
    }

    /// The most exact named type that a predicate type is of.
    pub(crate) fn of(predicate_type: &PredicateType) -> Option<Self> {
        Some(match predicate_type.kind() {
            Kind::SlsaProvenance => AttestationType::SlsaProvenance,
            Kind::Vsa => AttestationType::Vsa,
            Kind::Spdx => AttestationType::Spdx,
            Kind::CycloneDx => AttestationType::CycloneDx,
            Kind::ScoutSbom => AttestationType::Sbom,
            Kind::OpenVex => AttestationType::Vex,
            Kind::Vulnerabilities => AttestationType::Vulns,
            Kind::TestResult => AttestationType::TestResult,
            Kind::DhiFips => AttestationType::DhiFips,
            Kind::DhiStig => AttestationType::DhiStig,
            Kind::DhiSecrets => AttestationType::DhiSecrets,
            Kind::DhiVirus => AttestationType::DhiVirus,
            Kind::DhiTests => AttestationType::DhiTests,
            Kind::DhiSource => AttestationType::DhiSource,
            Kind::DhiProvenance => AttestationType::DhiProvenance,
            Kind::ImageSignature | Kind::Other => return None,
        })
    }

    /// Whether statements of this kind state a result, of which the newest counts: two that differ cannot
    /// both hold.
    pub(crate) fn is_result(&self) -> bool {
        matches!(
            self,
            AttestationType::Vsa
                | AttestationType::Vulns
                | AttestationType::TestResult
                | AttestationType::DhiFips
                | AttestationType::DhiStig
                | AttestationType::DhiSecrets
                | AttestationType::DhiVirus
                | AttestationType::DhiTests
        )
    }

    /// What `cosign attest --type` is to be given, and a file name for an example.
    pub(crate) fn cosign(&self) -> (&str, &'static str) {
        match self {
            AttestationType::SlsaProvenance => ("slsaprovenance1", "provenance.json"),
            AttestationType::Spdx => ("spdxjson", "sbom.spdx.json"),
            AttestationType::Sbom | AttestationType::CycloneDx => ("cyclonedx", "sbom.cdx.json"),
            AttestationType::Vsa => ("https://slsa.dev/verification_summary/v1", "vsa.json"),
            AttestationType::Vex => ("openvex", "vex.json"),
            AttestationType::Vulns => ("vuln", "vulnerabilities.json"),
            AttestationType::TestResult => ("https://in-toto.io/attestation/test-result/v0.1", "tests.json"),
            AttestationType::Predicate(uri) => (uri, "predicate.json"),
            docker => (docker.name(), "predicate.json"),
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
    pub(crate) vsa: SummaryRule,
    pub(crate) results: ResultRule,
    pub(crate) max_age: Option<MaxAge>,
}

impl AttestationRule {
    /// An attestation of this kind.
    #[must_use]
    pub fn new(kind: AttestationType) -> Self {
        AttestationRule {
            kind,
            signers: Vec::new(),
            provenance: ProvenanceRule::default(),
            vsa: SummaryRule::default(),
            results: ResultRule::default(),
            max_age: None,
        }
    }

    /// Who must have signed it; by default the signers of the base or of the organization.
    #[must_use]
    pub fn signers<S: Into<String>>(mut self, signers: impl IntoIterator<Item = S>) -> Self {
        self.signers = signers.into_iter().map(Into::into).collect();
        self
    }

    /// How long ago what it tells of may have been done; any time by default.
    #[must_use]
    pub fn max_age(mut self, age: MaxAge) -> Self {
        self.max_age = Some(age);
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

    pub(crate) fn check(&self, place: &str) -> Result<()> {
        self.max_age.map_or(Ok(()), |age| age.check(&format!("{place} max-age")))
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
            rule.extend(self.vsa.summary());
            rule.extend(self.results.summary());
            rule.extend(self.max_age.map(|age| ("max-age".to_owned(), Value::from(age.to_string()))));
        }
        summary
    }
}
