//! Stage 8: the facts as data, version 1. Carries no proof: whoever needs one verifies again.
//!
//! A field without a value is absent. A check that was not run is absent, never `false`. Order is
//! deterministic: the same inputs give the same bytes. Strings that an image controls stand here as they
//! are; whoever writes them out escapes them for the format (`layertrust-report` does).

mod blob;
mod comparison;
mod contents;
mod platform;
mod sboms;
mod trial;
mod vsa;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use crate::code::{Code, Severity};
pub use blob::{BLOB_SCHEMA, BlobReport};
pub use comparison::{
    COMPARISON_SCHEMA, Comparison, FileChanges, FileCount, OwnedPackage, PackageChanges, PathChange,
    PlatformComparison, Side, VersionChange,
};
pub use contents::{
    AddedFact, AddedFolder, AddedLayer, ChangeFact, ChangeKind, ChangeSeverity, PackageFact, PackagesFact,
    RunsAs, SuspiciousClass, SuspiciousFact,
};
pub use platform::{
    AttestationFact, BaseCandidate, CandidateOrigin, CandidateOutcome, ConfigChange, ConfigFact, LayerFact,
    OwnerKind, PlatformReport, Proof, Role, SegmentFact, SignatureFact, SignatureKind, SignedAt, SignerFact,
    SignerKind, UnverifiedFact, UnverifiedKind, VendorClass, VendorLabels,
};
pub use sboms::{PackageList, SbomFact, SbomsFact};
pub use trial::{RuleAnswer, TRIAL_SCHEMA, Trial, TrialOutcome, TriedReport, TriedRule};

use crate::error::Error;
use crate::verify::TrustedRoot;

/// The schema of a verdict.
pub const REPORT_SCHEMA: &str = "layertrust.report/v1";
/// The schema of facts without a verdict.
pub const FACTS_SCHEMA: &str = "layertrust.facts/v1";

/// What was found out about one image.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Report {
    /// [`REPORT_SCHEMA`], or [`FACTS_SCHEMA`] where nothing was judged.
    pub schema: String,
    /// The program that wrote this.
    pub tool: Tool,
    /// The verdict; absent where only facts were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
    /// The platforms that were judged.
    pub scope: Scope,
    /// The image, as far as it could be resolved.
    pub image: ImageFact,
    /// The time that rules were evaluated at.
    pub now: Now,
    /// How the question was asked.
    pub options: Options,
    /// The policy; absent where only facts were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<PolicyFact>,
    /// Every document that the verdict rests on, in order of digest.
    pub inputs: Vec<Input>,
    /// Exceptions of the policy that were needed.
    pub exceptions_used: Vec<ExceptionFact>,
    /// What the policy cares about. Only errors decide the verdict.
    pub findings: Vec<Finding>,
    /// One entry for each platform, in the order of the index.
    pub platforms: Vec<PlatformReport>,
}

/// The program that wrote a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Tool {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// Yes, no, or could not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// No error finding.
    Accepted,
    /// At least one error finding.
    Rejected,
    /// Something could not be looked at, and nothing seen decides the question.
    Unknown,
}

/// The platforms that a verdict is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Scope {
    /// Every platform of the image: the word `all`.
    All(All),
    /// The platforms that were asked for.
    Platforms(Vec<String>),
}

/// The word `all`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum All {
    /// Every platform.
    All,
}

/// The image that was asked about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ImageFact {
    /// The reference as it was given.
    pub reference: String,
    /// The digest it resolved to, once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// Index or manifest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<ImageKind>,
}

/// What an image reference led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum ImageKind {
    /// An index of images.
    Index,
    /// One image's manifest.
    Manifest,
}

/// The time that rules were evaluated at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Now {
    /// RFC 3339, UTC.
    pub time: String,
    /// Who said so.
    pub source: NowSource,
}

/// Where `now` came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum NowSource {
    /// The caller gave it.
    Argument,
    /// The caller read its clock.
    Clock,
}

/// How the question was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Options {
    /// Which layers were opened.
    pub layers: Layers,
    /// The name under which the image will be deployed.
    #[serde(rename = "as", skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Bases that the caller named, by digest.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub bases: Vec<String>,
}

/// Which layer blobs are opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Layers {
    /// Those that proof and policy need.
    #[default]
    Auto,
    /// All of them.
    All,
    /// None; rules that need one are `rule-not-evaluated`.
    None,
}

/// The policy that a verdict was given by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PolicyFact {
    /// Its name.
    pub name: String,
    /// Whether a rejection counts.
    pub mode: Mode,
    /// The digest of the resolved policy, key and root fingerprints included.
    pub digest: String,
    /// The trusted roots of its signers.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub roots: Vec<RootFact>,
}

/// A trusted root: whose certificates, logs and timestamps counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RootFact {
    /// Its name in the policy.
    pub name: String,
    /// SHA-256 of its `trusted_root.json`.
    pub digest: String,
    /// The day of the snapshot, of a root that the program carries.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of: Option<String>,
    /// What is not checked of certificates under this root.
    pub not_checked: Vec<String>,
}

impl RootFact {
    pub(crate) fn new(name: &str, root: &TrustedRoot) -> Self {
        let mut not_checked = Vec::new();
        if !root.requires_sct() {
            not_checked.push("certificate-transparency".to_owned());
        }
        if !root.requires_tlog() {
            not_checked.push("log-entry".to_owned());
        }
        // Nobody's: the certificates live for minutes and the authorities publish no lists.
        not_checked.push("revocation".to_owned());
        RootFact {
            name: name.to_owned(),
            digest: root.digest(),
            as_of: root.as_of().map(str::to_owned),
            not_checked,
        }
    }
}

/// What a rejection means to the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// A rejection is a failure.
    #[default]
    Enforce,
    /// Same verdict and findings, exit status 0.
    Audit,
}

/// A document that the verdict rests on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Input {
    /// Its digest.
    pub digest: String,
    /// What it was used as.
    pub role: InputRole,
}

/// What a document was used as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum InputRole {
    /// An index on the way to an image or base.
    Index,
    /// A platform manifest of the image.
    Manifest,
    /// A config of the image.
    Config,
    /// The base's platform manifest.
    BaseManifest,
    /// The base's config.
    BaseConfig,
    /// The platform manifest of an image between the base and this one.
    IntermediateManifest,
    /// Its config.
    IntermediateConfig,
    /// The manifest that carries a signature or envelope.
    Carrier,
    /// Signed bytes: a payload, an envelope or a bundle.
    Signed,
    /// A manifest of plain statements that was signed directly.
    AttestationManifest,
    /// A plain statement under such a manifest.
    Statement,
}

/// An exception that was needed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ExceptionFact {
    /// The code of the findings it covers.
    pub code: Code,
    /// The paths it covers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Its last day.
    pub until: String,
    /// Why it was granted.
    pub reason: String,
}

/// One fact that the policy cares about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Finding {
    /// The stable code.
    pub code: Code,
    /// Its weight.
    pub severity: Severity,
    /// What was expected and what was found.
    pub message: String,
    /// What to do next.
    pub hint: String,
    /// The platform it is about; absent for the image as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub platform: Option<String>,
    /// The layer it is about, counted from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub layer: Option<usize>,
    /// The path it is about, without a leading slash.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
}

impl Finding {
    /// A finding of the code's own severity.
    pub(crate) fn new(error: &Error) -> Self {
        Finding {
            code: error.code(),
            severity: error.code().severity(),
            message: error.message(),
            hint: error.advice().to_owned(),
            platform: None,
            layer: None,
            path: None,
        }
    }

    pub(crate) fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    pub(crate) fn platform(mut self, platform: Option<String>) -> Self {
        self.platform = platform;
        self
    }

    pub(crate) fn layer(mut self, layer: Option<usize>) -> Self {
        self.layer = layer;
        self
    }

    pub(crate) fn path(mut self, path: impl Into<String>) -> Self {
        self.path = Some(path.into());
        self
    }
}

impl Report {
    /// The error findings.
    pub fn errors(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.severity == Severity::Error)
    }

    /// Whether a finding of this code and severity is there.
    #[must_use]
    pub fn has(&self, code: Code, severity: Severity) -> bool {
        self.findings.iter().any(|finding| finding.code == code && finding.severity == severity)
    }
}

impl Tool {
    pub(crate) fn this() -> Self {
        Tool { name: env!("CARGO_PKG_NAME").to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() }
    }
}

/// Free facts by name, sorted.
pub(crate) type Facts = BTreeMap<String, serde_json::Value>;
